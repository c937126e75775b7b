package cause

import "whynot/internal/fact"

var dnsServerRefused = &Cause{
	ID:    "dns.server-refused",
	Title: "the name server refuses the question, or nothing listens there",
	Doc: `The configured name server answers REFUSED, since this client may not ask it or not about that zone; or the machine is up and
its port 53 is closed. "Connection refused" in a message about a lookup is about the name server, not about the target. By hand:
"dig @SERVER NAME".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		asked := asking(c)
		if l.Result != fact.LookupFailed {
			return outByAnswer(asked, l)
		}
		if a, ok := find(asked, fact.DNSRefused); ok {
			return proven(a, "the name server %s answers REFUSED", a.Server.Addr())
		}
		if a, ok := where(c, fact.Client, func(a fact.DNSAnswer) bool {
			return a.Purpose == fact.DNSAsked && a.Result == fact.DNSPortClosed && a.Transport == "udp"
		}); ok {
			return proven(a, "port 53 of the name server %s is closed", a.Server.Addr())
		}
		return outByAnswer(asked, l)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "let the name server serve this client, or name another in the resolver's configuration", Command: "cat /etc/resolv.conf"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the name server says REFUSED", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSRefused)}},
		{Says: Proven, When: "its port is closed", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSPortClosed)}},
		{Says: Out, When: "no name server answers", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSSilent)}},
	},
}
