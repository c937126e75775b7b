package cause

import (
	"net/netip"
	"slices"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// A Finding is what was concluded about one cause.
type Finding struct {
	Cause   *Cause
	Level   Level
	Because []Because
	// Only lists the addresses the finding is about, where the others were judged otherwise.
	Only    []netip.AddrPort
	Fix     []Step
	Missing []string // what was looked for in vain

	principal bool // it is about an address that ended in the outcome
}

// A Diagnosis is what the facts say.
type Diagnosis struct {
	Target  target.Target
	Outcome Outcome
	// Causes are those at least possible: roots first, by certainty, then the symptoms. Empty for a target that works.
	Causes   []Finding
	RuledOut []Finding
	Unknown  []Finding
	// Warnings are what is wrong with a target that works.
	Warnings []Warning
	// Settle is the one thing to do that would decide, where the first cause is not proven.
	Settle *Step
	Stages []Stage
}

// Settled says that a cause is named: the first is no mere symptom, and likely at least.
func (d *Diagnosis) Settled() bool {
	return len(d.Causes) > 0 && d.Causes[0].Level >= Likely && !d.Causes[0].Cause.Symptom()
}

// Judge weighs every cause of the catalogue against a set of facts. It changes nothing and looks at nothing else.
func Judge(s *fact.Set) *Diagnosis { return judgeBy(s, All) }

func judgeBy(s *fact.Set, catalogue []*Cause) *Diagnosis {
	cases := casesOf(s)
	endings := make([]ending, len(cases))
	for i, c := range cases {
		endings[i] = endingOf(c)
	}
	d := &Diagnosis{Target: s.Target, Outcome: outcomeOf(endings)}
	var findings []Finding
	for _, cause := range catalogue {
		findings = append(findings, judgeCause(cause, cases, endings, d.Outcome)...)
	}
	rank(findings, catalogue)
	for _, f := range findings {
		switch {
		case f.Level == Out:
			d.RuledOut = append(d.RuledOut, f)
		case f.Level == Unknown:
			d.Unknown = append(d.Unknown, f)
		case d.Outcome == OK:
			d.Warnings = append(d.Warnings, warningOf(f))
		default:
			d.Causes = append(d.Causes, f)
		}
	}
	if d.Outcome == OK {
		d.Warnings = append(d.Warnings, warnings(cases)...)
	}
	d.Stages = stagesOf(d, cases, endings)
	d.Settle = settle(d, cases[principalCase(endings, d.Outcome)])
	return d
}

// judgeCause asks one cause about every address, and merges what it says: one finding for each level above unknown, and one at
// all where every address says the same.
func judgeCause(cause *Cause, cases []*Case, endings []ending, outcome Outcome) []Finding {
	found := map[Level]*Finding{}
	for i, c := range cases {
		c.lacked, c.bound = nil, 0
		v := endings[i].works()
		if v == nil {
			judged := cause.Judge(c)
			judged = c.bounded(cause, judged)
			v = &judged
		}
		f := found[v.Level]
		if f == nil {
			f = &Finding{Cause: cause, Level: v.Level}
			found[v.Level] = f
		}
		f.principal = f.principal || endings[i].outcome == outcome
		f.Only = append(f.Only, c.To)
		for _, b := range v.Because {
			if !slices.ContainsFunc(f.Because, func(x Because) bool { return x.Text == b.Text }) {
				f.Because = append(f.Because, b)
			}
		}
		for _, l := range c.lacked {
			if !slices.Contains(f.Missing, l) {
				f.Missing = append(f.Missing, l)
			}
		}
		if v.Level > Unknown && cause.Fix != nil && f.Fix == nil {
			f.Fix = cause.Fix(c)
		}
	}
	return merged(found, len(cases))
}

// merged keeps the findings above unknown; without any, the one that covers most: not known, or else ruled out.
func merged(found map[Level]*Finding, all int) []Finding {
	var list []Finding
	for _, l := range []Level{Proven, Likely, Possible} {
		if f := found[l]; f != nil {
			list = append(list, *f)
		}
	}
	if len(list) == 0 {
		f := found[Unknown]
		if f == nil {
			f = found[Out]
		}
		f.Only = nil
		return []Finding{*f}
	}
	for i := range list {
		if len(list[i].Only) == all {
			list[i].Only = nil
		}
	}
	return list
}

// rank sorts findings: those about the addresses that ended in the outcome first; roots before symptoms; then by level, and by the
// order of the catalogue, where the general stands before the special. What explains another comes before it, if it is likely
// at least, even where the other is more certain: the headline is the root.
func rank(findings []Finding, catalogue []*Cause) {
	order := map[*Cause]int{}
	for i, c := range catalogue {
		order[c] = i
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		if a.principal != b.principal {
			return falseLast(a.principal)
		}
		if sa, sb := a.Cause.Symptom(), b.Cause.Symptom(); sa != sb {
			return falseLast(sb)
		}
		if a.Level != b.Level {
			return int(b.Level) - int(a.Level)
		}
		return order[a.Cause] - order[b.Cause]
	})
	for i := 0; i < len(findings); i++ {
		for j := i + 1; j < len(findings); j++ {
			a, b := findings[i], findings[j]
			if b.Level >= Likely && b.principal == a.principal && explains(b.Cause, a.Cause) {
				copy(findings[i+1:j+1], findings[i:j])
				findings[i] = b
				j = i // what explains b, in turn, comes before it
			}
		}
	}
}

func falseLast(v bool) int {
	if v {
		return -1
	}
	return 1
}

// Find gives the cause of that ID.
func Find(id string) (*Cause, bool) {
	for _, c := range All {
		if c.ID == id {
			return c, true
		}
	}
	return nil, false
}

// Accounts says whether a cause accounts for another, directly or through others.
func (c *Cause) Accounts(other *Cause) bool { return explains(c, other) }

// explains says whether one cause accounts for another, directly or through others.
func explains(a, b *Cause) bool {
	for _, e := range a.Explains {
		if e == b || explains(e, b) {
			return true
		}
	}
	return false
}
