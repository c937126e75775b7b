package cause

import "whynot/internal/fact"

var proxyUntrusted = &Cause{
	ID:    "proxy.untrusted",
	Title: "the certificate of the proxy itself is not trusted",
	Doc: `The variable names a proxy that is spoken to in TLS (https://proxy:3129), and the certificate of the proxy is of an authority that this machine
does not trust, has expired, or is for another name: a client breaks off before it asks for anything. No password is sent to such a proxy. By
hand: "openssl s_client -connect PROXY:PORT", or "curl --proxy-insecure URL" to compare.`,
	Side:     fact.Server,
	Explains: []*Cause{proxyEnvIntercepts, proxyDenies, proxyAuthRequired, symptomRejected},
	Judge: func(c *Case) Verdict {
		p, ok := proxied(c)
		switch {
		case !ok:
			return noProxy(c)
		case p.Untrusted != "":
			return proven(p, "the certificate of %s %s", p.Proxy, p.Untrusted)
		}
		return out(p, "nothing is wrong with a certificate of %s", p.Proxy)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "give the proxy a certificate that this machine trusts, or add its authority to those of this machine"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the proxy's certificate has expired", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet,
			fact.ProxyAnswer{Proxy: exProxySet.Proxy, Variable: "http_proxy", Resolved: true, Result: fact.Accepted, Asked: "GET", Status: 407, Own: true, Untrusted: "expired on 1 May 2024"}}},
		{Says: Out, When: "the proxy answers", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exSquidDenies}},
	},
}
