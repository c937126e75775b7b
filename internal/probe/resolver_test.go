package probe

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseResolvConf(t *testing.T) {
	var many, long strings.Builder
	for i := range 40 {
		fmt.Fprintf(&many, " d%d.test", i)
	}
	long.WriteString("nameserver 192.0.2.1\n# " + strings.Repeat("x", 1000) + "\n")
	for _, test := range []struct {
		name, text      string
		servers, search string
		ndots           int
	}{
		{"empty", "", "127.0.0.1:53", "", 1},
		{"garbage", "\x00\xff\xfe nonsense\n===\nnameserver\nsearch\noptions\n", "127.0.0.1:53", "", 1},
		{"one server", "nameserver 192.0.2.1\n", "192.0.2.1:53", "", 1},
		{"no line end", "nameserver 192.0.2.1", "192.0.2.1:53", "", 1},
		{"in order, and only three", "nameserver 192.0.2.3\nnameserver 2001:db8::1\nnameserver 192.0.2.1\nnameserver 192.0.2.4\n",
			"192.0.2.3:53 [2001:db8::1]:53 192.0.2.1:53", "", 1},
		{"a name is no server", "nameserver dns.test\nnameserver 192.0.2.1\n", "192.0.2.1:53", "", 1},
		{"a zone", "nameserver fe80::1%eth0\n", "[fe80::1%eth0]:53", "", 1},
		{"mapped", "nameserver ::ffff:192.0.2.1\n", "192.0.2.1:53", "", 1},
		{"comments", "# nameserver 192.0.2.1\n; nameserver 192.0.2.2\nnameserver 192.0.2.3 # the third\n", "192.0.2.3:53", "", 1},
		{"a long comment", long.String(), "192.0.2.1:53", "", 1},
		{"search", "search a.test b.test\n", "127.0.0.1:53", "a.test b.test", 1},
		{"the last line counts: search", "domain a.test\nsearch b.test c.test\n", "127.0.0.1:53", "b.test c.test", 1},
		{"the last line counts: domain", "search b.test c.test\ndomain a.test\n", "127.0.0.1:53", "a.test", 1},
		{"dots and case", "search A.Test. . .b.test\n", "127.0.0.1:53", "a.test b.test", 1},
		{"many domains", "search" + many.String() + "\n", "127.0.0.1:53", strings.Join(strings.Fields(many.String())[:maxSearch], " "), 1},
		{"indented: the C library does not read it", "  nameserver 192.0.2.1\n\tsearch a.test\n", "127.0.0.1:53", "", 1},
		{"ndots", "options timeout:1 ndots:5 rotate\n", "127.0.0.1:53", "", 5},
		{"the last ndots", "options ndots:5\noptions ndots:2\n", "127.0.0.1:53", "", 2},
		{"ndots in bounds", "options ndots:999\n", "127.0.0.1:53", "", maxNdots},
		{"ndots below zero", "options ndots:-3\n", "127.0.0.1:53", "", 0},
		{"ndots of letters", "options ndots:x ndots: ndots\n", "127.0.0.1:53", "", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := parseResolvConf([]byte(test.text))
			var servers []string
			for _, s := range c.servers {
				servers = append(servers, s.String())
			}
			if got := strings.Join(servers, " "); got != test.servers {
				t.Errorf("servers %s, want %s", got, test.servers)
			}
			if got := strings.Join(c.search, " "); got != test.search || c.ndots != test.ndots {
				t.Errorf("search %q, ndots %d; want %q, %d", got, c.ndots, test.search, test.ndots)
			}
		})
	}
}

// TestResolvOptions reads the options that decide how a server is asked, and for how long.
func TestResolvOptions(t *testing.T) {
	c := parseResolvConf([]byte("# by hand\n nameserver 192.0.2.1\noptions timeout:1 attempts:9 use-vc edns0 rotate\n"))
	if c.timeout != time.Second || c.attempts != maxAttempts || c.transport() != "tcp" || !c.edns || !c.rotate || !c.noServer || !slices.Equal(c.indented, []int{2}) {
		t.Errorf("%+v", c)
	}
	c = parseResolvConf([]byte("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\noptions timeout:x attempts:-1\n"))
	if c.patience() != 5*time.Second || c.transport() != "udp" || c.noServer || c.turn(0) != 5*time.Second || c.turn(1) != 10*time.Second/3 {
		t.Errorf("%+v, turns %v and %v", c, c.turn(0), c.turn(1))
	}
}

func TestLooseIPv4(t *testing.T) {
	for host, want := range map[string]string{"0": "0.0.0.0", "2130706433": "127.0.0.1", "0x7f.1": "127.0.0.1", "127.1": "127.0.0.1", "010.0.0.1": "8.0.0.1", "1.2.3": "1.2.0.3",
		"4294967296": "", "256.1": "", "1.2.3.4.5": "", "": "", "1..2": "", "db": "", "0x": "", "09": "", "1_0": "", "+1": "", "0b1": "", "1.256.1": ""} {
		a, ok := looseIPv4(host)
		if ok != (want != "") || ok && a.String() != want {
			t.Errorf("%q: %v, %v", host, a, ok)
		}
	}
}

