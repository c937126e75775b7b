package sys

import (
	"encoding/binary"
	"errors"
	"iter"
	"time"

	"golang.org/x/sys/unix"
)

const (
	netlinkHeader = 16
	netlinkBuffer = 64 << 10
	// netlinkMost bounds what one dump may bring: about a million sockets.
	netlinkMost = 128 << 20
	// netlinkPatience bounds the wait for one message.
	netlinkPatience = 2 * time.Second
)

var errNetlinkGarbled = errors.New("garbled netlink message")

// netlinkAsk sends one request and collects the bodies of its answers, until the dump is done or the kernel acknowledges. The
// error of the kernel is given as [unix.Errno].
func netlinkAsk(family int, typ, flags uint16, body []byte) ([][]byte, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, family)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	timeout := unix.NsecToTimeval(netlinkPatience.Nanoseconds())
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &timeout); err != nil {
		return nil, err
	}
	message := make([]byte, netlinkHeader+len(body))
	binary.NativeEndian.PutUint32(message[0:], uint32(len(message)))
	binary.NativeEndian.PutUint16(message[4:], typ)
	binary.NativeEndian.PutUint16(message[6:], flags)
	binary.NativeEndian.PutUint32(message[8:], 1)
	copy(message[netlinkHeader:], body)
	if err := unix.Sendto(fd, message, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, err
	}
	var answers [][]byte
	buf, total := make([]byte, netlinkBuffer), 0
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return answers, err
		}
		if total += n; total > netlinkMost {
			return answers, errors.New("the kernel's answer is too long")
		}
		bodies, done, err := splitNetlink(buf[:n])
		for _, b := range bodies {
			answers = append(answers, append([]byte(nil), b...))
		}
		if done || err != nil {
			return answers, err
		}
	}
}

// splitNetlink takes the messages of one datagram apart (netlink(7)); done says that the answer is complete.
func splitNetlink(b []byte) (bodies [][]byte, done bool, err error) {
	for len(b) >= netlinkHeader {
		length := int(binary.NativeEndian.Uint32(b))
		typ := binary.NativeEndian.Uint16(b[4:])
		if length < netlinkHeader || length > len(b) {
			return bodies, true, errNetlinkGarbled
		}
		body := b[netlinkHeader:length]
		switch typ {
		case unix.NLMSG_DONE, unix.NLMSG_ERROR:
			if len(body) >= 4 {
				if code := int32(binary.NativeEndian.Uint32(body)); code < 0 {
					return bodies, true, unix.Errno(-code)
				}
			}
			return bodies, true, nil
		case unix.NLMSG_NOOP:
		default:
			bodies = append(bodies, body)
		}
		b = b[min((length+3)&^3, len(b)):]
	}
	return bodies, false, nil
}

// attributes walks over netlink attributes (struct nlattr); it ends at the first that is not whole.
func attributes(b []byte) iter.Seq2[uint16, []byte] {
	return func(yield func(uint16, []byte) bool) {
		for len(b) >= 4 {
			length := int(binary.NativeEndian.Uint16(b))
			typ := binary.NativeEndian.Uint16(b[2:]) &^ (unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER)
			if length < 4 || length > len(b) {
				return
			}
			if !yield(typ, b[4:length]) {
				return
			}
			b = b[min((length+3)&^3, len(b)):]
		}
	}
}
