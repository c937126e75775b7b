package cause

import "whynot/internal/fact"

var resourceConntrack = &Cause{
	ID:    "resource.conntrack",
	Title: "the connection tracking table is full",
	Doc: `A firewall or router that tracks connections has no room for another and drops the packet; old connections go on. By hand there:
"conntrack -C" against "sysctl net.netfilter.nf_conntrack_max", and "nf_conntrack: table full" in the kernel's log.`,
	Side:     fact.Server,
	Explains: []*Cause{firewallInputDrop, firewallForwardDrop, symptomSilent},
	Lacks:    "the tables of the server and of the routers",
	Judge:    afterSilence("a full connection tracking table drops new connections"),
	Examples: exWhySilent,
}
