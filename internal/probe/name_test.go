package probe

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// A lookupTest is one look at a name, without any other probe.
type lookupTest struct {
	name    string
	host    string
	resolv  string // resolv.conf
	hosts   string // the hosts file
	nss     string // nsswitch.conf
	zones   map[string]zone
	getent  string // its output; empty: it finds nothing
	family  string
	want    string        // of the Lookup: result, source, addresses, full name, search domain
	asked   string        // the questions over UDP that were sent, sorted; "": none
	within  time.Duration // until the Lookup is there; 0: at once
	inspect func(*testing.T, *fact.Set)
}

// resolve runs the probe "name".
func resolve(t *testing.T, test lookupTest) (*fact.Set, *network) {
	t.Helper()
	onLinux(t)
	n := &network{answer: resolvers(test.zones)}
	env := fakeEnv(files(map[string]string{"etc/resolv.conf": test.resolv, "etc/hosts": test.hosts, "etc/nsswitch.conf": test.nss}), nil, n)
	if test.getent != "" {
		env.Command = func(_ context.Context, name string, args ...string) ([]byte, error) {
			if got, want := name+" "+strings.Join(args, " "), "getent ahosts"+strings.Replace(test.family, "ip", "v", 1)+" "+test.host; got != want {
				t.Errorf("%s is run", got)
			}
			return []byte(test.getent), nil
		}
	}
	to := tcp(strings.TrimSuffix(test.host, "."), 5432)
	to.Absolute, to.Family = strings.HasSuffix(test.host, "."), test.family
	set, emit := gather(to)
	if err := runName(t.Context(), env.real(), set, emit); err != nil {
		t.Errorf("error %v", err)
	}
	return set, n
}

func (test lookupTest) run(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, n := resolve(t, test)
		l := only[fact.Lookup](t, set)
		got := []string{string(l.Result), l.Source}
		for _, a := range l.Addrs {
			got = append(got, a.String())
		}
		if l.FullName != "" && l.FullName != strings.TrimSuffix(test.host, ".") {
			got = append(got, l.FullName)
		}
		if l.Search != "" {
			got = append(got, "<"+l.Search)
		}
		if got := strings.Join(strings.Fields(strings.Join(got, " ")), " "); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
		if time.Duration(l.Took) > test.within+5*time.Millisecond {
			t.Errorf("it took %v", l.Took)
		}
		questions := strings.Join(slices.Sorted(maps.Keys(asked(n))), ", ")
		questions = regexp.MustCompile(`whynot-[0-9a-f]{12}\.`).ReplaceAllString(questions, "*.")
		if got := strings.Join(slices.Sorted(strings.SplitSeq(questions, ", ")), ", "); got != test.asked {
			t.Errorf("asked: %s\nwant:  %s", got, test.asked)
		}
		if test.inspect != nil {
			test.inspect(t, set)
		}
	})
}

// summary counts the answers: "A answered asked" is one server's answer to an ordinary question for A.
func summary(s *fact.Set) map[string]int {
	found := map[string]int{}
	for _, a := range given[fact.DNSAnswer](s) {
		if a.Transport == "udp" {
			found[fmt.Sprintf("%s %s %s", a.Type, a.Result, a.Purpose)]++
		}
	}
	return found
}

const one = "nameserver 192.0.2.53\n"

