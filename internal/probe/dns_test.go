package probe

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

var serverAt = netip.MustParseAddrPort("192.0.2.53:53")

// aQuestion is an ordinary question.
func aQuestion(transport string) question {
	return question{server: serverAt, transport: transport, purpose: fact.DNSAsked, name: "db.test", typ: dnsmessage.TypeA}
}

// message packs a reply to a query, with what a test wants to be different.
func message(query []byte, change func(*dnsmessage.Message)) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		panic(err)
	}
	m.Response, m.Additionals = true, nil
	if change != nil {
		change(&m)
	}
	return must(m.Pack())
}

// record is an A record.
func record(addr string, ttl uint32) dnsmessage.Resource {
	return dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("db.test."), Class: dnsmessage.ClassINET, TTL: ttl},
		Body: &dnsmessage.AResource{A: netip.MustParseAddr(addr).As4()}}
}

// extended is an OPT record with the upper bits of the code and an extended error.
func extended(upper uint8, options ...dnsmessage.Option) dnsmessage.Resource {
	return dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("."), Class: 1232, TTL: uint32(upper) << 24},
		Body: &dnsmessage.OPTResource{Options: options}}
}

func TestReadDNS(t *testing.T) {
	const id = 7
	query := must(aQuestion("udp").pack(id))
	for _, test := range []struct {
		name    string
		message []byte
		result  fact.DNSResult
		code    int
		addrs   string
		ttl     uint32
		ede     string
	}{
		{"answered", message(query, func(m *dnsmessage.Message) {
			m.Answers = []dnsmessage.Resource{record("192.0.2.1", 300), record("192.0.2.2", 60)}
		}), fact.DNSAnswered, 0, "192.0.2.1 192.0.2.2", 60, ""},
		{"a record that lives for no time", message(query, func(m *dnsmessage.Message) {
			m.Answers = []dnsmessage.Resource{record("192.0.2.1", 0), record("192.0.2.2", 60)}
		}), fact.DNSAnswered, 0, "192.0.2.1 192.0.2.2", 0, ""},
		{"no data", message(query, nil), fact.DNSNoData, 0, "", 0, ""},
		{"another code", message(query, func(m *dnsmessage.Message) { m.RCode = dnsmessage.RCodeNotImplemented }), fact.DNSOtherCode, 4, "", 0, ""},
		{"a code of EDNS", message(query, func(m *dnsmessage.Message) { m.Additionals = []dnsmessage.Resource{extended(1)} }), fact.DNSOtherCode, 16, "", 0, ""},
		{"an extended error", message(query, func(m *dnsmessage.Message) {
			m.RCode = dnsmessage.RCodeServerFailure
			m.Additionals = []dnsmessage.Resource{extended(0, dnsmessage.Option{Code: 10, Data: []byte("cookie")}, dnsmessage.Option{Code: 15, Data: []byte("\x00\x07too old")})}
		}), fact.DNSServFail, 2, "", 0, "7 Signature Expired too old"},
		{"an extended error without a name", message(query, func(m *dnsmessage.Message) {
			m.RCode = dnsmessage.RCodeRefused
			m.Additionals = []dnsmessage.Resource{extended(0, dnsmessage.Option{Code: 15, Data: []byte("\x03\xe8")})}
		}), fact.DNSRefused, 5, "", 0, "1000"},
		{"half an extended error", message(query, func(m *dnsmessage.Message) {
			m.RCode = dnsmessage.RCodeRefused
			m.Additionals = []dnsmessage.Resource{extended(0, dnsmessage.Option{Code: 15, Data: []byte("\x03")})}
		}), fact.DNSRefused, 5, "", 0, ""},
		{"the name in another case", message(query, func(m *dnsmessage.Message) { m.Questions[0].Name = dnsmessage.MustNewName("DB.Test.") }), fact.DNSNoData, 0, "", 0, ""},
		{"without the question", message(query, func(m *dnsmessage.Message) { m.Questions, m.RCode = nil, dnsmessage.RCodeRefused }), fact.DNSRefused, 5, "", 0, ""},
		{"to another question", message(query, func(m *dnsmessage.Message) { m.Questions[0].Name = dnsmessage.MustNewName("evil.test.") }), fact.DNSGarbled, 0, "", 0, ""},
		{"of another number", message(query, func(m *dnsmessage.Message) { m.ID++ }), fact.DNSGarbled, 0, "", 0, ""},
		{"our own query", query, fact.DNSGarbled, 0, "", 0, ""},
		{"cut in the answer", message(query, func(m *dnsmessage.Message) { m.Answers = []dnsmessage.Resource{record("192.0.2.1", 300)} })[:40], fact.DNSGarbled, 0, "", 0, ""},
		{"no DNS", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), fact.DNSGarbled, 0, "", 0, ""},
		{"empty", nil, fact.DNSGarbled, 0, "", 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var a fact.DNSAnswer
			readDNS(test.message, id, aQuestion("udp"), &a)
			var addrs []string
			for _, addr := range a.Addrs {
				addrs = append(addrs, addr.String())
			}
			if a.Result != test.result || a.Code != test.code || strings.Join(addrs, " ") != test.addrs || a.TTL != test.ttl || a.EDE != test.ede {
				t.Errorf("%+v", a)
			}
		})
	}
}

