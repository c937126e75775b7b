package cause

import "whynot/internal/fact"

var symptomUnresolved = &Cause{
	ID:    "symptom.unresolved",
	Title: "the name has no address",
	Doc: `The name could not be turned into an address, so nothing was sent to the target at all. Whether the server is up is open. By
hand: "getent ahosts NAME" shows what programs see, "dig NAME" what the name server says.`,
	Judge: symptom("symptom.unresolved"),
	Examples: []Example{
		{Says: Proven, When: "the name does not exist", Target: "db.internal:5432", Client: []fact.Fact{fact.Lookup{Name: "db.internal", Result: fact.LookupNoName}}},
		{Says: Out, When: "an address was found and refuses", Target: "db.internal:5432", Client: []fact.Fact{fact.Lookup{Name: "db.internal", Result: fact.LookupFound}, exRoute, exReset}},
	},
}
