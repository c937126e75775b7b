package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "db.internal:5432 says: it's \"ok\"", "db.internal:5432 says: it's \"ok\""},
		{"other scripts", "bücher 数据库 база é 🚀", "bücher 数据库 база é 🚀"},
		{"a backslash stays", `C:\x1b`, `C:\x1b`},
		{"clear the screen", "\x1b[2Jgone", `\x1b[2Jgone`},
		{"set the title", "\x1b]0;pwned\x07", `\x1b]0;pwned\x07`},
		{"a line of its own", "ok\nproven\r\tx", `ok\x0aproven\x0d\x09x`},
		{"NUL and DEL", "a\x00b\x7f", `a\x00b\x7f`},
		{"C1: CSI in one character", "\u009b31mred", `\x9b31mred`},
		{"C1: next line", "a\u0085b", `a\x85b`},
		{"a raw byte of C1", "\x9b31m", `\x9b31m`},
		{"no UTF-8", "a\xff\xfeb", `a\xff\xfeb`},
		{"a cut character", "a\xe6\x95", `a\xe6\x95`},
		{"an overlong form", "\xc0\x9b", `\xc0\x9b`},
		{"a surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"the replacement character itself", "a\uFFFDb", "a\uFFFDb"},
		{"right to left", "\u202egnp.exe\u202c", `\u202egnp.exe\u202c`},
		{"isolates", "\u2066x\u2069", `\u2066x\u2069`},
		{"marks of direction", "\u200e\u200f\u061c", `\u200e\u200f\u061c`},
		{"separators of lines and paragraphs", "a\u2028b\u2029c", `a\u2028b\u2029c`},
		{"zero width", "a\u200bb\u200cc\u200dd\u2060e\ufefff", `a\u200bb\u200cc\u200dd\u2060e\ufefff`},
		{"a soft hyphen", "a\u00adb", `a\xadb`},
		{"tags", "\U000e0041", `\ue0041`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Clean(test.in); got != test.want {
				t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", nasty, "\xff\x9b", "é\u0301", "a\uFFFD\xef", "\U0001F600\u200d\U0001F600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := Clean(in)
		if strings.ContainsFunc(got, harmful) || !utf8.ValidString(got) {
			t.Fatalf("Clean(%q) = %q", in, got)
		}
		if harmless := utf8.ValidString(in) && !strings.ContainsFunc(in, harmful); harmless != (got == in) {
			t.Fatalf("Clean(%q) = %q: harmless %v", in, got, harmless)
		}
		if Clean(got) != got {
			t.Fatalf("cleaned again, %q becomes %q", got, Clean(got))
		}
	})
}

// encoded writes a value as JSON does it.
func encoded(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEscapeJSON(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing to escape", "{\n  \"a\": \"é\\n\"\n}\n", "{\n  \"a\": \"é\\n\"\n}\n"},
		{"C1", "\"\u009b\"", `"\u009b"`},
		{"bidi", "\"\u202e\"", `"\u202e"`},
		{"outside the first plane", "\"\U000e0041\"", `"\udb40\udc41"`},
		{"DEL", "\"\x7f\"", `"\u007f"`},
		{"bytes that are no UTF-8", "\"\x9b\"", "\"\uFFFD\""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(escapeJSON([]byte(test.in))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzEscapeJSON wants the escapes to mean what stood there.
func FuzzEscapeJSON(f *testing.F) {
	for _, s := range []string{"", "plain", nasty, `back\slash "quoted"`, "\\\u202e", "\U000e0041\u2028", "\xff"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		before := encoded(t, map[string]any{key: []string{value, "x" + value}, "fixed": 1})
		after := escapeJSON(before)
		if bytes.ContainsFunc(after, func(r rune) bool { return harmful(r) && r != '\n' }) || !utf8.Valid(after) {
			t.Fatalf("%q became %q", before, after)
		}
		var meant, means any
		if err := json.Unmarshal(before, &meant); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(after, &means); err != nil {
			t.Fatalf("%v: %s", err, after)
		}
		if !reflect.DeepEqual(meant, means) {
			t.Fatalf("%q means %q, and meant %q", after, means, meant)
		}
	})
}
