package probe

import (
	"testing"
	"time"

	"whynot/internal/fact"
)

// TestSystemDecides wants getent to have the last word where something decides that whynot does not follow, and our own answer
// to stand where the two agree.
func TestSystemDecides(t *testing.T) {
	known := map[string]zone{"192.0.2.53": {"A db.test": "192.0.2.1 192.0.2.2", "AAAA db.test": ""}}
	v6 := map[string]zone{"192.0.2.53": {"A db.test": "", "AAAA db.test": "2001:db8::1"}}
	const returns, both = "hosts: files [NOTFOUND=return] dns\n", "A db.test, AAAA db.test"
	for _, test := range []lookupTest{
		{name: "an action ends the search", host: "db.test", nss: returns, resolv: one, zones: known, want: "no-name", asked: both, inspect: func(t *testing.T, s *fact.Set) {
			if got := only[fact.SystemLookup](t, s); len(got.Addrs) != 0 || summary(s)["A answered asked"] != 1 {
				t.Errorf("%+v, %v", got, summary(s))
			}
		}},
		{name: "an action, and both agree", host: "db.test", nss: returns, resolv: one, zones: known, getent: "192.0.2.2 STREAM db.test\n",
			want: "found dns 192.0.2.1 192.0.2.2", asked: both},
		{name: "an action, and the hosts file", host: "db.test", nss: returns, hosts: "192.0.2.9 db.test\n", resolv: one, zones: known, getent: "192.0.2.9 STREAM db.test\n",
			want: "found hosts 192.0.2.9", asked: both},
		{name: "a module, and another address", host: "db.test", nss: "hosts: files wins dns\n", resolv: one, zones: known, getent: "192.0.2.8 STREAM db.test\n",
			want: "found getent 192.0.2.8", asked: both},
		{name: "getent leaves out IPv6 where this machine has none", host: "db.test", nss: returns, resolv: one, zones: v6, want: "found dns 2001:db8::1", asked: both},
		{name: "a server that is chosen at random", host: "db.test", resolv: one + "nameserver 192.0.2.54\noptions rotate\n", zones: known, getent: "192.0.2.7 STREAM db.test\n",
			want: "found getent 192.0.2.7", asked: both},
		{name: "no server answers, but getent does", host: "db.test", resolv: one, getent: "192.0.2.7 STREAM db.test\n", within: headStart + 20*time.Millisecond,
			want: "found getent 192.0.2.7", asked: both},
		{name: "the server fails, but getent knows", host: "db.test", resolv: one, zones: map[string]zone{"192.0.2.53": {"A db.test": "REFUSED", "AAAA db.test": "REFUSED"}},
			getent: "192.0.2.7 STREAM db.test\n", want: "found getent 192.0.2.7", asked: both},
		{name: "IPv4 alone is asked for", host: "db.test", family: "ip4", resolv: one, zones: map[string]zone{"192.0.2.53": {}}, getent: "192.0.2.7 STREAM db.test\n",
			want: "found getent 192.0.2.7", asked: both},
		{name: "IPv4 in the form of IPv6 is no IPv6", host: "db.test", family: "ip6", resolv: one, zones: map[string]zone{"192.0.2.53": {}}, getent: "::ffff:192.0.2.7 STREAM db.test\n",
			want: "no-name", asked: both},
		{name: "a form of the C library for an address", host: "0x7f.1", resolv: one + "search a.test\n", zones: map[string]zone{"192.0.2.53": {"A 0x7f.1.a.test": "192.0.2.66"}},
			want: "found literal 127.0.0.1"},
	} {
		t.Run(test.name, test.run)
	}
}

// TestServersAsTheResolver wants a server to be asked as the C library does: without EDNS unless told so, for as long, and heard over UDP alone.
func TestServersAsTheResolver(t *testing.T) {
	at := func(z zone) map[string]zone { return map[string]zone{"192.0.2.53": z} }
	const both = "A db.test, AAAA db.test"
	for _, test := range []lookupTest{
		{name: "slow", host: "db.test", resolv: one, zones: at(zone{"A db.test": "slow 192.0.2.1", "AAAA db.test": ""}), within: 3 * time.Second, want: "found dns 192.0.2.1", asked: both},
		{name: "a server that does not know EDNS", host: "db.test", resolv: one, zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": "", "no EDNS": ""}), want: "found dns 192.0.2.1", asked: both},
		{name: "nor does it where resolv.conf wants EDNS", host: "db.test", resolv: one + "options edns0\n", zones: at(zone{"A db.test": "192.0.2.1", "AAAA db.test": "", "no EDNS": ""}),
			want: "found dns 192.0.2.1", asked: both},
		{name: "a server fails for the name with a domain, and the name as it is does not exist", host: "db", resolv: one + "search a.test\n", zones: at(zone{"A db.a.test": "SERVFAIL", "AAAA db.a.test": "SERVFAIL"}),
			want: "failed", asked: "A db, A db.a.test, AAAA db, AAAA db.a.test, CD A db.a.test"},
		{name: "the name as it is came first, and counts", host: "db.test", resolv: one + "search a.test\n", zones: at(zone{"A db.test.a.test": "SERVFAIL", "AAAA db.test.a.test": "SERVFAIL"}),
			want: "no-name", asked: "A db.test, A db.test.a.test, AAAA db.test, AAAA db.test.a.test, CD A db.test.a.test"},
		{name: "no name with a domain, and then silence", host: "db", resolv: one + "search a.test\n", zones: at(zone{"A db": "silent", "AAAA db": "silent"}), within: 5*time.Second + 10*time.Millisecond,
			want: "failed", asked: "A db, A db.a.test, AAAA db, AAAA db.a.test"},
	} {
		t.Run(test.name, test.run)
	}
}
