package cause

import "whynot/internal/fact"

var natNoForward = &Cause{
	ID:    "nat.no-forward",
	Title: "the port is not forwarded to the machine behind",
	Doc: `The address belongs to a router that hides the server behind it, and no rule forwards this port: the router itself answers, by a reset or
not at all. From inside, the server's own address works. By hand, on the router: its port forwards.`,
	Explains: []*Cause{symptomRefused, symptomSilent, symptomRefusedICMP},
	Lacks:    "the router's forwards",
	Judge:    remote(strongest(afterReset("the address may be a router's that does not forward the port"), afterSilence("the address may be a router's that does not forward the port"))),
	Examples: []Example{
		{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
		exAccepts,
	},
}
