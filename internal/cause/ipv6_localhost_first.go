package cause

import (
	"fmt"
	"net/netip"

	"whynot/internal/fact"
)

var ipv6LocalhostFirst = &Cause{
	ID:    "ipv6.localhost-first",
	Title: "localhost is ::1 first, and the service is on IPv4 only",
	Doc: `"localhost" has two addresses, and many programs take ::1 first. A service that listens on 127.0.0.1 or 0.0.0.0 alone is not there;
programs that do not go on to the next address are refused (Node from version 17 on is known for it). By hand: "curl -4" and "curl -6".`,
	Side:     fact.Server,
	Explains: []*Cause{bindV4Only, bindOtherAddress, bindLoopbackOnly, serviceNotListening, symptomRefused},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.To.Addr() != netip.IPv6Loopback() {
			return out(h, "%s is not ::1", h.To.Addr())
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		if s, ok := acceptedSibling(c, false); ok {
			return proven(s, "127.0.0.1 accepts").and(h, "::1 does not")
		}
		if o, ok := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.Why == fact.ByLoopback || o.Why == fact.ByFamily }); ok {
			if o.Result == fact.Accepted {
				return proven(o, "127.0.0.1 accepts").and(h, "::1 does not")
			}
			return out(o, "127.0.0.1 does not accept either")
		}
		return unknown()
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: fmt.Sprintf("dial 127.0.0.1:%d, or let the service listen on ::1 as well", c.Target.Port)}}
	},
	Examples: []Example{
		{Says: Proven, When: "::1 refuses and 127.0.0.1 accepts", Target: "[::1]:5432", Client: []fact.Fact{exAt(netip.MustParseAddrPort("[::1]:5432"), fact.Reset),
			fact.OtherAddress{Attempt: fact.Attempt{To: netip.MustParseAddrPort("127.0.0.1:5432"), Network: "tcp", Result: fact.Accepted}, Why: fact.ByLoopback}}},
		{Says: Out, When: "the target is another machine", Client: []fact.Fact{exRoute, exReset}},
	},
}
