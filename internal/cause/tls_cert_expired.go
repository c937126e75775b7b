package cause

import (
	"time"

	"whynot/internal/fact"
)

var tlsCertExpired = &Cause{
	ID:    "tls.cert-expired",
	Title: "the certificate has expired",
	Doc: `The last day of the server's certificate is over: nobody, or a broken job, renewed it, or the server still holds the old one and wants a
reload. The own clock may be wrong as well. By hand: "openssl s_client -connect HOST:PORT | openssl x509 -noout -dates".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		t, no := sawCertificate(c)
		if no != nil {
			return *no
		}
		leaf := t.Chain[0]
		if !t.At.After(leaf.NotAfter) {
			return out(t, "it is valid until %s", day(leaf.NotAfter))
		}
		return amongFaults(t, faultDates, clockChecked(c, t, proven(t, "the certificate of %s was valid until %s, and today is %s", leaf.Subject, day(leaf.NotAfter), day(t.At))))
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "renew the certificate, and reload the server", On: server(c)}}
	},
	Examples: []Example{
		{Says: Proven, When: "its last day was last year", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLSDates(-2, -1)}},
		{Says: Out, When: "it is valid", Target: "https://db.internal:5432/", Client: []fact.Fact{exRoute, exAccepted, exTLS("trusted", true)}},
	},
}

// exTLSDates is a TLS handshake with a certificate that is valid from and until so many years from now.
func exTLSDates(from, until int) fact.TLS {
	t := exTLS("trusted", true)
	t.Chain[0].NotBefore, t.Chain[0].NotAfter = t.At.AddDate(from, 0, 0), t.At.AddDate(until, 0, 0)
	return t
}

// sawCertificate gives the TLS handshake that brought a certificate.
func sawCertificate(c *Case) (fact.TLS, *Verdict) {
	if !c.Target.TLS {
		if h, no := handshake(c); no == nil {
			v := out(h, "TLS was not tried")
			return fact.TLS{}, &v
		}
	}
	t, ok := tlsAnswer(c)
	if ok && len(t.Chain) > 0 {
		return t, nil
	}
	v := unknown()
	if _, no := afterHandshake(c); !ok && no != nil {
		v = *no
	} else if ok {
		v = out(t, "it showed no certificate")
	}
	return t, &v
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// clockChecked lowers a verdict about dates where the server's own clock says that ours is wrong.
func clockChecked(c *Case, t fact.TLS, v Verdict) Verdict {
	a, ok := httpAnswer(c)
	if !ok {
		return v
	}
	date, err := time.Parse(time.RFC1123, a.Header["date"])
	if err != nil {
		return v
	}
	const much = 24 * time.Hour
	if difference := t.At.Sub(date); difference > much || difference < -much {
		v = v.atMost(Possible)
		return v.and(a, "but the server's clock says %s: one of the two is wrong", day(date))
	}
	return v.and(a, "the server's own clock agrees about today")
}
