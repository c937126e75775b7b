package cause

import "whynot/internal/fact"

var routeForwardingOff = &Cause{
	ID:    "route.forwarding-off",
	Title: "the router does not forward",
	Doc: `The machine that the route names as gateway has forwarding switched off (net.ipv4.ip_forward=0), so that it silently drops whatever
is not for itself; it sends no ICMP time exceeded either. By hand, on the router: "sysctl net.ipv4.ip_forward".`,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the router's sysctl",
	Judge: routed(unlessAlive(func(c *Case) Verdict {
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		if p, ok := realPath(c); ok {
			if last, ok := p.Last(); ok {
				return out(p, "the router %s forwards: it counts the TTL", last.From)
			}
			return possible(p, "no router answers to a SYN whose TTL ends there")
		}
		return possible(h, "the gateway may not forward")
	})),
	Fix: func(c *Case) []Step {
		if r, ok := first[fact.Route](c, fact.Client); ok && r.Gateway.IsValid() {
			return []Step{{Text: "switch forwarding on", On: r.Gateway.String(), Command: "sysctl -w net.ipv4.ip_forward=1"}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Possible, When: "not even the gateway answers to a TTL of 1", Client: []fact.Fact{exRoute, exSilent, exPath(fact.Hop{TTL: 1, Result: fact.Silent})}},
		{Says: Out, When: "the gateway sends ICMP time exceeded", Client: []fact.Fact{exRoute, exSilent, exPath(exHop(1, exRouter))}},
	},
}
