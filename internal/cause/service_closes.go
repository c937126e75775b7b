package cause

import "whynot/internal/fact"

var serviceCloses = &Cause{
	ID:    "service.closes",
	Title: "the process accepts and closes at once",
	Doc: `The program takes the connection and closes it without a word: an access list of its own, a limit, a worker that crashes, a relay without
a backend. By hand, on the server: the program's log at that moment.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomClosed, symptomReset},
	Judge: func(c *Case) Verdict {
		x, no := sawHangUp(c)
		if no != nil {
			return *no
		}
		if l := listeners(c, "tcp"); len(l) > 0 && here(c) {
			return proven(l[0], "%s listens on %s", l[0].Program(), l[0].Addr).and(x, "and ended the connection after %s", x.Took)
		}
		return possible(x, "it ended the connection after %s", x.Took)
	},
	Examples: []Example{
		{Says: Proven, When: "on the machine itself, the listener closes", Client: []fact.Fact{exLocal, exAccepted, exHungUp}, Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "relay")}},
		{Says: Possible, When: "from another machine, the connection is closed", Client: []fact.Fact{exRoute, exAccepted, exHungUp}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	},
}
