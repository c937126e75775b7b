//go:build linux

package lab

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// serveProxy is a proxy of some kind:
//
//	socks4 ADDR            SOCKS4 and SOCKS4a
//	socks5 ADDR            SOCKS5 without a password; it says why it cannot connect
//	early ADDR             SOCKS5 that says yes before it has tried, and closes if it cannot
//	mute ADDR              SOCKS5 that closes without a reply if it cannot: so does ssh -D
//	tls ADDR CERT KEY      HTTP's CONNECT inside TLS; a request with Proxy-Authorization is answered by 418
func serveProxy(args []string) error {
	if len(args) < 2 {
		return errUse
	}
	l, err := listen(args[1])
	if err != nil {
		return err
	}
	switch kind := args[0]; kind {
	case "socks4":
		return eachConn(l, socks4)
	case "socks5", "early", "mute":
		return eachConn(l, func(c net.Conn) { socks5(c, kind) })
	case "tls":
		if len(args) != 4 {
			return errUse
		}
		pair, err := tls.LoadX509KeyPair(args[2], args[3])
		if err != nil {
			return err
		}
		server := http.Server{Handler: http.HandlerFunc(connectOnly), TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
		return server.Serve(tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}}))
	}
	return fmt.Errorf("there is no proxy of the kind %q", args[0])
}

// join carries bytes both ways until one side ends.
func join(a, b net.Conn) {
	go func() {
		_, _ = io.Copy(a, b)
		a.Close()
	}()
	_, _ = io.Copy(b, a)
	b.Close()
}

func dialFar(to string) (net.Conn, error) { return net.DialTimeout("tcp", to, 2*time.Second) }

func connectOnly(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Proxy-Authorization") != "" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	far, err := dialFar(r.Host)
	if r.Method != http.MethodConnect || err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n")
	join(near, far)
}

func socks4(c net.Conn) {
	var head [8]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return
	}
	untilZero(c) // the user
	host := net.IP(head[4:8]).String()
	if strings.HasPrefix(host, "0.0.0.") {
		host = untilZero(c)
	}
	far, err := dialFar(net.JoinHostPort(host, fmt.Sprint(binary.BigEndian.Uint16(head[2:4]))))
	if err != nil {
		_, _ = c.Write([]byte{0, 91, 0, 0, 0, 0, 0, 0})
		return
	}
	_, _ = c.Write([]byte{0, 90, 0, 0, 0, 0, 0, 0})
	join(c, far)
}

func untilZero(c net.Conn) string {
	var text []byte
	for b := make([]byte, 1); len(text) < 256; text = append(text, b[0]) {
		if _, err := c.Read(b); err != nil || b[0] == 0 {
			break
		}
	}
	return string(text)
}

func socks5(c net.Conn, kind string) {
	const byName, byIPv6 = 3, 4
	reply := func(code byte) { _, _ = c.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0}) }
	read := func(n int) []byte {
		b := make([]byte, n)
		_, _ = io.ReadFull(c, b)
		return b
	}
	read(int(read(2)[1]))
	_, _ = c.Write([]byte{5, 0})
	host := ""
	switch read(4)[3] {
	case byName:
		host = string(read(int(read(1)[0])))
	case byIPv6:
		host = net.IP(read(16)).String()
	default:
		host = net.IP(read(4)).String()
	}
	to := net.JoinHostPort(host, fmt.Sprint(binary.BigEndian.Uint16(read(2))))
	if kind == "early" {
		reply(0)
	}
	far, err := dialFar(to)
	switch {
	case err != nil && kind == "early":
		_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond)) // what is not read makes the close a reset
		hold(c)
		return
	case err != nil && kind == "mute":
		return
	case err != nil && strings.Contains(err.Error(), "refused"):
		reply(5)
		return
	case err != nil:
		reply(4)
		return
	case kind != "early":
		reply(0)
	}
	join(c, far)
}
