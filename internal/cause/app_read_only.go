package cause

import "whynot/internal/fact"

var appReadOnly = &Cause{
	ID:    "app.read-only",
	Title: "it takes no writes",
	Doc: `The service answers reads and refuses writes: a replica, a full disk, maintenance (25006, -READONLY, 1290). By hand: whether this is the
primary.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge:    byMeaning("read-only", byStatus(Possible, 405, 503)),
	Examples: exRefusal("read-only", "-READONLY You can't write against a read only replica."),
}
