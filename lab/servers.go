//go:build linux

package lab

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// serve is a server of some kind:
//
//	http ADDR [STATUS [BODY [HEADER: VALUE]...]]   answers every request so
//	hold ADDR                 accepts and says nothing
//	close ADDR                accepts and closes
//	reset ADDR                accepts and resets
//	say ADDR TEXT [AFTER]     says a text after a while, then holds
//	full ADDR                 listens with a queue of one, fills it and never accepts
//	every ADDR                answers every second connection as http does, and closes the others
//	later ADDR AFTER          listens only after a while, then as http
//	udp ADDR                  answers every datagram
//	unix PATH                 listens on a Unix socket
//	relay ADDR TO             accepts, then connects, and closes if that fails: as docker-proxy does
//	alert ADDR NUMBER         answers whatever comes with a fatal TLS alert
//	tls ADDR CERT KEY [alpn=h2] [min=1.3] [max=1.2] [clients=CA]   HTTPS
//	endless|drip|header|garbage|escape|halftls ADDR      hostile ones
func serve(args []string) error {
	if len(args) < 2 {
		return errUse
	}
	kind, addr, rest := args[0], args[1], args[2:]
	switch kind {
	case "http":
		return serveHTTP(addr, rest)
	case "tls":
		return serveTLS(addr, rest)
	case "udp":
		return serveUDP(addr)
	case "full":
		return serveFull(addr)
	case "later":
		return serveLater(addr, rest)
	case "unix":
		l, err := net.Listen("unix", addr)
		if err != nil {
			return err
		}
		return eachConn(l, hold)
	}
	handlers := map[string]func(net.Conn){"hold": hold, "close": func(net.Conn) {}, "reset": resetConn, "every": everySecond(), "endless": endless,
		"drip": drip, "header": hugeHeader, "garbage": garbage, "html": bareHTML, "escape": escapes, "halftls": halfTLS}
	if len(rest) > 0 {
		handlers["say"] = say(rest)
		handlers["alert"] = alert(rest[0])
		handlers["relay"] = relay(rest[0])
	}
	handle, ok := handlers[kind]
	if !ok {
		return fmt.Errorf("there is no server of the kind %q", kind)
	}
	l, err := listen(addr)
	if err != nil {
		return err
	}
	return eachConn(l, handle)
}

// listen takes "0.0.0.0:1" for IPv4 alone and "[::]:1" for IPv6 alone; ":1" is for both.
func listen(addr string) (net.Listener, error) {
	network := "tcp"
	switch {
	case strings.HasPrefix(addr, "["):
		network = "tcp6"
	case !strings.HasPrefix(addr, ":"):
		network = "tcp4"
	}
	return net.Listen(network, addr)
}

func eachConn(l net.Listener, handle func(net.Conn)) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			handle(c)
		}()
	}
}

