package cause

import (
	"whynot/internal/fact"
)

var bindV4Only = &Cause{
	ID:    "bind.v4-only",
	Title: "the service listens on IPv4 only",
	Doc: `The listener is bound to 0.0.0.0 or another IPv4 address, and the name also has an IPv6 address, which is refused. Clients that take IPv6
first fail or lose time. By hand, on the server: "ss -ltn 'sport = :PORT'".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Judge:    boundToOtherVersion(false),
	Fix:      listenWider,
	Examples: []Example{
		{Says: Proven, When: "the listener is on 0.0.0.0 and IPv6 was dialled", Target: "[2001:db8::10]:5432", Client: []fact.Fact{fact.Route{To: exServer6, Type: "local"}, exAt(exTo6, fact.Reset)},
			Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "postgres")}},
		{Says: Out, When: "IPv4 was dialled", Client: []fact.Fact{exRoute, exReset}},
	},
}
