package cause

import "whynot/internal/fact"

var proxyDead = &Cause{
	ID:    "proxy.dead",
	Title: "the configured proxy does not answer",
	Doc: `The environment (http_proxy, https_proxy, ALL_PROXY) sends the connection through a proxy, and that proxy cannot be reached:
the program is not running, the name is wrong, the network is another one. Or it accepts and says nothing: it hangs, or what listens there is
no proxy. The error then bears the proxy's address, as in
"proxyconnect tcp: dial tcp 127.0.0.1:3128". By hand: "env | grep -i _proxy", and the same request with the variable unset.`,
	Side:     fact.Client,
	Explains: []*Cause{proxyEnvIntercepts, symptomRefused, symptomSilent, symptomUnreachable, symptomUnresolved, symptomClosed, symptomReset, symptomStalled, symptomMismatch},
	Judge: func(c *Case) Verdict {
		p, ok := proxied(c)
		switch {
		case !ok:
			return noProxy(c)
		case !p.Resolved:
			return likely(p, "%s names %s, and no address was found for that name", p.Variable, p.Proxy)
		case p.Result == fact.Failed:
			return likely(p, "%s names %s, and that proxy %s", p.Variable, p.Proxy, resultPhrase(p.Result))
		case p.Result != fact.Accepted:
			return proven(p, "%s names %s, and that proxy %s", p.Variable, p.Proxy, resultPhrase(p.Result))
		case p.Through || p.Status > 0 || p.Reply > 0:
			return out(p, "%s answers", p.Proxy)
		case p.End == fact.EndOpen:
			v := likely(p, "%s names %s, which accepts, and then said nothing for %s", p.Variable, p.Proxy, p.Took)
			if h, _, ok := shared(c, p); ok {
				return v.atMost(Possible).and(h, "though directly the target does not answer either: the proxy may wait for it")
			}
			return v
		case p.End == fact.EndClosed || p.End == fact.EndReset:
			return possible(p, "%s names %s, which ends the connection without an answer", p.Variable, p.Proxy)
		}
		return possible(p, "%s names %s: %s", p.Variable, p.Proxy, orElse(p.Error, "it gave no answer"))
	},
	Fix: func(c *Case) []Step {
		p, ok := proxied(c)
		if !ok {
			return nil
		}
		mend := Step{Text: "if it is needed, start or correct it: " + p.Variable + "=" + p.Proxy}
		if direct := endingOf(directly(c)); direct.seen && direct.outcome != OK {
			return []Step{mend}
		}
		return []Step{{Text: "if no proxy is needed, let this host go directly", Command: "export NO_PROXY=$NO_PROXY," + c.Target.Host}, mend}
	},
	Examples: []Example{
		{Says: Likely, When: "the proxy accepts and says nothing, and directly the target accepts", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyMute, exRoute, exAccepted}},
		{Says: Possible, When: "directly the target is silent as well", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyMute, exRoute, exSilent}},
		{Says: Proven, When: "the proxy of http_proxy refuses", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyAnswer(fact.Reset, 0)}},
		{Says: Out, When: "no proxy is set", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exReset, exMachine}},
	},
}

var (
	exMachine  = fact.Machine{OS: "linux", Namespace: "initial", Capabilities: []string{"net_raw", "net_admin"}}
	exProxySet = fact.ProxySetting{Variable: "http_proxy", Proxy: "http://198.51.100.3:3128", Applies: true, Readers: "Go and curl"}
)

// exProxyMute is a proxy that accepts and says nothing.
var exProxyMute = fact.ProxyAnswer{Proxy: exProxySet.Proxy, Variable: "http_proxy", Resolved: true, Result: fact.Accepted, Asked: "GET", End: fact.EndOpen, Took: 7e9}

// exProxyAnswer is what the proxy of the environment did.
func exProxyAnswer(r fact.Result, status int) fact.ProxyAnswer {
	return fact.ProxyAnswer{Proxy: "http://198.51.100.3:3128", Variable: "http_proxy", Resolved: true, Result: r, Asked: "GET", Status: status,
		Through: status == 200, Header: map[string]string{}}
}

// noProxy rules the proxy out where none applies; not one that whynot could not ask.
func noProxy(c *Case) Verdict {
	if _, ok := where(c, fact.Client, func(s fact.ProxySetting) bool { return s.Applies }); ok {
		return unknown()
	}
	if s, ok := first[fact.ProxySetting](c, fact.Client); ok {
		return out(s, "the proxy of %s does not apply: %s", s.Variable, s.Exempt)
	}
	if m, ok := first[fact.Machine](c, fact.Client); ok {
		return out(m, "the environment of this process sets no proxy")
	}
	return unknown()
}

// resultPhrase completes "that proxy ...".
func resultPhrase(r fact.Result) string {
	switch r {
	case fact.Reset:
		return "refuses the connection"
	case fact.Silent:
		return "does not answer"
	}
	return "cannot be reached"
}
