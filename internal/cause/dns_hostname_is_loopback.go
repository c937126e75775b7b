package cause

import (
	"net/netip"
	"slices"

	"whynot/internal/fact"
)

var dnsHostnameIsLoopback = &Cause{
	ID:    "dns.hostname-is-loopback",
	Title: "the server binds its own name, which is a loopback address in its hosts file",
	Doc: `Debian writes the machine's own name as 127.0.1.1 into /etc/hosts. A service that is told to listen on that name then listens on
127.0.1.1, where no other machine can reach it. By hand, on the server: "ss -ltn" and "getent hosts $(hostname)".`,
	Side:     fact.Server,
	Explains: []*Cause{bindLoopbackOnly},
	Judge: func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		if _, ok := tableKnown(c); !ok {
			return possible(h, "the service may be bound to a name that is 127.0.1.1 on the server")
		}
		m, _ := first[fact.Machine](c, fact.Client)
		for _, l := range listeners(c, c.Target.Network) {
			if at := l.Addr.Addr(); at.IsLoopback() && at.Is4() && at != netip.MustParseAddr("127.0.0.1") {
				v := possible(l, "%s listens on %s", l.Program(), l.Addr)
				if slices.Contains(m.OwnName, at) {
					v.Level = Proven
					return v.and(m, "the hosts file gives %s for this machine's own name", at)
				}
				return v // as the stub resolver on 127.0.0.53: it is meant so
			}
		}
		return out(h, "nothing listens on such an address")
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "let the service listen on 0.0.0.0 or its real address, or correct the 127.0.1.1 line in /etc/hosts", On: server(c)}}
	},
	Examples: []Example{
		{Says: Proven, When: "the listener is on 127.0.1.1, which is the machine's name", Client: []fact.Fact{exLocal, exReset, fact.Machine{OwnName: []netip.Addr{netip.MustParseAddr("127.0.1.1")}}},
			Server: []fact.Fact{exNoSockets, exListener("127.0.1.1:5432", "postgres")}},
		{Says: Possible, When: "a stub resolver is on 127.0.0.53", Target: "192.0.2.10:53", Client: []fact.Fact{exLocal, exAt(netip.AddrPortFrom(exServer, 53), fact.Reset)},
			Server: []fact.Fact{fact.SocketTable{Port: 53}, exListener("127.0.0.53:53", "systemd-resolve")}},
		{Says: Out, When: "nothing listens at all", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}
