package cause

import (
	"fmt"
	"strings"

	"whynot/internal/fact"
)

var proxyDenies = &Cause{
	ID:    "proxy.denies",
	Title: "the proxy refuses to connect there",
	Doc: `The proxy answers, and its rules do not let this client to that host or port: 403, ERR_ACCESS_DENIED in squid's X-Squid-Error, SOCKS reply 2.
That is another thing than a proxy which tries and cannot reach the target (502, 503, 504, SOCKS replies 3 to 6). It is taken for an answer of
the server. By hand: "curl -v URL" shows who answers.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		p, ok := proxied(c)
		if !ok {
			return noProxy(c)
		}
		squid := p.Header["x-squid-error"]
		_, cannot := reportedBy(p)
		switch {
		case p.Through:
			return out(p, "the proxy let the connection through")
		case p.Result != fact.Accepted || p.Status == 407:
			return out(p, "the proxy has not said so")
		case cannot != "":
			return out(p, "it says that %s", cannot)
		case p.Reply == 2:
			return proven(p, "it answers that its rules do not allow the connection (SOCKS reply 2)")
		case p.Reply > 0:
			return possible(p, "it answers with SOCKS reply %d: %s", p.Reply, socksReply(p.Reply))
		case strings.HasPrefix(squid, "ERR_ACCESS_DENIED"):
			return proven(p, "it answers %d, and says why: %s", p.Status, squid)
		case p.Own && p.Status == 403:
			if a, known := httpAnswer(directly(c)); known && a.Status == p.Status && p.Asked == "GET" {
				return possible(p, "it answers the GET with 403").and(a, "though directly, the server answers 403, too")
			}
			return proven(p, "it answers the %s with 403 itself", p.Asked)
		case p.Own && p.Status > 0:
			return possible(p, "it answers the %s with %d%s", p.Asked, p.Status, inBrackets(squid))
		case p.Status >= 400:
			return deniesPlainly(c, p)
		case p.Status > 0:
			return out(p, "it answers %d", p.Status)
		}
		return unknown()
	},
	Fix: func(c *Case) []Step {
		text := fmt.Sprintf("have the proxy allow %s", c.Target)
		if endingOf(directly(c)).outcome == OK {
			text += ", or let it go directly by NO_PROXY"
		}
		return []Step{{Text: text}}
	},
	Examples: []Example{
		{Says: Proven, When: "squid says ERR_ACCESS_DENIED", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exSquidDenies}},
		{Says: Out, When: "squid says that the target refuses", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exSquid(503, "ERR_CONNECT_FAIL 111"), exRoute, exReset}},
		{Says: Likely, When: "a 403 comes through the proxy, and directly a 200", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet,
			exProxyAnswer(fact.Accepted, 403), exBehind(403), exRoute, exAccepted, exHTTP(200)}},
		{Says: Out, When: "the server itself says 403, too", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet,
			exProxyAnswer(fact.Accepted, 403), exBehind(403), exRoute, exAccepted, exHTTP(403)}},
		{Says: Out, When: "the proxy cannot be reached", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exProxySet, exProxyAnswer(fact.Reset, 0)}},
	},
}

// deniesPlainly weighs an answer that is the proxy's or the server's: what the server says directly tells which.
func deniesPlainly(c *Case, p fact.ProxyAnswer) Verdict {
	a, known := httpAnswer(directly(c))
	switch {
	case known && a.Status == p.Status:
		return out(a, "directly, the server answers %d itself", a.Status)
	case known && p.Status == 403:
		return likely(p, "through it comes 403, without a mark of who says so").and(a, "directly, the server answers %d", a.Status)
	case p.Status == 403:
		return possible(p, "through it comes 403, without a mark of who says so")
	}
	return unknown()
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// exSquid is an answer of squid itself, exBehind what came through the proxy.
func exSquid(status int, says string) fact.ProxyAnswer {
	return fact.ProxyAnswer{Proxy: exProxySet.Proxy, Variable: "http_proxy", Resolved: true, Result: fact.Accepted, Asked: "GET", Status: status, Own: true,
		Header: map[string]string{"x-squid-error": says}}
}

func exBehind(status int) fact.Fact { return fact.ThroughProxy(exProxySet.Proxy, exHTTP(status)) }

var exSquidDenies = exSquid(403, "ERR_ACCESS_DENIED 0")

// socksReply names the replies of RFC 1928, section 6.
func socksReply(reply int) string {
	words := []string{"succeeded", "general failure", "not allowed by ruleset", "network unreachable", "host unreachable", "connection refused",
		"TTL expired", "command not supported", "address type not supported"}
	if reply < len(words) {
		return words[reply]
	}
	return "unassigned"
}
