// Package diagnose is the product on one screen: ask every vantage point what it sees, merge what they saw, and judge it.
//
//	target ──► probes ──► facts ──► causes ──► report
//	          (vantage)   (set)    (judge)
//
// To follow one question through the house: [target.Parse] reads what the user typed; a [Vantage] looks (package probe has the
// local one) and gives a [fact.Set]; [cause.Judge] turns facts into a diagnosis; package report shows it. Nothing else happens.
//
// To add a cause, see cause/all.go; a probe, probe/all.go; a protocol, proto/all.go; a kind of fact, fact/kinds.go.
package diagnose

import (
	"context"
	"sync"

	"whynot/internal/cause"
	"whynot/internal/fact"
	"whynot/internal/target"
)

// A Vantage is a place from which one can look: this machine, another one, an agent. It gives whatever it could see before the
// context ended; what it could not look at, it says in [fact.Blind] facts.
type Vantage interface {
	Look(ctx context.Context, t target.Target) *fact.Set
}

// Run looks at a target from every vantage point at once, and judges what they saw together.
func Run(ctx context.Context, t target.Target, vantages ...Vantage) (*fact.Set, *cause.Diagnosis) {
	seen := make([]*fact.Set, len(vantages))
	var all sync.WaitGroup
	for i, v := range vantages {
		all.Go(func() { seen[i] = v.Look(ctx, t) })
	}
	all.Wait()
	merged := fact.NewSet(t)
	for _, s := range seen {
		merged.Merge(s)
	}
	return merged, cause.Judge(merged)
}
