package cause

import "whynot/internal/fact"

var proxyTransparent = &Cause{
	ID:    "proxy.transparent",
	Title: "something on the way answers in the server's name",
	Doc: `A transparent proxy, a captive portal or a filter takes the connection on its way and answers with the server's address. A SYN
whose TTL cannot reach the server is accepted all the same; the answer bears a proxy's mark; a 407 comes though no proxy was asked.
By hand: compare "traceroute -T -p PORT HOST" for this port and another one.`,
	Explains: []*Cause{symptomRejected, symptomClosed, symptomReset, symptomStalled, symptomMismatch, symptomRefused},
	Lacks:    "an answer of the server itself, from another network",
	Judge: remote(func(c *Case) Verdict {
		if p, ok := proxied(c); ok {
			return out(p, "the connection was made to the proxy %s itself", p.Proxy)
		}
		a, ok := httpAnswer(c)
		if !ok {
			h, no := afterHandshake(c)
			if no != nil {
				return *no
			}
			return possible(h, "what accepts may stand before the server")
		}
		switch {
		case a.Status == 407:
			return likely(a, "it answers 407 though no proxy was asked")
		case a.Status == 511:
			return likely(a, "it answers 511, which a captive portal gives (RFC 6585)")
		case a.Header["x-squid-error"] != "" && !a.TLS:
			return likely(a, "the answer bears the mark of a proxy: X-Squid-Error: %s", a.Header["x-squid-error"])
		case a.Header["via"] != "":
			return possible(a, "the answer came by a proxy: Via: %s", a.Header["via"])
		}
		return out(a, "the answer bears no mark of a proxy")
	}),
	Examples: []Example{
		{Says: Likely, When: "a 407 came without a proxy being asked", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(407)}},
		{Says: Out, When: "a plain 403 came", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(403)}},
	},
}
