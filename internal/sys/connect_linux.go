package sys

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// slice is how long one poll(2) waits before Stop and the context are asked again.
const slice = 10 * time.Millisecond

// Connect tries to connect. It never blocks in connect(2): with a blocking socket an ICMP error that arrives at once is only
// told at the next retransmission (net/ipv4/tcp_ipv4.c, tcp_v4_err: sk_err_soft while the socket is owned by the user).
func Connect(ctx context.Context, to netip.AddrPort, how Connecting) Connected {
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	begin := time.Now()
	fd, err := openSocket(to, how)
	if err != nil {
		return Connected{Step: "socket", Errno: ErrnoName(err), Took: time.Since(begin)}
	}
	got := connectOn(ctx, fd, to, how, begin)
	if got.Accepted() && how.Keep && how.Network == "tcp" {
		got.Conn = newConn(fd, to)
		return got
	}
	unix.Close(fd)
	return got
}

func openSocket(to netip.AddrPort, how Connecting) (int, error) {
	family, kind := unix.AF_INET, unix.SOCK_STREAM
	if to.Addr().Is6() {
		family = unix.AF_INET6
	}
	if how.Network == "udp" {
		kind = unix.SOCK_DGRAM
	}
	fd, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	// The error queue works for TCP without IP_RECVERR, but not for UDP; a failure leaves only the errno.
	if family == unix.AF_INET6 {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
		if how.TTL > 0 {
			err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS, how.TTL)
		}
	} else {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1)
		if how.TTL > 0 {
			err = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TTL, how.TTL)
		}
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func connectOn(ctx context.Context, fd int, to netip.AddrPort, how Connecting, begin time.Time) (got Connected) {
	err := unix.Connect(fd, sockaddr(to))
	if how.Network == "udp" && err == nil {
		if _, err = unix.Write(fd, how.Payload); err == nil {
			err = unix.EINPROGRESS
		} else {
			got.Step = "send"
		}
	}
	if errors.Is(err, unix.EINPROGRESS) {
		got.Silent, err = await(ctx, fd, how, begin)
	}
	got.Took = time.Since(begin)
	got.Local = localAddr(fd)
	if how.Network == "tcp" {
		tcpInfo(fd, &got)
	}
	if got.Silent {
		return got
	}
	if err == nil && how.Network == "udp" {
		buf := make([]byte, 4096)
		var n int
		if n, err = unix.Read(fd, buf); err == nil {
			got.Received, got.RTT = buf[:n], got.Took
		}
	}
	if err != nil {
		if got.Step == "" {
			got.Step = "connect"
		}
		got.Errno = ErrnoName(err)
		got.ICMP = readErrorQueue(fd)
	}
	return got
}

// await waits until the attempt is decided. The error queue is left for the caller, and only SO_ERROR is taken.
func await(ctx context.Context, fd int, how Connecting, begin time.Time) (silent bool, err error) {
	want := int16(unix.POLLOUT)
	if how.Network == "udp" {
		want = unix.POLLIN
	}
	for {
		waited := time.Since(begin)
		left := how.Patience - waited
		if left <= 0 || ctx.Err() != nil || how.Stop != nil && how.Stop(waited) {
			return true, nil
		}
		ready, err := poll(fd, want, min(left, slice))
		if err != nil {
			return false, err
		}
		if ready == 0 {
			continue
		}
		code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err != nil {
			return false, os.NewSyscallError("getsockopt", err)
		}
		if code != 0 {
			return false, unix.Errno(code)
		}
		if ready&want != 0 {
			return false, nil
		}
		rest() // an error queue entry without an error: a soft error of TCP, which goes on trying
	}
}

// rest waits a millisecond without Go's timers, which need file descriptors of their own.
func rest() {
	ts := unix.NsecToTimespec(time.Millisecond.Nanoseconds())
	_, _ = unix.Ppoll(nil, &ts, nil) // interrupted or not: time has passed
}

// poll waits for events on one descriptor and gives what came; 0: nothing in time.
func poll(fd int, events int16, wait time.Duration) (int16, error) {
	p := []unix.PollFd{{Fd: int32(fd), Events: events}}
	ts := unix.NsecToTimespec(max(wait, 0).Nanoseconds())
	_, err := unix.Ppoll(p, &ts, nil)
	if err != nil && !errors.Is(err, unix.EINTR) {
		return 0, os.NewSyscallError("ppoll", err)
	}
	return p[0].Revents, nil
}

// tcpInfo reads how many SYNs were sent, and the round-trip time of an established connection (tcp(7), TCP_INFO).
func tcpInfo(fd int, got *Connected) {
	info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return
	}
	got.SYNs = 1 + int(info.Total_retrans)
	const established = 1
	if info.State == established {
		got.RTT = time.Duration(info.Rtt) * time.Microsecond
	}
}

// readErrorQueue gives the last ICMP message of a socket's error queue, or nil. For a TCP socket in SYN-SENT the queue is
// filled for any user (since Linux 5.8).
func readErrorQueue(fd int) *ICMPError {
	var found *ICMPError
	buf, oob := make([]byte, 512), make([]byte, 512)
	for range 8 {
		_, n, _, _, err := unix.Recvmsg(fd, buf, oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err != nil {
			return found
		}
		if e := parseExtendedError(oob[:n]); e != nil {
			found = e
		}
	}
	return found
}

// parseExtendedError reads struct sock_extended_err and the offender's address behind it (include/uapi/linux/errqueue.h).
func parseExtendedError(oob []byte) *ICMPError {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil
	}
	for _, m := range messages {
		v4 := m.Header.Level == unix.IPPROTO_IP && m.Header.Type == unix.IP_RECVERR
		v6 := m.Header.Level == unix.IPPROTO_IPV6 && m.Header.Type == unix.IPV6_RECVERR
		if !v4 && !v6 || len(m.Data) < 16 {
			continue
		}
		const originICMP, originICMP6 = 2, 3
		if origin := m.Data[4]; origin != originICMP && origin != originICMP6 {
			continue
		}
		e := &ICMPError{Type: int(m.Data[5]), Code: int(m.Data[6])}
		offender := m.Data[16:]
		switch {
		case v4 && len(offender) >= 8:
			e.From, _ = netip.AddrFromSlice(offender[4:8])
		case v6 && len(offender) >= 28:
			e.From, _ = netip.AddrFromSlice(offender[8:24])
			if scope := binary.NativeEndian.Uint32(offender[24:28]); scope != 0 && e.From.IsLinkLocalUnicast() {
				e.From = e.From.WithZone(zoneName(scope))
			}
		}
		if e.From.IsValid() {
			return e
		}
	}
	return nil
}

func zoneName(index uint32) string {
	if i, err := net.InterfaceByIndex(int(index)); err == nil {
		return i.Name
	}
	return ""
}

// sockaddr turns an address into the kernel's form.
func sockaddr(to netip.AddrPort) unix.Sockaddr {
	if to.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
	}
	sa := &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}
	if zone := to.Addr().Zone(); zone != "" {
		if i, err := net.InterfaceByName(zone); err == nil {
			sa.ZoneId = uint32(i.Index)
		}
	}
	return sa
}

func localAddr(fd int) netip.AddrPort {
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return netip.AddrPort{}
	}
	return addrPort(sa)
}

func addrPort(sa unix.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr), uint16(sa.Port))
	}
	return netip.AddrPort{}
}

// ErrnoName gives the name of the error number inside an error, as in "ECONNREFUSED"; else its text.
func ErrnoName(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		if name := unix.ErrnoName(errno); name != "" {
			return name
		}
	}
	if err == nil {
		return ""
	}
	return err.Error()
}
