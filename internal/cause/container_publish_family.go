package cause

import "whynot/internal/fact"

var containerPublishFamily = &Cause{
	ID:    "container.publish-family",
	Title: "it is published on one IP version and the program speaks the other",
	Doc: `The port is published on IPv6 or IPv4, and inside the container the program listens on the other alone. By hand: "docker port NAME", and
"ss -ltn" inside.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, symptomClosed, symptomReset, symptomRefused},
	Lacks:    "the published ports and the listeners inside",
	Judge:    strongest(afterHangUp("published port and program may be of different IP versions"), noListener("published port and program may be of different IP versions")),
	Examples: exWhyHungUp,
}
