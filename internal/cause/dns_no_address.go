package cause

import "whynot/internal/fact"

var dnsNoAddress = &Cause{
	ID:    "dns.no-address",
	Title: "the name exists but has no address of the family asked for",
	Doc: `The name server knows the name, but has no A or no AAAA record for it (NODATA, RFC 2308): only IPv6 where the client takes only
IPv4, or a name that has other records alone, such as MX or SRV. By hand: "dig NAME A" and "dig NAME AAAA".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		asked := asking(c)
		if l.Result != fact.LookupNoAddress {
			return outByAnswer(asked, l)
		}
		if len(l.Addrs) > 0 {
			return proven(l, "%s has %s, and none of the IP version asked for", l.Name, addrList(l.Addrs))
		}
		if a, ok := find(believed(c), fact.DNSNoData); ok {
			if failed, fails := find(asked, fact.DNSServFail); fails {
				return likely(a, "the name server %s knows %s, without an address", a.Server.Addr(), a.Name).and(failed, "for %s it fails", failed.Name)
			}
			return proven(a, "the name server %s knows %s, without an address", a.Server.Addr(), a.Name)
		}
		return likely(l, "the system's resolver finds the name without an address")
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "use the other IP version, or have the record made", Command: "dig " + c.Target.Host + " A " + c.Target.Host + " AAAA"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the name server has no A record", Target: "db.internal:5432", Client: []fact.Fact{fact.Lookup{Name: "db.internal", Result: fact.LookupNoAddress}, exDNSAnswer(fact.DNSNoData)}},
		{Says: Out, When: "the name does not exist", Target: "db.internal:5432", Client: []fact.Fact{exNoName, exDNSAnswer(fact.DNSNXDomain)}},
	},
}
