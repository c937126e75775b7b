package main

import (
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/probe"
)

const saved = `{"target":{"host":"192.0.2.10","port":5432,"network":"tcp"},"facts":[{"kind":"handshake","side":"client","host":"app1",` +
	`"to":"192.0.2.10:5432","network":"tcp","result":"reset","took":1}]}`

// TestColor wants colours where they were asked for and not elsewhere, and nothing to be said by them alone.
func TestColor(t *testing.T) {
	sgr := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	judge := func(env map[string]string, args ...string) string {
		return callWith(t.Context(), strings.NewReader(saved), env, append([]string{"judge", "-"}, args...)...).out
	}
	plain := judge(nil)
	for _, test := range []struct {
		name  string
		env   map[string]string
		args  []string
		color bool
	}{
		{"to a file", nil, nil, false},
		{"asked for", nil, []string{"--color=always"}, true},
		{"asked for, over NO_COLOR", map[string]string{"NO_COLOR": "1"}, []string{"--color=always"}, true},
		{"forbidden", nil, []string{"--color=never"}, false},
		{"never in JSON", nil, []string{"--color=always", "--json"}, false},
	} {
		got := judge(test.env, test.args...)
		if strings.Contains(got, "\x1b") != test.color {
			t.Errorf("%s: %.100q", test.name, got)
		}
		if test.color && sgr.ReplaceAllString(got, "") != plain {
			t.Errorf("%s: without its colours it reads %q", test.name, sgr.ReplaceAllString(got, ""))
		}
	}
}

// TestColorOnTerminal holds what decides on a terminal. The null device stands for one: it is a character device as well.
func TestColorOnTerminal(t *testing.T) {
	terminal, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tests := []struct {
		name string
		out  *os.File
		env  map[string]string
		flag string
		want bool
	}{
		{"a terminal", terminal, nil, "auto", true},
		{"a file", file, nil, "auto", false},
		{"NO_COLOR", terminal, map[string]string{"NO_COLOR": "1"}, "auto", false},
		{"NO_COLOR that is empty counts for nothing", terminal, map[string]string{"NO_COLOR": ""}, "auto", true},
		{"a dumb terminal", terminal, map[string]string{"TERM": "dumb"}, "auto", false},
		{"the flag over NO_COLOR", terminal, map[string]string{"NO_COLOR": "1"}, "always", true},
		{"the flag over the terminal", terminal, nil, "never", false},
		{"the flag over the file", file, nil, "always", true},
	}
	for _, test := range tests {
		a := &app{stdout: test.out, env: func(name string) string { return test.env[name] }}
		if got := a.colored(test.flag); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// TestLocale wants ASCII where the locale can show no more.
func TestLocale(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		utf8 bool
	}{
		{"nobody says anything", nil, true},
		{"UTF-8", map[string]string{"LANG": "de_DE.UTF-8"}, true},
		{"utf8", map[string]string{"LANG": "de_DE.utf8"}, true},
		{"C", map[string]string{"LANG": "C"}, false},
		{"Latin-1", map[string]string{"LANG": "de_DE.ISO-8859-1"}, false},
		{"LC_ALL over LANG", map[string]string{"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, false},
		{"LC_CTYPE over LANG", map[string]string{"LC_CTYPE": "C.UTF-8", "LANG": "C"}, true},
		{"LC_ALL over LC_CTYPE", map[string]string{"LC_ALL": "C.UTF-8", "LC_CTYPE": "C"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := callWith(t.Context(), strings.NewReader(saved), test.env, "judge", "-")
			ascii := strings.IndexFunc(got.out, func(r rune) bool { return r > 0x7e }) < 0
			if got.code != exitUnsettled || ascii == test.utf8 {
				t.Errorf("status %d, %q", got.code, firstLine(got.out))
			}
		})
	}
}

// erase is what takes a line of progress away.
const erase = "\r\x1b[K"

// A screen is what was written to a terminal; the timer of the progress writes as well.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// TestProgress wants a line after a while, never a longer one than a terminal has, and none at the end.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out screen
		p := newProgress(&out, true, 10*time.Second)
		p.show(probe.All[:1])
		time.Sleep(patienceOfReader - time.Millisecond)
		synctest.Wait()
		if out.String() != "" {
			t.Errorf("it does not wait for the patience of its reader: %q", out.String())
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if !strings.Contains(out.String(), probe.All[0].Doc[:20]) || !strings.Contains(out.String(), "10s at most") {
			t.Errorf("it does not say what is waited for, and for how long: %q", out.String())
		}
		for i := range probe.All {
			p.show(probe.All[i:])
		}
		time.Sleep(20 * time.Second) // longer than was promised
		p.show(probe.All[:1])
		p.show(nil)
		if strings.Contains(out.String(), "(-") {
			t.Errorf("a time below zero is left: %q", out.String())
		}
		p.end()
		shown := out.String()
		for _, line := range strings.Split(shown, erase) {
			if n := len([]rune(line)); n > 80 || strings.ContainsAny(line, "\n\r\x1b") {
				t.Errorf("%d columns, or more than one line: %q", n, line)
			}
		}
		if !strings.HasSuffix(shown, erase) {
			t.Errorf("the line stays: %q", shown[max(0, len(shown)-100):])
		}
		p.show(probe.All)
		p.draw()
		if out.String() != shown {
			t.Errorf("after its end it says %q", out.String()[len(shown):])
		}
	})
}

// TestNoProgress wants nothing on what is no terminal, and nothing where it was quick.
func TestNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, terminal := range map[string]bool{"no terminal": false, "quick": true} {
			var out screen
			p := newProgress(&out, terminal, 10*time.Second)
			p.show(probe.All[:1])
			if !terminal {
				time.Sleep(time.Second)
			}
			p.show(probe.All[1:2])
			p.end()
			time.Sleep(time.Second)
			synctest.Wait()
			if out.String() != "" {
				t.Errorf("%s: %q", name, out.String())
			}
		}
	})
}
