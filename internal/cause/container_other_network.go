package cause

import "whynot/internal/fact"

var containerOtherNetwork = &Cause{
	ID:    "container.other-network",
	Title: "the two containers share no network",
	Doc: `Containers on different networks are kept apart: packets between them are dropped, and names do not resolve. By hand: "docker network
inspect NAME".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent, symptomUnresolved, symptomUnreachable},
	Lacks:    "the containers' networks",
	Judge:    remote(afterSilence("the two may be on container networks that are kept apart")),
	Examples: exWhySilent,
}
