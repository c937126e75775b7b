package cause

import (
	"fmt"
	"net/netip"

	"whynot/internal/fact"
)

var appWrongProtocol = &Cause{
	ID:    "app.wrong-protocol",
	Title: "another protocol is spoken there",
	Doc: `The client speaks one protocol and the port another: a port mixed up between two services, or the wrong scheme in a URL. By hand: "nc HOST
PORT" and look at the first line.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomMismatch},
	Judge: func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		if h.Result != fact.Accepted {
			return contradicts(h)
		}
		if a, ok := httpAnswer(c); ok && c.Target.Protocol == "http" {
			return out(a, "it answers in HTTP")
		}
		s, ok := speaks(c)
		if !ok || !c.Target.Strict() {
			return notAnother(c)
		}
		if s.Protocol == "tls" || s.Protocol == c.Target.Protocol {
			return out(s, "it answers in %s", protocolName(s.Protocol))
		}
		return proven(s, "%s was expected, and it answers in %s: %q", protocolName(c.Target.Protocol), protocolName(s.Protocol), s.Says)
	},
	Fix: func(c *Case) []Step {
		if s, ok := speaks(c); ok {
			return []Step{{Text: fmt.Sprintf("use the port of %s, or a client for %s", protocolName(c.Target.Protocol), protocolName(s.Protocol))}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "HTTP was spoken to an SSH server", Target: "http://192.0.2.10:22/", Client: []fact.Fact{exRoute, exAt(netip.AddrPortFrom(exServer, 22), fact.Accepted),
			fact.Exchange{Asked: "http", Port: 22, First: fact.Duration(1e6), End: fact.EndClosed}, fact.Speaks{Port: 22, Protocol: "ssh", Says: "SSH-2.0-OpenSSH_9.2"}}},
		{Says: Out, When: "it answers in HTTP", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(404)}},
	},
}
