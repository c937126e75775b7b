package cause

import (
	"fmt"
	"net/netip"
	"strings"

	"whynot/internal/fact"
)

var routeProhibit = &Cause{
	ID:    "route.prohibit",
	Title: "a route or rule forbids it",
	Doc: `A route or policy rule of the type prohibit or unreachable covers the address, here or on a router. Here the kernel says "Permission
denied" or "No route to host" at once; a router answers with ICMP communication prohibited. It is taken for SELinux or a firewall. By
hand: "ip route show table all type prohibit" and "ip rule".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable, symptomRefusedICMP},
	Judge: func(c *Case) Verdict {
		r, ok := first[fact.Route](c, fact.Client)
		if !ok {
			return unknown()
		}
		if r.Errno == "ENETUNREACH" && r.Type == "" && r.Rule != "" {
			return possible(r, "the rule %s may say so", r.Rule)
		}
		if r.Errno == "EACCES" || (r.Errno == "EHOSTUNREACH" || r.Errno == "ENETUNREACH") && r.Type == "unreachable" {
			if r.Type == "" && r.Rule != "" {
				return likely(r, "the routing forbids %s (%s), perhaps by the rule %s", r.To, r.Errno, r.Rule)
			}
			if r.Type == "" {
				return likely(r, "the routing forbids %s (%s)", r.To, r.Errno)
			}
			return proven(r, "the routing says: %s", routeText(r))
		}
		if r.Errno != "" || r.Local() || !r.Gateway.IsValid() {
			return out(r, "%s", wayOut(r))
		}
		return prohibitedOnWay(c)
	},
	Fix: func(c *Case) []Step {
		if r, ok := first[fact.Route](c, fact.Client); ok && r.Errno != "" {
			return deleteRoute(r)
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "a prohibit route covers the address", Client: []fact.Fact{fact.Route{To: exServer, Errno: "EACCES", Type: "prohibit", Prefix: netip.MustParsePrefix("192.0.2.0/24")}, exFailed("EACCES")}},
		{Says: Proven, When: "a rule of the type unreachable covers the address", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH", Type: "unreachable", Rule: "100: from all to 192.0.2.0/24 unreachable"}, exFailed("ENETUNREACH")}},
		{Says: Likely, When: "a rule that looks at more than the destination may forbid it", Client: []fact.Fact{fact.Route{To: exServer, Errno: "EACCES", Rule: "100: from all and more prohibit"}, exFailed("EACCES")}},
		{Says: Possible, When: "a router says net unreachable before it looks at the TTL", Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 0), exPath(exEnd(1, exRouter, 3, 0))}},
		exHasRoute,
	},
}

// prohibitedOnWay is about a router that says so by ICMP.
func prohibitedOnWay(c *Case) Verdict {
	h, no := sawICMP(c, func(e *fact.ICMPError) bool {
		return e.Is(false, 3, 13) || e.Is(false, 3, 1) || e.Is(true, 1, 1) || e.Is(true, 1, 6) || e.Is(true, 1, 3) || e.NetUnreachable()
	})
	if no != nil {
		return *no
	}
	if !fromRouter(h) {
		return out(h, "%s itself sent %s", h.ICMP.From, h.ICMP)
	}
	p, at := whereInRouter(c, h)
	switch at {
	case senderRouting: // or a firewall's rule in prerouting
		return possible(h, "the router %s says %s", h.ICMP.From, h.ICMP).and(p, "it says so before it looks at the TTL, as its routing table does")
	case senderForward:
		return out(p, "the router %s looks at the TTL first, as no routing table does", h.ICMP.From)
	}
	return possible(h, "the router %s says %s", h.ICMP.From, h.ICMP)
}

// deleteRoute takes away a route or rule of this machine that says no.
func deleteRoute(r fact.Route) []Step {
	family := ""
	if r.To.Is6() {
		family = "-6 "
	}
	if r.Rule != "" {
		priority, _, _ := strings.Cut(r.Rule, ":")
		return []Step{{Text: "remove the rule, if it is not wanted", Command: "ip " + family + "rule del priority " + priority}}
	}
	if !r.Prefix.IsValid() {
		return nil
	}
	return []Step{{Text: "remove the route, if it is not wanted", Command: fmt.Sprintf("ip %sroute del %s %s table %d", family, r.Type, r.Prefix, r.Table)}}
}
