package probe

import (
	"context"
	"io"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/dns/dnsmessage"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// FuzzText reads files, outputs and variables that anybody may have written: no text stops a parser, and what it gives stays in bounds.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"", "nameserver 192.0.2.1\nsearch a.test b.test\noptions ndots:5\n", "hosts: files dns[!UNAVAIL=return] mdns4_minimal [NOTFOUND=return]\n",
		"192.0.2.1 db.test db\n", "2001:db8::1 STREAM db.test\n", "TcpExt: A TCPRetransFail\nTcpExt: 1 2\n", "123 (a) b) S 1 2", "32768 60999",
		"socket:[123]", "http://me:secret@[2001:db8::1%25eth0]:3128/x", "*,.test,192.0.2.0/24,db.test:80", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "\x00\xff[]:;#",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := []byte(text)
		c := parseResolvConf(b)
		if len(c.servers) == 0 || len(c.servers) > maxServers || len(c.search) > maxSearch || c.ndots < 0 || c.ndots > maxNdots {
			t.Errorf("resolv.conf: %+v", c)
		}
		for _, s := range c.servers {
			if !s.IsValid() || s.Port() != 53 {
				t.Errorf("resolv.conf: server %v", s)
			}
		}
		list := c.candidates("db", false)
		if plain := (candidate{name: "db"}); len(list) != len(c.search)+1 || !slices.Contains(list, plain) || len(c.candidates("db", true)) != 1 {
			t.Errorf("candidates: %+v", list)
		}
		order, _ := parseNsswitch(b)
		for _, source := range order {
			if source == "" || strings.ContainsAny(source, "[ \t\n") { // an action is no source
				t.Errorf("nsswitch.conf: source %q", source)
			}
		}
		for _, e := range parseHosts(b, "hosts", "db.test") {
			if !e.Addr.IsValid() || e.Line < 1 || e.Line > strings.Count(text, "\n")+1 {
				t.Errorf("hosts: %+v", e)
			}
		}
		if addrs := parseGetent(b); len(addrs) > maxRecords {
			t.Errorf("getent: %d addresses", len(addrs))
		}
		parseNetstat(b, "TcpExt:", "TCPRetransFail")
		if name, _ := parseStat(text); !strings.Contains(text, "("+name+")") && name != "" {
			t.Errorf("stat: %q", name)
		}
		if low, high := parsePortRange(b); low > high {
			t.Errorf("port range: %d to %d", low, high)
		}
		parseSocketLink(text)
		parsePorts(text)
		headIsComplete(b)
		if s := shorten(text, 10); utf8.RuneCountInString(s) > 11 {
			t.Errorf("shorten: %q", s)
		}
		if line := firstLine(b); strings.Contains(line, "\n") || len(line) > 3*200 {
			t.Errorf("first line: %q", line)
		}
		fuzzProxy(t, text)
	})
}

// fuzzProxy takes a text for a proxy and for NO_PROXY.
func fuzzProxy(t *testing.T, text string) {
	env := &Env{Getenv: func(string) string { return text }}
	for _, host := range []string{"db.test", "192.0.2.1", "::1", "localhost"} {
		for i, s := range settings(env, web(host, 80, false)) {
			if s.fact.Applies && (i > 0 || s.fact.Exempt != "") {
				t.Errorf("settings: number %d applies: %+v", i, s.fact)
			}
			if s.url.Hostname() == "" || s.url.Port() == "" || s.fact.Proxy != s.url.Scheme+"://"+s.url.Host {
				t.Errorf("settings: %+v", s.fact)
			}
		}
	}
}

// FuzzDNS reads what a name server, or somebody in its place, sends.
func FuzzDNS(f *testing.F) {
	query := must(aQuestion("udp").pack(7))
	f.Add(query)
	f.Add(message(query, func(m *dnsmessage.Message) {
		m.Answers = []dnsmessage.Resource{record("192.0.2.1", 300), record("192.0.2.2", 0)}
		m.Additionals = []dnsmessage.Resource{extended(1, dnsmessage.Option{Code: 15, Data: []byte("\x00\x06bogus")})}
	}))
	f.Add(message(query, func(m *dnsmessage.Message) { m.Truncated = true }))
	f.Add(message(query, func(m *dnsmessage.Message) {
		m.Answers = slices.Repeat([]dnsmessage.Resource{record("192.0.2.1", 1)}, maxRecords+10)
	}))
	f.Fuzz(func(t *testing.T, b []byte) {
		reply, err := parseDNS(b)
		if err == nil && len(reply.addrs)+len(reply.servers) > maxRecords {
			t.Errorf("%d addresses, %d servers", len(reply.addrs), len(reply.servers))
		}
		var a fact.DNSAnswer
		cutOff := readDNS(b, 7, aQuestion("udp"), &a)
		switch {
		case a.Result == "":
			t.Errorf("it has no result: %+v", a)
		case a.Result == fact.DNSGarbled && (len(a.Addrs) > 0 || a.Code != 0 || a.EDE != ""):
			t.Errorf("garbled, and something is believed: %+v", a)
		case a.Result == fact.DNSNoData && len(a.Addrs) > 0, cutOff && a.Result != fact.DNSNoData && a.Result != fact.DNSAnswered && a.Result != fact.DNSNXDomain:
			t.Errorf("%+v, cut off %v", a, cutOff)
		case err == nil && reply.id != 7 && a.Replied():
			t.Errorf("the answer to another question was taken: %+v", a)
		}
		resolvConf{servers: []netip.AddrPort{serverAt}}.decide([]fact.DNSAnswer{a})
	})
}

