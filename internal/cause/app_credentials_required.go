package cause

import "whynot/internal/fact"

var appCredentialsRequired = &Cause{
	ID:    "app.credentials-required",
	Title: "it wants credentials and got none",
	Doc:   `The service answers only to somebody who says who he is, and whynot, or the client, said nothing: HTTP 401. By hand: "curl -u USER URL".`,
	Side:  fact.Client, Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		v := byStatus(Proven, 401)(c)
		a, ok := httpAnswer(c)
		if v.Level != Proven || !ok {
			return v
		}
		if a.Sent {
			return out(a, "credentials were sent")
		}
		if how := a.Header["www-authenticate"]; how != "" {
			v = v.and(a, "it wants: %s", how)
		}
		return v
	},
	Examples: exStatus(Proven, 401),
}
