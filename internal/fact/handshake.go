package fact

import (
	"fmt"
	"net/netip"
)

// Result says how one connection attempt ended.
type Result string

const (
	Accepted Result = "accepted" // SYN-ACK; for UDP: an answer came
	Reset    Result = "reset"    // a reset answered the SYN
	ICMP     Result = "icmp"     // an ICMP error answered; see Attempt.ICMP
	Silent   Result = "silent"   // nothing answered while we waited
	Failed   Result = "failed"   // the kernel said no before anything was sent, or without any answer; see Attempt.Errno
)

// An Attempt is one try to connect, as the kernel tells it.
type Attempt struct {
	To      netip.AddrPort `json:"to"`
	Network string         `json:"network"` // "tcp" or "udp"
	Result  Result         `json:"result"`
	Step    string         `json:"step,omitempty"`  // the system call that failed: "socket", "connect" or "send"
	Errno   string         `json:"errno,omitempty"` // "ECONNREFUSED"
	ICMP    *ICMPError     `json:"icmp,omitempty"`
	Local   netip.AddrPort `json:"local,omitzero"`
	SYNs    int            `json:"syns,omitempty"` // how many were sent (TCP_INFO)
	Took    Duration       `json:"took"`           // from connect to its end
	RTT     Duration       `json:"rtt,omitempty"`
	// Vague says that the error queue could not be read here, so that an ICMP error and a reset look the same.
	Vague bool `json:"vague,omitempty"`
}

// Answered says that anything at all came back from beyond this machine: the path exists.
func (a Attempt) Answered() bool {
	return a.Result == Accepted || a.Result == Reset || a.Result == ICMP && a.ICMP.From != a.Local.Addr()
}

// HostAnswered says that the host itself spoke, as far as addresses tell.
func (a Attempt) HostAnswered() bool {
	return a.Result == Accepted || a.Result == Reset || a.Result == ICMP && a.ICMP.From == a.To.Addr()
}

// ICMPError is an ICMP message that answered, read from the socket's error queue (ip(7), IP_RECVERR).
type ICMPError struct {
	From netip.Addr `json:"from"` // who sent it
	Type int        `json:"type"`
	Code int        `json:"code"`
}

// IPv6 says that the message is of ICMPv6.
func (e *ICMPError) IPv6() bool { return e.From.Is6() && !e.From.Is4In6() }

// Is says whether the message is of that type and one of those codes; the numbers are those of its own version.
func (e *ICMPError) Is(v6 bool, typ int, codes ...int) bool {
	if e == nil || e.IPv6() != v6 || e.Type != typ {
		return false
	}
	if len(codes) == 0 {
		return true
	}
	for _, c := range codes {
		if e.Code == c {
			return true
		}
	}
	return false
}

// TimeExceeded says that the TTL ended on the way (RFC 792 type 11, RFC 4443 type 3).
func (e *ICMPError) TimeExceeded() bool { return e.Is(false, 11, 0) || e.Is(true, 3, 0) }

// Prohibited says that an administrator forbade it: codes 9, 10 and 13 (RFC 1812, section 5.2.7.1), in IPv6 codes 1, 5 and 6
// (RFC 4443, section 3.1).
func (e *ICMPError) Prohibited() bool { return e.Is(false, 3, 9, 10, 13) || e.Is(true, 1, 1, 5, 6) }

// PortUnreachable says that the transport has no such port. A TCP stack never says so: it sends a reset (RFC 9293, section
// 3.10.7.1).
func (e *ICMPError) PortUnreachable() bool { return e.Is(false, 3, 3) || e.Is(true, 1, 4) }

// ProtocolUnreachable is code 2 of IPv4.
func (e *ICMPError) ProtocolUnreachable() bool { return e.Is(false, 3, 2) }

// HostUnreachable says that the last router finds no neighbour there.
func (e *ICMPError) HostUnreachable() bool { return e.Is(false, 3, 1) || e.Is(true, 1, 3) }

// NetUnreachable says that a router has no route.
func (e *ICMPError) NetUnreachable() bool { return e.Is(false, 3, 0) || e.Is(true, 1, 0) }

// String names the message in the words of the RFCs.
func (e *ICMPError) String() string {
	v4 := map[int]string{0: "net unreachable", 1: "host unreachable", 2: "protocol unreachable", 3: "port unreachable",
		4: "fragmentation needed", 9: "network prohibited", 10: "host prohibited", 13: "communication prohibited"}
	v6 := map[int]string{0: "no route", 1: "prohibited", 2: "beyond scope of source address", 3: "address unreachable", 4: "port unreachable",
		5: "source address failed policy", 6: "reject route"}
	text := ""
	switch {
	case e.TimeExceeded():
		text = "time exceeded"
	case !e.IPv6() && e.Type == 3:
		text = v4[e.Code]
	case e.IPv6() && e.Type == 1:
		text = v6[e.Code]
	}
	name := "ICMP"
	if e.IPv6() {
		name = "ICMPv6"
	}
	if text == "" {
		return fmt.Sprintf("%s type %d code %d", name, e.Type, e.Code)
	}
	return name + " " + text
}

