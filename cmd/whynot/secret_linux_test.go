package main

import (
	"encoding/base64"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const secret = "hunter2-%C3%A9" // decoded, it ends in é

// TestSecrets wants a password that was typed to be shown and saved nowhere, and the user to be told that others can see it.
func TestSecrets(t *testing.T) {
	t.Parallel()
	closed := closedPort(t)
	web := serve(t, answer("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"))
	echo := serve(t, answer("HTTP/1.1 500 Oops\r\nX-Sent: "+base64.StdEncoding.EncodeToString([]byte("me:hunter2-é"))+"\r\nContent-Length: 10\r\n\r\nhunter2-é"))
	tests := []struct {
		name  string
		args  []string
		env   map[string]string
		warns bool
	}{
		{"a Web server that repeats what it was sent", []string{"http://me:" + secret + "@" + echo + "/"}, nil, true},
		{"a database", []string{"postgres://me:" + secret + "@" + closed + "/db"}, nil, true},
		{"a Web server that asks for it", []string{"http://me:" + secret + "@" + web + "/"}, nil, true},
		{"an option of a DSN", []string{"postgres://" + closed + "/db?password=" + secret}, nil, true},
		{"the keywords of libpq", []string{"host=127.0.0.1 port=" + port(t, closed) + " password=" + secret}, nil, true},
		{"the driver of Go for MySQL", []string{"me:" + secret + "@tcp(" + closed + ")/db"}, nil, true},
		{"a proxy that was named", []string{"--proxy=http://me:" + secret + "@" + closed, "http://" + web + "/"}, nil, true},
		{"a proxy of the environment", []string{"http://" + web + "/"}, map[string]string{"http_proxy": "http://me:" + secret + "@" + closed}, false},
		{"no password", []string{"postgres://me@" + closed + "/db"}, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "facts.json")
			for _, flags := range [][]string{{"--json", "--save", file}, {"-v"}} {
				got := callWith(t.Context(), nil, test.env, append(flags, test.args...)...)
				if got.code == exitUsage || got.code == exitFailed || got.out == "" {
					t.Fatalf("status %d, %q", got.code, got.err)
				}
				if warned := strings.Contains(got.err, "password"); warned != test.warns {
					t.Errorf("on standard error stands %q", got.err)
				}
				checkSecret(t, "the report", got.out)
				checkSecret(t, "standard error", got.err)
			}
			saved, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkSecret(t, "the saved file", string(saved))
		})
	}
}

func port(t *testing.T, at string) string {
	t.Helper()
	_, p, err := net.SplitHostPort(at)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// checkSecret looks for the password as it was typed, as it is meant, and as HTTP sends it.
func checkSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, form := range []string{"hunter2", base64.StdEncoding.EncodeToString([]byte("me:hunter2-é")), base64.StdEncoding.EncodeToString([]byte("me:" + secret))} {
		if i := strings.Index(text, form); i >= 0 {
			t.Errorf("%s shows the password: ...%.60q", where, text[max(0, i-20):])
		}
	}
}
