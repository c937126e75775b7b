package cause

import (
	"time"

	"whynot/internal/fact"
)

var lbUpstreamDown = &Cause{
	ID:    "lb.upstream-down",
	Title: "the balancer is up and what is behind it refuses",
	Doc: `A reverse proxy or load balancer took the request, and its backend does not take the connection or breaks it: nginx says 502, Apache and HAProxy
503. The web server itself is fine. By hand, on the balancer: its error log names the backend.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected, symptomClosed, symptomStalled},
	Lacks:    "the backend's own state, and the balancer's log",
	Judge: func(c *Case) Verdict {
		a, no := sawHTTP(c)
		if no != nil {
			return afterHangUp("what accepts may be a balancer whose backend refuses")(c)
		}
		switch {
		case a.Status == 502:
			return likely(a, "it answered 502 Bad Gateway%s", by(a))
		case a.Status == 503 && a.Took > fact.Duration(time.Second):
			return likely(a, "it answered 503 after %s, as one that has tried its backend in vain%s", a.Took, by(a))
		case a.Status == 503 || a.Status == 504:
			return possible(a, "it answered %d%s", a.Status, by(a))
		}
		return out(a, "it answered HTTP %d", a.Status)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "see which backend fails, in the balancer's error log", On: server(c), Command: "tail -n 20 /var/log/nginx/error.log"}}
	},
	Examples: exStatus(Likely, 502),
}

// by names the software that answered, where it says.
func by(a fact.HTTP) string {
	if s := a.Header["server"]; s != "" {
		return " (" + s + ")"
	}
	return ""
}
