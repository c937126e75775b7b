package cause

import "whynot/internal/fact"

var routeNoneOnWay = &Cause{
	ID:    "route.none-on-way",
	Title: "a router has no route there",
	Doc: `A router on the way answers with ICMP net unreachable (IPv6: no route): it does not know where to send the packet. The client's
program says "Network is unreachable", as if its own route were missing. A firewall can be told to answer the same: in its forward chain
only after the TTL was checked, but in prerouting before, as routes and policy rules do. By hand: "traceroute ADDRESS" ends with !N.`,
	Explains: []*Cause{symptomUnreachable},
	Lacks:    "the router's own routes",
	Judge: routed(func(c *Case) Verdict {
		h, no := sawICMP(c, (*fact.ICMPError).NetUnreachable)
		if no != nil {
			return *no
		}
		if !fromRouter(h) {
			return possible(h, "%s itself says %s", h.ICMP.From, h.ICMP)
		}
		p, at := whereInRouter(c, h)
		switch at {
		case senderRouting:
			return likely(h, "the router %s says %s", h.ICMP.From, h.ICMP).and(p, "it says so before it looks at the TTL, as its routing table does")
		case senderForward:
			return possible(h, "the router %s says %s", h.ICMP.From, h.ICMP).and(p, "but only after it has looked at the TTL, as a firewall does")
		}
		return likely(h, "the router %s says %s", h.ICMP.From, h.ICMP)
	}),
	Fix: func(c *Case) []Step {
		if h, no := sawICMP(c, (*fact.ICMPError).NetUnreachable); no == nil {
			return []Step{{Text: "give the router a route to " + h.To.Addr().String(), On: h.ICMP.From.String(), Command: "ip route get " + h.To.Addr().String()}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Likely, When: "a router says net unreachable to a SYN whose TTL ends there", Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 0), exPath(exEnd(1, exRouter, 3, 0))}},
		exHasRoute,
	},
}
