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
		r, no := noRoute(c)
		if no != nil {
			return *no
		}
		var bare fact.Interface
		for _, i := range every[fact.Interface](c, fact.Client) {
			if i.Name == "lo" {
				continue
			}
			if usable(i, r.To.Is6()) {
				return out(i, "%s has %s", i.Name, prefixList(i.Addrs))
			}
			if i.Up && i.Carrier && !i.Virtual() {
				bare = i
			}
		}
		if bare.Name == "" {
			return unknown()
		}
		if len(bare.Unusable) > 0 {
			return proven(bare, "%s is up, and its address %s is not usable (tentative, or a duplicate)", bare.Name, prefixList(bare.Unusable))
		}
		return proven(bare, "%s is up and has no address of this IP version", bare.Name)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "give the interface an address, by DHCP or by hand", Command: "ip -br addr"}}
	},
	Examples: []Example{
		{Says: Proven, When: "eth0 is up and bare", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH"}, exFailed("ENETUNREACH"), fact.Interface{Name: "eth0", Up: true, Carrier: true}}},
		{Says: Out, When: "eth0 has an address", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH"}, exFailed("ENETUNREACH"),
			fact.Interface{Name: "eth0", Up: true, Carrier: true, Addrs: []netip.Prefix{netip.MustParsePrefix("198.51.100.7/24")}}}},
	},
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
