// Package probe gathers facts: one file a probe, on both sides of the connection.
//
// A probe looks and reports; it never prints, logs, decides or changes anything. What it cannot look at it returns as an error,
// which becomes a [fact.Blind]. Read Probe here and run.go, then any one probe; all.go lists them in the order of the way.
package probe

import (
	"context"

	"whynot/internal/fact"
)

// A Probe is one way of looking.
type Probe struct {
	Name string
	// Doc says what is looked at, in a few words.
	Doc  string
	Side fact.Side
	// Needs lists the kinds of facts that must be there before the probe starts.
	Needs []fact.Fact
	// When says, given Needs, whether there is a reason to look; nil: always. It is asked again after every new fact.
	When func(*Env, *fact.Set) bool
	// If puts When in words, for --plan.
	If string
	// Gives lists the kinds that the probe may give.
	Gives []fact.Fact
	// Sends says what leaves the machine, for --plan; empty: nothing does.
	Sends string
	// Run looks. It gives each fact by emit as soon as it is known, and returns when it is done or its context ends.
	Run func(ctx context.Context, env *Env, known *fact.Set, emit Emit) error
}

// Emit takes facts into the set that a probe is given.
type Emit func(...fact.Fact)
