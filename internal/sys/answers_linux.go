package sys

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"

	"golang.org/x/sys/unix"
)

// Answers hears the resets and SYN-ACKs that one host sends to this machine, through a raw socket (raw(7)). A raw socket gets
// its copy before TCP does, so what a finished attempt saw is already there.
type Answers struct {
	mu    sync.Mutex
	fd    int
	v6    bool
	heard []Answer
}

// HearAnswers starts to listen; it needs CAP_NET_RAW, else the error is [ErrNotPermitted].
func HearAnswers(from netip.Addr) (*Answers, error) {
	from = from.Unmap()
	family, level := unix.AF_INET, unix.IPPROTO_IP
	options := []int{unix.IP_RECVTTL, unix.IP_PKTINFO}
	if from.Is6() {
		family, level = unix.AF_INET6, unix.IPPROTO_IPV6
		options = []int{unix.IPV6_RECVHOPLIMIT, unix.IPV6_RECVPKTINFO}
	}
	fd, err := unix.Socket(family, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return nil, ErrNotPermitted
	}
	if err != nil {
		return nil, fmt.Errorf("sys: open a raw socket: %w", err)
	}
	for _, o := range options {
		if err := unix.SetsockoptInt(fd, level, o, 1); err != nil {
			unix.Close(fd)
			return nil, fmt.Errorf("sys: set up a raw socket: %w", err)
		}
	}
	// Connecting it makes the kernel give packets of that host alone.
	if err := unix.Connect(fd, sockaddr(netip.AddrPortFrom(from, 0))); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("sys: connect a raw socket: %w", err)
	}
	return &Answers{fd: fd, v6: from.Is6()}, nil
}

// To gives what came from a port to a local port; ok is false if nothing did. A nil Answers has heard nothing.
func (a *Answers) To(port, localPort uint16) (found Answer, ok bool) {
	if a == nil {
		return Answer{}, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.drain()
	for _, h := range a.heard {
		if h.Port == port && h.LocalPort == localPort {
			return h, true
		}
	}
	return Answer{}, false
}

// mostAnswers bounds what is kept: our own few attempts bring far less.
const mostAnswers = 512

func (a *Answers) drain() {
	if a.fd < 0 {
		return
	}
	buf, oob := make([]byte, 2048), make([]byte, 256)
	for len(a.heard) < mostAnswers {
		n, m, _, _, err := unix.Recvmsg(a.fd, buf, oob, unix.MSG_DONTWAIT)
		if err != nil {
			return
		}
		segment := buf[:n]
		if !a.v6 {
			segment = skipIPv4(segment)
		}
		if h, ok := parseTCP(segment); ok {
			var index int
			h.TTL, index = ttlAndInterface(oob[:m])
			h.Interface = nameOf(index)
			a.heard = append(a.heard, h)
		}
	}
}

// Close stops listening.
func (a *Answers) Close() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fd >= 0 {
		unix.Close(a.fd)
		a.fd = -1
	}
}
