package cause

import (
	"strings"

	"whynot/internal/fact"
)

var dnsLibraryDiffers = &Cause{
	ID:    "dns.library-differs",
	Title: "the program's resolver library answers otherwise than DNS does",
	Doc: `The name servers know the name, and the system's resolver does not give it: nsswitch.conf leaves DNS out, a module in front ends
the search, or a rule of the library is in the way. Programs with a resolver of their own (Go, musl, Java) then differ from those of
glibc. By hand: "getent ahosts NAME" against "dig NAME", and "grep hosts: /etc/nsswitch.conf".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		asked := asking(c)
		a, ok := find(asked, fact.DNSAnswered)
		if !ok {
			return outByAnswer(asked, l)
		}
		if c.Target.Family != "" && len(l.Addrs) > 0 {
			return out(l, "the resolver gives %s", addrList(l.Addrs))
		}
		v := likely(a, "the name server %s gives %s", a.Server.Addr(), addrList(a.Addrs)).and(l, "the system's resolver gives nothing")
		if s, ok := first[fact.SystemLookup](c, fact.Client); ok && len(s.Addrs) == 0 {
			v.Level = Proven
			v = v.and(s, "getent ahosts %s finds nothing", s.Name)
		}
		if n, ok := first[fact.NameConfig](c, fact.Client); ok {
			v = v.and(n, "nsswitch.conf says hosts: %s", strings.Join(n.Order, " "))
		}
		return v
	},
	Fix: func(*Case) []Step {
		return []Step{{Text: "let the hosts line of nsswitch.conf ask dns", Command: "grep ^hosts: /etc/nsswitch.conf"}}
	},
	Examples: []Example{
		{Says: Proven, When: "getent finds nothing and the name server answers", Target: "db.internal:5432", Client: []fact.Fact{exNoName, fact.SystemLookup{Name: "db.internal"}, exDNSAnswer(fact.DNSAnswered, exServer)}},
		{Says: Out, When: "neither knows the name", Target: "db.internal:5432", Client: []fact.Fact{exNoName, exDNSAnswer(fact.DNSNXDomain)}},
	},
}
