package cause

import "whynot/internal/fact"

var pathMiddleboxReset = &Cause{
	ID:    "path.middlebox-reset",
	Title: "a device on the way forges the reset",
	Doc: `A filter that looks into the connection (for a forbidden name, a protocol, a signature) ends it with a reset in the server's name, often
just after the first bytes of the client. The server has sent none. By hand: tcpdump at both ends; the reset's TTL against that of the
other packets.`,
	Explains: []*Cause{symptomReset, symptomRefused},
	Lacks:    "whether the server itself sent the reset",
	Judge: routed(func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Reset {
			if difference, r, other, ok := resetDistance(c); ok {
				if difference >= 0 {
					return out(r, "the reset has come as far as the host's other answers").and(other, "%s", otherAnswer(other))
				}
				return possible(r, "the reset comes from nearer than the host")
			}
			return possible(h, "a device on the way may have sent it")
		}
		x, no := sawHangUp(c)
		if no != nil {
			return *no
		}
		if x.End != fact.EndReset {
			return out(x, "the connection was closed in order")
		}
		return possible(x, "a device on the way may have sent the reset")
	}),
	Examples: []Example{
		{Says: Possible, When: "a reset came after the first bytes", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exCutOff}},
		{Says: Out, When: "the connection was closed in order", Client: []fact.Fact{exRoute, exAccepted, exHungUp}},
	},
}
