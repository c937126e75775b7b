package cause

import "whynot/internal/fact"

var serviceStarting = &Cause{
	ID:    "service.starting",
	Title: "the service is still starting",
	Doc: `The program runs and does not yet listen: it loads data, waits for a dependency, compiles. A little later it works. By hand: wait and try
again; "whynot --timeout 10s" does.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomIntermittent},
	Judge: func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		for _, r := range every[fact.Retry](c, fact.Client) {
			if r.Result == fact.Accepted {
				if r.After < fact.Duration(5e8) {
					return possible(r, "attempt %d, %s later, was accepted", r.Number, r.After)
				}
				return likely(r, "attempt %d, %s later, was accepted", r.Number, r.After).and(h, "the first was refused")
			}
		}
		return noListener("it may be starting up")(c)
	},
	Lacks: "when the process was started",
	Fix: func(c *Case) []Step {
		return []Step{{Text: "wait, and see whether it comes up", Command: "whynot --timeout 10s " + c.Target.String()}}
	},
	Examples: []Example{
		{Says: Likely, When: "an attempt 3 s later was accepted", Client: []fact.Fact{exRoute, exReset, fact.Retry{Attempt: exAccepted.Attempt, Number: 4, After: fact.Duration(3e9)}}},
		exAccepts,
	},
}
