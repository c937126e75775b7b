package cause

import "whynot/internal/fact"

var symptomSilent = &Cause{
	ID:    "symptom.silent",
	Title: "nothing answered the attempt",
	Doc: `Neither an acceptance nor a refusal nor an ICMP error came back while the SYN was repeated. Either it does not arrive, or it is
dropped there, or the answer is lost. By hand: "tcpdump -ni any tcp port PORT" on the server tells whether the SYN arrives.`,
	Judge: symptom("symptom.silent"),
	Examples: []Example{
		{Says: Proven, When: "three SYNs went unanswered", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "the connection was accepted", Client: []fact.Fact{exRoute, exAccepted, exSaid}},
	},
}
