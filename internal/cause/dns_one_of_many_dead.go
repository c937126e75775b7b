package cause

import (
	"fmt"
	"net/netip"

	"whynot/internal/fact"
)

var dnsOneOfManyDead = &Cause{
	ID:    "dns.one-of-many-dead",
	Title: "the name has several addresses, and this one is dead",
	Doc: `Clients take one of a name's addresses, often at random, so one dead address makes every second or third attempt slow or fail,
which looks like a flaky server. By hand: try each address of "getent ahosts NAME".`,
	Side:     fact.Server,
	Explains: []*Cause{routeHostDown, serviceNotListening, symptomRefused, symptomSilent, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		l, ok := first[fact.Lookup](c, fact.Client)
		if !ok || l.Result != fact.LookupFound {
			return unknown()
		}
		same := 0
		for _, a := range l.Addrs {
			if a.Is4() == c.To.Addr().Is4() {
				same++
			}
		}
		if same < 2 || l.Source == "this machine" {
			return out(l, "%s has one address of this IP version", l.Name)
		}
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		sibling, ok := acceptedSibling(c, true)
		if !ok {
			return out(l, "all addresses of %s fail alike", l.Name)
		}
		v := proven(sibling, "%s, of the same name, accepts", sibling.To.Addr()).and(h, "%s does not: %s", h.To.Addr(), resultWord(h.Attempt))
		switch {
		case h.Result == fact.Failed:
			return v.atMost(Possible) // this machine could not even send
		case h.Result != fact.Reset && !missingNeighbour(c):
			return v.atMost(Likely) // what is on the way may be to blame
		}
		return v
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: fmt.Sprintf("mend the service at %s, or take the address out of the name", c.To.Addr())}}
	},
	Examples: []Example{
		{Says: Proven, When: "of two addresses one accepts", Target: "db.internal:5432", Client: []fact.Fact{
			fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "dns", Addrs: []netip.Addr{exServer, exOther}}, exRoute, exReset, exSibling}},
		{Says: Out, When: "the name has one address", Target: "db.internal:5432", Client: []fact.Fact{exDNSLookup, exRoute, exReset}},
	},
}
