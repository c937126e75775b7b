package cause

import "whynot/internal/fact"

var containerStopped = &Cause{
	ID:       "container.stopped",
	Title:    "the container is stopped",
	Doc:      `The container that should serve the port has ended. By hand: "docker ps -a", "docker logs NAME".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening},
	Lacks:    "the state of the containers",
	Judge:    noListener("the service's container may be stopped"),
	Examples: exWhyNothingListens,
}
