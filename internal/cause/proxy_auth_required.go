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
			s, _ := where(c, fact.Client, func(s fact.ProxySetting) bool { return s.Applies })
			switch {
			case p.Status == 407 && p.Sent:
				return proven(p, "%s answers 407 to the user and password of %s", p.Proxy, p.Variable)
			case p.Status == 407 && s.Credentials && p.Untrusted != "":
				return possible(p, "%s answers 407; whynot has not sent it the password, since its certificate %s", p.Proxy, p.Untrusted)
			case p.Status == 407:
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
		if p, ok := proxied(c); ok && p.Sent {
			return []Step{{Text: "correct the user and the password in " + p.Variable + ": the proxy does not take those"}}
		}
		return []Step{{Text: "put user and password into the proxy's URL, as in http://USER:PASSWORD@proxy:3128"}}
	},
	Examples: []Example{
		{Says: Proven, When: "it answers 407 to the password in the variable", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exRefusesPassword}},
		{Says: Proven, When: "the proxy answers 407", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyAnswer(fact.Accepted, 407)}},
		{Says: Out, When: "the proxy answers 403", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exSquidDenies}},
	},
}

// exRefusesPassword is the answer of a proxy to a wrong password.
var exRefusesPassword = fact.ProxyAnswer{Proxy: exProxySet.Proxy, Variable: "http_proxy", Resolved: true, Result: fact.Accepted, Asked: "GET", Status: 407, Own: true, Sent: true}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
