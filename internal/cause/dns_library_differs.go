package cause

import (
	"slices"
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
		counts := believed(c)
		a, ok := find(counts, fact.DNSAnswered)
		if !ok {
			return outByAnswer(append(counts, asking(c)...), l)
		}
		if c.Target.Family != "" && len(l.Addrs) > 0 {
			return out(l, "the resolver gives %s", addrList(l.Addrs))
		}
		v := likely(a, "the name server %s gives %s", a.Server.Addr(), addrList(a.Addrs)).and(l, "the system's resolver gives nothing")
		if s, ok := first[fact.SystemLookup](c, fact.Client); ok && len(s.Addrs) == 0 {
			v.Level = Proven
			v = v.and(s, "getent ahosts %s finds nothing", s.Name)
		}
		if n, ok := nameConfig(c); ok {
			v = v.and(n, "nsswitch.conf says hosts: %s", strings.Join(n.Order, " "))
			for _, action := range n.Actions {
				v = v.and(n, "it holds the action %s", action)
			}
		}
		return v
	},
	Fix: func(c *Case) []Step {
		text := "let the hosts line of nsswitch.conf ask dns"
		if n, ok := nameConfig(c); ok && slices.Contains(n.Order, "dns") {
			text = "see which module of nsswitch.conf ends the search before dns, and whether a variable changes the resolver (RES_OPTIONS, LOCALDOMAIN)"
			if len(n.Actions) > 0 {
				text = "take the action that ends the search before dns out of the hosts line of nsswitch.conf"
			}
		}
		return []Step{{Text: text, Command: "grep ^hosts: /etc/nsswitch.conf"}}
	},
	Examples: []Example{
		{Says: Proven, When: "getent finds nothing and the name server answers", Target: "db.internal:5432", Client: []fact.Fact{exNoName, fact.SystemLookup{Name: "db.internal"}, exDNSAnswer(fact.DNSAnswered, exServer)}},
		{Says: Out, When: "the first name server says NXDOMAIN, and only the second, which is not heard, knows the name", Target: "db.internal:5432", Client: []fact.Fact{
			exTwoServers, exNoName, fact.SystemLookup{Name: "db.internal"}, exDNSAnswer(fact.DNSNXDomain), exSecond(exDNSAnswer(fact.DNSAnswered, exServer))}},
		{Says: Out, When: "neither knows the name", Target: "db.internal:5432", Client: []fact.Fact{exNoName, exDNSAnswer(fact.DNSNXDomain)}},
	},
}
