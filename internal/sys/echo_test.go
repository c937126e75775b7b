package sys

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

func TestChecksum(t *testing.T) {
	for _, test := range []struct {
		name string
		b    []byte
		want uint16
	}{
		{"the example of RFC 1071, section 3", []byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}, ^uint16(0xddf2)},
		{"an IPv4 header", []byte{0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7}, 0xb861},
		{"an odd number of bytes", []byte{0x12, 0x34, 0x56}, ^uint16(0x1234 + 0x5600)},
		{"the carry is added, too", []byte{0xff, 0xff, 0x00, 0x01, 0xff, 0xff}, ^uint16(1)},
		{"nothing", nil, 0xffff},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := checksum(test.b); got != test.want {
				t.Errorf("%04x, want %04x", got, test.want)
			}
		})
	}
}

func TestEchoRequest(t *testing.T) {
	v4 := echoRequest(netip.MustParseAddr("192.0.2.1"), 0x1234, 7)
	if v4[0] != 8 || v4[1] != 0 || binary.BigEndian.Uint16(v4[4:]) != 0x1234 || binary.BigEndian.Uint16(v4[6:]) != 7 {
		t.Errorf("% x", v4)
	}
	if checksum(v4) != 0 { // a receiver sums over the checksum, too (RFC 1071)
		t.Errorf("the checksum is wrong: % x", v4)
	}
	v6 := echoRequest(netip.MustParseAddr("2001:db8::1"), 0x1234, 7)
	if v6[0] != 128 || v6[2] != 0 || v6[3] != 0 || len(v6) != len(v4) {
		t.Errorf("the kernel fills in the checksum of ICMPv6: % x", v6)
	}
}

func TestParseEchoReply(t *testing.T) {
	reply := func(typ byte, id, sequence uint16) []byte {
		b := echoRequest(netip.MustParseAddr("192.0.2.1"), id, sequence)
		b[0] = typ
		return b
	}
	header := append([]byte{0x46}, make([]byte, 23)...) // an IPv4 header with one option
	changed := reply(0, 5, 7)
	changed[1] = 1
	for _, test := range []struct {
		name     string
		b        []byte
		v6       bool
		id       uint16
		sequence uint16
		ok       bool
	}{
		{"a reply", reply(0, 5, 7), false, 5, 7, true},
		{"to anybody", reply(0, 5, 7), false, 0, 7, true},
		{"to another program", reply(0, 6, 7), false, 5, 0, false},
		{"behind its IP header", append(header, reply(0, 5, 7)...), false, 5, 7, true},
		{"the request, heard on loopback", reply(8, 5, 7), false, 5, 0, false},
		{"of ICMPv6", reply(129, 5, 7), true, 5, 7, true},
		{"of the other version", reply(129, 5, 7), false, 5, 0, false},
		{"of the other version, the other way", reply(0, 5, 7), true, 5, 0, false},
		{"a code that no reply has", changed, false, 5, 0, false},
		{"too short", reply(0, 5, 7)[:7], false, 5, 0, false},
		{"an IP header and nothing else", header, false, 5, 0, false},
		{"an IP header longer than the packet", append([]byte{0x4f}, make([]byte, 20)...), false, 5, 0, false},
		{"empty", nil, false, 0, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if sequence, ok := parseEchoReply(test.b, test.v6, test.id); ok != test.ok || sequence != test.sequence {
				t.Errorf("%d, %v; want %d, %v", sequence, ok, test.sequence, test.ok)
			}
		})
	}
}

// FuzzSegments reads what raw sockets give: anybody on the network may have sent it.
func FuzzSegments(f *testing.F) {
	f.Add(echoRequest(netip.MustParseAddr("192.0.2.1"), 5, 7))
	f.Add(append([]byte{0x45}, make([]byte, 39)...))
	f.Add(append([]byte{0x4f}, make([]byte, 20)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v6 := range []bool{false, true} {
			if _, ok := parseEchoReply(b, v6, 0); ok && len(b) < 8 {
				t.Errorf("% x was read as a reply", b)
			}
		}
		if a, ok := parseTCP(skipIPv4(b)); ok && len(b) < 20 {
			t.Errorf("% x was read as %+v", b, a)
		}
		checksum(b)
	})
}
