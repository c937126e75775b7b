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

// LookStarved does what can be done then: one attempt at each address that needs no question to a name server, one after the other, without a
// timer. What was not asked is not said: a name that is not in the hosts file gets no Lookup, and an accepted connection no Exchange.
func LookStarved(ctx context.Context, env Env, t target.Target) *fact.Set {
	e := env.real()
	s := fact.NewSet(t)
	emit := func(name string, facts ...fact.Fact) {
		s.Add(fact.Seen{Side: fact.Client, Host: hostName(e), Probe: name, At: e.Now()}, facts...)
	}
	if err := runMachine(ctx, e, s, func(facts ...fact.Fact) { emit(machine.Name, facts...) }); err != nil {
		emit(machine.Name, blind(machine, err))
	}
	emit("starved", fact.Blind{Wanted: fact.NearlyEverything, Why: "this process has next to no file descriptors left", Remedy: "raise ulimit -n"})
	if t.Network == "unix" {
		emit(unixSocket.Name, fact.UnixSocket{Path: t.Path, Errno: e.Kernel.ConnectUnix(t.Path)})
		return s
	}
	l := fact.Lookup{Name: t.Host, Result: fact.LookupFound, Source: "literal"}
	switch addr, ok := t.Addr(); {
	case ok:
		l.Addrs = []netip.Addr{addr}
	case t.This:
		var own []netip.Addr
		if err := ownAddresses(e, func(_ string, addrs ...netip.Addr) { own = addrs }); err != nil {
			emit(name.Name, blind(name, err)) // the loopback address is not what was meant
			return s
		}
		l.Source, l.Addrs = "this machine", own
	case len(hostsAddrs(e, t.Host)) > 0:
		l.Source, l.Addrs = "hosts", hostsAddrs(e, t.Host)
	case t.Host == "" || t.Host == "localhost" || strings.HasSuffix(t.Host, ".localhost"):
		l.Source, l.Addrs = "loopback", []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	default:
		// Any address will do: whether a socket can be made at all is what there is to find out.
		got := e.Connect(ctx, netip.MustParseAddrPort("127.0.0.1:9"), sys.Connecting{Network: t.Network})
		if got.Step == "socket" {
			emit("starved", fact.Shortage{Call: got.Step, Errno: got.Errno})
		}
		emit(name.Name, fact.Blind{Wanted: "the addresses of " + t.Host, Why: "no name server could be asked", Remedy: "raise ulimit -n"})
		return s
	}
	emit(name.Name, l)
	for _, to := range addresses(s) {
		got := e.Connect(ctx, to, sys.Connecting{Network: t.Network, Patience: e.patience()})
		emit(handshake.Name, fact.Handshake{Seen: fact.About(to), Attempt: attempt(to, t.Network, got)})
	}
	return s
}

// hostsAddrs gives the addresses that the hosts file has for a name.
func hostsAddrs(env *Env, host string) []netip.Addr {
	text, err := sys.ReadFile(env.Root, "etc/hosts", 1<<20)
	if err != nil || host == "" {
		return nil
	}
	var list []netip.Addr
	for _, h := range parseHosts(text, "/etc/hosts", strings.TrimSuffix(host, ".")) {
		list = append(list, h.Addr)
	}
	return list
}
