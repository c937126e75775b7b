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
		if h.Result != fact.ICMP || ownAddress(h) || h.ICMP.TimeExceeded() {
			return contradicts(h)
		}
		if fromTarget(h) {
			return rejectedInItsName(c, h)
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
		{Says: Proven, When: "a router at which a SYN's TTL ends sent ICMP port unreachable", Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 3), exPath(exHop(1, exRouter), exEnd(2, exRouter, 3, 3))}},
		{Says: Likely, When: "another address sent ICMP port unreachable, which may be the server's own", Client: []fact.Fact{exRoute, exICMP(exOther, 3, 3), exPath(exHop(1, exRouter), exEnd(2, exOther, 3, 3))}},
		{Says: Likely, When: "a SYN that ends at the first router is rejected in the server's name, and one to another port is not", Client: []fact.Fact{exRoute, exICMP(exServer, 3, 13), exPath(exEnd(1, exServer, 3, 13)), fact.Path{Port: 9, Hops: []fact.Hop{exHop(1, exRouter)}}}},
		{Says: Possible, When: "the router says host unreachable after 311 ms: a rule, or a short patience with neighbours", Client: []fact.Fact{exRoute, exICMPAfter(exRouter, 3, 1, 311e6), exPath(exHop(1, exRouter), exEnd(2, exRouter, 3, 1))}},
		{Says: Likely, When: "host unreachable takes no longer than the line is long", Client: []fact.Fact{exRoute, exICMPAfter(exRouter, 3, 1, 710e6), exPath(exHopAfter(1, exRouter, 700e6))}},
		{Says: Likely, When: "the reset passed fewer hops than the answers of another port", Client: []fact.Fact{exRoute, exReset, exTTL(5432, "reset", 64), exTTL(22, "syn-ack", 63)}},
		{Says: Possible, When: "the ICMP error bears the server's address, as a rule before the routing makes it", Client: []fact.Fact{exRoute, exICMP(exServer, 3, 3)}},
		{Says: Out, When: "no router is in between", Client: []fact.Fact{exOnLink, exICMP(exServer, 3, 3)}},
	},
}

func exTTL(port uint16, flags string, ttl int) fact.AnswerTTL {
	return fact.AnswerTTL{Port: port, Flags: flags, TTL: ttl, Interface: "eth0"}
}

// rejectedByRouter weighs an ICMP error from an address that was not dialled. It need not be a router: a rule in the server's prerouting
// answers with the address of its way back (net/ipv4/icmp.c, icmp_send); only at a router does a TTL end.
func rejectedByRouter(c *Case, h fact.Handshake) Verdict {
	p, at := whereInRouter(c, h)
	only := h.ICMP.PortUnreachable() || h.ICMP.ProtocolUnreachable()
	switch {
	case (only || h.ICMP.Prohibited()) && at == senderForward:
		return proven(h, "the router %s answered with %s", h.ICMP.From, h.ICMP).and(p, "and only after it had looked at the TTL, as its firewall does")
	case only:
		return likely(h, "%s, which was not dialled, answered with %s, as only a firewall's rule does", h.ICMP.From, h.ICMP)
	case at == senderRouting:
		return possible(h, "%s, which was not dialled, says %s", h.ICMP.From, h.ICMP).and(p, "but before it looks at the TTL, as its routing table does, or a rule before that")
	case h.ICMP.Prohibited():
		return likely(h, "%s, which was not dialled, answered with %s", h.ICMP.From, h.ICMP)
	}
	switch pace, f := paceOf(c, h); {
	case pace == paceSlow && h.SYNs > 1:
		return possible(h, "%s, which was not dialled, says %s after %d SYNs: it may have answered the last at once", h.ICMP.From, h.ICMP, h.SYNs)
	case pace == paceSlow:
		return out(f, "%s says %s after %s: it has looked for a neighbour", h.ICMP.From, h.ICMP, h.Took)
	case pace == paceQuick && at == senderForward:
		return likely(h, "%s, which was not dialled, says %s at once", h.ICMP.From, h.ICMP).and(p, "and only after it had looked at the TTL, as its firewall does")
	}
	return possible(h, "%s, which was not dialled, says %s after %s", h.ICMP.From, h.ICMP, h.Took)
}

// rejectedInItsName weighs an ICMP error that bears the server's address: rules at the ingress of an interface or on a bridge answer so
// wherever they are (net/ipv4/netfilter/nf_reject_ipv4.c, nf_reject_skb_v4_unreach).
func rejectedInItsName(c *Case, h fact.Handshake) Verdict {
	if p, near := nearAnswer(c, fact.ICMP); near == nearYes {
		return likely(p, "a SYN whose TTL ends at the first router gets %s already, and one to another port does not", h.ICMP)
	}
	return possible(h, "a rule on the way can answer with %s in the server's name", h.ICMP)
}

// nearerReset weighs a reset by the hops that it has passed. It is no proof: ways back differ, and boxes on them rewrite the TTL.
func nearerReset(c *Case, h fact.Handshake) Verdict {
	difference, r, other, ok := resetDistance(c)
	if p, near := nearAnswer(c, fact.Reset); near == nearYes {
		return possible(p, "a SYN whose TTL ends at the first router is refused already: a rule at its ingress or in its prerouting may")
	}
	_, byEcho := other.(fact.Echo)
	switch {
	case !ok:
		return possible(h, "a reset may come from a firewall on the way")
	case difference < 0 && byEcho: // routers that set the TTL of TCP alone (TTL --ttl-set) make the same difference
		return possible(r, "the reset has passed %d hops fewer than the echo replies", -difference).and(other, "%s", otherAnswer(other))
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
