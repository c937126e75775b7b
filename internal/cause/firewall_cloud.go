package cause

import "whynot/internal/fact"

var firewallCloud = &Cause{
	ID:    "firewall.cloud",
	Title: "the provider's security group or ACL drops it",
	Doc: `Cloud providers filter in front of the machine: a security group, a network ACL, a firewall policy. Nothing arrives at the machine and
its own rules are innocent. By hand: the provider's console or "reachability analyzer"; tcpdump on the machine shows nothing.`,
	Explains: []*Cause{symptomSilent},
	Lacks:    "whether the SYN arrives at the machine",
	Judge: routed(func(c *Case) Verdict {
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		if f, text, alive := hostAlive(c); alive {
			return possible(f, "%s, and this port is silent", text)
		}
		return possible(h, "a filter before the machine may drop it")
	}),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "the host is on the link", Client: []fact.Fact{exOnLink, exSilent}},
	},
}
