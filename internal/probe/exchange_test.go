package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// converse lets a server be spoken to: the first connection is played by the first of plays, and so on; where there is none, nobody answers.
func converse(t *testing.T, to target.Target, change func(*talk), plays ...func(net.Conn)) *fact.Set {
	t.Helper()
	var mu sync.Mutex
	var open []net.Conn
	next := func() net.Conn {
		mu.Lock()
		defer mu.Unlock()
		if len(open) == len(plays) {
			t.Error("one more connection was opened")
			return nil
		}
		open = append(open, serve(plays[len(open)]))
		return open[len(open)-1]
	}
	n := &network{answer: func(context.Context, dial) sys.Connected { return sys.Connected{Conn: next()} }}
	env := fakeEnv(nil, nil, n)
	set, emit := gather(to)
	talk := &talk{ctx: t.Context(), env: env.real(), target: to, to: farPort, emit: emit}
	if change != nil {
		change(talk)
	}
	talk.converse(next())
	if len(open) != len(plays) {
		t.Errorf("%d connections were opened, not %d", len(open), len(plays))
	}
	for i, c := range open {
		if _, err := c.Write([]byte{0}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("connection %d is left open", i+1)
		}
	}
	time.Sleep(time.Minute) // until the other end, too, has seen that it is over
	synctest.Wait()         // and what it wrote down can be read
	return set
}

// sshTarget is a target whose server is expected to speak first.
var sshTarget = target.Target{Host: "db.test", Port: 22, Network: "tcp", Protocol: "ssh", Scheme: "ssh"}

func TestListen(t *testing.T) {
	mute := func(c net.Conn) { hears(c, 1) }
	closes := func(net.Conn) {}
	for _, test := range []struct {
		name   string
		target target.Target
		change func(*talk)
		plays  []func(net.Conn)
		end    fact.End
		took   time.Duration
		bytes  string
		speaks string
	}{
		{"a greeting", tcp("db.test", 1), nil, []func(net.Conn){func(c net.Conn) { says(c, "SSH-2.0-x\r\n") }}, fact.EndOpen, 0, "SSH-2.0-x\r\n", "ssh"},
		{"nothing", tcp("db.test", 1), nil, []func(net.Conn){mute}, fact.EndOpen, listenFor, "", ""},
		{"nothing, from far away", tcp("db.test", 1), func(t *talk) { t.rtt = 400 * time.Millisecond }, []func(net.Conn){mute}, fact.EndOpen, 900 * time.Millisecond, "", ""},
		{"nothing, where a greeting is expected", sshTarget, nil, []func(net.Conn){mute}, fact.EndOpen, answerWithin, "", ""},
		{"a slow greeting, where one is expected", sshTarget, nil, []func(net.Conn){func(c net.Conn) { time.Sleep(5 * time.Second); says(c, "SSH-2.0-x\r\n") }},
			fact.EndOpen, 5 * time.Second, "SSH-2.0-x\r\n", ""},
		{"another protocol than expected", sshTarget, nil, []func(net.Conn){func(c net.Conn) { says(c, "220 mail.test ESMTP\r\n") }}, fact.EndOpen, 0, "220 mail.test ESMTP\r\n", "smtp"},
		{"lines before the greeting", sshTarget, nil, []func(net.Conn){func(c net.Conn) { says(c, "hello\r\n"); says(c, "SSH-2.0-x\r\n") }}, fact.EndOpen, 0, "hello\r\nSSH-2.0-x\r\n", ""},
		{"nobody knows what", sshTarget, nil, []func(net.Conn){func(c net.Conn) { says(c, "hello\n") }}, fact.EndClosed, 0, "hello\n", "unknown"},
		{"the beginning of a greeting, and closed", sshTarget, nil, []func(net.Conn){func(c net.Conn) { says(c, "SS") }}, fact.EndClosed, 0, "SS", ""},
		{"nobody knows what, and nothing was expected", tcp("db.test", 1), nil, []func(net.Conn){func(c net.Conn) { says(c, "hello\n") }}, fact.EndOpen, 0, "hello\n", ""},
		{"closed at once, and again", tcp("db.test", 1), nil, []func(net.Conn){closes, closes}, fact.EndClosed, 0, "", ""},
		{"closed at once, but not the next time", tcp("db.test", 1), nil, []func(net.Conn){closes, func(c net.Conn) { says(c, "SSH-2.0-x\r\n") }}, fact.EndClosed, 0, "", "ssh"},
		{"half a line, and closed", tcp("db.test", 1), nil, []func(net.Conn){func(c net.Conn) { says(c, "hello") }}, fact.EndClosed, 0, "hello", ""},
		{"a line that has no end", tcp("db.test", 1), nil, []func(net.Conn){func(c net.Conn) { endless(c, "", strings.Repeat("x", 100)) }}, fact.EndOpen, 0, strings.Repeat("x", 100), ""},
		{"one byte at a time", tcp("db.test", 1), nil, []func(net.Conn){func(c net.Conn) { trickle(c, strings.Repeat("x", 1000), 100*time.Millisecond) }}, fact.EndOpen, listenFor, "xxx", ""},
		// The escapes stay as they came: only the report may make them harmless.
		{"escapes of the terminal", sshTarget, nil, []func(net.Conn){func(c net.Conn) { says(c, "\x1b[2J\x1b]0;owned\x07\x00\xff\n") }}, fact.EndOpen, 0, "\x1b[2J\x1b]0;owned\x07\x00\xff\n", "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := converse(t, test.target, test.change, test.plays...)
				all := given[fact.Exchange](s)
				if len(all) != len(test.plays) {
					t.Fatalf("%d exchanges: %+v", len(all), all)
				}
				if x := all[0]; x.Asked != "nothing" || x.End != test.end || string(x.Received) != test.bytes || time.Duration(x.Took) != test.took || x.About != farPort || x.Retry {
					t.Errorf("%+v", x)
				}
				if len(all) > 1 && !all[1].Retry {
					t.Errorf("the second is not marked: %+v", all[1])
				}
				speaks := ""
				for _, sp := range given[fact.Speaks](s) {
					speaks += sp.Protocol
				}
				if speaks != test.speaks {
					t.Errorf("it speaks %q, want %q", speaks, test.speaks)
				}
			})
		})
	}
}

