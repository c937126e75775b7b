package cause

import "whynot/internal/fact"

var firewallContainerToHost = &Cause{
	ID:    "firewall.container-to-host",
	Title: "the host's firewall refuses its containers",
	Doc: `From inside a container the host is an ordinary client of its own firewall: a rule set that trusts loopback and the local network may
drop what comes from docker0. By hand, on the host: the input rules for the bridge.`,
	Side:     fact.Server,
	Explains: []*Cause{firewallInputDrop, firewallInputReject, symptomSilent, symptomRefusedICMP},
	Lacks:    "the host's rules for its bridge",
	Judge: remote(func(c *Case) Verdict {
		m, ok := first[fact.Machine](c, fact.Client)
		if !ok {
			return unknown()
		}
		if m.Container == "" && m.Namespace != "other" {
			return out(m, "this is no container")
		}
		return strongest(afterSilence("the container's host may drop it"), afterRejection("the container's host may reject it"))(c)
	}),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back, in a container", Client: []fact.Fact{exRoute, exSilent, fact.Machine{Container: "docker"}}},
		{Says: Out, When: "this is no container", Client: []fact.Fact{exRoute, exSilent, exMachine}},
	},
}
