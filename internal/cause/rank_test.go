package cause

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"whynot/internal/fact"
)

// exSays makes a cause that always says the same of the attempt, or something else where an address is given.
func exSays(id string, l Level, explains ...*Cause) *Cause {
	return &Cause{ID: id, Explains: explains, Judge: func(c *Case) Verdict {
		h, _ := first[fact.Handshake](c, fact.Client)
		if l == Unknown {
			return unknown()
		}
		return say(l, h, "%s", id)
	}}
}

// TestRank holds the order of the report with catalogues of a few causes.
func TestRank(t *testing.T) {
	symptom := exSays("symptom.x", Proven)
	middle := exSays("a.middle", Proven, symptom)
	tests := []struct {
		name      string
		catalogue []*Cause
		want      string
	}{
		{"the surer comes first", []*Cause{exSays("a.possible", Possible), exSays("a.likely", Likely), exSays("a.proven", Proven)}, "a.proven a.likely a.possible"},
		{"of the equally sure the catalogue's first", []*Cause{exSays("b.x", Likely), exSays("a.x", Likely)}, "b.x a.x"},
		{"a symptom is last, however sure", []*Cause{symptom, exSays("a.possible", Possible)}, "a.possible symptom.x"},
		{"a root comes before what it explains", []*Cause{middle, exSays("a.root", Proven, middle)}, "a.root a.middle"},
		{"a likely root comes before the proven middle", []*Cause{middle, exSays("a.root", Likely, middle)}, "a.root a.middle"},
		{"a root that is merely possible does not", []*Cause{middle, exSays("a.root", Possible, middle)}, "a.middle a.root"},
		{"through one that is not known", []*Cause{symptom, exSays("a.root", Likely, exSays("a.unknown", Unknown, middle)), middle}, "a.root a.middle symptom.x"},
		{"a chain of three, surest at its end", chainOfThree(), "a.deep a.middle a.shallow"},
		{"what is ruled out or unknown is not listed", []*Cause{exSays("a.out", Out), exSays("a.unknown", Unknown), exSays("a.likely", Likely)}, "a.likely"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := judgeBy(seen(t, "", exReset), test.catalogue)
			if got := strings.Join(ids(d.Causes), " "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func chainOfThree() []*Cause {
	shallow := exSays("a.shallow", Proven)
	middle := exSays("a.middle", Likely, shallow)
	return []*Cause{shallow, middle, exSays("a.deep", Likely, middle)}
}

// TestRankAny ranks catalogues made by chance: none that is likely at least may stand behind what it explains.
func TestRankAny(t *testing.T) {
	s := seen(t, "", exReset)
	chance := rand.New(rand.NewPCG(1, 2)) // always the same
	for round := range 400 {
		var catalogue []*Cause
		for i := range 2 + chance.IntN(7) {
			family := "a"
			if chance.IntN(4) == 0 {
				family = "symptom"
			}
			c := exSays(fmt.Sprintf("%s.%d", family, i), Possible+Level(chance.IntN(3)))
			for _, other := range catalogue {
				if family != "symptom" && chance.IntN(3) == 0 {
					c.Explains = append(c.Explains, other)
				}
			}
			catalogue = append(catalogue, c)
		}
		chance.Shuffle(len(catalogue), func(i, j int) { catalogue[i], catalogue[j] = catalogue[j], catalogue[i] })
		d := judgeBy(s, catalogue)
		if len(d.Causes) != len(catalogue) {
			t.Fatalf("round %d: %d findings of %d causes", round, len(d.Causes), len(catalogue))
		}
		checkOrder(t, fmt.Sprintf("round %d", round), d)
	}
}

// checkOrder wants every root before what it explains, and no symptom first where a deeper cause is likely at least.
func checkOrder(t *testing.T, name string, d *Diagnosis) {
	t.Helper()
	for i, a := range d.Causes {
		for _, b := range d.Causes[i+1:] {
			if b.Level >= Likely && b.principal == a.principal && b.Cause.Accounts(a.Cause) {
				t.Errorf("%s: %s explains %s, and stands behind it", name, b.Cause.ID, a.Cause.ID)
			}
		}
	}
	deeper := slices.ContainsFunc(d.Causes, func(f Finding) bool { return f.principal && f.Level >= Likely && !f.Cause.Symptom() })
	if deeper && d.Causes[0].Cause.Symptom() {
		t.Errorf("%s: %s comes first, though a deeper cause is known", name, d.Causes[0].Cause.ID)
	}
}

// TestOrderOfExamples wants the same of everything that the catalogue itself says.
func TestOrderOfExamples(t *testing.T) {
	eachExample(t, func(name string, _ *fact.Set, d *Diagnosis) { checkOrder(t, name, d) })
}

// TestSettled holds when a cause counts as named: exit status 1 follows from it.
func TestSettled(t *testing.T) {
	symptom := exSays("symptom.x", Proven)
	tests := []struct {
		name      string
		catalogue []*Cause
		want      bool
	}{
		{"proven", []*Cause{exSays("a.x", Proven)}, true},
		{"likely", []*Cause{exSays("a.x", Likely)}, true},
		{"possible", []*Cause{exSays("a.x", Possible)}, false},
		{"a symptom alone", []*Cause{symptom}, false},
		{"possible beside a symptom", []*Cause{exSays("a.x", Possible), symptom}, false},
		{"nothing", nil, false},
	}
	for _, test := range tests {
		if got := judgeBy(seen(t, "", exReset), test.catalogue).Settled(); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
