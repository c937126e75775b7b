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
		{Says: Likely, When: "a SYN with TTL 1 is reset, and one to another port expires at the router", Client: []fact.Fact{exRoute, exReset, exPath(exResetAt(1)), fact.Path{Port: 9, Hops: []fact.Hop{exHop(1, exRouter)}}}},
		{Says: Possible, When: "a datagram to this machine itself is refused", Target: "udp://192.0.2.10:5432", Client: []fact.Fact{fact.Route{To: exServer, Type: "local", Interface: "lo", Source: exServer}, exClosedHere()}},
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
	case here(c) && ruleAnswer(h):
		return possible(h, "this machine answered itself with %s: a rule of its input or output", h.ICMP)
	case !ownAddress(h):
		return out(h, "%s, another machine, sent %s", h.ICMP.From, h.ICMP)
	case ruleAnswer(h):
		return proven(h, "this machine's own address %s answered with %s", h.ICMP.From, h.ICMP)
	case missingNeighbour(c):
		return out(h, "this machine says so since nobody answers on the link")
	case h.Took < quickly:
		return likely(h, "this machine's own address %s says %s at once", h.ICMP.From, h.ICMP)
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
	case watched && d.Others:
		return likely(d, "the SYN was not seen leaving in %s, while SYNs to other ports of the host were", d.Watched)
	}
	if l, ok := first[fact.LocalDrops](c, fact.Client); ok && h.SYNs > 1 && !missingNeighbour(c) {
		return likely(l, "%d times the kernel could not send a segment again, and the SYN was to be sent again %d times", l.Failed, h.SYNs-1)
	}
	if h.SYNs > 1 && !watched {
		return out(h, "the kernel could repeat the SYN")
	}
	return possible(h, "the SYN may not leave this machine")
}

// resetByOurselves weighs whether the reset came from this machine: then it answers even a SYN that cannot pass the first router.
func resetByOurselves(c *Case, h fact.Handshake) Verdict {
	if here(c) {
		if r, ok := receiver(c); ok {
			return possible(r, "a socket listens there, and yet a reset came")
		}
		return out(h, "this machine is the server")
	}
	switch p, near := nearReset(c); {
	case near == nearYes:
		return likely(p, "a SYN whose TTL ends at the first hop is refused already, and one to another port is not: nothing further away can have answered")
	case near == nearNo:
		return out(p, "a SYN whose TTL ends at the first hop is not refused")
	}
	return possible(h, "a rule of this machine may reset it")
}
