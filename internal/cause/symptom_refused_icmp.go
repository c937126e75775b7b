package cause

import "whynot/internal/fact"

var symptomRefusedICMP = &Cause{
	ID:    "symptom.refused-icmp",
	Title: "an ICMP error refused the connection",
	Doc: `An ICMP port unreachable or prohibited in answer to a SYN is a filter's refusal: a kernel without a listener sends a reset,
never ICMP. The message names its sender, and so the machine whose rule it is. Programs hide it: a port unreachable becomes "Connection
refused", a prohibited "No route to host", in IPv6 "Permission denied". By hand: "tcpdump icmp or icmp6".`,
	Judge: symptom("symptom.refused-icmp"),
	Examples: []Example{
		{Says: Proven, When: "the host answered with ICMP port unreachable", Client: []fact.Fact{exRoute, exICMP(exServer, 3, 3)}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
