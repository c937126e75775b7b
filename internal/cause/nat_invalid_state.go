package cause

import "whynot/internal/fact"

var natInvalidState = &Cause{
	ID:    "nat.invalid-state",
	Title: "connection tracking holds the packets for invalid",
	Doc: `A router that sees only one direction of the connection, or has forgotten it, takes its packets for invalid and drops them: the
handshake may work and the data hang. By hand, on the router: "conntrack -S" (invalid) and rules with "ct state invalid".`,
	Explains: []*Cause{symptomStalled, symptomSilent},
	Lacks:    "the router's connection tracking",
	Judge:    routed(strongest(afterStall("a router may take the data for invalid"), afterSilence("a router may take the packets for invalid"))),
	Examples: []Example{
		{Says: Possible, When: "the request gets no answer", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exStalled}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