// TestManyRecords bounds what is kept of a message.
func TestManyRecords(t *testing.T) {
	reply := must(parseDNS(message(must(aQuestion("udp").pack(7)), func(m *dnsmessage.Message) {
		m.Answers = slices.Repeat([]dnsmessage.Resource{record("192.0.2.1", 1)}, 3*maxRecords)
	})))
	if len(reply.addrs) != maxRecords {
		t.Errorf("%d addresses are kept", len(reply.addrs))
	}
}

func TestPack(t *testing.T) {
	q := aQuestion("udp")
	q.unchecked, q.iterative, q.edns = true, true, true
	var m dnsmessage.Message
	if err := m.Unpack(must(q.pack(7))); err != nil || m.ID != 7 || !m.CheckingDisabled || m.RecursionDesired || len(m.Additionals) != 1 || m.Additionals[0].Header.Class != udpSize {
		t.Errorf("%+v, %v", m, err)
	}
	if err := m.Unpack(must(aQuestion("udp").pack(7))); err != nil || m.CheckingDisabled || !m.RecursionDesired || len(m.Additionals) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	for name, host := range map[string]string{"a long name": strings.Repeat("a.", 140) + "test", "a long label": strings.Repeat("a", 64) + ".test", "an empty label": "a..test"} {
		q.name = host
		if b, err := q.pack(7); err == nil {
			t.Errorf("%s is sent as %q", name, b)
		}
		n := &network{answer: refused}
		env := fakeEnv(nil, nil, n)
		if a := q.ask(t.Context(), env.real()); a.Result != fact.DNSUnreachable || a.Error == "" || len(n.dials) > 0 {
			t.Errorf("%s: %+v, %d dials", name, a, len(n.dials))
		}
	}
}

// TestAskEnds tells the ways in which a question ends without a DNS message.
func TestAskEnds(t *testing.T) {
	tcpSays := func(play func(net.Conn, []byte)) func(context.Context, dial) sys.Connected {
		return func(context.Context, dial) sys.Connected {
			return sys.Connected{Conn: serve(func(c net.Conn) {
				length := hears(c, 2)
				play(c, []byte(hears(c, int(binary.BigEndian.Uint16([]byte(length))))))
			})}
		}
	}
	for _, test := range []struct {
		name, transport string
		answer          func(context.Context, dial) sys.Connected
		result          fact.DNSResult
		says            string
		dials           int
		took            time.Duration
	}{
		{"silence is asked again", "udp", silent, fact.DNSSilent, "", dnsTries, dnsTries * dnsPatience},
		{"port unreachable", "udp", func(context.Context, dial) sys.Connected { return icmp(serverAt.Addr(), 3, 3, "ECONNREFUSED") }, fact.DNSPortClosed, "", 1, 0},
		{"prohibited", "udp", func(context.Context, dial) sys.Connected { return icmp(gateAt, 3, 13, "EHOSTUNREACH") }, fact.DNSUnreachable,
			"ICMP communication prohibited from 10.0.0.1", 1, 0},
		{"no route", "udp", func(context.Context, dial) sys.Connected {
			return sys.Connected{Step: "connect", Errno: "ENETUNREACH"}
		}, fact.DNSUnreachable, "ENETUNREACH", 1, 0},
		{"not DNS", "udp", func(context.Context, dial) sys.Connected { return sys.Connected{Received: []byte("hello")} }, fact.DNSGarbled, "not an answer to the question", 1, 0},
		{"a reset", "tcp", refused, fact.DNSPortClosed, "", 1, 0},
		{"no SYN-ACK", "tcp", silent, fact.DNSSilent, "", 1, 2 * dnsPatience},
		{"closed", "tcp", tcpSays(func(net.Conn, []byte) {}), fact.DNSGarbled, "closed without an answer", 1, 0},
		{"half a message", "tcp", tcpSays(func(c net.Conn, q []byte) { says(c, "\x01\x00half") }), fact.DNSGarbled, "closed without an answer", 1, 0},
		{"half a length", "tcp", tcpSays(func(c net.Conn, q []byte) { says(c, "\x01") }), fact.DNSGarbled, "closed without an answer", 1, 0},
		{"a message without length", "tcp", tcpSays(func(c net.Conn, q []byte) { says(c, "\x00\x00") }), fact.DNSGarbled, "not an answer to the question", 1, 0},
		{"mute", "tcp", tcpSays(func(c net.Conn, q []byte) { hears(c, 1) }), fact.DNSGarbled, "closed without an answer", 1, dnsPatience},
		{"byte by byte", "tcp", tcpSays(func(c net.Conn, q []byte) { trickle(c, framed(message(q, nil)), 0) }), fact.DNSNoData, "", 1, 0},
		{"slower than the deadline", "tcp", tcpSays(func(c net.Conn, q []byte) { trickle(c, framed(message(q, nil)), 100*time.Millisecond) }),
			fact.DNSGarbled, "closed without an answer", 1, dnsPatience},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{answer: test.answer}
				env := fakeEnv(nil, nil, n)
				a := aQuestion(test.transport).ask(t.Context(), env.real())
				if a.Result != test.result || a.Error != test.says || len(n.dials) != test.dials || time.Duration(a.Took) != test.took {
					t.Errorf("%+v, %d dials", a, len(n.dials))
				}
				time.Sleep(time.Second) // until the other end, too, has seen that it is over
			})
		})
	}
}

