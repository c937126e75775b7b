package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var routeNoAddress = &Cause{
	ID:    "route.no-address",
	Title: "the interface has no usable address",
	Doc: `The link is up, but nobody has given the interface an address of this IP version: DHCP got no answer, the configuration names
another interface, or duplicate address detection refused the address. Without one there is no route. By hand: "ip -br addr".`,
	Side:     fact.Client,
	Explains: []*Cause{routeNone, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		if h, no := sawICMP(c, func(e *fact.ICMPError) bool { return e.Is(true, 1, 2) }); no == nil {
			return beyondScope(c, h)
		}
		r, no := noRoute(c)
		if no != nil {
			return *no
		}
		var bare fact.Interface
		for _, i := range every[fact.Interface](c, fact.Client) {
			if usable(i, r.To.Is6()) { // lo may bear the machine's address, and the links none
				return out(i, "%s has %s", i.Name, prefixList(i.Addrs))
			}
			if i.Name != "lo" && i.Up && i.Carrier && !i.Virtual() {
				bare = i
			}
		}
		if bare.Name == "" {
			return unknown()
		}
		if len(bare.Unusable) > 0 {
			return proven(bare, "%s is up, and its address %s is not usable (tentative, or a duplicate)", bare.Name, prefixList(bare.Unusable))
		}
		for _, p := range bare.Addrs {
			if p.Addr().Is6() == r.To.Is6() {
				return proven(bare, "%s is up and has only %s, with which nobody leaves the link", bare.Name, p)
			}
		}
		return proven(bare, "%s is up and has no address of this IP version", bare.Name)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "give the interface an address, by DHCP or by hand", Command: "ip -br addr"}}
	},
	Examples: []Example{
		{Says: Proven, When: "eth0 is up and bare", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH"}, exFailed("ENETUNREACH"), fact.Interface{Name: "eth0", Up: true, Carrier: true}}},
		{Says: Proven, When: "a router says that the link-local source does not go so far (RFC 4443, section 3.1)", Target: "[2001:db8::10]:5432", Client: []fact.Fact{exBeyondScope(), fact.Interface{Name: "eth0", Up: true, Carrier: true}}},
		{Says: Out, When: "the machine's address is on lo", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH"}, exFailed("ENETUNREACH"), fact.Interface{Name: "eth0", Up: true, Carrier: true},
			fact.Interface{Name: "lo", Up: true, Addrs: []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32")}}}},
		{Says: Out, When: "eth0 has an address", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH"}, exFailed("ENETUNREACH"),
			fact.Interface{Name: "eth0", Up: true, Carrier: true, Addrs: []netip.Prefix{netip.MustParsePrefix("198.51.100.7/24")}}}},
	},
}

// beyondScope is about a router that says that packets from this source go no further.
func beyondScope(c *Case, h fact.Handshake) Verdict {
	if !h.Local.Addr().IsLinkLocalUnicast() {
		return possible(h, "the router %s says %s, and the source was %s", h.ICMP.From, h.ICMP, h.Local.Addr())
	}
	for _, i := range every[fact.Interface](c, fact.Client) {
		if usable(i, true) {
			return likely(h, "the router %s says %s, and the source was %s", h.ICMP.From, h.ICMP, h.Local.Addr())
		}
	}
	return proven(h, "the router %s says %s: the source %s is good for the link alone", h.ICMP.From, h.ICMP, h.Local.Addr())
}

func exBeyondScope() fact.Handshake {
	h := exAt(exTo6, fact.ICMP)
	h.ICMP, h.Local = &fact.ICMPError{From: netip.MustParseAddr("fe80::1"), Type: 1, Code: 2}, netip.MustParseAddrPort("[fe80::2]:40001")
	return h
}

// usable says that an interface has an address with which one can leave the link.
func usable(i fact.Interface, v6 bool) bool {
	for _, p := range i.Addrs {
		if p.Addr().Is6() == v6 && !p.Addr().IsLinkLocalUnicast() && !p.Addr().IsLoopback() {
			return true
		}
	}
	return false
}

func prefixList(prefixes []netip.Prefix) string {
	var list []string
	for _, p := range prefixes {
		list = append(list, p.String())
	}
	return fewOf(list, "no address")
}
