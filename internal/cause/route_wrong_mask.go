package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var routeWrongMask = &Cause{
	ID:    "route.wrong-mask",
	Title: "a wrong mask makes a far host look near",
	Doc: `The mask of this machine's address is too short (10.0.1.2/8 in place of /24), so the kernel takes the target for a neighbour,
asks for it on the link and gets no answer, instead of sending to the gateway. By hand: "ip addr" against the network's plan, and "ip
route get ADDRESS", which shows no "via".`,
	Side:     fact.Client,
	Explains: []*Cause{routeHostDown, symptomUnreachable, symptomSilent},
	Lacks:    "the mask that the network really has",
	Judge: func(c *Case) Verdict {
		r, ok := first[fact.Route](c, fact.Client)
		switch {
		case !ok:
			return unknown()
		case r.Errno != "" || r.Local() || r.Gateway.IsValid():
			return out(r, "%s", wayOut(r))
		}
		n, ok := first[fact.Neighbour](c, fact.Client)
		switch {
		case ok && n.MAC != "":
			return out(n, "%s is on the link: %s", n.Addr, n.MAC)
		case !ok || !n.Missing():
			if h, no := handshake(c); no == nil && h.HostAnswered() {
				return out(h, "%s answers on the link", h.To.Addr())
			}
			return unknown()
		}
		v := possible(n, "nobody answers for %s on %s", n.Addr, n.Interface).and(r, "the prefix %s covers it", r.Prefix)
		if gateway, ok := gatewayNear(c, r); ok && !near(r.Source, r.To) {
			v.Level = Likely
			return v.and(gateway, "the gateway %s is close to this machine's %s, and the target is not", gateway.Gateway, r.Source)
		}
		return v
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "correct the mask of this machine's address", Command: "ip addr show"}}
	},
	Examples: []Example{
		{Says: Likely, When: "the /16 of this machine covers the target, nobody answers for it, and the gateway is in our own /24", Client: []fact.Fact{
			fact.Route{To: netip.MustParseAddr("192.0.2.10"), Type: "unicast", Prefix: netip.MustParsePrefix("192.0.0.0/16"), Interface: "eth0", Source: netip.MustParseAddr("192.0.7.7")},
			fact.RouteChoice{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("0.0.0.0/0"), Gateway: netip.MustParseAddr("192.0.7.1"), Interface: "eth0"},
			exSilent, fact.Neighbour{Addr: exServer, Interface: "eth0", State: "failed"}}},
		exHasRoute,
	},
}

// gatewayNear gives a default route by a gateway in the own neighbourhood.
func gatewayNear(c *Case, r fact.Route) (fact.RouteChoice, bool) {
	return where(c, fact.Client, func(o fact.RouteChoice) bool {
		return o.Prefix.Bits() == 0 && o.Gateway.IsValid() && o.Interface == r.Interface && near(r.Source, o.Gateway)
	})
}

// near says that two addresses share the prefix that a link usually has: 24 bits in IPv4 (its old class C), 64 in IPv6 (RFC 4291,
// section 2.5.4).
func near(a, b netip.Addr) bool {
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	return err == nil && p.Contains(b)
}
