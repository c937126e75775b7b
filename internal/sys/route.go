package sys

import "net/netip"

// A Route is an entry of the routing tables, or the kernel's choice among them (rtnetlink(7)).
type Route struct {
	Type      string // "unicast", "local", "blackhole", "unreachable", "prohibit", "throw", ...
	Prefix    netip.Prefix
	Gateway   netip.Addr
	Interface string
	Source    netip.Addr
	Table     int
	Metric    int
	Dead      bool // the link of its interface is down (RTNH_F_LINKDOWN, RTNH_F_DEAD)
	Ways      int  // how many next hops it has, where more than one: a hash of addresses and ports chooses
}

// A Rule is a policy routing rule (ip-rule(8)).
type Rule struct {
	Priority int
	Type     string // "unicast" (look into Table), "prohibit", "blackhole", "unreachable"
	Table    int
	To       netip.Prefix // zero: any
	Text     string       // as ip-rule(8) prints it
	// Plain says that nothing but what is told here decides whether it matches: no mark, no user, no interface, and it is not inverted.
	Plain     bool
	From      netip.Prefix // zero: any
	Protocol  int          // IPPROTO_; 0: any
	FirstPort uint16       // of the destination's ports; LastPort 0: any
	LastPort  uint16
}

// Matches says whether the rule is for such packets, as far as it is plain. A source that is not yet chosen matches no rule by source.
func (r Rule) Matches(to netip.AddrPort, network string, source netip.Addr) bool {
	switch addr := to.Addr().WithZone(""); {
	case r.To.IsValid() && !r.To.Contains(addr):
		return false
	case r.From.IsValid() && r.From.Bits() > 0 && !r.From.Contains(source):
		return false
	case r.Protocol != 0 && r.Protocol != protocolOf(network):
		return false
	}
	return r.LastPort == 0 || r.FirstPort <= to.Port() && to.Port() <= r.LastPort
}

// protocolOf gives the number of a transport (IPPROTO_).
func protocolOf(network string) int {
	if network == "udp" {
		return 17
	}
	return 6
}

// An Interface is a link with its addresses.
type Interface struct {
	Name     string
	Index    int
	Type     string // of virtual ones: "veth", "bridge", "tun", ...
	Up       bool
	Carrier  bool
	State    string
	MTU      int
	Master   int
	Loopback bool
	Addrs    []netip.Prefix
	Unusable []netip.Prefix // tentative, or refused by duplicate address detection
}

// A Neighbour is an entry of the ARP or ND table.
type Neighbour struct {
	Addr   netip.Addr
	State  string // "reachable", "stale", "incomplete", "failed", ...; "none": there is no entry
	MAC    string
	Probes int // the kernel's count, which begins at ucast_solicit (net/core/neighbour.c, __neigh_event_send)
}
