package sys

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Echo sends n echo requests, a gap apart, and waits for the replies at most so long. It needs net.ipv4.ping_group_range to
// allow the user's group, or CAP_NET_RAW; else the error is [ErrNotPermitted].
func Echo(ctx context.Context, to netip.Addr, n int, gap, patience time.Duration) (Echoed, error) {
	to = to.Unmap()
	fd, raw, err := echoSocket(to)
	if err != nil {
		return Echoed{}, err
	}
	defer unix.Close(fd)
	id := uint16(0)
	if raw {
		id = uint16(os.Getpid())&0x7fff | 0x4000
	}
	var got Echoed
	sent := make([]time.Time, n)
	begin := time.Now()
	for got.Received < n {
		now := time.Now()
		if got.Sent < n && now.Sub(begin) >= time.Duration(got.Sent)*gap {
			sent[got.Sent] = now
			if _, err := unix.Write(fd, echoRequest(to, id, uint16(got.Sent))); err != nil {
				if got.ICMP = readErrorQueue(fd); got.ICMP == nil {
					return got, fmt.Errorf("sys: send an echo request: %w", err)
				}
				return got, nil
			}
			got.Sent++
		}
		if now.Sub(begin) >= patience || ctx.Err() != nil {
			break
		}
		ready, err := poll(fd, unix.POLLIN, min(slice, gap))
		if err != nil {
			return got, err
		}
		if ready&unix.POLLERR != 0 {
			if got.ICMP = readErrorQueue(fd); got.ICMP != nil {
				break
			}
		}
		if ready&unix.POLLIN != 0 {
			readEcho(fd, to.Is6(), id, sent, &got)
		}
	}
	return got, nil
}

// echoSocket opens an unprivileged ICMP socket (icmp(7)), or else a raw one.
func echoSocket(to netip.Addr) (fd int, raw bool, err error) {
	family, protocol := unix.AF_INET, unix.IPPROTO_ICMP
	if to.Is6() {
		family, protocol = unix.AF_INET6, unix.IPPROTO_ICMPV6
	}
	fd, err = unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, protocol)
	if err != nil {
		raw = true
		fd, err = unix.Socket(family, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, protocol)
	}
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return -1, false, ErrNotPermitted
	}
	if err != nil {
		return -1, false, fmt.Errorf("sys: open an ICMP socket: %w", err)
	}
	if to.Is6() {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVHOPLIMIT, 1)
	} else {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1)
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVTTL, 1)
	}
	if err := unix.Connect(fd, sockaddr(netip.AddrPortFrom(to, 0))); err != nil {
		unix.Close(fd)
		return -1, false, fmt.Errorf("sys: connect an ICMP socket: %w", err)
	}
	return fd, raw, nil
}

func readEcho(fd int, v6 bool, id uint16, sent []time.Time, got *Echoed) {
	buf, oob := make([]byte, 1500), make([]byte, 256)
	for range 32 {
		n, m, _, _, err := unix.Recvmsg(fd, buf, oob, unix.MSG_DONTWAIT)
		if err != nil {
			return
		}
		sequence, ok := parseEchoReply(buf[:n], v6, id)
		if !ok || int(sequence) >= got.Sent {
			continue
		}
		rtt := time.Since(sent[sequence])
		if got.Received == 0 {
			got.TTL, _ = ttlAndInterface(oob[:m])
		}
		if got.Received == 0 || rtt < got.RTT {
			got.RTT = rtt
		}
		got.Last = max(got.Last, int(sequence)+1)
		got.Received++
	}
}

// ttlAndInterface reads the TTL or hop limit and the index of the receiving interface from control messages (ip(7), ipv6(7)).
func ttlAndInterface(oob []byte) (ttl, index int) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return 0, 0
	}
	for _, m := range messages {
		v4, v6 := m.Header.Level == unix.IPPROTO_IP, m.Header.Level == unix.IPPROTO_IPV6
		switch {
		case (v4 && m.Header.Type == unix.IP_TTL || v6 && m.Header.Type == unix.IPV6_HOPLIMIT) && len(m.Data) >= 4:
			ttl = int(binary.NativeEndian.Uint32(m.Data))
		case v4 && m.Header.Type == unix.IP_PKTINFO && len(m.Data) >= 4:
			index = int(binary.NativeEndian.Uint32(m.Data))
		case v6 && m.Header.Type == unix.IPV6_PKTINFO && len(m.Data) >= 20:
			index = int(binary.NativeEndian.Uint32(m.Data[16:]))
		}
	}
	return ttl, index
}
