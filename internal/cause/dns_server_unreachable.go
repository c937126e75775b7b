package cause

import (
	"net/netip"
	"strings"
	"time"

	"whynot/internal/fact"
)

var dnsServerUnreachable = &Cause{
	ID:    "dns.server-unreachable",
	Title: "no name server answers",
	Doc: `Every configured name server is silent or cannot be reached, so no name resolves. The address of the server may be an old one
(after a change of network or VPN), the server down, or port 53 filtered. A server that answers
over TCP alone, or from another address than the one that was asked, is not heard either. Programs wait five seconds or more and then say "Temporary
failure in name resolution". By hand: "dig @SERVER NAME", and the same with "+tcp".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		asked := asking(c)
		if len(asked) == 0 {
			return unknown()
		}
		v := Verdict{Level: Proven}
		seen := map[netip.AddrPort]bool{}
		for _, a := range asked {
			if a.Replied() || a.Result == fact.DNSPortClosed || a.Result == fact.DNSGarbled {
				return outByAnswer(asked, l)
			}
			if a.Result == fact.DNSSilent && !patientEnough(c, a) {
				v.Level = Likely
			}
			if !seen[a.Server] {
				seen[a.Server] = true
				v = v.and(a, "the name server %s: %s", a.Server.Addr(), dnsWord(a))
			}
		}
		for _, a := range beside(c) {
			if a.Replied() && seen[a.Server] {
				seen[a.Server] = false
				v = v.and(a, "over %s it answers, but the resolver does not ask over that", strings.ToUpper(a.Transport))
			}
		}
		return v.withConfig(c)
	},
	Fix: func(c *Case) []Step {
		steps := []Step{{Text: "see which name servers are configured, and who set them", Command: "cat /etc/resolv.conf"}}
		if n, ok := first[fact.NameConfig](c, fact.Client); ok && len(n.Servers) > 0 {
			steps = append(steps, Step{Text: "find out why the name server does not answer", Command: "whynot udp://" + n.Servers[0].String()})
		}
		return steps
	},
	Examples: []Example{
		{Says: Proven, When: "the only name server is silent", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exSilentServer}},
		{Says: Proven, When: "it answers over TCP alone, over which no resolver asks first", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exSilentServer, exOverTCP}},
		{Says: Likely, When: "the name server was waited for for a second only", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSSilent)}},
		{Says: Out, When: "the name server fails", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSServFail)}},
	},
}

// patientEnough says that a silent server was waited for as long as the resolver's first attempt does, so that it is not merely slow,
// or that the resolver itself came to nothing.
func patientEnough(c *Case, a fact.DNSAnswer) bool {
	if _, ok := where(c, fact.Client, func(s fact.SystemLookup) bool { return len(s.Addrs) == 0 }); ok {
		return true
	}
	enough := 4900 * time.Millisecond
	if n, ok := nameConfig(c); ok && n.Patience > 0 {
		enough = min(enough, time.Duration(n.Patience))
	}
	return time.Duration(a.Took) >= enough
}

var (
	exSilentServer = fact.DNSAnswer{Server: exResolver, Transport: "udp", Purpose: fact.DNSAsked, Name: "db.internal", Type: "A", Result: fact.DNSSilent, Took: fact.Duration(5 * time.Second)}
	exOverTCP      = fact.DNSAnswer{Server: exResolver, Transport: "tcp", Purpose: fact.DNSAsked, Name: "db.internal", Type: "A", Result: fact.DNSAnswered, Addrs: []netip.Addr{exServer}}
)
