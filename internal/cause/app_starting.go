package cause

import "whynot/internal/fact"

var appStarting = &Cause{
	ID:    "app.starting",
	Title: "the service is starting up",
	Doc: `The program accepts connections and is not ready: it loads data or recovers, and says so (57P03, LOADING, 503). A little later it works. By
hand: wait and try again.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge:    byMeaning("starting", byStatus(Possible, 503)),
	Examples: exRefusal("starting", "-LOADING Redis is loading the dataset in memory"),
}
