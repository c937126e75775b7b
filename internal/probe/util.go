package probe

import (
	"net/netip"
	"os"
	"slices"
	"strconv"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

func itoa(n int) string { return strconv.Itoa(n) }

func since(env *Env, begin time.Time) fact.Duration { return fact.Duration(env.Now().Sub(begin)) }

func hostName(*Env) string {
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}

func icmpError(e *sys.ICMPError) *fact.ICMPError {
	if e == nil {
		return nil
	}
	return &fact.ICMPError{From: e.From, Type: e.Type, Code: e.Code}
}

// attempt turns the kernel's account of a connection attempt into the vocabulary.
func attempt(to netip.AddrPort, network string, got sys.Connected) fact.Attempt {
	a := fact.Attempt{To: to, Network: network, Step: got.Step, Errno: got.Errno, ICMP: icmpError(got.ICMP), Local: got.Local,
		SYNs: got.SYNs, Took: fact.Duration(got.Took), RTT: fact.Duration(got.RTT), Vague: got.Vague}
	switch {
	case got.Silent:
		a.Result = fact.Silent
	case got.Errno == "":
		a.Result = fact.Accepted
	case got.ICMP != nil:
		a.Result = fact.ICMP
	case got.Errno == "ECONNREFUSED":
		a.Result = fact.Reset
	case got.Errno == "ECONNRESET":
		// A reset in SYN-SENT gives ECONNREFUSED; this one came after the SYN-ACK (net/ipv4/tcp_input.c, tcp_reset).
		a.Result = fact.Accepted
	case got.Errno == "ETIMEDOUT":
		a.Result = fact.Silent
	default:
		a.Result = fact.Failed
	}
	return a
}

// mostAddrs bounds how many addresses of a name are tried.
const mostAddrs = 8

// addresses gives what is to be dialled, in the order of the lookup.
func addresses(s *fact.Set) []netip.AddrPort {
	var list []netip.AddrPort
	for _, l := range fact.Of[fact.Lookup](s) {
		for _, a := range inFamily(l.Addrs, s.Target.Family) {
			to := netip.AddrPortFrom(a, s.Target.Port)
			if !slices.Contains(list, to) && len(list) < mostAddrs {
				list = append(list, to)
			}
		}
	}
	return list
}

// handshakes gives the attempts that ended, by a condition.
func handshakes(s *fact.Set, fits func(fact.Handshake) bool) []fact.Handshake {
	var list []fact.Handshake
	for _, h := range fact.Of[fact.Handshake](s) {
		if fits(h) {
			list = append(list, h)
		}
	}
	return list
}

// ended gives the attempt at an address, once it is over.
func ended(s *fact.Set, to netip.AddrPort) (fact.Handshake, bool) {
	for _, h := range fact.Of[fact.Handshake](s) {
		if h.To == to {
			return h, true
		}
	}
	return fact.Handshake{}, false
}

// routeTo gives the route that was found for an address.
func routeTo(s *fact.Set, to netip.Addr) (fact.Route, bool) {
	for _, r := range fact.Of[fact.Route](s) {
		if r.To == to {
			return r, true
		}
	}
	return fact.Route{}, false
}

// local says whether an address is known to be this machine's.
func local(s *fact.Set, to netip.Addr) bool {
	r, ok := routeTo(s, to)
	return ok && r.Local() || to.IsLoopback()
}
