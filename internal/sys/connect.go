package sys

import (
	"net"
	"net/netip"
	"time"
)

// Connecting says how to connect.
type Connecting struct {
	Network string // "tcp" or "udp"
	TTL     int    // of the packets sent (IPv6: hop limit); 0: the system's
	// Patience is how long an answer is awaited at most.
	Patience time.Duration
	// Stop is asked every few milliseconds whether to stop waiting before that; nil: never.
	Stop func(waited time.Duration) bool
	// Payload is what a UDP socket sends; it may be empty.
	Payload []byte
	// Keep asks for the connection of a successful attempt; otherwise it is closed.
	Keep bool
}

// Connected is what became of an attempt to connect.
type Connected struct {
	// Step is the system call that failed: "socket", "connect", or "send" for a datagram; empty if none did.
	Step  string
	Errno string // its error's name, as in "ECONNREFUSED"
	// ICMP is the message that ended the attempt, if one did.
	ICMP *ICMPError
	// Vague says that the error queue cannot be read here: a refusal may be a reset or an ICMP message.
	Vague bool
	// Silent says that nothing answered while we waited.
	Silent bool
	Local  netip.AddrPort
	SYNs   int // how many were sent; 0: not known
	Took   time.Duration
	RTT    time.Duration
	Conn   net.Conn // with Keep, and if it was accepted
	// Received is the answer to the payload of a UDP socket.
	Received []byte
}

// Accepted says that the other side accepted.
func (c Connected) Accepted() bool { return c.Errno == "" && !c.Silent }

// An ICMPError is an ICMP message as the error queue gives it (ip(7), struct sock_extended_err).
type ICMPError struct {
	From       netip.Addr
	Type, Code int
}
