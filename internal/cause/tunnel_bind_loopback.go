package cause

import "whynot/internal/fact"

var tunnelBindLoopback = &Cause{
	ID:    "tunnel.bind-loopback",
	Title: "the tunnel listens on loopback only",
	Doc: `"ssh -L" and "ssh -R" listen on the loopback address unless told otherwise (GatewayPorts, a bind address). By hand, where the tunnel
ends: "ss -ltn".`,
	Side:     fact.Server,
	Explains: []*Cause{bindLoopbackOnly},
	Lacks:    "whether the listener is a tunnel's",
	Judge:    boundElsewhere("a tunnel may listen on its loopback address alone", func(c *Case, l fact.Listener) bool { return false }),
	Examples: exWhyNothingListens,
}
