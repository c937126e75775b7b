package report

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"whynot/internal/cause"
	"whynot/internal/fact"
)

var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// uncolored takes the colours away; any other sequence stays, and is found as harmful.
func uncolored(text string) string { return sgr.ReplaceAllString(text, "") }

// columns measures a line. Of ASCII, the most of all lines, it need not ask the table of widths.
func columns(line string) int {
	if strings.IndexFunc(line, func(r rune) bool { return r > 0x7e }) < 0 {
		return len(line)
	}
	return width(line)
}

func text(t *testing.T, d *cause.Diagnosis, s *fact.Set, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, d, s, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asJSON(t *testing.T, d *cause.Diagnosis, s *fact.Set) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, d, s, Meta{Version: "1.2.3"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// checkText holds what is true of every report. Its text may be coloured.
func checkText(t *testing.T, name, shown string, d *cause.Diagnosis) {
	t.Helper()
	shown = uncolored(shown)
	if i := strings.IndexFunc(shown, func(r rune) bool { return harmful(r) && r != '\n' }); i >= 0 {
		t.Errorf("%s: a control character: %q", name, shown[i:min(len(shown), i+20)])
	}
	if !utf8.ValidString(shown) {
		t.Errorf("%s: no UTF-8", name)
	}
	if !strings.HasSuffix(shown, "\n") || strings.HasSuffix(shown, "\n\n") || strings.Contains(shown, "\n\n\n") {
		t.Errorf("%s: empty lines where none belong", name)
	}
	for line := range strings.Lines(shown) {
		line = strings.TrimSuffix(line, "\n")
		if columns(line) > 80 && !isCommand(line, d) {
			t.Errorf("%s: %d columns: %s", name, columns(line), line)
		}
		if strings.HasSuffix(line, " ") {
			t.Errorf("%s: a space at the end of %q", name, line)
		}
	}
	checkHeadline(t, name, shown, d)
}

// isCommand says whether a line is one of the diagnosis's commands, which are never broken.
func isCommand(line string, d *cause.Diagnosis) bool {
	var steps []cause.Step
	if d.Settle != nil {
		steps = append(steps, *d.Settle)
	}
	if len(d.Causes) > 0 {
		steps = append(steps, d.Causes[0].Fix...)
	}
	for _, s := range steps {
		if s.Command != "" && strings.TrimSpace(line) == strings.TrimSpace(Clean(s.Command)) {
			return true
		}
	}
	return false
}

// checkHeadline wants the first line to answer the question; it is continued only where it is too long.
func checkHeadline(t *testing.T, name, shown string, d *cause.Diagnosis) {
	t.Helper()
	head, _, _ := strings.Cut(shown, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	for i := range lines[1:] {
		lines[i+1] = strings.TrimSpace(lines[i+1])
	}
	whole := strings.Join(lines, " ")
	if len(lines) > 1 && columns(whole) <= 80 {
		t.Errorf("%s: the first line was broken, and would fit: %s", name, whole)
	}
	said := []string{d.Target.String(), verbs[d.Outcome]}
	if d.Settled() {
		said = append(said, d.Causes[0].Cause.Title)
	}
	if verbs[d.Outcome] == "" {
		t.Errorf("%s: the outcome %q has no words", name, d.Outcome)
	}
	for _, want := range said {
		// A word that no line can hold is broken within.
		if squeezed := strings.ReplaceAll(whole, " ", ""); !strings.Contains(squeezed, strings.ReplaceAll(Clean(want), " ", "")) {
			t.Errorf("%s: the first line does not say %q: %s", name, want, whole)
		}
	}
}

// A judged is an example of a cause with its diagnosis.
type judged struct {
	name string
	set  *fact.Set
	d    *cause.Diagnosis
}

// examples are those of all causes, each set of facts once.
var examples = sync.OnceValues(func() ([]judged, error) {
	var list []judged
	known := map[string]bool{}
	for _, c := range cause.All {
		for _, e := range c.Examples {
			s, err := e.Set()
			if err != nil {
				return nil, err
			}
			facts, err := s.MarshalJSON()
			if err != nil {
				return nil, err
			}
			if !known[string(facts)] {
				known[string(facts)] = true
				list = append(list, judged{c.ID + "/" + e.When, s, cause.Judge(s)})
			}
		}
	}
	return list, nil
})

// exampleOf gives the facts of a cause's first example of that level.
func exampleOf(t *testing.T, id string, l cause.Level) *fact.Set {
	t.Helper()
	c, ok := cause.Find(id)
	if !ok {
		t.Fatalf("there is no cause %s", id)
	}
	for _, e := range c.Examples {
		if e.Says == l {
			s, err := e.Set()
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	}
	t.Fatalf("%s has no example that is %s", id, l)
	return nil
}
