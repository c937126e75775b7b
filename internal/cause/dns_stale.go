package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var dnsStale = &Cause{
	ID:    "dns.stale",
	Title: "an old answer is still cached",
	Doc: `The name server gives from its cache an address that the zone itself no longer has. It ends when the record's TTL does. By hand:
ask the zone's own server: "dig NS ZONE", then "dig @THAT NAME".`,
	Side:     fact.Client,
	Explains: []*Cause{routeHostDown, serviceNotListening, symptomRefused, symptomSilent, symptomUnreachable},
	Lacks:    "the entry of the cache, and when it was asked for",
	Judge: func(c *Case) Verdict {
		l, ok := first[fact.Lookup](c, fact.Client)
		if !ok || l.Result != fact.LookupFound {
			return unknown()
		}
		if l.Source != "dns" {
			return out(l, "the address does not come from a name server")
		}
		authority, ok := where(c, fact.Client, func(a fact.DNSAnswer) bool { return a.Purpose == fact.DNSAuthority && a.Result == fact.DNSAnswered })
		if !ok {
			return unknown()
		}
		for _, a := range authority.Addrs {
			for _, own := range l.Addrs {
				if a == own {
					return out(authority, "the zone's own server %s gives the same", authority.Server.Addr())
				}
			}
		}
		v := likely(authority, "the zone's own server %s gives %s", authority.Server.Addr(), addrList(authority.Addrs)).
			and(l, "the configured name server gives %s", addrList(l.Addrs))
		if o, works := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.Why == fact.ByAuthority && o.Result == fact.Accepted }); works {
			v.Level = Likely // the zone may give inner and outer networks different addresses
			v = v.and(o, "%s accepts", o.To.Addr())
		}
		return v
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "empty the cache of this machine's resolver, or of the name server", Command: "resolvectl flush-caches"}}
	},
	Examples: []Example{
		{Says: Likely, When: "the zone's own server gives another address, and that accepts", Target: "db.internal:5432", Client: []fact.Fact{exDNSLookup, exAuthority(exOther), exRoute, exReset,
			fact.OtherAddress{Attempt: fact.Attempt{To: netip.AddrPortFrom(exOther, 5432), Network: "tcp", Result: fact.Accepted}, Why: fact.ByAuthority}}},
		{Says: Out, When: "the zone's own server gives the same", Target: "db.internal:5432", Client: []fact.Fact{exDNSLookup, exAuthority(exServer), exRoute, exReset}},
	},
}

// exAuthority is the answer of the zone's own server.
func exAuthority(addr netip.Addr) fact.DNSAnswer {
	a := exDNSAnswer(fact.DNSAnswered, addr)
	a.Server, a.Purpose = netip.MustParseAddrPort("203.0.113.53:53"), fact.DNSAuthority
	return a
}
