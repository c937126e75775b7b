package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"whynot/internal/cause"
	"whynot/internal/fact"
)

// TestEveryExample shows all that the catalogue can say, in every way.
func TestEveryExample(t *testing.T) {
	t.Parallel()
	list, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 100 {
		t.Fatalf("%d examples: too few for a test", len(list))
	}
	for i, e := range list {
		plain := text(t, e.d, e.set, Options{})
		checkText(t, e.name, plain, e.d)
		ascii := text(t, e.d, e.set, Options{ASCII: true})
		checkText(t, e.name+", ASCII", ascii, e.d)
		if j := strings.IndexFunc(ascii, func(r rune) bool { return r > 0x7f }); j >= 0 && isASCII(e.set) {
			t.Errorf("%s: not ASCII: %.20q", e.name, ascii[j:])
		}
		if i%4 == 0 { // the long form and colours cost the most time, and are made by the same few functions
			checkText(t, e.name+", verbose", text(t, e.d, e.set, Options{Verbose: true}), e.d)
			if colored := text(t, e.d, e.set, Options{Color: true}); uncolored(colored) != plain {
				t.Errorf("%s: without its colours it reads\n%s\nand not\n%s", e.name, uncolored(colored), plain)
			}
		}
	}
}

// TestVerboseSaysAll wants the long form to name every cause that was judged, once as one or the other.
func TestVerboseSaysAll(t *testing.T) {
	s := lookAlikes(t)
	d := cause.Judge(s)
	shown := text(t, d, s, Options{Verbose: true})
	certainty := regexp.MustCompile(` +(proven|likely|possible)\n`) // stands in the midst of a title that is broken
	words := strings.Join(strings.Fields(certainty.ReplaceAllString(shown, "\n")), " ")
	for _, f := range d.Causes {
		if !strings.Contains(words, f.Cause.Title) {
			t.Errorf("%s is %s, and not shown", f.Cause.ID, f.Level)
		}
	}
	for _, f := range append(slices.Clone(d.RuledOut), d.Unknown...) {
		if !strings.Contains(shown, "\n    "+f.Cause.ID+" ") {
			t.Errorf("%s is %s, and not listed", f.Cause.ID, f.Level)
		}
	}
	for _, want := range []string{fmt.Sprintf("ruled out: %d\n", len(d.RuledOut)), fmt.Sprintf("not known: %d\n", len(d.Unknown)), "not looked at: 2\n"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// freeText are the members of facts that hold what others have written: servers, files, users.
var freeText = []string{"alias", "host", "probe", "says", "body", "reason", "error", "subject", "issuer", "program", "name", "why", "wanted", "remedy", "command", "file", "path",
	"interface", "namespace", "server_name", "alert_name", "ede", "proxy", "variable", "exempt", "search", "rule", "container", "readers", "untrusted", "via", "alias"}

// nasty is what somebody may write there: a clear screen, a C1 sequence, a line that looks like ours, text from right to left, no width.
const nasty = "\x1b[2J\u009b31m\n✓ all is well\r\t\u202egnp.exe\u2066\u200b\u2028\x00\x7f"

// TestHostileFacts wants nothing of this to reach a terminal, by whichever cause, and no line to grow.
func TestHostileFacts(t *testing.T) {
	t.Parallel()
	list, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	touched := 0
	for i, e := range list {
		if i%3 != 0 { // every third one is enough, and takes a third of the time
			continue
		}
		original, err := e.set.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(original, &doc); err != nil {
			t.Fatal(err)
		}
		doc["facts"] = append(doc["facts"].([]any), map[string]any{"kind": "blind", "side": "client", "probe": "p", "wanted": "w", "why": "y", "remedy": "r"})
		touched += poison(doc)
		spoiled, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		s := new(fact.Set)
		if err := json.Unmarshal(spoiled, s); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		d := cause.Judge(s)
		checkText(t, e.name, text(t, d, s, Options{}), d)
		checkText(t, e.name+", verbose", text(t, d, s, Options{Verbose: i%9 == 0, Color: true, ASCII: true}), d)
		checkJSONText(t, e.name, asJSON(t, d, s))
	}
	if touched < 100 {
		t.Errorf("%d texts were made hostile: too few for a test", touched)
	}
}

// poison adds the nasty text to what is free text, and says how often.
func poison(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n += poison(x)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if words, ok := v[key].(string); ok && slices.Contains(freeText, key) {
				v[key] = words + nasty + strings.Repeat("long", 30)
				n++
			}
			n += poison(v[key])
		}
	}
	return n
}

// TestEveryKindIsPoisoned wants the list of free texts to keep up with the kinds: a new string member is either listed or of one's own words.
func TestEveryKindIsPoisoned(t *testing.T) {
	ours := []string{"kind", "side", "at", "about", "result", "errno", "step", "network", "end", "asked", "version", "cipher", "alpn", "trust", "protocol", "meaning", "flags",
		"state", "type", "purpose", "transport", "mode", "os", "kernel", "call", "mac", "serves", "received", "denied", "missing", "full_name", "device", "source"}
	var missing []string
	list, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		facts, err := fact.Encode(e.set)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			var members map[string]any
			if err := json.Unmarshal(f, &members); err != nil {
				t.Fatal(err)
			}
			for key, v := range members {
				if s, ok := v.(string); ok && !slices.Contains(freeText, key) && !slices.Contains(ours, key) && !isAddress(s) && !slices.Contains(missing, key) {
					missing = append(missing, key)
				}
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("are these free text? %s", strings.Join(missing, ", "))
	}
}

func isAddress(s string) bool {
	return !bytes.ContainsFunc([]byte(s), func(r rune) bool { return !strings.ContainsRune("0123456789abcdef.:[]/", r) })
}
