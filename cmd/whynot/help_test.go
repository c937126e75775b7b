package main

import (
	"slices"
	"strings"
	"testing"

	"whynot/internal/cause"
	"whynot/internal/probe"
)

// TestHelp wants the help of every command to fit a terminal, and to be no error.
func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"-h"}, {"help"}, {"judge", "--help"}, {"help", "judge"}, {"causes", "--help"}, {"completion", "--help"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			got := call(t, args...)
			if got.code != 0 || got.err != "" || !strings.Contains(got.out, "Usage:\n  whynot") {
				t.Errorf("status %d, on standard error %q, on standard output %q", got.code, got.err, got.out)
			}
			checkWidth(t, got.out)
			checkHarmless(t, got.out)
		})
	}
}

// TestHelpNamesAll wants the help to name every exit status and every flag of the design.
func TestHelpNamesAll(t *testing.T) {
	help := call(t, "--help").out
	for _, want := range []string{"--json", "--plan", "--save", "--timeout", "--proxy", "--color", "-4,", "-6,", "-v,", "--version", "judge", "causes", "completion",
		"Exit status: 0 ", "; 1 ", "; 2 ", "; 3 ", "4 whynot itself failed"} {
		if !strings.Contains(strings.Join(strings.Fields(help), " "), want) {
			t.Errorf("the help does not name %q", want)
		}
	}
}

func TestVersion(t *testing.T) {
	got := call(t, "--version")
	name, v, _ := strings.Cut(strings.TrimSuffix(got.out, "\n"), " ")
	if got.code != 0 || got.err != "" || name != "whynot" || v == "" || strings.ContainsAny(v, " \n") {
		t.Errorf("status %d, %q, %q", got.code, got.out, got.err)
	}
}

func TestCauses(t *testing.T) {
	t.Run("all", func(t *testing.T) {
		got := call(t, "causes")
		if got.code != 0 || strings.Count(got.out, "\n") != len(cause.All) {
			t.Errorf("status %d, %d lines for %d causes", got.code, strings.Count(got.out, "\n"), len(cause.All))
		}
	})
	t.Run("a family", func(t *testing.T) {
		got := call(t, "causes", "bind")
		if got.code != 0 || !strings.Contains(got.out, "bind.loopback-only ") {
			t.Errorf("status %d, %q", got.code, got.out)
		}
		for line := range strings.Lines(got.out) {
			if !strings.HasPrefix(line, "bind.") {
				t.Errorf("not of the family: %s", line)
			}
		}
	})
	t.Run("one", func(t *testing.T) {
		got := call(t, "causes", "bind.loopback-only")
		if got.code != 0 || !strings.HasPrefix(got.out, "bind.loopback-only\n    because ") {
			t.Errorf("status %d, %.200q", got.code, got.out)
		}
		checkWidth(t, got.out)
	})
}

// TestCompletion wants a script for every shell, and the IDs of the causes to be completed.
func TestCompletion(t *testing.T) {
	for shell, mark := range map[string]string{"bash": "complete ", "zsh": "#compdef whynot", "fish": "complete -c whynot", "powershell": "Register-ArgumentCompleter"} {
		t.Run(shell, func(t *testing.T) {
			if got := call(t, "completion", shell); got.code != 0 || got.err != "" || !strings.Contains(got.out, mark) {
				t.Errorf("status %d, %q, %.200q", got.code, got.err, got.out)
			}
		})
	}
	for _, test := range []struct{ typed, want, not string }{
		{"causes bind.l", "bind.loopback-only\t", "dns.nxdomain"},
		{"causes bind.loopback-only ", ":4", "bind."}, // one is enough
		{"--color a", "always", "judge"},
		{"j", "judge", "causes"},
	} {
		t.Run(test.typed, func(t *testing.T) {
			got := call(t, append([]string{"__complete"}, strings.Split(test.typed, " ")...)...)
			if got.code != 0 || !strings.Contains(got.out, test.want) || strings.Contains(got.out, test.not) {
				t.Errorf("status %d, %q", got.code, got.out)
			}
		})
	}
}

// TestPlanOf wants the plan to name every probe, what it sends and when, and to fit a terminal.
func TestPlanOf(t *testing.T) {
	got := call(t, "--plan", "db.internal:5432")
	if got.code != 0 || got.err != "" {
		t.Errorf("status %d, %q", got.code, got.err)
	}
	checkWidth(t, got.out)
	words := strings.Join(strings.Fields(got.out), " ")
	for _, p := range probe.All {
		for _, want := range []string{p.Name, p.Doc, p.If, p.Sends} {
			if !strings.Contains(words, strings.Join(strings.Fields(want), " ")) {
				t.Errorf("it does not say %q of %s", want, p.Name)
			}
		}
	}
}

// TestNoCommandIsForgotten wants each command that there is to be tested here.
func TestNoCommandIsForgotten(t *testing.T) {
	var names []string
	for _, c := range (&app{}).rootCommand().Commands() {
		names = append(names, c.Name())
	}
	slices.Sort(names)
	if want := []string{"causes", "judge"}; !slices.Equal(names, want) {
		t.Errorf("the commands are %v: give those beyond %v their tests", names, want)
	}
}
