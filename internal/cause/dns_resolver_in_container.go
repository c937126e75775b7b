package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

// dockersOwn is the name server that Docker runs inside each container of a network of its own.
var dockersOwn = netip.MustParseAddr("127.0.0.11")

var dnsResolverInContainer = &Cause{
	ID:    "dns.resolver-in-container",
	Title: "the resolver of this container is one that it cannot reach",
	Doc: `resolv.conf names a loopback address, the stub of systemd-resolved (127.0.0.53) or of the host's dnsmasq. In a container that
address is the container itself, where nothing listens. By hand: "cat /etc/resolv.conf" and "ss -lun" inside.`,
	Side:     fact.Client,
	Explains: []*Cause{dnsServerRefused, dnsServerUnreachable, symptomUnresolved},
	Judge: func(c *Case) Verdict {
		l, no := sawUnresolved(c)
		if no != nil {
			return *no
		}
		if n, ok := nameConfig(c); ok && n.NoServer {
			return out(n, "%s names no name server at all", n.File)
		}
		asked := asking(c)
		if len(asked) == 0 {
			return unknown()
		}
		a := asked[0]
		if !a.Server.Addr().IsLoopback() {
			return out(a, "the name server %s is no loopback address", a.Server.Addr())
		}
		if a.Result != fact.DNSPortClosed && a.Result != fact.DNSSilent {
			return outByAnswer(asked, l)
		}
		if a.Result == fact.DNSSilent || a.Server.Addr() == dockersOwn {
			return possible(a, "the name server %s is this machine itself, or what its container runtime puts there, and does not answer", a.Server.Addr())
		}
		m, known := first[fact.Machine](c, fact.Client)
		if known && (m.Container != "" || m.Namespace == "other") {
			return proven(a, "the name server %s is this container itself, and its port 53 is closed", a.Server.Addr()).
				and(m, "this process is in a network namespace of its own")
		}
		return possible(a, "the name server %s is this machine itself, and its port 53 is closed", a.Server.Addr())
	},
	Fix: func(*Case) []Step {
		return []Step{{Text: "give the container the host's real name servers (docker run --dns, or the kubelet's resolvConf)"}}
	},
	Examples: []Example{
		{Says: Proven, When: "127.0.0.53 is closed in a container", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, fact.Machine{Namespace: "other"}, exStub}},
		{Says: Out, When: "the name server is another machine", Target: "db.internal:5432", Client: []fact.Fact{exNoAnswer, exDNSAnswer(fact.DNSSilent)}},
	},
}

var exStub = fact.DNSAnswer{Server: netip.MustParseAddrPort("127.0.0.53:53"), Transport: "udp", Purpose: fact.DNSAsked, Name: "db.internal", Type: "A", Result: fact.DNSPortClosed}
