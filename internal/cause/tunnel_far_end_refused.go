package cause

import "whynot/internal/fact"

var tunnelFarEndRefused = &Cause{
	ID:    "tunnel.far-end-refused",
	Title: "the tunnel is up and its far end is refused",
	Doc: `An SSH tunnel, "kubectl port-forward" or a relay accepts on this side, and the machine behind it refuses: the connection is closed
without a byte, and the tunnel says "open failed: connect failed". By hand: the tunnel's own output.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, symptomClosed, symptomReset},
	Lacks:    "the tunnel's own message",
	Judge:    afterHangUp("what accepts may be a tunnel whose far end is refused"),
	Examples: exWhyHungUp,
}
