package probe

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// runProbes lets the runner run own probes, and gives the set.
func runProbes(ctx context.Context, probes []*Probe, progress func([]*Probe)) *fact.Set {
	env := fakeEnv(nil, nil, &network{answer: refused})
	r := runner{env: env.real(), set: fact.NewSet(tcp("db.test", 1)), host: "here", started: map[*Probe]bool{}, news: make(chan struct{}, 1), progress: progress}
	r.run(ctx, probes)
	return r.set
}

// gives is a probe that gives facts, one each 10 ms.
func gives(name string, facts ...fact.Fact) *Probe {
	return &Probe{Name: name, Doc: name, Run: func(ctx context.Context, _ *Env, _ *fact.Set, emit Emit) error {
		for _, f := range facts {
			pause(ctx, 10*time.Millisecond)
			emit(f)
		}
		return nil
	}}
}

// recording makes probes that write down what was there when they were started.
type recording struct {
	mu    sync.Mutex
	begin time.Time
	lines []string
}

func (r *recording) probe(name string, needs []fact.Fact, when func(*Env, *fact.Set) bool) *Probe {
	return &Probe{Name: name, Doc: name, Needs: needs, When: when, Run: func(_ context.Context, _ *Env, known *fact.Set, _ Emit) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.lines = append(r.lines, fmt.Sprintf("%s at %v with %d", name, time.Since(r.begin), known.Len()))
		return nil
	}}
}

// TestStart looks when the runner starts which probe. The clock of synctest stands still while anything can go on.
func TestStart(t *testing.T) {
	atLeast := func(n int) func(*Env, *fact.Set) bool {
		return func(_ *Env, s *fact.Set) bool { return s.Len() >= n }
	}
	for _, test := range []struct {
		name  string
		gives []fact.Fact
		needs []fact.Fact
		when  func(*Env, *fact.Set) bool
		want  string
	}{
		{"needs nothing", nil, nil, nil, "x at 0s with 0"},
		{"as soon as its need is there, and not when the other probe ends", []fact.Fact{fact.Lookup{}, fact.Route{}, fact.Echo{}}, []fact.Fact{fact.Route{}}, nil, "x at 20ms with 2"},
		{"needs two", []fact.Fact{fact.Lookup{}, fact.Blind{}, fact.Echo{}}, []fact.Fact{fact.Echo{}, fact.Lookup{}}, nil, "x at 30ms with 3"},
		{"what it needs never comes", []fact.Fact{fact.Lookup{}, fact.Route{}}, []fact.Fact{fact.Echo{}}, nil, ""},
		{"When is asked again after each fact", []fact.Fact{fact.Blind{}, fact.Blind{}, fact.Blind{}}, nil, atLeast(2), "x at 20ms with 2"},
		{"When is asked after the last fact", []fact.Fact{fact.Blind{}, fact.Blind{}}, nil, atLeast(2), "x at 20ms with 2"},
		{"When is never content", []fact.Fact{fact.Blind{}}, nil, atLeast(2), ""},
		{"When is asked only once the needs are there", []fact.Fact{fact.Blind{}, fact.Lookup{}}, []fact.Fact{fact.Lookup{}},
			func(_ *Env, s *fact.Set) bool { return given[fact.Lookup](s)[0].Name == "" }, "x at 20ms with 2"},
		{"once, whatever comes", []fact.Fact{fact.Lookup{}, fact.Lookup{}, fact.Lookup{}}, []fact.Fact{fact.Lookup{}}, nil, "x at 10ms with 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := recording{begin: time.Now()}
				// In both orders: the list says nothing about when a probe starts.
				probes := []*Probe{gives("first", test.gives...), r.probe("x", test.needs, test.when)}
				runProbes(t.Context(), probes, nil)
				slices.Reverse(probes)
				r.begin = time.Now()
				runProbes(t.Context(), probes, nil)
				want := []string{test.want, test.want}
				if test.want == "" {
					want = nil
				}
				if !slices.Equal(r.lines, want) {
					t.Errorf("%q, want %q", r.lines, want)
				}
			})
		})
	}
}

// TestChain wants no fact to be overlooked that comes with the end of its probe: each of these is the reason for the next. It runs on the
// real clock and often, since what it looks for is a race.
func TestChain(t *testing.T) {
	kinds := []fact.Fact{fact.Lookup{}, fact.Route{}, fact.Handshake{}, fact.Echo{}, fact.Machine{}, fact.Limits{}, fact.Path{}}
	for range 300 {
		var probes []*Probe
		for i, k := range kinds {
			p := &Probe{Name: k.Kind(), Run: func(_ context.Context, _ *Env, _ *fact.Set, emit Emit) error { emit(k); return nil }}
			if i > 0 {
				p.Needs = kinds[i-1 : i]
			}
			probes = append(probes, p)
		}
		if s := runProbes(t.Context(), probes, nil); s.Len() != len(kinds) {
			t.Fatalf("%d facts of %d: %+v", s.Len(), len(kinds), s.All())
		}
	}
}

