package cause

import "whynot/internal/fact"

var proxyRequired = &Cause{
	ID:    "proxy.required",
	Title: "only the proxy may go out",
	Doc: `Directly the connection is dropped or refused, and through the proxy of this network it works. The program does not use the
proxy: the variable is missing in its environment, is of the other scheme, or NO_PROXY lets the target out. By hand: "curl -x PROXY
URL".`,
	Side:     fact.Client,
	Explains: []*Cause{firewallForwardDrop, firewallForwardReject, firewallEgressPort, symptomSilent, symptomRefused, symptomRefusedICMP, symptomUnreachable},
	Judge: remote(func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		if p, ok := first[fact.ProxyAnswer](c, fact.Client); ok {
			if p.Through {
				return proven(p, "through %s (%s) the target is reached", p.Proxy, p.Variable).and(h, "directly: %s", resultWord(h.Attempt))
			}
			return out(p, "through %s it fails as well", p.Proxy)
		}
		if web := c.Target.Protocol == "http"; web && h.Result == fact.Silent && h.To.Addr().IsGlobalUnicast() {
			return possible(h, "some networks let only their proxy out, and none is set here")
		}
		return unknown()
	}),
	Fix: func(c *Case) []Step {
		if p, ok := first[fact.ProxyAnswer](c, fact.Client); ok {
			name := "http_proxy"
			if c.Target.TLS {
				name = "https_proxy"
			}
			return []Step{{Text: "set the proxy in the program's environment", Command: "export " + name + "=" + p.Proxy}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "directly silent, through the proxy it works", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exSilent,
			fact.ProxySetting{Variable: "https_proxy", Proxy: "http://198.51.100.3:3128", Exempt: "the variable is for another scheme"},
			fact.ProxyAnswer{Proxy: "http://198.51.100.3:3128", Variable: "https_proxy", Resolved: true, Result: fact.Accepted, Status: 200, Through: true}}},
		exAccepts,
	},
}
