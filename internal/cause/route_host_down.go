package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var routeHostDown = &Cause{
	ID:    "route.host-down",
	Title: "no machine answers at that address on its network",
	Doc: `On the last link nobody answers for the address: the machine is off, unplugged, or never had it. On the own link the kernel says so
after three seconds ("No route to host"); further away the last router does, by ICMP host unreachable, if it may. By hand: "ip neigh"
shows FAILED; "arping ADDRESS".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomUnreachable, symptomSilent},
	Judge: remote(func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		r, _ := first[fact.Route](c, fact.Client)
		if n, ok := first[fact.Neighbour](c, fact.Client); ok && !r.Gateway.IsValid() {
			if n.Missing() {
				return proven(n, "nobody answers for %s on %s (%s)", n.Addr, n.Interface, neighbourWord(n))
			}
			if n.MAC != "" {
				return out(n, "%s is there: %s", n.Addr, n.MAC)
			}
		}
		switch {
		case h.HostAnswered() && !h.ICMP.HostUnreachable():
			return contradicts(h)
		case h.Result == fact.Failed || missingNeighbour(c):
			return out(h, "nothing got as far as the host's network")
		case h.Result == fact.ICMP:
			return hostDownByICMP(c, h)
		}
		if f, text, alive := hostAlive(c); alive {
			return out(f, "%s", text)
		}
		return possible(h, "nothing at all comes from the host")
	}),
	Fix: func(c *Case) []Step {
		return []Step{{Text: fmt.Sprintf("see whether the machine is on and has the address %s", c.To.Addr())}}
	},
	Examples: []Example{
		{Says: Proven, When: "the host is on the link and its neighbour entry failed", Client: []fact.Fact{exOnLink, exSilent, fact.Neighbour{Addr: exServer, Interface: "eth0", State: "failed"}}},
		{Says: Out, When: "another port of the host answers", Client: []fact.Fact{exRoute, exSilent, exAlive}},
	},
}

// hostDownByICMP weighs what a router says: a neighbour that does not answer takes it seconds to find out, and it finds out after
// the TTL was checked.
func hostDownByICMP(c *Case, h fact.Handshake) Verdict {
	if !h.ICMP.HostUnreachable() || ownAddress(h) {
		return out(h, "%s says %s", h.ICMP.From, h.ICMP)
	}
	p, at := whereInRouter(c, h)
	pace, by := paceOf(c, h)
	_, measured := by.(fact.Path)
	switch {
	case at == senderRouting:
		return out(p, "the router %s says so before it looks for a neighbour", h.ICMP.From)
	case pace == paceQuick:
		return possible(h, "%s says %s after %s, faster than a neighbour is given up", h.ICMP.From, h.ICMP, h.Took)
	case fromTarget(h):
		return possible(h, "%s itself says %s after %s: it hands the port on to a machine that is not there", h.ICMP.From, h.ICMP, h.Took)
	}
	if pace == paceUnknown && !measured {
		return possible(h, "%s says %s after %s, which a long line or a look for a neighbour takes", h.ICMP.From, h.ICMP, h.Took)
	}
	return likely(h, "the router %s says %s after %s, as it does when nobody on its link answers", h.ICMP.From, h.ICMP, h.Took)
}
