package proto

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestRecognise replays what real servers said. The files of testdata are named PROTOCOL-SERVER-WHAT.txt and hold the first bytes in Go's
// notation; see testdata/README.md for how they were recorded.
func TestRecognise(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, f := range files {
		want, _, _ := strings.Cut(filepath.Base(f), "-")
		if want == "none" {
			want = ""
		}
		if got := Recognise(transcript(t, f)); got != want {
			t.Errorf("%s is taken for %q, and is %q", f, got, want)
		}
	}
}

// transcript reads a file of bytes in the notation of Go's strings, without the quotes.
func transcript(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := unquote(strings.TrimSuffix(string(text), "\n"))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

func TestRefuses(t *testing.T) {
	tests := map[string]Meaning{
		"-DENIED Redis is running in protected mode because":  SourceDenied,
		"-ERR max number of clients reached\r\n":              MaxConnections,
		"Exceeded MaxStartups\r\n":                            MaxConnections,
		"SSH-2.0-OpenSSH_9.2\r\n":                             "",
		"\x17\x00\x00\x00\xff\x10\x04Too many connections":    MaxConnections,
		"\x45\x00\x00\x00\xff\x6a\x04Host 'x' is not allowed": SourceDenied,
	}
	for said, want := range tests {
		_, got, ok := Refuses("", []byte(said))
		if got != want || ok != (want != "") {
			t.Errorf("%q means %q, want %q", said, got, want)
		}
	}
}

func TestParseHTTP(t *testing.T) {
	a, err := ParseHTTP([]byte("HTTP/1.1 503 Service Unavailable\r\nServer: x\r\nX-Secret: no\r\nRetry-After: 5\r\n\r\n<p>busy"))
	if err != nil || a.Status != 503 || a.Reason != "Service Unavailable" || a.Header["server"] != "x" || a.Header["retry-after"] != "5" || a.Body != "<p>busy" || !a.Whole {
		t.Errorf("%+v, %v", a, err)
	}
	if _, ok := a.Header["x-secret"]; ok {
		t.Error("a field that tells nothing was kept")
	}
	if a, err := ParseHTTP([]byte("HTTP/1.0 200 OK\nDate: now")); err != nil || a.Status != 200 || a.Whole {
		t.Errorf("without an end: %+v, %v", a, err)
	}
	for _, bad := range []string{"", "SSH-2.0-x\r\n", "HTTP/1.1 abc\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 099 x\r\n", "HTTP/2 200\r\n", "HTTP/1.1 200 OK"} {
		if a, err := ParseHTTP([]byte(bad)); err == nil {
			t.Errorf("%q was read as %+v", bad, a)
		}
	}
}

// TestRequestStaysWhole wants nothing in an address to break out of the request line.
func TestRequestStaysWhole(t *testing.T) {
	r := string(HTTPRequest("db", 8080, "/a\r\nX-Evil: 1\r\n b", "Basic x\r\ny"))
	if strings.Count(r, "\r\n") != 7 || !strings.HasPrefix(r, "GET /aX-Evil:%201%20b HTTP/1.1\r\nHost: db:8080\r\n") || !strings.Contains(r, "Authorization: Basic xy\r\n") {
		t.Errorf("%q", r)
	}
	if r := string(HTTPRequest("2001:db8::1", 80, "", "")); !strings.Contains(r, "GET / HTTP/1.1\r\nHost: [2001:db8::1]\r\n") {
		t.Errorf("%q", r)
	}
}

// TestStartTLS shakes hands with servers of our own.
func TestStartTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, DNSNames: []string{"x.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pair := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}

	a := dialTLS(t, &tls.Config{Certificates: []tls.Certificate{pair}})
	if a.Conn == nil || a.Alert != -1 || a.Plain {
		t.Errorf("good: %+v", a)
	}
	if got := VerifyChain(a.State.PeerCertificates, x509.NewCertPool(), time.Now()); got != SelfSigned {
		t.Errorf("a self-signed certificate is %q", got)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.State.PeerCertificates[0])
	if got := VerifyChain(a.State.PeerCertificates, roots, time.Now()); got != Trusted {
		t.Errorf("a trusted certificate is %q", got)
	}
	if a := dialTLS(t, &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"lab"}}); a.Alert != 120 {
		t.Errorf("no common protocol: %+v", a)
	}
	if a := dialTLS(t, &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}); !a.ClientCert || a.Conn != nil {
		t.Errorf("client certificate: %+v", a)
	}
	if a := dialTLS(t, nil); !a.Plain {
		t.Errorf("plain text: %+v", a)
	}
}

