package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var ipv6Disabled = &Cause{
	ID:    "ipv6.disabled",
	Title: "IPv6 is off here, and an IPv6 address was dialled",
	Doc: `The sysctl disable_ipv6 is set, so this machine has no IPv6 address at all, not even ::1. The kernel says "Cannot assign requested
address", which is the error of exhausted ports, too. By hand: "sysctl net.ipv6.conf.all.disable_ipv6".`,
	Side:     fact.Client,
	Explains: []*Cause{routeNone, routeNoAddress, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if !h.To.Addr().Is6() {
			return out(h, "%s is an IPv4 address", h.To.Addr())
		}
		if h.Result != fact.Failed {
			return contradicts(h)
		}
		interfaces := every[fact.Interface](c, fact.Client)
		if len(interfaces) == 0 {
			return unknown()
		}
		if h.To.Addr().IsLoopback() {
			for _, i := range interfaces {
				if i.Name == "lo" && i.IPv6Disabled {
					return proven(i, "IPv6 is disabled on lo").and(h, "%s gave %s", h.Step, h.Errno)
				}
			}
		}
		for _, i := range interfaces {
			if i.Name != "lo" && !i.IPv6Disabled || i.Name == "lo" && h.To.Addr().IsLoopback() {
				return out(i, "IPv6 is not disabled on %s", i.Name)
			}
		}
		return proven(interfaces[len(interfaces)-1], "IPv6 is disabled on every interface").and(h, "%s gave %s", h.Step, h.Errno)
	},
	Fix: func(*Case) []Step {
		return []Step{{Text: "use the IPv4 address, or switch IPv6 on", Command: "sysctl -w net.ipv6.conf.all.disable_ipv6=0"}}
	},
	Examples: []Example{
		{Says: Proven, When: "::1 was dialled and lo has IPv6 disabled", Target: "[::1]:5432", Client: []fact.Fact{exNoAddress6, fact.Interface{Name: "lo", Up: true, IPv6Disabled: true}}},
		{Says: Out, When: "the address is of IPv4", Client: []fact.Fact{exRoute, exFailed("EADDRNOTAVAIL")}},
	},
}

var exNoAddress6 = func() fact.Handshake {
	h := exAt(netip.MustParseAddrPort("[::1]:5432"), fact.Failed)
	h.Step, h.Errno = "connect", "EADDRNOTAVAIL"
	return h
}()
