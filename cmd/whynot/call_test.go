package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"unicode"
)

// A said is what one run of the program says.
type said struct {
	code     int
	out, err string
}

// call runs the program as main does, without an environment and with nothing to read.
func call(t *testing.T, args ...string) said {
	t.Helper()
	return callWith(t.Context(), strings.NewReader(""), nil, args...)
}

func callWith(ctx context.Context, stdin io.Reader, env map[string]string, args ...string) said {
	var out, err bytes.Buffer
	code := run(ctx, args, stdin, &out, &err, func(name string) string { return env[name] })
	return said{code, out.String(), err.String()}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// checkComplaint wants an error to be one line that begins as every error does, and nothing else to be said.
func checkComplaint(t *testing.T, got said, code int) {
	t.Helper()
	if got.code != code {
		t.Errorf("the exit status is %d, want %d", got.code, code)
	}
	if got.out != "" {
		t.Errorf("on standard output stands %.200q", got.out)
	}
	if strings.Count(got.err, "\n") != 1 || !strings.HasPrefix(got.err, "whynot: ") || !strings.HasSuffix(got.err, "\n") {
		t.Errorf("not one line that begins with \"whynot: \": %q", got.err)
	}
	if strings.Contains(got.err, "panic") || strings.Contains(got.err, "goroutine") {
		t.Errorf("it crashed: %s", got.err)
	}
	checkHarmless(t, got.err)
}

// checkHarmless wants nothing that a terminal would obey.
func checkHarmless(t *testing.T, text string) {
	t.Helper()
	harmful := func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == 0x2028 || r == unicode.ReplacementChar)
	}
	if i := strings.IndexFunc(text, harmful); i >= 0 {
		t.Errorf("a control character: %.40q", text[i:])
	}
}

// checkWidth wants every line to fit a terminal.
func checkWidth(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
