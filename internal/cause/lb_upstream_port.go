package cause

import "whynot/internal/fact"

var lbUpstreamPort = &Cause{
	ID:    "lb.upstream-port",
	Title: "the balancer asks the wrong port or network",
	Doc: `The balancer's configuration names a port on which its backend does not listen, or a network that the two do not share. By hand, on the
balancer: its configuration against "ss -ltn" on the backend.`,
	Side:     fact.Server,
	Explains: []*Cause{lbUpstreamDown, symptomRejected},
	Lacks:    "the balancer's configuration and the backend's listeners",
	Judge:    byStatus(Possible, 502, 503, 504),
	Examples: exStatus(Possible, 502),
}
