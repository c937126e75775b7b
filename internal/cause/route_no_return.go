package cause

import "whynot/internal/fact"

var routeNoReturn = &Cause{
	ID:    "route.no-return",
	Title: "the server has no route back",
	Doc: `The SYN arrives, but the server has no route to this client, or a wrong gateway, so that its answer goes nowhere. Clients on its own
link work, others see silence. By hand, on the server: "ip route get CLIENT".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the server's own route to this client",
	Judge:    routed(unlessAlive(afterSilence("the host may have no route back to this client"))),
	Fix: func(c *Case) []Step {
		return []Step{{Text: "look at the server's route back", On: server(c), Command: "ip route get " + clientAddr(c)}}
	},
	Examples: []Example{
		{Says: Possible, When: "nothing at all comes from the host", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "another port of the host answers", Client: []fact.Fact{exRoute, exSilent, exAlive}},
	},
}

// clientAddr is this machine's address as far as it is known.
func clientAddr(c *Case) string {
	if h, ok := first[fact.Handshake](c, fact.Client); ok && h.Local.IsValid() {
		return h.Local.Addr().WithZone("").String()
	}
	return "CLIENT"
}
