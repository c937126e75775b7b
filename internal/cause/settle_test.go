package cause

import (
	"net/netip"
	"strings"
	"sync"
	"testing"

	"whynot/internal/fact"
)

// A judged is an example with what is said of it.
type judged struct {
	name string
	set  *fact.Set
	d    *Diagnosis
}

// judgedExamples holds every different set of facts of the examples, judged once for all tests.
var judgedExamples = sync.OnceValues(func() ([]judged, error) {
	var list []judged
	known := map[string]bool{}
	for _, c := range All {
		for _, e := range c.Examples {
			s, err := e.Set()
			if err != nil {
				return nil, err
			}
			text, err := s.MarshalJSON()
			if err != nil {
				return nil, err
			}
			if !known[string(text)] {
				known[string(text)] = true
				list = append(list, judged{c.ID + "/" + e.When, s, Judge(s)})
			}
		}
	}
	return list, nil
})

func eachExample(t *testing.T, f func(name string, s *fact.Set, d *Diagnosis)) {
	t.Helper()
	list, err := judgedExamples()
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range list {
		f(j.name, j.set, j.d)
	}
}

// TestSettleNamesACommand wants a command wherever the cause is not settled: the exit status 3 promises it.
func TestSettleNamesACommand(t *testing.T) {
	unsettled := 0
	eachExample(t, func(name string, _ *fact.Set, d *Diagnosis) {
		switch {
		case d.Outcome == OK || d.Settled() && d.Causes[0].Level == Proven:
			if d.Settle != nil {
				t.Errorf("%s: there is nothing to settle, and %q is proposed", name, d.Settle.Text)
			}
		case d.Settle == nil || d.Settle.Command == "" || d.Settle.Text == "":
			t.Errorf("%s (%s): what would settle it? %+v", name, d.Outcome, d.Settle)
		case strings.Contains(d.Settle.Command+d.Settle.On, "invalid"):
			t.Errorf("%s (%s): %+v", name, d.Outcome, d.Settle)
		default:
			unsettled++
		}
	})
	if unsettled == 0 {
		t.Error("no example leaves anything open: nothing was tested")
	}
}

// TestSettle holds which command it is.
func TestSettle(t *testing.T) {
	mayAll := fact.Machine{UID: 0, Capabilities: []string{"net_admin"}}
	mayNothing := fact.Machine{UID: 1000}
	linkLocal := exHandshake(fact.Silent)
	linkLocal.Local = netip.MustParseAddrPort("[fe80::7%eth0]:40001")
	datagram := exHandshake(fact.Silent)
	datagram.Network = "udp"
	lost := exFailed("EADDRNOTAVAIL")
	lost.Local = fact.Handshake{}.Local
	tests := []struct {
		name, target string
		facts        []fact.Fact
		command, on  string
	}{
		{"refused elsewhere", "", []fact.Fact{exRoute, exReset}, "whynot :5432", "192.0.2.10"},
		{"refused by a name", "db.internal:5432", []fact.Fact{exDNSLookup, exRoute, exReset}, "whynot :5432", "db.internal"},
		{"refused here, without rights", "", []fact.Fact{exLocal, exReset, mayNothing}, "sudo whynot 192.0.2.10:5432", ""},
		{"refused here, with all rights", "", []fact.Fact{exLocal, exReset, mayAll}, "nft list ruleset", ""},
		{"silent", "", []fact.Fact{exRoute, exSilent}, "tcpdump -ni any 'host 198.51.100.7 and tcp port 5432'", "192.0.2.10"},
		{"silent, from an address with a zone", "", []fact.Fact{exRoute, linkLocal}, "tcpdump -ni any 'host fe80::7 and tcp port 5432'", "192.0.2.10"},
		{"a datagram unanswered", "udp://192.0.2.10:5353", []fact.Fact{exRoute, datagram}, "tcpdump -ni any 'host 198.51.100.7 and udp port 5353'", "192.0.2.10"},
		{"accepted, then silent", "http://192.0.2.10:5432", []fact.Fact{exRoute, exAccepted, exStalled}, "ss -tnpi 'sport = :5432'", "192.0.2.10"},
		{"accepted, then closed", "", []fact.Fact{exRoute, exAccepted, exHungUp}, "whynot :5432", "192.0.2.10"},
		{"never sent", "", []fact.Fact{exRoute, lost}, "ip route get 192.0.2.10", ""},
		{"never tried", "", nil, "whynot --timeout 30s 192.0.2.10:5432", ""},
		{"rejected", "http://192.0.2.10:5432", []fact.Fact{exRoute, exAccepted, fact.HTTP{Status: 418}}, "journalctl --since -5min", "192.0.2.10"},
		{"a Unix socket that refuses", "unix:/run/x.sock", []fact.Fact{fact.UnixSocket{Path: "/run/x.sock", Exists: true, IsSocket: true, Errno: "ECONNREFUSED"}}, "ss -xlp", ""},
		{"a name without a reason", "db.internal:5432", []fact.Fact{exNoAnswer}, "getent ahosts db.internal", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := Judge(seen(t, test.target, test.facts...))
			if d.Settle == nil {
				t.Fatalf("nothing is proposed; outcome %s, causes %.200v", d.Outcome, ids(d.Causes))
			}
			if d.Settle.Command != test.command || d.Settle.On != test.on {
				t.Errorf("got %q on %q, want %q on %q", d.Settle.Command, d.Settle.On, test.command, test.on)
			}
		})
	}
}
