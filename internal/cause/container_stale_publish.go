package cause

import "whynot/internal/fact"

var containerStalePublish = &Cause{
	ID:    "container.stale-publish",
	Title: "a forward is left behind by a container that is gone",
	Doc: `A published port's translation outlived its container, so that packets go to an address where nobody is. By hand, on the host: "nft list
ruleset | grep dnat" against "docker ps".`,
	Side:     fact.Server,
	Explains: []*Cause{natDeadBackend, symptomUnreachable, symptomSilent, symptomRefused},
	Lacks:    "the host's translations and its containers",
	Judge: remote(strongest(
		afterRejection("a forward may be left behind by a container that is gone"),
		afterSilence("a forward may be left behind by a container that is gone"),
		afterReset("a forward may be left behind by a container that is gone"),
	)),
	Examples: exWhySilent,
}
