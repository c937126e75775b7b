package cause

import "whynot/internal/fact"

var lbProxyProtocol = &Cause{
	ID:    "lb.proxy-protocol",
	Title: "one side speaks the PROXY protocol and the other does not",
	Doc: `A server behind a balancer may expect each connection to begin with a PROXY header and cuts off those without; or the balancer sends one to a
server that knows nothing of it. By hand: send "PROXY UNKNOWN" and a line break in front of the request.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, symptomReset, symptomClosed, symptomRejected},
	Lacks:    "an attempt with a PROXY header in front",
	Judge: func(c *Case) Verdict {
		x, no := sawHangUp(c)
		if no != nil {
			if v := byStatus(Possible, 400)(c); v.Level > Unknown {
				return v
			}
			return *no
		}
		return possible(x, "it may expect a PROXY header")
	},
	Examples: exWhyHungUp,
}
