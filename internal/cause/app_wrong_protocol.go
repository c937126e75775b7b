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
		if no := accepted(c); no != nil {
			return *no
		}
		if a, ok := httpAnswer(c); ok && c.Target.Protocol == "http" {
			return out(a, "it answers in HTTP")
		}
		s, ok := speaks(c)
		if !ok || !c.Target.Strict() || newerHTTP(c, s) {
			return notAnother(c)
		}
		if s.Protocol == "tls" || s.Protocol == c.Target.Protocol {
			return out(s, "it answers in %s", protocolName(s.Protocol))
		}
		if plain, ok := where(c, fact.Client, func(a fact.HTTP) bool { return a.Retry && !a.TLS && !wantsTLS(a) }); ok && c.Target.TLS {
			return out(plain, "asked in plain HTTP, it answers %d", plain.Status)
		}
		if s.Protocol == fact.UnknownProtocol && c.Target.TLS && !nonsenseWithoutTLS(c) {
			// Some servers answer to a TLS hello with what is no message of their own protocol: Python's http.server sends bare HTML.
			return likely(s, "%s inside TLS was expected, and it answers in something else: %q", protocolName(c.Target.Protocol), s.Says)
		}
		if x, ok := said(c); ok && s.Protocol == fact.UnknownProtocol && x.Asked != "http" {
			return likely(s, "%s was expected, and this is no greeting of it: %q", protocolName(c.Target.Protocol), s.Says)
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
		{Says: Out, When: "the port speaks plain HTTP and answers to TLS with HTML", Target: "https://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted,
			fact.Exchange{Asked: "tls", Port: 5432, First: fact.Duration(1e6), End: fact.EndError}, fact.TLS{Plain: true, Alert: -1},
			fact.Speaks{Port: 5432, Protocol: fact.UnknownProtocol, Says: "<!DOCTYPE HTML>"}, fact.HTTP{Status: 200, Retry: true}}},
		{Says: Proven, When: "HTTP was spoken to an SSH server", Target: "http://192.0.2.10:22/", Client: []fact.Fact{exRoute, exAt(netip.AddrPortFrom(exServer, 22), fact.Accepted),
			fact.Exchange{Asked: "http", Port: 22, First: fact.Duration(1e6), End: fact.EndClosed}, fact.Speaks{Port: 22, Protocol: "ssh", Says: "SSH-2.0-OpenSSH_9.2"}}},
		{Says: Out, When: "it answers in HTTP", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(404)}},
	},
}

// nonsenseWithoutTLS says that the port, asked once more in plain HTTP, answers in no HTTP either.
func nonsenseWithoutTLS(c *Case) bool {
	_, ok := where(c, fact.Client, func(x fact.Exchange) bool { return x.Retry && x.Asked == "http" && len(x.Received) > 0 })
	return ok
}
