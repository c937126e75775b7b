package cause

import "whynot/internal/fact"

// byMeaning judges a cause that the service states in its first words.
func byMeaning(meaning string, otherwise judge) judge {
	return func(c *Case) Verdict {
		r, ok := first[fact.Refusal](c, fact.Client)
		switch {
		case !ok:
			return otherwise(c)
		case r.Meaning == "":
			return possible(r, "it says no, and not clearly why: %s", r.Says)
		case r.Meaning != meaning:
			return out(r, "it says: %s", r.Says)
		}
		return proven(r, "it says: %s", r.Says)
	}
}

// exRefusal are the examples of a cause that the service states in its first words.
func exRefusal(meaning, says string) []Example {
	said := fact.Exchange{Asked: "nothing", Port: 5432, First: 1, End: fact.EndClosed, Received: []byte(says + "\r\n")}
	return []Example{
		{Says: Proven, When: "it says so", Target: "redis://192.0.2.10:5432",
			Client: []fact.Fact{exRoute, exAccepted, said, fact.Refusal{Port: 5432, Protocol: "redis", Meaning: meaning, Says: says}}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	}
}
