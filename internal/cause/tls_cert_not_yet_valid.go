package cause

import "whynot/internal/fact"

var tlsCertNotYetValid = &Cause{
	ID:    "tls.cert-not-yet-valid",
	Title: "the certificate's time has not come",
	Doc: `The certificate is valid from a later day on. Most often the own clock is wrong: a machine without a battery, a restored snapshot. By hand:
"date", and "openssl x509 -noout -dates".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		t, no := sawCertificate(c)
		if no != nil {
			return *no
		}
		leaf := t.Chain[0]
		if !t.At.Before(leaf.NotBefore) {
			return out(t, "it is valid since %s", day(leaf.NotBefore))
		}
		return amongFaults(t, faultDates, clockChecked(c, t, proven(t, "the certificate of %s is valid from %s on, and this machine's clock says %s", leaf.Subject, day(leaf.NotBefore), day(t.At))))
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "check this machine's clock", Command: "timedatectl"}}
	},
	Examples: []Example{
		{Says: Proven, When: "its first day is next year", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLSDates(1, 2)}},
		{Says: Out, When: "it is valid", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("trusted", true)}},
	},
}
