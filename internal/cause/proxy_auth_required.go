package cause

import "whynot/internal/fact"

var proxyAuthRequired = &Cause{
	ID:    "proxy.auth-required",
	Title: "the proxy wants credentials",
	Doc: `The proxy answers 407, or a SOCKS proxy accepts none of the methods offered (05 ff): it wants a user and a password, which belong
into the proxy's URL. A 407 is always a proxy's, never the server's (RFC 9110, section 15.5.8).`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		if p, ok := proxied(c); ok {
			if p.Status == 407 {
				return proven(p, "%s answers 407: %s", p.Proxy, orElse(p.Header["proxy-authenticate"], "authentication required"))
			}
			return out(p, "the proxy asks for no credentials")
		}
		if a, ok := httpAnswer(c); ok && a.Status == 407 {
			return proven(a, "the answer is 407, which only a proxy gives")
		}
		return noProxy(c)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "put user and password into the proxy's URL, as in http://USER:PASSWORD@proxy:3128"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the proxy answers 407", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyAnswer(fact.Accepted, 407)}},
		{Says: Out, When: "the proxy answers 403", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exSquidDenies}},
	},
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
