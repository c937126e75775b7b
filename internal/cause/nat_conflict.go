package cause

import (
	"net/netip"
	"slices"

	"whynot/internal/fact"
)

var natConflict = &Cause{
	ID:    "nat.conflict",
	Title: "two forwards, or a forward and a service, want the same port",
	Doc: `The first of two forwards wins, and a forward wins over a service of the machine itself, so that the connection lands where nobody
expects it. By hand: "nft list ruleset | grep dnat" against "ss -ltnp".`,
	Side:     fact.Server,
	Explains: []*Cause{natDeadBackend, serviceOtherProgram, serviceCloses, symptomRefused, symptomClosed, symptomReset},
	Judge: func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		_, hungUp := sawHangUp(c)
		if h.Result != fact.Reset && hungUp != nil {
			return contradicts(h)
		}
		if t, ok := translated(c); ok {
			l := slices.DeleteFunc(listeners(c, "tcp"), func(l fact.Listener) bool { return !l.Covers(c.To.Addr()) })
			if len(l) > 0 {
				if publishes[l[0].Program()] {
					return possible(t, "this machine sends the connection on to %s", t.Real).and(l[0], "and %s holds the port for it", l[0].Program())
				}
				return proven(t, "this machine sends the connection on to %s", t.Real).and(l[0], "though %s listens on the same port", l[0].Program())
			}
			return out(t, "only the forward to %s is there", t.Real)
		}
		if t, asked := first[fact.Translated](c, fact.Client); asked && here(c) {
			return out(t, "this machine does not translate the address")
		}
		return possible(h, "a forward on the host may take the connection")
	},
	Examples: []Example{
		{Says: Proven, When: "the connection is forwarded though a program listens", Client: []fact.Fact{exLocal, exReset, fact.Translated{To: exTo, Real: netip.MustParseAddrPort("203.0.113.5:80")}},
			Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "postgres")}},
		{Says: Proven, When: "the forward's program closes the connection, though another listens", Client: []fact.Fact{exLocal, exAccepted, exHungUp, fact.Translated{To: exTo, Real: netip.MustParseAddrPort("203.0.113.5:80")}},
			Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "postgres")}},
		{Says: Possible, When: "the program that listens is Docker's, which holds the port for the forward", Client: []fact.Fact{exLocal, exReset, fact.Translated{To: exTo, Real: netip.MustParseAddrPort("203.0.113.5:80")}},
			Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "docker-proxy")}},
		exAccepts,
	},
}

// publishes are the programs that listen on a container's published port beside the forward: they are no second service.
var publishes = map[string]bool{"docker-proxy": true, "rootlessport": true, "rootlesskit": true, "conmon": true, "pasta": true, "slirp4netns": true}
