package cause

import "whynot/internal/fact"

var proxyEnvIntercepts = &Cause{
	ID:    "proxy.env-intercepts",
	Title: "a proxy of the environment takes the connection",
	Doc: `A variable such as http_proxy applies to this target, so the answer is the proxy's and not the server's, and directly the target works. One
inside the own network often should not go through a proxy, and belongs into NO_PROXY. By hand: "curl --noproxy '*' URL".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected, symptomRefused, symptomSilent, symptomClosed, symptomReset, symptomStalled, symptomMismatch, symptomUnreachable, symptomUnresolved},
	Judge: func(c *Case) Verdict {
		p, ok := proxied(c)
		if !ok {
			return noProxy(c)
		}
		s, _ := where(c, fact.Client, func(s fact.ProxySetting) bool { return s.Applies })
		direct := endingOf(directly(c))
		v := likely(s, "%s=%s applies to this target", s.Variable, s.Proxy)
		switch _, cannot := reportedBy(p); {
		case !direct.seen:
			return v.atMost(Possible).and(p, "and through it the connection fails")
		case direct.outcome != OK:
			return out(direct.fact, "directly it fails as well: %s", direct.text)
		case cannot != "":
			v.Level = Proven
			return v.and(direct.fact, "directly, %s", direct.text).and(p, "the proxy says that %s", cannot)
		}
		return v.and(direct.fact, "directly, %s", direct.text).and(p, "through the proxy it fails")
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "let this host go directly", Command: "export NO_PROXY=$NO_PROXY," + c.Target.Host}}
	},
	Examples: []Example{
		{Says: Proven, When: "squid cannot reach the target, and directly it accepts", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exSquid(503, "ERR_CONNECT_FAIL 113"), exRoute, exAccepted, exHTTP(200)}},
		{Says: Likely, When: "a 503 came through the proxy, and directly a 200", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet,
			exProxyAnswer(fact.Accepted, 503), exBehind(503), exRoute, exAccepted, exHTTP(200)}},
		{Says: Out, When: "directly the answer is 503, too", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet,
			exProxyAnswer(fact.Accepted, 503), exBehind(503), exRoute, exAccepted, exHTTP(503)}},
		{Says: Out, When: "directly a reset came", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyMute, exRoute, exReset}},
		{Says: Out, When: "no proxy is set", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exReset, exMachine}},
	},
}
