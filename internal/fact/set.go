package fact

import (
	"slices"
	"sync"

	"whynot/internal/target"
)

// A Set is what is known about one target. Facts are added and never changed or removed. It may be used by several goroutines.
type Set struct {
	Target target.Target

	mu    sync.RWMutex
	facts []Fact
}

// NewSet makes an empty set about a target.
func NewSet(t target.Target) *Set { return &Set{Target: t} }

// Add puts facts into the set; where tells who saw them. A fact that names its attempt (About) keeps it.
func (s *Set) Add(where Seen, facts ...Fact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range facts {
		where.index = len(s.facts)
		s.facts = append(s.facts, stamped(f, where))
	}
}

// Merge adds the facts of another set as they are, behind those that are here.
func (s *Set) Merge(other *Set) {
	for _, f := range other.All() {
		s.Add(f.Where(), f)
	}
}

// All gives every fact, in the order in which they came.
func (s *Set) All() []Fact {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.facts)
}

// Len is the number of facts.
func (s *Set) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.facts)
}

// Has says whether the set holds a fact of that kind.
func (s *Set) Has(kind string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(s.facts, func(f Fact) bool { return f.Kind() == kind })
}

// Of gives the facts of one kind, in the order in which they came.
func Of[T Fact](s *Set) []T {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []T
	for _, f := range s.facts {
		if t, ok := f.(T); ok {
			found = append(found, t)
		}
	}
	return found
}
