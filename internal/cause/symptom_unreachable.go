package cause

import "whynot/internal/fact"

var symptomUnreachable = &Cause{
	ID:    "symptom.unreachable",
	Title: "there is no way to the address",
	Doc: `This machine's kernel found no way, or a router on the way said so by ICMP. "Network is unreachable" is a missing route, "No
route to host" a missing machine on the last link or a filter. By hand: "ip route get ADDRESS" shows the local part.`,
	Judge: symptom("symptom.unreachable"),
	Examples: []Example{
		{Says: Proven, When: "connect gave ENETUNREACH", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH"}, exFailed("ENETUNREACH")}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
