package cause

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"whynot/internal/fact"
)

// This file holds what the causes of the family dns ask of the facts.

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

// asking gives the answers to the questions that the resolver itself would ask, over the transport that it uses.
func asking(c *Case) []fact.DNSAnswer { return asked(c, true) }

// beside gives the answers over the other transport: no resolver hears them, but they show whether the server lives.
func beside(c *Case) []fact.DNSAnswer { return asked(c, false) }

func asked(c *Case, own bool) []fact.DNSAnswer {
	transport := "udp"
	if n, ok := nameConfig(c); ok && n.UseTCP {
		transport = "tcp"
	}
	return slices.DeleteFunc(slices.Clone(every[fact.DNSAnswer](c, fact.Client)), func(a fact.DNSAnswer) bool {
		return a.Purpose != fact.DNSAsked || (a.Transport == transport) != own
	})
}

func nameConfig(c *Case) (fact.NameConfig, bool) {
	all := every[fact.NameConfig](c, fact.Client)
	if len(all) == 0 {
		return fact.NameConfig{}, false
	}
	return all[0], true
}

// believed gives the answers that count: for each name those of the first server, in the order of resolv.conf, that knows whether
// there is such a name. What a later server says is not heard.
func believed(c *Case) []fact.DNSAnswer {
	all := asking(c)
	var servers []netip.AddrPort
	if n, ok := nameConfig(c); ok {
		servers = n.Servers
	} else if len(all) > 0 && !slices.ContainsFunc(all, func(a fact.DNSAnswer) bool { return a.Server != all[0].Server }) {
		servers = []netip.AddrPort{all[0].Server} // of several, none is known to be the first
	}
	chosen := map[string]netip.AddrPort{}
	for _, s := range servers {
		for _, a := range all {
			knows := a.Result == fact.DNSAnswered || a.Result == fact.DNSNoData || a.Result == fact.DNSNXDomain
			if _, taken := chosen[a.Name]; a.Server == s && knows && !taken {
				chosen[a.Name] = s
			}
		}
	}
	return slices.DeleteFunc(all, func(a fact.DNSAnswer) bool { return chosen[a.Name] != a.Server })
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
	if a.CutOff && !a.Replied() {
		a.CutOff = false
		return "its answer is cut off, and over TCP, where the whole of it is: " + dnsWord(a)
	}
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
		if a.Took > 0 {
			return fmt.Sprintf("no answer within %s", a.Took)
		}
		return "no answer"
	}
	return string(a.Result)
}

// withConfig adds what is wrong with the configuration of the name servers itself.
func (v Verdict) withConfig(c *Case) Verdict {
	n, ok := nameConfig(c)
	if !ok || !n.NoServer {
		return v
	}
	v = v.and(n, "%s names no name server, so that this machine itself is asked", n.File)
	if len(n.Indented) > 0 {
		v = v.and(n, "line %d of it begins with a space: the C library does not read that", n.Indented[0])
	}
	return v
}
