package cause

import "whynot/internal/fact"

var symptomReset = &Cause{
	ID:    "symptom.reset",
	Title: "the connection was accepted, then reset",
	Doc: `The handshake was completed and a reset ended the connection before a byte came. A program that closes a socket with unread
data, a proxy whose backend is dead, and a filter that looks into the packets all do that.`,
	Judge: symptom("symptom.reset"),
	Examples: []Example{
		{Says: Proven, When: "a reset came 3 ms after the acceptance", Client: []fact.Fact{exRoute, exAccepted, exCutOff}},
		{Says: Out, When: "it closed the connection in order", Client: []fact.Fact{exRoute, exAccepted, exHungUp}},
	},
}