func TestCandidates(t *testing.T) {
	for _, test := range []struct {
		name     string
		host     string
		ndots    int
		search   string
		absolute bool
		want     string // each name, behind "<" the domain it bears
	}{
		{"no search", "db", 1, "", false, "db"},
		{"a short name: the domains first", "db", 1, "a.test b.test", false, "db.a.test<a.test db.b.test<b.test db"},
		{"dots enough: as it is first", "db.x", 1, "a.test b.test", false, "db.x db.x.a.test<a.test db.x.b.test<b.test"},
		{"dots too few for ndots 5", "api.prod.svc", 5, "a.test", false, "api.prod.svc.a.test<a.test api.prod.svc"},
		{"just enough", "a.b.c.d.e.f", 5, "a.test", false, "a.b.c.d.e.f a.b.c.d.e.f.a.test<a.test"},
		{"ndots 0", "db", 0, "a.test", false, "db db.a.test<a.test"},
		{"absolute", "db", 5, "a.test", true, "db"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, c := range (resolvConf{search: strings.Fields(test.search), ndots: test.ndots}).candidates(test.host, test.absolute) {
				if c.search != "" {
					c.name += "<" + c.search
				}
				got = append(got, c.name)
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestParseNsswitch(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       string // "none": there is no such line
	}{
		{"empty", "", "none"},
		{"another line", "passwd: files\nnetworks: files dns\n", "none"},
		{"in a comment", "# hosts: files dns\n", "none"},
		{"plain", "passwd: files\nhosts:          files dns # as usual\n", "files dns"},
		{"nothing behind it", "hosts:\n", ""},
		{"an action", "hosts: files mdns4_minimal [NOTFOUND=return] dns\n", "files mdns4_minimal dns | [NOTFOUND=return]"},
		{"an action with spaces", "hosts: files resolve [ !UNAVAIL = return ] dns\n", "files resolve dns | [ !UNAVAIL = return ]"},
		{"two actions in one", "hosts: resolve [!UNAVAIL=return NOTFOUND=continue] files\n", "resolve files | [!UNAVAIL=return NOTFOUND=continue]"},
		{"an action never closed", "hosts: files [NOTFOUND=return dns\n", "files | [NOTFOUND=return dns"},
		// glibc wants no space there (nss/nss_database.c, process_line; nss/nss_action_parse.c, nss_action_parse).
		{"glued to its source", "hosts: files dns[!UNAVAIL=return]myhostname\n", "files dns myhostname | [!UNAVAIL=return]"},
		{"glued to its name", "hosts:files dns\n", "files dns"},
	} {
		t.Run(test.name, func(t *testing.T) {
			order, actions := parseNsswitch([]byte(test.text))
			got := strings.Join(order, " ")
			if order == nil {
				got = "none"
			}
			for _, a := range actions {
				got += " | " + a
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestParseHosts(t *testing.T) {
	const text = `127.0.0.1 localhost
# 192.0.2.9 db.test
192.0.2.1	other DB.Test. alias # db.test is here
::ffff:192.0.2.2 db.test
fe80::1%eth0 db.test
192.0.2.300 db.test
192.0.2.4
db.test 192.0.2.5
192.0.2.6 xdb.test db.testing # db.test
192.0.2.7 db.test`
	for _, test := range []struct{ name, host, want string }{
		{"every line that names it", "db.test", "3 192.0.2.1, 4 192.0.2.2, 5 fe80::1%eth0, 10 192.0.2.7"},
		{"an alias", "alias", "3 192.0.2.1"},
		{"a comment names nobody", "here", ""},
		{"an address is no name", "192.0.2.5", ""},
		{"nobody", "nobody.test", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, e := range parseHosts([]byte(text), "/etc/hosts", test.host) {
				if e.File != "/etc/hosts" {
					t.Errorf("the file is %q", e.File)
				}
				got = append(got, fmt.Sprintf("%d %s", e.Line, e.Addr))
			}
			if got := strings.Join(got, ", "); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestParseGetent(t *testing.T) {
	var many strings.Builder
	for i := range 2 * maxRecords {
		fmt.Fprintf(&many, "192.0.%d.%d STREAM\n", i/256, i%256)
	}
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"each once, in order", "2001:db8::1     STREAM db.test\n2001:db8::1     DGRAM\n2001:db8::1     RAW\n192.0.2.1       STREAM\n192.0.2.1       DGRAM\n",
			[]string{"2001:db8::1", "192.0.2.1"}},
		{"a zone", "fe80::1%eth0 STREAM db.test\n", []string{"fe80::1%eth0"}},
		{"garbage", "getent: no such thing\n\n   \x00\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, a := range parseGetent([]byte(test.text)) {
				got = append(got, a.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	if n := len(parseGetent([]byte(many.String()))); n != maxRecords {
		t.Errorf("%d addresses are kept, and not %d", n, maxRecords)
	}
}

func TestInFamily(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	for family, want := range map[string][]netip.Addr{"": {v6, v4}, "ip4": {v4}, "ip6": {v6}} {
		if got := inFamily([]netip.Addr{v6, v4}, family); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", family, got, want)
		}
	}
}
