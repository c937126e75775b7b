package cause

import "whynot/internal/fact"

var appNotFound = &Cause{
	ID:    "app.not-found",
	Title: "there is no such database, virtual host, queue or path",
	Doc: `The service works, and what was asked for is not there: HTTP 404 or 410. A default site in front answers so to a host name that it does not
know, too. By hand: "curl -v URL", and the same with another Host.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected},
	Judge:    byStatus(Proven, 404, 410),
	Examples: exStatus(Proven, 404),
}
