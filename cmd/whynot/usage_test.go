package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nasty clears a screen, begins a line of its own, and turns the direction of writing.
const nasty = "x\x1b[2J\nwhynot: all is well\u009b31m\u202e"

// TestBadUsage wants each of these to be refused in one line, before anything is looked at.
func TestBadUsage(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := []struct {
		name string
		args []string
		says string
	}{
		{"no target", nil, "no address is given"},
		{"an empty target", []string{""}, "empty"},
		{"an unknown flag", []string{"--nosuch", "db:1"}, "--nosuch"},
		{"an unknown short flag", []string{"-x", "db:1"}, "'x'"},
		{"an unknown flag of judge", []string{"judge", "--timeout=1s", "-"}, "--timeout"},
		{"a host without a port", []string{"db"}, "names no port"},
		{"a port that is no number", []string{"db:nosuchservice"}, "no port"},
		{"port 0", []string{"db:0"}, "out of range"},
		{"port 70000", []string{"db:70000"}, "out of range"},
		{"a negative port", []string{"db:-1"}, "out of range"},
		{"a port beyond all integers", []string{"db:99999999999999999999"}, "no port"},
		{"an unknown scheme", []string{"gopher://db"}, "gopher"},
		{"an address that is none", []string{"300.1.1.1:80"}, "300.1.1.1"},
		{"an unknown colour", []string{"--color=red", "db:1"}, "auto, always or never"},
		{"an unknown colour, judge", []string{"judge", "--color=red", "-"}, "auto, always or never"},
		{"a time-out that is no time", []string{"--timeout=soon", "db:1"}, "timeout"},
		{"a time-out of nothing", []string{"--timeout=0", "db:1"}, "above zero"},
		{"a negative time-out", []string{"--timeout=-1s", "db:1"}, "above zero"},
		{"a flag without its value", []string{"db:1", "--save"}, "--save"},
		{"a value for a flag that takes none", []string{"--json=perhaps", "db:1"}, "perhaps"},
		{"-4 with -6", []string{"-4", "-6", "db:1"}, "ipv4 ipv6"},
		{"-4 with an IPv6 address", []string{"-4", "[::1]:80"}, "::1"},
		{"-6 with an IPv4 address", []string{"-6", "127.0.0.1:80"}, "127.0.0.1"},
		{"a proxy that is no URL", []string{"--proxy=proxy", "db:1"}, "--proxy"},
		{"a proxy without a host", []string{"--proxy=http://", "db:1"}, "--proxy"},
		{"a proxy that does not parse", []string{"--proxy=http://%zz", "db:1"}, "--proxy"},
		{"too many words", []string{"db", "5432", "more", "words"}, "not an address"},
		{"too many arguments, causes", []string{"causes", "bind", "dns"}, "2"},
		{"too many arguments, judge", []string{"judge", "a", "b"}, "2"},
		{"an unknown cause", []string{"causes", "no.such-cause"}, "no.such-cause"},
		{"judge without a file", []string{"judge"}, "0"},
		{"judge with a missing file", []string{"judge", filepath.Join(dir, "missing")}, "missing"},
		{"judge with a folder", []string{"judge", dir}, "holds no facts"},
		{"judge with an empty file", []string{"judge", file("empty", "")}, "holds no facts"},
		{"judge with garbage", []string{"judge", file("garbage", "\x7fELF\x00\x01\x1b[2J")}, "holds no facts"},
		{"judge with other JSON", []string{"judge", file("other", `{"name": "whynot"}`)}, "holds no facts"},
		{"judge with JSON that is no object", []string{"judge", file("list", `[1, 2]`)}, "holds no facts"},
		{"judge with a cut file", []string{"judge", file("cut", `{"target":{"host":"db"},"facts":[{"kind":"route","to":`)}, "holds no facts"},
		{"judge with a fact without a kind", []string{"judge", file("kind", `{"facts":[{}]}`)}, "kind"},
		{"judge with a fact that is none", []string{"judge", file("null", `{"facts":[null]}`)}, "kind"},
		{"judge with a wrong member", []string{"judge", file("member", `{"facts":[{"kind":"route","to":"\u001b[2J"}]}`)}, "holds no facts"},
		{"judge with deeply nested JSON", []string{"judge", file("deep", `{"facts":`+strings.Repeat("[", 200_000))}, "holds no facts"},
		{"judge with a deeply nested fact", []string{"judge", file("deeper", `{"facts":[{"kind":"x","y":`+strings.Repeat(`{"z":`, 200_000))}, "holds no facts"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := call(t, test.args...)
			checkComplaint(t, got, exitUsage)
			if !strings.Contains(got.err, test.says) {
				t.Errorf("it does not say %q: %s", test.says, got.err)
			}
		})
	}
}

// TestNastyArguments wants what is repeated of an argument to be shown by escapes, wherever the argument stands.
func TestNastyArguments(t *testing.T) {
	tests := map[string][]string{
		"the target": {nasty + ":80"}, "the port": {"db:" + nasty}, "the scheme": {nasty + "://db"}, "two words": {"db", nasty},
		"many words": {nasty, nasty, nasty}, "a flag": {"--" + nasty, "db:1"}, "a short flag": {"-" + nasty, "db:1"}, "a colour": {"--color=" + nasty, "db:1"},
		"a time-out": {"--timeout=" + nasty, "db:1"}, "a proxy": {"--proxy=" + nasty, "db:1"}, "a cause": {"causes", nasty},
		"a file": {"judge", filepath.Join(t.TempDir(), "no"+nasty)}, "no UTF-8": {"--\xff\x9b31m", "db:1"}, "a file, no UTF-8": {"judge", "/nonexistent/\xff\x9b31m"},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) { checkComplaint(t, call(t, args...), exitUsage) })
	}
}

// endless is a file that never ends.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	e.read += len(b)
	return len(b), nil
}

// TestEndlessInput wants a file that is too large to be refused, and not to be read to its end.
func TestEndlessInput(t *testing.T) {
	in := &endless{}
	got := callWith(t.Context(), in, nil, "judge", "-")
	checkComplaint(t, got, exitUsage)
	if !strings.Contains(got.err, "more than 64 MiB") || in.read > 200<<20 {
		t.Errorf("after %d MiB it says: %s", in.read>>20, got.err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errors.New("input/output error") }
func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestFailures wants what is wrong with the machine to have an exit status of its own.
func TestFailures(t *testing.T) {
	checkComplaint(t, callWith(t.Context(), broken{}, nil, "judge", "-"), exitUsage)
	saved := `{"target":{"host":"192.0.2.10","port":80,"network":"tcp"},"facts":[]}`
	for name, args := range map[string][]string{"the catalogue": {"causes"}, "a page": {"causes", "bind.loopback-only"}, "the plan": {"--plan", "db:1"}, "a report": {"judge", "-"}, "JSON": {"judge", "--json", "-"}} {
		t.Run(name, func(t *testing.T) {
			var err strings.Builder
			code := run(t.Context(), args, strings.NewReader(saved), broken{}, &err, func(string) string { return "" })
			checkComplaint(t, said{code: code, err: err.String()}, exitFailed)
		})
	}
}
