package cause

import "whynot/internal/fact"

var natSNATMissing = &Cause{
	ID:    "nat.snat-missing",
	Title: "the answer has no way back, for want of source NAT",
	Doc: `The router lets packets of a private network out without translating their source, and the far end cannot answer to such an address. By
hand, at the server: tcpdump shows the private source; on the router: no masquerade rule.`,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the source address that the server sees",
	Judge: func(c *Case) Verdict {
		if t, ok := translated(c); ok && t.Direct != nil && t.Direct.Result == fact.Accepted {
			h, no := sawSilence(c)
			if no != nil {
				return *no
			}
			return likely(t, "this machine sends it on to %s, which accepts when it is dialled itself", t.Real).and(h, "and this way nothing comes back")
		}
		if h, no := sawSilence(c); no == nil && here(c) && mayBeTranslated(c) {
			return possible(h, "this machine may send it on to another, and that be unable to answer")
		}
		return routed(unlessAlive(afterSilence("the router may not translate this machine's address")))(c)
	},
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Likely, When: "this machine sends it on to a backend that works", Client: []fact.Fact{exLocal, exSilent, exBackend(fact.Accepted)}},
		{Says: Out, When: "another port of the host answers", Client: []fact.Fact{exRoute, exSilent, exAlive}},
	},
}
