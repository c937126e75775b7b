package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var dnsServerUnreachable = &Cause{
	ID:    "dns.server-unreachable",
	Title: "no name server answers",
	Doc: `Every configured name server is silent or cannot be reached, so no name resolves. The address of the server may be an old one
(after a change of network or VPN), the server down, or port 53 filtered. Programs wait five seconds or more and then say "Temporary
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
			if !seen[a.Server] {
				seen[a.Server] = true
				v = v.and(a, "the name server %s: %s", a.Server.Addr(), dnsWord(a))
			}
		}
		return v
	},
	Fix: func(c *Case) []Step {
		steps := []Step{{Text: "see which name servers are configured, and who set them", Command: "cat /etc/resolv.conf"}}
		if n, ok := first[fact.NameConfig](c, fact.Client); ok && len(n.Servers) > 0 {
			steps = append(steps, Step{Text: "find out why the name server does not answer", Command: "whynot udp://" + n.Servers[0].String()})
		}
		return steps
	},
	Examples: []Example{
		{Says: Proven, When: "the only name server is silent", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSSilent)}},
		{Says: Out, When: "the name server fails", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSServFail)}},
	},
}
