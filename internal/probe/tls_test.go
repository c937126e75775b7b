package probe

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// selfSigned makes a certificate for a name.
func selfSigned(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// tlsServer shakes hands and lets the rest be played inside.
func tlsServer(config *tls.Config, inside func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		s := tls.Server(c, config)
		if s.Handshake() == nil {
			inside(s)
		}
		s.Close()
	}
}

// hearsRecord reads one record, which is a whole ClientHello.
func hearsRecord(c net.Conn) {
	if head := hears(c, 5); len(head) == 5 {
		hears(c, int(head[3])<<8|int(head[4]))
	}
}

func TestTLS(t *testing.T) {
	config := &tls.Config{Certificates: []tls.Certificate{selfSigned(t, "db.test")}}
	wantsCert := config.Clone()
	wantsCert.ClientAuth = tls.RequireAnyClientCert
	old := config.Clone()
	old.MaxVersion = tls.VersionTLS12
	const alert = "\x15\x03\x01\x00\x02\x02\x28" // fatal, handshake_failure
	ok := func(c net.Conn) { hearsHead(c); says(c, "HTTP/1.1 200 OK\r\n\r\nhello") }
	raw := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			hearsRecord(c)
			time.Sleep(time.Millisecond) // an answer that took no time would count as none
			says(c, text)
		}
	}
	imaps := target.Target{Host: "db.test", Port: 993, Network: "tcp", Protocol: "imap", Scheme: "imaps", TLS: true}
	for _, test := range []struct {
		name   string
		target target.Target
		plays  []func(net.Conn)
		tls    string   // of the first fact: done, version, alert, and what else holds
		others []string // what is said beside it, in order
	}{
		{"HTTP inside", web("db.test", 443, true), []func(net.Conn){tlsServer(config, ok)}, "done TLS 1.3 -1 matches self-signed",
			[]string{"http over tls: open", "200 inside TLS"}},
		{"TLS 1.2", web("db.test", 443, true), []func(net.Conn){tlsServer(old, ok)}, "done TLS 1.2 -1 matches self-signed",
			[]string{"http over tls: open", "200 inside TLS"}},
		{"another name", web("other.test", 443, true), []func(net.Conn){tlsServer(config, ok)}, "done TLS 1.3 -1 self-signed",
			[]string{"http over tls: open", "200 inside TLS"}},
		// In TLS 1.3 the server's refusal comes after the handshake.
		{"a certificate of ours is wanted", web("db.test", 443, true), []func(net.Conn){tlsServer(wantsCert, ok)}, "done TLS 1.3 116 matches self-signed asks",
			[]string{"http over tls: closed"}},
		{"a greeting inside", imaps, []func(net.Conn){tlsServer(config, func(c net.Conn) { says(c, "* OK ready\r\n") })}, "done TLS 1.3 -1 matches self-signed",
			[]string{"nothing, inside TLS: open"}},
		{"an alert", web("db.test", 443, true), []func(net.Conn){raw(alert)}, " 40", []string{"tls: closed"}},
		{"plain HTTP", web("db.test", 443, true), []func(net.Conn){raw("HTTP/1.1 400 Bad Request\r\n\r\nx"), ok}, " -1 plain",
			[]string{"tls: error", "speaks http", "http: open again", "200 again"}},
		{"plain, and another protocol", imaps, []func(net.Conn){raw("* OK ready\r\n")}, " -1 plain", []string{"tls: error"}},
		{"closed at once", imaps, []func(net.Conn){func(c net.Conn) { hearsRecord(c) }, func(c net.Conn) { says(c, "* OK ready\r\n") }}, " -1",
			[]string{"tls: closed", "nothing: open again"}},
		{"mute", imaps, []func(net.Conn){func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }}, " -1", []string{"tls: open"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := converse(t, test.target, nil, test.plays...)
				f := given[fact.TLS](s)[0]
				text := fmt.Sprint(f.Version, " ", f.Alert)
				if f.Done {
					text = "done " + text
				}
				for word, holds := range map[string]bool{"plain": f.Plain, "asks": f.ClientCert, "matches": len(f.Chain) == 1 && f.Chain[0].Matches, "self-signed": f.Trust == "self-signed"} {
					if holds {
						text += " " + word
					}
				}
				if !slices.Equal(slices.Sorted(strings.FieldsSeq(text)), slices.Sorted(strings.FieldsSeq(test.tls))) {
					t.Errorf("%s, want %s: %+v", text, test.tls, f)
				}
				if got := saidBeside(s); !slices.Equal(got, test.others) {
					t.Errorf("%q, want %q", got, test.others)
				}
			})
		})
	}
}

// saidBeside writes the exchanges and what they brought, in their order.
func saidBeside(s *fact.Set) []string {
	var list []string
	again := map[bool]string{true: " again"}
	for _, f := range s.All() {
		switch f := f.(type) {
		case fact.Exchange:
			list = append(list, f.Asked+": "+string(f.End)+again[f.Retry])
		case fact.HTTP:
			text := itoa(f.Status) + again[f.Retry]
			if f.TLS {
				text += " inside TLS"
			}
			list = append(list, text)
		case fact.Speaks:
			list = append(list, "speaks "+f.Protocol)
		}
	}
	return list
}

// TestCertificate bounds what is kept of a certificate, which is whatever somebody made up.
func TestCertificate(t *testing.T) {
	c := &x509.Certificate{Subject: pkix.Name{CommonName: strings.Repeat("x", 10_000)}, DNSNames: slices.Repeat([]string{strings.Repeat("y", 10_000)}, 1000),
		IPAddresses: slices.Repeat([]net.IP{net.IPv4(192, 0, 2, 1)}, 1000)}
	f := certificate(c, true, "db.test")
	if len(f.Names) != mostNames || len(f.IPs) != mostNames || len([]rune(f.Names[0])) > 254 || len([]rune(f.Subject)) > 201 || f.Matches {
		t.Errorf("%d names, %d addresses, the subject has %d bytes", len(f.Names), len(f.IPs), len(f.Subject))
	}
	if f.IPs[0].String() != "192.0.2.1" {
		t.Errorf("%v", f.IPs[0])
	}
}

// TestRecorder bounds what is kept of the bytes below TLS.
func TestRecorder(t *testing.T) {
	c := serve(func(c net.Conn) { says(c, strings.Repeat("x", 3*fact.MaxBytes)) })
	r := &recorder{Conn: c, now: time.Now}
	n, err := io.Copy(io.Discard, r)
	if n != 3*fact.MaxBytes || err != nil || len(r.received) != fact.MaxBytes || r.err != io.EOF || r.first.IsZero() {
		t.Errorf("%d bytes, %v; kept %d, %v", n, err, len(r.received), r.err)
	}
}
