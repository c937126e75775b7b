package cause

import "whynot/internal/fact"

var lbUpstreamTimeout = &Cause{
	ID:    "lb.upstream-timeout",
	Title: "what is behind the balancer does not answer in time",
	Doc: `The reverse proxy reached its backend, or tried to, and no answer came within its limit: HTTP 504, after the proxy's time-out. By hand, on the
balancer: its error log, and the backend's own speed.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected, symptomStalled},
	Judge: func(c *Case) Verdict {
		v := byStatus(Proven, 504)(c)
		if v.Level == Unknown {
			return afterStall("what accepts may be a balancer that waits for its backend")(c)
		}
		if a, ok := httpAnswer(c); ok && v.Level == Proven {
			return v.and(a, "after %s", a.Took)
		}
		return v
	},
	Examples: exStatus(Proven, 504),
}
