package cause

import "whynot/internal/fact"

var vmLocalhost = &Cause{
	ID:    "vm.localhost",
	Title: "localhost inside a virtual machine is the guest",
	Doc: `A program inside a virtual machine (WSL 2, an emulator, Vagrant) that dials localhost reaches the guest, and the service is on the host.
By hand: the gateway's address inside the guest is the host's.`,
	Side:     fact.Client,
	Explains: []*Cause{serviceNotListening},
	Lacks:    "whether this is a guest, and what its host has",
	Judge:    onLoopback("in a virtual machine, localhost is the guest"),
	Examples: exWhyLoopback,
}
