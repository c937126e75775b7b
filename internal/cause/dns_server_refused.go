package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var dnsServerRefused = &Cause{
	ID:    "dns.server-refused",
	Title: "the name server refuses the question, or nothing listens there",
	Doc: `The configured name server answers REFUSED, since this client may not ask it or not about that zone; or the machine is up and
its port 53 is closed. A resolv.conf that names no server, or only in
lines that begin with a space, leads to this machine itself. "Connection refused" in a message about a lookup is about the name server, not about the target. By hand:
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
		if a, ok := find(asked, fact.DNSPortClosed); ok {
			if a.CutOff {
				return proven(a, "the answer of %s is too long for UDP, and its TCP port 53, where the whole of it is, is closed", a.Server.Addr())
			}
			return proven(a, "port 53 of the name server %s is closed", a.Server.Addr()).withConfig(c)
		}
		return outByAnswer(asked, l)
	},
	Fix: func(c *Case) []Step {
		if n, ok := nameConfig(c); ok && n.NoServer {
			text := "name a name server in " + n.File
			if len(n.Indented) > 0 {
				text = fmt.Sprintf("let line %d of %s begin without a space", n.Indented[0], n.File)
			}
			return []Step{{Text: text, Command: "cat " + n.File}}
		}
		return []Step{{Text: "let the name server serve this client, or name another in the resolver's configuration", Command: "cat /etc/resolv.conf"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the name server says REFUSED", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSRefused)}},
		{Says: Proven, When: "its port is closed", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSPortClosed)}},
		{Says: Proven, When: "its answer is cut off, and its TCP port is closed", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exTruncated}},
		{Says: Out, When: "no name server answers", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSSilent)}},
	},
}

var exTruncated = fact.DNSAnswer{Server: exResolver, Transport: "udp", Purpose: fact.DNSAsked, Name: "db.internal", Type: "A", Result: fact.DNSPortClosed, CutOff: true}