// dialTLS serves one connection, in TLS or with a line of plain text, and shakes hands with it.
func dialTLS(t *testing.T, config *tls.Config) TLSAnswer {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { client.Close(); server.Close() })
	_ = client.SetDeadline(time.Now().Add(5 * time.Second))
	go func() {
		if config == nil {
			go func() { _, _ = server.Read(make([]byte, 4096)) }()
			_, _ = server.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			return
		}
		s := tls.Server(server, config)
		_ = s.Handshake() // the client's side is what is tested
		_, _ = s.Read(make([]byte, 1))
	}()
	return StartTLS(client, "x.example", []string{"http/1.1"})
}

func TestText(t *testing.T) {
	if got := Text([]byte("h\xc3\xa9llo"), 2); got != "h" {
		t.Errorf("a character was cut in half: %q", got)
	}
	if got := Text([]byte("a\xffb"), 10); got != "a\uFFFDb" {
		t.Errorf("%q", got)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if b, err := unquote(strings.TrimSuffix(string(text), "\n")); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		Recognise(b)
		Refuses("", b)
		Refuses("smtp", b)
		FitOf("ssh", b)
		a, err := ParseHTTP(b)
		if err != nil {
			return
		}
		if a.Status < 100 || a.Status > 999 || len(a.Body) > 3*maxBody || len(a.Reason) > 3*maxReason || !utf8.ValidString(a.Body+a.Reason) {
			t.Fatalf("%+v", a)
		}
		for k, v := range a.Header {
			if !tellingFields[k] || len(v) > 3*maxField || !utf8.ValidString(v) {
				t.Fatalf("%q: %q", k, v)
			}
		}
	})
}

// TestRecogniseAs wants the greetings of the expected protocol to be taken for it, though they do not name it, and others not.
func TestRecogniseAs(t *testing.T) {
	tests := []struct {
		expected, said, want string
		meaning              Meaning
		refused              bool
	}{
		{"ftp", "220 Welcome to the archive.\r\n", "ftp", "", false},
		{"smtp", "220 mx1.lab.example ready\r\n", "smtp", "", false},
		{"ftp", "220 mx1.lab.example ESMTP\r\n", "smtp", "", false},
		{"ftp", "421 There are too many connected users, please try later.\r\n", "ftp", MaxConnections, true},
		{"smtp", "554 5.7.1 Service unavailable; client [192.0.2.2] blocked\r\n", "smtp", SourceDenied, true},
		{"smtp", "554 SMTP service not available\r\n", "smtp", Unexplained, true},
		{"imap", "* BYE Too many connections\r\n", "imap", MaxConnections, true},
		{"pop3", "-ERR Maximum number of connections exceeded\r\n", "pop3", MaxConnections, true},
		{"ssh", "This is the bastion.\r\nSSH-2.0-OpenSSH_9.2\r\n", "ssh", "", false},
		{"ssh", "This is the bastion.\r\n", "", "", false},
		{"ssh", "HTTP/1.1 400 Bad Request\r\n", "http", "", false},
		{"telnet", "login: ", "telnet", "", false},
		{"mysql", "\x05\x00\x00\x00\xff\x6a\x04no", "mysql", SourceDenied, true},
		{"", "220 Welcome\r\n", "", "", false},
	}
	for _, test := range tests {
		if got := RecogniseAs(test.expected, []byte(test.said)); got != test.want {
			t.Errorf("RecogniseAs(%q, %q) = %q, want %q", test.expected, test.said, got, test.want)
		}
		if _, meaning, ok := Refuses(test.expected, []byte(test.said)); ok != test.refused || meaning != test.meaning {
			t.Errorf("Refuses(%q, %q) = %q, %v", test.expected, test.said, meaning, ok)
		}
	}
	for said, want := range map[string]Fit{"": Not, "S": Begun, "SSH-2.0-x": Whole, "\x00": Not} {
		if got := FitOf("ssh", []byte(said)); got != want {
			t.Errorf("FitOf(ssh, %q) = %d, want %d", said, got, want)
		}
	}
}

// TestInterim wants the answer behind interim responses.
func TestInterim(t *testing.T) {
	a, err := ParseHTTP([]byte("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\nno"))
	if err != nil || a.Status != 403 || a.Body != "no" {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := ParseHTTP([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x00")); err != nil || a.Status != 101 {
		t.Errorf("%+v, %v", a, err)
	}
}
