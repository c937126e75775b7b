package cause

import "whynot/internal/fact"

// This file holds what causes ask about the way: who sent an answer, and from how far.

// ownAddress says whether an ICMP error came from this machine itself.
func ownAddress(h fact.Handshake) bool {
	return h.ICMP != nil && (h.ICMP.From == h.Local.Addr() || h.ICMP.From.IsLoopback() && !h.To.Addr().IsLoopback())
}

// fromTarget says whether an ICMP error came from the address that was dialled.
func fromTarget(h fact.Handshake) bool { return h.ICMP != nil && h.ICMP.From == h.To.Addr() }

// fromRouter says whether an ICMP error came from a machine on the way.
func fromRouter(h fact.Handshake) bool { return h.ICMP != nil && !ownAddress(h) && !fromTarget(h) }

const (
	// atOnce is what a rule needs beyond the way there and back.
	atOnce = fact.Duration(50e6)
	// quickly is below the patience of most with a neighbour (net.ipv4.neigh.*.retrans_time_ms is 1000).
	quickly = fact.Duration(500e6)
)

// A pace says how long an ICMP error was thought about: what looks for a neighbour first takes its time.
type pace int

const (
	paceUnknown pace = iota // as a neighbour's that is given up early, or as a long line
	paceQuick
	paceSlow
)

// paceOf compares how long the ICMP error took with the way to its sender and back, which a TTL that ended there has shown.
func paceOf(c *Case, h fact.Handshake) (pace, fact.Fact) {
	thought, f := h.Took, fact.Fact(h)
	p, ok := realPath(c)
	near := fact.Duration(0)
	if ok {
		for _, hop := range p.Hops {
			if hop.From == h.ICMP.From && hop.ICMP.TimeExceeded() {
				thought, f, near = h.Took-hop.Took, p, hop.Took
				break
			}
		}
	}
	switch {
	case thought < atOnce:
		return paceQuick, f
	case thought >= quickly && (near > 0 || thought >= 4*quickly):
		return paceSlow, f
	}
	return paceUnknown, f
}

// realPath gives the hops towards the target's own port.
func realPath(c *Case) (fact.Path, bool) {
	return where(c, fact.Client, func(p fact.Path) bool { return p.Port == c.Target.Port })
}

// forwarded says that the target hands the port on to another machine: a SYN whose TTL ended at the target's own address was on
// its way through (the TTL is checked in net/ipv4/ip_forward.c alone, behind the translation of the address).
func forwarded(c *Case) (fact.Path, bool) {
	p, ok := realPath(c)
	if !ok {
		return p, false
	}
	for _, h := range p.Hops {
		if h.ICMP.TimeExceeded() && h.From == c.To.Addr() {
			return p, true
		}
	}
	return p, false
}

// A sender says where in a router an ICMP error was made.
type sender int

const (
	senderUnknown sender = iota
	senderRouting        // by the routing decision: also for a packet whose TTL ends there
	senderForward        // after the TTL was checked: a firewall's forward chain, or the neighbour lookup
)

// whereInRouter tells a router's routing table from its firewall. Linux asks the routing table before it checks the TTL, and the
// forward chain after it (net/ipv4/ip_input.c, ip_rcv_finish; ip_forward.c; the same order in net/ipv6/ip6_output.c).
func whereInRouter(c *Case, h fact.Handshake) (fact.Path, sender) {
	p, ok := realPath(c)
	if !ok || h.ICMP == nil {
		return p, senderUnknown
	}
	for _, hop := range p.Hops {
		if hop.From != h.ICMP.From || hop.ICMP == nil {
			continue
		}
		if hop.ICMP.TimeExceeded() {
			return p, senderForward
		}
		if before, ok := p.At(hop.TTL - 1); hop.TTL == 1 || ok && before.From.IsValid() && before.From != hop.From {
			return p, senderRouting
		}
		return p, senderUnknown
	}
	return p, senderUnknown
}

// hopsAway gives the hops that a packet of that TTL has passed, if its sender began with one of the usual values.
func hopsAway(ttl int) (hops, initial int) {
	for _, initial := range []int{64, 128, 255} {
		if ttl <= initial {
			return initial - ttl, initial
		}
	}
	return 0, 0
}

// resetDistance compares how far the reset came with how far the host's other answers came: negative if it was sent nearer to us.
func resetDistance(c *Case) (difference int, reset, other fact.Fact, ok bool) {
	r, found := where(c, fact.Client, func(a fact.AnswerTTL) bool { return a.Port == c.Target.Port && a.Flags == "reset" })
	if !found {
		return 0, nil, nil, false
	}
	near, initial := hopsAway(r.TTL)
	for _, a := range every[fact.AnswerTTL](c, fact.Client) {
		if far, same := hopsAway(a.TTL); a.Port != r.Port && same == initial {
			return near - far, r, a, true
		}
	}
	if e, found := first[fact.Echo](c, fact.Client); found && e.TTL > 0 {
		if far, same := hopsAway(e.TTL); same == initial {
			return near - far, r, e, true
		}
	}
	if p, found := realPath(c); found {
		if end, reachedEnd := p.End(); reachedEnd && end.Result == fact.Reset {
			return near - (end.TTL - 1), r, p, true
		}
	}
	return 0, r, nil, false
}

// A nearness says whether an answer was made within the first hop, though the host is further away.
type nearness int

const (
	nearUnknown nearness = iota
	nearYes
	nearNo
)

// nearAnswer tells whether a SYN whose TTL ends at the first router is answered all the same, by a reset or by an ICMP error in the host's
// name: then that came from this machine or that router, and not from the host or a forward chain, which a packet with TTL 1 does not reach.
func nearAnswer(c *Case, result fact.Result) (fact.Path, nearness) {
	p, ok := realPath(c)
	r, routed := first[fact.Route](c, fact.Client)
	if !ok || !routed || !r.Gateway.IsValid() {
		return p, nearUnknown
	}
	end, ok := p.End()
	switch {
	case !ok || end.Result != result || end.From != c.To.Addr():
		return p, nearUnknown
	case end.TTL > 1:
		return p, nearNo
	}
	for _, other := range every[fact.Path](c, fact.Client) {
		if h, ok := other.At(1); ok && other.Port != p.Port {
			if h.ICMP.TimeExceeded() {
				return p, nearYes
			}
			if h.From.IsValid() {
				return other, nearNo // the host itself is the first hop
			}
		}
	}
	return p, nearUnknown
}
