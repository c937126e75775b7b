package cause

import "whynot/internal/fact"

var firewallBridge = &Cause{
	ID:    "firewall.bridge",
	Title: "a bridge rule drops or rejects it",
	Doc: `A rule of the bridge family, on a bridge between client and server, drops the packet or the ARP request before it: the host looks switched
off. Or it rejects in the host's name. By hand, on the machine with the bridge: "nft list ruleset bridge", "ebtables -L".`,
	Explains: []*Cause{routeHostDown, symptomSilent, symptomUnreachable, symptomRefusedICMP},
	Lacks:    "the rules of the bridge",
	Judge: remote(func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Silent || h.Result == fact.ICMP && h.ICMP.HostUnreachable() {
			return possible(h, "a bridge on the last link may drop it")
		}
		if h.Result == fact.ICMP && fromTarget(h) && ruleAnswer(h) {
			return possible(h, "a bridge on the last link can answer with %s in the host's name", h.ICMP)
		}
		return contradicts(h)
	}),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Possible, When: "a host on the link answers by ICMP port unreachable", Client: []fact.Fact{exOnLink, exICMP(exServer, 3, 3)}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
