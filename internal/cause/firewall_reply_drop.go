package cause

import "whynot/internal/fact"

var firewallReplyDrop = &Cause{
	ID:    "firewall.reply-drop",
	Title: "the answer is dropped on its way back",
	Doc: `The SYN arrives and is answered, but a rule drops the answer: in the server's own output, or on a router that lets only one direction
pass. By hand, on the server: "tcpdump -ni any tcp port PORT" shows SYN and SYN-ACK, both again and again.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent},
	Lacks:    "whether the server answers, and the rules for its output",
	Judge:    remote(afterSilence("the answer may be dropped on its way back")),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
