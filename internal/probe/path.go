package probe

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// wayThere finds out how far packets to the target's own port come, by SYNs whose TTL ends on the way.
var wayThere = &Probe{
	Name:  "path",
	Doc:   "which hops answer to SYNs of limited TTL towards the target's port",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Route{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(pathsWanted(s)) > 0 },
	If:    "the attempt failed beyond this machine, or is unanswered after 250 ms",
	Gives: []fact.Fact{fact.Path{}},
	Sends: "one SYN for each hop, from TTL 1 on; at most 30, and eight into silence; a few to another port for comparison",
	Run:   runPath,
}

// pathsWanted gives the addresses whose way is worth walking: those that failed somewhere beyond this machine.
func pathsWanted(s *fact.Set) []netip.AddrPort {
	list := unclear(s)
	for _, h := range handshakes(s, func(h fact.Handshake) bool { return h.Result == fact.ICMP && h.ICMP.From != h.Local.Addr() }) {
		if r, ok := routeTo(s, h.To.Addr()); ok && !r.Local() && s.Target.Network == "tcp" {
			list = append(list, h.To)
		}
	}
	return list
}

const (
	maxTTL = 30
	// hopPatience is how long one hop is waited for.
	hopPatience = 300 * time.Millisecond
	// longPatience is how long where an answer has shown that the line may be long.
	longPatience = 1200 * time.Millisecond
	// atOnce is how many TTLs are tried together where nothing answers.
	atOnce = 4
	// mostLoops bounds how often the packet may come back to one router before it is called a loop.
	mostLoops = 3
	// mostRepeats bounds how often one address may answer in a row: behind a translation several routers bear the same.
	mostRepeats = 6
)

func runPath(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	each(ctx, known, pathsWanted, func(to netip.AddrPort) {
		var hops []fact.Hop
		h, over := ended(known, to)
		switch {
		case !over || h.Result == fact.Silent:
			hops = walkIntoSilence(ctx, env, to)
		case h.Result == fact.Reset:
			hops = gallop(ctx, env, to, answerPatience(known, to, hopPatience))
		default:
			hops = walk(ctx, env, to, max(hopPatience, min(3*time.Duration(h.Took)/2, longPatience)))
		}
		p := fact.Path{Seen: fact.About(to), Port: to.Port(), Hops: hops}
		emit(p)
		comparePath(ctx, env, known, to, p, emit)
	})
	return nil
}

// comparePath looks how far SYNs to another port come, where that tells who answers or drops: a reset to a SYN whose TTL ends at the first
// hop, and silence behind which another port answers.
func comparePath(ctx context.Context, env *Env, known *fact.Set, to netip.AddrPort, p fact.Path, emit Emit) {
	r, _ := routeTo(known, to.Addr())
	end, arrived := p.End()
	last, any := p.Last()
	other := fact.Path{Seen: fact.About(to)}
	switch {
	case !r.Gateway.IsValid():
		return
	case arrived && end.TTL == 1:
		other.Port = closedPort
		other.Hops = []fact.Hop{hop(ctx, env, netip.AddrPortFrom(to.Addr(), closedPort), 1, hopPatience)}
	case !arrived && any:
		port, ok := answeringPort(known, to)
		if !ok {
			return
		}
		other.Port = port
		for ttl := last.TTL + 1; ttl <= last.TTL+beyond && ctx.Err() == nil; ttl++ {
			h := hop(ctx, env, netip.AddrPortFrom(to.Addr(), port), ttl, hopPatience)
			other.Hops = append(other.Hops, h)
			if h.From.IsValid() && !h.ICMP.TimeExceeded() {
				break
			}
		}
	default:
		return
	}
	emit(other)
}

const (
	// closedPort is one that next to nobody listens on (discard, RFC 863).
	closedPort = 9
	// beyond is how many hops are tried behind the last that answered.
	beyond = 3
)

// answeringPort gives another port of the host that answered.
func answeringPort(known *fact.Set, to netip.AddrPort) (uint16, bool) {
	for _, p := range fact.Of[fact.OtherPort](known) {
		if p.About == to && p.HostAnswered() {
			return p.To.Port(), true
		}
	}
	return 0, false
}

