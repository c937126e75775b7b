package cause

import "whynot/internal/fact"

var pathSYNProxy = &Cause{
	ID:    "path.syn-proxy",
	Title: "something on the way accepts in the server's place",
	Doc: `A firewall with a SYN proxy, a load balancer or a filter completes the handshake itself, before it asks the server. An accepted
connection then says nothing about the server. By hand: tcpdump on the server sees no SYN, or a later one.`,
	Explains: []*Cause{symptomStalled, symptomClosed, symptomReset},
	Lacks:    "whether the SYN arrives at the server",
	Judge:    remote(strongest(afterStall("what accepts may stand before the server"), afterHangUp("what accepts may stand before the server"))),
	Examples: []Example{
		{Says: Possible, When: "it accepts and says nothing", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exStalled}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
