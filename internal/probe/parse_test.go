package probe

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"whynot/internal/fact"
	"whynot/internal/target"
)

func TestParseNetstat(t *testing.T) {
	const text = `TcpExt: SyncookiesSent TCPRetransFail TCPLast
TcpExt: 1 42 7
IpExt: InNoRoutes TCPRetransFail
IpExt: 3 4
`
	for _, test := range []struct {
		name, text, group, counter string
		want                       int
	}{
		{"in the middle", text, "TcpExt:", "TCPRetransFail", 42},
		{"the last", text, "TcpExt:", "TCPLast", 7},
		{"of another group", text, "IpExt:", "TCPRetransFail", 4},
		{"not there", text, "TcpExt:", "Nothing", 0},
		{"no such group", text, "MPTcpExt:", "TCPRetransFail", 0},
		{"empty", "", "TcpExt:", "TCPRetransFail", 0},
		{"names without values", "TcpExt: TCPRetransFail\n", "TcpExt:", "TCPRetransFail", 0},
		{"fewer values than names", "TcpExt: A TCPRetransFail\nTcpExt: 1\n", "TcpExt:", "TCPRetransFail", 0},
		{"no number", "TcpExt: TCPRetransFail\nTcpExt: many\n", "TcpExt:", "TCPRetransFail", 0},
		// The line of names has more than 64 KiB on no kernel, but the scanner's own limit must not hide what is behind a long one.
		{"behind a long line", "X: " + strings.Repeat("y", 100_000) + "\n" + text, "TcpExt:", "TCPRetransFail", 42},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := parseNetstat([]byte(test.text), test.group, test.counter); got != test.want {
				t.Errorf("%d, want %d", got, test.want)
			}
		})
	}
}

func TestParseStat(t *testing.T) {
	for _, test := range []struct{ text, name, state string }{
		{"123 (nginx) S 1 123 123 0 -1", "nginx", "S"},
		{"123 (tmux: server) R 1", "tmux: server", "R"},
		{"123 ((sd-pam)) S 1", "(sd-pam)", "S"},
		{"123 (a) R (b) D 1", "a) R (b", "D"},
		{"123 () Z 1", "", "Z"},
		{"123 (cut)", "cut", ""},
		{"123 (cut", "", ""},
		{"123 )(", "", ""},
		{"", "", ""},
	} {
		t.Run(test.text, func(t *testing.T) {
			if name, state := parseStat(test.text); name != test.name || state != test.state {
				t.Errorf("%q, %q; want %q, %q", name, state, test.name, test.state)
			}
		})
	}
}

func TestParsePortRange(t *testing.T) {
	for text, want := range map[string][2]uint16{
		"32768\t60999\n": {32768, 60999}, "1 65535": {1, 65535}, "5 5": {5, 5},
		"": {}, "32768": {}, "60999 32768": {}, "1 65536": {}, "-1 5": {}, "a b": {}, "1 2 3": {},
	} {
		if low, high := parsePortRange([]byte(text)); low != want[0] || high != want[1] {
			t.Errorf("%q: %d to %d, want %v", text, low, high, want)
		}
	}
}

func TestParseSocketLink(t *testing.T) {
	for link, want := range map[string]uint32{"socket:[12345]": 12345, "socket:[4294967295]": 1<<32 - 1} {
		if got, ok := parseSocketLink(link); !ok || got != want {
			t.Errorf("%q: %d, %v", link, got, ok)
		}
	}
	for _, link := range []string{"", "pipe:[12345]", "/dev/null", "socket:[]", "socket:[x]", "socket:[-1]", "socket:[4294967296]", "anon_inode:[eventpoll]"} {
		if got, ok := parseSocketLink(link); ok {
			t.Errorf("%q was read as %d", link, got)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"äöüß", 3, "äöü…"}, {"äöü", 3, "äöü"}, {"abc", 0, "…"},
	} {
		if got := shorten(test.text, test.most); got != test.want {
			t.Errorf("%q in %d: %q, want %q", test.text, test.most, got, test.want)
		}
	}
	if got := shorten(strings.Repeat("\xff", 1000), 10); utf8.RuneCountInString(got) != 11 {
		t.Errorf("bytes that are no text: %q", got)
	}
}

