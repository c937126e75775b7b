package cause

import "whynot/internal/fact"

var natOutputNotTranslated = &Cause{
	ID:    "nat.output-not-translated",
	Title: "the forward does not apply to the machine's own connections",
	Doc: `The rule that forwards a port is in prerouting, which the machine's own packets do not pass: from elsewhere the port works, from the
machine itself it is refused. By hand: the same rule in the output hook of the nat table.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Lacks:    "the machine's translation rules",
	Judge: func(c *Case) Verdict {
		if !here(c) {
			h, no := handshake(c)
			if no != nil {
				return *no
			}
			return out(h, "the target is another machine")
		}
		return noListener("the port may be forwarded for other machines alone")(c)
	},
	Examples: []Example{
		{Says: Possible, When: "the machine itself is refused", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
		{Says: Out, When: "the target is another machine", Client: []fact.Fact{exRoute, exReset}},
	},
}
