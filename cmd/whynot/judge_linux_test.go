package main

import (
	"bufio"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// TestSaveAndJudge wants a saved look to be judged as the look itself was, from a file, from standard input, and from its own JSON.
func TestSaveAndJudge(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "facts.json")
	look := call(t, "--json", "--save", file, closedPort(t))
	if look.code != exitCause || look.err != "" {
		t.Fatalf("status %d, %q", look.code, look.err)
	}
	saved, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := parse(t, look.out)
	tests := []struct {
		name, stdin string
		args        []string
	}{
		{"the file", "", []string{"judge", "--json", file}},
		{"standard input", string(saved), []string{"judge", "--json", "-"}},
		{"the JSON of the look", look.out, []string{"judge", "--json", "-"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := callWith(t.Context(), strings.NewReader(test.stdin), nil, test.args...)
			if got.code != look.code || got.err != "" {
				t.Errorf("status %d, %q", got.code, got.err)
			}
			d := parse(t, got.out)
			if d.Outcome != want.Outcome || !reflect.DeepEqual(d.Causes, want.Causes) || len(d.Facts) != len(want.Facts) {
				t.Errorf("outcome %s, causes %+v, %d facts\nwant %s, %+v, %d", d.Outcome, d.Causes, len(d.Facts), want.Outcome, want.Causes, len(want.Facts))
			}
		})
	}
	if text := call(t, "judge", file); text.code != look.code || !strings.HasPrefix(text.out, "✗ 127.0.0.1:") {
		t.Errorf("as text: status %d, %q", text.code, firstLine(text.out))
	}
}

// TestSavedForOneUser wants a saved look to be for its owner's eyes: it tells about networks and machines.
func TestSavedForOneUser(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := filepath.Join(dir, "old.json")
	if err := os.WriteFile(old, []byte(strings.Repeat("what stood there before, and is longer than any look\n", 20_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(old, 0o644); err != nil { // whatever the umask is
		t.Fatal(err)
	}
	at := closedPort(t)
	for name, file := range map[string]string{"a new file": filepath.Join(dir, "new.json"), "one that was there": old} {
		t.Run(name, func(t *testing.T) {
			if got := call(t, "--save", file, at); got.code != exitCause {
				t.Fatalf("status %d, %q", got.code, got.err)
			}
			info, err := os.Stat(file)
			if err != nil || info.Mode() != 0o600 {
				t.Errorf("its mode is %v, %v", info.Mode(), err)
			}
			if got := call(t, "judge", file); got.code != exitCause {
				t.Errorf("it cannot be judged: status %d, %q", got.code, got.err)
			}
		})
	}
}

// TestSaveFails wants a look that cannot be saved to fail, and to say so in one line.
func TestSaveFails(t *testing.T) {
	t.Parallel()
	checkComplaint(t, call(t, "--save", filepath.Join(t.TempDir(), nasty, "facts.json"), closedPort(t)), exitFailed)
}

// TestSaveToPipe wants what is no file to be written to, and to keep its mode: somebody else made it.
func TestSaveToPipe(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o640); err != nil {
		t.Skip(err) // some file systems have none
	}
	pipe, err := os.OpenFile(name, os.O_RDWR, 0) // so neither end waits for the other (fifo(7))
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		line, _ := bufio.NewReader(pipe).ReadString('\n')
		read <- line
	}()
	if got := call(t, "--save", name, closedPort(t)); got.code != exitCause {
		pipe.Close()
		t.Fatalf("status %d, %q", got.code, got.err)
	}
	if d := parse(t, <-read); len(d.Facts) == 0 {
		t.Error("no fact came through")
	}
	pipe.Close()
	if after, err := os.Stat(name); err != nil || after.Mode() != before.Mode() {
		t.Errorf("it had the mode %s, and has %v, %v", before.Mode(), after.Mode(), err)
	}
}

// TestJudgeNothing wants a file without facts to be judged honestly.
func TestJudgeNothing(t *testing.T) {
	t.Parallel()
	const empty = `{"target":{"host":"db.internal","port":5432,"network":"tcp"},"facts":[]}`
	got := callWith(t.Context(), strings.NewReader(empty), nil, "judge", "-")
	if got.code != exitUnsettled || got.err != "" || !strings.Contains(got.out, "cannot be settled") {
		t.Errorf("status %d, %q, %q", got.code, got.out, got.err)
	}
}

// TestJudgeHostileFile wants a file that somebody else has made to be as harmless as a server's answer.
func TestJudgeHostileFile(t *testing.T) {
	t.Parallel()
	nasty := strings.NewReplacer("\x1b", `\u001b`, "\n", `\n`).Replace(nasty)
	fact := func(members string) string {
		return `{"kind":` + members + `,"side":"client","host":"` + nasty + `","probe":"` + nasty + `"}`
	}
	text := `{"target":{"host":"` + nasty + `","port":80,"network":"tcp","protocol":"` + nasty + `","scheme":"` + nasty + `"},"facts":[` +
		fact(`"handshake","to":"192.0.2.1:80","network":"tcp","result":"icmp"`) + "," + // without the message that it speaks of
		fact(`"handshake","to":"[fe80::1%`+nasty+`]:80","network":"tcp","result":"reset"`) + "," +
		fact(`"link-answer","addr":"192.0.2.1","interface":"eth0","macs":[]`) + "," +
		fact(`"blind","wanted":"`+nasty+`","why":"`+nasty+`","remedy":"`+nasty+`"`) + "," + fact(`"`+nasty+`","x":"`+nasty+"\x9b31m"+`"`) + `]}`
	for _, flags := range [][]string{nil, {"-v"}, {"--json"}} {
		t.Run(strings.Join(flags, ""), func(t *testing.T) {
			got := callWith(t.Context(), strings.NewReader(text), nil, append([]string{"judge", "-"}, flags...)...)
			if got.code != exitUnsettled || got.err != "" {
				t.Errorf("status %d, %q", got.code, got.err)
			}
			checkHarmless(t, strings.ReplaceAll(got.out, "\uFFFD", "?"))
		})
	}
}
