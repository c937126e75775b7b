package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var bindLoopbackOnly = &Cause{
	ID:    "bind.loopback-only",
	Title: "the service listens on the loopback address only",
	Doc: `The program is bound to 127.0.0.1 or ::1, the default of many databases and development servers, so that only the machine itself reaches
it; others are refused. By hand, on the server: "ss -ltn 'sport = :PORT'".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Judge: boundElsewhere("the service may listen on its loopback address alone", func(c *Case, l fact.Listener) bool {
		return l.Addr.Addr().IsLoopback() && !c.To.Addr().IsLoopback()
	}),
	Fix: listenWider,
	Examples: []Example{
		{Says: Proven, When: "the listener is on 127.0.0.1", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exListener("127.0.0.1:5432", "postgres")}},
		{Says: Proven, When: "a UDP socket is bound to 127.0.0.1", Target: "udp://192.0.2.10:5432", Client: []fact.Fact{exLocal, exClosedHere()}, Server: []fact.Fact{exNoSockets, exLoopUDP}},
		{Says: Possible, When: "from another machine, a reset", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "nothing listens at all", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}

// boundElsewhere judges listeners that do not take the dialled address for a reason.
func boundElsewhere(maybe string, reason func(*Case, fact.Listener) bool) judge {
	return func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		t, known := tableKnown(c)
		if !known {
			return possible(h, "%s", maybe)
		}
		if r, ok := receiver(c); ok {
			return out(r, "a socket listens at the very address")
		}
		found := listeners(c, c.Target.Network)
		if len(found) == 0 {
			return out(t, "nothing listens on port %d at any address", t.Port)
		}
		for _, l := range found {
			if l.Covers(c.To.Addr()) && l.Device == "" {
				return out(l, "%s listens on %s", l.Program(), l.Addr)
			}
		}
		if t, ok := translated(c); ok {
			return out(t, "this machine sends the connection on to %s", t.Real)
		}
		for _, l := range found {
			if reason(c, l) {
				return unlessTranslated(c, proven(l, "%s listens on %s%s", l.Program(), l.Addr, onDevice(l)).and(h, "%s was dialled%s", h.To.Addr(), onAnother(c, l)))
			}
		}
		return out(found[0], "%s listens on %s", found[0].Program(), found[0].Addr)
	}
}

// unlessTranslated lowers a verdict about this machine's sockets where a rule of it may send the connection elsewhere.
func unlessTranslated(c *Case, v Verdict) Verdict {
	if _, ok := unconfirmed(c); ok || mayBeTranslated(c) {
		return v.atMost(Likely)
	}
	return v
}

// listenWider tells how programs are made to listen on more addresses.
func listenWider(c *Case) []Step {
	for _, l := range listeners(c, c.Target.Network) {
		if l.Device != "" && l.Covers(c.To.Addr()) {
			return []Step{{Text: fmt.Sprintf("let the service listen on all interfaces, not on %s alone (SO_BINDTODEVICE; BindToDevice= of a socket unit)", l.Device), On: server(c)}}
		}
	}
	how := map[string]string{"postgres": "set listen_addresses = '*' in postgresql.conf, and add a line to pg_hba.conf",
		"redis": "set bind in redis.conf, with a password", "mysql": "set bind-address in the server's my.cnf", "mongodb": "set net.bindIp in mongod.conf"}[c.Target.Protocol]
	if how == "" {
		how = fmt.Sprintf("let the service listen on %s or on all addresses, if it is meant to be reached from outside", c.To.Addr())
	}
	return []Step{{Text: how, On: server(c)}}
}

// onDevice names the interface that a listener is bound to, if any.
func onDevice(l fact.Listener) string {
	if l.Device == "" {
		return ""
	}
	return " of the interface " + l.Device + " alone"
}

// onAnother names the interface by which a connection from this machine arrives, where the listener is bound to another.
func onAnother(c *Case, l fact.Listener) string {
	if l.Device == "" || !here(c) {
		return ""
	}
	return ", from this machine itself, that is, over lo"
}

var exLoopUDP = func() fact.Listener {
	l := exListener("127.0.0.1:5432", "game")
	l.Network = "udp"
	return l
}()
