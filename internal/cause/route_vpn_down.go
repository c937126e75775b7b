package cause

import "whynot/internal/fact"

var routeVPNDown = &Cause{
	ID:    "route.vpn-down",
	Title: "the tunnel is up but has no peer",
	Doc: `The tunnel interface exists and takes the traffic, but its far end does not answer: the VPN server is down, the keys have changed, or its
UDP port is filtered. By hand: "wg show" (latest handshake), or the VPN program's log.`,
	Side:     fact.Client,
	Explains: []*Cause{routeVPNCaptures, symptomSilent, symptomUnreachable},
	Lacks:    "the tunnel's own state: its last handshake and counters",
	Judge: func(c *Case) Verdict {
		i, r, no := tunnelOnWay(c)
		if no != nil {
			return *no
		}
		if !i.Carrier {
			return likely(i, "the tunnel %s has no carrier: no program serves it", i.Name).and(r, "and the way leads through it")
		}
		return possible(i, "the way leads through the tunnel %s, and nothing comes back", i.Name)
	},
	Examples: []Example{
		{Says: Likely, When: "the tunnel has no carrier", Client: []fact.Fact{exTunnelRoute, fact.Interface{Name: "wg0", Type: "tun", Up: true}, exSilent}},
		{Says: Out, When: "the route leads by an ordinary interface", Client: []fact.Fact{exRoute, exSilent, fact.Interface{Name: "eth0", Up: true, Carrier: true}}},
	},
}
