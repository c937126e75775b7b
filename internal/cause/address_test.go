package cause

import (
	"net/netip"
	"slices"
	"testing"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// exBoth is the lookup of a name with an address of each IP version.
var exBoth = fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "dns", Addrs: []netip.Addr{exServer, exServer6}}

// seen makes a set about a target out of what the client saw; a fact that belongs to an attempt says so itself.
func seen(t *testing.T, typed string, facts ...fact.Fact) *fact.Set {
	t.Helper()
	s, err := Example{Target: typed, Client: facts}.Set()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// findings gives what was found out about one cause; there may be one finding for each level.
func findings(list []Finding, id string) []Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return f.Cause.ID != id })
}

func ids(list []Finding) []string {
	var all []string
	for _, f := range list {
		all = append(all, f.Cause.ID)
	}
	return all
}

// TestEachAddressByItself wants what was seen at one address to stay there, and the finding to say so.
func TestEachAddressByItself(t *testing.T) {
	silent6 := exAt(exTo6, fact.Silent)
	d := Judge(seen(t, "db.internal:5432", exBoth, exRoute, exReset, silent6))
	if d.Outcome != Refused {
		t.Fatalf("the outcome is %s: the attempt that came furthest gives it", d.Outcome)
	}
	tests := []struct {
		id   string
		only []netip.AddrPort
	}{
		{"symptom.refused", []netip.AddrPort{exTo}},
		{"symptom.silent", []netip.AddrPort{exTo6}},
		{"service.not-listening", []netip.AddrPort{exTo}},
		{"firewall.input-drop", []netip.AddrPort{exTo6}},
		{"firewall.input-reject", []netip.AddrPort{exTo}},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			found := findings(d.Causes, test.id)
			if len(found) != 1 || !slices.Equal(found[0].Only, test.only) {
				t.Errorf("got %+v, want one finding about %s only", found, test.only)
			}
		})
	}
	for _, f := range d.Causes {
		for _, b := range f.Because {
			if about := b.Fact.Where().About; about.IsValid() && f.Only != nil && !slices.Contains(f.Only, about) && f.Cause != ipv6NoConnectivity {
				t.Errorf("%s is about %s, and cites a fact about %s", f.Cause.ID, f.Only, about)
			}
		}
	}
}

// TestPrincipalFirst wants the causes at the address that gave the outcome before those at the others.
func TestPrincipalFirst(t *testing.T) {
	d := Judge(seen(t, "db.internal:5432", exBoth, exRoute, exAt(exTo6, fact.Silent), exReset))
	others := false
	for _, f := range d.Causes {
		about4 := f.Only == nil || slices.Contains(f.Only, exTo)
		if others && about4 {
			t.Errorf("%s explains the outcome, and stands behind what does not", f.Cause.ID)
		}
		others = others || !about4
	}
	if !others {
		t.Error("nothing is said about the silent address")
	}
}

// TestAlikeIsMerged wants no limit where every address says the same.
func TestAlikeIsMerged(t *testing.T) {
	other := netip.AddrPortFrom(exOther, 5432)
	d := Judge(seen(t, "db.internal:5432", exBoth, exRoute, exReset, exAt(other, fact.Reset)))
	if len(d.Causes) == 0 {
		t.Fatal("nothing was found")
	}
	for i, f := range d.Causes {
		if f.Only != nil {
			t.Errorf("%s is limited to %s, and both addresses refuse", f.Cause.ID, f.Only)
		}
		if slices.Contains(ids(d.Causes[:i]), f.Cause.ID) {
			t.Errorf("%s is there twice", f.Cause.ID)
		}
	}
	if f := findings(d.Causes, "symptom.refused"); len(f) != 1 || len(f[0].Because) != 2 {
		t.Errorf("the evidence of both addresses belongs to the symptom: %+v", f)
	}
}

