package cause

import "whynot/internal/fact"

var bindV6Only = &Cause{
	ID:    "bind.v6-only",
	Title: "the service listens on IPv6 only",
	Doc: `The listener is bound to an IPv6 address, or to :: with the flag v6only (net.ipv6.bindv6only, IPV6_V6ONLY), so that IPv4 is refused. By hand,
on the server: "ss -ltne 'sport = :PORT'" shows v6only.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Judge:    boundToOtherVersion(true),
	Fix:      listenWider,
	Examples: []Example{
		{Says: Proven, When: "the listener is on :: with v6only", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exV6Only}},
		{Says: Likely, When: "the name's IPv6 address accepts", Target: "db.internal:5432", Client: []fact.Fact{exRoute, exReset, exSibling6}},
		{Says: Out, When: "nothing listens at all", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}

var exV6Only = func() fact.Listener {
	l := exListener("[::]:5432", "postgres")
	l.V6Only = true
	return l
}()

// boundToOtherVersion judges a service that listens on IPv6 (v6) or IPv4 alone, and was dialled on the other.
func boundToOtherVersion(v6 bool) judge {
	version := map[bool]string{true: "IPv6", false: "IPv4"}[v6]
	return func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		if h.To.Addr().Is6() == v6 {
			return out(h, "%s is an %s address", h.To.Addr(), version)
		}
		if _, known := tableKnown(c); known {
			return boundElsewhere("", func(c *Case, l fact.Listener) bool {
				return l.Addr.Addr().Is6() == v6 && (l.Addr.Addr().IsUnspecified() || l.Addr.Addr().IsLoopback() == c.To.Addr().IsLoopback())
			})(c)
		}
		if s, ok := acceptedSibling(c, false); ok {
			return likely(s, "over %s, %s accepts", version, s.To.Addr()).and(h, "%s refuses", h.To.Addr())
		}
		if o, ok := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.To.Addr().Is6() == v6 && o.Result == fact.Accepted }); ok {
			return likely(o, "over %s, %s accepts", version, o.To.Addr()).and(h, "%s refuses", h.To.Addr())
		}
		for _, s := range c.siblings {
			if s.To.Addr().Is6() == v6 {
				return out(s, "over %s it fails as well", version)
			}
		}
		return possible(h, "the service may listen on %s alone", version)
	}
}
