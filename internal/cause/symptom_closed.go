package cause

import "whynot/internal/fact"

var symptomClosed = &Cause{
	ID:    "symptom.closed",
	Title: "the connection was accepted, then closed without a byte",
	Doc: `The handshake was completed, and the other side closed the connection in order (FIN) without having said anything: a relay
whose backend is dead, an access list of the program, a limit on connections, or a protocol in which it expected other bytes.`,
	Judge: symptom("symptom.closed"),
	Examples: []Example{
		{Says: Proven, When: "the connection was closed 3 ms after the acceptance", Client: []fact.Fact{exRoute, exAccepted, exHungUp}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
