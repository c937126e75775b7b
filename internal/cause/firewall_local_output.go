package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var firewallLocalOutput = &Cause{
	ID:    "firewall.local-output",
	Title: "this machine's own firewall forbids it",
	Doc: `A rule in the output of this very machine rejects or drops the packet before it leaves. The ICMP error then bears one of this
machine's own addresses; a dropped SYN is simply never seen on the wire, and connect waits in vain. By hand: "nft list chain inet filter
output" or "iptables -nvL OUTPUT", and "tcpdump" on the outgoing interface, which shows nothing.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRefused, symptomRefusedICMP, symptomSilent, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		switch h.Result {
		case fact.ICMP:
			return rejectedByOurselves(c, h)
		case fact.Silent:
			return droppedByOurselves(c, h)
		case fact.Reset:
			return resetByOurselves(c, h)
		case fact.Failed:
			if h.Step == "send" && h.Errno == "EPERM" {
				return likely(h, "the kernel refused to send the datagram: EPERM, as for a packet that the output chain drops")
			}
		}
		return contradicts(h)
	},
	Fix: func(c *Case) []Step {
		return []Step{
			{Text: "find the rule, and let this connection out", Command: "nft list ruleset"},
			{Text: "with iptables", Command: "iptables -nvL OUTPUT --line-numbers"},
		}
	},
	Examples: []Example{
		{Says: Proven, When: "ICMP port unreachable came from this machine's own address", Client: []fact.Fact{exRoute, exICMP(exClient, 3, 3)}},
		{Says: Likely, When: "the SYN was not seen leaving, while those to other ports were", Client: []fact.Fact{exRoute, exSilent, fact.Departure{Others: true, Watched: fact.Duration(9e8)}}},
		{Says: Possible, When: "a SYN with TTL 1 is reset, and one to another port expires at the router", Client: []fact.Fact{exRoute, exReset, exPath(exResetAt(1)), fact.Path{Port: 9, Hops: []fact.Hop{exHop(1, exRouter)}}}},
		{Says: Possible, When: "other ports may go by another next hop", Client: []fact.Fact{fact.Route{To: exServer, Type: "unicast", Gateway: exRouter, Interface: "eth0", Ways: 2}, exSilent, fact.Departure{Others: true, Watched: fact.Duration(9e8)}}},
		{Says: Possible, When: "a datagram to this machine itself is refused", Target: "udp://192.0.2.10:5432", Client: []fact.Fact{fact.Route{To: exServer, Type: "local", Interface: "lo", Source: exServer}, exClosedHere()}},
		{Says: Likely, When: "on this machine, the SYN was reset and never tracked, while others are", Client: []fact.Fact{exLocal, exReset, exUnconfirmed}, Server: []fact.Fact{exNoSockets}},
		{Says: Out, When: "the SYN was seen leaving", Client: []fact.Fact{exRoute, exSilent, fact.Departure{Left: true, Watched: fact.Duration(9e8)}}},
	},
}

// exClosedHere is a closed UDP port of this very machine.
func exClosedHere() fact.Handshake {
	h := exICMP(exServer, 3, 3)
	h.Network, h.Local = "udp", netip.AddrPortFrom(exServer, 40000)
	return h
}

func rejectedByOurselves(c *Case, h fact.Handshake) Verdict {
	switch {
	case here(c) && h.Network == "udp" && h.ICMP.PortUnreachable():
		return possible(h, "this machine answered itself with %s: a rule of its own may, and a closed port does", h.ICMP)
	case here(c):
		return possible(h, "this machine answered itself with %s: a rule of its input or output", h.ICMP)
	case !ownAddress(h):
		return out(h, "%s, another machine, sent %s", h.ICMP.From, h.ICMP)
	case ruleAnswer(h):
		return proven(h, "this machine's own address %s answered with %s", h.ICMP.From, h.ICMP)
	case missingNeighbour(c):
		return out(h, "this machine says so since nobody answers on the link")
	case h.Took < atOnce:
		return likely(h, "this machine's own address %s says %s at once", h.ICMP.From, h.ICMP)
	}
	if h.Took < quickly {
		return possible(h, "this machine's own address %s says %s after %s", h.ICMP.From, h.ICMP, h.Took)
	}
	return out(h, "this machine says %s after %s: it has looked for a neighbour", h.ICMP, h.Took)
}

// droppedByOurselves weighs whether the SYN leaves. A failed repetition shows in a counter of the whole network namespace, which proves
// nothing by itself.
func droppedByOurselves(c *Case, h fact.Handshake) Verdict {
	d, watched := first[fact.Departure](c, fact.Client)
	switch {
	case watched && d.Left:
		return out(d, "the SYN was seen leaving")
	case watched && d.Others && severalWays(c):
		return possible(d, "the SYN was not seen leaving in %s; but the route has several next hops, and other ports may take another", d.Watched)
	case watched && d.Others:
		return likely(d, "the SYN was not seen leaving in %s, while SYNs to other ports of the host were", d.Watched)
	}
	if t, ok := translated(c); ok {
		return possible(t, "this machine sends it on to %s, and its own rules or its routing may drop it on the way", t.Real)
	}
	if here(c) && mayBeTranslated(c) {
		return possible(h, "a rule of this machine may drop it, or its routing what a forward has made of it")
	}
	if l, ok := first[fact.LocalDrops](c, fact.Client); ok && h.SYNs > 1 && !missingNeighbour(c) {
		return likely(l, "%d times the kernel could not send a segment again, and the SYN was to be sent again %d times", l.Failed, h.SYNs-1)
	}
	if h.SYNs > 1 && !watched {
		return out(h, "the kernel could repeat the SYN")
	}
	return possible(h, "it may not leave this machine")
}

// resetByOurselves weighs whether the reset came from this machine: then it answers even a SYN that cannot pass the first router.
func resetByOurselves(c *Case, h fact.Handshake) Verdict {
	if here(c) {
		if r, ok := receiver(c); ok {
			return possible(r, "a socket listens there, and yet a reset came")
		}
		if u, ok := unconfirmed(c); ok {
			return likely(u, "the SYN did not get past this machine's own hooks, which other packets do").and(h, "and it was reset")
		}
		if mayBeTranslated(c) {
			return possible(h, "a rule of this machine's output may reset it, where a forward leads it to a service that listens")
		}
		return out(h, "this machine is the server")
	}
	switch p, near := nearAnswer(c, fact.Reset); {
	case near == nearYes:
		// As root, the interface tells nothing: that of a local reset is the way out, too (net/ipv4/ip_sockglue.c, ipv4_pktinfo_prepare).
		return possible(p, "a SYN whose TTL ends at the first hop is refused already, and one to another port is not: this machine or that hop has answered")
	case near == nearNo:
		return out(p, "a SYN whose TTL ends at the first hop is not refused")
	}
	return possible(h, "a rule of this machine may reset it")
}

// severalWays says that connections to other ports of the host may go another way than this one.
func severalWays(c *Case) bool {
	r, ok := first[fact.Route](c, fact.Client)
	return ok && (r.Ways > 1 || r.Selective || r.Rule != "")
}
