package diagnose

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"whynot/internal/cause"
	"whynot/internal/fact"
	"whynot/internal/target"
)

var (
	db     = target.Target{Host: "192.0.2.10", Port: 5432, Network: "tcp", Protocol: "postgres"}
	dialed = netip.MustParseAddrPort("192.0.2.10:5432")
)

// A fake is a vantage that sees what it is told to.
type fake func(context.Context, target.Target) *fact.Set

func (f fake) Look(ctx context.Context, t target.Target) *fact.Set { return f(ctx, t) }

// sees makes a vantage out of one side's facts.
func sees(side fact.Side, host string, facts ...fact.Fact) fake {
	return func(_ context.Context, t target.Target) *fact.Set {
		s := fact.NewSet(t)
		s.Add(fact.Seen{Side: side, Host: host, Probe: "fake", About: dialed}, facts...)
		return s
	}
}

// What the two ends of a refused connection see: the client a reset, the server that its program listens elsewhere.
var (
	client = sees(fact.Client, "app1", fact.Route{To: dialed.Addr(), Type: "unicast", Gateway: netip.MustParseAddr("198.51.100.1")},
		fact.Handshake{Attempt: fact.Attempt{To: dialed, Network: "tcp", Result: fact.Reset}})
	server = sees(fact.Server, "db1", fact.SocketTable{Port: 5432},
		fact.Listener{Network: "tcp", Addr: netip.MustParseAddrPort("127.0.0.1:5432"), Process: &fact.Process{PID: 812, Name: "postgres"}})
)

func headline(d *cause.Diagnosis) string {
	if len(d.Causes) == 0 {
		return "nothing"
	}
	return d.Causes[0].Cause.ID + ", " + d.Causes[0].Level.String()
}

// TestOneSeesMore wants what neither end can prove alone to be proven by both together.
func TestOneSeesMore(t *testing.T) {
	tests := []struct {
		name     string
		vantages []Vantage
		settled  bool
		headline string
		facts    int
	}{
		{"the client alone", []Vantage{client}, false, "", 2},
		{"the client, then the server", []Vantage{client, server}, true, "bind.loopback-only, proven", 4},
		{"the server, then the client", []Vantage{server, client}, true, "bind.loopback-only, proven", 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, d := Run(t.Context(), db, test.vantages...)
			if s.Len() != test.facts || s.Target != db || d.Target != db {
				t.Errorf("%d facts about %s, want %d about %s", s.Len(), s.Target, test.facts, db)
			}
			if d.Outcome != cause.Refused || d.Settled() != test.settled || test.headline != "" && headline(d) != test.headline {
				t.Errorf("outcome %s, settled %v, by %s", d.Outcome, d.Settled(), headline(d))
			}
		})
	}
}

// TestWhoSawIt wants facts to keep their side and host, and evidence to point at their place in the merged set.
func TestWhoSawIt(t *testing.T) {
	s, d := Run(t.Context(), db, server, client)
	for i, f := range s.All() {
		where := f.Where()
		if want := map[fact.Side]string{fact.Client: "app1", fact.Server: "db1"}[where.Side]; where.Host != want || want == "" {
			t.Errorf("%s was seen on the side %q by %q", f.Kind(), where.Side, where.Host)
		}
		if where.Index() != i || where.Probe != "fake" || where.About != dialed {
			t.Errorf("%s stands at %d and says %+v", f.Kind(), i, where)
		}
	}
	for _, b := range d.Causes[0].Because {
		if at := s.All()[b.Fact.Where().Index()]; at.Kind() != b.Fact.Kind() {
			t.Errorf("%q rests on a %s, and a %s stands in its place", b.Text, b.Fact.Kind(), at.Kind())
		}
	}
}

// TestAtOnce wants every vantage to look at the same time: each of these waits until the other has begun.
func TestAtOnce(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	a, b := make(chan struct{}), make(chan struct{})
	meet := func(mine, other chan struct{}, sees fake) fake {
		return func(ctx context.Context, t target.Target) *fact.Set {
			close(mine)
			select {
			case <-other:
				return sees(ctx, t)
			case <-ctx.Done():
				return fact.NewSet(t)
			}
		}
	}
	if s, _ := Run(ctx, db, meet(a, b, client), meet(b, a, server)); s.Len() != 4 {
		t.Errorf("%d facts: one vantage waits for the other to end", s.Len())
	}
}

// TestEarlyAndLate wants what one vantage saw not to be lost because the other ends at once with nothing, or only when it is told to stop.
func TestEarlyAndLate(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	early := fake(func(_ context.Context, t target.Target) *fact.Set {
		defer stop()
		return fact.NewSet(t)
	})
	late := fake(func(ctx context.Context, t target.Target) *fact.Set {
		<-ctx.Done()
		return client(ctx, t)
	})
	s, d := Run(ctx, db, late, early, server)
	if s.Len() != 4 || headline(d) != "bind.loopback-only, proven" {
		t.Errorf("%d facts, %s", s.Len(), headline(d))
	}
}

// TestTold wants every vantage to be given the target and the context.
func TestTold(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "mine")
	var asked target.Target
	var value any
	Run(ctx, db, fake(func(ctx context.Context, t target.Target) *fact.Set {
		asked, value = t, ctx.Value(key{})
		return fact.NewSet(t)
	}))
	if asked != db || value != "mine" {
		t.Errorf("it was asked about %+v, with %v", asked, value)
	}
}

// TestNothingSeen wants an honest answer where nobody saw anything, or nobody looked.
func TestNothingSeen(t *testing.T) {
	blind := sees(fact.Client, "app1", fact.Blind{Wanted: "nearly everything", Why: "not permitted"})
	tests := map[string][]Vantage{"nobody looks": nil, "nothing is there": {sees(fact.Client, "app1")}, "all is hidden": {blind}}
	for name, vantages := range tests {
		t.Run(name, func(t *testing.T) {
			s, d := Run(t.Context(), db, vantages...)
			if s == nil || d == nil {
				t.Fatal("no answer at all")
			}
			if d.Outcome == cause.OK || d.Settled() || len(d.Causes)+len(d.RuledOut) > 0 {
				t.Errorf("out of nothing: outcome %s, %s, %d ruled out", d.Outcome, headline(d), len(d.RuledOut))
			}
			if len(d.Unknown) != len(cause.All) || d.Settle == nil {
				t.Errorf("%d of %d causes are unknown; to settle it: %v", len(d.Unknown), len(cause.All), d.Settle)
			}
		})
	}
}
