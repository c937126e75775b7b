//go:build linux

package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"whynot/internal/cause"
)

// A Result is what whynot said from one view of a scenario, and what was wrong with it.
type Result struct {
	Scenario *Scenario
	View     *View
	Said     said
	Status   int
	Took     time.Duration
	PeakKB   int64
	Problems []string
	// TruthFirst and TruthAmong are about the truth; FalseProofs lists what was proven and is not so.
	TruthFirst, TruthAmong bool
	FalseProofs            []string
}

// said is the part of the JSON that is judged.
type said struct {
	Outcome string `json:"outcome"`
	Causes  []struct {
		ID        string `json:"id"`
		Certainty string `json:"certainty"`
	} `json:"causes"`
	RuledOut []struct {
		ID string `json:"id"`
	} `json:"ruled_out"`
	Warnings []struct {
		ID        string `json:"id"`
		Certainty string `json:"certainty"`
	} `json:"warnings"`
}

// Headline is the first cause in a few words.
func (s said) Headline() string {
	if len(s.Causes) == 0 {
		if len(s.Warnings) > 0 {
			return s.Outcome + ", " + s.Warnings[0].ID
		}
		return s.Outcome
	}
	return fmt.Sprintf("%s (%s)", s.Causes[0].ID, s.Causes[0].Certainty)
}

// perScenario bounds a scenario: none may hang the lab.
const perScenario = 3 * time.Minute

// Run sets a scenario up, checks that its fault shows, and takes its views. Tool, where not nil, is run after each view of the client.
func (s *Scenario) Run(ctx context.Context, bin string, tool Tool) ([]*Result, error) {
	ctx, cancel := context.WithTimeout(ctx, perScenario)
	defer cancel()
	hosts, err := shapes[s.Shape].build(ctx, bin)
	if err != nil {
		return nil, err
	}
	defer closeAll(hosts)
	if err := s.setUp(ctx, hosts); err != nil {
		return nil, err
	}
	if err := s.plainCheck(ctx, hosts["client"]); err != nil {
		return nil, err
	}
	if err := s.check(ctx, hosts); err != nil {
		return nil, fmt.Errorf("lab: the fault does not show: %w", err)
	}
	var results []*Result
	for _, v := range s.Views {
		if v.Skip != "" {
			continue
		}
		s.rest(ctx, hosts)
		r := s.take(ctx, hosts[v.Host], v)
		results = append(results, r)
		if tool != nil && v.Name == "client" {
			s.rest(ctx, hosts)
			tool(ctx, s, hosts[v.Host], r)
		}
	}
	return results, nil
}

// between is how long the lab waits between two views: routers limit the rate of their ICMP errors (net.ipv4.icmp_ratelimit), and what
// one look has used up must not mislead the next.
const between = 1200 * time.Millisecond

// rest lets the network forget the last view.
func (s *Scenario) rest(ctx context.Context, hosts map[string]*Host) {
	time.Sleep(s.Pause)
	for _, h := range hosts {
		_, _ = inNetwork(ctx, h, "ip neigh flush all") // nothing to flush is no fault
	}
}

// plainCheck makes an independent plain connect, and wants it to end as the scenario says.
func (s *Scenario) plainCheck(ctx context.Context, client *Host) error {
	if s.Plain == "" {
		return nil
	}
	out, err := client.command(ctx, "lab", "plain", s.expand(s.Target)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("lab: plain connect: %w: %s", err, out)
	}
	if got := strings.TrimSpace(string(out)); got != s.Plain {
		return fmt.Errorf("lab: the fault does not show: a plain connect sees %q, and not %q", got, s.Plain)
	}
	return nil
}

