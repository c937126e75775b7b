package cause

import "whynot/internal/fact"

var symptomIntermittent = &Cause{
	ID:    "symptom.intermittent",
	Title: "some attempts work and some fail",
	Doc: `Attempts at the same address within a short time end differently. A service that is just starting, one of several backends that
is broken, a limit on the rate, or loss on the way all look so. By hand: repeat "nc -vz HOST PORT" a few times.`,
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		retries := every[fact.Retry](c, fact.Client)
		if len(retries) == 0 {
			return unknown()
		}
		for _, r := range retries {
			if (r.Result == fact.Accepted) != (h.Result == fact.Accepted) {
				return proven(h, "the first attempt: %s", resultWord(h.Attempt)).and(r, "attempt %d, %s later: %s", r.Number, r.After, resultWord(r.Attempt))
			}
		}
		return out(retries[len(retries)-1], "%d attempts ended the same way", 1+len(retries))
	},
	Examples: []Example{
		{Says: Proven, When: "the first attempt was refused and the second accepted", Client: []fact.Fact{exRoute, exReset, fact.Retry{Attempt: exAccepted.Attempt, Number: 2}}},
		{Says: Out, When: "three attempts were refused", Client: []fact.Fact{exRoute, exReset, fact.Retry{Attempt: exReset.Attempt, Number: 2}, fact.Retry{Attempt: exReset.Attempt, Number: 3}}},
	},
}