// framed puts the length in front, as over TCP.
func framed(message []byte) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(message)))) + string(message)
}

// TestDecide follows the resolver: the servers in their order, each only for so long.
func TestDecide(t *testing.T) {
	first, second := serverAt, netip.MustParseAddrPort("192.0.2.54:53")
	answer := func(server netip.AddrPort, transport, typ string, r fact.DNSResult, addrs ...netip.Addr) fact.DNSAnswer {
		return fact.DNSAnswer{Server: server, Transport: transport, Type: typ, Result: r, Addrs: addrs}
	}
	x, y := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for _, test := range []struct {
		name    string
		answers []fact.DNSAnswer
		waited  time.Duration
		want    fact.LookupResult
		addr    netip.Addr
	}{
		{"nothing yet", nil, 0, "", netip.Addr{}},
		{"one type is there, the other may come", []fact.DNSAnswer{answer(first, "udp", "A", fact.DNSAnswered, x)}, 0, "", netip.Addr{}},
		{"one type is there, the other does not come", []fact.DNSAnswer{answer(first, "udp", "A", fact.DNSAnswered, x)}, headStart, fact.LookupFound, x},
		{"the second server must wait for the first", []fact.DNSAnswer{answer(second, "udp", "A", fact.DNSAnswered, y), answer(second, "udp", "AAAA", fact.DNSNoData)}, 0, "", netip.Addr{}},
		{"as long as the resolver does", []fact.DNSAnswer{answer(second, "udp", "A", fact.DNSAnswered, y), answer(second, "udp", "AAAA", fact.DNSNoData)}, 4900 * time.Millisecond, "", netip.Addr{}},
		{"not where the first has failed", []fact.DNSAnswer{answer(first, "udp", "A", fact.DNSPortClosed), answer(first, "udp", "AAAA", fact.DNSPortClosed),
			answer(second, "udp", "A", fact.DNSAnswered, y), answer(second, "udp", "AAAA", fact.DNSNoData)}, 0, fact.LookupFound, y},
		{"and no longer", []fact.DNSAnswer{answer(second, "udp", "A", fact.DNSAnswered, y), answer(second, "udp", "AAAA", fact.DNSNoData)}, 5 * time.Second, fact.LookupFound, y},
		{"no name of either type", []fact.DNSAnswer{answer(first, "udp", "A", fact.DNSNXDomain), answer(first, "udp", "AAAA", fact.DNSNXDomain)}, 0, fact.LookupNoName, netip.Addr{}},
		{"no name of one type is none of the other", []fact.DNSAnswer{answer(first, "udp", "A", fact.DNSNXDomain)}, headStart, fact.LookupNoName, netip.Addr{}},
		{"no address of one type is not none of the other", []fact.DNSAnswer{answer(first, "udp", "AAAA", fact.DNSNoData)}, time.Hour, "", netip.Addr{}},
		{"no address of either", []fact.DNSAnswer{answer(first, "udp", "A", fact.DNSNoData), answer(first, "udp", "AAAA", fact.DNSNoData)}, 0, fact.LookupNoAddress, netip.Addr{}},
		{"UDP is before TCP", []fact.DNSAnswer{answer(first, "tcp", "A", fact.DNSAnswered, y), answer(first, "udp", "A", fact.DNSAnswered, x), answer(first, "udp", "AAAA", fact.DNSNoData)},
			0, fact.LookupFound, x},
		{"TCP is not taken where UDP is silent", []fact.DNSAnswer{answer(first, "udp", "A", fact.DNSSilent), answer(first, "tcp", "A", fact.DNSAnswered, y), answer(first, "tcp", "AAAA", fact.DNSNoData)},
			time.Hour, "", netip.Addr{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := parseResolvConf([]byte("nameserver 192.0.2.53\nnameserver 192.0.2.54\n"))
			got, addrs := c.decideSoFar(test.answers, test.waited)
			if got != test.want || test.addr.IsValid() && !slices.Equal(addrs, []netip.Addr{test.addr}) {
				t.Errorf("%q %v, want %q %v", got, addrs, test.want, test.addr)
			}
		})
	}
}
