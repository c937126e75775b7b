package cause

import (
	"net/netip"

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
		h, no := sawReset(c)
		if no != nil {
			return *no
		}
		if _, ok := tableKnown(c); !ok {
			return possible(h, "the service may be bound to a name that is 127.0.1.1 on the server")
		}
		for _, l := range listeners(c, "tcp") {
			if at := l.Addr.Addr(); at.IsLoopback() && at.Is4() && at != netip.MustParseAddr("127.0.0.1") {
				return proven(l, "%s listens on %s", l.Program(), l.Addr)
			}
		}
		return out(h, "nothing listens on such an address")
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "let the service listen on 0.0.0.0 or its real address, or correct the 127.0.1.1 line in /etc/hosts", On: server(c)}}
	},
	Examples: []Example{
		{Says: Proven, When: "the listener is on 127.0.1.1", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exListener("127.0.1.1:5432", "postgres")}},
		{Says: Out, When: "nothing listens at all", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}
