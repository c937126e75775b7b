package cause

import "whynot/internal/fact"

var vmRelay = &Cause{
	ID:    "vm.relay",
	Title: "the relay from host to guest is missing or partial",
	Doc: `Ports of a guest reach the host by a relay (WSL's localhost forwarding, a port proxy, a NAT rule), and there is none for this port or
address. By hand: "netsh interface portproxy show all", the hypervisor's forwards.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Lacks:    "the host's relay table",
	Judge:    noListener("the port may be that of a guest without a relay"),
	Examples: exWhyNothingListens,
}
