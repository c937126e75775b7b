package target

import (
	"errors"
	"strings"
	"testing"
)

func services(_, name string) (int, error) {
	if name == "gopher" {
		return 70, nil
	}
	return 0, errors.New("unknown")
}

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want Target
	}{
		{"db.internal:5432", Target{Host: "db.internal", Port: 5432, Network: "tcp", Protocol: "postgres"}},
		{"db.internal 5432", Target{Host: "db.internal", Port: 5432, Network: "tcp", Protocol: "postgres"}},
		{"DB.Internal.:7", Target{Host: "db.internal", Absolute: true, Port: 7, Network: "tcp"}},
		{"db:postgresql", Target{Host: "db", Port: 5432, Network: "tcp", Protocol: "postgres"}},
		{"db:gopher", Target{Host: "db", Port: 70, Network: "tcp"}},
		{":8080", Target{Port: 8080, Network: "tcp", Protocol: "http", This: true}},
		{"[::1]:443", Target{Host: "::1", Port: 443, Network: "tcp", Protocol: "http", TLS: true}},
		{"::1 443", Target{Host: "::1", Port: 443, Network: "tcp", Protocol: "http", TLS: true}},
		{"[fe80::1%eth0]:22", Target{Host: "fe80::1%eth0", Port: 22, Network: "tcp", Protocol: "ssh"}},
		{"http://[fe80::1%25eth0]/", Target{Host: "fe80::1%eth0", Port: 80, Network: "tcp", Protocol: "http", Scheme: "http", Path: "/"}},
		{"0.0.0.0:80", Target{Host: "0.0.0.0", Port: 80, Network: "tcp", Protocol: "http"}},
		{"bücher.example:80", Target{Host: "xn--bcher-kva.example", Port: 80, Network: "tcp", Protocol: "http"}},
		{"a_b.example:1", Target{Host: "a_b.example", Port: 1, Network: "tcp"}},
		{"https://example.com/a?b=c#d", Target{Host: "example.com", Port: 443, Network: "tcp", Protocol: "http", Scheme: "https", TLS: true, Path: "/a?b=c"}},
		{"http:///", Target{Port: 80, Network: "tcp", Protocol: "http", Scheme: "http", Path: "/"}},
		{"postgres://me:secret@db:6432/x", Target{Host: "db", Port: 6432, Network: "tcp", Protocol: "postgres", Scheme: "postgres", User: "me", Path: "/x"}},
		{"postgres://db/x?password=secret", Target{Host: "db", Port: 5432, Network: "tcp", Protocol: "postgres", Scheme: "postgres", Path: "/x"}},
		{"jdbc:postgresql://db/x", Target{Host: "db", Port: 5432, Network: "tcp", Protocol: "postgres", Scheme: "postgresql", Path: "/x"}},
		{"me:secret@tcp(db:3306)/x", Target{Host: "db", Port: 3306, Network: "tcp", Protocol: "mysql", Scheme: "mysql", Path: "/x"}},
		{"host=db port=5433 password=secret", Target{Host: "db", Port: 5433, Network: "tcp", Protocol: "postgres", Scheme: "postgres"}},
		{"host=/run/postgresql dbname=x", Target{Network: "unix", Path: "/run/postgresql/.s.PGSQL.5432"}},
		{"udp://ns1:53", Target{Host: "ns1", Port: 53, Network: "udp", Protocol: "dns"}},
		{"udp://ns1:9999", Target{Host: "ns1", Port: 9999, Network: "udp"}},
		{"tcp://db:6379", Target{Host: "db", Port: 6379, Network: "tcp", Protocol: "redis"}},
		{"unix:/run/x.sock", Target{Network: "unix", Path: "/run/x.sock"}},
		{"unix:///run/x.sock", Target{Network: "unix", Path: "/run/x.sock"}},
		{"/run/x.sock", Target{Network: "unix", Path: "/run/x.sock"}},
	}
	for _, test := range tests {
		got, err := Parse([]string{test.text}, services)
		if err != nil || got != test.want {
			t.Errorf("Parse(%q)\n got %+v, %v\nwant %+v", test.text, got, err, test.want)
		}
	}
}

func TestParseWords(t *testing.T) {
	got, err := Parse([]string{"db", "5432"}, nil)
	if err != nil || got.Host != "db" || got.Port != 5432 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Each of these must be refused with a line that says what is wrong, and what would be right.
func TestParseRefuses(t *testing.T) {
	tests := map[string]string{
		"":                          "empty",
		"db":                        "names no port",
		"db:":                       "names no port",
		"db:0":                      "out of range",
		"db:70000":                  "out of range",
		"db:-1":                     "out of range",
		"db:nosuchservice":          "no service",
		"::1":                       "without brackets",
		"[::1:80":                   "never closed",
		"[::1]80":                   "where :port belongs",
		"[db]:80":                   "no IPv6 address",
		"a:b:c":                     "more than one colon",
		"1.2.3:80":                  "no",
		"1.2.3.4.5:80":              "looks like an IPv4 address",
		"300.1.1.1:80":              "looks like an IPv4 address",
		"a..b:80":                   "no host name",
		"a b c":                     "pasted error message",
		"db:1 2":                    "another word",
		"tcp://db":                  "implies no port",
		"gopher://db":               "no scheme",
		"postgres://a:1,b:2/x":      "several hosts",
		"unix:":                     "names no socket",
		"unix:/" + longLabel(200):   "at most 107",
		longLabel(64) + ":80":       "no host name",
		"x\x1b[2J:80":               "control character",
		"x\xff:80":                  "UTF-8",
		"db/x:80":                   "no host name",
		longLabel(5000):             "longer than",
		"192.0.2.1%eth0:80":         "is no address",
		"x@tcp(db:3306":             "never closed",
		"http://exa mple/":          "pasted error message",
		"Connection refused by db ": "pasted error message",
	}
	for text, want := range tests {
		_, err := Parse([]string{text}, services)
		var e *Error
		if !errors.As(err, &e) || e.Right == "" {
			t.Errorf("Parse(%.40q): %v, want an *Error with advice", text, err)
			continue
		}
		if !strings.Contains(e.Wrong, want) {
			t.Errorf("Parse(%.40q): %q does not say %q", text, e.Wrong, want)
		}
	}
}

func longLabel(n int) string { return strings.Repeat("a", n) }

func TestString(t *testing.T) {
	for _, text := range []string{"db.internal:5432", "[2001:db8::1]:443", "unix:/run/x.sock", ":80"} {
		got, err := Parse([]string{text}, nil)
		if err != nil || got.String() != text {
			t.Errorf("Parse(%q).String() = %q, %v", text, got.String(), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"db:1", "[::1]:2", "http://u:p@h/x", ":80", "unix:/x", "host=a port=1", "a@tcp(b:1)/c", "bücher:80", "jdbc:mysql://h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse([]string{text}, services)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
				t.Fatalf("not one clean line: %q", err)
			}
			return
		}
		if got.Network == "unix" {
			return
		}
		if got.Port == 0 {
			t.Fatalf("%q gave no port", text)
		}
		again, err := Parse([]string{got.String()}, services)
		if err != nil || again.Host != got.Host || again.Port != got.Port {
			t.Fatalf("%q gave %q, which gives %+v, %v", text, got.String(), again, err)
		}
	})
}
