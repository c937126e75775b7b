package probe

import (
	"context"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// ports counts the local ports in use towards the target, where none was free.
var ports = &Probe{
	Name:  "ports",
	Doc:   "how many local ports are in use towards the target",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}, fact.Limits{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(handshakes(s, noPort)) > 0 },
	If:    "the kernel found no local address or port",
	Gives: []fact.Fact{fact.PortUse{}},
	Run:   runPorts,
}

func noPort(h fact.Handshake) bool { return h.Errno == "EADDRNOTAVAIL" }

func runPorts(_ context.Context, env *Env, known *fact.Set, emit Emit) error {
	l := fact.Of[fact.Limits](known)[0]
	for _, h := range handshakes(known, noPort) {
		sockets, err := env.Kernel.SocketsTo(h.To)
		if err != nil {
			return err
		}
		use := fact.PortUse{Seen: fact.About(h.To), Range: int(l.PortHigh) - int(l.PortLow) + 1}
		used := map[uint16]bool{}
		for _, s := range sockets {
			if port := s.Local.Port(); port >= l.PortLow && port <= l.PortHigh && !used[port] {
				used[port] = true
				if s.State == sys.StateTimeWait {
					use.TimeWait++
				}
			}
		}
		use.Used = len(used)
		emit(use)
	}
	return nil
}

// translation finds out whom the attempt is really sent to.
var translation = &Probe{
	Name:  "translation",
	Doc:   "whether this machine translates the target's address",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}, fact.Machine{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(handshakes(s, sentInVain)) > 0 },
	If:    "the attempt failed; an ordinary user can only see whether connections are tracked",
	Gives: []fact.Fact{fact.Translated{}, fact.Tracking{}},
	Sends: "one more SYN; for an ordinary user, where the target is this machine, one empty datagram to it",
	Run:   runTranslation,
}

func sentInVain(h fact.Handshake) bool {
	// Not after an ICMP error: another SYN could cost the one that the path probe wants from the same router (net.ipv4.icmp_ratelimit).
	return h.Network == "tcp" && h.Local.IsValid() && (h.Result == fact.Reset || h.Result == fact.Silent)
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
	for _, h := range handshakes(known, sentInVain) {
		got := env.Connect(ctx, h.To, sys.Connecting{Network: h.Network, Patience: refusedWithin})
		if !got.Local.IsValid() || ctx.Err() != nil {
			continue
		}
		real, found, err := watch.Translation(got.Local, h.To, trackedWithin)
		if err != nil {
			return err
		}
		if !found {
			real = h.To
		}
		emit(fact.Translated{Seen: fact.About(h.To), To: h.To, Real: real})
	}
	return nil
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

// otherAddress tries the same port at the addresses that may have been meant instead.
var otherAddress = &Probe{
	Name:  "other-address",
	Doc:   "whether the same port answers at another address that may be meant",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}, fact.Machine{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(alternatives(s, nil)) > 0 && allEnded(s) },
	If:    "every attempt failed, and the name or host has another address",
	Gives: []fact.Fact{fact.OtherAddress{}},
	Sends: "one SYN to the target's port at: the name's addresses of the other IP version, those the name servers give, the other loopback address; from a container, the gateway",
	Run:   runOtherAddress,
}

// allEnded says that every attempt is over, and none was accepted.
func allEnded(s *fact.Set) bool {
	ended := fact.Of[fact.Handshake](s)
	return len(ended) >= len(addresses(s)) && !slices.ContainsFunc(ended, func(h fact.Handshake) bool { return h.Result == fact.Accepted })
}

// An alternative is another address to try, and why.
type alternative struct {
	addr netip.Addr
	why  string
}

// mostAlternatives bounds how many other addresses are tried.
const mostAlternatives = 4

