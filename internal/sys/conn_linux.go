package sys

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// conn is a connected TCP socket as a net.Conn that waits in poll(2), not in Go's poller. One goroutine at a time may use it; another one may
// change its deadlines meanwhile, and so end its waiting.
type conn struct {
	fd          int
	to          netip.AddrPort
	read, write deadline
	closed      atomic.Bool
}

// turn is how long one wait in poll(2) takes at most: then the deadline is asked for again.
const turn = 50 * time.Millisecond

// A deadline is a moment in nanoseconds since 1970; 0: none.
type deadline struct{ at atomic.Int64 }

func (d *deadline) set(t time.Time) error {
	d.at.Store(0)
	if !t.IsZero() {
		d.at.Store(t.UnixNano())
	}
	return nil
}

// left is how long there is still to wait: for now, since the deadline may change.
func (d *deadline) left() time.Duration {
	at := d.at.Load()
	if at == 0 {
		return turn
	}
	return min(turn, time.Until(time.Unix(0, at)))
}

func newConn(fd int, to netip.AddrPort) net.Conn { return &conn{fd: fd, to: to} }

func (c *conn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := c.retry("read", unix.POLLIN, &c.read, func() (int, error) { return unix.Read(c.fd, b) })
	if n == 0 && err == nil {
		return 0, io.EOF
	}
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		n, err := c.retry("write", unix.POLLOUT, &c.write, func() (int, error) {
			// Without MSG_NOSIGNAL a reset connection would raise SIGPIPE (send(2)).
			return unix.SendmsgN(c.fd, b[done:], nil, nil, unix.MSG_NOSIGNAL)
		})
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// retry makes a system call until it does not ask to wait.
func (c *conn) retry(op string, events int16, until *deadline, call func() (int, error)) (int, error) {
	for {
		if c.closed.Load() {
			return 0, net.ErrClosed
		}
		n, err := call()
		if err == nil {
			return n, nil
		}
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if !errors.Is(err, unix.EAGAIN) {
			return 0, &net.OpError{Op: op, Net: "tcp", Addr: net.TCPAddrFromAddrPort(c.to), Err: os.NewSyscallError(op, err)}
		}
		wait := until.left()
		if wait <= 0 {
			return 0, os.ErrDeadlineExceeded
		}
		if _, err := poll(c.fd, events, wait); err != nil {
			return 0, err
		}
	}
}

func (c *conn) Close() error {
	if c.closed.Swap(true) {
		return net.ErrClosed
	}
	return os.NewSyscallError("close", unix.Close(c.fd))
}

// CloseWrite says that we have nothing more to send.
func (c *conn) CloseWrite() error {
	return os.NewSyscallError("shutdown", unix.Shutdown(c.fd, unix.SHUT_WR))
}

func (c *conn) LocalAddr() net.Addr                { return net.TCPAddrFromAddrPort(localAddr(c.fd)) }
func (c *conn) RemoteAddr() net.Addr               { return net.TCPAddrFromAddrPort(c.to) }
func (c *conn) SetReadDeadline(t time.Time) error  { return c.read.set(t) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.write.set(t) }
func (c *conn) SetDeadline(t time.Time) error      { return errors.Join(c.read.set(t), c.write.set(t)) }
