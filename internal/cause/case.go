package cause

import (
	"net/netip"
	"slices"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// A Case is what is known about one address of the target. Causes read it through [first] and [every], which record what was
// looked for in vain.
type Case struct {
	Target target.Target
	// To is the address that is judged. It is the zero value where there is none: an unresolved name, a Unix socket.
	To netip.AddrPort

	facts    []fact.Fact
	beside   []fact.Fact      // what was said on another way than the one that the client goes: directly, or through a proxy
	siblings []fact.Handshake // the attempts at the other addresses of the name
	lacked   []string         // what was looked for in vain, since the last reset
	bound    bound            // what the verdict rests on, since the last reset
}

// A bound says that what a verdict rests on allows no proof.
type bound int

const (
	doubted  bound = 1 << iota // an answer that may be a proxy's
	borrowed                   // the direct attempt, though a proxy stands in between
	unsure                     // and that failed the same way only as it seems
)

func (c *Case) doubt() { c.bound |= doubted }

func (c *Case) borrow(sure bool) {
	c.bound |= borrowed
	if !sure {
		c.bound |= unsure
	}
}

// bounded lowers a verdict to what it may be. Where the target fails through a proxy and directly, the cause is at the server rather than
// on one of the two ways.
func (c *Case) bounded(cause *Cause, v Verdict) Verdict {
	switch {
	case cause.Symptom() || cause.Family() == "proxy":
		return v
	case besideTheWay(c, cause), c.bound&unsure != 0, c.bound&borrowed != 0 && cause.Side != fact.Server:
		return v.atMost(Possible)
	case c.bound != 0:
		return v.atMost(Likely)
	}
	return v
}

// casesOf splits a set by the addresses that were tried; without any there is one case about everything.
func casesOf(s *fact.Set) []*Case {
	var cases []*Case
	for _, h := range fact.Of[fact.Handshake](s) {
		if !slices.ContainsFunc(cases, func(c *Case) bool { return c.To == h.To }) {
			cases = append(cases, newCase(s, h.To))
		}
	}
	if len(cases) == 0 {
		cases = append(cases, newCase(s, netip.AddrPort{}))
	}
	return cases
}

func newCase(s *fact.Set, to netip.AddrPort) *Case {
	c := &Case{Target: s.Target, To: to}
	proxy := taken(s.All())
	for _, f := range s.All() {
		if torn(f) {
			continue
		}
		if f.Where().Concerns(to) {
			if onTheWay(f, proxy) {
				c.facts = append(c.facts, f)
			} else {
				c.beside = append(c.beside, f)
			}
		} else if h, ok := f.(fact.Handshake); ok {
			c.siblings = append(c.siblings, h)
		}
	}
	return c
}

// torn says that an attempt is said to have ended by an ICMP error and does not hold it: a saved file that somebody cut may have such ones,
// and nothing can be concluded from them.
func torn(f fact.Fact) bool {
	var a fact.Attempt
	switch f := f.(type) {
	case fact.Handshake:
		a = f.Attempt
	case fact.Retry:
		a = f.Attempt
	case fact.OtherPort:
		a = f.Attempt
	case fact.OtherAddress:
		a = f.Attempt
	case fact.Translated:
		if f.Direct != nil {
			a = *f.Direct
		}
	}
	return a.Result == fact.ICMP && a.ICMP == nil
}

// acceptedSibling gives another address of the name that accepted, of the same IP version or of the other.
func acceptedSibling(c *Case, sameVersion bool) (fact.Handshake, bool) {
	for _, h := range c.siblings {
		if h.Result == fact.Accepted && (h.To.Addr().Is4() == c.To.Addr().Is4()) == sameVersion {
			return h, true
		}
	}
	return fact.Handshake{}, false
}

// every gives the facts of one kind that were seen from one side.
func every[T fact.Fact](c *Case, side fact.Side) []T {
	var found []T
	for _, f := range c.facts {
		if t, ok := f.(T); ok && t.Where().Side == side {
			found = append(found, t)
		}
	}
	if len(found) == 0 {
		var zero T
		if name := zero.Kind() + " " + string(side); !slices.Contains(c.lacked, name) {
			c.lacked = append(c.lacked, name)
		}
	}
	return found
}

// first gives the first fact of one kind that was seen from one side.
func first[T fact.Fact](c *Case, side fact.Side) (T, bool) {
	if found := every[T](c, side); len(found) > 0 {
		return found[0], true
	}
	var zero T
	return zero, false
}

// where gives the first fact of one kind and side that fits.
func where[T fact.Fact](c *Case, side fact.Side, fits func(T) bool) (T, bool) {
	for _, f := range every[T](c, side) {
		if fits(f) {
			return f, true
		}
	}
	var zero T
	return zero, false
}
