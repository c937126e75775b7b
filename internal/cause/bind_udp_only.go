package cause

import (
	"net/netip"
	"strings"

	"whynot/internal/fact"
)

var bindUDPOnly = &Cause{
	ID:    "bind.udp-only",
	Title: "the service listens on the other transport, UDP or TCP",
	Doc: `A socket is bound to the port, but of the other transport: DNS, syslog and many games have both, and one may be off. By hand, on the
server: "ss -lutn 'sport = :PORT'".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused, symptomRefusedICMP},
	Judge: func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		other := map[string]string{"tcp": "udp", "udp": "tcp"}[c.Target.Network]
		t, known := tableKnown(c)
		if !known {
			return possible(h, "the service may listen on %s", strings.ToUpper(other))
		}
		if l := listeners(c, c.Target.Network); len(l) > 0 {
			return out(l[0], "%s listens on %s", l[0].Program(), l[0].Addr)
		}
		if tr, ok := translated(c); ok {
			return out(tr, "this machine sends the connection on to %s", tr.Real)
		}
		if l := listeners(c, other); len(l) > 0 {
			v := likely(l[0], "%s has port %d on %s", l[0].Program(), t.Port, strings.ToUpper(other)).and(t, "and nothing has it on %s", strings.ToUpper(c.Target.Network))
			switch {
			case l[0].Serves == "no" || c.Target.Protocol != "" && !onUDP[c.Target.Protocol]:
				v.Level = Possible // another program happens to have the number
			case l[0].Serves == "yes":
				v.Level = Proven
			}
			return unlessTranslated(c, v)
		}
		return out(t, "nothing has port %d, on UDP or TCP", t.Port)
	},
	Examples: []Example{
		{Says: Proven, When: "the name server has a UDP socket and no TCP socket", Target: "192.0.2.10:53", Client: []fact.Fact{exLocal, exAt(netip.AddrPortFrom(exServer, 53), fact.Reset)},
			Server: []fact.Fact{fact.SocketTable{Port: 53}, exNamedUDP}},
		{Says: Likely, When: "some program has a UDP socket and none has a TCP socket", Target: "192.0.2.10:514", Client: []fact.Fact{exLocal, exAt(netip.AddrPortFrom(exServer, 514), fact.Reset)},
			Server: []fact.Fact{fact.SocketTable{Port: 514}, exUDP}},
		{Says: Possible, When: "the port of PostgreSQL, which has no UDP", Target: "postgres://192.0.2.10", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exForeignUDP}},
		{Says: Out, When: "nothing is bound at all", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}

var exUDP = func() fact.Listener {
	l := exListener("0.0.0.0:514", "syslogd")
	l.Network = "udp"
	return l
}()

var exForeignUDP = func() fact.Listener {
	l := exListener("0.0.0.0:5432", "game")
	l.Network, l.Serves = "udp", "no"
	return l
}()

var exNamedUDP = func() fact.Listener {
	l := exListener("0.0.0.0:53", "named")
	l.Network, l.Serves = "udp", "yes"
	return l
}()

// onUDP are the protocols that are spoken over UDP, too.
var onUDP = map[string]bool{"dns": true, "http": true, "https": true, "ldap": true, "memcached": true, "ntp": true, "syslog": true}
