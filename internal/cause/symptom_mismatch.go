package cause

import "whynot/internal/fact"

var symptomMismatch = &Cause{
	ID:    "symptom.mismatch",
	Title: "the answer is not in the protocol that was expected",
	Doc: `Something answers at the port, but speaks another protocol: plain text where TLS was tried, TLS where plain text was, or
another service altogether.`,
	Judge: symptom("symptom.mismatch"),
	Examples: []Example{
		{Says: Proven, When: "an SSH banner answers to HTTP", Target: "http://192.0.2.10:22/", Client: []fact.Fact{exRoute, exAccepted, fact.Exchange{Asked: "http", Port: 22, First: fact.Duration(1e6), End: fact.EndClosed, Received: []byte("SSH-2.0-x\r\n")}, fact.Speaks{Port: 22, Protocol: "ssh", Says: "SSH-2.0-x"}}},
		{Says: Out, When: "a reset came back", Target: "http://192.0.2.10/", Client: []fact.Fact{exRoute, exReset}},
	},
}
