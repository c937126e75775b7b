package cause

import "whynot/internal/fact"

var natHairpin = &Cause{
	ID:    "nat.hairpin",
	Title: "the forwarded address does not work from inside",
	Doc: `A client in the same network as the server dials the router's outer address. The router translates the destination but not the source, so
the server answers the client directly, under an address that the client has not asked. From outside it works. By hand: try from another
network.`,
	Explains: []*Cause{symptomSilent},
	Lacks:    "an attempt from outside",
	Judge:    remote(afterSilence("client and server may be behind the same router")),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
