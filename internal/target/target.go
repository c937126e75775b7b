// Package target turns what a person typed into what is to be reached: a host, a port, a network and a protocol.
//
// It looks nothing up and opens nothing. It is the leaf of the house: it imports nothing of ours. Read Target first,
// then Parse; the table of schemes is in schemes.go. Pasted error texts (`whynot explain`) will get a parser of their own
// here, beside Parse, that gives the same Target.
package target

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// A Target is the address that is to be reached. It never holds a secret: a password in a URL is dropped by Parse.
type Target struct {
	// Host is an IP address without brackets, or a name in ASCII (IDNA, lower case, no trailing dot).
	// It is empty where the user gave none; see This and Empty.
	Host string `json:"host"`
	// Port is 0 only for Unix sockets.
	Port uint16 `json:"port,omitempty"`
	// Network is "tcp", "udp" or "unix".
	Network string `json:"network"`
	// Protocol names the application protocol that is expected, in the words of [Schemes]; empty if nothing is known.
	Protocol string `json:"protocol,omitempty"`

	// Scheme is the URL scheme as typed. Where it is empty, Protocol was derived from the port and is only a hint.
	Scheme string `json:"scheme,omitempty"`
	// TLS says that the scheme wraps its protocol in TLS from the first byte.
	TLS bool `json:"tls,omitempty"`
	// Path is the path and query of a URL, or the path of a Unix socket.
	Path string `json:"path,omitempty"`
	// User is the user name in a URL.
	User string `json:"user,omitempty"`
	// Absolute says that the name was typed with a trailing dot: no search domain applies (resolv.conf(5)).
	Absolute bool `json:"absolute,omitempty"`
	// This says that ":port" was typed: the port of this machine.
	This bool `json:"this,omitempty"`
	// Family is "", "ip4" or "ip6": the IP version that the user asked for by -4 or -6.
	Family string `json:"family,omitempty"`
}

// Addr gives the target's address if the host is a literal IP address.
func (t Target) Addr() (netip.Addr, bool) {
	a, err := netip.ParseAddr(t.Host)
	return a, err == nil
}

// Empty says that the host was left out where one belongs: an unset variable in most cases ("http:///", "redis://:6379").
// It is not an error but a cause (addr.empty-host).
func (t Target) Empty() bool { return t.Host == "" && !t.This && t.Network != "unix" }

// Loopback says that the host is a loopback address or a name that means it (RFC 6761, section 6.3).
func (t Target) Loopback() bool {
	if a, ok := t.Addr(); ok {
		return a.Unmap().IsLoopback()
	}
	return t.Host == "localhost" || strings.HasSuffix(t.Host, ".localhost")
}

// Strict says that the user named the protocol, by a scheme: an answer in another protocol is then a failure. A protocol that
// only the port suggests is no expectation.
func (t Target) Strict() bool { return t.Scheme != "" && t.Protocol != "" }

// String is the target as a person writes it: "db.internal:5432", "[2001:db8::1]:443", "/run/x.sock".
func (t Target) String() string {
	if t.Network == "unix" {
		return "unix:" + t.Path
	}
	return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
}
