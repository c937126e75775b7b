package cause

import (
	"fmt"
	"net/netip"

	"whynot/internal/fact"
)

var dnsNXDomain = &Cause{
	ID:    "dns.nxdomain",
	Title: "the name does not exist",
	Doc: `The name server that this machine is configured to ask says NXDOMAIN: there is no such name. A typing error, a name of an inner
network asked outside of it, or a record that was never made; or the
name is an alias of such a name. Of several servers the first that answers is believed, whatever the next one knows. By hand: "dig NAME" says "status: NXDOMAIN".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		asked, counts := asking(c), believed(c)
		if a, ok := find(counts, fact.DNSAnswered); ok && l.Result == fact.LookupNoName {
			return out(a, "the name server %s, which counts, answered %s", a.Server.Addr(), dnsWord(a))
		}
		if a, ok := find(counts, fact.DNSNXDomain); ok && l.Result == fact.LookupNoName {
			if other, differs := knownElsewhere(c, a); differs {
				return likely(a, "%s says that %s does not exist, and its answer counts: it is the first that answers", a.Server.Addr(), a.Name).
					and(other, "%s knows it, with %s", other.Server.Addr(), addrList(other.Addrs))
			}
			if a.Alias != "" {
				return proven(a, "the name server %s says that %s is an alias of %s, which does not exist (NXDOMAIN)", a.Server.Addr(), a.Name, a.Alias)
			}
			return proven(a, "the name server %s says that %s does not exist (NXDOMAIN)", a.Server.Addr(), a.Name)
		}
		if len(asked) == 0 && l.Result == fact.LookupNoName {
			return likely(l, "the system's resolver finds no such name")
		}
		return outByAnswer(asked, l)
	},
	Fix: func(c *Case) []Step {
		a, ok := find(believed(c), fact.DNSNXDomain)
		if other, differs := knownElsewhere(c, a); ok && differs {
			return []Step{{Text: fmt.Sprintf("name %s before %s, or let that one know the name: only the first that answers is heard", other.Server.Addr(), a.Server.Addr()), Command: "cat /etc/resolv.conf"}}
		}
		if a.Alias != "" {
			return []Step{{Text: "have the alias " + a.Name + " point to a name that exists, or have " + a.Alias + " made", Command: "dig " + a.Name}}
		}
		return []Step{{Text: "check the spelling, or have the record made", Command: "dig " + c.Target.Host}}
	},
	Examples: []Example{
		{Says: Proven, When: "the name server says NXDOMAIN", Target: "db.internal:5432", Client: []fact.Fact{exNoName, exDNSAnswer(fact.DNSNXDomain)}},
		{Says: Likely, When: "the first name server says NXDOMAIN, and the second, which is not heard, knows the name", Target: "db.internal:5432",
			Client: []fact.Fact{exTwoServers, exNoName, exDNSAnswer(fact.DNSNXDomain), exSecond(exDNSAnswer(fact.DNSAnswered, exServer))}},
		{Says: Proven, When: "the name is an alias of one that does not exist", Target: "db.internal:5432", Client: []fact.Fact{exNoName, exAlias}},
		{Says: Out, When: "the name server fails for the name with a search domain", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSServFail), exDNSAnswer(fact.DNSNXDomain)}},
		{Says: Out, When: "the name server fails", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSServFail)}},
	},
}

var (
	exNoName   = fact.Lookup{Name: "db.internal", Result: fact.LookupNoName}
	exNoAnswer = fact.Lookup{Name: "db.internal", Result: fact.LookupFailed}
	exAlias    = fact.DNSAnswer{Server: exResolver, Transport: "udp", Purpose: fact.DNSAsked, Name: "db.internal", Type: "A", Result: fact.DNSNXDomain, Alias: "gone.internal"}
	exResolver = netip.MustParseAddrPort("198.51.100.53:53")
)

// exDNSAnswer is an answer of the configured name server about A.
func exDNSAnswer(r fact.DNSResult, addrs ...netip.Addr) fact.DNSAnswer {
	return fact.DNSAnswer{Server: exResolver, Transport: "udp", Purpose: fact.DNSAsked, Name: "db.internal", Type: "A", Result: r, Addrs: addrs}
}

var exTwoServers = fact.NameConfig{Order: []string{"files", "dns"}, Servers: []netip.AddrPort{exResolver, exSecond(fact.DNSAnswer{}).Server}, File: "/etc/resolv.conf"}

// exSecond makes an answer that of the second name server.
func exSecond(a fact.DNSAnswer) fact.DNSAnswer {
	a.Server = netip.MustParseAddrPort("203.0.113.53:53")
	return a
}

// knownElsewhere gives the answer of a server that is not heard and knows the name all the same.
func knownElsewhere(c *Case, no fact.DNSAnswer) (fact.DNSAnswer, bool) {
	for _, a := range asking(c) {
		if a.Result == fact.DNSAnswered && a.Name == no.Name && a.Server != no.Server {
			return a, true
		}
	}
	return fact.DNSAnswer{}, false
}
