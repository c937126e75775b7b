package cause

import "whynot/internal/fact"

var appStarting = &Cause{
	ID:    "app.starting",
	Title: "the service is starting up",
	Doc: `The program accepts connections and is not ready: it loads data or recovers, and says so (57P03, LOADING, 503). A little later it works. By
hand: wait and try again.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Lacks:    "the program's own words, asked in its protocol",
	Judge:    byStatus(Possible, 503),
	Examples: exStatus(Possible, 503),
}
