package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var routeNone = &Cause{
	ID:    "route.none",
	Title: "this machine has no route there",
	Doc: `No entry of the routing table covers the address: there is no default route, or not for this IP version. The kernel says "Network
is unreachable" at once and sends nothing. By hand: "ip route get ADDRESS" and "ip route".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable},
	Judge: func(c *Case) Verdict {
		r, no := noRoute(c)
		if no != nil {
			return *no
		}
		v := proven(r, "the kernel finds no route to %s (%s)", r.To, r.Errno)
		if r.Rule != "" {
			return likely(r, "the kernel finds no route to %s (%s), unless the rule %s says so", r.To, r.Errno, r.Rule)
		}
		if t, ok := where(c, fact.Client, func(t fact.RouteChoice) bool { return t.Type == "throw" }); ok {
			v = v.and(t, "a throw route for %s ends the search in table %d", t.Prefix, t.Table)
		}
		return v
	},
	Fix: func(c *Case) []Step {
		family := ""
		switch to := c.To.Addr(); {
		case to.IsLoopback() && to.Is6():
			return []Step{{Text: "give lo its address back", Command: "ip addr add ::1/128 dev lo"}}
		case to.IsLoopback():
			return []Step{{Text: "give lo its address back", Command: "ip addr add 127.0.0.1/8 dev lo"}}
		case to.Is6():
			family = "-6 "
		}
		return []Step{{Text: "add a default route, or one to that network", Command: "ip " + family + "route add default via GATEWAY"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the route query gives ENETUNREACH", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH"}, exFailed("ENETUNREACH")}},
		{Says: Out, When: "a rule of the type unreachable says so", Client: []fact.Fact{fact.Route{To: exServer, Errno: "ENETUNREACH", Type: "unreachable", Rule: "100: from all unreachable"}, exFailed("ENETUNREACH")}},
		exHasRoute,
	},
}

var exHasRoute = Example{Says: Out, When: "the route goes by a gateway that answers", Client: []fact.Fact{exRoute, exReset}}

// noRoute gives the route query that found nothing.
func noRoute(c *Case) (fact.Route, *Verdict) {
	r, ok := first[fact.Route](c, fact.Client)
	if !ok {
		v := unknown()
		return r, &v
	}
	if r.Errno == "ENETUNREACH" && r.Type == "" || r.Errno == "EHOSTUNREACH" && r.Type == "" || r.Errno == "ESRCH" {
		return r, nil
	}
	v := out(r, "%s", wayOut(r))
	return r, &v
}

// wayOut describes the route for a reader.
func wayOut(r fact.Route) string {
	switch {
	case r.Errno != "":
		return "the routing says " + routeText(r)
	case r.Local():
		return r.To.String() + " is an address of this machine"
	case r.Gateway.IsValid():
		return fmt.Sprintf("the route goes by %s on %s", r.Gateway, r.Interface)
	}
	return fmt.Sprintf("%s is on the link %s", r.To, r.Interface)
}
