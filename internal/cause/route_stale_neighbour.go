package cause

import (
	"fmt"
	"slices"

	"whynot/internal/fact"
)

var routeStaleNeighbour = &Cause{
	ID:    "route.stale-neighbour",
	Title: "the neighbour entry is wrong",
	Doc: `The ARP or ND table holds a link-layer address that is no longer the next hop's, by hand (a permanent entry) or since the address
moved to another machine and nobody said so. By hand: "ip neigh show ADDRESS" against "arping ADDRESS".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomSilent},
	Judge: remote(unlessAlive(func(c *Case) Verdict {
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		n, ok := first[fact.Neighbour](c, fact.Client)
		if !ok || n.MAC == "" {
			return possible(h, "the next hop may have another link-layer address than this machine believes")
		}
		a, ok := where(c, fact.Client, func(a fact.LinkAnswer) bool { return a.Addr == n.Addr })
		switch {
		case ok && !slices.Contains(a.MACs, n.MAC):
			v := proven(a, "on the link %s answers for %s", fewOf(a.MACs, "nobody"), a.Addr).and(n, "the neighbour table has %s (%s)", n.MAC, n.State)
			if n.State != "permanent" {
				return v.atMost(Likely) // of two machines with the address, one may have been too slow to be heard
			}
			return v
		case ok:
			return out(a, "%s answers for %s, as the table has it", n.MAC, n.Addr)
		case n.State == "permanent":
			return possible(n, "the entry of %s is set by hand to %s, and nothing answers", n.Addr, n.MAC)
		case n.State == "reachable":
			return out(n, "%s has just answered as %s", n.Addr, n.MAC)
		}
		return possible(n, "%s is believed to be %s (%s)", n.Addr, n.MAC, n.State)
	})),
	Fix: func(c *Case) []Step {
		if n, ok := first[fact.Neighbour](c, fact.Client); ok {
			return []Step{{Text: "forget the entry", Command: fmt.Sprintf("ip neigh del %s dev %s", n.Addr, n.Interface)}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "another MAC address answers to ARP than the table has", Client: []fact.Fact{exOnLink, exSilent, fact.Neighbour{Addr: exServer, Interface: "eth0", State: "permanent", MAC: "02:00:00:00:00:99"}, fact.LinkAnswer{Addr: exServer, Interface: "eth0", MACs: []string{"02:00:00:00:00:01"}}}},
		{Says: Out, When: "another port of the host answers, whoever answers to ARP", Client: []fact.Fact{exOnLink, exSilent, exAlive, fact.Neighbour{Addr: exServer, Interface: "eth0", State: "permanent", MAC: "02:00:00:00:00:99"}, fact.LinkAnswer{Addr: exServer, Interface: "eth0", MACs: []string{"02:00:00:00:00:01"}}}},
		exAccepts,
	},
}
