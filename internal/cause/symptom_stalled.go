package cause

import "whynot/internal/fact"

var symptomStalled = &Cause{
	ID:    "symptom.stalled",
	Title: "the connection was accepted, then nothing was said",
	Doc: `The kernel of the server, or of something before it, completed the handshake, but no answer came to what was asked. A port that
accepts is not a program that serves: the kernel accepts for a program that is stopped.`,
	Judge: symptom("symptom.stalled"),
	Examples: []Example{
		{Says: Proven, When: "an HTTP request got no answer in 7 s", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exStalled}},
		{Says: Out, When: "nothing answered the SYN", Client: []fact.Fact{exRoute, exSilent}},
	},
}