// A script is a connection that says what it holds, some bytes at a time, and then ends.
type script struct {
	net.Conn
	says []byte
	step int
}

func (s *script) Read(b []byte) (int, error) {
	if len(s.says) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), s.step)], s.says)
	s.says = s.says[n:]
	return n, nil
}

// FuzzReadHead reads the head of an answer from a hostile proxy, in pieces.
func FuzzReadHead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\nbody"), uint8(1))
	f.Add([]byte("HTTP/1.0 200\r\nVia: x\n\n"), uint8(7))
	f.Add([]byte("SSH-2.0-OpenSSH_9.2p1\r\n"), uint8(200))
	f.Add([]byte{}, uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, step uint8) {
		c := &script{says: b, step: int(step) + 1}
		a, _, err := readHead(c, true)
		if read := len(b) - len(c.says); read > maxAnswer+4096 {
			t.Errorf("%d bytes were read", read)
		}
		if err == nil && (a.Status < 100 || a.Status > 999 || !strings.HasPrefix(string(b), "HTTP/1.")) {
			t.Errorf("%+v of %q", a, b)
		}
		for name, value := range a.Header {
			if len(value) > 3*300 || strings.Contains(value, "\n") {
				t.Errorf("the field %s is %q", name, value)
			}
		}
		byProxy(a, "GET")
	})
}

// FuzzSOCKS lets a hostile proxy say anything; it may not take us for through without having said so, and not keep us.
func FuzzSOCKS(f *testing.F) {
	f.Add([]byte("\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"), false)
	f.Add([]byte("\x05\x02\x01\x00\x05\x05\x00\x01"), true)
	f.Add([]byte("\x05\xff"), true)
	f.Add([]byte("\x04\x5a"), false)
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), false)
	f.Fuzz(func(t *testing.T, b []byte, password bool) {
		ours, theirs := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		go func() {
			_, _ = theirs.Write(b)
			theirs.Close()
		}()
		defer ours.Close()
		_ = ours.SetDeadline(time.Now().Add(10 * time.Second)) // never reached: the pipe is closed
		var user *url.Userinfo
		if password {
			user = url.UserPassword("me", "secret")
		}
		var a fact.ProxyAnswer
		err := askSOCKS(ours, tcp("db.test", 5432), user, &a)
		if a.Through && (err != nil || len(b) < 6 || b[0] != 5 || a.Reply != 0) {
			t.Errorf("through, by %q: %+v, %v", b, a, err)
		}
		if a.Reply < 0 || a.Reply > 255 || a.Status != 0 && a.Status != 407 || a.Status == 407 && a.Through {
			t.Errorf("%+v", a)
		}
	})
}

// FuzzConverse lets a hostile server say anything to each of the ways in which we speak to it.
func FuzzConverse(f *testing.F) {
	for _, seed := range []string{"", "HTTP/1.1 200 OK\r\n\r\nx", "HTTP/1.1 400 \r\n\r\nx", "SSH-2.0-x\r\n", "\x15\x03\x01\x00\x02\x02\x28", "\x16\x03\x03\x00\x04\x02\x00\x00\x00", "\x1b[2J\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		plays := func() net.Conn {
			return serve(func(c net.Conn) {
				go func() { _, _ = io.Copy(io.Discard, c) }()
				_, _ = c.Write(b)
			})
		}
		n := &network{answer: func(context.Context, dial) sys.Connected { return sys.Connected{Conn: plays()} }}
		for _, to := range []target.Target{web("db.test", 80, false), web("db.test", 443, true), sshTarget} {
			env := fakeEnv(nil, nil, n)
			set, emit := gather(to)
			talk := &talk{ctx: t.Context(), env: env.real(), target: to, to: farPort, emit: emit}
			talk.converse(plays())
			for _, x := range given[fact.Exchange](set) {
				if len(x.Received) > fact.MaxBytes || !strings.HasPrefix(string(b), string(x.Received)) && x.Asked == "nothing" {
					t.Errorf("%+v", x)
				}
			}
			if len(n.dials) > 1 {
				t.Errorf("%d connections beside the first", len(n.dials))
			}
			n.dials = nil
			if _, err := set.MarshalJSON(); err != nil {
				t.Error(err)
			}
		}
	})
}
