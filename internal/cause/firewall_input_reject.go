package cause

import "whynot/internal/fact"

var firewallInputReject = &Cause{
	ID:    "firewall.input-reject",
	Title: "a firewall rule on the server rejects it",
	Doc: `A rule of the server's own firewall answers with an ICMP error or a reset. An ICMP error from the server's own address in answer to a
SYN speaks for it: a TCP stack never sends one, though a bridge or a router's ingress rule can in its name. A reset is bit for bit what a
closed port sends. By hand, on the server: "nft list ruleset" or "iptables -nvL INPUT", and whether the counters move.`,
	Side:     fact.Server,
	Lacks:    "the server's rules",
	Explains: []*Cause{symptomRefused, symptomRefusedICMP, symptomReset, symptomUnreachable},
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
		case h.Result == fact.Accepted:
			x, no := sawHangUp(c)
			if no == nil && x.End == fact.EndReset {
				return possible(x, "a rule may reset a connection after its handshake, too: by its length, its content or its number")
			}
			return contradicts(h)
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
		{Says: Likely, When: "ICMP host prohibited came from the server's own address", Client: []fact.Fact{exRoute, exICMP(exServer, 3, 10)}},
		{Says: Likely, When: "a server on the link rejects by its other address", Client: []fact.Fact{exOnLink, exICMP(exOther, 3, 3)}},
		{Says: Possible, When: "an address that was not dialled sent it, and no TTL ends there", Client: []fact.Fact{exRoute, exICMP(exOther, 3, 3), exPath(exHop(1, exRouter), exEnd(2, exOther, 3, 3))}},
		{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "a router, at which TTLs end, sent the ICMP error", Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 13), exPath(exHop(1, exRouter), exEnd(2, exRouter, 3, 13))}},
	},
}

// ruleAnswer says that only a firewall's rule gives such an answer to a TCP connection.
func ruleAnswer(h fact.Handshake) bool {
	return h.ICMP.Prohibited() || h.ICMP.ProtocolUnreachable() || h.ICMP.PortUnreachable() && h.Network == "tcp"
}

// rejectedByTarget weighs an ICMP error, by whose address it bears. It is no proof: rules at the ingress of an interface or on a bridge
// answer in the target's name, wherever they are.
func rejectedByTarget(c *Case, h fact.Handshake) Verdict {
	if !fromTarget(h) {
		return rejectedByOtherAddress(c, h)
	}
	if p, ok := forwarded(c); ok {
		return likely(h, "%s answered with %s", h.ICMP.From, h.ICMP).and(p, "but it hands this port on to another machine")
	}
	if p, near := nearAnswer(c, fact.ICMP); near == nearYes {
		return possible(h, "%s answered with %s", h.ICMP.From, h.ICMP).and(p, "but a SYN whose TTL ends at the first router gets that already")
	}
	if ruleAnswer(h) {
		return likely(h, "%s itself answered with %s, which no TCP stack does", h.ICMP.From, h.ICMP)
	}
	if h.Network == "udp" && h.ICMP.PortUnreachable() {
		return possible(h, "a rule that rejects looks like a closed UDP port")
	}
	if pace, _ := paceOf(c, h); pace == paceQuick {
		return likely(h, "%s itself says %s at once", h.ICMP.From, h.ICMP)
	}
	return possible(h, "%s itself says %s after %s", h.ICMP.From, h.ICMP, h.Took)
}

// rejectedByOtherAddress is about an ICMP error from an address that was not dialled: a rule in the server's prerouting answers with the
// address of its way back (net/ipv4/icmp.c, icmp_send), so that it may be the server's own all the same.
func rejectedByOtherAddress(c *Case, h fact.Handshake) Verdict {
	p, at := whereInRouter(c, h)
	r, ok := first[fact.Route](c, fact.Client)
	switch {
	case ownAddress(h):
		return out(h, "this machine itself sent %s", h.ICMP)
	case h.ICMP.TimeExceeded() || at == senderForward:
		return out(h, "%s, a router, sent %s", h.ICMP.From, h.ICMP).and(p, "TTLs end there")
	case ok && r.Errno == "" && r.Interface != "" && !r.Gateway.IsValid() && ruleAnswer(h):
		return likely(h, "%s answered with %s", h.ICMP.From, h.ICMP).and(r, "%s is on the link %s: it is the server by another address", r.To, r.Interface)
	}
	return possible(h, "%s sent %s: it may be the server by another address", h.ICMP.From, h.ICMP)
}

// rejectedHere is about a firewall of this very machine that answers its own connection by ICMP.
func rejectedHere(h fact.Handshake) Verdict {
	if ruleAnswer(h) {
		return likely(h, "this machine answered itself with %s: a rule of its input or output", h.ICMP)
	}
	return possible(h, "this machine answered itself with %s", h.ICMP)
}
