package cause

import (
	"fmt"
	"slices"

	"whynot/internal/fact"
)

var tlsVersion = &Cause{
	ID:    "tls.version",
	Title: "client and server have no TLS version in common",
	Doc: `The server refuses every version that the client offers (alert protocol_version), or the client those of the server: an old program
against a server that wants TLS 1.3, or a modern one against TLS 1.0. By hand: "openssl s_client -connect HOST:PORT -tls1_2".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge:    byAlert("no version that we offer suits it", 70),
	Examples: exAlerts(70),
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
