package cause

import "whynot/internal/fact"

var appNotAuthorized = &Cause{
	ID:    "app.not-authorized",
	Title: "this identity may not do that",
	Doc: `The service knows, or does not care, who asks, and does not allow it: HTTP 403. A rule about addresses, or a web application firewall, gives
the same status. By hand: the server's log says which rule.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Lacks:    "the server's own rule or log line: a 403 does not tell identity from address",
	Judge:    byStatus(Likely, 403, 451),
	Examples: exStatus(Likely, 403),
}
