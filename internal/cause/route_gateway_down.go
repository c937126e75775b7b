package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var routeGatewayDown = &Cause{
	ID:    "route.gateway-down",
	Title: "the gateway does not answer, or is the wrong one",
	Doc: `The route leads by a gateway that nobody on the link answers for: it is switched off, or the address in the route is wrong. After
three seconds the kernel itself says "No route to host", which is taken for a fault of the server. By hand: "ip neigh" shows the gateway
as FAILED or INCOMPLETE.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable, symptomSilent},
	Judge: func(c *Case) Verdict {
		r, ok := first[fact.Route](c, fact.Client)
		switch {
		case !ok:
			return unknown()
		case r.Errno != "" || r.Local() || !r.Gateway.IsValid():
			return out(r, "%s", wayOut(r))
		}
		if n, ok := first[fact.Neighbour](c, fact.Client); ok {
			if n.Missing() {
				v := proven(n, "nobody answers for the gateway %s on %s (%s)", n.Addr, n.Interface, neighbourWord(n)).and(r, "%s", wayOut(r))
				if r.Ways > 1 || r.Selective { // the connection may have gone by another
					return v.atMost(Likely)
				}
				return v
			}
			if n.MAC != "" {
				return out(n, "the gateway %s is there: %s", n.Addr, n.MAC)
			}
		}
		if h, no := handshake(c); no == nil && h.Answered() {
			return out(h, "an answer came back by the gateway")
		}
		return unknown()
	},
	Fix: func(c *Case) []Step {
		r, ok := first[fact.Route](c, fact.Client)
		if !ok {
			return nil
		}
		return []Step{{Text: fmt.Sprintf("switch %s on, or correct the route", r.Gateway), Command: "ip route show default"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the gateway's neighbour entry failed", Client: []fact.Fact{exRoute, exSilent, fact.Neighbour{Addr: exRouter, Interface: "eth0", State: "failed"}}},
		exHasRoute,
	},
}

// neighbourWord tells what the neighbour table says.
func neighbourWord(n fact.Neighbour) string {
	if n.State == "incomplete" {
		return fmt.Sprintf("%d requests in %s", n.Requests, n.Waited)
	}
	return "neighbour entry " + n.State
}
