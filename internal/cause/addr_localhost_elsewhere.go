package cause

import "whynot/internal/fact"

var addrLocalhostElsewhere = &Cause{
	ID:    "addr.localhost-elsewhere",
	Title: "localhost is another machine than the one that was meant",
	Doc: `"localhost" always is the machine on which the client runs. In a browser it is the user's own, in an SSH session the remote one,
in a container the container. A service on one's own machine is not there. By hand: "hostname" where the client runs.`,
	Side:     fact.Client,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Lacks:    "on which machine the service is meant to be",
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if !c.Target.Loopback() && !c.Target.Empty() && !h.To.Addr().IsUnspecified() {
			return out(h, "%s is no loopback address", h.To.Addr())
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		if m, ok := first[fact.Machine](c, fact.Client); ok && m.RemoteLogin {
			return possible(m, "this is a session by SSH: localhost is %s", m.Host)
		}
		return possible(h, "%s is the machine on which the client runs", c.Target.Host)
	},
	Examples: []Example{
		{Says: Possible, When: "localhost refuses, in a session by SSH", Target: "localhost:5432", Client: []fact.Fact{fact.Machine{RemoteLogin: true}, exReset}},
		{Says: Out, When: "the target is another machine", Client: []fact.Fact{exRoute, exReset}},
	},
}