// endless writes until it is cut off, and gives how much went.
func endless(c net.Conn, first, again string) (n int) {
	for text := first; ; text = again {
		written, err := io.WriteString(c, text)
		if n += written; err != nil {
			return n
		}
	}
}

// TestEndlessAnswer bounds what is read of an answer that has no end, and what is kept.
func TestEndlessAnswer(t *testing.T) {
	for name, first := range map[string]string{"a head": "HTTP/1.1 200 OK\r\n", "a status line": "HTTP/1.1 "} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				plays := []func(net.Conn){func(c net.Conn) {
					hearsHead(c)
					sent = endless(c, first, "X: "+strings.Repeat("y", 1000))
				}}
				if first == "HTTP/1.1 " { // no HTTP: TLS is tried
					plays = append(plays, func(c net.Conn) { hears(c, 5) })
				}
				s := converse(t, web("db.test", 80, false), nil, plays...)
				if sent < maxAnswer || sent > maxAnswer+4096 {
					t.Errorf("%d bytes were read", sent)
				}
				for _, x := range given[fact.Exchange](s) {
					if len(x.Received) > fact.MaxBytes {
						t.Errorf("%d bytes are kept", len(x.Received))
					}
				}
			})
		})
	}
}

// TestSlowAnswer wants a server that sends a byte now and then to be left at the deadline: that of the answer, or of the look.
func TestSlowAnswer(t *testing.T) {
	for _, test := range []struct {
		name    string
		timeout time.Duration
		want    time.Duration
	}{
		{"the answer is due", time.Minute, answerWithin},
		{"the look ends", 3 * time.Second, 2700 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.timeout)
				defer cancel()
				s := converse(t, web("db.test", 80, false), func(t *talk) { t.ctx = ctx }, func(c net.Conn) {
					hearsHead(c)
					trickle(c, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("y", 10000), 50*time.Millisecond)
				})
				if x := only[fact.Exchange](t, s); time.Duration(x.Took) != test.want || x.End != fact.EndOpen || time.Duration(x.Waited) != test.want {
					t.Errorf("%+v", x)
				}
				if h := only[fact.HTTP](t, s); h.Status != 200 { // its status line came
					t.Errorf("%+v", h)
				}
			})
		})
	}
}

