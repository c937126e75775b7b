package proto

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"unicode/utf8"
)

// http1 is HTTP/1.x (RFC 9112).
var http1 = &Protocol{
	Name:         "http",
	Is:           func(b []byte) bool { return bytes.HasPrefix(b, []byte("HTTP/1.")) },
	Fits:         prefixOf("HTTP/1."),
	Programs:     []string{"nginx", "apache2", "httpd", "haproxy", "caddy", "lighttpd", "traefik", "envoy"},
	Alternatives: []uint16{80, 8080, 443},
}

// Agent is how whynot names itself to servers.
const Agent = "whynot"

// HTTPRequest writes a GET for a path and query (empty: "/").
func HTTPRequest(host string, port uint16, path, authorization string) []byte {
	return get(rooted(path), host, port, "Authorization", authorization)
}

// WebSocketRequest writes the request that opens a WebSocket (RFC 6455, section 4.1). The key only shows that the server knows the protocol.
func WebSocketRequest(host string, port uint16, path, authorization string) []byte {
	request := bytes.TrimSuffix(HTTPRequest(host, port, path, authorization), []byte("Connection: close\r\n\r\n"))
	return append(request, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: d2h5bm90IGFza3M6IGhpPw==\r\n\r\n"...)
}

// HTTPProxied writes a GET for a proxy, in absolute form (RFC 9112, section 3.2.2), with what is for the proxy and what is for the server.
func HTTPProxied(host string, port uint16, path, forProxy, authorization string) []byte {
	request := get("http://"+hostField(host, port)+rooted(path), host, port, "Proxy-Authorization", forProxy)
	if authorization == "" {
		return request
	}
	return append(bytes.TrimSuffix(request, []byte("\r\n")), "Authorization: "+keepLine(authorization)+"\r\n\r\n"...)
}

func rooted(path string) string {
	if path == "" || path[0] != '/' {
		return "/" + path
	}
	return path
}

func get(what, host string, port uint16, credential, value string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\n", clean(what), hostField(host, port), Agent)
	if value != "" {
		fmt.Fprintf(&b, "%s: %s\r\n", credential, keepLine(value))
	}
	b.WriteString("Connection: close\r\n\r\n")
	return b.Bytes()
}

// HTTPConnect writes a CONNECT (RFC 9110, section 9.3.6).
func HTTPConnect(hostPort, authorization string) []byte {
	request := fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\nUser-Agent: %s\r\n", clean(hostPort), Agent)
	if authorization != "" {
		request += "Proxy-Authorization: " + keepLine(authorization) + "\r\n"
	}
	return []byte(request + "\r\n")
}

// hostField leaves the port out where it is the scheme's own.
func hostField(host string, port uint16) string {
	if port == 80 || port == 443 {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// clean keeps a part of the request line from ending early.
func clean(s string) string { return strings.ReplaceAll(keepLine(s), " ", "%20") }

// keepLine keeps a value from breaking out of its line.
func keepLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// An HTTPAnswer is the head of an HTTP/1.x response, and the beginning of its body.
type HTTPAnswer struct {
	Status int
	Reason string
	Header map[string]string // of the fields that tell who answered and why; names in lower case
	Body   string
	// Whole says that the head was complete.
	Whole bool
}

// tellingFields are the header fields that are kept.
var tellingFields = map[string]bool{"server": true, "via": true, "www-authenticate": true, "proxy-authenticate": true,
	"proxy-status": true, "retry-after": true, "location": true, "x-squid-error": true, "x-cache": true, "content-type": true,
	"date": true, "allow": true, "upgrade": true, "x-envoy-upstream-service-time": true, "cf-ray": true, "proxy-agent": true}

// Bounds of what is kept of an answer.
const (
	maxField  = 300
	maxBody   = 2048
	maxReason = 100
)

// ParseHTTP reads as much of a response as has come (RFC 9112, sections 2 and 4). A complete status line is enough. Interim responses
// (RFC 9110, section 15.2) are skipped, but for 101, after which another protocol is spoken.
func ParseHTTP(b []byte) (HTTPAnswer, error) {
	for {
		a, err := parseHTTP(b)
		_, rest, ended := bytes.Cut(b, []byte("\r\n\r\n"))
		if err != nil || a.Status >= 200 || a.Status == 101 || !ended {
			return a, err
		}
		b = rest
	}
}

func parseHTTP(b []byte) (HTTPAnswer, error) {
	line, rest, ok := bytes.Cut(b, []byte("\n"))
	version, after, _ := bytes.Cut(bytes.TrimRight(line, "\r"), []byte(" "))
	if !ok || !bytes.HasPrefix(version, []byte("HTTP/1.")) || len(version) != len("HTTP/1.1") {
		return HTTPAnswer{}, errors.New("proto: no HTTP status line")
	}
	code, reason, _ := bytes.Cut(bytes.TrimLeft(after, " "), []byte(" "))
	status, err := strconv.Atoi(string(code))
	if err != nil || len(code) != 3 || status < 100 {
		return HTTPAnswer{}, errors.New("proto: no HTTP status code")
	}
	a := HTTPAnswer{Status: status, Reason: Text(reason, maxReason), Header: map[string]string{}}
	for {
		line, next, ok := bytes.Cut(rest, []byte("\n"))
		if !ok {
			return a, nil
		}
		rest = next
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			a.Whole = true
			break
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if key := strings.ToLower(string(name)); ok && tellingFields[key] && a.Header[key] == "" {
			a.Header[key] = Text(bytes.TrimSpace(value), maxField)
		}
	}
	a.Body = Text(rest, maxBody)
	return a, nil
}

// Text turns bytes from outside into text of bounded length; what is no UTF-8 becomes the replacement character. Control
// characters stay: the report makes them harmless.
func Text(b []byte, most int) string {
	if len(b) > most {
		b = b[:most]
		last := len(b) - 1
		for last > 0 && last > len(b)-utf8.UTFMax && !utf8.RuneStart(b[last]) {
			last--
		}
		if last >= 0 && !utf8.FullRune(b[last:]) {
			b = b[:last]
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}
