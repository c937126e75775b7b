package cause

import "whynot/internal/fact"

var appProtocolViolation = &Cause{
	ID:    "app.protocol-violation",
	Title: "the request breaks the protocol's rules",
	Doc: `The server does not take the request for one of its protocol: 400 without more words, 501, 505, a wrong version or method. A proxy in between
may have mangled it. By hand: "curl -v URL" and compare.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		if v := byStatus(Proven, 501, 505, 426)(c); v.Level != Out {
			return v
		}
		return byStatus(Likely, 400)(c)
	},
	Examples: exStatus(Proven, 505),
}
