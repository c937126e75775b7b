package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var firewallForwardReject = &Cause{
	ID:    "firewall.forward-reject",
	Title: "a firewall on the way rejects it",
	Doc: `A router between client and server answers in the server's place, by an ICMP error that names its sender, or by a reset that bears the
server's address but comes from nearer. Programs say "Connection refused" or "No route to host", as if the server had spoken. By hand:
"tcpdump icmp" on the client; for a reset, its TTL against that of the server's other packets.`,
	Explains: []*Cause{symptomRefused, symptomRefusedICMP, symptomUnreachable},
	Judge: routed(func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Reset {
			return nearerReset(c, h)
		}
		if h.Result != fact.ICMP || !fromRouter(h) || h.ICMP.TimeExceeded() {
			return contradicts(h)
		}
		if p, ok := first[fact.OtherAddress](c, fact.Client); ok && p.ICMP != nil && p.ICMP.From == h.ICMP.From && !ruleAnswer(h) {
			return possible(h, "the router %s says %s", h.ICMP.From, h.ICMP)
		}
		return rejectedByRouter(c, h)
	}),
	Fix: func(c *Case) []Step {
		if h, no := reached(c); no == nil && fromRouter(h) {
			return []Step{{Text: "find the rule there, and let this client pass", On: h.ICMP.From.String(), Command: "nft list ruleset"}}
		}
		return []Step{{Text: "find the rule on the router, and let this client pass", Command: "nft list ruleset"}}
	},
	Examples: []Example{
		{Says: Proven, When: "a router sent ICMP port unreachable in answer to a SYN", Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 3)}},
		{Says: Likely, When: "the reset passed fewer hops than the answers of another port", Client: []fact.Fact{exRoute, exReset, exTTL(5432, "reset", 64), exTTL(22, "syn-ack", 63)}},
		{Says: Out, When: "the server itself sent the ICMP error", Client: []fact.Fact{exRoute, exICMP(exServer, 3, 3)}},
	},
}

func exTTL(port uint16, flags string, ttl int) fact.AnswerTTL {
	return fact.AnswerTTL{Port: port, Flags: flags, TTL: ttl, Interface: "eth0"}
}

// rejectedByRouter weighs an ICMP error from a machine on the way.
func rejectedByRouter(c *Case, h fact.Handshake) Verdict {
	p, at := whereInRouter(c, h)
	switch {
	case h.ICMP.PortUnreachable() || h.ICMP.ProtocolUnreachable():
		return proven(h, "%s, which is not the server, answered with %s, as only a firewall's rule does", h.ICMP.From, h.ICMP)
	case at == senderRouting:
		return possible(h, "%s, which is not the server, says %s", h.ICMP.From, h.ICMP).and(p, "but before it looks at the TTL, as its routing table does")
	case h.ICMP.Prohibited() && at == senderForward:
		return proven(h, "%s, which is not the server, answered with %s", h.ICMP.From, h.ICMP).and(p, "and only after it had looked at the TTL, as its firewall does")
	case h.ICMP.Prohibited():
		return likely(h, "%s, which is not the server, answered with %s", h.ICMP.From, h.ICMP)
	case at == senderForward && h.Took < quickly:
		return likely(h, "%s, which is not the server, says %s at once", h.ICMP.From, h.ICMP).and(p, "and only after it had looked at the TTL, as its firewall does")
	case h.Took < quickly:
		return possible(h, "%s, which is not the server, says %s at once", h.ICMP.From, h.ICMP)
	}
	return out(h, "%s says %s after %s: it has looked for a neighbour", h.ICMP.From, h.ICMP, h.Took)
}

// nearerReset weighs a reset by the hops that it has passed. It is no proof: ways back differ, and boxes on them rewrite the TTL.
func nearerReset(c *Case, h fact.Handshake) Verdict {
	difference, r, other, ok := resetDistance(c)
	if p, near := nearReset(c); near == nearYes {
		return possible(p, "a SYN whose TTL ends at the first router is refused already, before its forward chain")
	}
	switch {
	case !ok:
		return possible(h, "a reset may come from a firewall on the way")
	case difference < 0:
		return likely(r, "the reset has passed %d hops fewer than the host's other answers", -difference).and(other, "%s", otherAnswer(other))
	}
	return out(r, "the reset has come as far as the host's other answers").and(other, "%s", otherAnswer(other))
}

func otherAnswer(f fact.Fact) string {
	switch f := f.(type) {
	case fact.AnswerTTL:
		return fmt.Sprintf("the %s of port %d arrived with TTL %d", f.Flags, f.Port, f.TTL)
	case fact.Echo:
		return fmt.Sprintf("the echo reply arrived with TTL %d", f.TTL)
	case fact.Path:
		if end, ok := f.End(); ok {
			return fmt.Sprintf("only a SYN of TTL %d is answered", end.TTL)
		}
	}
	return "compared with the host's other answers"
}
