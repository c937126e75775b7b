package cause

import "whynot/internal/fact"

var symptomRejected = &Cause{
	ID:    "symptom.rejected",
	Title: "the service said no, in its own protocol",
	Doc: `The connection works and the program behind it answers, but with an error of its protocol: an HTTP status, a TLS alert, a
certificate that this machine cannot accept. The network and the firewalls are out of the question.`,
	Judge: symptom("symptom.rejected"),
	Examples: []Example{
		{Says: Proven, When: "it answered HTTP 403", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(403)}},
		{Says: Out, When: "a reset came back", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exReset}},
	},
}

// exHTTP is an HTTP answer of that status.
func exHTTP(status int) fact.HTTP {
	return fact.HTTP{Status: status, Header: map[string]string{}, Took: fact.Duration(2e6)}
}
