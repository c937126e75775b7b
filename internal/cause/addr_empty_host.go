package cause

import "whynot/internal/fact"

var addrEmptyHost = &Cause{
	ID:    "addr.empty-host",
	Title: "the host in the address is empty",
	Doc: `A variable that should hold the host is unset, so the address is ":5432" or "http:///". Most programs take that for this
machine, where the service is not. The error then shows an address without a host, as in "dial tcp :22: connect: connection
refused". By hand: print the configuration that the program really reads.`,
	Side:     fact.Client,
	Explains: []*Cause{addrLocalhostElsewhere, serviceNotListening, symptomRefused, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		l, ok := first[fact.Lookup](c, fact.Client)
		switch {
		case !ok:
			return unknown()
		case c.Target.Empty():
			return proven(l, "the address is %q: there is no host in it", c.Target)
		case c.Target.This:
			return possible(l, "if a program's configuration says %q, its host is missing", c.Target)
		}
		return out(l, "the address names %s", c.Target.Host)
	},
	Fix: func(*Case) []Step {
		return []Step{{Text: "set the variable or the configuration entry that should hold the host"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the address is http:///", Target: "http:///", Client: []fact.Fact{fact.Lookup{Result: fact.LookupFound, Source: "loopback"}, exReset}},
		{Says: Out, When: "the address has a host", Client: []fact.Fact{fact.Lookup{Name: "192.0.2.10", Result: fact.LookupFound, Source: "literal"}, exRoute, exReset}},
	},
}
