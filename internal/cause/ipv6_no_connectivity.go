package cause

import (
	"fmt"
	"net/netip"

	"whynot/internal/fact"
)

var ipv6NoConnectivity = &Cause{
	ID:    "ipv6.no-connectivity",
	Title: "an IPv6 address was chosen, and IPv6 leads nowhere",
	Doc: `The name has an IPv6 address, this machine takes it, and on the way there IPv6 ends: no route, a router that knows only IPv4, a
firewall that drops it. Over IPv4 the service works. Programs that try both lose time, others fail. By hand: "curl -4" and "curl -6".`,
	Explains: []*Cause{routeNone, routeNoneOnWay, routeHostDown, routeGatewayDown, symptomSilent, symptomUnreachable, symptomRefusedICMP},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		switch {
		case !h.To.Addr().Is6():
			return out(h, "%s is an IPv4 address", h.To.Addr())
		case h.HostAnswered():
			return contradicts(h)
		case h.To.Addr().IsLoopback() || h.Errno == "EADDRNOTAVAIL":
			return out(h, "%s", resultPhraseOf(h.Attempt))
		}
		if f, text, ok := hostAlive(c); ok {
			return out(f, "over IPv6, %s", text)
		}
		sure := Proven
		if r, ok := where(c, fact.Client, func(r fact.Route) bool { return r.To == h.To.Addr() }); h.Errno != "ENETUNREACH" || ok && (r.Errno != "ENETUNREACH" || r.Type != "" || r.Rule != "") {
			sure = Likely // a firewall may mean this port alone, and what this machine forbids is another cause
		}
		if s, ok := acceptedSibling(c, false); ok {
			return say(sure, s, "over IPv4, %s accepts", s.To.Addr()).and(h, "over IPv6: %s", resultPhraseOf(h.Attempt))
		}
		if o, ok := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.Why == fact.ByFamily }); ok {
			if o.Result == fact.Accepted {
				return say(sure, o, "over IPv4, %s accepts", o.To.Addr()).and(h, "over IPv6: %s", resultPhraseOf(h.Attempt))
			}
			return out(o, "over IPv4 it fails as well")
		}
		for _, s := range c.siblings {
			if s.To.Addr().Is4() {
				return out(s, "over IPv4 it fails as well")
			}
		}
		return possible(h, "IPv6 may lead nowhere here: %s", resultPhraseOf(h.Attempt))
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "use IPv4 until IPv6 works", Command: "whynot -4 " + c.Target.String()}, {Text: "find out where IPv6 ends", Command: "whynot -6 -v " + c.Target.String()}}
	},
	Examples: []Example{
		{Says: Proven, When: "over IPv6 there is no route, and over IPv4 it works", Target: "db.internal:5432", Client: []fact.Fact{
			fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "dns", Addrs: []netip.Addr{exServer6, exServer}}, exNoRoute6, exAccepted}},
		{Says: Out, When: "another port answers over IPv6", Target: "db.internal:5432", Client: []fact.Fact{
			fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "dns", Addrs: []netip.Addr{exServer6}}, exAt(exTo6, fact.Silent), fact.Echo{To: exServer6, Sent: 2, Received: 2, RTT: fact.Duration(1e6)}}},
		{Says: Out, When: "the address is of IPv4", Client: []fact.Fact{exRoute, exSilent}},
	},
}

var exNoRoute6 = func() fact.Handshake {
	h := exAt(exTo6, fact.Failed)
	h.Step, h.Errno = "connect", "ENETUNREACH"
	return h
}()

// resultPhraseOf tells in a few words how an attempt ended.
func resultPhraseOf(a fact.Attempt) string {
	switch a.Result {
	case fact.Silent:
		return "no answer"
	case fact.ICMP:
		return fmt.Sprintf("%s from %s", a.ICMP, a.ICMP.From)
	case fact.Failed:
		return a.Errno
	case fact.Reset:
		return "a reset"
	}
	return string(a.Result)
}
