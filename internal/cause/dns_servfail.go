package cause

import "whynot/internal/fact"

var dnsServFail = &Cause{
	ID:    "dns.servfail",
	Title: "the name server failed to answer",
	Doc: `SERVFAIL: the name server could not find the answer. Its own upstream does not answer, the zone is broken, or DNSSEC validation
failed: then the same question with checking disabled works. The name may well exist. Programs say "Temporary failure in name
resolution". By hand: "dig NAME", and "dig +cd NAME" for DNSSEC.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		asked := asking(c)
		a, ok := find(asked, fact.DNSServFail)
		if !ok || l.Result != fact.LookupFailed {
			return outByAnswer(asked, l)
		}
		v := proven(a, "the name server %s answers SERVFAIL for %s", a.Server.Addr(), a.Name)
		if e, ok := where(c, fact.Client, func(e fact.DNSAnswer) bool { return e.EDE != "" && e.Server == a.Server && e.Name == a.Name }); ok {
			v = v.and(e, "it says why: %s", e.EDE)
		}
		unchecked, ok := where(c, fact.Client, func(u fact.DNSAnswer) bool {
			return u.Purpose == fact.DNSUnchecked && u.Server == a.Server && u.Name == a.Name
		})
		if ok && unchecked.Result == fact.DNSAnswered {
			v = v.and(unchecked, "without DNSSEC validation it answers %s: the zone's signatures are at fault", addrList(unchecked.Addrs))
		}
		return v
	},
	Examples: []Example{
		{Says: Proven, When: "the name server says SERVFAIL", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSServFail)}},
		{Says: Out, When: "the name does not exist", Target: "db.internal:5432", Client: []fact.Fact{exNoName, exDNSAnswer(fact.DNSNXDomain)}},
	},
}
