package cause

import "whynot/internal/fact"

var serviceNotListening = &Cause{
	ID:    "service.not-listening",
	Title: "nothing listens on the port",
	Doc: `No socket on the server takes connections at that address and port, so its kernel answers with a reset: the service is stopped, has failed,
has not yet started, or listens elsewhere. From another machine a firewall that rejects with a reset looks exactly the same. By hand, on
the server: "ss -ltnp 'sport = :PORT'".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRefused, symptomRefusedICMP},
	Judge: func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		if r, ok := receiver(c); ok {
			return out(r, "a socket listens there")
		}
		t, known := tableKnown(c)
		if !known {
			return notListeningFromAfar(c, h)
		}
		if l := listeners(c, c.Target.Network); len(l) > 0 {
			return out(l[0], "%s listens on %s", l[0].Program(), l[0].Addr)
		}
		if tr, ok := translated(c); ok {
			return out(tr, "this machine sends the connection on to %s", tr.Real)
		}
		if u, ok := unconfirmed(c); ok {
			return possible(t, "no socket of this machine listens on port %d", t.Port).and(u, "but the SYN did not even get past this machine's own hooks, which other packets do")
		}
		v := proven(t, "no socket of this machine listens on port %d", t.Port)
		if mayBeTranslated(c) {
			v.Level = Likely
			return v.and(h, "though a rule of this machine could send the connection on")
		}
		if m, ok := first[fact.Machine](c, fact.Client); ok && m.Namespace == "other" {
			return v.and(m, "this process is in a network namespace of its own, as in a container: it is meant here")
		}
		return v
	},
	Fix: func(c *Case) []Step {
		steps := []Step{{Text: "start the service", On: server(c)}}
		for _, unit := range units[c.Target.Protocol] {
			steps[0].Command = "systemctl status " + unit
			break
		}
		if steps[0].Command == "" {
			steps[0].Command = "systemctl list-units --type=service --state=failed"
		}
		return steps
	},
	Examples: []Example{
		{Says: Proven, When: "on the server the socket table has nothing on the port", Client: []fact.Fact{exLocal, exReset, exMachine, fact.Translated{To: exTo, Real: exTo}}, Server: []fact.Fact{exNoSockets, fact.Receiver{To: exTo}}},
		{Says: Possible, When: "the SYN was not tracked, though others are: a rule may have answered it", Client: []fact.Fact{exLocal, exReset, exUnconfirmed}, Server: []fact.Fact{exNoSockets, fact.Receiver{To: exTo}}},
		{Says: Possible, When: "from another machine, a reset", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "a socket listens there", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exListener("127.0.0.1:5432", "postgres")}},
	},
}

// notListeningFromAfar weighs a reset where the server's sockets cannot be seen.
func notListeningFromAfar(c *Case, h fact.Handshake) Verdict {
	if here(c) {
		return likely(h, "this machine itself refuses it")
	}
	if h.Network == "udp" {
		return possible(h, "%s refused the datagram after %s", h.To.Addr(), h.Took)
	}
	v := possible(h, "%s answered the SYN with a reset after %s", h.To.Addr(), h.Took)
	if difference, r, other, ok := resetDistance(c); ok && difference == 0 {
		v = v.and(r, "the reset has come as far as the host's other answers").and(other, "%s", otherAnswer(other))
	}
	return v
}

// mayBeTranslated says that a translation of the address could not be ruled out: nobody could ask connection tracking, which is at
// work in this network namespace.
func mayBeTranslated(c *Case) bool {
	if _, asked := first[fact.Translated](c, fact.Client); asked {
		return false
	}
	l, ok := first[fact.Tracking](c, fact.Client)
	return ok && l.Entries > 0
}

// units names the systemd units under which a protocol's service runs.
var units = map[string][]string{"postgres": {"postgresql"}, "mysql": {"mariadb"}, "redis": {"redis-server"}, "ssh": {"ssh"}, "http": {"nginx"},
	"mongodb": {"mongod"}, "memcached": {"memcached"}, "amqp": {"rabbitmq-server"}, "mqtt": {"mosquitto"}, "smtp": {"postfix"},
	"ldap": {"slapd"}, "ftp": {"vsftpd"}, "dns": {"named"}, "nats": {"nats-server"}, "zookeeper": {"zookeeper"}, "prometheus": {"prometheus"}}
