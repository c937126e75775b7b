package cause

import "whynot/internal/fact"

var pathIdleTimeout = &Cause{
	ID:    "path.idle-timeout",
	Title: "a device cuts idle connections",
	Doc: `A NAT, a firewall or a balancer forgets a connection on which nothing has passed for some time, and cuts or drops it. It is always the
same span: 60 s, 350 s, an hour. By hand: hold a connection idle and note when it dies; TCP keep-alive cures it.`,
	Explains: []*Cause{symptomReset, symptomClosed},
	Lacks:    "connections held idle, and when they are cut",
	Judge: func(c *Case) Verdict {
		x, no := sawHangUp(c)
		if no != nil {
			return *no
		}
		if x.Took < fact.Duration(2e9) {
			return out(x, "it was ended after %s already", x.Took)
		}
		return possible(x, "it was ended after %s without a byte", x.Took)
	},
	Examples: []Example{
		{Says: Possible, When: "it was reset after 5 s of silence", Target: "ssh://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, fact.Exchange{Asked: "nothing", Port: 5432, End: fact.EndReset, Took: fact.Duration(5e9)}}},
		{Says: Out, When: "it was closed at once", Client: []fact.Fact{exRoute, exAccepted, exHungUp}},
	},
}
