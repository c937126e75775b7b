package cause

import "whynot/internal/fact"

var appAccountUnusable = &Cause{
	ID:    "app.account-unusable",
	Title: "the account is expired, locked or disabled",
	Doc: `User and password may be right, but the account may not be used: locked after failed attempts, expired, switched off. By hand: the service's own
list of accounts.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Lacks:    "the service's own code for it, after a log-in",
	Judge: func(c *Case) Verdict {
		v := byStatus(Possible, 401, 403)(c)
		if a, ok := httpAnswer(c); ok && v.Level == Possible && !a.Sent {
			return out(a, "nobody has said who asks")
		}
		return v
	},
	Examples: []Example{
		{Says: Possible, When: "credentials were sent and answered by 401", Target: "http://me@192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exRefusedLogin}},
		{Says: Out, When: "none were sent", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(401)}},
	},
}
