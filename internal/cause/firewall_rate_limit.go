package cause

import "whynot/internal/fact"

var firewallRateLimit = &Cause{
	ID:    "firewall.rate-limit",
	Title: "a rule limits how often one may connect",
	Doc: `A rule lets through only so many new connections in a time (limit, hashlimit, recent, connlimit) and drops or rejects the rest. The first
attempts work, the next do not, and after a pause it works again. By hand, on the server: "nft list ruleset | grep limit".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomIntermittent, firewallInputReject, firewallInputDrop, symptomSilent, symptomRefusedICMP, symptomRefused},
	Lacks:    "the server's rules with their counters",
	Judge: func(c *Case) Verdict {
		if v := symptomIntermittent.Judge(c); v.Level == Proven {
			v.Level = Possible
			return v
		}
		return strongest(afterSilence("a limit on new connections may be exceeded"), resetByRule("a limit on new connections may be exceeded"),
			afterRejection("a limit on new connections may be exceeded"))(c)
	},
	Examples: []Example{
		{Says: Possible, When: "one attempt is silent and the next is accepted", Client: []fact.Fact{exRoute, exSilent, fact.Retry{Attempt: exAccepted.Attempt, Number: 2}}},
		exAccepts,
	},
}
