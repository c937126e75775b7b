package fact

import (
	"net/netip"
	"time"
)

// Route is what the kernel would do with a packet to the address (RTM_GETROUTE with RTM_F_FIB_MATCH).
type Route struct {
	Seen
	To netip.Addr `json:"to"`
	// Errno is the error that the query gave, as in "ENETUNREACH"; empty: there is a route.
	Errno     string       `json:"errno,omitempty"`
	Type      string       `json:"type,omitempty"`   // "unicast", "local", "blackhole", ...; of Prefix, where the query failed by it
	Prefix    netip.Prefix `json:"prefix,omitzero"`  // the entry that matches
	Gateway   netip.Addr   `json:"gateway,omitzero"` // zero: the address is on the link
	Interface string       `json:"interface,omitempty"`
	Source    netip.Addr   `json:"source,omitzero"` // the local address that would be used
	Table     int          `json:"table,omitempty"`
	// Rule is the policy rule that decided, where it is not one of the kernel's own three, as ip-rule(8) writes it.
	// With an error and without a Type it is one that may have decided, by more than the destination and the source.
	Rule string `json:"rule,omitempty"`
	// Selective says that there is a policy rule that decides by more than addresses: a port, a mark, a user, an interface.
	Selective bool `json:"selective,omitempty"`
	// Ways is how many next hops the entry has, where more than one: each connection takes one of them.
	Ways int `json:"ways,omitempty"`
}

// Kind implements [Fact].
func (Route) Kind() string { return "route" }

// Local says that the address belongs to this machine.
func (r Route) Local() bool { return r.Type == "local" }

// NextHop is the machine on the link that gets the packet.
func (r Route) NextHop() netip.Addr {
	if r.Gateway.IsValid() {
		return r.Gateway
	}
	return r.To
}

// RouteChoice is an entry of the routing tables that covers the address, beside the one that matches.
type RouteChoice struct {
	Seen
	To        netip.Addr   `json:"to"`
	Type      string       `json:"type"`
	Prefix    netip.Prefix `json:"prefix"`
	Gateway   netip.Addr   `json:"gateway,omitzero"`
	Interface string       `json:"interface,omitempty"`
	Table     int          `json:"table,omitempty"`
	Metric    int          `json:"metric,omitempty"`
	Dead      bool         `json:"dead,omitempty"` // its interface is down
}

// Kind implements [Fact].
func (RouteChoice) Kind() string { return "route-choice" }

// Interface is a network interface.
type Interface struct {
	Seen
	Name    string         `json:"name"`
	Index   int            `json:"index"`
	Type    string         `json:"type,omitempty"`  // "veth", "bridge", "tun", "wireguard", ...; empty: a device
	Up      bool           `json:"up"`              // IFF_UP: somebody switched it on
	Carrier bool           `json:"carrier"`         // IFF_LOWER_UP: the link is there
	State   string         `json:"state,omitempty"` // operstate (RFC 2863)
	MTU     int            `json:"mtu,omitempty"`
	Master  string         `json:"master,omitempty"` // the bridge, bond or VRF it belongs to
	Ports   int            `json:"ports,omitempty"`  // how many interfaces have this one as master
	Addrs   []netip.Prefix `json:"addrs,omitempty"`  // with their masks
	// Unusable lists addresses that are tentative or that duplicate address detection refused (RFC 4862, section 5.4).
	Unusable     []netip.Prefix `json:"unusable,omitempty"`
	IPv6Disabled bool           `json:"ipv6_disabled,omitempty"` // net.ipv6.conf.<name>.disable_ipv6
}

// Kind implements [Fact].
func (Interface) Kind() string { return "interface" }

// Virtual says that the interface leads to machines inside this one or through a tunnel, and to no cable or radio.
func (i Interface) Virtual() bool {
	switch i.Type {
	case "bridge", "tun", "tap", "wireguard", "dummy", "vxlan", "gre", "ipip", "sit", "macvlan", "ipvlan", "openvswitch", "ppp":
		return true
	}
	return false
}

// Tunnel says that the interface carries packets inside others.
func (i Interface) Tunnel() bool {
	switch i.Type {
	case "tun", "wireguard", "gre", "ipip", "sit", "vti", "xfrm", "ppp", "ip6tnl":
		return true
	}
	return false
}

// Neighbour is the entry of the next hop in the ARP or ND table, read while the attempt was under way or just after it.
type Neighbour struct {
	Seen
	Addr      netip.Addr `json:"addr"`
	Interface string     `json:"interface"`
	State     string     `json:"state"` // "reachable", "incomplete", "failed", ... (RFC 4861, section 7.3.2); "none": no entry
	MAC       string     `json:"mac,omitempty"`
	Requests  int        `json:"requests,omitempty"` // how many ARP requests or solicitations went out unanswered
	Waited    Duration   `json:"waited,omitempty"`   // how long the attempt had been running
}

// Kind implements [Fact].
func (Neighbour) Kind() string { return "neighbour" }

// missingAfter is a little more than the two seconds in which the kernel sends its three requests (net.ipv4.neigh.*.mcast_solicit,
// retrans_time_ms); it gives up after three.
const missingAfter = Duration(2200 * time.Millisecond)

// Missing says that nobody answers for the address on the link: the kernel gave up, or has asked three times and waits in vain.
func (n Neighbour) Missing() bool {
	return n.State == "failed" || n.State == "incomplete" && n.Requests >= 3 && n.Waited >= missingAfter
}

// LinkAnswer lists the link-layer addresses that answered one ARP request (RFC 826) for the address.
type LinkAnswer struct {
	Seen
	Addr      netip.Addr `json:"addr"`
	Interface string     `json:"interface"`
	MACs      []string   `json:"macs"`
}

// Kind implements [Fact].
func (LinkAnswer) Kind() string { return "link-answer" }

// LocalDrops counts how often this machine's own kernel refused to send a segment again during the attempt: the growth of
// TcpExt TCPRetransFail in this network namespace (net/ipv4/tcp_output.c, __tcp_retransmit_skb).
type LocalDrops struct {
	Seen
	Failed      int `json:"failed"`      // how much the counter grew
	Retransmits int `json:"retransmits"` // how many SYNs the attempt itself sent again
}

// Kind implements [Fact].
func (LocalDrops) Kind() string { return "local-drops" }

// Departure says whether segments of the attempt were seen leaving an interface, by a packet socket behind every filter.
type Departure struct {
	Seen
	Left    bool     `json:"left"`    // a segment towards the target's port left
	Others  bool     `json:"others"`  // one towards another port of the same host did: the packet socket works
	Watched Duration `json:"watched"` // for how long
}

// Kind implements [Fact].
func (Departure) Kind() string { return "departure" }
