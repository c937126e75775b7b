package cause

import (
	"fmt"
	"net/netip"
	"strings"

	"whynot/internal/fact"
)

var dnsNXDomain = &Cause{
	ID:    "dns.nxdomain",
	Title: "the name does not exist",
	Doc: `The name server that this machine is configured to ask says NXDOMAIN: there is no such name. A typing error, a name of an inner
network asked outside of it, or a record that was never made. By hand: "dig NAME" says "status: NXDOMAIN".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		asked := asking(c)
		if a, ok := find(asked, fact.DNSNXDomain); ok && l.Result == fact.LookupNoName {
			if other, differs := find(asked, fact.DNSAnswered); differs {
				return likely(a, "%s says that %s does not exist", a.Server.Addr(), a.Name).and(other, "%s knows it", other.Server.Addr())
			}
			return proven(a, "the name server %s says that %s does not exist (NXDOMAIN)", a.Server.Addr(), a.Name)
		}
		if len(asked) == 0 && l.Result == fact.LookupNoName {
			return likely(l, "the system's resolver finds no such name")
		}
		return outByAnswer(asked, l)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "check the spelling, or have the record made", Command: "dig " + c.Target.Host}}
	},
	Examples: []Example{
		{Says: Proven, When: "the name server says NXDOMAIN", Target: "db.internal:5432", Client: []fact.Fact{exNoName, exDNSAnswer(fact.DNSNXDomain)}},
		{Says: Out, When: "the name server fails", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSServFail)}},
	},
}

var (
	exNoName   = fact.Lookup{Name: "db.internal", Result: fact.LookupNoName}
	exNoAnswer = fact.Lookup{Name: "db.internal", Result: fact.LookupFailed}
	exResolver = netip.MustParseAddrPort("198.51.100.53:53")
)

// exDNSAnswer is an answer of the configured name server about A.
func exDNSAnswer(r fact.DNSResult, addrs ...netip.Addr) fact.DNSAnswer {
	return fact.DNSAnswer{Server: exResolver, Transport: "udp", Purpose: fact.DNSAsked, Name: "db.internal", Type: "A", Result: r, Addrs: addrs}
}

// sawUnresolved gives the lookup that found no address.
func sawUnresolved(c *Case) (fact.Lookup, *Verdict) {
	l, ok := first[fact.Lookup](c, fact.Client)
	if !ok {
		v := unknown()
		return l, &v
	}
	if l.Source == "literal" || l.Source == "this machine" || c.Target.Empty() {
		v := out(l, "the address has no name in it")
		return l, &v
	}
	if l.Result == fact.LookupFound {
		v := out(l, "%s has the address %s", l.Name, addrList(l.Addrs))
		return l, &v
	}
	return l, nil
}

// asking gives the answers to the questions that the resolver itself would ask.
func asking(c *Case) []fact.DNSAnswer {
	var asked []fact.DNSAnswer
	for _, a := range every[fact.DNSAnswer](c, fact.Client) {
		if a.Purpose == fact.DNSAsked {
			asked = append(asked, a)
		}
	}
	return asked
}

// find gives the first answer with that result.
func find(answers []fact.DNSAnswer, r fact.DNSResult) (fact.DNSAnswer, bool) {
	for _, a := range answers {
		if a.Result == r {
			return a, true
		}
	}
	return fact.DNSAnswer{}, false
}

// outByAnswer rules a cause out by what the name server said instead; unknown where none said anything.
func outByAnswer(asked []fact.DNSAnswer, l fact.Lookup) Verdict {
	for _, a := range asked {
		if a.Replied() {
			return out(a, "the name server %s answered %s", a.Server.Addr(), dnsWord(a))
		}
	}
	if len(asked) > 0 {
		return out(asked[0], "the name server %s: %s", asked[0].Server.Addr(), dnsWord(asked[0]))
	}
	return Verdict{Level: Unknown}
}

// dnsWord names a result in the words of the field.
func dnsWord(a fact.DNSAnswer) string {
	switch a.Result {
	case fact.DNSAnswered:
		return "with " + addrList(a.Addrs)
	case fact.DNSNoData:
		return "that there is no " + a.Type + " record"
	case fact.DNSOtherCode:
		return fmt.Sprintf("RCODE %d", a.Code)
	case fact.DNSNXDomain, fact.DNSServFail, fact.DNSRefused:
		return strings.ToUpper(string(a.Result))
	case fact.DNSPortClosed:
		return "its port is closed"
	case fact.DNSUnreachable:
		return "it cannot be reached: " + a.Error
	case fact.DNSSilent:
		return "no answer"
	}
	return string(a.Result)
}
