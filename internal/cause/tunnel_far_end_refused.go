package cause

import (
	"strings"

	"whynot/internal/fact"
)

var tunnelFarEndRefused = &Cause{
	ID:    "tunnel.far-end-refused",
	Title: "the tunnel is up and its far end is refused",
	Doc: `An SSH tunnel, "kubectl port-forward" or a relay accepts on this side, and the machine behind it refuses: the connection is closed
without a byte, and the tunnel says "open failed: connect failed". By hand: the tunnel's own output.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, symptomClosed, symptomReset},
	Lacks:    "the tunnel's own message",
	Judge: func(c *Case) Verdict {
		if p, ok := proxied(c); ok && p.End == fact.EndClosed && strings.HasPrefix(p.Asked, "SOCKS") {
			return possible(p, "a proxy that is the end of a tunnel, as of ssh -D, closes the connection where the far end is refused")
		}
		return afterHangUp("what accepts may be a tunnel whose far end is refused")(c)
	},
	Examples: append([]Example{
		{Says: Possible, When: "ssh -D closes the connection without an answer, and directly a reset comes", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{
			exProxySet, exSOCKSCloses, exRoute, exReset}},
	}, exWhyHungUp...),
}

// exSOCKSCloses is a SOCKS proxy that closes the connection where a reply is due.
var exSOCKSCloses = fact.ProxyAnswer{Proxy: exProxySet.Proxy, Variable: "http_proxy", Resolved: true, Result: fact.Accepted, Asked: "SOCKS5", End: fact.EndClosed}
