package cause

import "whynot/internal/fact"

var firewallStateOnly = &Cause{
	ID:    "firewall.state-only",
	Title: "only established connections are let in",
	Doc: `The rule that accepted new connections is gone, and the one for established connections is left: old sessions go on, and no new one
comes in. By hand, on the server: the rules with "ct state", and whether old connections still work.`,
	Side:     fact.Server,
	Explains: []*Cause{firewallInputDrop, firewallInputReject, symptomSilent, symptomRefusedICMP},
	Lacks:    "the server's rules",
	Judge:    strongest(afterSilence("only established connections may be let in"), afterRejection("only established connections may be let in")),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		exAccepts,
	},
}
