package probe

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"whynot/internal/fact"
	"whynot/internal/proto"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// The probes of this file tell look-alikes apart. They run only where the attempt itself has failed, or has not been answered.

// retry tries again: at once where the first attempt was refused, beside it where it is unanswered.
var retry = &Probe{
	Name:  "retry",
	Doc:   "whether a second attempt ends otherwise",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(handshakes(s, refusedByReset)) > 0 },
	If:    "a reset answered",
	Gives: []fact.Fact{fact.Retry{}},
	Sends: "two SYNs; with --timeout, one more after 1, 3 and 7 s",
	Run:   runRetry,
}

func refusedByReset(h fact.Handshake) bool { return h.Result == fact.Reset }

// later are the moments at which a refused attempt is repeated for a user who is willing to wait: the service may be starting.
var later = []time.Duration{time.Second, 3 * time.Second, 7 * time.Second}

func runRetry(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	each(ctx, known, thoseOf(refusedByReset), func(to netip.AddrPort) {
		h, _ := ended(known, to)
		begin := env.Now()
		number := 1
		again := func() bool {
			number++
			after := since(env, begin)
			got := env.Connect(ctx, h.To, sys.Connecting{Network: h.Network, Patience: time.Second, Payload: proto.Datagram(known.Target.Protocol)})
			if ctx.Err() != nil {
				return false
			}
			emit(fact.Retry{Seen: fact.About(h.To), Attempt: attempt(h.To, h.Network, got), Number: number, After: after})
			return got.Accepted()
		}
		for range 2 {
			pause(ctx, 2*time.Millisecond)
			if again() {
				return
			}
		}
		if !env.Insistent {
			return
		}
		for _, at := range later {
			if deadline, ok := ctx.Deadline(); ok && begin.Add(at).After(deadline.Add(-time.Second)) {
				return
			}
			pause(ctx, at-env.Now().Sub(begin))
			if again() {
				return
			}
		}
	})
	return nil
}

// otherPorts tries a few other ports of the same host: does the host answer at all, from how far, and is the service elsewhere?
var otherPorts = &Probe{
	Name:  "other-ports",
	Doc:   "whether other ports of the same host answer",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Route{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(unclear(s)) > 0 },
	If:    "a reset answered, or nothing did within 250 ms",
	Gives: []fact.Fact{fact.OtherPort{}, fact.AnswerTTL{}, fact.Speaks{}},
	Sends: "one SYN to each of at most five ports; a banner is read for 300 ms where the service may be",
	Run:   runOtherPorts,
}

// unclear gives the addresses of other machines at which a refusal or silence may have several reasons.
func unclear(s *fact.Set) []netip.AddrPort {
	var list []netip.AddrPort
	add := func(to netip.AddrPort) {
		r, ok := routeTo(s, to.Addr())
		if ok && !r.Local() && !to.Addr().IsLoopback() && s.Target.Network == "tcp" && !slices.Contains(list, to) {
			list = append(list, to)
		}
	}
	for _, u := range fact.Of[fact.Unanswered](s) {
		if h, over := ended(s, u.To); !over || h.Result == fact.Silent {
			add(u.To)
		}
	}
	for _, h := range handshakes(s, refusedByReset) {
		add(h.To)
	}
	return list
}

const (
	// mostPorts bounds how many other ports are tried: this is no scanner.
	mostPorts = 5
	// portPatience is how long another port is waited for.
	portPatience = 800 * time.Millisecond
	// bannerPatience is how long its banner is.
	bannerPatience = 300 * time.Millisecond
)

// commonPorts are open, or answered with a reset, on most machines that are up. Port 9 (discard) is closed nearly everywhere, so
// it shows how far the host's own resets come.
var commonPorts = []uint16{22, 443, 80, closedPort}

