package cause

import (
	"strings"
	"time"

	"whynot/internal/fact"
)

var lbNoHealthyBackend = &Cause{
	ID:    "lb.no-healthy-backend",
	Title: "the balancer holds every backend for unhealthy",
	Doc: `The balancer checks its backends, finds none healthy, and answers at once without asking any: 503, "no server is available", "no healthy
upstream". The backends' ports may well be open. By hand, on the balancer: its list of backends and the reason of the check.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		a, no := sawHTTP(c)
		if no != nil {
			return *no
		}
		switch {
		case a.Status != 503:
			return out(a, "it answered HTTP %d", a.Status)
		case strings.Contains(a.Body, "no healthy upstream"):
			return proven(a, "it says: no healthy upstream")
		case strings.Contains(a.Body, "No server is available to handle this request") && a.Took < fact.Duration(500*time.Millisecond):
			return likely(a, "it says after %s: no server is available to handle this request", a.Took)
		case a.Took < fact.Duration(500*time.Millisecond):
			return possible(a, "it answered 503 at once")
		}
		return possible(a, "it answered 503 after %s", a.Took)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "see why the balancer's check fails", On: server(c), Command: "echo 'show servers state' | socat stdio /run/haproxy/admin.sock"}}
	},
	Examples: []Example{
		{Says: Proven, When: "it says that there is no healthy upstream", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, fact.HTTP{Status: 503, Body: "no healthy upstream"}}},
		{Says: Out, When: "it answered 502", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(502)}},
	},
}
