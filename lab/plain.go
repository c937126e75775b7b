//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// plain connects as any program does, by Go's own dialer, and prints what comes of it in one word. It shares no code with whynot.
func plain(args []string) error {
	if len(args) != 1 {
		return errUse
	}
	network, address := "tcp", args[0]
	if u, err := url.Parse(args[0]); err == nil && u.Host != "" {
		address = u.Host
		if u.Scheme == "udp" {
			network = "udp"
		}
		if u.Port() == "" {
			address = net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443", "ssh": "22", "redis": "6379", "postgres": "5432"}[u.Scheme])
		}
	}
	if path, ok := strings.CutPrefix(args[0], "unix:"); ok {
		network, address = "unix", path
	}
	fmt.Println(plainWord(network, address))
	return nil
}

// plainPatience is longer than the three seconds in which a kernel gives a neighbour up.
const plainPatience = 3500 * time.Millisecond

func plainWord(network, address string) string {
	ctx, cancel := context.WithTimeout(context.Background(), plainPatience)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return errorWord(err)
	}
	defer c.Close()
	if network == "udp" {
		if _, err := c.Write(nil); err != nil {
			return errorWord(err)
		}
	}
	_ = c.SetReadDeadline(time.Now().Add(400 * time.Millisecond))
	_, err = c.Read(make([]byte, 1))
	switch {
	case err == nil, errors.Is(err, os.ErrDeadlineExceeded):
		if network == "udp" && err != nil {
			return "silent"
		}
		return "open"
	case errors.Is(err, io.EOF):
		return "closed"
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	}
	return errorWord(err)
}

func errorWord(err error) string {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return "unresolved"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "silent"
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM), errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.EINVAL),
		errors.Is(err, syscall.ENOENT), errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.EAFNOSUPPORT):
		return "denied"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.ENOPROTOOPT):
		return "unreachable"
	}
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return "silent"
	}
	return "error: " + err.Error()
}

// waitFor waits until a TCP port of this host has a listener, of either IP version.
func waitFor(args []string) error {
	if len(args) != 1 {
		return errUse
	}
	port, err := strconv.ParseUint(args[0], 10, 16)
	if err != nil {
		return errUse
	}
	want := fmt.Sprintf(":%04X", port)
	for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
		for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
			text, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			for line := range strings.Lines(string(text)) {
				f := strings.Fields(line)
				if len(f) > 3 && strings.HasSuffix(f[1], want) && f[3] == "0A" {
					return nil
				}
			}
		}
	}
	return fmt.Errorf("nothing listens on port %d after 10 s", port)
}
