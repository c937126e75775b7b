package sys

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// outgoing is a TCP packet from its IP header on, with so many words of IPv4 options.
func outgoing(to netip.Addr, port uint16, options int) []byte {
	if to.Is6() {
		b := make([]byte, 60)
		b[0], b[6] = 0x60, unix.IPPROTO_TCP
		copy(b[24:], to.AsSlice())
		binary.BigEndian.PutUint16(b[42:], port)
		return b
	}
	header := 20 + 4*options
	b := make([]byte, header+20)
	b[0], b[9] = 0x40|byte(header/4), unix.IPPROTO_TCP
	copy(b[16:], to.AsSlice())
	binary.BigEndian.PutUint16(b[header+2:], port)
	return b
}

func TestParseOutgoing(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	udp, udp6 := outgoing(v4, 53, 0), outgoing(v6, 53, 0)
	udp[9], udp6[6] = unix.IPPROTO_UDP, unix.IPPROTO_UDP
	for _, test := range []struct {
		name string
		b    []byte
		to   netip.Addr
		want uint16 // 0: it is not counted
	}{
		{"IPv4", outgoing(v4, 5432, 0), v4, 5432},
		{"IPv4 with options", outgoing(v4, 5432, 3), v4, 5432},
		{"IPv6", outgoing(v6, 5432, 0), v6, 5432},
		{"a zone", outgoing(netip.MustParseAddr("fe80::1"), 5432, 0), netip.MustParseAddr("fe80::1%eth0"), 5432},
		{"to another host", outgoing(netip.MustParseAddr("192.0.2.2"), 5432, 0), v4, 0},
		{"to another host over IPv6", outgoing(netip.MustParseAddr("2001:db8::2"), 5432, 0), v6, 0},
		{"UDP", udp, v4, 0},
		{"UDP over IPv6", udp6, v6, 0},
		{"of the other version", outgoing(v6, 5432, 0), v4, 0},
		{"cut in the header", outgoing(v4, 5432, 0)[:19], v4, 0},
		{"cut in the ports", outgoing(v4, 5432, 3)[:35], v4, 0},
		{"cut in the ports of IPv6", outgoing(v6, 5432, 0)[:43], v6, 0},
		{"empty", nil, v4, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, ok := parseOutgoing(test.b, test.to); got != test.want || ok != (test.want != 0) {
				t.Errorf("%d, %v; want %d", got, ok, test.want)
			}
		})
	}
}

func TestARP(t *testing.T) {
	mac := net.HardwareAddr{2, 0, 0, 0, 0, 1}
	own, wanted := netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.1")
	request := arpRequest(mac, own, wanted)
	want := []byte{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 192, 0, 2, 2, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1} // RFC 826
	if !bytes.Equal(request, want) {
		t.Errorf("% x, want % x", request, want)
	}
	reply := func(change func([]byte)) []byte {
		b := arpRequest(net.HardwareAddr{2, 0, 0, 0, 0, 9}, wanted, own)
		b[7] = 2
		b = append(b, make([]byte, 18)...) // Ethernet pads it
		if change != nil {
			change(b)
		}
		return b
	}
	for _, test := range []struct {
		name string
		b    []byte
		ok   bool
	}{
		{"a reply", reply(nil), true},
		{"without padding", reply(nil)[:28], true},
		{"our own request", request, false},
		{"somebody's request for our address", reply(func(b []byte) { b[7] = 1 }), false},
		{"about another address", reply(func(b []byte) { b[17] = 77 }), false},
		{"a link-layer address of another length", reply(func(b []byte) { b[4] = 8 }), false},
		{"an address of another length", reply(func(b []byte) { b[5] = 16 }), false},
		{"cut", reply(nil)[:27], false},
		{"empty", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := parseARPReply(test.b, wanted)
			if ok != test.ok || ok && got != "02:00:00:00:00:09" {
				t.Errorf("%q, %v", got, ok)
			}
		})
	}
}

// FuzzPackets reads what packet sockets give.
func FuzzPackets(f *testing.F) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	f.Add(outgoing(v4, 5432, 0))
	f.Add(outgoing(v4, 5432, 10))
	f.Add(outgoing(v6, 5432, 0))
	f.Add(arpRequest(net.HardwareAddr{2, 0, 0, 0, 0, 9}, v4, v4))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, to := range []netip.Addr{v4, v6} {
			if _, ok := parseOutgoing(b, to); ok && !bytes.Contains(b, to.AsSlice()) {
				t.Errorf("% x counts as sent to %v", b, to)
			}
		}
		if mac, ok := parseARPReply(b, v4); ok && len(mac) != len("02:00:00:00:00:09") {
			t.Errorf("%q of % x", mac, b)
		}
	})
}
