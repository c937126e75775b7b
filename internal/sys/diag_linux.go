package sys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

const (
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	diagRequestSize  = 56 // struct inet_diag_req_v2
	diagMessageSize  = 72 // struct inet_diag_msg
	attrSkV6Only     = 11 // INET_DIAG_SKV6ONLY
)

// Receiver asks the kernel which TCP socket would get a SYN from one address to another (an INET_DIAG lookup that is no dump).
// No socket is not an error: found is false.
func Receiver(from, to netip.AddrPort) (s Socket, found bool, err error) {
	// The kernel looks up the socket whose local end is the request's source: the target's.
	request := diagRequest("tcp", familyOf(to.Addr()), ^uint32(0), to, from)
	answers, err := diagAsk(request, unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	if errors.Is(err, unix.ENOENT) {
		return Socket{}, false, nil
	}
	if err != nil {
		return Socket{}, false, fmt.Errorf("sys: look up the receiving socket: %w", err)
	}
	for _, a := range answers {
		if s, ok := parseDiag("tcp", a); ok {
			return s, true, nil
		}
	}
	return Socket{}, false, nil
}

// SocketsOn lists the sockets of both IP versions on a local port that listen, of "tcp" or "udp".
func SocketsOn(network string, port uint16) ([]Socket, error) {
	states := uint32(1) << StateListen
	if network == "udp" {
		states = 1 << StateClose
	}
	return dumpSockets(network, states, port, 0)
}

// SocketsTo lists the TCP sockets of any state with that remote address.
func SocketsTo(to netip.AddrPort) ([]Socket, error) {
	all, err := dumpSockets("tcp", ^uint32(0), 0, to.Port())
	var found []Socket
	for _, s := range all {
		if s.Remote == to {
			found = append(found, s)
		}
	}
	return found, err
}

// ListeningAnywhere lists every TCP listener of this network namespace.
func ListeningAnywhere() ([]Socket, error) { return dumpSockets("tcp", 1<<StateListen, 0, 0) }

func dumpSockets(network string, states uint32, local, remote uint16) ([]Socket, error) {
	var found []Socket
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		request := diagRequest(network, family, states, netip.AddrPortFrom(netip.Addr{}, local), netip.AddrPortFrom(netip.Addr{}, remote))
		answers, err := diagAsk(request, unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
		if err != nil {
			if family == unix.AF_INET6 && errors.Is(err, unix.ENOENT) {
				continue // a kernel without IPv6
			}
			return found, fmt.Errorf("sys: list %s sockets: %w", network, err)
		}
		for _, a := range answers {
			// A kernel that ignores the ports in the header sends all; sort out here.
			s, ok := parseDiag(network, a)
			if ok && (local == 0 || s.Local.Port() == local) && (remote == 0 || s.Remote.Port() == remote) {
				found = append(found, s)
			}
		}
	}
	return found, nil
}

func familyOf(a netip.Addr) uint8 {
	if a.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// diagRequest builds struct inet_diag_req_v2 (include/uapi/linux/inet_diag.h).
func diagRequest(network string, family uint8, states uint32, local, remote netip.AddrPort) []byte {
	protocol := uint8(unix.IPPROTO_TCP)
	if network == "udp" {
		protocol = unix.IPPROTO_UDP
	}
	b := make([]byte, diagRequestSize)
	b[0], b[1] = family, protocol
	binary.NativeEndian.PutUint32(b[4:], states)
	binary.BigEndian.PutUint16(b[8:], local.Port())
	binary.BigEndian.PutUint16(b[10:], remote.Port())
	if local.Addr().IsValid() {
		copy(b[12:28], local.Addr().AsSlice())
	}
	if remote.Addr().IsValid() {
		copy(b[28:44], remote.Addr().AsSlice())
	}
	for i := 48; i < 56; i++ {
		b[i] = 0xff // INET_DIAG_NOCOOKIE
	}
	return b
}

// diagAsk sends one SOCK_DIAG request and gives the bodies of the answers.
func diagAsk(request []byte, flags uint16) ([][]byte, error) {
	return netlinkAsk(unix.NETLINK_SOCK_DIAG, sockDiagByFamily, flags, request)
}

// parseDiag reads struct inet_diag_msg with its attributes.
func parseDiag(network string, b []byte) (Socket, bool) {
	if len(b) < diagMessageSize {
		return Socket{}, false
	}
	s := Socket{
		Network: network,
		State:   b[1],
		Device:  binary.NativeEndian.Uint32(b[40:]),
		Queue:   binary.NativeEndian.Uint32(b[56:]),
		Backlog: binary.NativeEndian.Uint32(b[60:]),
		UID:     binary.NativeEndian.Uint32(b[64:]),
		Inode:   binary.NativeEndian.Uint32(b[68:]),
	}
	size := 4
	if b[0] == unix.AF_INET6 {
		size = 16
	}
	local, _ := netip.AddrFromSlice(b[8 : 8+size])
	remote, _ := netip.AddrFromSlice(b[24 : 24+size])
	s.Local = netip.AddrPortFrom(local, binary.BigEndian.Uint16(b[4:]))
	s.Remote = netip.AddrPortFrom(remote, binary.BigEndian.Uint16(b[6:]))
	for typ, value := range attributes(b[diagMessageSize:]) {
		if typ == attrSkV6Only && len(value) > 0 {
			s.V6Only = value[0] != 0
		}
	}
	return s, true
}
