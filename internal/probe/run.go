package probe

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// Here is this machine as a vantage point.
type Here struct {
	Env Env
	// Progress is told which probes are under way, whenever that changes; nil: nobody is.
	Progress func(underWay []*Probe)
}

// Look runs every probe that has a reason to look, and gives what they saw. It ends with the time-out at the latest.
func (h Here) Look(ctx context.Context, t target.Target) *fact.Set {
	env := h.Env.real()
	defer env.run.close()
	ctx, cancel := context.WithTimeout(ctx, env.Timeout)
	defer cancel()
	r := runner{env: env, set: fact.NewSet(t), host: hostName(env), started: map[*Probe]bool{}, news: make(chan struct{}, 1), progress: h.Progress}
	r.run(ctx, All)
	return r.set
}

// A runner starts each probe as soon as what it needs is known, and waits for all that it has started.
type runner struct {
	env      *Env
	set      *fact.Set
	host     string
	started  map[*Probe]bool
	news     chan struct{} // a fact came or a probe ended
	progress func([]*Probe)

	mu       sync.Mutex
	underWay []*Probe
}

func (r *runner) run(ctx context.Context, probes []*Probe) {
	var owned sync.WaitGroup
	defer owned.Wait()
	for {
		known := r.set.Len()
		for _, p := range probes {
			if !r.started[p] && ctx.Err() == nil && r.ready(p) {
				r.started[p] = true
				r.change(p, true)
				owned.Go(func() {
					r.look(ctx, p)
					r.change(p, false)
					r.tell()
				})
			}
		}
		if r.idle() {
			if r.set.Len() == known {
				return
			}
			continue // a probe ended while we looked: its facts may give another one a reason
		}
		<-r.news
	}
}

// ready says whether a probe has what it needs and a reason to look.
func (r *runner) ready(p *Probe) bool {
	for _, need := range p.Needs {
		if !r.set.Has(need.Kind()) {
			return false
		}
	}
	return p.When == nil || p.When(r.env, r.set)
}

func (r *runner) look(ctx context.Context, p *Probe) {
	emit := func(facts ...fact.Fact) {
		r.set.Add(fact.Seen{Side: p.Side, Host: r.host, Probe: p.Name, At: r.env.Now()}, facts...)
		r.tell()
	}
	if err := p.Run(ctx, r.env, r.set, emit); err != nil {
		emit(blind(p, err))
	}
}

// blind turns a probe's error into the fact that it could not look.
func blind(p *Probe, err error) fact.Blind {
	b := fact.Blind{Wanted: p.Doc, Why: err.Error()}
	switch {
	case errors.Is(err, sys.ErrNotPermitted), errors.Is(err, fs.ErrPermission):
		b.Remedy = "run whynot as root"
	case errors.Is(err, sys.ErrNotSupported):
		b.Remedy = "run whynot on Linux"
	}
	return b
}

func (r *runner) change(p *Probe, begins bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var now []*Probe
	for _, u := range r.underWay {
		if u != p {
			now = append(now, u)
		}
	}
	if begins {
		now = append(now, p)
	}
	r.underWay = now
	if r.progress != nil {
		r.progress(now)
	}
}

func (r *runner) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.underWay) == 0
}

// tell wakes the loop; a pending wake-up is enough.
func (r *runner) tell() {
	select {
	case r.news <- struct{}{}:
	default:
	}
}

// pause waits, or ends with the context.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
