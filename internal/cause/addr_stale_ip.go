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
	Lacks:    "that the machine once had this address",
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
		weigh := likely // and no more: nothing shows that the machine ever had the address
		if oneSlip(h.To.Addr().String(), other.To.Addr().String()) {
			weigh = possible // it may as well be a typing error
		}
		v := weigh(other, "%s, which the name servers give for %s, accepts", other.To.Addr(), l.Name).
			and(l, "%s gives %s", lookupSource(l), h.To.Addr()).and(h, "nobody answers at %s", h.To.Addr())
		if f, ok := nobodyThere(c, h); ok {
			return v.and(f, "no machine has that address: nobody answers for it on its link")
		}
		return v
	}),
	Fix: func(c *Case) []Step {
		l, ok := first[fact.Lookup](c, fact.Client)
		if ok && l.Source == "hosts" {
			return []Step{{Text: "correct or remove the line " + l.File}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Likely, When: "the hosts file gives an address that no machine on the link has, and the name servers' one accepts", Target: "db.internal:5432",
			Client: []fact.Fact{exHostsLookup, exOnLink, exSilent, exNobody, exDNSElsewhere}},
		{Says: Likely, When: "the hosts file gives a silent address, and the name servers' one accepts", Target: "db.internal:5432",
			Client: []fact.Fact{exHostsLookup, exRoute, exSilent, exDNSElsewhere}},
		{Says: Possible, When: "the two addresses differ by one digit, as by a typing error", Target: "db.internal:5432",
			Client: []fact.Fact{exHostsLookup, exRoute, exSilent, exDNSBeside}},
		exAccepts,
	},
}

var (
	exHostsLookup  = fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "hosts", File: "/etc/hosts:3", Addrs: []netip.Addr{exServer}}
	exDNSLookup    = fact.Lookup{Name: "db.internal", FullName: "db.internal", Result: fact.LookupFound, Source: "dns", Addrs: []netip.Addr{exServer}}
	exDNSElsewhere = fact.OtherAddress{Attempt: fact.Attempt{To: netip.AddrPortFrom(exOther, 5432), Network: "tcp", Result: fact.Accepted}, Why: fact.ByDNS}
)

// exNobody says that the link has no machine with the server's address.
var exNobody = fact.Neighbour{Addr: exServer, Interface: "eth0", State: "failed"}

// nobodyThere says that no machine has the address: it is missing on our own link, or the router of its link has looked for it in vain, which
// takes it seconds (a rule or a route says so at once).
func nobodyThere(c *Case, h fact.Handshake) (fact.Fact, bool) {
	if n, ok := first[fact.Neighbour](c, fact.Client); ok && n.Missing() && n.Addr == h.To.Addr() {
		return n, true
	}
	return h, h.Result == fact.ICMP && h.ICMP.HostUnreachable() && fromRouter(h) && h.Took > quickly
}

var exDNSBeside = fact.OtherAddress{Attempt: fact.Attempt{To: netip.MustParseAddrPort("192.0.2.11:5432"), Network: "tcp", Result: fact.Accepted}, Why: fact.ByDNS}

// oneSlip says that two texts differ by one character: another one, one too many, or two in the other order.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i, j := 0, 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	for j < len(a)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	a, b = a[i:len(a)-j], b[i:len(b)-j]
	return len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

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
