package report

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text string
		columns    int
		want       []string
	}{
		{"nothing", "", 10, []string{""}},
		{"spaces alone", "  \n ", 10, []string{""}},
		{"it fits", "a b c", 10, []string{"a b c"}},
		{"it just fits", "abcd efghi", 10, []string{"abcd efghi"}},
		{"it just does not", "abcde efghi", 10, []string{"abcde", "efghi"}},
		{"spaces and line ends are one space", "a \n\t b", 10, []string{"a b"}},
		{"a word too long", "ab abcdefghijkl cd", 5, []string{"ab", "abcde", "fghij", "kl cd"}},
		{"wide characters", "数据库 数据", 6, []string{"数据库", "数据"}},
		{"a wide word is cut between characters", "数据库", 5, []string{"数据", "库"}},
		{"marks take no room", "é́é́ x", 4, []string{"é́é́ x"}},
		{"no room", "ab", 0, []string{"a", "b"}},
		{"less than no room", "ab c", -7, []string{"a", "b", "c"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := wrap(test.text, test.columns); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		name, word string
		columns    int
		head, tail string
	}{
		{"it fits", "abc", 3, "abc", ""},
		{"it does not", "abcd", 3, "abc", "d"},
		{"one character is never cut", "数", 1, "数", ""},
		{"at least one is taken", "数据", 1, "数", "据"},
		{"a mark stays with its letter", "ae\u0301x", 2, "ae\u0301", "x"},
		{"a selector widens the character before it", "\u2764\ufe0fx", 1, "\u2764", "\ufe0fx"},
		{"nothing", "", 3, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if head, tail := cut(test.word, test.columns); head != test.head || tail != test.tail {
				t.Errorf("got %q and %q, want %q and %q", head, tail, test.head, test.tail)
			}
		})
	}
}

// FuzzWrap wants no line to be wider than asked, unless a single character is, and every word to be kept.
func FuzzWrap(f *testing.F) {
	for _, s := range []string{"", "a short text", strings.Repeat("long", 40), "数据库 数据 " + strings.Repeat("库", 50), "e\u0301 \u0301x \u2764\ufe0f\u2764\ufe0f",
		"\U0001F1E9\U0001F1EA\U0001F1E9\U0001F1EA\U0001F1E9", nasty, "\xff\xfe \x9b"} {
		for _, columns := range []int{-1, 0, 1, 2, 7, 68} {
			f.Add(s, columns)
		}
	}
	f.Fuzz(func(t *testing.T, text string, columns int) {
		if columns > 200 || len(text) > 2000 {
			return // only slower
		}
		text = Clean(text) // so it is wherever a text comes from outside
		lines := wrap(text, columns)
		for _, line := range lines {
			if width(line) > max(columns, 1) && utf8.RuneCountInString(line) > 1 {
				t.Errorf("%d columns, and %d were asked for: %q", width(line), columns, line)
			}
		}
		if len(lines) == 0 {
			t.Error("no line at all")
		}
		if got, want := strings.Join(strings.Fields(strings.Join(lines, "")), ""), strings.Join(strings.Fields(text), ""); got != want {
			t.Errorf("%q became %q", want, got)
		}
		if whole := strings.Join(strings.Fields(text), " "); width(whole) <= columns && (len(lines) != 1 || lines[0] != whole) {
			t.Errorf("%q fits, and became %q", whole, lines)
		}
	})
}

func TestPad(t *testing.T) {
	tests := []struct {
		name, text string
		to         int
		want       string
	}{
		{"filled up", "ab", 5, "ab   "},
		{"by columns, not by bytes", "é数", 5, "é数  "},
		{"one space at least", "abcde", 5, "abcde "},
		{"too long", "abcdef", 5, "abcdef "},
		{"nothing", "", 3, "   "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := pad(test.text, test.to); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestLabelsFit wants what stands beside a label to begin in one column: a label wider than its own would push it to the right.
func TestLabelsFit(t *testing.T) {
	list, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]bool{}
	for _, e := range list {
		_, body, _ := strings.Cut(text(t, e.d, e.set, Options{}), "\n\n") // behind the headline
		for line := range strings.Lines(body) {
			if !strings.HasPrefix(line, "  ") || line[2] == ' ' {
				continue
			}
			labels[strings.TrimSpace(line[:indent])] = true
			if len(line) <= indent || line[indent-1] != ' ' || line[indent] == ' ' {
				t.Errorf("%s: not in its column: %s", e.name, line)
			}
		}
	}
	for _, want := range []string{"because", "or", "also", "to settle", "fix", "warning", "path", "ruled out"} {
		if !labels[want] {
			t.Errorf("no line is labelled %q: what was tested? %v", want, labels)
		}
	}
}
