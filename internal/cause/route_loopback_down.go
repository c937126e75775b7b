package cause

import "whynot/internal/fact"

var routeLoopbackDown = &Cause{
	ID:    "route.loopback-down",
	Title: "the loopback interface is down",
	Doc: `The interface lo is switched off, so that not even 127.0.0.1 can be reached: connections to this machine itself vanish. It happens in
fresh network namespaces and in minimal containers. By hand: "ip link show lo".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomSilent, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		lo, ok := where(c, fact.Client, func(i fact.Interface) bool { return i.Name == "lo" })
		if !ok {
			return unknown()
		}
		if lo.Up {
			return out(lo, "lo is up")
		}
		r, ok := first[fact.Route](c, fact.Client)
		if ok && (r.Local() || c.Target.Loopback()) {
			return proven(lo, "lo is switched off, and %s is this machine", r.To)
		}
		return possible(lo, "lo is switched off, though the target is not reached by it")
	},
	Fix: func(*Case) []Step {
		return []Step{{Text: "switch lo on", Command: "ip link set lo up"}}
	},
	Examples: []Example{
		{Says: Proven, When: "lo is down and 127.0.0.1 silent", Target: "127.0.0.1:5432", Client: []fact.Fact{exLocal, exSilent, fact.Interface{Name: "lo"}}},
		{Says: Out, When: "lo is up", Target: "127.0.0.1:5432", Client: []fact.Fact{exLocal, exReset, fact.Interface{Name: "lo", Up: true}}},
	},
}
