package cause

import (
	"fmt"
	"time"

	"whynot/internal/fact"
)

var tlsNotSpoken = &Cause{
	ID:    "tls.not-spoken",
	Title: "the port speaks plain text and TLS was tried",
	Doc: `The client begins with a TLS hello, and what answers is no TLS: plain HTTP, an SSH or SMTP banner. Programs say "wrong version number" or
"first record does not look like a TLS handshake". By hand: "curl http://HOST:PORT" in place of https.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomMismatch, symptomClosed, symptomReset, symptomStalled},
	Judge: func(c *Case) Verdict {
		if !c.Target.TLS {
			h, no := handshake(c)
			if no != nil {
				return *no
			}
			return out(h, "TLS was not tried")
		}
		t, ok := tlsAnswer(c)
		if !ok {
			_, no := afterHandshake(c)
			if no != nil {
				return *no
			}
			return unknown()
		}
		if t.Done || t.Alert >= 0 {
			return out(t, "it answers in TLS")
		}
		if plain, ok := where(c, fact.Client, func(a fact.HTTP) bool { return a.Retry && !a.TLS && !wantsTLS(a) }); ok {
			v := proven(plain, "asked in plain HTTP, it answers %d", plain.Status)
			if plain.Status == 400 {
				return v.atMost(Likely) // many servers say so to plain HTTP on their TLS port
			}
			return v
		}
		if t.Plain {
			if s, ok := speaks(c); ok {
				return proven(s, "its answer to a TLS hello: %q", s.Says)
			}
			return proven(t, "its answer to a TLS hello is no TLS record")
		}
		x, ok := said(c)
		if !ok {
			return unknown()
		}
		return possible(x, "a TLS hello was answered by no TLS")
	},
	Fix: func(c *Case) []Step {
		if s, ok := speaks(c); c.Target.Protocol == "http" && (!ok || s.Protocol == "http" || s.Protocol == fact.UnknownProtocol) {
			return []Step{{Text: fmt.Sprintf("use http://%s, or the port that speaks TLS", c.Target)}}
		}
		return []Step{{Text: "switch TLS off in the client, or on in the server"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the answer to a TLS hello is plain HTTP", Target: "https://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, fact.Exchange{Asked: "tls", Port: 5432, First: fact.Duration(1e6), End: fact.EndError}, fact.TLS{Plain: true, Alert: -1}, fact.Speaks{Port: 5432, Protocol: "http", Says: "HTTP/1.1 400 Bad Request"}}},
		{Says: Out, When: "TLS is spoken", Target: "https://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("self-signed", true)}},
	},
}

// exTLS is a completed TLS handshake on 22 November 2026.
func exTLS(trust string, matches bool) fact.TLS {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	return fact.TLS{Seen: fact.Seen{At: at}, ServerName: "db.internal", Done: true, Version: "TLS 1.3", Alert: -1, Trust: trust,
		Chain: []fact.Certificate{{Subject: "CN=db.internal", Issuer: "CN=Example CA", Names: []string{"db.internal"},
			NotBefore: at.AddDate(0, -6, 0), NotAfter: at.AddDate(0, 6, 0), SelfSigned: trust == "self-signed", Matches: matches}}}
}
