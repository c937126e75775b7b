package cause

import "whynot/internal/fact"

var natSNATMissing = &Cause{
	ID:    "nat.snat-missing",
	Title: "the answer has no way back, for want of source NAT",
	Doc: `The router lets packets of a private network out without translating their source, and the far end cannot answer to such an address. By
hand, at the server: tcpdump shows the private source; on the router: no masquerade rule.`,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the source address that the server sees",
	Judge:    routed(unlessAlive(afterSilence("the router may not translate this machine's address"))),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "another port of the host answers", Client: []fact.Fact{exRoute, exSilent, exAlive}},
	},
}
