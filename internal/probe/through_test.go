package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// throughFake asks a proxy that is played in memory, and gives every fact that came of it.
func throughFake(t *testing.T, proxy string, to target.Target, play func(net.Conn), ask func(context.Context, *Env, target.Target, setting, Emit) error) *fact.Set {
	t.Helper()
	n := &network{answer: func(context.Context, dial) sys.Connected { return sys.Connected{Conn: serve(play)} }}
	u := proxyURL(proxy)
	set, emit := gather(to)
	env := fakeEnv(nil, nil, n).real()
	env.Secret = "hush"
	if err := ask(t.Context(), env, to, setting{fact.ProxySetting{Variable: "http_proxy", Proxy: u.Scheme + "://" + u.Host}, u}, emit); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return set
}

// TestThrough wants what comes through a proxy to be told as what comes directly is, with a mark.
func TestThrough(t *testing.T) {
	const tunnel = "HTTP/1.1 200 Connection established\r\n\r\n"
	for _, test := range []struct {
		name, proxy string
		target      target.Target
		play        func(net.Conn)
		status      int    // of the fact HTTP; 0: none
		end         string // of the first Exchange
	}{
		{"a GET that the server answers with 503", "http://192.0.2.9:3128", web("db.test", 80, false), func(c net.Conn) {
			hearsHead(c)
			says(c, "HTTP/1.1 503 Service Unavailable\r\nVia: 1.1 p\r\n\r\nlater")
		}, 503, "open"},
		{"a GET that the proxy answers itself", "http://192.0.2.9:3128", web("db.test", 80, false), func(c net.Conn) {
			hearsHead(c)
			says(c, "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\n\r\nno")
		}, 0, ""},
		{"a tunnel that is closed", "http://192.0.2.9:3128", tcp("db.test", 22), func(c net.Conn) {
			hearsHead(c)
			says(c, tunnel)
		}, 0, "closed"},
		{"a greeting that comes with the tunnel", "http://192.0.2.9:3128", tcp("db.test", 22), func(c net.Conn) {
			hearsHead(c)
			says(c, tunnel+"SSH-2.0-x\r\n")
		}, 0, "open"},
		{"HTTP by SOCKS5", "socks5h://192.0.2.9:1080", web("db.test", 80, false), func(c net.Conn) {
			hears(c, 3)
			says(c, "\x05\x00")
			hears(c, 14)
			says(c, "\x05\x00\x00\x03\x02ab\x00\x50")
			hearsHead(c)
			says(c, "HTTP/1.1 500 Oops\r\n\r\nx")
		}, 500, "open"},
		{"HTTP by SOCKS4a", "socks4a://192.0.2.9:1080", web("db.test", 80, false), func(c net.Conn) {
			if got, want := hears(c, 17), "\x04\x01\x00\x50\x00\x00\x00\x01\x00db.test\x00"; got != want {
				t.Errorf("the proxy got %q", got)
			}
			says(c, "\x00\x5a\x00\x00\x00\x00\x00\x00")
			hearsHead(c)
			says(c, "HTTP/1.1 200 OK\r\n\r\nx")
		}, 200, "open"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				set := throughFake(t, test.proxy, test.target, test.play, askProxy)
				status, end := 0, ""
				for _, h := range given[fact.HTTP](set) {
					status = h.Status
				}
				for _, x := range given[fact.Exchange](set) {
					if end == "" {
						end = string(x.End)
					}
				}
				if status != test.status || end != test.end {
					t.Errorf("HTTP %d, and the exchange ended %q: %+v", status, end, set.All())
				}
				for _, f := range set.All() {
					if _, own := f.(fact.ProxyAnswer); !own && f.Where().Via != test.proxy {
						t.Errorf("%s is not marked: %+v", f.Kind(), f)
					}
				}
			})
		})
	}
}

// TestBeside wants a tunnel to be tried first, and the target's password to be kept from a proxy that the user did not choose for it.
func TestBeside(t *testing.T) {
	for _, test := range []struct {
		name, connect, get string
		asked              string
		through            bool
	}{
		{"a tunnel", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nx", "CONNECT", true},
		{"a GET, where there is no tunnel", "HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 200 OK\r\nVia: 1.1 p\r\n\r\nx", "GET", true},
		{"a server that is no proxy", "HTTP/1.1 405 Not Allowed\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nx", "GET", false},
		{"a server that says 200 to anything", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello", "HTTP/1.1 200 OK\r\n\r\nx", "GET", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var secrets atomic.Int32
				set := throughFake(t, "http://192.0.2.9:3128", web("db.test", 80, false), func(c net.Conn) {
					for {
						head := hearsHead(c)
						if strings.Contains(head, "Authorization") {
							secrets.Add(1)
						}
						switch {
						case strings.HasPrefix(head, "CONNECT"):
							says(c, test.connect)
							if !strings.HasSuffix(test.connect, "200 OK\r\n\r\n") {
								return
							}
						case head == "":
							return
						default:
							says(c, test.get)
							return
						}
					}
				}, askBeside)
				if a := only[fact.ProxyAnswer](t, set); a.Asked != test.asked || a.Through != test.through || secrets.Load() > 0 {
					t.Errorf("%+v; secrets: %d", a, secrets.Load())
				}
			})
		})
	}
}

// TestUntrustedProxy wants a proxy whose certificate is wrong to be asked without the password.
func TestUntrustedProxy(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "proxy"}, IPAddresses: []net.IP{netip.MustParseAddr("192.0.2.9").AsSlice()},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	for _, to := range []target.Target{web("db.test", 80, false), web("db.test", 443, true)} {
		var request atomic.Value
		set := func() (set *fact.Set) {
			synctest.Test(t, func(t *testing.T) {
				set = throughFake(t, "https://me:secret@192.0.2.9:3129", to, func(c net.Conn) {
					s := tls.Server(c, config)
					request.Store(hearsHead(s))
					says(s, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\nx")
				}, askProxy)
			})
			return set
		}()
		a := only[fact.ProxyAnswer](t, set)
		if got := request.Load().(string); strings.Contains(got, "Authorization") || got == "" {
			t.Errorf("the proxy got %q", got)
		}
		if a.Untrusted != "is self-signed" || a.Sent || a.Status != 407 {
			t.Errorf("%+v", a)
		}
	}
}

// TestUnspokenProxy wants a proxy that whynot cannot speak to to be told as not looked at.
func TestUnspokenProxy(t *testing.T) {
	for _, ask := range []func(context.Context, *Env, target.Target, setting, Emit) error{askProxy, askBeside} {
		set, emit := gather(web("db.test", 80, false))
		err := ask(t.Context(), fakeEnv(nil, nil, &network{}).real(), set.Target, setting{url: proxyURL("ftp://192.0.2.9:3128")}, emit)
		if err == nil || set.Len() > 0 {
			t.Errorf("%v, %+v", err, set.All())
		}
	}
}
