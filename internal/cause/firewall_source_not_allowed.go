package cause

import "whynot/internal/fact"

var firewallSourceNotAllowed = &Cause{
	ID:    "firewall.source-not-allowed",
	Title: "only listed clients are let in",
	Doc: `The server's firewall accepts the port from listed addresses alone, and drops or rejects the rest. It works from an administrator's
machine and not from this one. By hand, on the server: the accept rule with its sources, and the policy behind it.`,
	Side:     fact.Server,
	Explains: []*Cause{firewallInputReject, firewallInputDrop, symptomSilent, symptomRefusedICMP, symptomRefused},
	Lacks:    "the server's rules with their sources",
	Judge: strongest(afterSilence("the host may let in only listed clients"), resetByRule("a rule for others than listed clients may reset"),
		afterRejection("the rule may spare listed clients")),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		exAccepts,
	},
}