// TestOneAddressWorks wants a target that works by one of its addresses to work, with a warning about the other.
func TestOneAddressWorks(t *testing.T) {
	tests := []struct {
		name, warning string
		dead          fact.Handshake
		addrs         []netip.Addr
		level         Level
	}{
		{"the other IPv4 address refuses", "dns.one-of-many-dead", exAt(netip.AddrPortFrom(exOther, 5432), fact.Reset), []netip.Addr{exServer, exOther}, Proven},
		{"the other IPv4 address is silent", "dns.one-of-many-dead", exAt(netip.AddrPortFrom(exOther, 5432), fact.Silent), []netip.Addr{exServer, exOther}, Likely},
		{"IPv6 has no route", "ipv6.no-connectivity", exNoRoute6, []netip.Addr{exServer, exServer6}, Proven},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			name := fact.Lookup{Name: "db.internal", Result: fact.LookupFound, Source: "dns", Addrs: test.addrs}
			d := Judge(seen(t, "db.internal:5432", name, exRoute, exAccepted, test.dead))
			if d.Outcome != OK || len(d.Causes) > 0 || d.Settle != nil || d.Settled() {
				t.Fatalf("outcome %s, causes %v, settle %v", d.Outcome, ids(d.Causes), d.Settle)
			}
			if len(d.Warnings) == 0 || d.Warnings[0].ID != test.warning || d.Warnings[0].Level != test.level {
				t.Errorf("the first warning is not %s, %s", test.warning, test.level)
			}
		})
	}
}

// TestNeverAskedWhatWorks wants no cause to be asked about an address that works: it is ruled out there.
func TestNeverAskedWhatWorks(t *testing.T) {
	var asked []netip.AddrPort
	spy := &Cause{ID: "test.spy", Judge: func(c *Case) Verdict {
		asked = append(asked, c.To)
		h, _ := first[fact.Handshake](c, fact.Client)
		return likely(h, "it is there")
	}}
	d := judgeBy(seen(t, "db.internal:5432", exBoth, exAccepted, exAt(exTo6, fact.Reset)), []*Cause{spy})
	if !slices.Equal(asked, []netip.AddrPort{exTo6}) {
		t.Errorf("it was asked about %s, want %s alone", asked, exTo6)
	}
	if len(d.Warnings) != 1 || d.Warnings[0].ID != "test.spy" {
		t.Errorf("the warnings are %+v", d.Warnings)
	}
}

// TestNothingSeen wants an empty set to be judged, and nothing to be claimed.
func TestNothingSeen(t *testing.T) {
	tests := map[string]target.Target{
		"a name":        {Host: "db.internal", Port: 5432, Network: "tcp", Protocol: "postgres"},
		"an address":    {Host: "192.0.2.10", Port: 443, Network: "tcp", Protocol: "http", TLS: true},
		"a datagram":    {Host: "192.0.2.10", Port: 53, Network: "udp"},
		"a socket":      {Network: "unix", Path: "/run/x.sock"},
		"this machine":  {Port: 8080, Network: "tcp", This: true},
		"not even that": {},
	}
	for name, to := range tests {
		t.Run(name, func(t *testing.T) {
			d := Judge(fact.NewSet(to))
			if d.Outcome == OK || d.Settled() || len(d.Causes)+len(d.RuledOut)+len(d.Warnings) > 0 {
				t.Errorf("out of nothing: outcome %s, causes %v, ruled out %v, warnings %v", d.Outcome, ids(d.Causes), ids(d.RuledOut), d.Warnings)
			}
			if len(d.Unknown) != len(All) {
				t.Errorf("%d causes are unknown, and not all %d", len(d.Unknown), len(All))
			}
			if d.Settle == nil || d.Settle.Command == "" {
				t.Error("nothing is proposed")
			}
			for _, s := range d.Stages {
				if s.State == Passed || s.State == Broken {
					t.Errorf("nobody tried the stage %q, and it is %s", s.Name, s.State)
				}
			}
		})
	}
}