func hold(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

func resetConn(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
}

func say(args []string) func(net.Conn) {
	text := strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\e`, "\x1b").Replace(args[0])
	after := time.Duration(0)
	if len(args) > 1 {
		after, _ = time.ParseDuration(args[1])
	}
	return func(c net.Conn) {
		time.Sleep(after)
		_, _ = io.WriteString(c, text)
		hold(c)
	}
}

func relay(to string) func(net.Conn) {
	return func(c net.Conn) {
		far, err := net.DialTimeout("tcp", to, 2*time.Second)
		if err != nil {
			return
		}
		defer far.Close()
		go func() { _, _ = io.Copy(far, c) }()
		_, _ = io.Copy(c, far)
	}
}

func everySecond() func(net.Conn) {
	n := 0
	return func(c net.Conn) {
		if n++; n%2 == 0 {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	}
}

// bareHTML speaks HTTP, but answers to what is none with HTML alone, as Python's http.server does.
func bareHTML(c net.Conn) {
	buf := make([]byte, 4096)
	n, _ := c.Read(buf)
	if strings.HasPrefix(string(buf[:n]), "GET ") {
		_, _ = io.WriteString(c, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
		return
	}
	_, _ = io.WriteString(c, "<!DOCTYPE HTML>\n<html lang=\"en\"><body><h1>Error response</h1></body></html>\n")
}

func serveHTTP(addr string, args []string) error {
	status, body := 200, "hello\n"
	if len(args) > 0 {
		status, _ = strconv.Atoi(args[0])
	}
	if len(args) > 1 {
		body = args[1]
	}
	l, err := listen(addr)
	if err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 2; i < len(args); i++ {
			name, value, _ := strings.Cut(args[i], ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

func serveLater(addr string, args []string) error {
	if len(args) != 1 {
		return errUse
	}
	after, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	time.Sleep(after)
	return serveHTTP(addr, nil)
}

func serveTLS(addr string, args []string) error {
	if len(args) < 2 {
		return errUse
	}
	pair, err := tls.LoadX509KeyPair(args[0], args[1])
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	for _, option := range args[2:] {
		key, value, _ := strings.Cut(option, "=")
		version := map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}[value]
		switch key {
		case "min":
			config.MinVersion = version
		case "max":
			config.MaxVersion = version
		case "clients":
			text, err := os.ReadFile(value)
			if err != nil {
				return err
			}
			config.ClientCAs, config.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
			config.ClientCAs.AppendCertsFromPEM(text)
		case "alpn":
			config.NextProtos = []string{value}
		case "sni":
			config.GetCertificate = func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
				if h.ServerName != value {
					return nil, errors.New("no such name")
				}
				return &pair, nil
			}
		default:
			return errUse
		}
	}
	l, err := tls.Listen("tcp", addr, config)
	if err != nil {
		return err
	}
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello\n") }),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
	return server.Serve(l)
}

func serveUDP(addr string) error {
	c, err := net.ListenPacket("udp", addr)
	if err != nil {
		return err
	}
	buf := make([]byte, 2048)
	for {
		n, from, err := c.ReadFrom(buf)
		if err != nil {
			return err
		}
		_, _ = c.WriteTo(append([]byte("echo "), buf[:n]...), from)
	}
}

// serveFull listens with a backlog of one, and fills the queue by connecting to itself: further SYNs are dropped.
func serveFull(addr string) error {
	tcp, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	sa := &syscall.SockaddrInet4{Port: tcp.Port}
	copy(sa.Addr[:], tcp.IP.To4())
	if err := errors.Join(syscall.Bind(fd, sa), syscall.Listen(fd, 1)); err != nil {
		return err
	}
	to := fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	if ip := tcp.IP; ip != nil && !ip.IsUnspecified() {
		to = addr
	}
	var held []net.Conn
	for range 4 {
		if c, err := net.DialTimeout("tcp4", to, 300*time.Millisecond); err == nil {
			held = append(held, c)
		}
	}
	for {
		time.Sleep(time.Hour)
		_ = held
	}
}

// exhaust holds connections open.
func exhaust(args []string) error {
	if len(args) != 2 {
		return errUse
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return errUse
	}
	var held []net.Conn
	for range n {
		c, err := net.DialTimeout("tcp", args[0], time.Second)
		if err != nil {
			return err
		}
		held = append(held, c)
	}
	for {
		time.Sleep(time.Hour)
		_ = held
	}
}

func alert(number string) func(net.Conn) {
	n, _ := strconv.ParseUint(number, 10, 8)
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = c.Write([]byte{0x15, 3, 3, 0, 2, 2, byte(n)})
	}
}

// The hostile servers.

func endless(c net.Conn) {
	line := bytes.Repeat([]byte("220 welcome to a banner that never ends "), 1000)
	for {
		if _, err := c.Write(line); err != nil {
			return
		}
	}
}

func drip(c net.Conn) {
	for {
		if _, err := c.Write([]byte("H")); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

func hugeHeader(c net.Conn) {
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Big: ")
	chunk := bytes.Repeat([]byte("a"), 64<<10)
	for range 160 { // 10 MB
		if _, err := c.Write(chunk); err != nil {
			return
		}
	}
	_, _ = io.WriteString(c, "\r\n\r\n")
	hold(c)
}

func garbage(c net.Conn) {
	b := make([]byte, 4096)
	for i := range b {
		b[i] = byte(i * 7)
	}
	_, _ = c.Write(b)
	hold(c)
}

func escapes(c net.Conn) {
	_, _ = io.WriteString(c, "SSH-2.0-\x1b[2J\x1b]0;owned\x07\u202etxt\u009b31m\r\n")
	hold(c)
}

// halfTLS answers a ClientHello with the beginning of a TLS record, and resets.
func halfTLS(c net.Conn) {
	_, _ = c.Read(make([]byte, 1024))
	_, _ = c.Write([]byte{0x16, 3, 3, 0x40, 0, 2, 0, 0})
	time.Sleep(50 * time.Millisecond)
	resetConn(c)
}
