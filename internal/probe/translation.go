package probe

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// translation finds out whom the attempt is really sent to.
var translation = &Probe{
	Name:  "translation",
	Doc:   "whether this machine translates the target's address",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}, fact.Machine{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(translationWanted(s)) > 0 },
	If:    "the attempt failed, or was accepted by this machine and ended without a word; an ordinary user can only see whether connections are tracked",
	Gives: []fact.Fact{fact.Translated{}, fact.Tracking{}},
	Sends: "one more SYN, and one to where it is really sent; where it was not tracked, one empty datagram to the loopback address; for an ordinary user, where the target is this machine, one empty datagram to it",
	Run:   runTranslation,
}

func sentInVain(h fact.Handshake) bool {
	// Not after an ICMP error: another SYN could cost the one that the path probe wants from the same router (net.ipv4.icmp_ratelimit).
	return h.Network == "tcp" && h.Local.IsValid() && (h.Result == fact.Reset || h.Result == fact.Silent)
}

// translationWanted gives the attempts of which it matters whom they were really sent to.
func translationWanted(s *fact.Set) []fact.Handshake {
	return handshakes(s, func(h fact.Handshake) bool {
		return sentInVain(h) || h.Network == "tcp" && h.Result == fact.Accepted && local(s, h.To.Addr()) && hungUp(s, h.To)
	})
}

// hungUp says that an accepted connection was ended without a word.
func hungUp(s *fact.Set, to netip.AddrPort) bool {
	return slices.ContainsFunc(fact.Of[fact.Exchange](s), func(x fact.Exchange) bool {
		return x.About == to && !x.Retry && x.Mute() && (x.End == fact.EndClosed || x.End == fact.EndReset)
	})
}

const (
	// refusedWithin is how long the one more SYN is answered in, where it is answered.
	refusedWithin = 30 * time.Millisecond
	// trackedWithin is how long it takes at most until a connection that this machine tracks is told.
	trackedWithin = 3 * time.Millisecond
)

func runTranslation(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	if !fact.Of[fact.Machine](known)[0].Can("net_admin") {
		countTracked(ctx, env, known, emit)
		return nil
	}
	watch, err := env.Kernel.WatchTracking()
	if err != nil {
		return err
	}
	defer watch.Close()
	for _, h := range translationWanted(known) {
		got := env.Connect(ctx, h.To, sys.Connecting{Network: h.Network, Patience: refusedWithin})
		if !got.Local.IsValid() || ctx.Err() != nil {
			continue
		}
		real, found, err := watch.Translation(got.Local, h.To, trackedWithin)
		if err != nil {
			return err
		}
		switch {
		case found:
			emit(translatedTo(ctx, env, h, real))
		case tracks(ctx, env, watch, h.To.Addr()):
			emit(fact.Tracking{Seen: fact.About(h.To), Entries: 1, Unconfirmed: true})
		default:
			emit(fact.Translated{Seen: fact.About(h.To), To: h.To, Real: h.To})
		}
	}
	return nil
}

// translatedTo describes a translation; where the attempt failed, the same is tried at its end directly: it may work, and the way there not.
func translatedTo(ctx context.Context, env *Env, h fact.Handshake, real netip.AddrPort) fact.Translated {
	t := fact.Translated{Seen: fact.About(h.To), To: h.To, Real: real}
	if real != h.To && sentInVain(h) {
		direct := attempt(real, h.Network, env.Connect(ctx, real, sys.Connecting{Network: h.Network, Patience: portPatience}))
		t.Direct = &direct
	}
	return t
}

// tracks says whether this machine tells of connections of that IP version at all. A SYN that a rule of the output dropped or rejected is never
// confirmed, and not told of (net/netfilter/nf_conntrack_proto.c, nf_confirm): that nothing is told says that nothing is translated only where
// nothing else is told, either.
func tracks(ctx context.Context, env *Env, watch *sys.TrackingWatch, like netip.Addr) bool {
	to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), closedPort)
	if like.Is6() {
		to = netip.AddrPortFrom(netip.IPv6Loopback(), closedPort)
	}
	got := env.Connect(ctx, to, sys.Connecting{Network: "udp", Patience: time.Millisecond})
	if !got.Local.IsValid() {
		return false
	}
	_, found, err := watch.Translation(got.Local, to, trackedWithin)
	return err == nil && found
}

// countTracked finds out whether this machine tracks connections at all: without that nothing is translated. A refused connection is
// forgotten at once, but a datagram is remembered for half a minute.
func countTracked(ctx context.Context, env *Env, known *fact.Set, emit Emit) {
	own := handshakes(known, func(h fact.Handshake) bool { return sentInVain(h) && local(known, h.To.Addr()) })
	if len(own) == 0 {
		return
	}
	env.Connect(ctx, own[0].To, sys.Connecting{Network: "udp", Patience: time.Millisecond})
	text, err := sys.ReadFile(env.Root, "proc/sys/net/netfilter/nf_conntrack_count", 32)
	if err != nil {
		return // no connection tracking in this kernel
	}
	entries, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	emit(fact.Tracking{Entries: entries})
}