// portsBeside chooses what to try: first the ports at which the protocol is often found.
func portsBeside(t target.Target) (ports []uint16, expected int) {
	add := func(p uint16) {
		if p != t.Port && len(ports) < mostPorts && !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	for _, p := range append(target.Ports(t.Protocol), proto.Alternatives(t.Protocol)...) {
		if len(ports) < mostPorts-2 {
			add(p)
		}
	}
	expected = len(ports)
	for _, p := range commonPorts {
		add(p)
	}
	return ports, expected
}

func runOtherPorts(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	ports, expected := portsBeside(known.Target)
	each(ctx, known, unclear, func(about netip.AddrPort) {
		answers, patience := env.run.hear(about.Addr()), answerPatience(known, about, portPatience)
		var all sync.WaitGroup
		for i, port := range ports {
			all.Go(func() {
				to := netip.AddrPortFrom(about.Addr(), port)
				got := env.Connect(ctx, to, sys.Connecting{Network: "tcp", Patience: patience, Keep: i < expected,
					Stop: func(time.Duration) bool { return over(env, known, about) }})
				p := fact.OtherPort{Seen: fact.About(about), Attempt: attempt(to, "tcp", got), Expected: i < expected}
				emitTTL(answers, p.Attempt, about, emit)
				emit(p)
				if got.Conn != nil {
					recognise(env, got.Conn, about, port, emit)
				}
			})
		}
		all.Wait()
	})
	return nil
}

// answerPatience is how long another answer of the same host is waited for: where the host has just answered with a reset, many
// times what that took is ample.
func answerPatience(known *fact.Set, to netip.AddrPort, most time.Duration) time.Duration {
	if h, ok := ended(known, to); ok && h.Result == fact.Reset {
		return min(most, max(20*time.Duration(h.Took), 25*time.Millisecond))
	}
	return most
}

// over says that nothing more is to be learnt about an address: its attempt has ended, and not in silence or by a reset.
func over(env *Env, known *fact.Set, to netip.AddrPort) bool {
	h, ok := ended(known, to)
	return ok && h.Result != fact.Silent && h.Result != fact.Reset
}

// recognise reads what a port says by itself, and closes the connection.
func recognise(env *Env, c interface {
	Read([]byte) (int, error)
	SetReadDeadline(time.Time) error
	Close() error
}, about netip.AddrPort, port uint16, emit Emit) {
	defer c.Close()
	_ = c.SetReadDeadline(env.Now().Add(bannerPatience)) // fails only on a closed connection, and then Read does, too
	buf := make([]byte, 512)
	n, _ := c.Read(buf)
	if protocol := proto.Recognise(buf[:n]); protocol != "" {
		emit(fact.Speaks{Seen: fact.About(about), Port: port, Protocol: protocol, Says: firstLine(buf[:n])})
	}
}

// echo asks whether the host is there at all.
var echo = &Probe{
	Name:  "echo",
	Doc:   "whether the host answers to ICMP echo",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Route{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(unclear(s)) > 0 },
	If:    "a reset answered, or nothing did within 250 ms; where the system lets this user send ICMP",
	Gives: []fact.Fact{fact.Echo{}},
	Sends: "one ICMP echo request, four where the SYN went unanswered",
	Run:   runEcho,
}

func runEcho(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	var failed error
	var mu sync.Mutex
	each(ctx, known, unclear, func(to netip.AddrPort) {
		n := 4
		if h, ok := ended(known, to); ok && h.Result == fact.Reset {
			n = 1
		}
		e, err := env.Kernel.Echo(ctx, to.Addr(), n, 100*time.Millisecond, answerPatience(known, to, 800*time.Millisecond))
		if err != nil {
			mu.Lock()
			defer mu.Unlock()
			failed = err
			return
		}
		emit(fact.Echo{Seen: fact.About(to), To: to.Addr(), Sent: e.Sent, Received: e.Received,
			CutOff: e.Received > 0 && e.Received == e.Last && e.Received < e.Sent, RTT: fact.Duration(e.RTT), TTL: e.TTL, ICMP: icmpError(e.ICMP)})
	})
	return failed
}
