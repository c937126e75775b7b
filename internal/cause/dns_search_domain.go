package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var dnsSearchDomain = &Cause{
	ID:    "dns.search-domain",
	Title: "a search domain turned the short name into another one",
	Doc: `The resolver tries a short name with each search domain of resolv.conf first. A domain with a wildcard record answers to any
name, so that "db" becomes "db.example.com" on a foreign machine. By hand: "getent ahosts NAME." with a trailing dot, and "grep search
/etc/resolv.conf".`,
	Side:     fact.Client,
	Explains: []*Cause{addrWrongHost, serviceNotListening, symptomRefused, symptomSilent, symptomUnreachable, symptomMismatch},
	Lacks:    "which full name was meant",
	Judge: func(c *Case) Verdict {
		l, ok := first[fact.Lookup](c, fact.Client)
		if !ok || l.Result != fact.LookupFound {
			return unknown()
		}
		if l.Search == "" {
			return out(l, "no search domain was added")
		}
		wildcard, ok := where(c, fact.Client, func(a fact.DNSAnswer) bool { return a.Purpose == fact.DNSWildcard })
		if ok && wildcard.Result == fact.DNSAnswered {
			return likely(l, "%s was looked up as %s", l.Name, l.FullName).and(wildcard, "the domain %s answers to any name, with %s", l.Search, addrList(wildcard.Addrs))
		}
		if a, ok := where(c, fact.Client, func(a fact.DNSAnswer) bool {
			return a.Purpose == fact.DNSAbsolute && a.Result == fact.DNSAnswered
		}); ok {
			return likely(l, "%s was looked up as %s", l.Name, l.FullName).and(a, "%s exists as well, with %s", a.Name, addrList(a.Addrs))
		}
		return possible(l, "%s was looked up as %s", l.Name, l.FullName)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "write the full name that is meant, with a dot at its end"}}
	},
	Examples: []Example{
		{Says: Likely, When: "db became db.example.com, and that domain answers to any name", Target: "db:5432", Client: []fact.Fact{
			fact.Lookup{Name: "db", FullName: "db.example.com", Search: "example.com", Result: fact.LookupFound, Source: "dns", Addrs: []netip.Addr{exServer}},
			fact.DNSAnswer{Server: exResolver, Purpose: fact.DNSWildcard, Name: "whynot-0.example.com", Type: "A", Result: fact.DNSAnswered, Addrs: []netip.Addr{exServer}}, exRoute, exReset}},
		{Says: Out, When: "the name was found as typed", Target: "db.internal:5432", Client: []fact.Fact{exDNSLookup, exRoute, exReset}},
	},
}
