package cause

import "whynot/internal/fact"

var bindOtherAddress = &Cause{
	ID:    "bind.other-address",
	Title: "the service listens on another address of the machine",
	Doc: `The machine has several addresses, and the program is bound to one of them (or to one interface) that is not the dialled one. By hand, on
the server: "ss -ltn 'sport = :PORT'" against "ip addr".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Judge: boundElsewhere("the service may listen on another address of the machine", func(c *Case, l fact.Listener) bool {
		at := l.Addr.Addr()
		return l.Device != "" || at.Is4() == c.To.Addr().Is4() && !at.IsUnspecified() && (!at.IsLoopback() || c.To.Addr().IsLoopback())
	}),
	Fix: listenWider,
	Examples: []Example{
		{Says: Proven, When: "the listener is on another address", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exListener("203.0.113.5:5432", "postgres")}},
		{Says: Out, When: "nothing listens at all", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}
