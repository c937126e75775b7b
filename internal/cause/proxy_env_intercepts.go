package cause

import "whynot/internal/fact"

var proxyEnvIntercepts = &Cause{
	ID:    "proxy.env-intercepts",
	Title: "a proxy of the environment takes the connection",
	Doc: `A variable such as http_proxy applies to this target, so the answer is the proxy's and not the server's. A target inside the own
network often should not go through it, and belongs into NO_PROXY. By hand: "curl --noproxy '*' URL".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected, symptomRefused, symptomSilent, symptomClosed, symptomUnreachable, symptomUnresolved},
	Judge: func(c *Case) Verdict {
		p, ok := proxied(c)
		if !ok {
			return noProxy(c)
		}
		s, _ := where(c, fact.Client, func(s fact.ProxySetting) bool { return s.Applies })
		v := likely(s, "%s=%s applies to this target", s.Variable, s.Proxy)
		if direct, ok := first[fact.Handshake](c, fact.Client); ok && direct.Result == fact.Accepted {
			if p.Status >= 502 && p.Status <= 504 {
				v.Level = Proven
			}
			return v.and(direct, "directly, %s accepts the connection", direct.To.Addr()).and(p, "through the proxy it fails")
		}
		return v.and(p, "and through it the connection fails")
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "let this host go directly", Command: "export NO_PROXY=$NO_PROXY," + c.Target.Host}}
	},
	Examples: []Example{
		{Says: Proven, When: "the proxy answers 503, and directly the target accepts", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyAnswer(fact.Accepted, 503), exRoute, exAccepted}},
		{Says: Out, When: "no proxy is set", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exReset, exMachine}},
	},
}