// alternatives lists the addresses that may have been meant. env may be nil: then the gateway is given as the zero address, only
// to say that there is something to look for.
func alternatives(s *fact.Set, env *Env) []alternative {
	var list []alternative
	dialled := addresses(s)
	add := func(a netip.Addr, why string) {
		known := func(x alternative) bool { return x.addr == a }
		if slices.Contains(dialled, netip.AddrPortFrom(a, s.Target.Port)) || slices.ContainsFunc(list, known) || len(list) >= mostAlternatives {
			return
		}
		list = append(list, alternative{a, why})
	}
	fromHosts := false
	for _, l := range fact.Of[fact.Lookup](s) {
		fromHosts = fromHosts || l.Source == "hosts"
		for _, a := range l.Addrs {
			add(a, fact.ByFamily)
		}
	}
	for _, a := range fact.Of[fact.DNSAnswer](s) {
		for _, addr := range a.Addrs {
			if fromHosts && a.Purpose == fact.DNSAsked {
				add(addr, fact.ByDNS)
			}
		}
	}
	for _, to := range dialled {
		switch {
		case to.Addr() == netip.IPv6Loopback():
			add(netip.MustParseAddr("127.0.0.1"), fact.ByLoopback)
		case to.Addr().IsLoopback() && to.Addr().Is4():
			add(netip.IPv6Loopback(), fact.ByLoopback)
		case s.Target.This:
			add(netip.MustParseAddr("127.0.0.1"), fact.ByLoopback)
		}
	}
	if m := fact.Of[fact.Machine](s); s.Target.Loopback() && len(m) > 0 && (m[0].Container != "" || m[0].Namespace == "other") {
		add(gateway(env), fact.ByGateway)
	}
	return list
}

// gateway gives the default gateway, behind which the host of a container is.
func gateway(env *Env) netip.Addr {
	if env == nil {
		return netip.Addr{}
	}
	routes, err := env.Kernel.RoutesCovering(netip.IPv4Unspecified())
	if err != nil {
		return netip.Addr{}
	}
	for _, r := range routes {
		if r.Prefix.Bits() == 0 && r.Gateway.IsValid() {
			return r.Gateway
		}
	}
	return netip.Addr{}
}

func runOtherAddress(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	for _, a := range alternatives(known, env) {
		if a.addr.IsValid() {
			tryInstead(ctx, env, known, a, emit)
		}
	}
	return nil
}

// tryInstead dials the target's port at another address.
func tryInstead(ctx context.Context, env *Env, known *fact.Set, a alternative, emit Emit) {
	to := netip.AddrPortFrom(a.addr, known.Target.Port)
	got := env.Connect(ctx, to, sys.Connecting{Network: known.Target.Network, Patience: portPatience})
	f := fact.OtherAddress{Attempt: attempt(to, known.Target.Network, got), Why: a.why}
	if about := addresses(known); len(about) == 1 {
		f.Seen = fact.About(about[0])
	}
	emit(f)
}

// unixSocket looks at the file of a Unix socket, and tries to connect.
var unixSocket = &Probe{
	Name:  "unix",
	Doc:   "the socket's file, who may use it, and whether somebody listens on it",
	Side:  fact.Client,
	When:  func(_ *Env, s *fact.Set) bool { return s.Target.Network == "unix" },
	If:    "the target is a Unix socket",
	Gives: []fact.Fact{fact.UnixSocket{}},
	Sends: "one connection to the socket",
	Run:   runUnix,
}

func runUnix(_ context.Context, env *Env, known *fact.Set, emit Emit) error {
	name := known.Target.Path
	u := fact.UnixSocket{Path: name, Errno: env.Kernel.ConnectUnix(name)}
	if !strings.HasPrefix(name, "/") {
		emit(u)
		return nil
	}
	u.Missing, u.Denied = walkPath(env, name)
	if info, err := lstat(env, name); err == nil {
		u.Exists, u.IsSocket, u.Mode = true, info.Mode().Type()&modeSocket != 0, info.Mode().String()
		if o, ok := info.Sys().(sys.Owner); ok {
			u.UID, u.GID = o.UID, o.GID
		}
		if u.Errno == "EACCES" && u.Denied == "" {
			u.Denied = name
		}
	}
	paths, err := env.Kernel.ListeningUnix(env.Root)
	if err != nil {
		emit(u)
		return err
	}
	on := false
	for _, p := range paths {
		on = on || p.Path == name
		if p.Path != name && path.Base(p.Path) == path.Base(name) && len(u.Others) < mostAlternatives {
			u.Others = append(u.Others, p.Path)
		}
	}
	u.Listening = &on
	emit(u)
	return nil
}

// walkPath gives the first part of a path that does not exist, and the first directory that this process may not pass.
func walkPath(env *Env, name string) (missing, denied string) {
	at := ""
	for part := range strings.SplitSeq(strings.Trim(name, "/"), "/") {
		if at != "" && !env.Kernel.MayPass(at, true) {
			return "", at
		}
		at += "/" + part
		if _, err := lstat(env, at); err != nil {
			return at, ""
		}
	}
	return "", ""
}
