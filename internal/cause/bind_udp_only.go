package cause

import (
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
		if l := listeners(c, other); len(l) > 0 {
			return proven(l[0], "%s has port %d on %s", l[0].Program(), t.Port, strings.ToUpper(other)).and(t, "and nothing has it on %s", strings.ToUpper(c.Target.Network))
		}
		return out(t, "nothing has port %d, on UDP or TCP", t.Port)
	},
	Examples: []Example{
		{Says: Proven, When: "a UDP socket is bound and no TCP socket", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exUDP}},
		{Says: Out, When: "nothing is bound at all", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}

var exUDP = func() fact.Listener {
	l := exListener("0.0.0.0:5432", "syslogd")
	l.Network = "udp"
	return l
}()
