package cause

import (
	"slices"

	"whynot/internal/fact"
)

var tlsClientCertRefused = &Cause{
	ID:    "tls.client-cert-refused",
	Title: "the server refuses the client's certificate",
	Doc: `The client shows a certificate, and the server does not accept it: an authority it does not know (unknown_ca), an expired or revoked one,
another purpose. By hand: "openssl s_client -cert CLIENT.pem -key CLIENT.key -connect HOST:PORT".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected},
	Lacks:    "an attempt with the client's own certificate",
	Judge: func(c *Case) Verdict {
		t, ok := tlsAnswer(c)
		if !ok {
			_, no := afterHandshake(c)
			if no != nil {
				return *no
			}
			return unknown()
		}
		switch {
		case t.ClientCert && slices.Contains([]int{42, 43, 44, 45, 46, 48}, t.Alert):
			return possible(t, "it asked for a certificate and answered with the alert %s, but whynot has shown none", t.AlertName)
		case t.Done || t.Alert >= 0:
			return out(t, "whynot has shown no certificate")
		}
		return unknown()
	},
	Examples: []Example{
		{Says: Possible, When: "the server asked for one and sent bad_certificate", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, fact.TLS{Alert: 42, AlertName: "bad_certificate", ClientCert: true}}},
		{Says: Out, When: "the handshake succeeded", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("self-signed", true)}},
	},
}
