package report

import (
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"whynot/internal/cause"
	"whynot/internal/fact"
	"whynot/internal/target"
)

var update = flag.Bool("update", false, "write testdata/*.txt anew")

var (
	v4   = netip.MustParseAddrPort("192.0.2.10:5432")
	v4b  = netip.MustParseAddrPort("192.0.2.77:5432")
	v6   = netip.MustParseAddrPort("[2001:db8::10]:5432")
	when = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

	routed = fact.Route{To: v4.Addr(), Type: "unicast", Gateway: netip.MustParseAddr("198.51.100.1"), Interface: "eth0"}
	hidden = fact.Blind{Wanted: "the rules of this machine's firewall", Why: "operation not permitted", Remedy: "run whynot as root"}
)

// attempt is a handshake at an address.
func attempt(to netip.AddrPort, r fact.Result) fact.Handshake {
	h := fact.Handshake{Attempt: fact.Attempt{To: to, Network: "tcp", Result: r, SYNs: 1, Took: fact.Duration(4e5),
		Local: netip.MustParseAddrPort("198.51.100.7:40001")}}
	if to.Addr().Is6() {
		h.Local = netip.MustParseAddrPort("[2001:db8:1::7]:40001")
	}
	if r == fact.Silent {
		h.SYNs, h.Took = 3, fact.Duration(29e8)
	}
	return h
}

// named is the lookup of db.internal.
func named(addrs ...netip.AddrPort) fact.Lookup {
	l := fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "dns"}
	for _, a := range addrs {
		l.Addrs = append(l.Addrs, a.Addr())
	}
	return l
}

// sees makes a set out of what the client app1 saw.
func sees(t *testing.T, typed string, facts ...fact.Fact) *fact.Set {
	t.Helper()
	to, err := target.Parse([]string{typed}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := fact.NewSet(to)
	for _, f := range facts {
		where := fact.Seen{Side: fact.Client, Host: "app1", Probe: "test", At: when}
		if h, ok := f.(fact.Handshake); ok {
			where.About = h.To
		}
		s.Add(where, f)
	}
	return s
}

// lookAlikes is a reset from afar, behind which many causes may be.
func lookAlikes(t *testing.T) *fact.Set {
	return sees(t, "db.internal:5432", named(v4), routed, attempt(v4, fact.Reset), hidden,
		fact.OtherPort{Attempt: fact.Attempt{To: netip.MustParseAddrPort("192.0.2.10:22"), Network: "tcp", Result: fact.Accepted}},
		fact.Blind{Wanted: "the TTL of the answers", Why: "operation not permitted", Remedy: "run whynot as root"})
}

// endsSoon is a working target whose certificate ends in five days, and which is slow.
func endsSoon(t *testing.T) *fact.Set {
	to := netip.MustParseAddrPort("192.0.2.10:443")
	h := attempt(to, fact.Accepted)
	h.Took = fact.Duration(32e8)
	return sees(t, "https://192.0.2.10/", fact.Route{To: to.Addr(), Type: "unicast", Gateway: routed.Gateway, Interface: "eth0"}, h,
		fact.TLS{ServerName: "192.0.2.10", Done: true, Version: "TLS 1.3", Alert: -1, Trust: "trusted", Chain: []fact.Certificate{{Subject: "CN=intranet.example",
			Issuer: "CN=Example CA", NotBefore: when.AddDate(-1, 0, 0), NotAfter: when.AddDate(0, 0, 5), Matches: true}}},
		fact.HTTP{Status: 200, Reason: "OK", TLS: true, Took: fact.Duration(2e7)})
}

func goldens(t *testing.T) []struct {
	name    string
	set     *fact.Set
	options Options
} {
	return []struct {
		name    string
		set     *fact.Set
		options Options
	}{
		{"proven", exampleOf(t, "bind.loopback-only", cause.Proven), Options{}},
		{"proven-ascii", exampleOf(t, "bind.loopback-only", cause.Proven), Options{ASCII: true}},
		{"look-alikes", lookAlikes(t), Options{}},
		{"look-alikes-verbose", lookAlikes(t), Options{Verbose: true}},
		{"silent", sees(t, "db.internal:5432", named(v4), routed, attempt(v4, fact.Silent), hidden), Options{}},
		{"two-addresses-fail", sees(t, "db.internal:5432", named(v4, v6), routed, attempt(v4, fact.Reset), attempt(v6, fact.Silent)), Options{}},
		{"one-address-works", sees(t, "db.internal:5432", named(v4, v4b), routed, attempt(v4, fact.Accepted), attempt(v4b, fact.Reset)), Options{}},
		{"works-with-warnings", endsSoon(t), Options{}},
		{"unresolved", exampleOf(t, "dns.nxdomain", cause.Proven), Options{}},
		{"certificate-expired", exampleOf(t, "tls.cert-expired", cause.Proven), Options{}},
		{"proxy-refuses", exampleOf(t, "proxy.dead", cause.Proven), Options{}},
		{"unix-socket", exampleOf(t, "unix.stale-socket", cause.Proven), Options{}},
		{"nothing-seen", sees(t, "db.internal:5432"), Options{}},
	}
}

// TestGoldens compares whole reports; -update writes them anew. What the rules below say must hold for them as well.
func TestGoldens(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			d := cause.Judge(g.set)
			got := text(t, d, g.set, g.options)
			file := filepath.Join("testdata", g.name+".txt")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v: -update writes it", err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s\n-update writes it anew", got, want)
			}
			checkText(t, g.name, got, d)
			checkColored(t, got, d, g.set, g.options)
			checkASCII(t, d, g.set, g.options)
		})
	}
}

