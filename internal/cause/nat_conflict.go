package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var natConflict = &Cause{
	ID:    "nat.conflict",
	Title: "two forwards, or a forward and a service, want the same port",
	Doc: `The first of two forwards wins, and a forward wins over a service of the machine itself, so that the connection lands where nobody
expects it. By hand: "nft list ruleset | grep dnat" against "ss -ltnp".`,
	Side:     fact.Server,
	Explains: []*Cause{natDeadBackend, serviceOtherProgram, symptomRefused},
	Judge: func(c *Case) Verdict {
		h, no := sawReset(c)
		if no != nil {
			return *no
		}
		if t, ok := translated(c); ok {
			if l := listeners(c, "tcp"); len(l) > 0 {
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
		exAccepts,
	},
}
