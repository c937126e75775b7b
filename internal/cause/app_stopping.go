package cause

import "whynot/internal/fact"

var appStopping = &Cause{
	ID:    "app.stopping",
	Title: "the service is shutting down",
	Doc:   `The program is about to end and takes no more work (57P01, 57P03, GOAWAY, 503): a restart, a deployment. By hand: wait and try again.`,
	Side:  fact.Server, Explains: []*Cause{symptomRejected},
	Lacks:    "the program's own words, asked in its protocol",
	Judge:    byStatus(Possible, 503),
	Examples: exStatus(Possible, 503),
}
