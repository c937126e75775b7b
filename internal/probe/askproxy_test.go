package probe

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/proto"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// serve plays the other end of a connection in memory. It is given the end, which is closed when it returns.
func serve(play func(net.Conn)) net.Conn {
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		play(theirs)
	}()
	return ours
}

// hears reads so many bytes, as a server does before it answers.
func hears(c net.Conn, n int) string {
	b := make([]byte, n)
	n, _ = io.ReadFull(c, b)
	return string(b[:n])
}

// hearsHead reads the head of a request.
func hearsHead(c net.Conn) string {
	var head strings.Builder
	for b := make([]byte, 1); !strings.HasSuffix(head.String(), "\r\n\r\n"); {
		if _, err := c.Read(b); err != nil {
			break
		}
		head.Write(b)
	}
	return head.String()
}

// says writes, whether or not anybody listens.
func says(c net.Conn, text string) { _, _ = io.WriteString(c, text) }

// trickle writes byte by byte, a gap apart, until it is cut off.
func trickle(c net.Conn, text string, gap time.Duration) {
	for i := range len(text) {
		time.Sleep(gap)
		if _, err := io.WriteString(c, text[i:i+1]); err != nil {
			return
		}
	}
}

func TestAskSOCKS(t *testing.T) {
	user := url.UserPassword("me", "secret")
	byName, byAddr := tcp("db.test", 5432), tcp("2001:db8::1", 5432)
	for _, test := range []struct {
		name   string
		target target.Target
		user   *url.Userinfo
		play   func(*testing.T, net.Conn)
		want   fact.ProxyAnswer
		err    string
	}{
		{"through, by name", byName, nil, func(t *testing.T, c net.Conn) {
			wants(t, hears(c, 3), "\x05\x01\x00")
			says(c, "\x05\x00")
			wants(t, hears(c, 14), "\x05\x01\x00\x03\x07db.test\x15\x38")
			says(c, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
		}, fact.ProxyAnswer{Through: true}, ""},
		{"refused behind it, by address", byAddr, nil, func(t *testing.T, c net.Conn) {
			hears(c, 3)
			says(c, "\x05\x00")
			wants(t, hears(c, 22), "\x05\x01\x00\x04\x20\x01\x0d\xb8"+strings.Repeat("\x00", 11)+"\x01\x15\x38")
			says(c, "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00")
		}, fact.ProxyAnswer{Reply: 5}, ""},
		{"with a password", byName, user, func(t *testing.T, c net.Conn) {
			wants(t, hears(c, 4), "\x05\x02\x00\x02")
			says(c, "\x05\x02")
			wants(t, hears(c, 11), "\x01\x02me\x06secret")
			says(c, "\x01\x00")
			hears(c, 14)
			says(c, "\x05\x00\x00\x01")
		}, fact.ProxyAnswer{Through: true}, ""},
		{"the password is wrong", byName, user, func(t *testing.T, c net.Conn) {
			hears(c, 4)
			says(c, "\x05\x02")
			hears(c, 11)
			says(c, "\x01\x01")
		}, fact.ProxyAnswer{Status: 407}, ""},
		{"no way to log in", byName, nil, func(t *testing.T, c net.Conn) {
			hears(c, 3)
			says(c, "\x05\xff")
		}, fact.ProxyAnswer{Status: 407}, ""},
		{"it speaks HTTP", byName, nil, func(t *testing.T, c net.Conn) {
			hears(c, 3)
			says(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}, fact.ProxyAnswer{}, "it does not answer in SOCKS5"},
		{"it closes at once", byName, nil, func(*testing.T, net.Conn) {}, fact.ProxyAnswer{}, "io: read/write on closed pipe"},
		{"it closes after the greeting", byName, nil, func(t *testing.T, c net.Conn) { hears(c, 3) }, fact.ProxyAnswer{}, "it closed the connection without an answer"},
		{"it closes after the request", byName, nil, func(t *testing.T, c net.Conn) {
			hears(c, 3)
			says(c, "\x05\x00")
			hears(c, 14)
			says(c, "\x05\x00") // half a reply
		}, fact.ProxyAnswer{}, "it closed the connection without an answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := serve(func(c net.Conn) { test.play(t, c) })
			defer c.Close()
			var got fact.ProxyAnswer
			err := askSOCKS(c, test.target, test.user, &got)
			if got.Status != test.want.Status || got.Reply != test.want.Reply || got.Through != test.want.Through {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if err == nil && test.err != "" || err != nil && err.Error() != test.err {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
	t.Run("a password that is too long", func(t *testing.T) {
		c := serve(func(c net.Conn) {
			hears(c, 4)
			says(c, "\x05\x02")
		})
		defer c.Close()
		if err := askSOCKS(c, byName, url.UserPassword("me", strings.Repeat("x", 256)), new(fact.ProxyAnswer)); err == nil {
			t.Error("it was sent")
		}
	})
}

func wants(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("the server got %q, want %q", got, want)
	}
}

// TestAskProxy asks proxies that speak HTTP: what they are sent, and what their answer means.
func TestAskProxy(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nVia: 1.1 proxy.test\r\n\r\n<"
	for _, test := range []struct {
		name, proxy string
		target      target.Target
		answer      string
		request     string // how it begins
		want        fact.ProxyAnswer
	}{
		{"GET through", "http://192.0.2.9:3128", web("db.test", 80, false), ok, "GET http://db.test/ HTTP/1.1\r\n",
			fact.ProxyAnswer{Asked: "GET", Status: 200, Through: true}},
		{"CONNECT through", "http://192.0.2.9:3128", web("db.test", 443, true), "HTTP/1.1 200 Connection established\r\n\r\n", "CONNECT db.test:443 HTTP/1.1\r\n",
			fact.ProxyAnswer{Asked: "CONNECT", Status: 200, Through: true}},
		{"CONNECT denied", "http://192.0.2.9:3128", tcp("db.test", 22), "HTTP/1.1 403 Forbidden\r\n\r\nno", "CONNECT db.test:22 HTTP/1.1\r\n",
			fact.ProxyAnswer{Asked: "CONNECT", Status: 403}},
		{"GET denied by the proxy", "http://192.0.2.9:3128", web("db.test", 80, false), "HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\nno", "GET http://",
			fact.ProxyAnswer{Asked: "GET", Status: 403}},
		{"GET denied by the origin", "http://192.0.2.9:3128", web("db.test", 80, false), "HTTP/1.1 403 Forbidden\r\nVia: 1.1 proxy.test\r\n\r\nno", "GET http://",
			fact.ProxyAnswer{Asked: "GET", Status: 403, Through: true}},
		{"no password given", "http://192.0.2.9:3128", web("db.test", 80, false), "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "GET http://",
			fact.ProxyAnswer{Asked: "GET", Status: 407}},
		{"it cannot reach the target", "http://192.0.2.9:3128", web("db.test", 80, false), "HTTP/1.1 504 Gateway Timeout\r\n\r\n", "GET http://",
			fact.ProxyAnswer{Asked: "GET", Status: 504}},
		{"it speaks something else", "http://192.0.2.9:3128", web("db.test", 80, false), "SSH-2.0-OpenSSH_9.2p1\r\n", "GET http://",
			fact.ProxyAnswer{Asked: "GET", Error: "proto: no HTTP status line"}},
		{"it says nothing", "http://192.0.2.9:3128", web("db.test", 80, false), "", "GET http://",
			fact.ProxyAnswer{Asked: "GET", Error: "it closed the connection without an answer"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, request := askFake(t, test.proxy, test.target, func(c net.Conn) { says(c, test.answer) })
				if !strings.HasPrefix(request, test.request) || strings.Contains(request, "Authorization") {
					t.Errorf("the request is %q", request)
				}
				if got.Asked != test.want.Asked || got.Status != test.want.Status || got.Through != test.want.Through || got.Error != test.want.Error || got.Result != fact.Accepted {
					t.Errorf("%+v, want %+v", got, test.want)
				}
			})
		})
	}
	t.Run("with a password", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got, request := askFake(t, "http://me:secret@192.0.2.9:3128", web("db.test", 80, false), func(c net.Conn) { says(c, ok) })
			if want := "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("me:secret")) + "\r\n"; !strings.Contains(request, want) {
				t.Errorf("the request is %q", request)
			}
			if strings.Contains(got.Proxy, "secret") {
				t.Errorf("the fact tells the secret: %+v", got)
			}
		})
	})
	t.Run("silence ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			got, _ := askFake(t, "http://192.0.2.9:3128", web("db.test", 80, false), func(c net.Conn) { hears(c, 1) })
			if took := time.Since(begin); took != answerWithin || got.Error != "it did not answer in time" {
				t.Errorf("%v, %+v", took, got)
			}
		})
	})
}

