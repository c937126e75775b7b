package probe

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"

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
	listeners, err := env.Kernel.AllListening()
	if err != nil {
		return err
	}
	reserved := map[uint16]bool{}
	if text, err := sys.ReadFile(env.Root, "proc/sys/net/ipv4/ip_local_reserved_ports", 1<<19); err == nil {
		reserved = parsePorts(string(text))
	}
	for _, h := range handshakes(known, noPort) {
		sockets, err := env.Kernel.SocketsTo(h.To)
		if err != nil {
			return err
		}
		use := fact.PortUse{Seen: fact.About(h.To)}
		for port := int(l.PortLow); port <= int(l.PortHigh); port++ {
			if !reserved[uint16(port)] {
				use.Range++
			}
		}
		used := map[uint16]bool{}
		for _, s := range listeners {
			if port := s.Local.Port(); port >= l.PortLow && port <= l.PortHigh && !reserved[port] && !used[port] {
				used[port] = true
				use.Listened++
			}
		}
		for _, s := range sockets {
			if port := s.Local.Port(); port >= l.PortLow && port <= l.PortHigh && !reserved[port] && !used[port] {
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

// parsePorts reads "8080,9000-9005", as ip_local_reserved_ports has it (Documentation/networking/ip-sysctl.rst).
func parsePorts(text string) map[uint16]bool {
	ports := map[uint16]bool{}
	for part := range strings.SplitSeq(strings.TrimSpace(text), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, errFrom := strconv.ParseUint(first, 10, 16)
		to, errTo := strconv.ParseUint(last, 10, 16)
		for p := from; errFrom == nil && errTo == nil && p <= to; p++ {
			ports[uint16(p)] = true
		}
	}
	return ports
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
