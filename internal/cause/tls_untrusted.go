package cause

import (
	"strings"

	"whynot/internal/fact"
)

var tlsUntrusted = &Cause{
	ID:    "tls.untrusted",
	Title: "nobody here vouches for the certificate",
	Doc: `The chain ends in no root that this machine trusts: the certificate vouches for itself, is by an authority of one's own that is not installed
here, its intermediate is not sent along, or a filter on the way has put its own in place. By hand: "openssl s_client -connect HOST:PORT
-showcerts".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		t, no := sawCertificate(c)
		if no != nil {
			return *no
		}
		switch t.Trust {
		case "trusted":
			return out(t, "its chain ends in a root that this machine trusts")
		case "self-signed":
			return amongFaults(t, faultTrust, proven(t, "%s vouches for itself", t.Chain[0].Subject))
		case "unknown-authority":
			last := t.Chain[len(t.Chain)-1]
			v := proven(t, "the chain of %d ends at %s, which this machine does not trust", len(t.Chain), last.Issuer)
			if len(t.Chain) == 1 {
				v = v.and(t, "only one certificate was sent: the intermediate may be missing")
			}
			return amongFaults(t, faultTrust, v)
		case "":
			return unknown()
		}
		return likely(t, "its chain does not hold: %s", strings.TrimPrefix(t.Trust, "error: "))
	},
	Fix: func(c *Case) []Step {
		return []Step{
			{Text: "have the server send its whole chain", On: server(c)},
			{Text: "or install the authority's root here, if it is one of your own", Command: "update-ca-certificates"},
		}
	},
	Examples: []Example{
		{Says: Proven, When: "it vouches for itself", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("self-signed", true)}},
		{Says: Out, When: "the chain ends in a trusted root", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("trusted", true)}},
	},
}
