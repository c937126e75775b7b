package cause

import "whynot/internal/fact"

var containerNotPublished = &Cause{
	ID:    "container.not-published",
	Title: "the container's port is not published",
	Doc: `The program listens inside its container, and no rule leads there from the host: EXPOSE alone publishes nothing. By hand: "docker port
NAME".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening},
	Lacks:    "the published ports",
	Judge:    noListener("the port of a container may not be published"),
	Examples: exWhyNothingListens,
}
