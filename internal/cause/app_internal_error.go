package cause

import "whynot/internal/fact"

var appInternalError = &Cause{
	ID:    "app.internal-error",
	Title: "it failed inside",
	Doc: `The program took the request and failed: HTTP 500. The reason stands in its log: a bug, a missing file, a database that it cannot reach. By
hand, on the server: the program's log at that moment.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge:    byStatus(Proven, 500, 507, 508),
	Examples: exStatus(Proven, 500),
}
