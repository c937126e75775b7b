package sys

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// netlinkMessage builds one message of a datagram (netlink(7)).
func netlinkMessage(typ uint16, body []byte) []byte {
	b := make([]byte, netlinkHeader, netlinkHeader+len(body)+3)
	binary.NativeEndian.PutUint32(b, uint32(netlinkHeader+len(body)))
	binary.NativeEndian.PutUint16(b[4:], typ)
	b = append(b, body...)
	return append(b, make([]byte, -len(b)&3)...)
}

// attribute builds one attribute (struct nlattr).
func attribute(typ uint16, value ...byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(4+len(value)))
	b = binary.NativeEndian.AppendUint16(b, typ)
	b = append(b, value...)
	return append(b, make([]byte, -len(b)&3)...)
}

func errnoBody(e unix.Errno) []byte { return binary.NativeEndian.AppendUint32(nil, uint32(-int32(e))) }

func TestSplitNetlink(t *testing.T) {
	one, two := netlinkMessage(20, []byte("one")), netlinkMessage(20, []byte("two2"))
	long := slices.Clone(one)
	binary.NativeEndian.PutUint32(long, 1000)
	short := slices.Clone(one)
	binary.NativeEndian.PutUint32(short, 4)
	for _, test := range []struct {
		name   string
		b      []byte
		bodies string
		done   bool
		err    error
	}{
		{"nothing", nil, "", false, nil},
		{"two, and more to come", append(slices.Clone(one), two...), "one two2", false, nil},
		{"the end of a dump", append(slices.Clone(one), netlinkMessage(unix.NLMSG_DONE, errnoBody(0))...), "one", true, nil},
		{"the kernel agrees", netlinkMessage(unix.NLMSG_ERROR, errnoBody(0)), "", true, nil},
		{"the kernel says no", netlinkMessage(unix.NLMSG_ERROR, errnoBody(unix.EPERM)), "", true, unix.EPERM},
		{"no at the end of a dump", append(slices.Clone(one), netlinkMessage(unix.NLMSG_DONE, errnoBody(unix.EINTR))...), "one", true, unix.EINTR},
		{"a message that says nothing", append(netlinkMessage(unix.NLMSG_NOOP, nil), one...), "one", false, nil},
		{"longer than the datagram", append(slices.Clone(two), long...), "two2", true, errNetlinkGarbled},
		{"shorter than its header", short, "", true, errNetlinkGarbled},
		{"less than a header", one[:10], "", false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			bodies, done, err := splitNetlink(test.b)
			if got := string(bytes.Join(bodies, []byte(" "))); got != test.bodies || done != test.done || !errors.Is(err, test.err) {
				t.Errorf("%q, %v, %v", got, done, err)
			}
		})
	}
}