// TestGoldenFiles wants every file of testdata to be compared with something.
func TestGoldenFiles(t *testing.T) {
	known := map[string]bool{}
	for _, g := range goldens(t) {
		known[g.name+".txt"] = true
	}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[filepath.Base(f)] {
			t.Errorf("nothing is compared with %s", f)
		}
	}
}

// checkColored wants colours to add nothing but colours.
func checkColored(t *testing.T, plain string, d *cause.Diagnosis, s *fact.Set, o Options) {
	t.Helper()
	o.Color = true
	colored := text(t, d, s, o)
	if uncolored(colored) != plain {
		t.Errorf("without its colours it reads\n%s\nand not\n%s", uncolored(colored), plain)
	}
	if !sgr.MatchString(colored) {
		t.Error("there is no colour in it")
	}
	checkText(t, "coloured", colored, d)
}

// checkASCII wants nothing but ASCII to be drawn where the facts hold nothing else.
func checkASCII(t *testing.T, d *cause.Diagnosis, s *fact.Set, o Options) {
	t.Helper()
	o.ASCII = true
	shown := text(t, d, s, o)
	if i := strings.IndexFunc(shown, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 && isASCII(s) {
		t.Errorf("not ASCII: %.30q", shown[i:])
	}
	checkText(t, "ASCII", shown, d)
}

func isASCII(s *fact.Set) bool {
	facts, err := s.MarshalJSON()
	return err == nil && strings.IndexFunc(string(facts), func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// TestOptionsAreHeeded wants each option to change something.
func TestOptionsAreHeeded(t *testing.T) {
	s := lookAlikes(t)
	d := cause.Judge(s)
	plain := text(t, d, s, Options{})
	for name, o := range map[string]Options{"colour": {Color: true}, "ASCII": {ASCII: true}, "verbose": {Verbose: true}, "width": {Width: 60}} {
		if text(t, d, s, o) == plain {
			t.Errorf("%s changes nothing", name)
		}
	}
	for line := range strings.Lines(text(t, d, s, Options{Width: 60})) {
		if columns(strings.TrimSuffix(line, "\n")) > 60 && !isCommand(strings.TrimSpace(line), d) {
			t.Errorf("more than 60 columns: %s", line)
		}
	}
}
