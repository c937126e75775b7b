package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var natDeadBackend = &Cause{
	ID:    "nat.dead-backend",
	Title: "the port is forwarded to where nothing answers",
	Doc: `The machine at that address translates the port (DNAT, a published container port) to another machine, on which the program is stopped, or
which is gone. The refusal is the backend's, under the dialled address. A SYN whose TTL ends at the address itself betrays it. By hand, on
the machine: "nft list ruleset | grep dnat", then try the backend.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRefused, symptomRefusedICMP, symptomSilent, symptomUnreachable},
	Judge: func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		if t, ok := translated(c); ok {
			v := likely(t, "this machine sends the connection on to %s", t.Real).and(h, "and it fails: %s", resultPhraseOf(h.Attempt))
			switch {
			case t.Direct == nil || t.Direct.Result == fact.Failed:
				return v
			case t.Direct.Result == fact.Accepted:
				return out(t, "%s, to which this machine sends it on, accepts", t.Real)
			}
			v.Level = Proven
			return v.and(t, "and %s fails as well when it is dialled itself: %s", t.Real, resultPhraseOf(*t.Direct))
		}
		if t, ok := first[fact.Translated](c, fact.Client); ok && here(c) {
			return out(t, "this machine does not translate the address")
		}
		if p, ok := forwarded(c); ok {
			return likely(p, "a SYN whose TTL ends at %s is on its way through: the port is handed on", h.To.Addr()).and(h, "and further on it fails: %s", resultPhraseOf(h.Attempt))
		}
		if difference, r, other, ok := resetDistance(c); ok && difference > 0 {
			return likely(r, "the reset has passed %d hops more than the host's other answers", difference).and(other, "%s", otherAnswer(other))
		}
		if h.Result == fact.ICMP && !fromTarget(h) {
			return contradicts(h)
		}
		if p, ok := realPath(c); ok && h.Result == fact.Reset {
			if end, reachedEnd := p.End(); reachedEnd && end.TTL == 1 {
				return out(p, "the host itself answers to a SYN with TTL 1: nothing is handed on")
			}
		}
		return possible(h, "the port may be handed on to a machine that does not answer")
	},
	Fix: func(c *Case) []Step {
		if t, ok := translated(c); ok {
			return []Step{{Text: "see why the backend does not answer", Command: "whynot " + t.Real.String()}}
		}
		return []Step{{Text: "see where the port is forwarded to, and try that", On: server(c), Command: "nft list ruleset"}}
	},
	Examples: []Example{
		{Says: Proven, When: "this machine translates the address, and the backend refuses", Client: []fact.Fact{exLocal, exReset, exBackend(fact.Reset)}},
		{Says: Out, When: "the backend works when it is dialled itself", Client: []fact.Fact{exLocal, exSilent, exBackend(fact.Accepted)}},
		{Says: Likely, When: "the TTL of a SYN ended at the dialled address itself", Client: []fact.Fact{exRoute, exReset, exPath(exHop(1, exServer), exResetAt(2))}},
		exAccepts,
	},
}

// exBackend is a translation to a backend that ends so when it is dialled itself.
func exBackend(r fact.Result) fact.Translated {
	real := netip.MustParseAddrPort("203.0.113.5:80")
	return fact.Translated{To: exTo, Real: real, Direct: &fact.Attempt{To: real, Network: "tcp", Result: r}}
}
