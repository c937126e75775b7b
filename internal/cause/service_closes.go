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
		if t, ok := translated(c); ok {
			return possible(x, "it ended the connection after %s", x.Took).and(t, "it is %s to which this machine sends the connection", t.Real)
		}
		if l := listeners(c, "tcp"); len(l) > 0 && here(c) {
			v := likely(l[0], "%s listens on %s", l[0].Program(), l[0].Addr).and(x, "and the connection ended after %s", x.Took)
			// A rule may reset a connection in the program's name, and a forward may have led it to another program.
			if t, asked := first[fact.Translated](c, fact.Client); asked && x.End == fact.EndClosed {
				v.Level = Proven
				return v.and(t, "this machine does not send it on to another")
			}
			return v
		}
		return possible(x, "it ended the connection after %s", x.Took)
	},
	Examples: []Example{
		{Says: Likely, When: "on the machine itself, the connection is reset: a rule may do that", Client: []fact.Fact{exLocal, exAccepted, exCutOff, fact.Translated{To: exTo, Real: exTo}},
			Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "relay")}},
		{Says: Proven, When: "on the machine itself, the listener closes, and nothing forwards the port", Client: []fact.Fact{exLocal, exAccepted, exHungUp, fact.Translated{To: exTo, Real: exTo}},
			Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "relay")}},
		{Says: Possible, When: "from another machine, the connection is closed", Client: []fact.Fact{exRoute, exAccepted, exHungUp}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	},
}
