//go:build linux

package lab

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// wire joins two interfaces of a host, as a long or a bad cable would: every frame that comes in on one goes out on the other, after a
// while, and some get lost. This kernel has no netem. Use: wire A B DELAY [LOSS IN PERCENT].
func wire(args []string) error {
	if len(args) < 3 {
		return errUse
	}
	delay, err := time.ParseDuration(args[2])
	if err != nil {
		return errUse
	}
	loss := 0
	if len(args) > 3 {
		if loss, err = strconv.Atoi(args[3]); err != nil {
			return errUse
		}
	}
	a, err := openWire(args[0])
	if err != nil {
		return err
	}
	b, err := openWire(args[1])
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- pump(a, b, delay, loss) }()
	go func() { failed <- pump(b, a, delay, loss) }()
	return <-failed
}

type wireEnd struct {
	fd    int
	index int
}

// openWire takes all frames of an interface (packet(7)).
func openWire(name string) (wireEnd, error) {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return wireEnd{}, err
	}
	protocol := binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL})
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(protocol))
	if err != nil {
		return wireEnd{}, err
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: protocol, Ifindex: i.Index}); err != nil {
		return wireEnd{}, err
	}
	member := unix.PacketMreq{Ifindex: int32(i.Index), Type: unix.PACKET_MR_PROMISC}
	if err := unix.SetsockoptPacketMreq(fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &member); err != nil {
		return wireEnd{}, err
	}
	return wireEnd{fd, i.Index}, nil
}

// pump carries frames one way.
func pump(from, to wireEnd, delay time.Duration, loss int) error {
	buf := make([]byte, 65536)
	for {
		n, source, err := unix.Recvfrom(from.fd, buf, 0)
		if err != nil {
			return fmt.Errorf("wire: %w", err)
		}
		if link, ok := source.(*unix.SockaddrLinklayer); ok && link.Pkttype == unix.PACKET_OUTGOING {
			continue // what we have sent ourselves
		}
		if rand.IntN(100) < loss {
			continue
		}
		frame := append([]byte(nil), buf[:n]...)
		sum(frame)
		time.AfterFunc(delay, func() {
			_ = unix.Sendto(to.fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: to.index}) // a frame may get lost
		})
	}
}

// sum fills in the checksum of a TCP segment over IPv4 (RFC 9293, section 3.1): a veth leaves it to a network card that is not there.
func sum(frame []byte) {
	const ethernet, tcp = 14, 6
	if len(frame) < ethernet+20 || frame[12] != 8 || frame[13] != 0 || frame[ethernet+9] != tcp {
		return
	}
	ip := frame[ethernet:]
	header, total := int(ip[0]&0xf)*4, int(binary.BigEndian.Uint16(ip[2:]))
	if header < 20 || total > len(ip) || total < header+20 {
		return
	}
	segment := ip[header:total]
	segment[16], segment[17] = 0, 0
	pseudo := append(append([]byte{}, ip[12:20]...), 0, tcp, byte(len(segment)>>8), byte(len(segment)))
	var s uint32
	for _, part := range [][]byte{pseudo, segment} {
		for i := 0; i < len(part); i += 2 {
			s += uint32(part[i]) << 8
			if i+1 < len(part) {
				s += uint32(part[i+1])
			}
		}
	}
	for s>>16 != 0 {
		s = s>>16 + s&0xffff
	}
	binary.BigEndian.PutUint16(segment[16:], ^uint16(s))
}
