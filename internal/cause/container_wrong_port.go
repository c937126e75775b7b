package cause

import "whynot/internal/fact"

var containerWrongPort = &Cause{
	ID:    "container.wrong-port",
	Title: "the port is published to one where nothing listens inside",
	Doc: `The container's port is published to another than the program listens on: "-p 8080:80" for a program on 3000. Docker's proxy accepts and
hangs up. By hand: "docker port NAME" against "docker exec NAME ss -ltn".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, natDeadBackend, symptomClosed, symptomReset, symptomRefused},
	Lacks:    "the published ports and the listeners inside",
	Judge:    strongest(afterHangUp("the port may be published to one where nothing listens"), noListener("the port may be published to one where nothing listens")),
	Examples: exWhyHungUp,
}
