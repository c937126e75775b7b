package sys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// A Tap sees the TCP segments that leave this machine for one host, behind every firewall hook, traffic control and BPF program
// of it (packet(7); net/core/dev.c, dev_queue_xmit_nit).
type Tap struct {
	fd   int
	to   netip.Addr
	left map[uint16]bool
}

// OpenTap starts to watch; it needs CAP_NET_RAW, else the error is [ErrNotPermitted].
func OpenTap(to netip.Addr) (*Tap, error) {
	to = to.Unmap()
	fd, err := packetSocket(unix.ETH_P_ALL)
	if err != nil {
		return nil, err
	}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, onlyTCPTo(to)); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("sys: filter a packet socket: %w", err)
	}
	return &Tap{fd: fd, to: to, left: map[uint16]bool{}}, nil
}

// onlyTCPTo is a filter (bpf(4), packets from their IP header on) that keeps the socket's queue free of everything else: on a busy machine
// what we wait for would be lost there, and its absence would mean nothing.
func onlyTCPTo(to netip.Addr) *unix.SockFprog {
	const loadByte, loadWord, ifEqual, end = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, unix.BPF_LD | unix.BPF_W | unix.BPF_ABS,
		unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	protocol, destination := uint32(9), uint32(16) // in the IPv4 header (RFC 791)
	if to.Is6() {
		protocol, destination = 6, 24 // in the IPv6 header (RFC 8200)
	}
	var program []unix.SockFilter
	want := func(load uint16, at, value uint32) {
		program = append(program, unix.SockFilter{Code: load, K: at}, unix.SockFilter{Code: ifEqual, K: value})
	}
	want(loadByte, protocol, unix.IPPROTO_TCP)
	addr := to.AsSlice()
	for i := 0; i < len(addr); i += 4 {
		want(loadWord, destination+uint32(i), binary.BigEndian.Uint32(addr[i:]))
	}
	program = append(program, unix.SockFilter{Code: end, K: 256}, unix.SockFilter{Code: end, K: 0})
	for i := range program {
		if program[i].Code == ifEqual {
			program[i].Jf = uint8(len(program) - 2 - i) // to the last instruction
		}
	}
	return &unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
}

func packetSocket(protocol uint16) (int, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, int(networkOrder(protocol)))
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return -1, ErrNotPermitted
	}
	if err != nil {
		return -1, fmt.Errorf("sys: open a packet socket: %w", err)
	}
	return fd, nil
}

func networkOrder(v uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], v)
	return binary.NativeEndian.Uint16(b[:])
}

// Left gives the ports of the host towards which a segment has left so far.
func (t *Tap) Left() map[uint16]bool {
	buf := make([]byte, 256)
	for range 4096 {
		n, from, err := unix.Recvfrom(t.fd, buf, unix.MSG_DONTWAIT)
		if err != nil {
			break
		}
		link, ok := from.(*unix.SockaddrLinklayer)
		if !ok || link.Pkttype != unix.PACKET_OUTGOING {
			continue
		}
		if port, ok := parseOutgoing(buf[:n], t.to); ok {
			t.left[port] = true
		}
	}
	return t.left
}

// parseOutgoing gives the destination port of a TCP segment to that host, from its IP header on.
func parseOutgoing(b []byte, to netip.Addr) (uint16, bool) {
	switch {
	case to.Is4() && len(b) >= 20 && b[0]>>4 == 4:
		header := int(b[0]&0xf) * 4
		if b[9] == unix.IPPROTO_TCP && netip.AddrFrom4([4]byte(b[16:20])) == to && len(b) >= header+4 {
			return binary.BigEndian.Uint16(b[header+2:]), true
		}
	case to.Is6() && len(b) >= 44 && b[0]>>4 == 6:
		if b[6] == unix.IPPROTO_TCP && netip.AddrFrom16([16]byte(b[24:40])) == to.WithZone("") {
			return binary.BigEndian.Uint16(b[42:]), true
		}
	}
	return 0, false
}

// Close stops watching.
func (t *Tap) Close() { unix.Close(t.fd) }

// another is how long a second answer to an ARP request is awaited after the first.
const another = 15 * time.Millisecond

// WhoHas sends one ARP request (RFC 826) for an address on the link and gives the link-layer addresses that answer: the first within the
// patience, and others soon after it. It needs CAP_NET_RAW.
func WhoHas(addr, own netip.Addr, iface string, patience time.Duration) ([]string, error) {
	i, err := net.InterfaceByName(iface)
	if err != nil {
		return nil, fmt.Errorf("sys: interface %s: %w", iface, err)
	}
	if len(i.HardwareAddr) != 6 || !addr.Is4() || !own.Is4() {
		return nil, ErrNotSupported
	}
	fd, err := packetSocket(unix.ETH_P_ARP)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	request := arpRequest(i.HardwareAddr, own, addr)
	everybody := &unix.SockaddrLinklayer{Protocol: networkOrder(unix.ETH_P_ARP), Ifindex: i.Index, Halen: 6,
		Addr: [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}
	if err := unix.Sendto(fd, request, 0, everybody); err != nil {
		return nil, fmt.Errorf("sys: send an ARP request: %w", err)
	}
	var found []string
	buf := make([]byte, 64)
	for until := time.Now().Add(patience); time.Now().Before(until); {
		if ready, err := poll(fd, unix.POLLIN, time.Until(until)); err != nil || ready == 0 {
			break
		}
		n, _, err := unix.Recvfrom(fd, buf, unix.MSG_DONTWAIT)
		if err != nil {
			continue
		}
		if mac, ok := parseARPReply(buf[:n], addr); ok && !contains(found, mac) {
			found = append(found, mac)
			until = time.Now().Add(another)
		}
	}
	return found, nil
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// arpRequest builds the packet of RFC 826 for Ethernet and IPv4.
func arpRequest(mac net.HardwareAddr, own, wanted netip.Addr) []byte {
	b := []byte{0, 1, 8, 0, 6, 4, 0, 1}
	b = append(b, mac...)
	b = append(b, own.AsSlice()...)
	b = append(b, 0, 0, 0, 0, 0, 0)
	return append(b, wanted.AsSlice()...)
}

// parseARPReply gives the link-layer address of a reply about that IPv4 address.
func parseARPReply(b []byte, about netip.Addr) (string, bool) {
	if len(b) < 28 || binary.BigEndian.Uint16(b[6:]) != 2 || b[4] != 6 || b[5] != 4 {
		return "", false
	}
	if netip.AddrFrom4([4]byte(b[14:18])) != about {
		return "", false
	}
	return net.HardwareAddr(b[8:14]).String(), true
}
