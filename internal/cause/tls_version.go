package cause

import (
	"fmt"
	"slices"
	"strings"

	"whynot/internal/fact"
)

var tlsVersion = &Cause{
	ID:    "tls.version",
	Title: "client and server have no TLS version in common",
	Doc: `The server refuses every version that the client offers (alert protocol_version), or the client those of the server: an old program
against a server that wants TLS 1.3, or a modern one against TLS 1.0. By hand: "openssl s_client -connect HOST:PORT -tls1_2".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		if t, ok := tlsAnswer(c); ok && oldTLS(t) {
			if t.Done {
				return likely(t, "it speaks %s and nothing newer, which programs of today refuse (RFC 8996)", t.Version)
			}
			return proven(t, "its answer to a TLS hello: %s", t.Error)
		}
		return byAlert("no version that we offer suits it", 70)(c)
	},
	Examples: append(exAlerts(70),
		Example{Says: Likely, When: "it speaks TLS 1.0 alone", Target: "https://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted,
			fact.Exchange{Asked: "tls", Port: 5432, First: fact.Duration(1e6), End: fact.EndOpen}, fact.TLS{Done: true, Version: "TLS 1.0", Alert: -1}}}),
}

// oldTLS says that the server has chosen a version that is no longer in use, though newer ones were offered.
func oldTLS(t fact.TLS) bool {
	if t.Done {
		return t.Version == "TLS 1.0" || t.Version == "TLS 1.1"
	}
	return strings.Contains(t.Error, "unsupported protocol version")
}

// byAlert judges a cause that a TLS alert of the server states.
func byAlert(what string, alerts ...int) judge {
	return func(c *Case) Verdict {
		t, ok := tlsAnswer(c)
		if !ok {
			_, no := afterHandshake(c)
			if no != nil {
				return *no
			}
			return unknown()
		}
		switch {
		case slices.Contains(alerts, t.Alert):
			return proven(t, "it answers with the alert %s: %s", t.AlertName, what)
		case t.Done && t.Alert < 0:
			return out(t, "the TLS handshake succeeded with %s", t.Version)
		case t.Alert >= 0:
			return out(t, "it answers with the alert %s", t.AlertName)
		case t.Plain:
			return out(t, "it does not speak TLS")
		}
		return unknown()
	}
}

// exAlerts are the examples of a cause that an alert states.
func exAlerts(alert int) []Example {
	refused := fact.TLS{Alert: alert, AlertName: fmt.Sprint("number ", alert), ServerName: "192.0.2.10"}
	exchange := fact.Exchange{Asked: "tls", Port: 5432, First: fact.Duration(1e6), End: fact.EndClosed}
	return []Example{
		{Says: Proven, When: fmt.Sprintf("the server sent alert %d", alert), Target: "https://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exchange, refused}},
		{Says: Out, When: "the handshake succeeded", Target: "https://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("self-signed", true)}},
	}
}
