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
		if r, ok := receiver(c); ok {
			return out(r, "a socket listens on ::1")
		}
		for _, l := range listeners(c, "tcp") {
			if l.Covers(h.To.Addr()) && l.Device == "" {
				return out(l, "%s listens on %s", l.Program(), l.Addr)
			}
		}
		if s, ok := acceptedSibling(c, false); ok {
			return onlyOnIPv4(c, h, s)
		}
		if o, ok := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.Why == fact.ByLoopback || o.Why == fact.ByFamily }); ok {
			if o.Result == fact.Accepted {
				return onlyOnIPv4(c, h, o)
			}
			return out(o, "127.0.0.1 does not accept either")
		}
		return unknown()
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: fmt.Sprintf("dial 127.0.0.1:%d, or let the service listen on ::1 as well", c.Target.Port)}}
	},
	Examples: []Example{
		{Says: Proven, When: "::1 refuses and 127.0.0.1 accepts, and no socket is there for ::1", Target: "[::1]:5432",
			Client: []fact.Fact{exAt(exLoop6, fact.Reset), exLoopAccepts}, Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "node")}},
		{Says: Likely, When: "::1 refuses and 127.0.0.1 accepts", Target: "[::1]:5432", Client: []fact.Fact{exAt(exLoop6, fact.Reset), exLoopAccepts}},
		{Says: Possible, When: "::1 is silent and 127.0.0.1 accepts", Target: "[::1]:5432", Client: []fact.Fact{exAt(exLoop6, fact.Silent), exLoopAccepts}},
		{Says: Out, When: "the service listens on [::] as well, so that something else refuses", Target: "[::1]:5432",
			Client: []fact.Fact{exAt(exLoop6, fact.Reset), exLoopAccepts}, Server: []fact.Fact{exNoSockets, exListener("[::]:5432", "node")}},
		{Says: Out, When: "the target is another machine", Client: []fact.Fact{exRoute, exReset}},
	},
}

var (
	exLoop6       = netip.MustParseAddrPort("[::1]:5432")
	exLoopAccepts = fact.OtherAddress{Attempt: fact.Attempt{To: netip.MustParseAddrPort("127.0.0.1:5432"), Network: "tcp", Result: fact.Accepted}, Why: fact.ByLoopback}
)

// onlyOnIPv4 weighs that 127.0.0.1 accepts and ::1 does not: a rule for ::1 alone does that, too, unless its socket is known to be missing.
func onlyOnIPv4(c *Case, h fact.Handshake, accepts fact.Fact) Verdict {
	v := likely(accepts, "127.0.0.1 accepts").and(h, "::1 does not")
	t, known := tableKnown(c)
	switch {
	case h.Result != fact.Reset:
		return v.atMost(Possible)
	case known:
		v.Level = Proven
		return v.and(t, "no socket that listens on port %d takes ::1", t.Port)
	}
	return v
}
