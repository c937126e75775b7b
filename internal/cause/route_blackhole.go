package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var routeBlackhole = &Cause{
	ID:    "route.blackhole",
	Title: "a route throws it away",
	Doc: `A blackhole route covers the address. Here, connect says "Invalid argument" at once; on a router, packets vanish without a word.
They are set against attacks, and by tools that reserve a network. By hand: "ip route show table all type blackhole".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable, symptomSilent},
	Judge: func(c *Case) Verdict {
		r, ok := first[fact.Route](c, fact.Client)
		if !ok {
			return unknown()
		}
		if r.Errno == "EINVAL" {
			if r.Type == "blackhole" {
				return proven(r, "the routing says: %s", routeText(r))
			}
			return likely(r, "the routing throws %s away (EINVAL)", r.To)
		}
		if r.Errno != "" || r.Local() || !r.Gateway.IsValid() {
			return out(r, "%s", wayOut(r))
		}
		return unlessAlive(afterSilence("a router on the way may throw it away"))(c)
	},
	Fix: func(c *Case) []Step {
		if r, ok := first[fact.Route](c, fact.Client); ok && r.Errno != "" {
			return deleteRoute(r)
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "a blackhole route covers the address", Client: []fact.Fact{fact.Route{To: exServer, Errno: "EINVAL", Type: "blackhole", Prefix: netip.MustParsePrefix("192.0.2.0/24"), Table: 254}, exFailed("EINVAL")}},
		exHasRoute,
	},
}
