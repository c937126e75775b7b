package cause

import (
	"strings"

	"whynot/internal/fact"
)

var tlsClientCertRequired = &Cause{
	ID:    "tls.client-cert-required",
	Title: "the server wants a client certificate",
	Doc: `Mutual TLS: the server asks for a certificate and ends the connection without one. In TLS 1.3 the refusal comes only after the handshake
(alert certificate_required), in TLS 1.2 as handshake_failure; nginx says it in a 400. By hand: "openssl s_client" shows "Acceptable client
certificate CA names".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected, symptomClosed, symptomReset},
	Judge: func(c *Case) Verdict {
		t, ok := tlsAnswer(c)
		if !ok {
			_, no := afterHandshake(c)
			if no != nil {
				return *no
			}
			return unknown()
		}
		if a, ok := httpAnswer(c); ok {
			if a.Status == 400 && (strings.Contains(a.Body, "No required SSL certificate was sent") || strings.Contains(a.Body, "SSL certificate error")) {
				return proven(a, "it answers 400: %s", firstWords(a.Body))
			}
			if t.ClientCert && a.TLS && (a.Status == 400 || a.Status == 401 || a.Status == 403) {
				return possible(a, "it asked for a certificate of ours, got none, and answered HTTP %d", a.Status)
			}
			return out(a, "it answers without a certificate of ours")
		}
		switch {
		case t.Alert == 116:
			return proven(t, "it answers with the alert certificate_required")
		case t.ClientCert && t.Alert == 40:
			return proven(t, "it asked for a certificate of ours, got none, and answered with handshake_failure")
		case t.ClientCert && t.Alert >= 0:
			return likely(t, "it asked for a certificate of ours, and answered with the alert %s", t.AlertName)
		case t.ClientCert && t.Done && !hungUp(c):
			return out(t, "it asked for a certificate of ours, and goes on without one")
		case t.ClientCert:
			return likely(t, "it asked for a certificate of ours, and ended the connection without one")
		case t.Done || t.Alert >= 0:
			return out(t, "it did not ask for a certificate of ours")
		}
		return unknown()
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "give the client a certificate and its key", Command: "curl --cert CLIENT.pem --key CLIENT.key https://" + c.Target.String()}}
	},
	Examples: []Example{
		{Says: Proven, When: "the server sent the alert certificate_required", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, fact.Exchange{Asked: "tls", First: 1, End: fact.EndClosed}, fact.TLS{Done: true, Alert: 116, AlertName: "certificate_required", ClientCert: true}}},
		{Says: Out, When: "it did not ask for one", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("self-signed", true)}},
	},
}

// hungUp says that the server ended the connection unasked.
func hungUp(c *Case) bool {
	x, ok := said(c)
	return ok && x.End != fact.EndOpen
}
