package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

// The facts of this file are the stage on which the examples play: a client app1 at 198.51.100.7 behind the router 198.51.100.1,
// and a server db1 at 192.0.2.10.

var (
	exClient  = netip.MustParseAddr("198.51.100.7")
	exRouter  = netip.MustParseAddr("198.51.100.1")
	exServer  = netip.MustParseAddr("192.0.2.10")
	exOther   = netip.MustParseAddr("192.0.2.77")
	exServer6 = netip.MustParseAddr("2001:db8::10")
	exTo      = netip.AddrPortFrom(exServer, 5432)
	exTo6     = netip.AddrPortFrom(exServer6, 5432)
	exFrom    = netip.AddrPortFrom(exClient, 40001)

	exRoute     = fact.Route{To: exServer, Type: "unicast", Gateway: exRouter, Interface: "eth0", Source: exClient}
	exOnLink    = fact.Route{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("192.0.2.0/24"), Interface: "eth0", Source: netip.MustParseAddr("192.0.2.7")}
	exLocal     = fact.Route{To: exServer, Type: "local", Interface: "lo", Source: exServer}
	exNoSockets = fact.SocketTable{Port: 5432}

	exReset    = exHandshake(fact.Reset)
	exAccepted = exHandshake(fact.Accepted)
	exSilent   = exHandshake(fact.Silent)

	exUnconfirmed = fact.Tracking{Entries: 1, Unconfirmed: true}

	exAlive = fact.OtherPort{Attempt: fact.Attempt{To: netip.AddrPortFrom(exServer, 22), Network: "tcp", Result: fact.Accepted}}

	// Another address of the name, which accepts.
	exSibling  = exAt(netip.AddrPortFrom(exOther, 5432), fact.Accepted)
	exSibling6 = exAt(exTo6, fact.Accepted)

	// What followed an accepted handshake.
	exHungUp  = fact.Exchange{Asked: "nothing", Port: 5432, End: fact.EndClosed, Took: fact.Duration(3e6)}
	exCutOff  = fact.Exchange{Asked: "nothing", Port: 5432, End: fact.EndReset, Took: fact.Duration(3e6)}
	exStalled = fact.Exchange{Asked: "http", Port: 5432, End: fact.EndOpen, Took: fact.Duration(7e9), Waited: fact.Duration(7e9)}
	exSaid    = fact.Exchange{Asked: "nothing", Port: 5432, End: fact.EndOpen, First: fact.Duration(1e6), Received: []byte("hello\n")}
)

func exHandshake(r fact.Result) fact.Handshake {
	h := fact.Handshake{Attempt: fact.Attempt{To: exTo, Network: "tcp", Result: r, Local: exFrom, SYNs: 1, Took: fact.Duration(4e5)}}
	switch r {
	case fact.Reset:
		h.Step, h.Errno = "connect", "ECONNREFUSED"
	case fact.Silent:
		h.SYNs, h.Took = 3, fact.Duration(29e8)
	}
	return h
}

// exICMP is an attempt that an ICMP error ended.
func exICMP(from netip.Addr, typ, code int) fact.Handshake {
	h := exHandshake(fact.ICMP)
	h.ICMP = &fact.ICMPError{From: from, Type: typ, Code: code}
	return h
}

// exFailed is an attempt that the kernel refused by itself.
func exFailed(errno string) fact.Handshake {
	h := exHandshake(fact.Failed)
	h.Step, h.Errno = "connect", errno
	return h
}

// exPath is a way whose hops answered so.
func exPath(hops ...fact.Hop) fact.Path { return fact.Path{Port: 5432, Hops: hops} }

// exHop is a hop at which a packet's TTL ended.
func exHop(ttl int, from netip.Addr) fact.Hop {
	return fact.Hop{TTL: ttl, From: from, Result: fact.ICMP, ICMP: &fact.ICMPError{From: from, Type: 11}}
}

// exEnd is a hop that answered with another ICMP error.
func exEnd(ttl int, from netip.Addr, typ, code int) fact.Hop {
	return fact.Hop{TTL: ttl, From: from, Result: fact.ICMP, ICMP: &fact.ICMPError{From: from, Type: typ, Code: code}}
}

// exICMPAfter is an attempt that an ICMP error ended, after a time.
func exICMPAfter(from netip.Addr, typ, code int, took fact.Duration) fact.Handshake {
	h := exICMP(from, typ, code)
	h.Took = took
	return h
}

// exHopAfter is a hop that far away.
func exHopAfter(ttl int, from netip.Addr, took fact.Duration) fact.Hop {
	h := exHop(ttl, from)
	h.Took = took
	return h
}

// exResetAt is a hop at which a reset answered.
func exResetAt(ttl int) fact.Hop { return fact.Hop{TTL: ttl, From: exServer, Result: fact.Reset} }

func exListener(at string, program string) fact.Listener {
	l := fact.Listener{Network: "tcp", Addr: netip.MustParseAddrPort(at), Inode: 4711}
	if program != "" {
		l.Process = &fact.Process{PID: 812, Name: program}
	}
	return l
}

// exAccepts shows the causes of which an accepted and answered connection is the end.
var exAccepts = Example{Says: Out, When: "the connection is accepted and answered", Client: []fact.Fact{exRoute, exAccepted, exSaid}}

// exAt is an attempt at another address.
func exAt(to netip.AddrPort, r fact.Result) fact.Handshake {
	h := exHandshake(r)
	h.To = to
	return h
}
