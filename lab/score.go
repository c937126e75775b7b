//go:build linux

package lab

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"whynot/internal/cause"
)

// Table prints a line for each result, and the totals.
func Table(w io.Writer, results []*Result) {
	slices.SortStableFunc(results, func(a, b *Result) int { return strings.Compare(a.Scenario.Name, b.Scenario.Name) })
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "scenario\tview\tsaid\tverdict\tms")
	for _, r := range results {
		verdict := "right"
		if len(r.Problems) > 0 {
			verdict = "WRONG: " + strings.Join(r.Problems, "; ")
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\n", r.Scenario.Name, r.View.Name, r.Said.Headline(), verdict, r.Took.Milliseconds())
	}
	_ = t.Flush() // a table that cannot be shown fails nothing
	fmt.Fprintln(w)
	for _, group := range []string{"client", "user", "server"} {
		Totals(w, group, results)
	}
	Totals(w, "all", results)
}

// Totals prints how often the truth came first and was offered, and how many proofs were false.
func Totals(w io.Writer, view string, results []*Result) {
	var n, first, wanted, among, wrong int
	var took []time.Duration
	proofs := 0
	for _, r := range results {
		if view != "all" && r.View.Name != view {
			continue
		}
		n++
		took = append(took, r.Took)
		if r.View.First != nil || r.View.Warn != "" || r.Scenario.Cause == "none" {
			wanted++
			if r.firstRight() {
				first++
			}
		}
		if r.TruthAmong || r.acceptable() {
			among++
		}
		if len(r.Problems) > 0 {
			wrong++
		}
		proofs += len(r.FalseProofs)
	}
	if n == 0 {
		return
	}
	slices.Sort(took)
	fmt.Fprintf(w, "%-7s %3d views: first cause right %d of the %d where it can be known; truth among the causes %d (%.1f %%); false proofs %d; wrong %d; median %d ms\n",
		view, n, first, wanted, among, 100*float64(among)/float64(n), proofs, wrong, took[n/2].Milliseconds())
}

// firstRight says whether the truth, or what the view takes for it, came first.
func (r *Result) firstRight() bool {
	return r.TruthFirst || len(r.Said.Causes) > 0 && slices.Contains(r.View.First, r.Said.Causes[0].ID)
}

// acceptable says whether the view takes another cause for the truth: on the server a remote fault may not be there at all.
func (r *Result) acceptable() bool {
	if r.View.Outcome == "ok" && r.Said.Outcome == "ok" {
		return true
	}
	for _, c := range r.Said.Causes {
		if c.ID == r.View.Among || slices.Contains(r.View.First, c.ID) {
			return true
		}
	}
	return false
}

// neverRuledOut lists the causes that can be proven, and that no view rules out where they are not the truth.
func neverRuledOut(results []*Result) []string {
	out := map[string]bool{}
	for _, r := range results {
		for _, c := range r.Said.RuledOut {
			out[c.ID] = out[c.ID] || c.ID != r.Scenario.Cause
		}
	}
	var never []string
	for _, c := range cause.All {
		if c.Lacks == "" && !c.Symptom() && !out[c.ID] {
			never = append(never, c.ID)
		}
	}
	return never
}
