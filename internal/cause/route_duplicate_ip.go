package cause

import (
	"strings"

	"whynot/internal/fact"
)

var routeDuplicateIP = &Cause{
	ID:    "route.duplicate-ip",
	Title: "two machines have that address",
	Doc: `Two machines on the target's link claim the same address, so that packets reach now one and now the other. By hand: "arping -D -I
IFACE ADDRESS" on that link, or two MAC addresses in turn in "ip neigh". One machine with two interfaces on a link shows two as well.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRefused, symptomSilent, symptomIntermittent, symptomReset, symptomClosed, symptomMismatch},
	Lacks:    "that each of them answers otherwise: Linux answers ARP on every one of its interfaces, so that one machine may have two",
	Judge: remote(func(c *Case) Verdict {
		a, ok := where(c, fact.Client, func(a fact.LinkAnswer) bool { return a.Addr == c.To.Addr() && len(a.MACs) > 0 })
		if !ok {
			h, no := handshake(c)
			if no != nil {
				return *no
			}
			if h.Result == fact.Failed || missingNeighbour(c) {
				return out(h, "nobody at all answers for the address")
			}
			return unknown()
		}
		if len(a.MACs) > 1 {
			return likely(a, "%s answer for %s on %s", strings.Join(a.MACs, " and "), a.Addr, a.Interface)
		}
		return out(a, "only %s answers for %s", a.MACs[0], a.Addr)
	}),
	Fix: func(c *Case) []Step {
		return []Step{{Text: "find the second machine by its MAC address, and give it an address of its own"}}
	},
	Examples: []Example{
		{Says: Likely, When: "two MAC addresses answer to ARP", Client: []fact.Fact{exOnLink, exReset, fact.LinkAnswer{Addr: exServer, Interface: "eth0", MACs: []string{"02:00:00:00:00:01", "02:00:00:00:00:02"}}}},
		{Says: Out, When: "one answers", Client: []fact.Fact{exOnLink, exReset, fact.LinkAnswer{Addr: exServer, Interface: "eth0", MACs: []string{"02:00:00:00:00:01"}}}},
	},
}
