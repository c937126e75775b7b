package probe

import (
	"context"
	"net/netip"
	"strings"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// enoughFiles is how many free file descriptors a look needs; Go's own timers take two.
const enoughFiles = 12

// Starved says that this process has too few file descriptors left for a look, or even for a timer: the runtime aborts without the two
// that its poller wants.
func Starved() bool {
	self := sys.WhoAmI()
	return self.OpenFiles > 0 && self.OpenFiles < 256 && int(self.OpenFiles)-self.FilesUsed < enoughFiles
}

// LookStarved does what can be done then: one attempt at each address that needs no look-up, one after the other, without a timer.
func LookStarved(ctx context.Context, env Env, t target.Target) *fact.Set {
	e := env.real()
	s := fact.NewSet(t)
	emit := func(name string, facts ...fact.Fact) {
		s.Add(fact.Seen{Side: fact.Client, Host: hostName(e), Probe: name, At: e.Now()}, facts...)
	}
	if err := runMachine(ctx, e, s, func(facts ...fact.Fact) { emit(machine.Name, facts...) }); err != nil {
		emit(machine.Name, blind(machine, err))
	}
	emit("starved", fact.Blind{Wanted: "nearly everything", Why: "this process has next to no file descriptors left", Remedy: "raise ulimit -n"})
	if t.Network == "unix" {
		emit(unixSocket.Name, fact.UnixSocket{Path: t.Path, Errno: e.Kernel.ConnectUnix(t.Path)})
		return s
	}
	l := fact.Lookup{Name: t.Host, Result: fact.LookupFound, Source: "literal"}
	switch addr, ok := t.Addr(); {
	case ok:
		l.Addrs = []netip.Addr{addr}
	case t.Host == "" || t.Host == "localhost" || strings.HasSuffix(t.Host, ".localhost"):
		l.Source, l.Addrs = "loopback", []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	default:
		// Any address will do: whether a socket can be made at all is what there is to find out.
		got := e.Connect(ctx, netip.MustParseAddrPort("127.0.0.1:9"), sys.Connecting{Network: t.Network})
		if got.Step == "socket" {
			emit("starved", fact.Shortage{Call: got.Step, Errno: got.Errno})
		}
		emit(name.Name, fact.Lookup{Name: t.Host, Result: fact.LookupFailed})
		return s
	}
	emit(name.Name, l)
	for _, to := range addresses(s) {
		got := e.Connect(ctx, to, sys.Connecting{Network: t.Network, Patience: e.patience()})
		emit(handshake.Name, fact.Handshake{Seen: fact.About(to), Attempt: attempt(to, t.Network, got)})
	}
	return s
}
