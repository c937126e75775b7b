package sys

import "net/netip"

// A Socket is one entry of the kernel's socket tables (sock_diag(7), struct inet_diag_msg).
type Socket struct {
	Network string // "tcp" or "udp"
	State   uint8  // TCP_LISTEN is 10; see tcp_states.h
	Local   netip.AddrPort
	Remote  netip.AddrPort
	Device  uint32 // index of the interface it is bound to; 0: none
	V6Only  bool
	Inode   uint32
	UID     uint32
	Queue   uint32 // of a listener: connections that wait for accept
	Backlog uint32 // of a listener: how many may
}

// States of TCP sockets (include/net/tcp_states.h).
const (
	StateEstablished = 1
	StateSynSent     = 2
	StateTimeWait    = 6
	StateClose       = 7
	StateListen      = 10
)

// Listening says that the socket takes connections, or datagrams from anybody.
func (s Socket) Listening() bool {
	return s.State == StateListen || s.Network == "udp" && s.State == StateClose
}
