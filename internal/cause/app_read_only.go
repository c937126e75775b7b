package cause

import "whynot/internal/fact"

var appReadOnly = &Cause{
	ID:    "app.read-only",
	Title: "it takes no writes",
	Doc: `The service answers reads and refuses writes: a replica, a full disk, maintenance (25006, -READONLY, 1290). By hand: whether this is the
primary.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Lacks:    "the program's own words, asked in its protocol",
	Judge:    byStatus(Possible, 405, 503),
	Examples: exStatus(Possible, 405),
}
