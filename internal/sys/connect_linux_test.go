package sys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// patient is ample on loopback, where everything is answered at once.
const patient = 10 * time.Second

func TestErrnoName(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"nothing", nil, ""},
		{"bare", unix.ECONNREFUSED, "ECONNREFUSED"},
		{"in a system call's error", os.NewSyscallError("connect", unix.EHOSTUNREACH), "EHOSTUNREACH"},
		{"deep", fmt.Errorf("x: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", unix.EADDRNOTAVAIL)}), "EADDRNOTAVAIL"},
		{"a number without a name", unix.Errno(4095), unix.Errno(4095).Error()},
		{"another error", io.ErrUnexpectedEOF, "unexpected EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ErrnoName(test.err); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// closedPort gives a port of loopback that is taken and on which nobody listens: its socket is bound, and that is all.
func closedPort(t *testing.T) netip.AddrPort {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, sockaddr(netip.AddrPortFrom(loopback, 0))); err != nil {
		t.Fatal(err)
	}
	return localAddr(fd)
}

// listen gives a listener on loopback.
func listen(t *testing.T) (*net.TCPListener, netip.AddrPort) {
	t.Helper()
	l, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, l.Addr().(*net.TCPAddr).AddrPort()
}

func TestConnectRefused(t *testing.T) {
	to := closedPort(t)
	for name, at := range map[string]netip.AddrPort{"IPv4": to, "mapped into IPv6": netip.AddrPortFrom(netip.AddrFrom16(loopback.As16()), to.Port())} {
		got := Connect(t.Context(), at, Connecting{Network: "tcp", Patience: patient, Keep: true})
		if got.Errno != "ECONNREFUSED" || got.Step != "connect" || got.ICMP != nil || got.Silent || got.Accepted() || got.Conn != nil {
			t.Errorf("%s: %+v", name, got)
		}
		if got.SYNs != 1 || got.Local.Addr() != loopback || got.Local.Port() == 0 || got.Took <= 0 || got.Took > patient {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestConnectAccepted(t *testing.T) {
	_, to := listen(t)
	got := Connect(t.Context(), to, Connecting{Network: "tcp", Patience: patient})
	if !got.Accepted() || got.Step != "" || got.SYNs != 1 || got.RTT <= 0 || got.Local.Addr() != loopback || got.Local.Port() == 0 || got.Conn != nil {
		t.Errorf("%+v", got)
	}
	// A TTL of one is enough on loopback.
	if got := Connect(t.Context(), to, Connecting{Network: "tcp", Patience: patient, TTL: 1}); !got.Accepted() {
		t.Errorf("%+v", got)
	}
	if got := Connect(t.Context(), to, Connecting{Network: "tcp", Patience: patient, TTL: 1000}); got.Step != "socket" || got.Errno != "EINVAL" {
		t.Errorf("a TTL that is none: %+v", got)
	}
}

// TestConnectFails wants the kernel's own no to be told with its step: here a SYN to a broadcast address.
func TestConnectFails(t *testing.T) {
	got := Connect(t.Context(), netip.MustParseAddrPort("255.255.255.255:9"), Connecting{Network: "tcp", Patience: patient})
	if got.Step != "connect" || got.Errno != "ENETUNREACH" || got.SYNs > 1 || got.Accepted() {
		t.Errorf("%+v", got)
	}
}

// udp gives a UDP socket on loopback. Connected elsewhere it keeps its port and hears nobody: to others the port is closed.
func udp(t *testing.T, elsewhere bool) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	at := net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0))
	c, err := net.ListenUDP("udp4", at)
	if elsewhere {
		c, err = net.DialUDP("udp4", at, net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 9)))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func TestConnectUDP(t *testing.T) {
	t.Run("a closed port answers by ICMP", func(t *testing.T) {
		_, to := udp(t, true)
		got := Connect(t.Context(), to, Connecting{Network: "udp", Patience: patient, Payload: []byte("hi")})
		if got.Errno != "ECONNREFUSED" || got.ICMP == nil || *got.ICMP != (ICMPError{loopback, 3, 3}) || got.Accepted() || !got.Local.IsValid() {
			t.Errorf("%+v, ICMP %+v", got, got.ICMP)
		}
	})
	t.Run("an answer", func(t *testing.T) {
		c, to := udp(t, false)
		go func() {
			b := make([]byte, 16)
			if n, from, err := c.ReadFromUDPAddrPort(b); err == nil {
				_, _ = c.WriteToUDPAddrPort(append(b[:n], '!'), from)
			}
		}()
		got := Connect(t.Context(), to, Connecting{Network: "udp", Patience: patient, Payload: []byte("hi")})
		if !got.Accepted() || string(got.Received) != "hi!" || got.RTT <= 0 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("silence", func(t *testing.T) {
		_, to := udp(t, false)
		const patience = 30 * time.Millisecond
		got := Connect(t.Context(), to, Connecting{Network: "udp", Patience: patience})
		if !got.Silent || got.Accepted() || got.Errno != "" || got.Took < patience {
			t.Errorf("%+v", got)
		}
	})
	t.Run("it is stopped", func(t *testing.T) {
		_, to := udp(t, false)
		asked := 0
		got := Connect(t.Context(), to, Connecting{Network: "udp", Patience: patient, Stop: func(time.Duration) bool { asked++; return asked == 3 }})
		if !got.Silent || asked != 3 || got.Took >= patient {
			t.Errorf("asked %d times: %+v", asked, got)
		}
	})
	t.Run("its context ends", func(t *testing.T) {
		_, to := udp(t, false)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got := Connect(ctx, to, Connecting{Network: "udp", Patience: patient}); !got.Silent || got.Took >= patient {
			t.Errorf("%+v", got)
		}
	})
}

// kept gives both ends of a connection: ours is the one that waits in poll(2).
func kept(t *testing.T) (net.Conn, *net.TCPConn) {
	t.Helper()
	l, to := listen(t)
	got := Connect(t.Context(), to, Connecting{Network: "tcp", Patience: patient, Keep: true})
	if got.Conn == nil {
		t.Fatalf("%+v", got)
	}
	t.Cleanup(func() { got.Conn.Close() })
	theirs, err := l.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { theirs.Close() })
	if got.Conn.RemoteAddr().String() != to.String() || got.Conn.LocalAddr().String() != theirs.RemoteAddr().String() {
		t.Errorf("from %v to %v", got.Conn.LocalAddr(), got.Conn.RemoteAddr())
	}
	return got.Conn, theirs
}

func TestConn(t *testing.T) {
	t.Run("there and back, to the end", func(t *testing.T) {
		ours, theirs := kept(t)
		go func() {
			all, _ := io.ReadAll(theirs)
			_, _ = theirs.Write(all)
			theirs.Close()
		}()
		_ = ours.SetDeadline(time.Now().Add(patient))
		text := strings.Repeat("0123456789", 400_000) // more than fits into the buffers, so that Write has to wait
		if n, err := io.WriteString(ours, text); n != len(text) || err != nil {
			t.Errorf("%d bytes of %d, %v", n, len(text), err)
		}
		if err := ours.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Error(err)
		}
		if got, err := io.ReadAll(ours); err != nil || string(got) != text {
			t.Errorf("%d bytes of %d, %v", len(got), len(text), err)
		}
	})
	t.Run("a deadline", func(t *testing.T) {
		ours, _ := kept(t)
		begin := time.Now()
		_ = ours.SetDeadline(begin.Add(20 * time.Millisecond))
		n, err := ours.Read(make([]byte, 1))
		if n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begin) < 20*time.Millisecond {
			t.Errorf("%d, %v after %v", n, err, time.Since(begin))
		}
	})
	t.Run("a reset", func(t *testing.T) {
		ours, theirs := kept(t)
		_ = theirs.SetLinger(0)
		theirs.Close()
		_ = ours.SetDeadline(time.Now().Add(patient))
		if _, err := ours.Read(make([]byte, 1)); ErrnoName(err) != "ECONNRESET" {
			t.Errorf("read: %v", err)
		}
		if _, err := ours.Write([]byte("x")); ErrnoName(err) != "EPIPE" { // and no SIGPIPE
			t.Errorf("write: %v", err)
		}
	})
	t.Run("closed by us", func(t *testing.T) {
		ours, theirs := kept(t)
		if err := ours.Close(); err != nil {
			t.Error(err)
		}
		if err := ours.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("the second time: %v", err)
		}
		if _, err := ours.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read: %v", err)
		}
		if _, err := ours.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write: %v", err)
		}
		_ = theirs.SetReadDeadline(time.Now().Add(patient))
		if _, err := theirs.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the other side: %v", err)
		}
	})
}