func TestHeadIsComplete(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"nothing", "", false},
		{"too little to tell", "SSH-2.0-", false},
		{"no HTTP", "SSH-2.0-OpenSSH_9.2p1\r\n", true},
		{"HTTP/2 is none", "HTTP/2 200\r\n12345678", true},
		{"a beginning", "HTTP/1.1 200 OK\r\nServer: x\r\n", false},
		{"the head alone", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", false},
		{"a little of the body", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n<", true},
		{"no body comes", "HTTP/1.1 302 Found\r\nCONTENT-LENGTH: 0\r\n\r\n", true},
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", true},
		{"not modified", "HTTP/1.1 304 Not Modified\r\n\r\n", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := headIsComplete([]byte(test.text)); got != test.want {
				t.Errorf("%v for %q", got, test.text)
			}
		})
	}
}

func TestEndOf(t *testing.T) {
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	for _, test := range []struct {
		name string
		err  error
		end  fact.End
		says string
	}{
		{"closed", io.EOF, fact.EndClosed, ""},
		{"closed in the middle of a record", fmt.Errorf("tls: %w", io.ErrUnexpectedEOF), fact.EndClosed, ""},
		{"still open", fmt.Errorf("read: %w", os.ErrDeadlineExceeded), fact.EndOpen, ""},
		{"reset", reset, fact.EndReset, ""},
		{"reset before we wrote", os.NewSyscallError("write", syscall.EPIPE), fact.EndReset, ""},
		{"an alert", tls.AlertError(40), fact.EndClosed, tls.AlertError(40).Error()},
		{"an alert of the other side", &net.OpError{Op: "remote error", Err: tls.AlertError(42)}, fact.EndClosed,
			(&net.OpError{Op: "remote error", Err: tls.AlertError(42)}).Error()},
		{"the network", os.NewSyscallError("read", syscall.EHOSTUNREACH), fact.EndError, os.NewSyscallError("read", syscall.EHOSTUNREACH).Error()},
		{"another", errors.New("odd"), fact.EndError, "odd"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if end, says := endOf(test.err); end != test.end || says != test.says {
				t.Errorf("%s %q, want %s %q", end, says, test.end, test.says)
			}
		})
	}
}

// TestPortsBeside holds the promise of --plan for every protocol and port: at most five, each once, and never the target's own.
func TestPortsBeside(t *testing.T) {
	for _, s := range append([]target.Scheme{{}}, target.Schemes...) {
		for _, own := range append([]uint16{1, 9, 22, 80, 443, 65535}, s.Port) {
			ports, expected := portsBeside(target.Target{Host: "db.test", Port: own, Network: "tcp", Protocol: s.Protocol})
			sorted := slices.Sorted(slices.Values(ports))
			if len(ports) > 5 || slices.Contains(ports, own) || slices.Contains(ports, 0) || len(slices.Compact(sorted)) != len(ports) || expected > len(ports) {
				t.Errorf("%s at %d: %v, %d of them expected", s.Name, own, ports, expected)
			}
			if !slices.Contains(ports, 22) && own != 22 {
				t.Errorf("%s at %d: %v has no port that is there on most machines", s.Name, own, ports)
			}
		}
	}
	for _, test := range []struct {
		name     string
		target   target.Target
		want     []uint16
		expected int
	}{
		{"nothing is known", tcp("db.test", 1), []uint16{22, 443, 80, 9}, 0},
		{"its other ports first", target.Target{Port: 5432, Protocol: "postgres"}, []uint16{5433, 6432, 22, 443, 80}, 2},
		{"at an odd port", target.Target{Port: 1, Protocol: "redis"}, []uint16{6379, 6380, 22, 443, 80}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			if ports, expected := portsBeside(test.target); !slices.Equal(ports, test.want) || expected != test.expected {
				t.Errorf("%v, %d expected; want %v, %d", ports, expected, test.want, test.expected)
			}
		})
	}
}
