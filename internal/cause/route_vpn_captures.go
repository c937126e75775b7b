package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var routeVPNCaptures = &Cause{
	ID:    "route.vpn-captures",
	Title: "the VPN takes the traffic, or should take it",
	Doc: `A tunnel's route covers the target, and beyond the tunnel nobody knows it; or the target is only there through a VPN that has no route
for it. By hand: "ip route get ADDRESS" with the VPN up and down.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomSilent, symptomUnreachable},
	Lacks:    "an answer by the other way",
	Judge: func(c *Case) Verdict {
		i, r, no := tunnelOnWay(c)
		if no != nil {
			return *no
		}
		if other, ok := where(c, fact.Client, func(o fact.RouteChoice) bool { return o.Interface != r.Interface && o.Type == "unicast" }); ok {
			return likely(r, "the tunnel %s takes %s", i.Name, r.Prefix).and(other, "without it the way would be by %s", choiceWord(other))
		}
		return possible(r, "the way leads through the tunnel %s", i.Name)
	},
	Examples: []Example{
		{Says: Likely, When: "the default route of a tunnel wins over that of the gateway, and nothing answers", Client: []fact.Fact{exTunnelRoute, exTunnel, exSilent,
			fact.RouteChoice{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("0.0.0.0/0"), Gateway: exRouter, Interface: "eth0", Metric: 100}}},
		{Says: Out, When: "the route leads by an ordinary interface", Client: []fact.Fact{exRoute, exSilent, fact.Interface{Name: "eth0", Up: true, Carrier: true}}},
	},
}

var (
	exTunnel      = fact.Interface{Name: "wg0", Type: "wireguard", Up: true, Carrier: true}
	exTunnelRoute = fact.Route{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("0.0.0.0/0"), Interface: "wg0", Source: netip.MustParseAddr("203.0.113.7")}
)

// tunnelOnWay gives the tunnel through which the way leads, where nothing answered.
func tunnelOnWay(c *Case) (fact.Interface, fact.Route, *Verdict) {
	r, ok := first[fact.Route](c, fact.Client)
	if !ok {
		v := unknown()
		return fact.Interface{}, r, &v
	}
	i, ok := where(c, fact.Client, func(i fact.Interface) bool { return i.Name == r.Interface })
	if !ok || !i.Tunnel() {
		v := out(r, "%s", wayOut(r))
		return i, r, &v
	}
	h, no := handshake(c)
	if no == nil && h.Answered() {
		v := contradicts(h)
		no = &v
	}
	return i, r, no
}