func TestLookup(t *testing.T) {
	at := func(z zone) map[string]zone { return map[string]zone{"192.0.2.53": z} }
	for _, test := range []lookupTest{
		{name: "found", host: "db.test", resolv: one, zones: at(zone{"A db.test": "192.0.2.1 192.0.2.2", "AAAA db.test": "2001:db8::1"}),
			want: "found dns 192.0.2.1 192.0.2.2 2001:db8::1", asked: "A db.test, AAAA db.test"},
		{name: "found over one IP version", host: "db.test", resolv: one, zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": ""}),
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "not of the IP version that was asked for", host: "db.test", family: "ip6", resolv: one, zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": ""}),
			want: "no-address dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "no such name", host: "db.test", resolv: one, zones: at(zone{}), want: "no-name", asked: "A db.test, AAAA db.test"},
		{name: "no such name for DNS, but for another module", host: "db.test", resolv: one, zones: at(zone{}), getent: "192.0.2.8 STREAM db.test\n",
			want: "found getent 192.0.2.8", asked: "A db.test, AAAA db.test"},
		{name: "no address", host: "db.test", resolv: one, zones: at(zone{"A db.test": "", "AAAA db.test": ""}), want: "no-address", asked: "A db.test, AAAA db.test"},
		{name: "SERVFAIL is asked again without DNSSEC", host: "db.test", resolv: one,
			zones: at(zone{"A db.test": "SERVFAIL", "AAAA db.test": "SERVFAIL", "CD A db.test": "192.0.2.1"}),
			want:  "failed", asked: "A db.test, AAAA db.test, CD A db.test",
			inspect: func(t *testing.T, s *fact.Set) {
				want := map[string]int{"A servfail asked": 1, "AAAA servfail asked": 1, "A answered unchecked": 1, "A servfail explained": 1}
				if got := summary(s); !maps.Equal(got, want) {
					t.Errorf("answers %v, want %v", got, want)
				}
			}},
		{name: "one type fails, the other is there", host: "db.test", resolv: one, zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": "SERVFAIL"}),
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "REFUSED", host: "db.test", resolv: one, zones: at(zone{"A db.test": "REFUSED", "AAAA db.test": "REFUSED"}), want: "failed", asked: "A db.test, AAAA db.test",
			inspect: func(t *testing.T, s *fact.Set) {
				if got := summary(s); got["A refused asked"] != 1 {
					t.Errorf("answers %v", got)
				}
			}},
		{name: "silence: each question twice, and then the end", host: "db.test", resolv: one + "search a.test\n", zones: nil, within: 5 * time.Second,
			want: "failed", asked: "A db.test, AAAA db.test", inspect: func(t *testing.T, s *fact.Set) {
				if got := summary(s); got["A silent asked"] != 1 || got["AAAA silent asked"] != 1 {
					t.Errorf("answers %v", got)
				}
			}},
		{name: "one type is silent", host: "db.test", resolv: one, zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": "silent"}), within: headStart + 20*time.Millisecond,
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "the second server answers, once the first has had its turn", host: "db.test", resolv: "nameserver 192.0.2.54\n" + one + "options timeout:2\n",
			zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": ""}), within: 2020 * time.Millisecond, want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "the first server answers first", host: "db.test", resolv: one + "nameserver 192.0.2.54\n",
			zones: map[string]zone{"192.0.2.53": {"A db.test": "192.0.2.1", "AAAA db.test": ""}, "192.0.2.54": {"A db.test": "192.0.2.66", "AAAA db.test": ""}},
			want:  "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "the first server fails", host: "db.test", resolv: one + "nameserver 192.0.2.54\n",
			zones: map[string]zone{"192.0.2.53": {"A db.test": "SERVFAIL", "AAAA db.test": "SERVFAIL"}, "192.0.2.54": {"A db.test": "192.0.2.66", "AAAA db.test": ""}},
			want:  "found dns 192.0.2.66", asked: "A db.test, AAAA db.test"},
		{name: "the first server knows better that there is none", host: "db.test", resolv: one + "nameserver 192.0.2.54\n",
			zones: map[string]zone{"192.0.2.53": {}, "192.0.2.54": {"A db.test": "192.0.2.66", "AAAA db.test": ""}},
			want:  "no-name", asked: "A db.test, AAAA db.test"},
		{name: "one type is silent, and the other has no address: nobody knows", host: "db.test", resolv: one, zones: at(zone{"A db.test": "silent", "AAAA db.test": ""}),
			within: 5 * time.Second, want: "failed", asked: "A db.test, AAAA db.test"},
		{name: "cut off over UDP, whole over TCP", host: "db.test", resolv: one, zones: at(zone{"A db.test": "cut 192.0.2.1", "AAAA db.test": "", "TCP": "open"}),
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "cut off over UDP, and closed over TCP", host: "db.test", resolv: one, zones: at(zone{"A db.test": "cut 192.0.2.1", "AAAA db.test": ""}),
			want: "failed", asked: "A db.test, AAAA db.test"},
		{name: "literal", host: "192.0.2.1", resolv: one, zones: at(zone{}), want: "found literal 192.0.2.1"},
		{name: "literal IPv6", host: "fe80::1%eth0", resolv: one, zones: at(zone{}), want: "found literal fe80::1%eth0"},
	} {
		t.Run(test.name, test.run)
	}
}

// TestLookupSources follows the order of nsswitch.conf.
func TestLookupSources(t *testing.T) {
	at := func(z zone) map[string]zone { return map[string]zone{"192.0.2.53": z} }
	known := at(zone{"A db.test": "192.0.2.1", "AAAA db.test": ""})
	for _, test := range []lookupTest{
		// The name servers are asked for comparison, behind the answer that is already there.
		{name: "hosts", host: "db.test", hosts: "192.0.2.9 db.test\n2001:db8::9 db.test\n192.0.2.9 db.test\n", resolv: one, zones: known,
			want: "found hosts 192.0.2.9 2001:db8::9", asked: "A db.test, AAAA db.test", inspect: func(t *testing.T, s *fact.Set) {
				if l, got := only[fact.Lookup](t, s), given[fact.HostsEntry](s); l.File != "/etc/hosts:1" || len(got) != 3 || summary(s)["A answered asked"] != 1 {
					t.Errorf("%s, %+v, %v", l.File, got, summary(s))
				}
			}},
		{name: "hosts, and the name servers are silent", host: "db.test", hosts: "192.0.2.9 db.test\n", resolv: one, want: "found hosts 192.0.2.9", asked: "A db.test, AAAA db.test"},
		{name: "hosts of the other IP version", host: "db.test", family: "ip6", hosts: "192.0.2.9 db.test\n", resolv: one, zones: at(zone{}),
			want: "no-address hosts 192.0.2.9", asked: "A db.test, AAAA db.test"},
		{name: "hosts of the other IP version, and DNS has that which is asked for", host: "db.test", family: "ip4", hosts: "2001:db8::9 db.test\n", resolv: one, zones: known,
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "::1 stands for IPv4, too", host: "db.test", family: "ip4", hosts: "::1 db.test\n", resolv: one, zones: known, want: "found hosts 127.0.0.1", asked: "A db.test, AAAA db.test"},
		{name: "dns is before files", host: "db.test", nss: "hosts: dns files\n", hosts: "192.0.2.9 db.test\n", resolv: one, zones: known,
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "dns has none, files has", host: "db.test", nss: "hosts: dns files\n", hosts: "192.0.2.9 db.test\n", resolv: one, zones: at(zone{}),
			want: "found hosts 192.0.2.9", asked: "A db.test, AAAA db.test"},
		{name: "no dns in the order", host: "db.test", nss: "hosts: files\n", resolv: one, zones: known, want: "no-name", asked: "A db.test, AAAA db.test"},
		{name: "a module that is not followed", host: "db.test", nss: "hosts: files mdns4_minimal [NOTFOUND=return] dns\n", resolv: one, zones: known, getent: "192.0.2.8 STREAM db.test\n",
			want: "found getent 192.0.2.8", asked: "A db.test, AAAA db.test"},
		{name: "localhost is in the hosts file", host: "localhost", hosts: "127.0.0.7 localhost\n", resolv: one, zones: known, want: "found hosts 127.0.0.7"},
		{name: "localhost is nowhere", host: "localhost", resolv: one, zones: known, want: "found loopback 127.0.0.1 ::1"},
		{name: "below localhost", host: "app.localhost", resolv: one + "search a.test\noptions ndots:5\n", zones: known, want: "found loopback 127.0.0.1 ::1"},
	} {
		t.Run(test.name, test.run)
	}
}

// TestLookupSearch follows search domains and ndots.
func TestLookupSearch(t *testing.T) {
	at := func(z zone) map[string]zone { return map[string]zone{"192.0.2.53": z} }
	search := one + "search a.test b.test\n"
	for _, test := range []lookupTest{
		{name: "matched by the second domain", host: "db", resolv: search, zones: at(zone{"A db.b.test": "192.0.2.1", "AAAA db.b.test": ""}),
			want: "found dns 192.0.2.1 db.b.test <b.test", asked: "A *.b.test, A db, A db.a.test, A db.b.test, AAAA db.a.test, AAAA db.b.test",
			inspect: func(t *testing.T, s *fact.Set) {
				if got := summary(s); got["A nxdomain wildcard"] != 1 || got["A nxdomain absolute"] != 1 {
					t.Errorf("the domain was not compared: %v", got)
				}
			}},
		{name: "as it is first, with a dot", host: "db.test", resolv: search, zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": "", "A db.test.a.test": "192.0.2.66"}),
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "ndots: the domain first, though the name exists", host: "db.test", resolv: search + "options ndots:2\n",
			zones: at(zone{"A db.test": "192.0.2.1", "A db.test.a.test": "192.0.2.66", "AAAA db.test.a.test": ""}),
			want:  "found dns 192.0.2.66 db.test.a.test <a.test", asked: "A *.a.test, A db.test, A db.test.a.test, AAAA db.test.a.test"},
		{name: "absolute: no domain, whatever ndots says", host: "db.test.", resolv: search + "options ndots:2\n", zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": ""}),
			want: "found dns 192.0.2.1", asked: "A db.test, AAAA db.test"},
		{name: "nowhere", host: "db", resolv: search, zones: at(zone{}), want: "no-name",
			asked: "A db, A db.a.test, A db.b.test, AAAA db, AAAA db.a.test, AAAA db.b.test"},
		{name: "no address in one domain, no name in the other", host: "db", resolv: search, zones: at(zone{"A db.a.test": "", "AAAA db.a.test": ""}), want: "no-address",
			asked: "A db, A db.a.test, A db.b.test, AAAA db, AAAA db.a.test, AAAA db.b.test"},
		{name: "it goes on after a SERVFAIL", host: "db", resolv: search, zones: at(zone{"A db.a.test": "SERVFAIL", "AAAA db.a.test": "SERVFAIL", "A db.b.test": "192.0.2.1", "AAAA db.b.test": ""}),
			want: "found dns 192.0.2.1 db.b.test <b.test", asked: "A *.b.test, A db, A db.a.test, A db.b.test, AAAA db.a.test, AAAA db.b.test, CD A db.a.test"},
	} {
		t.Run(test.name, test.run)
	}
}

// TestThis is ":port": the addresses at which other machines reach this one.
func TestThis(t *testing.T) {
	up := func(name, typ string, addrs ...string) sys.Interface {
		i := sys.Interface{Name: name, Type: typ, Up: true, Loopback: name == "lo"}
		for _, a := range addrs {
			i.Addrs = append(i.Addrs, netip.MustParsePrefix(a))
		}
		return i
	}
	down := up("eth1", "", "10.0.1.2/24")
	down.Up = false
	for _, test := range []struct {
		name string
		on   []sys.Interface
		err  error
		want string
	}{
		{"two addresses", []sys.Interface{up("lo", "", "127.0.0.1/8", "::1/128"), up("eth0", "", "10.0.0.2/24", "2001:db8::2/64")}, nil, "10.0.0.2 2001:db8::2"},
		{"no link-local one, no bridge, no interface that is off", []sys.Interface{up("eth0", "", "fe80::1/64", "10.0.0.2/24"), up("docker0", "bridge", "172.17.0.1/16"), down}, nil, "10.0.0.2"},
		{"loopback alone", []sys.Interface{up("lo", "", "127.0.0.1/8")}, nil, "127.0.0.1 ::1"},
		{"bounded", []sys.Interface{up("eth0", "", "10.0.0.1/24", "10.0.0.2/24", "10.0.0.3/24", "10.0.0.4/24", "10.0.0.5/24", "10.0.0.6/24", "10.0.0.7/24")}, nil,
			"10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6"},
		{"the kernel does not say", nil, errTest, "127.0.0.1 ::1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := fakeEnv(nil, nil, &network{answer: refused})
			env.Kernel.Interfaces = func() ([]sys.Interface, error) { return test.on, test.err }
			set, emit := gather(target.Target{Port: 5432, Network: "tcp", This: true})
			if err := runName(t.Context(), env.real(), set, emit); err != test.err {
				t.Errorf("error %v", err)
			}
			var got []string
			for _, a := range addresses(set) {
				got = append(got, a.Addr().String())
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestEmptyHost(t *testing.T) {
	env := fakeEnv(nil, nil, &network{answer: refused})
	set, emit := gather(tcp("", 6379))
	if err := runName(t.Context(), env.real(), set, emit); err != nil {
		t.Error(err)
	}
	if l := only[fact.Lookup](t, set); l.Source != "loopback" || len(l.Addrs) != 2 {
		t.Errorf("%+v", l)
	}
}

// TestConfigUnreadable wants what cannot be read to be told, and what is absent not to be.
func TestConfigUnreadable(t *testing.T) {
	env := fakeEnv(denied{}, nil, &network{answer: refused})
	set, emit := gather(tcp("db.test", 1))
	newResolution(env.real(), set.Target, emit)
	if got := given[fact.Blind](set); len(got) != 3 {
		t.Errorf("%+v", got)
	}
	set, emit = gather(tcp("db.test", 1))
	env.Root = files(nil)
	newResolution(env.real(), set.Target, emit)
	if got := given[fact.Blind](set); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if c := only[fact.NameConfig](t, set); !slices.Equal(c.Order, []string{"files", "dns"}) || len(c.Servers) != 1 || !c.Servers[0].Addr().IsLoopback() {
		t.Errorf("%+v", c)
	}
}

// denied is a file system that may not be read.
type denied struct{}

func (denied) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// TestGetentFails tells a getent that found nothing, which is an answer, from one that could not be run.
func TestGetentFails(t *testing.T) {
	for _, test := range []struct {
		name           string
		err            error
		blinds, system int
	}{
		{"found nothing", exitCode(2), 0, 1},
		{"another status", exitCode(1), 1, 0},
		{"not there", errTest, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := fakeEnv(nil, nil, &network{answer: refused})
			env.Command = func(context.Context, string, ...string) ([]byte, error) { return nil, test.err }
			set, emit := gather(tcp("db.test", 1))
			r := newResolution(env.real(), set.Target, emit)
			r.startSystem(t.Context())
			r.hearSystem(t.Context())
			r.giveSystem(t.Context())
			if b, s := len(given[fact.Blind](set)), len(given[fact.SystemLookup](set)); b != test.blinds || s != test.system || r.done {
				t.Errorf("%d blind, %d answers, done %v", b, s, r.done)
			}
		})
	}
}
