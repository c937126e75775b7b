package cause

import "whynot/internal/fact"

var appBadCredentials = &Cause{
	ID:    "app.bad-credentials",
	Title: "the credentials are wrong",
	Doc: `User and password, or the token, were sent and not accepted. Some services say the same to a user they do not know, or from an address
that they do not want. By hand: try them in another client, once.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		v := byStatus(Proven, 401)(c)
		if a, ok := httpAnswer(c); ok && v.Level == Proven && !a.Sent {
			return out(a, "no credentials were sent")
		}
		return v
	},
	Examples: []Example{
		{Says: Proven, When: "it answered 401 to the credentials of the URL", Target: "http://me@192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exRefusedLogin}},
		{Says: Out, When: "none were sent", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(401)}},
	},
}

var exRefusedLogin = func() fact.HTTP {
	a := exHTTP(401)
	a.Sent = true
	return a
}()
