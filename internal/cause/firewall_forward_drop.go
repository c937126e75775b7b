package cause

import "whynot/internal/fact"

var firewallForwardDrop = &Cause{
	ID:    "firewall.forward-drop",
	Title: "a firewall on the way drops it",
	Doc: `A router or firewall between client and server discards the packet without an answer. A router counts the TTL before it asks its
rules, so the last hop that answers to a SYN of limited TTL may itself be the one that drops. By hand: "traceroute -T -p PORT HOST" for
this port and for one that works.`,
	Explains: []*Cause{symptomSilent, symptomUnreachable},
	Lacks:    "the rules of the router",
	Judge: routed(func(c *Case) Verdict {
		if h, no := sawICMP(c, (*fact.ICMPError).TimeExceeded); no == nil {
			return possible(h, "a router may set the TTL of what it passes on, so that it ends at %s", h.ICMP.From)
		}
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		if d, ok := first[fact.Departure](c, fact.Client); ok && !d.Left && d.Others {
			return out(d, "the SYN does not leave this machine")
		}
		p, ok := realPath(c)
		if !ok {
			return possible(h, "something on the way may drop it")
		}
		last, ok := p.Last()
		if !ok {
			return possible(p, "no hop on the way answers")
		}
		for _, other := range every[fact.Path](c, fact.Client) {
			if further, ok := other.Last(); ok && other.Port != p.Port && further.TTL > last.TTL {
				return likely(p, "towards this port the last hop that answers is %s (%d)", last.From, last.TTL).
					and(other, "towards port %d %s (%d) answers, too", other.Port, further.From, further.TTL)
			}
		}
		return possible(p, "the last hop that answers is %s: it or what is behind it", last.From)
	}),
	Fix: func(c *Case) []Step {
		p, ok := realPath(c)
		if !ok {
			return nil
		}
		last, ok := p.Last()
		if !ok {
			return nil
		}
		return []Step{{Text: "find the rule there, and let this client pass", On: last.From.String(), Command: "nft list ruleset"}}
	},
	Examples: []Example{
		{Says: Likely, When: "towards another port a further hop answers", Client: []fact.Fact{exRoute, exSilent, exPath(exHop(1, exRouter)), fact.Path{Port: 22, Hops: []fact.Hop{exHop(2, exOther)}}}},
		{Says: Possible, When: "the TTL ends on the way, and nothing goes round", Client: []fact.Fact{exRoute, exICMP(exRouter, 11, 0)}},
		{Says: Out, When: "the host is on the link", Client: []fact.Fact{exOnLink, exSilent}},
	},
}
