package cause

import (
	"fmt"
	"strings"
	"testing"

	"whynot/internal/fact"
)

// TestStages wants the picture of the way to claim nothing that was not seen: what nobody tried is not broken.
func TestStages(t *testing.T) {
	table := Example{Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, fact.Receiver{To: exTo}}}
	tests := []struct {
		name string
		e    Example
		want string
	}{
		{"accepted and answered", exAccepts, "route passed, network passed, firewall passed, listener passed, postgres passed"},
		{"a reset from afar", Example{Client: []fact.Fact{exRoute, exReset}}, "route passed, network passed, firewall unclear, listener unclear, postgres not tried"},
		{"a reset, and no socket", table, "route passed, network passed, firewall passed, listener broken, postgres not tried"},
		{"silence", Example{Client: []fact.Fact{exRoute, exSilent}}, "route passed, network unclear, firewall unclear, listener unclear, postgres not tried"},
		{"silence of a host that is alive", Example{Client: []fact.Fact{exRoute, exSilent, exAlive}}, "route passed, network passed, firewall unclear, listener unclear, postgres not tried"},
		{"no route", Example{Client: []fact.Fact{exFailed("ENETUNREACH")}}, "route broken, network not tried, firewall not tried, listener not tried, postgres not tried"},
		{"host unreachable", Example{Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 1)}}, "route passed, network broken, firewall not tried, listener not tried, postgres not tried"},
		{"prohibited", Example{Client: []fact.Fact{exRoute, exICMP(exRouter, 3, 13)}}, "route passed, network unclear, firewall broken, listener not tried, postgres not tried"},
		{"no such name", Example{Target: "db.internal:5432", Client: []fact.Fact{exNoName}}, "name broken, route not tried, network not tried, firewall not tried, listener not tried, postgres not tried"},
		{"a name, and no attempt", Example{Target: "db.internal:5432", Client: []fact.Fact{exBoth}}, "name passed, route not tried, network not tried, firewall not tried, listener not tried, postgres not tried"},
		{"an expired certificate", Example{Target: "https://db.internal:5432/", Client: []fact.Fact{exBoth, exAccepted, exTLSDates(-2, -1)}},
			"name passed, route passed, network passed, firewall passed, listener passed, tls broken, http not tried"},
		{"a Unix socket that works", Example{Target: "unix:/run/x.sock", Client: []fact.Fact{fact.UnixSocket{Path: "/run/x.sock", Exists: true}}}, "socket passed"},
		{"a Unix socket that does not", Example{Target: "unix:/run/x.sock", Client: []fact.Fact{exStale}}, "socket broken"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := test.e.Set()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, stage := range Judge(s).Stages {
				got = append(got, fmt.Sprintf("%s %s", stage.Name, stage.State))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), test.want)
			}
		})
	}
}

// TestMissing wants a finding to name what its own cause looked for in vain, once, and not what another did.
func TestMissing(t *testing.T) {
	looksFor := func(id string, look func(*Case)) *Cause {
		return &Cause{ID: id, Judge: func(c *Case) Verdict { look(c); return unknown() }}
	}
	path := looksFor("a.path", func(c *Case) { first[fact.Path](c, fact.Client); every[fact.Path](c, fact.Client) })
	table := looksFor("a.table", func(c *Case) { first[fact.SocketTable](c, fact.Server) })
	nothing := looksFor("a.nothing", func(c *Case) { first[fact.Handshake](c, fact.Client) })
	d := judgeBy(seen(t, "db.internal:5432", exBoth, exReset, exAt(exTo6, fact.Silent)), []*Cause{path, table, nothing})
	want := []string{"a.path [path client]", "a.table [socket-table server]", "a.nothing []"}
	for i, f := range d.Unknown {
		if got := fmt.Sprint(f.Cause.ID, " ", f.Missing); got != want[i] {
			t.Errorf("got %s, want %s", got, want[i])
		}
	}
	if len(d.Unknown) != len(want) {
		t.Errorf("%d findings", len(d.Unknown))
	}
}
