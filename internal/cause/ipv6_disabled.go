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
		if m := withoutIPv6(c); m != nil {
			return proven(*m, "the kernel has no IPv6 (ipv6.disable=1)").and(h, "%s gave %s", h.Step, h.Errno)
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
			if i.Name == "lo" && h.To.Addr().IsLoopback() {
				return out(i, "IPv6 is not disabled on %s", i.Name)
			}
		}
		return disabledOnTheCard(c, h, interfaces)
	},
	Fix: func(*Case) []Step {
		return []Step{{Text: "use the IPv4 address, or switch IPv6 on", Command: "sysctl -w net.ipv6.conf.all.disable_ipv6=0"}}
	},
	Examples: []Example{
		{Says: Proven, When: "::1 was dialled and lo has IPv6 disabled", Target: "[::1]:5432", Client: []fact.Fact{exNoAddress6, fact.Interface{Name: "lo", Up: true, IPv6Disabled: true}}},
		{Says: Proven, When: "IPv6 is disabled on the one card", Target: "[2001:db8::10]:5432", Client: []fact.Fact{exNoRoute6, fact.Interface{Name: "lo", Up: true}, fact.Interface{Name: "eth0", Up: true, Carrier: true, IPv6Disabled: true}}},
		{Says: Likely, When: "it is disabled on the card, and on for a bridge without an address", Target: "[2001:db8::10]:5432", Client: []fact.Fact{exNoRoute6,
			fact.Interface{Name: "eth0", Up: true, Carrier: true, IPv6Disabled: true}, fact.Interface{Name: "br0", Type: "bridge", Up: true}}},
		{Says: Out, When: "there is no interface but lo", Target: "[2001:db8::10]:5432", Client: []fact.Fact{exNoRoute6, fact.Interface{Name: "lo", Up: true}}},
		{Says: Proven, When: "the kernel was booted without IPv6", Target: "[::1]:5432", Client: []fact.Fact{exNoFamily6, fact.Machine{NoIPv6: true}}},
		{Says: Out, When: "the address is of IPv4", Client: []fact.Fact{exRoute, exFailed("EADDRNOTAVAIL")}},
	},
}

// disabledOnTheCard judges the interfaces by which the address could be reached: those with a way out of this machine, or with an address.
func disabledOnTheCard(c *Case, h fact.Handshake, interfaces []fact.Interface) Verdict {
	r, _ := first[fact.Route](c, fact.Client)
	var off, on []fact.Interface
	for _, i := range interfaces {
		switch {
		case i.Name == "lo" || r.Interface != "" && i.Name != r.Interface:
		case i.IPv6Disabled:
			off = append(off, i)
		case i.Virtual() && !usable(i, true):
			on = append(on, i)
		default:
			return out(i, "IPv6 is not disabled on %s", i.Name)
		}
	}
	switch {
	case len(off) == 0:
		return out(h, "IPv6 is disabled on no interface that could lead there")
	case len(on) > 0:
		return likely(off[0], "IPv6 is disabled on %s", off[0].Name).and(on[0], "though not on %s", on[0].Name)
	}
	return proven(off[0], "IPv6 is disabled on %s", off[0].Name).and(h, "%s gave %s", h.Step, h.Errno)
}

var exNoAddress6 = func() fact.Handshake {
	h := exAt(netip.MustParseAddrPort("[::1]:5432"), fact.Failed)
	h.Step, h.Errno = "connect", "EADDRNOTAVAIL"
	return h
}()

var exNoFamily6 = func() fact.Handshake {
	h := exAt(netip.MustParseAddrPort("[::1]:5432"), fact.Failed)
	h.Step, h.Errno = "socket", "EAFNOSUPPORT"
	return h
}()

// withoutIPv6 gives the machine, if its kernel has no IPv6 at all.
func withoutIPv6(c *Case) *fact.Machine {
	if m, ok := first[fact.Machine](c, fact.Client); ok && m.NoIPv6 {
		return &m
	}
	return nil
}
