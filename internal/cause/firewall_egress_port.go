package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var firewallEgressPort = &Cause{
	ID:    "firewall.egress-port",
	Title: "this network lets nobody out to that port",
	Doc: `The provider or the company lets no connection out to that port, whatever the host: port 25 against spam nearly everywhere, often 445
and database ports. Other ports of the same host work. By hand: try the port at hosts that are known to serve it.`,
	Side:     fact.Client,
	Explains: []*Cause{firewallForwardDrop, firewallForwardReject, symptomSilent, symptomRefused, symptomRefusedICMP},
	Lacks:    "attempts at the same port of hosts that are known to serve it",
	Judge: routed(func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		if h.Result == fact.ICMP && ownAddress(h) {
			return contradicts(h)
		}
		f, text, alive := hostAlive(c)
		if blockedByCustom[c.Target.Port] && h.Result == fact.Silent && alive {
			return likely(h, "port %d is silent, and it is one that many networks let nobody out to", c.Target.Port).and(f, "%s", text)
		}
		if h.Result == fact.Reset {
			if difference, r, _, ok := resetDistance(c); ok && difference >= 0 {
				return out(r, "the reset has come from as far as the host")
			}
		}
		return possible(h, "the port may be closed to all on the way out")
	}),
	Fix: func(c *Case) []Step {
		if c.Target.Port == 25 {
			return []Step{{Text: "hand mail to the provider's relay, or to port 587 with credentials"}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Likely, When: "port 25 is silent while port 22 answers", Target: "192.0.2.10:25", Client: []fact.Fact{exRoute, exAt(netip.AddrPortFrom(exServer, 25), fact.Silent), exAlive}},
		exAccepts,
	},
}

// blockedByCustom are the ports to which many networks let nobody out.
var blockedByCustom = map[uint16]bool{25: true, 135: true, 137: true, 138: true, 139: true, 445: true}
