package cause

import "whynot/internal/fact"

var appDependencyDown = &Cause{
	ID:    "app.dependency-down",
	Title: "what it depends on is down",
	Doc: `The program works, and something that it needs does not: its database, a queue, another service. It answers 500 or 503, late, or not at all. By
hand, on the server: its log, and its own outgoing connections ("ss -tnp state syn-sent").`,
	Side:     fact.Server,
	Explains: []*Cause{appInternalError, serviceHung, serviceFailed, symptomRejected, symptomStalled},
	Lacks:    "the program's own connections that fail, and its log",
	Judge:    strongest(byStatus(Possible, 500, 502, 503, 504), afterStall("it may wait for something that it depends on"), noListener("it may have ended for want of what it depends on")),
	Examples: exStatus(Possible, 500),
}
