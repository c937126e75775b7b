package cause

import (
	"strings"

	"whynot/internal/fact"
)

var appOverloaded = &Cause{
	ID:    "app.overloaded",
	Title: "it says that it is overloaded",
	Doc: `The service is up and turns requests away since it has too much to do: HTTP 503 with Retry-After, or words to that effect. A balancer without
a healthy backend gives 503, too. By hand: whose 503 it is (Server, Via), and the load of that machine.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Lacks:    "the load of the server: a 503 has many reasons",
	Judge: func(c *Case) Verdict {
		v := byStatus(Possible, 503, 529)(c)
		if a, ok := httpAnswer(c); ok && v.Level == Possible && (a.Header["retry-after"] != "" || strings.Contains(strings.ToLower(a.Body), "overload")) {
			v.Level = Likely
			if after := a.Header["retry-after"]; after != "" {
				return v.and(a, "it says to try again after %s", after)
			}
		}
		return v
	},
	Examples: exStatus(Possible, 503),
}