func TestAttributes(t *testing.T) {
	whole := slices.Concat(attribute(1, 'a'), attribute(2|unix.NLA_F_NESTED, 'b', 'c'), attribute(3))
	for _, test := range []struct {
		name string
		b    []byte
		want string
	}{
		{"three", whole, `1="a" 2="bc" 3="" `},
		{"the last is cut", whole[:len(whole)-1], `1="a" 2="bc" `},
		{"the padding is cut", attribute(1, 'a')[:5], `1="a" `},
		{"a length of nothing", []byte{0, 0, 1, 0, 0, 0, 0, 0}, ""},
		{"nothing", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			for typ, value := range attributes(test.b) {
				got += fmt.Sprintf("%d=%q ", typ, value)
			}
			if got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
	for range attributes(whole) {
		break // leaving the loop early is allowed
	}
}

func TestParseNeighbour(t *testing.T) {
	entry := func(index uint32, state uint16, attrs ...[]byte) []byte {
		b := make([]byte, 12) // struct ndmsg
		binary.NativeEndian.PutUint32(b[4:], index)
		binary.NativeEndian.PutUint16(b[8:], state)
		return append(b, bytes.Join(attrs, nil)...)
	}
	dst := attribute(unix.NDA_DST, 192, 0, 2, 1)
	addr := netip.MustParseAddr("192.0.2.1")
	for _, test := range []struct {
		name string
		b    []byte
		want Neighbour
		ok   bool
	}{
		{"reachable", entry(2, unix.NUD_REACHABLE, dst, attribute(unix.NDA_LLADDR, 2, 0, 0, 0, 0, 1)), Neighbour{Addr: addr, State: "reachable", MAC: "02:00:00:00:00:01"}, true},
		{"asked for", entry(2, unix.NUD_INCOMPLETE, dst, attribute(unix.NDA_PROBES, binary.NativeEndian.AppendUint32(nil, 5)...)), Neighbour{Addr: addr, State: "incomplete", Probes: 5}, true},
		{"failed", entry(2, unix.NUD_FAILED, dst), Neighbour{Addr: addr, State: "failed"}, true},
		{"no state", entry(2, 0, dst), Neighbour{Addr: addr, State: "none"}, true},
		{"over IPv6", entry(2, unix.NUD_STALE, attribute(unix.NDA_DST, netip.MustParseAddr("fe80::1").AsSlice()...)), Neighbour{Addr: netip.MustParseAddr("fe80::1"), State: "stale"}, true},
		{"without an address", entry(2, unix.NUD_REACHABLE), Neighbour{State: "reachable"}, false},
		{"half a count", entry(2, unix.NUD_REACHABLE, dst, attribute(unix.NDA_PROBES, 1)), Neighbour{Addr: addr, State: "reachable"}, true},
		{"cut", entry(2, unix.NUD_REACHABLE)[:11], Neighbour{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			n, index, ok := parseNeighbour(test.b)
			if n != test.want || ok != test.ok || len(test.b) >= 12 && index != 2 {
				t.Errorf("%+v, %d, %v; want %+v", n, index, ok, test.want)
			}
		})
	}
}

func TestParseTuples(t *testing.T) {
	tuple := func(typ uint16, from, to string) []byte {
		f, t := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
		src, dst := uint16(1), uint16(2)
		if f.Addr().Is6() {
			src, dst = 3, 4
		}
		port := func(p uint16) []byte { return binary.BigEndian.AppendUint16(nil, p) }
		return attribute(typ|unix.NLA_F_NESTED, slices.Concat(
			attribute(attrTupleIP|unix.NLA_F_NESTED, slices.Concat(attribute(src, f.Addr().AsSlice()...), attribute(dst, t.Addr().AsSlice()...))...),
			attribute(attrTupleProto|unix.NLA_F_NESTED, slices.Concat(attribute(1, unix.IPPROTO_TCP), attribute(attrProtoSrcPort, port(f.Port())...), attribute(attrProtoDstPort, port(t.Port())...))...))...)
	}
	original := tuple(attrTupleOrig, "10.0.0.2:40000", "198.51.100.7:80")
	for _, test := range []struct {
		name string
		b    []byte
		real string // empty: it is none
	}{
		{"translated", slices.Concat(make([]byte, 4), original, tuple(attrTupleReply, "172.17.0.2:8080", "10.0.0.2:40000")), "172.17.0.2:8080"},
		{"not translated", slices.Concat(make([]byte, 4), original, tuple(attrTupleReply, "198.51.100.7:80", "10.0.0.2:40000")), "198.51.100.7:80"},
		{"over IPv6", slices.Concat(make([]byte, 4), tuple(attrTupleOrig, "[2001:db8::2]:40000", "[2001:db8::1]:80"), tuple(attrTupleReply, "[fd00::2]:8080", "[2001:db8::2]:40000")), "[fd00::2]:8080"},
		{"one direction", slices.Concat(make([]byte, 4), original), ""},
		{"nothing", make([]byte, 4), ""},
		{"cut", make([]byte, 3), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, r, ok := parseTuples(test.b)
			if ok != (test.real != "") || ok && (r.from != netip.MustParseAddrPort(test.real) || o.from.Port() != 40000 || o.to.Port() != 80) {
				t.Errorf("%v, %v, %v", o, r, ok)
			}
		})
	}
}

// TestParseExtendedError reads control messages of the error queue (ip(7), struct sock_extended_err).
func TestParseExtendedError(t *testing.T) {
	control := func(level, typ int32, data []byte) []byte {
		b := make([]byte, unix.CmsgSpace(len(data)))
		if unix.SizeofCmsghdr == 16 {
			binary.NativeEndian.PutUint64(b, uint64(unix.CmsgLen(len(data))))
		} else {
			binary.NativeEndian.PutUint32(b, uint32(unix.CmsgLen(len(data))))
		}
		binary.NativeEndian.PutUint32(b[unix.SizeofCmsghdr-8:], uint32(level))
		binary.NativeEndian.PutUint32(b[unix.SizeofCmsghdr-4:], uint32(typ))
		copy(b[unix.CmsgLen(0):], data)
		return b
	}
	// The error number, then origin, type and code, and the offender's address behind it.
	v4 := append([]byte{111, 0, 0, 0, 2, 3, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 2, 0, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
	v6 := append([]byte{113, 0, 0, 0, 3, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 28)...)
	copy(v6[24:], netip.MustParseAddr("2001:db8::1").AsSlice())
	own := slices.Clone(v4)
	own[4] = 1 // SO_EE_ORIGIN_LOCAL
	for _, test := range []struct {
		name string
		b    []byte
		want string
	}{
		{"IPv4", control(unix.IPPROTO_IP, unix.IP_RECVERR, v4), "{10.0.0.1 3 13}"},
		{"IPv6", control(unix.IPPROTO_IPV6, unix.IPV6_RECVERR, v6), "{2001:db8::1 1 4}"},
		{"behind another message", append(control(unix.SOL_SOCKET, unix.SO_TIMESTAMP, make([]byte, 16)), control(unix.IPPROTO_IP, unix.IP_RECVERR, v4)...), "{10.0.0.1 3 13}"},
		{"this machine's own error", control(unix.IPPROTO_IP, unix.IP_RECVERR, own), ""},
		{"without the offender", control(unix.IPPROTO_IP, unix.IP_RECVERR, v4[:20]), ""},
		{"cut", control(unix.IPPROTO_IP, unix.IP_RECVERR, v4[:15]), ""},
		{"nothing", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if e := parseExtendedError(test.b); e != nil {
				got = fmt.Sprint(*e)
			}
			if got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestParseRule(t *testing.T) {
	rule := func(action, dst byte, attrs ...[]byte) []byte {
		b := make([]byte, sizeofRuleHeader)
		b[0], b[1], b[2], b[4], b[7] = unix.AF_INET, dst, dst, 254, action
		priority := attribute(unix.FRA_PRIORITY, binary.NativeEndian.AppendUint32(nil, 100)...)
		return append(append(b, priority...), bytes.Join(attrs, nil)...)
	}
	to := attribute(unix.FRA_DST, 198, 51, 100, 0)
	port := attribute(unix.FRA_DPORT_RANGE, binary.NativeEndian.AppendUint16(binary.NativeEndian.AppendUint16(nil, 80), 90)...)
	inverted := rule(1, 0)
	inverted[8] = ruleInverted
	for _, test := range []struct {
		name  string
		b     []byte
		text  string
		plain bool
	}{
		{"look into a table", rule(1, 0), "100: from all lookup 254", true},
		{"prohibit", rule(8, 24, to), "100: from all to 198.51.100.0/24 prohibit", true},
		{"unreachable", rule(7, 24, to), "100: from all to 198.51.100.0/24 unreachable", true},
		{"by source", rule(1, 24, attribute(unix.FRA_SRC, 198, 51, 100, 0)), "100: from 198.51.100.0/24 lookup 254", true},
		{"by port", rule(6, 0, attribute(unix.FRA_IP_PROTO, 6), port), "100: from all ipproto 6 dport 80-90 blackhole", true},
		{"by mark", rule(1, 0, attribute(unix.FRA_FWMARK, 7, 0, 0, 0)), "100: from all and more lookup 254", false},
		{"by interface", rule(1, 0, attribute(unix.FRA_OIFNAME, 't', 'u', 'n', '0', 0)), "100: from all and more lookup 254", false},
		{"inverted", inverted, "100: from all and more lookup 254", false},
		{"as the kernel gives every rule", rule(1, 0, attribute(unix.FRA_SUPPRESS_PREFIXLEN, 255, 255, 255, 255), attribute(unix.FRA_PROTOCOL, 2)), "100: from all lookup 254", true},
		{"suppressing", rule(1, 0, attribute(unix.FRA_SUPPRESS_PREFIXLEN, 0, 0, 0, 0)), "100: from all and more lookup 254", false},
		{"cut", rule(1, 0)[:11], "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if r, ok := parseRule(test.b); r.Text != test.text || r.Plain != test.plain || ok != (test.text != "") {
				t.Errorf("%+v, want %q", r, test.text)
			}
		})
	}
}

func TestRuleMatches(t *testing.T) {
	to, source := netip.MustParseAddrPort("198.51.100.7:85"), netip.MustParseAddr("192.0.2.1")
	for _, test := range []struct {
		name string
		rule Rule
		want bool
	}{
		{"all", Rule{}, true},
		{"its network", Rule{To: netip.MustParsePrefix("198.51.100.0/24")}, true},
		{"another network", Rule{To: netip.MustParsePrefix("203.0.113.0/24")}, false},
		{"its source", Rule{From: netip.MustParsePrefix("192.0.2.0/24")}, true},
		{"another source", Rule{From: netip.MustParsePrefix("203.0.113.0/24")}, false},
		{"its port", Rule{Protocol: 6, FirstPort: 80, LastPort: 90}, true},
		{"another port", Rule{FirstPort: 22, LastPort: 22}, false},
		{"another protocol", Rule{Protocol: 17}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.rule.Matches(to, "tcp", source); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestParseRoute(t *testing.T) {
	route := func(bits byte, attrs ...[]byte) []byte {
		b := make([]byte, unix.SizeofRtMsg)
		b[0], b[1], b[4], b[7] = unix.AF_INET, bits, 254, unix.RTN_UNICAST
		return append(b, bytes.Join(attrs, nil)...)
	}
	gateway := attribute(unix.RTA_GATEWAY, 192, 0, 2, 1)
	hop := append(binary.NativeEndian.AppendUint16(nil, uint16(unix.SizeofRtNexthop+len(gateway))), 0, 0, 0, 0, 0, 0)
	hop = append(hop, gateway...)
	for _, test := range []struct {
		name string
		b    []byte
		want string
	}{
		{"the default route", route(0, gateway), "unicast 0.0.0.0/0 192.0.2.1 254 0"},
		{"a network", route(24, attribute(unix.RTA_DST, 198, 51, 100, 7), attribute(unix.RTA_TABLE, 77, 0, 0, 0)), "unicast 198.51.100.0/24 invalid IP 77 0"},
		{"by IPv6", route(0, attribute(unix.RTA_VIA, append([]byte{10, 0}, netip.MustParseAddr("fe80::1").AsSlice()...)...)), "unicast 0.0.0.0/0 fe80::1 254 0"},
		{"two next hops", route(0, attribute(unix.RTA_MULTIPATH, append(hop, hop...)...)), "unicast 0.0.0.0/0 192.0.2.1 254 2"},
		{"too many bits", route(64), ""},
		{"cut", route(0)[:11], ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if r, ok := parseRoute(test.b); ok {
				got = fmt.Sprint(r.Type, " ", r.Prefix, " ", r.Gateway, " ", r.Table, " ", r.Ways)
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
