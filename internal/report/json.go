package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"time"

	"whynot/internal/cause"
	"whynot/internal/fact"
	"whynot/internal/target"
)

// The JSON document of `whynot --json`. It is additive: members are added, never renamed or taken away.
type document struct {
	Target   target.Target     `json:"target"`
	Outcome  cause.Outcome     `json:"outcome"`
	Causes   []jsonCause       `json:"causes"`
	RuledOut []jsonRuledOut    `json:"ruled_out"`
	Unknown  []jsonUnknown     `json:"unknown"`
	Warnings []jsonWarning     `json:"warnings"`
	Settle   *cause.Step       `json:"settle,omitempty"`
	Facts    []json.RawMessage `json:"facts"`
	Version  string            `json:"version"`
	TookMS   int64             `json:"took_ms"`
}

type jsonCause struct {
	ID        string           `json:"id"`
	Certainty string           `json:"certainty"`
	Title     string           `json:"title"`
	Side      string           `json:"side"`
	Because   []jsonBecause    `json:"because"`
	Explains  []string         `json:"explains"`
	Fix       []cause.Step     `json:"fix"`
	Missing   []string         `json:"missing"`
	Only      []netip.AddrPort `json:"only,omitempty"` // the addresses it is about, where others differ
}

// jsonBecause is one piece of evidence; Fact is its place in "facts", counted from 0.
type jsonBecause struct {
	Text string `json:"text"`
	Fact int    `json:"fact"`
}

type jsonRuledOut struct {
	ID      string        `json:"id"`
	Because []jsonBecause `json:"because"`
}

type jsonUnknown struct {
	ID      string   `json:"id"`
	Missing []string `json:"missing"`
}

type jsonWarning struct {
	ID        string        `json:"id"`
	Certainty string        `json:"certainty"`
	Title     string        `json:"title"`
	Because   []jsonBecause `json:"because"`
}

// Meta is what a report says about the run itself.
type Meta struct {
	Version string
	Took    time.Duration
}

// JSON writes a diagnosis with its facts as one JSON document.
func JSON(w io.Writer, d *cause.Diagnosis, s *fact.Set, m Meta) error {
	facts, err := fact.Encode(s)
	if err != nil {
		return err
	}
	doc := document{Target: d.Target, Outcome: d.Outcome, Causes: []jsonCause{}, RuledOut: []jsonRuledOut{}, Unknown: []jsonUnknown{},
		Warnings: []jsonWarning{}, Settle: d.Settle, Facts: facts, Version: m.Version, TookMS: m.Took.Milliseconds()}
	for _, f := range d.Causes {
		doc.Causes = append(doc.Causes, jsonCause{ID: f.Cause.ID, Certainty: f.Level.String(), Title: f.Cause.Title, Side: sideOf(f.Cause),
			Because: becauses(f.Because), Explains: explained(f, d.Causes), Fix: noNil(f.Fix), Missing: noNil(missing(f)), Only: f.Only})
	}
	for _, f := range d.RuledOut {
		doc.RuledOut = append(doc.RuledOut, jsonRuledOut{f.Cause.ID, becauses(f.Because)})
	}
	for _, f := range d.Unknown {
		doc.Unknown = append(doc.Unknown, jsonUnknown{f.Cause.ID, noNil(missing(f))})
	}
	for _, x := range d.Warnings {
		doc.Warnings = append(doc.Warnings, jsonWarning{x.ID, x.Level.String(), x.Title, becauses(x.Because)})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(doc); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = w.Write(escapeJSON(b.Bytes()))
	return err
}

// sideOf says where a cause lies.
func sideOf(c *cause.Cause) string {
	if c.Side == "" {
		return "way"
	}
	return string(c.Side)
}

func becauses(list []cause.Because) []jsonBecause {
	out := []jsonBecause{}
	for _, b := range list {
		out = append(out, jsonBecause{b.Text, b.Fact.Where().Index()})
	}
	return out
}

// explained lists which of the causes that were found this one accounts for.
func explained(f cause.Finding, found []cause.Finding) []string {
	ids := []string{}
	for _, other := range found {
		if f.Cause.Accounts(other.Cause) {
			ids = append(ids, other.Cause.ID)
		}
	}
	return ids
}

// missing is what would settle a finding: the facts that were looked for in vain, and the one that no probe brings yet.
func missing(f cause.Finding) []string {
	if f.Level == cause.Proven {
		return nil
	}
	list := f.Missing
	if f.Cause.Lacks != "" && f.Level < cause.Likely {
		list = append([]string{f.Cause.Lacks}, list...)
	}
	return list
}

func noNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
