package cause

import "whynot/internal/fact"

var containerBindLoopback = &Cause{
	ID:    "container.bind-loopback",
	Title: "the program in the container listens on its loopback only",
	Doc: `The port is published, and inside the container the program is bound to 127.0.0.1: Docker's proxy accepts and hangs up, a translation is
refused. By hand: "docker exec NAME ss -ltn".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, natDeadBackend, symptomClosed, symptomReset, symptomRefused},
	Lacks:    "the listeners inside the container",
	Judge:    strongest(afterHangUp("a container's program may listen on its loopback alone"), noListener("a container's program may listen on its loopback alone")),
	Examples: exWhyHungUp,
}
