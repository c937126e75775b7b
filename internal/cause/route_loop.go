package cause

import "whynot/internal/fact"

var routeLoop = &Cause{
	ID:    "route.loop",
	Title: "the packet goes round until its TTL ends",
	Doc: `Two or more routers send the packet to each other, each taking the other for the way there. In the end one of them answers with ICMP
time exceeded. By hand: "traceroute ADDRESS" shows the same routers again and again.`,
	Explains: []*Cause{symptomUnreachable, symptomSilent},
	Judge: routed(func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		p, walked := realPath(c)
		if walked {
			if who, times := p.Circles(c.To.Addr()); times >= 3 || times == 2 && h.ICMP.TimeExceeded() {
				v := proven(p, "%s answers for %d different distances, with another router in between", who, times)
				if h.ICMP.TimeExceeded() {
					v = v.and(h, "and the packet's own TTL ended at %s", h.ICMP.From)
				}
				return v
			}
		}
		if h.ICMP.TimeExceeded() {
			return possible(h, "the TTL ended on the way, at %s", h.ICMP.From)
		}
		if h.Result != fact.Silent {
			return contradicts(h)
		}
		if walked {
			return out(p, "no router is come back to")
		}
		return unknown()
	}),
	Fix: func(c *Case) []Step {
		p, ok := realPath(c)
		if !ok {
			return nil
		}
		who, times := p.Circles(c.To.Addr())
		if times < 2 {
			return nil
		}
		return []Step{{Text: "correct the route to " + c.To.Addr().String() + " on one of the routers", On: who.String(), Command: "ip route get " + c.To.Addr().String()}}
	},
	Examples: []Example{
		{Says: Proven, When: "one router answers for the TTLs 1, 3 and 5", Client: []fact.Fact{exRoute, exICMP(exRouter, 11, 0), exPath(exHop(1, exRouter), exHop(2, exOther), exHop(3, exRouter), exHop(4, exOther), exHop(5, exRouter))}},
		{Says: Possible, When: "one router answers for three TTLs in a row: what is behind it speaks in its name, or it sets the TTL", Client: []fact.Fact{exRoute, exICMP(exRouter, 11, 0), exPath(exHop(1, exOther), exHop(2, exRouter), exHop(3, exRouter), exHop(4, exRouter))}},
		{Says: Out, When: "behind a translation every router speaks in the dialled address's name", Client: []fact.Fact{exRoute, exSilent, exPath(exHop(1, exRouter), exHop(2, exServer), exHop(3, exServer), exHop(4, exServer))}},
		exHasRoute,
	},
}
