package sys

import (
	"net"
	"net/netip"
	"testing"
)

// The kernel's own sockets: a listener is found by the exact lookup and by the dump, and nothing is found once it is closed.
func TestDiag(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	to := l.Addr().(*net.TCPAddr).AddrPort()
	from := netip.AddrPortFrom(to.Addr(), 1)
	s, found, err := Receiver(from, to)
	if err != nil || !found || s.Local != to || s.Inode == 0 || !s.Listening() {
		t.Errorf("Receiver = %+v, %v, %v", s, found, err)
	}
	sockets, err := SocketsOn("tcp", to.Port())
	if err != nil || len(sockets) != 1 || sockets[0].Local != to {
		t.Errorf("SocketsOn = %+v, %v", sockets, err)
	}
	other := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.2"), to.Port())
	if s, found, err := Receiver(from, other); err != nil || found {
		t.Errorf("Receiver on another address = %+v, %v, %v", s, found, err)
	}
	l.Close()
	if s, found, err := Receiver(from, to); err != nil || found {
		t.Errorf("Receiver after close = %+v, %v, %v", s, found, err)
	}
}

func TestDiagV6Only(t *testing.T) {
	l, err := net.Listen("tcp6", "[::]:0") // Go sets IPV6_V6ONLY for tcp6
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	defer l.Close()
	sockets, err := SocketsOn("tcp", l.Addr().(*net.TCPAddr).AddrPort().Port())
	if err != nil || len(sockets) != 1 || !sockets[0].V6Only {
		t.Errorf("SocketsOn = %+v, %v", sockets, err)
	}
}

func FuzzNetlink(f *testing.F) {
	f.Add([]byte{20, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		bodies, _, _ := splitNetlink(b)
		for _, body := range append(bodies, b) {
			parseDiag("tcp", body)
			parseExtendedError(body)
			parseTuples(body)
			parseNeighbour(body)
			parseRoute(body)
			parseRule(body)
			for range attributes(body) {
			}
		}
	})
}