func TestHTTP(t *testing.T) {
	answers := func(text string) func(net.Conn) {
		return func(c net.Conn) { hearsHead(c); says(c, text) }
	}
	helloThen := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			wants(t, hears(c, 3), "\x16\x03\x01") // a ClientHello
			go func() { _, _ = io.Copy(io.Discard, c) }()
			says(c, text)
		}
	}
	const alert = "\x15\x03\x01\x00\x02\x02\x28" // fatal, handshake_failure
	for _, test := range []struct {
		name   string
		plays  []func(net.Conn)
		status string // of each HTTP fact
		speaks string
		end    fact.End // of the first exchange
	}{
		{"answered", []func(net.Conn){answers("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nhello")}, "200", "", fact.EndOpen},
		{"answered without a body", []func(net.Conn){answers("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")}, "302", "", fact.EndOpen},
		{"closed behind the head", []func(net.Conn){answers("HTTP/1.1 503 Service Unavailable\r\n\r\n")}, "503", "", fact.EndClosed},
		{"an alert of TLS", []func(net.Conn){answers(alert), helloThen(alert)}, "", "tls", fact.EndClosed},
		{"400 may mean that TLS is wanted", []func(net.Conn){answers("HTTP/1.1 400 Bad Request\r\n\r\nx"), helloThen(alert)}, "400", "", fact.EndOpen},
		{"426 means it", []func(net.Conn){answers("HTTP/1.1 426 Upgrade Required\r\n\r\nx"), helloThen("")}, "426", "", fact.EndOpen},
		{"another protocol", []func(net.Conn){answers("-ERR wrong number of arguments for 'get' command\r\n"), helloThen("")}, "", "redis", fact.EndOpen},
		{"closed at once", []func(net.Conn){func(c net.Conn) { hearsHead(c) }, helloThen("")}, "", "", fact.EndClosed},
		{"closed before we ask", []func(net.Conn){func(net.Conn) {}, helloThen("")}, "", "", fact.EndClosed},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := converse(t, web("db.test", 80, false), nil, test.plays...)
				status, speaks := "", ""
				for _, h := range given[fact.HTTP](s) {
					status += itoa(h.Status)
				}
				for _, sp := range given[fact.Speaks](s) {
					speaks += sp.Protocol
				}
				if status != test.status || speaks != test.speaks {
					t.Errorf("status %q, speaks %q; want %q, %q", status, speaks, test.status, test.speaks)
				}
				if all := given[fact.TLS](s); len(all) != len(test.plays)-1 || len(all) > 0 && !all[0].Retry {
					t.Errorf("TLS: %+v", all)
				}
				x := given[fact.Exchange](s)[0]
				if x.Asked != "http" || x.End != test.end || x.Retry {
					t.Errorf("%+v", x)
				}
				if (len(x.Received) > 0) != (test.status == "" && test.speaks != "") {
					t.Errorf("received %q", x.Received)
				}
			})
		})
	}
}

// TestCredentials wants the password to be sent to the server that it is for, once, and to be in no fact.
func TestCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := web("db.test", 80, false)
		to.User = "me"
		request := ""
		s := converse(t, to, func(t *talk) { t.env.Secret = "secret" }, func(c net.Conn) {
			request = hearsHead(c)
			says(c, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\nx")
		})
		if !strings.Contains(request, "Authorization: Basic bWU6c2VjcmV0\r\n") { // me:secret
			t.Errorf("the request is %q", request)
		}
		if h := only[fact.HTTP](t, s); !h.Sent {
			t.Errorf("%+v", h)
		}
		if text := string(must(s.MarshalJSON())); strings.Contains(text, "secret\"") || strings.Contains(text, "bWU6c2VjcmV0") {
			t.Errorf("the facts tell the secret: %s", text)
		}
	})
}

// TestCredentialsStay wants the password to stay with us where the server that should speak TLS does not.
func TestCredentialsStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := web("db.test", 443, true)
		to.User = "me"
		request := ""
		s := converse(t, to, func(t *talk) { t.env.Secret = "secret" }, func(c net.Conn) {
			hearsRecord(c)
			says(c, "HTTP/1.1 400 Bad Request\r\n\r\nx")
		}, func(c net.Conn) {
			request = hearsHead(c)
			says(c, "HTTP/1.1 200 OK\r\n\r\nx")
		})
		if !strings.HasPrefix(request, "GET / ") || strings.Contains(request, "Authorization") {
			t.Errorf("the request is %q", request)
		}
		if h := only[fact.HTTP](t, s); h.Sent || !h.Retry {
			t.Errorf("%+v", h)
		}
	})
}

// resets is a connection that the other side resets.
type resets struct {
	net.Conn
	err error
}

func (r resets) Read([]byte) (int, error) { return 0, r.err }

func TestReset(t *testing.T) {
	for name, to := range map[string]target.Target{"mute": tcp("db.test", 1), "http": web("db.test", 80, false), "tls": web("db.test", 443, true)} {
		t.Run(name, func(t *testing.T) {
			n := &network{answer: func(context.Context, dial) sys.Connected { return sys.Connected{Errno: "ECONNREFUSED"} }}
			env := fakeEnv(nil, nil, n)
			set, emit := gather(to)
			talk := &talk{ctx: t.Context(), env: env.real(), target: to, to: farPort, emit: emit}
			heard := serve(func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
			talk.converse(resets{heard, os.NewSyscallError("read", syscall.ECONNRESET)})
			if x := only[fact.Exchange](t, set); x.End != fact.EndReset || !x.Mute() {
				t.Errorf("%+v", x)
			}
		})
	}
}
