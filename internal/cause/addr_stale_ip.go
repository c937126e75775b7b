package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var addrStaleIP = &Cause{
	ID:    "addr.stale-ip",
	Title: "the machine moved: this address is no longer its own",
	Doc: `A hosts file, a configuration or a cache still holds the address that a machine had before. Nobody answers there now, or
somebody else does. The name servers know the new one. By hand: compare "getent ahosts NAME" with "dig NAME".`,
	Side:     fact.Client,
	Explains: []*Cause{routeHostDown, dnsWrongAnswer, dnsStale, symptomSilent, symptomUnreachable},
	Judge: remote(func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Accepted || h.Result == fact.Failed {
			return contradicts(h)
		}
		l, ok := first[fact.Lookup](c, fact.Client)
		if !ok || l.Source != "hosts" && l.Source != "dns" {
			return possible(h, "the address may be an old one of the machine")
		}
		other, meant := where(c, fact.Client, func(o fact.OtherAddress) bool {
			return o.Result == fact.Accepted && (o.Why == fact.ByDNS || o.Why == fact.ByAuthority)
		})
		if !meant {
			return possible(h, "the address may be an old one of the machine")
		}
		if f, text, alive := hostAlive(c); alive || h.Result == fact.Reset {
			if !alive {
				f, text = h, "a machine answers at the address with a reset"
			}
			return possible(f, "%s", text)
		}
		return proven(other, "%s, which the name servers give for %s, accepts", other.To.Addr(), l.Name).
			and(l, "%s gives %s", lookupSource(l), h.To.Addr()).and(h, "nobody answers at %s", h.To.Addr())
	}),
	Fix: func(c *Case) []Step {
		l, ok := first[fact.Lookup](c, fact.Client)
		if ok && l.Source == "hosts" {
			return []Step{{Text: "correct or remove the line " + l.File}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "the hosts file gives a dead address, and the name servers' one accepts", Target: "db.internal:5432",
			Client: []fact.Fact{exHostsLookup, exRoute, exSilent, exDNSElsewhere}},
		exAccepts,
	},
}

var (
	exHostsLookup  = fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "hosts", File: "/etc/hosts:3", Addrs: []netip.Addr{exServer}}
	exDNSLookup    = fact.Lookup{Name: "db.internal", FullName: "db.internal", Result: fact.LookupFound, Source: "dns", Addrs: []netip.Addr{exServer}}
	exDNSElsewhere = fact.OtherAddress{Attempt: fact.Attempt{To: netip.AddrPortFrom(exOther, 5432), Network: "tcp", Result: fact.Accepted}, Why: fact.ByDNS}
)

// lookupSource names where an address came from.
func lookupSource(l fact.Lookup) string {
	switch l.Source {
	case "hosts":
		return l.File
	case "dns":
		return "the name server"
	}
	return l.Source
}
