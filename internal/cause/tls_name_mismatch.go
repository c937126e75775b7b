package cause

import (
	"slices"
	"strings"

	"whynot/internal/fact"
)

var tlsNameMismatch = &Cause{
	ID:    "tls.name-mismatch",
	Title: "the certificate is for other names",
	Doc: `The server's certificate does not contain the name, or the IP address, that was dialled: another server, a default site, an address where
the name should be used. By hand: "openssl s_client -connect HOST:PORT | openssl x509 -noout -ext subjectAltName".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		t, no := sawCertificate(c)
		if no != nil {
			return *no
		}
		if t.Chain[0].Matches {
			return out(t, "it is for %s", t.ServerName)
		}
		if slices.Contains(t.Chain[0].Names, t.ServerName) {
			v := proven(t, "it has the address %s as a DNS name, which does not count (RFC 9525, section 6.3)", t.ServerName)
			return amongFaults(t, faultName, v)
		}
		v := proven(t, "it is for %s, and %s was dialled", nameList(t.Chain[0]), t.ServerName)
		if others(t, faultName) && !namesHosts(t) {
			return v.atMost(Possible) // a certificate without any name has not been made for others
		}
		return amongFaults(t, faultName, v)
	},
	Fix: func(c *Case) []Step {
		t, no := sawCertificate(c)
		if no != nil {
			return nil
		}
		made := Step{Text: "have a certificate made for " + t.ServerName, On: server(c)}
		for _, n := range t.Chain[0].Names {
			if !strings.HasPrefix(n, "*") && n != t.ServerName {
				made.Text = "or " + made.Text
				return []Step{{Text: "dial one of the names in it, such as " + n}, made}
			}
		}
		return []Step{made}
	},
	Examples: []Example{
		{Says: Proven, When: "it is for another name", Target: "https://other.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("trusted", false)}},
		{Says: Out, When: "it is for the name", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("trusted", true)}},
	},
}
