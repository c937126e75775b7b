package cause

import "whynot/internal/fact"

var servicePortTaken = &Cause{
	ID:    "service.port-taken",
	Title: "another program took the port, so the service could not bind",
	Doc: `The service could not start since another program, often an older instance of itself, already has the port: "Address already in use" in its
log. By hand, on the server: "ss -ltnp 'sport = :PORT'".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceFailed, serviceOtherProgram},
	Lacks:    "the service's log",
	Judge: func(c *Case) Verdict {
		if v := serviceOtherProgram.Judge(c); v.Level > Unknown {
			return v.atMost(Possible)
		}
		h, no := sawReset(c)
		if no != nil {
			return *no
		}
		if t, ok := tableKnown(c); ok && len(listeners(c, "tcp")) == 0 {
			return out(t, "nobody has the port")
		}
		return possible(h, "the service may have found its port taken on another address")
	},
	Examples: []Example{
		{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "nobody has the port", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}
