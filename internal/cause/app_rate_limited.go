package cause

import "whynot/internal/fact"

var appRateLimited = &Cause{
	ID:    "app.rate-limited",
	Title: "this client asks too often",
	Doc: `The service counts requests and turns away who sends too many: HTTP 429, often with Retry-After. nginx' limit_req gives 503 unless told
otherwise. By hand: wait as long as it says, and try once.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected},
	Judge: byMeaning("rate-limited", func(c *Case) Verdict {
		v := byStatus(Proven, 429)(c)
		if a, ok := httpAnswer(c); ok && v.Level == Proven && a.Header["retry-after"] != "" {
			return v.and(a, "it says to try again after %s", a.Header["retry-after"])
		}
		if v.Level == Out {
			return byStatus(Possible, 503)(c)
		}
		return v
	}),
	Examples: exStatus(Proven, 429),
}
