package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var proxyDenies = &Cause{
	ID:    "proxy.denies",
	Title: "the proxy refuses to connect there",
	Doc: `The proxy answers, and does not let this client to that host or port (403, SOCKS reply 2), or could not reach the target itself
(502, 503, 504). Squid says more in X-Squid-Error. It is taken for an answer of the server. By hand: "curl -v URL" shows who answers.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		p, ok := proxied(c)
		if !ok {
			return noProxy(c)
		}
		squid := p.Header["x-squid-error"]
		switch {
		case p.Through:
			return out(p, "the proxy let the connection through")
		case p.Result != fact.Accepted || p.Status == 407:
			return out(p, "the proxy has not said so")
		case p.Reply == 2:
			return proven(p, "it answers that its rules do not allow the connection (SOCKS reply 2)")
		case p.Reply > 0:
			return proven(p, "it answers with SOCKS reply %d: %s", p.Reply, socksReply(p.Reply))
		case squid != "" && p.Asked == "GET" && directWorks(c):
			return likely(p, "it answers %d, and says why: %s", p.Status, squid)
		case squid != "":
			return proven(p, "it answers %d, and says why: %s", p.Status, squid)
		case p.Asked == "CONNECT" && p.Status > 0:
			return proven(p, "it answers the CONNECT with %d", p.Status)
		case p.Status > 0:
			return likely(p, "the answer %d came through the proxy", p.Status)
		}
		return unknown()
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: fmt.Sprintf("have the proxy allow %s, or let it go directly by NO_PROXY", c.Target)}}
	},
	Examples: []Example{
		{Says: Proven, When: "squid says ERR_ACCESS_DENIED", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exSquidDenies}},
		{Says: Out, When: "the proxy cannot be reached", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyAnswer(fact.Reset, 0)}},
	},
}

// directWorks says that the target accepts connections without the proxy.
func directWorks(c *Case) bool {
	h, ok := first[fact.Handshake](c, fact.Client)
	return ok && h.Result == fact.Accepted
}

var exSquidDenies = fact.ProxyAnswer{Proxy: "http://198.51.100.3:3128", Variable: "http_proxy", Resolved: true, Result: fact.Accepted,
	Asked: "GET", Status: 403, Header: map[string]string{"x-squid-error": "ERR_ACCESS_DENIED 0"}}

// socksReply names the replies of RFC 1928, section 6.
func socksReply(reply int) string {
	words := []string{"succeeded", "general failure", "not allowed by ruleset", "network unreachable", "host unreachable", "connection refused",
		"TTL expired", "command not supported", "address type not supported"}
	if reply < len(words) {
		return words[reply]
	}
	return "unassigned"
}