// askFake asks a proxy that is played over a pipe, and gives the request that came, too.
func askFake(t *testing.T, proxy string, to target.Target, play func(net.Conn)) (fact.ProxyAnswer, string) {
	var request atomic.Value
	request.Store("")
	n := &network{answer: func(context.Context, dial) sys.Connected {
		c := serve(func(c net.Conn) {
			request.Store(hearsHead(c))
			play(c)
		})
		return sys.Connected{Conn: c}
	}}
	env := fakeEnv(nil, nil, n)
	u := proxyURL(proxy)
	s := setting{fact.ProxySetting{Variable: "http_proxy", Proxy: u.Scheme + "://" + u.Host}, u}
	set, emit := gather(to)
	if err := askProxy(t.Context(), env.real(), to, s, emit); err != nil {
		t.Fatal(err)
	}
	got := only[fact.ProxyAnswer](t, set)
	synctest.Wait()
	return got, request.Load().(string)
}

func TestReadHead(t *testing.T) {
	for _, test := range []struct {
		name   string
		play   func(net.Conn)
		status int
		err    string
	}{
		{"at once", func(c net.Conn) { says(c, "HTTP/1.1 200 OK\r\n\r\n") }, 200, ""},
		{"byte by byte", func(c net.Conn) { trickle(c, "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", 0) }, 200, ""},
		{"closed in the head", func(c net.Conn) { says(c, "HTTP/1.1 502 Bad Gateway\r\nServ") }, 502, ""},
		{"no line", func(c net.Conn) { says(c, "HTTP/1.1 200") }, 0, "proto: no HTTP status line"},
		{"nothing", func(net.Conn) {}, 0, "EOF"},
		// The pipe is closed by us, once enough was read: else the test would never end.
		{"without an end", func(c net.Conn) {
			says(c, "HTTP/1.1 200 OK\r\n")
			for line := "X: " + strings.Repeat("y", 4000) + "\r\n"; ; {
				if _, err := io.WriteString(c, line); err != nil {
					return
				}
			}
		}, 200, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := serve(test.play)
			defer c.Close()
			a, _, err := readHead(c, true)
			if a.Status != test.status || err == nil && test.err != "" || err != nil && err.Error() != test.err {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

// TestByProxy tells the proxy's own refusals from what may be the origin's.
func TestByProxy(t *testing.T) {
	for _, test := range []struct {
		asked  string
		status int
		header map[string]string
		want   bool
	}{
		{"GET", 200, nil, false}, {"GET", 404, nil, false}, {"GET", 404, map[string]string{"via": "1.1 p"}, false}, {"GET", 407, nil, true},
		{"GET", 502, nil, false}, {"GET", 503, map[string]string{"via": "1.1 p"}, false}, {"GET", 504, nil, false}, {"GET", 500, nil, false},
		{"GET", 403, map[string]string{"x-squid-error": "ERR"}, true}, {"GET", 403, map[string]string{"proxy-agent": "p"}, true},
		{"GET", 403, map[string]string{"proxy-agent": "p", "via": "1.1 p"}, false}, {"GET", 403, map[string]string{"server": "tinyproxy/1.11"}, true},
		{"CONNECT", 200, nil, false}, {"CONNECT", 403, nil, true}, {"CONNECT", 503, nil, true},
	} {
		if got := byProxy(proto.HTTPAnswer{Status: test.status, Header: test.header}, test.asked); got != test.want {
			t.Errorf("%s, %d %v: %v", test.asked, test.status, test.header, got)
		}
	}
}
