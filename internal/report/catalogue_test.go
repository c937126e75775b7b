package report

import (
	"bytes"
	"strings"
	"testing"

	"whynot/internal/cause"
	"whynot/internal/target"
)

// checkPage holds what is true of every page: it fits a terminal, and draws nothing but text.
func checkPage(t *testing.T, shown string) {
	t.Helper()
	for line := range strings.Lines(shown) {
		line = strings.TrimSuffix(line, "\n")
		if columns(line) > 80 {
			t.Errorf("%d columns: %s", columns(line), line)
		}
		if strings.HasSuffix(line, " ") {
			t.Errorf("a space at the end of %q", line)
		}
	}
	if strings.ContainsFunc(shown, func(r rune) bool { return harmful(r) && r != '\n' }) {
		t.Errorf("a control character in %q", shown)
	}
	if !strings.HasSuffix(shown, "\n") {
		t.Error("the last line is not ended")
	}
}

// TestCatalogue wants a line for each cause, for grep: the ID first, then the title.
func TestCatalogue(t *testing.T) {
	var b bytes.Buffer
	if err := Catalogue(&b, cause.All); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != len(cause.All) {
		t.Fatalf("%d lines for %d causes", len(lines), len(cause.All))
	}
	column := strings.Index(lines[0], cause.All[0].Title)
	for i, c := range cause.All {
		id, title, _ := strings.Cut(lines[i], " ")
		if id != c.ID || strings.TrimLeft(title, " ") != c.Title {
			t.Errorf("line %d is %q, want %s and %q", i, lines[i], c.ID, c.Title)
		}
		if strings.Index(lines[i], c.Title) != column {
			t.Errorf("the title is not in the column of the others: %s", lines[i])
		}
	}
}

// TestPage wants every cause to have a page that says all there is to say of it.
func TestPage(t *testing.T) {
	for _, c := range cause.All {
		t.Run(c.ID, func(t *testing.T) {
			var b bytes.Buffer
			if err := Page(&b, c); err != nil {
				t.Fatal(err)
			}
			checkPage(t, b.String())
			if !strings.HasPrefix(b.String(), c.ID+"\n    because ") {
				t.Errorf("it does not begin with the answer: %.80q", b.String())
			}
			words := strings.Join(strings.Fields(b.String()), " ")
			wanted := []string{c.Title, strings.Join(strings.Fields(c.Doc), " "), "WHERE IT LIES", "EXAMPLES"}
			if c.Lacks != "" {
				wanted = append(wanted, "whynot cannot prove it yet. This would: "+c.Lacks)
			}
			for _, e := range c.Explains {
				wanted = append(wanted, e.ID)
			}
			for _, e := range c.Examples {
				wanted = append(wanted, e.Says.String()+" "+strings.Join(strings.Fields(e.When), " "))
			}
			for _, want := range wanted {
				if !strings.Contains(words, want) {
					t.Errorf("it does not say %q", want)
				}
			}
		})
	}
}

// TestPageNamesWhatExplainsIt wants the way from a symptom to its causes to be there to follow.
func TestPageNamesWhatExplainsIt(t *testing.T) {
	symptom, ok := cause.Find("symptom.refused")
	if !ok {
		t.Fatal("there is no such cause")
	}
	var b bytes.Buffer
	if err := Page(&b, symptom); err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(b.String(), "WHAT EXPLAINS IT")
	for _, c := range cause.All {
		for _, e := range c.Explains {
			if e == symptom && !strings.Contains(list, c.ID) {
				t.Errorf("%s explains it, and is not named", c.ID)
			}
		}
	}
}

func TestPlan(t *testing.T) {
	steps := []PlanStep{
		{Name: "name", Doc: "the addresses of the name", If: "the target is a name", Sends: "one question to each name server"},
		{Name: "machine", Doc: "this machine"},
		{Name: "other-address", Doc: strings.Repeat("what it looks at, in many words ", 8), If: strings.Repeat("only where there is a reason to ", 8), Sends: strings.Repeat("one SYN, ", 30)},
	}
	tests := []struct {
		name  string
		to    target.Target
		steps []PlanStep
		wants []string
	}{
		{"all that is said", target.Target{Host: "db.internal", Port: 5432, Network: "tcp"}, steps, []string{"db.internal:5432", "name the addresses of the name",
			"when: the target is a name", "sends: one question to each name server", "machine this machine when: always sends: nothing", "Nothing is changed on any machine."}},
		{"a long name", target.Target{Host: strings.Repeat("abcdefgh.", 28) + "example", Port: 5432, Network: "tcp"}, nil, []string{"To find out why"}},
		{"a hostile path", target.Target{Network: "unix", Path: "/run/" + nasty}, nil, []string{`\x1b[2J`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Plan(&b, test.to, test.steps); err != nil {
				t.Fatal(err)
			}
			checkPage(t, b.String())
			words := strings.Join(strings.Fields(b.String()), " ")
			for _, want := range test.wants {
				if !strings.Contains(words, want) {
					t.Errorf("it does not say %q:\n%s", want, b.String())
				}
			}
		})
	}
}

// TestCommandsAreWhole wants a command to stay on one line, however long, so that it can be copied; the text beside it is broken.
func TestCommandsAreWhole(t *testing.T) {
	long := "nft add rule inet filter input ip saddr 198.51.100.7 tcp dport 5432 counter accept comment '" + strings.Repeat("long ", 20) + "'"
	c, ok := cause.Find("firewall.input-reject")
	if !ok {
		t.Fatal("there is no such cause")
	}
	s := lookAlikes(t)
	d := &cause.Diagnosis{Target: s.Target, Outcome: cause.Refused, Causes: []cause.Finding{{Cause: c, Level: cause.Likely,
		Because: []cause.Because{{Text: "a rule rejects it", Fact: s.All()[0]}},
		Fix:     []cause.Step{{Text: strings.Repeat("let it in ", 12), Command: long, On: "db1"}, {Text: "short", Command: "true"}}}},
		Settle: &cause.Step{Text: "look", Command: "x\x1b[2J\ny"}}
	shown := text(t, d, s, Options{})
	checkText(t, "commands", shown, d)
	for _, want := range []string{"\n" + strings.Repeat(" ", indent+2) + long + "\n", "short:  true\n", `look:  x\x1b[2J\x0ay` + "\n", "on db1:\n"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not say %q:\n%s", want, shown)
		}
	}
}