// Handshake is the attempt at an address of the target itself. There is one for every address.
type Handshake struct {
	Seen
	Attempt
}

// Kind implements [Fact].
func (Handshake) Kind() string { return "handshake" }

// Unanswered says, while the attempt is still under way, that nothing has answered yet.
type Unanswered struct {
	Seen
	To    netip.AddrPort `json:"to"`
	After Duration       `json:"after"`
}

// Kind implements [Fact].
func (Unanswered) Kind() string { return "unanswered" }

// Retry is a later attempt at the same address.
type Retry struct {
	Seen
	Attempt
	Number int      `json:"number"` // 2 for the second attempt
	After  Duration `json:"after"`  // since the first attempt began
}

// Kind implements [Fact].
func (Retry) Kind() string { return "retry" }

// OtherPort is an attempt at another port of the same host: it tells whether the host answers at all, and from how far.
type OtherPort struct {
	Seen
	Attempt
	// Expected says that the target's protocol is often found at this port.
	Expected bool `json:"expected,omitempty"`
}

// Kind implements [Fact].
func (OtherPort) Kind() string { return "other-port" }

// The reasons for which another address is tried.
const (
	ByDNS       = "dns"      // the name servers give it, where the hosts file gave another
	ByFamily    = "family"   // the name's address of the other IP version
	ByLoopback  = "loopback" // the loopback address of the other IP version
	ByGateway   = "gateway"  // the gateway, behind which a container's host is
	ByAuthority = "authority"
)

// OtherAddress is an attempt at the same port of another address.
type OtherAddress struct {
	Seen
	Attempt
	Why string `json:"why"`
}

// Kind implements [Fact].
func (OtherAddress) Kind() string { return "other-address" }

// Echo is what became of ICMP echo requests to the host (RFC 792, RFC 4443).
type Echo struct {
	Seen
	To       netip.Addr `json:"to"`
	Sent     int        `json:"sent"`
	Received int        `json:"received"`
	CutOff   bool       `json:"cut_off,omitempty"` // the first requests were answered and the last were not
	RTT      Duration   `json:"rtt,omitempty"`     // the smallest
	TTL      int        `json:"ttl,omitempty"`     // of the first reply
	ICMP     *ICMPError `json:"icmp,omitempty"`
}

// Kind implements [Fact].
func (Echo) Kind() string { return "echo" }

// Hop is what one SYN of limited TTL brought.
type Hop struct {
	TTL    int        `json:"ttl"`
	From   netip.Addr `json:"from,omitzero"` // who answered; zero: nobody
	Result Result     `json:"result"`
	ICMP   *ICMPError `json:"icmp,omitempty"`
	Took   Duration   `json:"took"`
}

// Path is which hops answered to SYNs of limited TTL, to one port of the host.
type Path struct {
	Seen
	Port uint16 `json:"port"`
	Hops []Hop  `json:"hops"` // by TTL; not every TTL needs to be there
}

// Kind implements [Fact].
func (Path) Kind() string { return "path" }

// Last gives the last hop whose TTL ended there, by its own ICMP time exceeded.
func (p Path) Last() (Hop, bool) {
	for i := len(p.Hops) - 1; i >= 0; i-- {
		if p.Hops[i].ICMP.TimeExceeded() {
			return p.Hops[i], true
		}
	}
	return Hop{}, false
}

// End gives the first hop that answered with anything but time exceeded: the end of the way.
func (p Path) End() (Hop, bool) {
	for _, h := range p.Hops {
		if h.From.IsValid() && !h.ICMP.TimeExceeded() {
			return h, true
		}
	}
	return Hop{}, false
}

// Circles gives the router to which the packet comes back most often, with other routers in between, and how often it was there. The target
// itself counts for nothing: behind a translation of addresses every router speaks in its name. Nor do repetitions at adjacent TTLs: a router
// that sets the TTL of what it passes on makes them.
func (p Path) Circles(target netip.Addr) (who netip.Addr, times int) {
	visits := map[netip.Addr]int{}
	last := netip.Addr{}
	for _, h := range p.Hops {
		if !h.ICMP.TimeExceeded() || h.From == target {
			continue
		}
		if h.From != last {
			if visits[h.From]++; visits[h.From] > times {
				who, times = h.From, visits[h.From]
			}
		}
		last = h.From
	}
	return who, times
}

// At gives the hop of that TTL.
func (p Path) At(ttl int) (Hop, bool) {
	for _, h := range p.Hops {
		if h.TTL == ttl {
			return h, true
		}
	}
	return Hop{}, false
}

// AnswerTTL is the TTL (IPv6: hop limit) with which a TCP segment of the host arrived, and through which interface.
type AnswerTTL struct {
	Seen
	Port      uint16 `json:"port"`
	Flags     string `json:"flags"` // "reset" or "syn-ack"
	TTL       int    `json:"ttl"`
	Interface string `json:"interface,omitempty"`
}

// Kind implements [Fact].
func (AnswerTTL) Kind() string { return "answer-ttl" }
