package cause

import "whynot/internal/fact"

var firewallInputReject = &Cause{
	ID:    "firewall.input-reject",
	Title: "a firewall rule on the server rejects it",
	Doc: `A rule of the server's own firewall answers with an ICMP error or a reset. An ICMP error from the server's own address in answer to a
SYN proves it: a TCP stack never sends one. A reset does not, since it is bit for bit what a closed port sends. By hand, on the server:
"nft list ruleset" or "iptables -nvL INPUT", and whether the counters move.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRefused, symptomRefusedICMP, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		switch {
		case h.Result == fact.ICMP && here(c):
			return rejectedHere(h)
		case h.Result == fact.ICMP:
			return rejectedByTarget(c, h)
		case h.Result != fact.Reset:
			return contradicts(h)
		}
		if r, ok := receiver(c); ok {
			v := likely(r, "a socket listens there, and yet a reset came").and(h, "%s refuses", h.To)
			if _, sent := translated(c); sent || mayBeTranslated(c) {
				return v.atMost(Possible) // a forward would do the same
			}
			return v
		}
		if t, ok := closedHere(c); ok {
			return out(t, "nothing listens there: the reset is the kernel's own")
		}
		return possible(h, "a rule that rejects with a reset looks just so")
	},
	Fix: func(c *Case) []Step {
		return []Step{
			{Text: "find the rule, and let this client pass", On: server(c), Command: "nft list ruleset"},
			{Text: "with iptables", On: server(c), Command: "iptables -nvL INPUT --line-numbers"},
		}
	},
	Examples: []Example{
		{Says: Proven, When: "ICMP host prohibited came from the server's own address", Client: []fact.Fact{exRoute, exICMP(exServer, 3, 10)}},
		{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "a router sent the ICMP error", Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 13)}},
	},
}

// ruleAnswer says that only a firewall's rule gives such an answer to a TCP connection.
func ruleAnswer(h fact.Handshake) bool {
	return h.ICMP.Prohibited() || h.ICMP.ProtocolUnreachable() || h.ICMP.PortUnreachable() && h.Network == "tcp"
}

// rejectedByTarget weighs an ICMP error from the dialled address itself.
func rejectedByTarget(c *Case, h fact.Handshake) Verdict {
	if !fromTarget(h) {
		return out(h, "%s, another machine, sent %s", h.ICMP.From, h.ICMP)
	}
	if p, ok := forwarded(c); ok {
		return likely(h, "%s answered with %s", h.ICMP.From, h.ICMP).and(p, "but it hands this port on to another machine")
	}
	if ruleAnswer(h) {
		return proven(h, "%s itself answered with %s, which no TCP stack does", h.ICMP.From, h.ICMP)
	}
	if h.Network == "udp" && h.ICMP.PortUnreachable() {
		return possible(h, "a rule that rejects looks like a closed UDP port")
	}
	if h.Took < quickly {
		return likely(h, "%s itself says %s at once", h.ICMP.From, h.ICMP)
	}
	return possible(h, "%s itself says %s after %s", h.ICMP.From, h.ICMP, h.Took)
}

// rejectedHere is about a firewall of this very machine that answers its own connection by ICMP.
func rejectedHere(h fact.Handshake) Verdict {
	if ruleAnswer(h) {
		return likely(h, "this machine answered itself with %s: a rule of its input or output", h.ICMP)
	}
	return possible(h, "this machine answered itself with %s", h.ICMP)
}
