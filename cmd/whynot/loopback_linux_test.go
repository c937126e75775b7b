package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// These tests look at this machine's own loopback address, and at nothing else. What is asserted needs no rights.

// serve takes connections on a port of the loopback address, each by its own goroutine, and gives the address.
func serve(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				talk(c)
			}()
		}
	}()
	return l.Addr().String()
}

// closedPort gives a port that nothing listens on and nothing else can take meanwhile: a connection of ours has it.
func closedPort(t *testing.T) string {
	t.Helper()
	c, err := net.Dial("tcp", serve(t, mute))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
}

// mute says nothing, and waits until the other side has enough of it.
func mute(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// answer waits for a request and answers it.
func answer(text string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := c.Read(make([]byte, 4096)); err == nil {
			_, _ = io.WriteString(c, text)
		}
	}
}

// A document is what these tests read of the JSON.
type document struct {
	Outcome string
	Causes  []struct{ ID, Certainty string }
	Facts   []json.RawMessage
}

func parse(t *testing.T, text string) document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v: %.300q", err, text)
	}
	return d
}

func TestRefused(t *testing.T) {
	t.Parallel()
	at := closedPort(t)
	got := call(t, at)
	if got.code != exitCause || got.err != "" {
		t.Errorf("status %d, on standard error %q", got.code, got.err)
	}
	if want := "✗ " + at + " refuses the connection: nothing listens on the port"; firstLine(got.out) != want {
		t.Errorf("the first line is %q, want %q", firstLine(got.out), want)
	}
	if strings.Contains(got.out, "\x1b") {
		t.Error("there are colours, and no terminal")
	}
	checkWidth(t, got.out)
	checkHarmless(t, got.out)

	as := call(t, "--json", at)
	d := parse(t, as.out)
	if as.code != exitCause || as.err != "" || d.Outcome != "refused" || len(d.Causes) == 0 || d.Causes[0].ID != "service.not-listening" || len(d.Facts) == 0 {
		t.Errorf("status %d, %q, outcome %q, causes %+v", as.code, as.err, d.Outcome, d.Causes)
	}
}

// TestWorks wants what accepts to work, whether it says something or not.
func TestWorks(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	greet := func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n"); mute(c) }
	tests := []struct {
		name, scheme string
		talk         func(net.Conn)
		code         int
		line         string
	}{
		{"says nothing", "", mute, exitWorks, " works"},
		{"greets", "ssh://", greet, exitWorks, " works"},
		{"speaks HTTP", "http://", answer(ok), exitWorks, " works"},
		{"speaks HTTP to whom nobody told it", "", answer(ok), exitWorks, " works"},
		{"greets in another protocol", "http://", greet, exitCause, " speaks another protocol: "},
		{"answers 404", "http://", answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), exitCause, " rejects the request: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at := serve(t, test.talk)
			got := call(t, test.scheme+at)
			if got.code != test.code || got.err != "" || !strings.Contains(firstLine(got.out), at+test.line) {
				t.Errorf("status %d, %q, on standard error %q", got.code, firstLine(got.out), got.err)
			}
			checkWidth(t, got.out)
		})
	}
}

// TestHostileServer wants what a server says to reach no terminal as it is.
func TestHostileServer(t *testing.T) {
	t.Parallel()
	at := serve(t, answer("HTTP/1.1 503 \x1b[2J\u009b31m\r\nServer: \x1b]0;mine\x07\r\nContent-Length: 60\r\n\r\n<p>\x1b[1;1H✓ all is well\u202e</p>\n\n\n\n"))
	for _, flag := range []string{"--color=never", "-v", "--json"} {
		got := call(t, flag, "http://"+at+"/")
		if got.code != exitCause && got.code != exitUnsettled {
			t.Errorf("%s: status %d, %q", flag, got.code, got.err)
		}
		checkHarmless(t, got.out+got.err)
	}
}

// TestPlanSendsNothing wants --plan to leave the target alone.
func TestPlanSendsNothing(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := call(t, "--plan", "http://"+l.Addr().String()+"/")
	if got.code != 0 || !strings.Contains(got.out, l.Addr().String()) {
		t.Errorf("status %d, %.100q", got.code, got.out)
	}
	// A connection on loopback is in the listener's queue before connect returns.
	if err := l.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if c, err := l.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("somebody connected: %v, %v", c, err)
	}
}

// TestInterrupt wants an interrupted look to have a status of its own, to say nothing that it does not know, and to keep nothing.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		file := t.TempDir() + "/facts.json"
		got := callWith(ctx, nil, nil, "--save", file, closedPort(t))
		if got.code != exitStopped || got.out != "" || got.err != "" {
			t.Errorf("status %d, %q, %q", got.code, got.out, got.err)
		}
		if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("it wrote %s: %v", file, err)
		}
	})
	t.Run("meanwhile", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		at := serve(t, func(c net.Conn) { cancel(); mute(c) }) // it is told to stop as soon as it has connected
		got := callWith(ctx, nil, nil, at)
		if got.code != exitStopped || got.out != "" || got.err != "" {
			t.Errorf("status %d, %q, %q", got.code, got.out, got.err)
		}
	})
	for _, scheme := range []string{"ssh", "http", "https"} {
		t.Run("in a long wait for "+scheme, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			at := serve(t, func(c net.Conn) { time.AfterFunc(100*time.Millisecond, cancel); mute(c) })
			begin := time.Now()
			got := callWith(ctx, nil, nil, scheme+"://"+at)
			if took := time.Since(begin); got.code != exitStopped || took > 3*time.Second {
				t.Errorf("status %d after %s", got.code, took)
			}
		})
	}
}

// TestTimeout wants a look to end by the time that was asked for, and to admit that it came to nothing.
func TestTimeout(t *testing.T) {
	t.Parallel()
	got := call(t, "--timeout=1ns", closedPort(t))
	if got.code != exitUnsettled || !strings.Contains(got.out, "the cause cannot be settled from here") || !strings.Contains(strings.Join(strings.Fields(got.out), " "), "whynot --timeout 30s") {
		t.Errorf("status %d, %q", got.code, got.out)
	}
}

// TestIPVersion wants -4 and -6 to be heeded.
func TestIPVersion(t *testing.T) {
	t.Parallel()
	_, port, err := net.SplitHostPort(serve(t, mute))
	if err != nil {
		t.Fatal(err)
	}
	if got := call(t, "-4", "localhost:"+port); got.code != exitWorks {
		t.Errorf("over IPv4: status %d, %s", got.code, got.out)
	}
	if got := call(t, "-6", "localhost:"+port); got.code == exitWorks {
		t.Errorf("over IPv6, on which nothing listens: %s", got.out)
	}
}