// hop sends one SYN with that TTL.
func hop(ctx context.Context, env *Env, to netip.AddrPort, ttl int, patience time.Duration) fact.Hop {
	got := env.Connect(ctx, to, sys.Connecting{Network: "tcp", TTL: ttl, Patience: patience})
	a := attempt(to, "tcp", got)
	h := fact.Hop{TTL: ttl, Result: a.Result, ICMP: a.ICMP, Took: a.Took}
	switch {
	case a.ICMP != nil:
		h.From = a.ICMP.From
	case a.Result == fact.Accepted || a.Result == fact.Reset:
		h.From = to.Addr()
	}
	return h
}

// arrived says that a hop is the end of the way: an answer that is not about its TTL.
func arrived(h fact.Hop) bool { return h.From.IsValid() && !h.ICMP.TimeExceeded() }

// walk goes one hop after the other, so that a router whose ICMP errors are limited in rate (net.ipv4.icmp_ratelimit) is asked no more
// than it must be.
func walk(ctx context.Context, env *Env, to netip.AddrPort, patience time.Duration) []fact.Hop {
	var hops []fact.Hop
	silent := 0
	for ttl := 1; ttl <= maxTTL && silent < 2 && ctx.Err() == nil; ttl++ {
		h := hop(ctx, env, to, ttl, patience)
		hops = append(hops, h)
		if !h.From.IsValid() {
			silent++
			continue
		}
		silent = 0
		if arrived(h) || looping(hops, to.Addr()) {
			break
		}
	}
	return hops
}

// gallop finds the first TTL at which the target's port answers with few SYNs: 1, 2, 4, 8 ... and then in between (each answer
// tells on which side the end lies).
func gallop(ctx context.Context, env *Env, to netip.AddrPort, patience time.Duration) []fact.Hop {
	var hops []fact.Hop
	try := func(ttl int) bool {
		h := hop(ctx, env, to, ttl, patience)
		at := len(hops)
		for at > 0 && hops[at-1].TTL > ttl {
			at--
		}
		hops = append(hops[:at], append([]fact.Hop{h}, hops[at:]...)...)
		return arrived(h)
	}
	low, high := 0, 1
	for !try(high) {
		if low = high; high >= maxTTL || ctx.Err() != nil {
			return hops
		}
		high = min(2*high, maxTTL)
	}
	for high-low > 1 && ctx.Err() == nil {
		if middle := (low + high) / 2; try(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return hops
}

// walkIntoSilence tries several TTLs at a time and gives up after two rounds without any answer.
func walkIntoSilence(ctx context.Context, env *Env, to netip.AddrPort) []fact.Hop {
	var hops []fact.Hop
	silentRounds := 0
	for first := 1; first <= maxTTL && silentRounds < 2 && ctx.Err() == nil; first += atOnce {
		round := make([]fact.Hop, min(atOnce, maxTTL-first+1))
		var all sync.WaitGroup
		for i := range round {
			all.Go(func() { round[i] = hop(ctx, env, to, first+i, hopPatience) })
		}
		all.Wait()
		silentRounds++
		for _, h := range round {
			hops = append(hops, h)
			if arrived(h) {
				return hops
			}
			if h.From.IsValid() {
				silentRounds = 0
			}
		}
		if looping(hops, to.Addr()) {
			return hops
		}
	}
	return hops
}

// looping says that there is nothing more to learn: the packet comes back to one router, or one address answers for ever.
func looping(hops []fact.Hop, target netip.Addr) bool {
	if _, times := (fact.Path{Hops: hops}).Circles(target); times >= mostLoops {
		return true
	}
	row, last := 0, netip.Addr{}
	for _, h := range hops {
		switch {
		case !h.ICMP.TimeExceeded():
			continue
		case h.From != last:
			row, last = 0, h.From
		}
		if row++; row >= mostRepeats {
			return true
		}
	}
	return false
}
