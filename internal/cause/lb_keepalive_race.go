package cause

import "whynot/internal/fact"

var lbKeepaliveRace = &Cause{
	ID:    "lb.keepalive-race",
	Title: "balancer and server close idle connections at different times",
	Doc: `The balancer sends a request on an idle connection that the server is just closing: a rare 502 or reset, on re-used connections only. The
server's keep-alive time must be longer than the balancer's. By hand: compare the two settings.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomReset, symptomRejected},
	Lacks:    "how often it happens, and the two keep-alive times",
	Judge:    byStatus(Possible, 502),
	Examples: exStatus(Possible, 502),
}
