package cause

import "whynot/internal/fact"

var firewallBPF = &Cause{
	ID:    "firewall.bpf",
	Title: "a BPF program drops it",
	Doc: `A BPF program attached to an interface (XDP, tc) or to a cgroup (systemd's IPAddressDeny) drops the packet, where no rule list shows it:
"nft list ruleset" is empty. By hand: "bpftool net", "bpftool cgroup tree", "systemctl show -p IPAddressDeny UNIT".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent, symptomUnreachable},
	Lacks:    "the programs that are attached, and the kernel's drop reason",
	Judge:    afterSilence("a BPF program may drop it"),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
