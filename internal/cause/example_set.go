package cause

import (
	"fmt"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// defaultTarget is what the examples are about, where they say nothing else.
const defaultTarget = "192.0.2.10:5432"

// Set makes the facts of an example into a set.
func (e Example) Set() (*fact.Set, error) {
	typed := e.Target
	if typed == "" {
		typed = defaultTarget
	}
	t, err := target.Parse([]string{typed}, nil)
	if err != nil {
		return nil, fmt.Errorf("cause: example %q: %w", e.When, err)
	}
	s := fact.NewSet(t)
	add := func(side fact.Side, host string, facts []fact.Fact) {
		for _, f := range facts {
			where := fact.Seen{Side: side, Host: host, Probe: "example", At: f.Where().At}
			if h, ok := f.(fact.Handshake); ok {
				where.About = h.To
			}
			s.Add(where, f)
		}
	}
	add(fact.Client, "app1", e.Client)
	add(fact.Server, "db1", e.Server)
	return s, nil
}
