package probe

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// TestElsewhere reads what the port says at which the service is often found, and keeps no other connection.
func TestElsewhere(t *testing.T) {
	for _, test := range []struct {
		name string
		says string
		want string // the protocol; empty: nothing is told
	}{
		{"the service itself", "RFB 003.008\n", "vnc"},
		{"another protocol", "SSH-2.0-x\r\n", "ssh"},
		{"nothing", "", ""},
		{"nobody knows what", "hello\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				closed := false
				to := target.Target{Host: "198.51.100.7", Port: 5900, Network: "tcp", Protocol: "vnc", Scheme: "vnc"}
				s, n := look(t, to, func(ctx context.Context, d dial) sys.Connected {
					switch {
					case d.to.Port() == 5901 && d.how.TTL == 0: // an alternative of VNC
						return sys.Connected{Conn: serve(func(c net.Conn) {
							says(c, test.says)
							hears(c, 1)
							closed = true
						})}
					case d.to.Port() == 22 && d.how.TTL == 0:
						return sys.Connected{Local: netip.AddrPortFrom(ownAddr, 40001)}
					}
					return refused(ctx, d)
				}, nil)
				synctest.Wait()
				if !closed {
					t.Error("the connection was left open")
				}
				for _, d := range n.sent(func(d dial) bool { return d.how.Keep }) {
					if d.to.Port() != 5900 && d.to.Port() != 5901 {
						t.Errorf("the connection to port %d is kept, and nobody reads it", d.to.Port())
					}
				}
				accepted := map[uint16]bool{}
				for _, p := range given[fact.OtherPort](s) {
					if p.Result == fact.Accepted {
						accepted[p.To.Port()] = p.Expected
					}
				}
				if len(accepted) != 2 || !accepted[5901] || accepted[22] {
					t.Errorf("open ports, and whether they were expected: %v", accepted)
				}
				got := ""
				for _, sp := range given[fact.Speaks](s) {
					if got += sp.Protocol; sp.Port != 5901 || sp.About.Port() != 5900 {
						t.Errorf("%+v", sp)
					}
				}
				if got != test.want {
					t.Errorf("it speaks %q, want %q", got, test.want)
				}
			})
		})
	}
}

// TestProxyBeside asks a proxy that does not apply only where the direct way fails.
func TestProxyBeside(t *testing.T) {
	proxyAt := netip.MustParseAddrPort("192.0.2.9:3128")
	for _, test := range []struct {
		name      string
		target    target.Target
		variables map[string]string
		direct    func(context.Context, dial) sys.Connected
		asked     int
	}{
		{"the direct way fails", tcp("198.51.100.7", 5432), map[string]string{"https_proxy": "192.0.2.9:3128"}, refused, 1},
		{"only the first of them", tcp("198.51.100.7", 5432), map[string]string{"https_proxy": "192.0.2.9:3128", "http_proxy": "192.0.2.9:3128"}, refused, 1},
		{"the direct way works", tcp("198.51.100.7", 5432), map[string]string{"https_proxy": "192.0.2.9:3128"},
			func(context.Context, dial) sys.Connected { return sys.Connected{} }, 0},
		{"no proxy", tcp("198.51.100.7", 5432), nil, refused, 0},
		{"a loopback target", tcp("127.0.0.1", 5432), map[string]string{"https_proxy": "192.0.2.9:3128"}, refused, 0},
		{"one that applies was asked already", web("198.51.100.7", 80, false), map[string]string{"http_proxy": "192.0.2.9:3128"}, refused, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, n := look(t, test.target, func(ctx context.Context, d dial) sys.Connected {
					if d.to == proxyAt {
						return refused(ctx, d)
					}
					return test.direct(ctx, d)
				}, func(e *Env) { e.Getenv = func(name string) string { return test.variables[name] } })
				if got := syns(n, proxyAt); got != test.asked || len(given[fact.ProxyAnswer](s)) != test.asked {
					t.Errorf("it was asked %d times: %+v", got, given[fact.ProxyAnswer](s))
				}
			})
		})
	}
}

// TestAnswerPatience takes what a reset took for a measure, within bounds.
func TestAnswerPatience(t *testing.T) {
	const most = 800 * time.Millisecond
	for _, test := range []struct {
		name string
		took time.Duration
		r    fact.Result
		want time.Duration
	}{
		{"a near reset", 100 * time.Microsecond, fact.Reset, 25 * time.Millisecond},
		{"a reset from afar", 30 * time.Millisecond, fact.Reset, 600 * time.Millisecond},
		{"a very late reset", time.Second, fact.Reset, most},
		{"silence says nothing", time.Millisecond, fact.Silent, most},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, emit := gather(tcp("198.51.100.7", 5432))
			emit(fact.Handshake{Attempt: fact.Attempt{To: farPort, Result: test.r, Took: fact.Duration(test.took)}})
			if got := answerPatience(set, farPort, most); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
	set, _ := gather(tcp("198.51.100.7", 5432))
	if got := answerPatience(set, farPort, most); got != most {
		t.Errorf("%v before the end", got)
	}
}

// TestAttempt turns the kernel's words into ours.
func TestAttempt(t *testing.T) {
	for _, test := range []struct {
		name string
		got  sys.Connected
		want fact.Result
	}{
		{"accepted", sys.Connected{}, fact.Accepted},
		{"a reset", sys.Connected{Errno: "ECONNREFUSED"}, fact.Reset},
		{"a reset behind the SYN-ACK", sys.Connected{Errno: "ECONNRESET"}, fact.Accepted},
		{"ICMP under the errno of a reset", sys.Connected{Errno: "ECONNREFUSED", ICMP: &sys.ICMPError{From: gateAt, Type: 3, Code: 3}}, fact.ICMP},
		{"ICMP", sys.Connected{Errno: "EHOSTUNREACH", ICMP: &sys.ICMPError{From: gateAt, Type: 3, Code: 1}}, fact.ICMP},
		{"our patience ended", sys.Connected{Silent: true}, fact.Silent},
		{"the kernel's patience ended", sys.Connected{Errno: "ETIMEDOUT"}, fact.Silent},
		{"the kernel said no", sys.Connected{Step: "connect", Errno: "ENETUNREACH"}, fact.Failed},
		{"no descriptor", sys.Connected{Step: "socket", Errno: "EMFILE"}, fact.Failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := attempt(farPort, "tcp", test.got)
			if a.Result != test.want || a.Errno != test.got.Errno || a.Step != test.got.Step || a.To != farPort || (a.ICMP != nil) != (test.got.ICMP != nil) {
				t.Errorf("%+v", a)
			}
		})
	}
}
