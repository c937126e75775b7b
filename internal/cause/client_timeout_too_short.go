package cause

import "whynot/internal/fact"

var clientTimeoutTooShort = &Cause{
	ID:    "client.timeout-too-short",
	Title: "the client gives up before the handshake is done",
	Doc: `The connection would be made, but takes longer than the client waits: a satellite link, a saturated line, a first SYN that is
lost. By hand: try again with a longer time-out, and see when the answer comes.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomSilent},
	Judge: func(c *Case) Verdict {
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		for _, r := range every[fact.Retry](c, fact.Client) {
			if r.Result == fact.Accepted && r.Took > slow {
				return proven(r, "a later attempt was accepted after %s", r.Took)
			}
		}
		if p, ok := realPath(c); ok {
			if last, ok := p.Last(); ok && last.Took < quickly {
				return possible(p, "the last hop that answers is only %s away", last.Took)
			}
		}
		return possible(h, "an answer may take longer than %s", h.Took)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "wait longer, to see whether an answer comes at all", Command: "whynot --timeout 30s " + c.Target.String()}}
	},
	Examples: []Example{
		{Says: Proven, When: "a later attempt was accepted after 4 s", Client: []fact.Fact{exRoute, exSilent, fact.Retry{Attempt: fact.Attempt{To: exTo, Network: "tcp", Result: fact.Accepted, Took: fact.Duration(4e9)}, Number: 2}}},
		exAccepts,
	},
}