// take runs whynot from a view and judges what it says.
func (s *Scenario) take(ctx context.Context, h *Host, v *View) *Result {
	r := &Result{Scenario: s, View: v}
	var args []string
	if !v.Root {
		args = append(args, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--")
	}
	args = append(args, "env")
	args = append(append(args, v.Env...), v.Run...)
	args = append(append(args, "/lab/bin/whynot", "--json"), v.Flags...)
	cmd := h.command(ctx, append(args, strings.Fields(s.expand(v.Target))...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	begin := time.Now()
	err := cmd.Run()
	r.Took = time.Since(begin)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.Status = exit.ExitCode()
	} else if err != nil {
		r.problem("whynot did not run: %v", err)
		return r
	}
	if err := json.Unmarshal(stdout.Bytes(), &r.Said); err != nil {
		r.problem("its output is no JSON: %v; exit status %d; standard error: %s", err, r.Status, shorten(stderr.String()))
		return r
	}
	r.judge()
	return r
}

func shorten(s string) string {
	const most = 400
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

func (r *Result) problem(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// judge compares what was said with the truth and with what is wanted.
func (r *Result) judge() {
	s, v := r.Scenario, r.View
	ids := func(i int) string { return r.Said.Causes[i].ID }
	for i := range r.Said.Causes {
		r.TruthAmong = r.TruthAmong || ids(i) == s.Cause
	}
	for _, w := range r.Said.Warnings {
		r.TruthAmong = r.TruthAmong || w.ID == s.Cause
	}
	if s.Cause == "none" {
		r.TruthAmong = r.Said.Outcome == "ok"
		r.TruthFirst = r.TruthAmong
	}
	if len(r.Said.Causes) > 0 {
		r.TruthFirst = ids(0) == s.Cause
		if v.First != nil && !slices.Contains(v.First, ids(0)) {
			r.problem("%s comes first, and not %s", r.Said.Headline(), strings.Join(v.First, " or "))
		}
	} else if v.First != nil {
		r.problem("no cause is named, and not %s", strings.Join(v.First, " or "))
	}
	if v.Among != "" && v.Among != "none" && !slices.ContainsFunc(r.Said.Causes, func(c struct {
		ID        string `json:"id"`
		Certainty string `json:"certainty"`
	}) bool {
		return c.ID == v.Among
	}) {
		r.problem("%s is not among the causes", v.Among)
	}
	if v.Warn != "" {
		found := false
		for _, w := range r.Said.Warnings {
			found = found || w.ID == v.Warn
		}
		r.TruthFirst = r.TruthFirst || found && len(r.Said.Warnings) > 0 && r.Said.Warnings[0].ID == v.Warn
		if !found {
			r.problem("%s is not among the warnings", v.Warn)
		}
	}
	for _, id := range v.Out {
		if !slices.ContainsFunc(r.Said.RuledOut, func(c struct {
			ID string `json:"id"`
		}) bool {
			return c.ID == id
		}) {
			r.problem("%s is not ruled out", id)
		}
	}
	if v.Outcome != "" && r.Said.Outcome != v.Outcome {
		r.problem("the outcome is %q, and not %q", r.Said.Outcome, v.Outcome)
	}
	r.judgeProofs()
	r.judgeStatus()
}

// judgeProofs finds what is called proven and is not so.
func (r *Result) judgeProofs() {
	for _, c := range r.Said.Causes {
		if c.Certainty == "proven" && !r.Scenario.mayBeProven(c.ID, r.View) {
			r.FalseProofs = append(r.FalseProofs, c.ID)
		}
	}
	for _, w := range r.Said.Warnings {
		if w.Certainty == "proven" && r.Scenario.Cause == "none" && !slices.Contains(r.View.May, w.ID) {
			r.FalseProofs = append(r.FalseProofs, w.ID)
		}
	}
	if len(r.FalseProofs) > 0 {
		r.problem("false proof: %s", strings.Join(r.FalseProofs, ", "))
	}
}

// mayBeProven says whether a cause is true here: the truth itself, what it explains, a symptom, and what the scenario names.
func (s *Scenario) mayBeProven(id string, v *View) bool {
	if id == s.Cause || strings.HasPrefix(id, "symptom.") || slices.Contains(v.May, id) {
		return true
	}
	truth, ok := cause.Find(s.Cause)
	other, known := cause.Find(id)
	return ok && known && truth.Accounts(other)
}

// judgeStatus wants the exit status to say what the report says.
func (r *Result) judgeStatus() {
	want := 3
	switch {
	case r.Said.Outcome == "ok":
		want = 0
	case len(r.Said.Causes) > 0 && r.Said.Causes[0].Certainty != "possible" && !strings.HasPrefix(r.Said.Causes[0].ID, "symptom."):
		want = 1
	}
	if r.Status != want {
		r.problem("the exit status is %d, and not %d", r.Status, want)
	}
}
