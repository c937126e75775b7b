package cause

import (
	"net/netip"
	"strings"

	"whynot/internal/fact"
)

var dnsWrongAnswer = &Cause{
	ID:    "dns.wrong-answer",
	Title: "the name's address is not the right one",
	Doc: `The address comes from a line in the hosts file, from one of several name servers that disagree, or from a server that answers
to everything with its own address, and another source gives another. A line left over in /etc/hosts overrides DNS for ever. By
hand: "getent ahosts NAME" against "dig NAME" at each server.`,
	Side:     fact.Client,
	Explains: []*Cause{addrWildcardDestination, addrWrongHost, serviceNotListening, symptomRefused, symptomSilent, symptomUnreachable, symptomMismatch},
	Judge: func(c *Case) Verdict {
		l, ok := first[fact.Lookup](c, fact.Client)
		if !ok {
			return unknown()
		}
		if l.Source == "literal" || l.Source == "this machine" || l.Source == "loopback" {
			return out(l, "the address was given, not looked up")
		}
		if l.Result != fact.LookupFound {
			return unknown()
		}
		other, differs := differingAnswer(c, l)
		if !differs {
			if v, ok := blocked(c, l); ok {
				return v
			}
			if asked := asking(c); len(asked) > 0 {
				return out(asked[0], "the name servers give the same address")
			}
			return unknown()
		}
		meant, works := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.Why == fact.ByDNS && o.Result == fact.Accepted })
		v := possible(other, "%s gives %s", other.Server.Addr(), addrList(other.Addrs))
		if line, ok := where(c, fact.Client, func(h fact.HostsEntry) bool { return h.Addr == c.To.Addr() }); ok {
			v = v.and(line, "line %d of %s gives %s", line.Line, line.File, line.Addr)
		} else {
			v = v.and(l, "%s gives %s", lookupSource(l), addrList(l.Addrs))
		}
		switch {
		case works:
			v.Level = Likely // the address may be right, and what is there be stopped or shielded
			if h, ok := first[fact.Handshake](c, fact.Client); ok {
				if f, nobody := nobodyThere(c, h); nobody {
					v.Level = Proven
					v = v.and(f, "nobody has the address %s", h.To.Addr())
				}
			}
			return v.and(meant, "%s accepts", meant.To.Addr())
		case l.Source == "hosts":
			v.Level = Likely
		}
		return v
	},
	Fix: func(c *Case) []Step {
		if l, ok := first[fact.Lookup](c, fact.Client); ok && l.Source == "hosts" {
			return []Step{{Text: "correct or remove the line " + l.File}}
		}
		if n, ok := nameConfig(c); ok && len(n.Servers) > 0 {
			return []Step{{Text: "ask who runs the name server to correct or unblock the name, or name another server", Command: "dig @" + n.Servers[0].Addr().String() + " " + c.Target.Host}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "the hosts file and the name server disagree, only the name server's address accepts, and nobody has the other", Target: "db.internal:5432",
			Client: []fact.Fact{exHostsLookup, exDNSAnswer(fact.DNSAnswered, exOther), exOnLink, exSilent, exNobody, exDNSElsewhere}},
		{Says: Likely, When: "the hosts file and the name server disagree, and only the name server's address accepts", Target: "db.internal:5432",
			Client: []fact.Fact{exHostsLookup, exDNSAnswer(fact.DNSAnswered, exOther), exRoute, exReset, exDNSElsewhere}},
		{Says: Possible, When: "the name server gives a loopback address, as filters do", Target: "db.internal:5432", Client: []fact.Fact{exBlocked("127.0.0.1"), exRoute, exReset}},
		{Says: Likely, When: "the name server gives 0.0.0.0, as filters do", Target: "db.internal:5432", Client: []fact.Fact{exBlocked("0.0.0.0"), exRoute, exReset}},
		{Says: Out, When: "both give the same", Target: "db.internal:5432", Client: []fact.Fact{exHostsLookup, exDNSAnswer(fact.DNSAnswered, exServer), exRoute, exReset}},
	},
}

// differingAnswer gives a name server's answer that shares no address with what the resolver gave.
func differingAnswer(c *Case, l fact.Lookup) (fact.DNSAnswer, bool) {
	for _, a := range asking(c) {
		if len(a.Addrs) == 0 || !strings.EqualFold(a.Name, l.FullName) && l.Source == "dns" {
			continue
		}
		shared, comparable := false, false
		for _, addr := range a.Addrs {
			for _, own := range l.Addrs {
				comparable = comparable || own.Is4() == addr.Is4()
				shared = shared || own == addr
			}
		}
		if comparable && !shared {
			return a, true
		}
	}
	return fact.DNSAnswer{}, false
}

// blocked weighs an answer that is no server's address: filters of advertising and of schools answer so for what they block. Some
// names lead to the loopback address on purpose.
func blocked(c *Case, l fact.Lookup) (Verdict, bool) {
	for _, a := range l.Addrs {
		switch {
		case a.IsUnspecified():
			return likely(l, "%s gives %s for %s, which is the address of no server", lookupSource(l), a, l.Name), true
		case a.IsLoopback() && l.Source == "dns" && !c.Target.Loopback():
			return possible(l, "%s gives %s for %s, which is each machine itself: filters answer so", lookupSource(l), a, l.Name), true
		}
	}
	return Verdict{}, false
}

func exBlocked(addr string) fact.Lookup {
	l := exDNSLookup
	l.Addrs = []netip.Addr{netip.MustParseAddr(addr)}
	return l
}
