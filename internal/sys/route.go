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
}

// A Rule is a policy routing rule (ip-rule(8)).
type Rule struct {
	Priority int
	Type     string // "unicast" (look into Table), "prohibit", "blackhole", "unreachable"
	Table    int
	To       netip.Prefix // zero: any
	Text     string       // as ip-rule(8) prints it
	// Plain says that nothing but the destination and the source decides whether it matches.
	Plain bool
	From  netip.Prefix // zero: any
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
