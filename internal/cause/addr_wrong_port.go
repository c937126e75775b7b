package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var addrWrongPort = &Cause{
	ID:    "addr.wrong-port",
	Title: "the service listens on another port",
	Doc: `The program that is expected runs, but at another port than the one that was dialled: changed in its configuration, moved by a
second installation (Debian gives a second PostgreSQL cluster port 5433), or mistyped. By hand: "ss -ltnp" on the server, or the
banner at the usual alternatives. It is taken for a service that is down.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused, symptomSilent},
	Lacks:    "which port the service is configured for: there may be two of them",
	Judge: func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Accepted {
			return wrongPortAfterAccept(c, h)
		}
		if t, ok := tableKnown(c); ok && len(listeners(c, "tcp")) == 0 && len(listeners(c, "udp")) == 0 {
			if l, found := where(c, fact.Server, func(l fact.Listener) bool { return l.Namespace == "" && l.Addr.Port() != c.Target.Port }); found {
				return likely(l, "%s listens on %s", l.Program(), l.Addr).and(t, "nothing listens on port %d", c.Target.Port)
			}
			return possible(h, "nothing listens on port %d, and no program that is known to serve it on another", c.Target.Port)
		}
		if s, ok := expectedElsewhere(c); ok {
			return likely(s, "port %d of the same host answers in %s: %q", s.Port, protocolName(s.Protocol), s.Says)
		}
		if h.Result == fact.ICMP {
			return possible(h, "the port is refused, and another may be meant")
		}
		return possible(h, "the port may be another one")
	},
	Fix: func(c *Case) []Step {
		if s, ok := expectedElsewhere(c); ok {
			return []Step{{Text: fmt.Sprintf("use port %d", s.Port)}}
		}
		if l, ok := where(c, fact.Server, func(l fact.Listener) bool { return l.Addr.Port() != c.Target.Port }); ok {
			return []Step{{Text: fmt.Sprintf("use port %d", l.Addr.Port())}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Likely, When: "on the server postgres listens on 5433 and nothing on 5432", Client: []fact.Fact{exLocal, exReset},
			Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5433", "postgres")}},
		{Says: Likely, When: "port 2222 greets in SSH while port 22 refuses", Target: "ssh://192.0.2.10",
			Client: []fact.Fact{exRoute, exReset, fact.Speaks{Port: 2222, Protocol: "ssh", Says: "SSH-2.0-OpenSSH_9.2"}}},
		exAccepts,
	},
}

// expectedElsewhere gives another port that answers in the target's protocol.
func expectedElsewhere(c *Case) (fact.Speaks, bool) {
	return where(c, fact.Client, func(s fact.Speaks) bool {
		return s.Port != c.Target.Port && s.Protocol == c.Target.Protocol
	})
}

// wrongPortAfterAccept is about a port that accepts and speaks something else.
func wrongPortAfterAccept(c *Case, h fact.Handshake) Verdict {
	if s, ok := speaks(c); ok && s.Protocol != c.Target.Protocol && c.Target.Strict() {
		return possible(s, "the port speaks %s", protocolName(s.Protocol))
	}
	return contradicts(h)
}