func TestErrorIsBlind(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		remedy string
	}{
		{"not permitted", fmt.Errorf("probe: %w", sys.ErrNotPermitted), "run whynot as root"},
		{"no permission for a file", &fs.PathError{Op: "open", Path: "/proc/1/fd", Err: fs.ErrPermission}, "run whynot as root"},
		{"not supported", fmt.Errorf("probe: %w", sys.ErrNotSupported), "run whynot on Linux"},
		{"another", errTest, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &Probe{Name: "p", Doc: "what p looks at", Side: fact.Server, Run: func(_ context.Context, _ *Env, _ *fact.Set, emit Emit) error {
				emit(fact.Lookup{})
				return test.err
			}}
			s := runProbes(t.Context(), []*Probe{p}, nil)
			b := only[fact.Blind](t, s)
			if b.Wanted != "what p looks at" || b.Why != test.err.Error() || b.Remedy != test.remedy {
				t.Errorf("%+v", b)
			}
			for _, f := range s.All() {
				if w := f.Where(); w.Probe != "p" || w.Side != fact.Server || w.Host != "here" || w.At.IsZero() {
					t.Errorf("%s is seen by %+v", f.Kind(), w)
				}
			}
			if len(given[fact.Lookup](s)) != 1 {
				t.Error("what it saw before the error is lost")
			}
		})
	}
}

// TestHangs wants a run to end with its context, and nothing new to start then.
func TestHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := &Probe{Name: "hangs", Run: func(ctx context.Context, _ *Env, _ *fact.Set, emit Emit) error {
			<-ctx.Done()
			emit(fact.Lookup{}) // too late to be a reason
			return nil
		}}
		var late atomic.Bool
		never := &Probe{Name: "never", Needs: []fact.Fact{fact.Lookup{}}, Run: func(context.Context, *Env, *fact.Set, Emit) error {
			late.Store(true)
			return nil
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begin := time.Now()
		s := runProbes(ctx, []*Probe{hangs, never}, nil)
		if took := time.Since(begin); took != 3*time.Second || late.Load() || s.Len() != 1 {
			t.Errorf("it took %v; a probe was started late: %v; %d facts", took, late.Load(), s.Len())
		}
	})
}

// TestLookEndsInTime lets everything outside hang as long as its context allows: the whole look ends with the time-out.
func TestLookEndsInTime(t *testing.T) {
	onLinux(t)
	for _, timeout := range []time.Duration{0, time.Second, 20 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			n := &network{answer: func(ctx context.Context, d dial) sys.Connected {
				d.how.Patience, d.how.Stop = time.Hour, nil
				return silent(ctx, d)
			}}
			env := fakeEnv(files(map[string]string{"etc/resolv.conf": "nameserver 192.0.2.53\n"}), nil, n)
			env.Timeout = timeout
			want := timeout
			if timeout == 0 {
				want = DefaultTimeout
			}
			for _, host := range []string{"db.test", "198.51.100.7"} {
				begin := time.Now()
				Here{Env: env}.Look(t.Context(), tcp(host, 5432))
				if took := time.Since(begin); took > want+20*time.Millisecond || took < want {
					t.Errorf("%s: it took %v, not %v", host, took, want)
				}
			}
		})
	}
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string // written under the runner's lock
		progress := func(underWay []*Probe) {
			var names []string
			for _, p := range underWay {
				names = append(names, p.Name)
			}
			told = append(told, strings.Join(names, "+"))
		}
		second := gives("second", fact.Blind{}, fact.Blind{})
		second.Needs = []fact.Fact{fact.Lookup{}}
		runProbes(t.Context(), []*Probe{gives("first", fact.Lookup{}, fact.Lookup{}), second}, progress)
		if got, want := strings.Join(told, ", "), "first, first+second, second, "; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// TestDeclares wants every probe to give the kinds that it declares, and no others, in a look at each kind of failure; istio checks its
// analysers so.
func TestDeclares(t *testing.T) {
	onLinux(t)
	declared := map[string][]string{"": {"blind"}}
	for _, p := range All {
		for _, f := range p.Gives {
			declared[p.Name] = append(declared[p.Name], f.Kind())
		}
	}
	for name, answer := range map[string]func(context.Context, dial) sys.Connected{
		"refused":    refused,
		"silent":     silent,
		"prohibited": func(context.Context, dial) sys.Connected { return icmp(gateAt, 3, 13, "EHOSTUNREACH") },
	} {
		for _, host := range []string{"198.51.100.7", "127.0.0.1", "localhost", "db.test", ""} {
			synctest.Test(t, func(t *testing.T) {
				env := fakeEnv(files(map[string]string{"etc/hosts": "198.51.100.7 db.test\n"}), map[string]string{"ALL_PROXY": "192.0.2.9:1"}, &network{answer: answer})
				for _, f := range (Here{Env: env}).Look(t.Context(), web(host, 80, false)).All() {
					if p := f.Where().Probe; f.Kind() != "blind" && !slices.Contains(declared[p], f.Kind()) {
						t.Errorf("%s, %q: the probe %q gives %s, and does not say so", name, host, p, f.Kind())
					}
				}
			})
		}
	}
}
