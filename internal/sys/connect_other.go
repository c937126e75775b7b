//go:build !linux

package sys

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// Connect tries to connect by the portable means: there is no error queue, so a reset and an ICMP error look the same.
func Connect(ctx context.Context, to netip.AddrPort, how Connecting) Connected {
	begin := time.Now()
	if how.TTL > 0 {
		return Connected{Step: "socket", Errno: ErrNotSupported.Error(), Vague: true}
	}
	ctx, cancel := context.WithTimeout(ctx, how.Patience)
	defer cancel()
	if how.Stop != nil {
		go stopWhen(ctx, cancel, how.Stop, begin)
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, how.Network, to.String())
	got := Connected{Vague: true, Took: time.Since(begin)}
	if err == nil && how.Network == "udp" {
		got.Received, err = ask(ctx, c, how.Payload)
		got.Took = time.Since(begin)
	}
	if err != nil {
		if c != nil {
			c.Close()
		}
		var ne net.Error
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.Canceled) || errors.As(err, &ne) && ne.Timeout() {
			got.Silent = true
			return got
		}
		got.Step, got.Errno = "connect", ErrnoName(err)
		return got
	}
	got.RTT = got.Took
	if a, ok := c.LocalAddr().(*net.TCPAddr); ok {
		got.Local = a.AddrPort()
	}
	if how.Keep && how.Network == "tcp" {
		got.Conn = c
	} else {
		c.Close()
	}
	return got
}

func stopWhen(ctx context.Context, cancel func(), stop func(time.Duration) bool, begin time.Time) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if stop(time.Since(begin)) {
				cancel()
				return
			}
		}
	}
}

func ask(ctx context.Context, c net.Conn, payload []byte) ([]byte, error) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	if _, err := c.Write(payload); err != nil {
		return nil, err
	}
	buf := make([]byte, 4096)
	n, err := c.Read(buf)
	return buf[:n], err
}

// names lists the errors that tell one cause from another; the numbers differ from system to system.
var names = []struct {
	errno syscall.Errno
	name  string
}{
	{syscall.ECONNREFUSED, "ECONNREFUSED"}, {syscall.EHOSTUNREACH, "EHOSTUNREACH"}, {syscall.ENETUNREACH, "ENETUNREACH"},
	{syscall.ECONNRESET, "ECONNRESET"}, {syscall.EADDRNOTAVAIL, "EADDRNOTAVAIL"}, {syscall.EACCES, "EACCES"},
	{syscall.EPERM, "EPERM"}, {syscall.EMFILE, "EMFILE"}, {syscall.ENFILE, "ENFILE"}, {syscall.EAFNOSUPPORT, "EAFNOSUPPORT"},
	{syscall.ETIMEDOUT, "ETIMEDOUT"}, {syscall.EINVAL, "EINVAL"}, {syscall.ENOENT, "ENOENT"},
}

// ErrnoName gives the name of the error number inside an error, as in "ECONNREFUSED"; else its text.
func ErrnoName(err error) string {
	if err == nil {
		return ""
	}
	for _, n := range names {
		if errors.Is(err, n.errno) {
			return n.name
		}
	}
	if name := systemErrno(err); name != "" {
		return name
	}
	return err.Error()
}
