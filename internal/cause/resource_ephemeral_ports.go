package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var resourceEphemeralPorts = &Cause{
	ID:    "resource.ephemeral-ports",
	Title: "this machine has no source ports left to there",
	Doc: `Every connection to one address and port needs a local port of its own, out of net.ipv4.ip_local_port_range. When they are all in use,
or in TIME-WAIT, the kernel says "Cannot assign requested address" at once. By hand: "ss -tan dst ADDRESS | wc -l".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.Result != fact.Failed || h.Errno != "EADDRNOTAVAIL" {
			return contradicts(h)
		}
		u, ok := first[fact.PortUse](c, fact.Client)
		switch {
		case !ok:
			return possible(h, "connect found no local address or port")
		case u.Range > 0 && u.Used*10 >= u.Range*9:
			return proven(u, "%d of %d local ports are in use towards it%s", u.Used, u.Range, portKinds(u)).and(h, "connect gave EADDRNOTAVAIL")
		case u.Used*2 >= u.Range && u.Used > 0:
			// A port that a program has bound and not yet used is not seen (sock_diag(7) does not list it).
			return likely(u, "%d of %d local ports are in use towards it%s", u.Used, u.Range, portKinds(u)).and(h, "connect gave EADDRNOTAVAIL")
		case u.Used > 0:
			return possible(u, "%d of %d local ports are in use towards it%s", u.Used, u.Range, portKinds(u))
		}
		return out(u, "%d of %d local ports are in use towards it", u.Used, u.Range)
	},
	Fix: func(c *Case) []Step {
		return []Step{
			{Text: "let the program keep its connections open and use them again"},
			{Text: "or widen the range", Command: `sysctl -w net.ipv4.ip_local_port_range="1024 65535"`},
		}
	},
	Examples: []Example{
		{Says: Proven, When: "every port of the range is in use", Client: []fact.Fact{exRoute, exFailed("EADDRNOTAVAIL"), fact.PortUse{Used: 4, Range: 4}}},
		{Says: Likely, When: "most ports of the range are in use", Client: []fact.Fact{exRoute, exFailed("EADDRNOTAVAIL"), fact.PortUse{Used: 6, Range: 10}}},
		{Says: Out, When: "no port is in use", Client: []fact.Fact{exRoute, exFailed("EADDRNOTAVAIL"), fact.PortUse{Range: 28232}}},
	},
}

// portKinds tells by what the ports are taken, where it is not by open connections.
func portKinds(u fact.PortUse) string {
	text := ""
	if u.TimeWait > 0 {
		text += fmt.Sprintf(", %d of them in TIME-WAIT", u.TimeWait)
	}
	if u.Listened > 0 {
		text += fmt.Sprintf(", %d of them by programs that listen", u.Listened)
	}
	return text
}
