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
			return throughBeside(c, p, h)
		}
		if web := c.Target.Protocol == "http"; web && h.Result == fact.Silent && h.To.Addr().IsGlobalUnicast() {
			return possible(h, "some networks let only their proxy out, and none is set here")
		}
		return unknown()
	}),
	Fix: func(c *Case) []Step {
		if p, ok := first[fact.ProxyAnswer](c, fact.Client); ok && p.Through {
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
			exProxyTunnel, fact.ThroughProxy(exProxyTunnel.Proxy, exHTTP(200))}},
		{Says: Unknown, When: "what is said to be a proxy answers a GET with 200, and with no mark of one", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exSilent,
			fact.ProxySetting{Variable: "https_proxy", Proxy: "http://198.51.100.3:3128", Exempt: "the variable is for another scheme"},
			fact.ProxyAnswer{Proxy: "http://198.51.100.3:3128", Variable: "https_proxy", Resolved: true, Result: fact.Accepted, Asked: "GET", Status: 200}}},
		exAccepts,
	},
}

// exProxyTunnel is the answer of a proxy that opens a tunnel.
var exProxyTunnel = fact.ProxyAnswer{Proxy: "http://198.51.100.3:3128", Variable: "https_proxy", Resolved: true, Result: fact.Accepted, Asked: "CONNECT", Status: 200, Through: true}

// throughBeside weighs what came of asking a proxy that a client would not take. A tunnel in which the target speaks is proof. A proxy may
// open one before it has tried, and a server that is no proxy answers a GET, too.
func throughBeside(c *Case, p fact.ProxyAnswer, h fact.Handshake) Verdict {
	switch {
	case p.Through && p.Asked != "GET" && spokeThrough(c, p.Proxy):
		return proven(p, "through %s (%s) the target is reached, and answers", p.Proxy, p.Variable).and(h, "directly: %s", resultWord(h.Attempt))
	case p.Through && p.Asked == "GET" && p.Status < 400:
		return likely(p, "through %s (%s) the answer is %d, with the mark of a proxy", p.Proxy, p.Variable, p.Status).and(h, "directly: %s", resultWord(h.Attempt))
	case p.Through:
		return possible(p, "%s (%s) says that the target is reached", p.Proxy, p.Variable).and(h, "directly: %s", resultWord(h.Attempt))
	case p.Own || p.Result != fact.Accepted || !p.Resolved:
		return out(p, "through %s it fails as well", p.Proxy)
	}
	return unknown()
}

// spokeThrough says that the target said something through the proxy.
func spokeThrough(c *Case, proxy string) bool {
	for _, f := range c.beside {
		if f.Where().Via != proxy {
			continue
		}
		switch f := f.(type) {
		case fact.Exchange:
			if !f.Mute() {
				return true
			}
		case fact.HTTP:
			return true
		case fact.TLS:
			if f.Done || f.Alert >= 0 {
				return true
			}
		}
	}
	return false
}
