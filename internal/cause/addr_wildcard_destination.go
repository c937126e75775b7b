package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var addrWildcardDestination = &Cause{
	ID:    "addr.wildcard-destination",
	Title: "0.0.0.0 or :: is an address to listen on, not one to connect to",
	Doc: `A server prints "listening on 0.0.0.0:8000", and that is copied as the address to connect to. Linux takes it for this machine,
other systems refuse it (RFC 1122, section 3.2.1.3). From another machine it can never lead to the server.`,
	Side:     fact.Client,
	Explains: []*Cause{addrLocalhostElsewhere, serviceNotListening, symptomRefused, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		l, ok := first[fact.Lookup](c, fact.Client)
		if !ok {
			return unknown()
		}
		for _, a := range l.Addrs {
			if a.IsUnspecified() {
				return proven(l, "%s stands for every address of the machine itself", a)
			}
		}
		if len(l.Addrs) == 0 {
			return unknown()
		}
		return out(l, "%s is an address of one machine", l.Addrs[0])
	},
	Fix: func(c *Case) []Step {
		if l, ok := first[fact.Lookup](c, fact.Client); ok && l.Source != "literal" {
			return []Step{{Text: "find out where the name gets that address: a line in the hosts file, or a name server that blocks it", Command: "getent ahosts " + l.Name}}
		}
		return []Step{{Text: "use the server's own address or name; 127.0.0.1 if it runs on this machine"}}
	},
	Examples: []Example{
		{Says: Proven, When: "0.0.0.0 was dialled", Target: "0.0.0.0:5432", Client: []fact.Fact{fact.Lookup{Name: "0.0.0.0", Result: fact.LookupFound, Addrs: []netip.Addr{netip.IPv4Unspecified()}}, exReset}},
		{Says: Out, When: "an address of a machine was dialled", Client: []fact.Fact{fact.Lookup{Name: "192.0.2.10", Result: fact.LookupFound, Addrs: []netip.Addr{exServer}}, exRoute, exReset}},
	},
}
