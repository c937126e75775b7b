package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"whynot/internal/cause"
	"whynot/internal/fact"
)

// The members of the document, as docs/design.md has them; those that may be absent are marked.
var members = map[string]string{
	"":           "target outcome causes ruled_out unknown warnings settle? facts version took_ms",
	"causes":     "id certainty title side because explains fix missing only?",
	"ruled_out":  "id because",
	"unknown":    "id missing",
	"warnings":   "id certainty title because",
	"because":    "text fact",
	"fix":        "text command? on?",
	"settle":     "text command? on?",
	"certainty":  "proven likely possible",
	"side":       "client server way",
	"outcome":    "ok refused unreachable timeout reset closed rejected mismatch unresolved",
	"no-omitted": "causes ruled_out unknown warnings because explains fix missing facts",
}

// TestEveryJSON holds the contract of --json over all that the catalogue can say.
func TestEveryJSON(t *testing.T) {
	t.Parallel()
	list, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range list {
		shown := asJSON(t, e.d, e.set)
		checkJSONText(t, e.name, shown)
		var doc map[string]any
		if err := json.Unmarshal(shown, &doc); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		checkMembers(t, e.name, "", doc, len(doc["facts"].([]any)))
		if i%3 == 0 { // reading takes most of the time
			checkAgainst(t, e, shown)
		}
	}
}

// checkJSONText holds what is true of the text as such.
func checkJSONText(t *testing.T, name string, shown []byte) {
	t.Helper()
	if !json.Valid(shown) || !utf8.Valid(shown) {
		t.Errorf("%s: no JSON, or no UTF-8", name)
	}
	if i := bytes.IndexFunc(shown, func(r rune) bool { return harmful(r) && r != '\n' }); i >= 0 {
		t.Errorf("%s: a control character: %.20q", name, shown[i:])
	}
}

// checkMembers wants an object to have exactly the members of the contract, and none of its lists to be null.
func checkMembers(t *testing.T, name, what string, object map[string]any, facts int) {
	t.Helper()
	var allowed []string
	for _, m := range strings.Fields(members[what]) {
		key, optional := strings.CutSuffix(m, "?")
		allowed = append(allowed, key)
		if _, ok := object[key]; !ok && !optional {
			t.Errorf("%s: %q lacks %q", name, what, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := object[key]
		if !slices.Contains(allowed, key) {
			t.Errorf("%s: %q has a member %q", name, what, key)
		}
		if _, ok := value.([]any); !ok && slices.Contains(strings.Fields(members["no-omitted"]), key) {
			t.Errorf("%s: %s.%s is no list: %v", name, what, key, value)
		}
		switch v := value.(type) {
		case string:
			if words := members[key]; words != "" && key != "fix" && !slices.Contains(strings.Fields(words), v) {
				t.Errorf("%s: %s.%s is %q", name, what, key, v)
			}
		case float64:
			if key == "fact" && (v < 0 || int(v) >= facts) {
				t.Errorf("%s: there is no fact %v", name, v)
			}
		case map[string]any:
			if members[key] != "" {
				checkMembers(t, name, key, v, facts)
			}
		case []any:
			for _, x := range v {
				if inner, ok := x.(map[string]any); ok && members[key] != "" {
					checkMembers(t, name, key, inner, facts)
				}
			}
		}
	}
}

// checkAgainst compares the document with the diagnosis that it shows.
func checkAgainst(t *testing.T, e judged, shown []byte) {
	t.Helper()
	var doc document
	if err := json.Unmarshal(shown, &doc); err != nil {
		t.Fatalf("%s: %v", e.name, err)
	}
	if doc.Target != e.set.Target || doc.Outcome != e.d.Outcome || doc.Version != "1.2.3" || len(doc.Facts) != e.set.Len() || !reflect.DeepEqual(doc.Settle, e.d.Settle) {
		t.Errorf("%s: it says %+v, %s, %s, %d facts, %v", e.name, doc.Target, doc.Outcome, doc.Version, len(doc.Facts), doc.Settle)
	}
	if len(doc.Causes) != len(e.d.Causes) || len(doc.RuledOut) != len(e.d.RuledOut) || len(doc.Unknown) != len(e.d.Unknown) || len(doc.Warnings) != len(e.d.Warnings) {
		t.Fatalf("%s: a list is not whole", e.name)
	}
	all := e.set.All()
	for i, c := range doc.Causes {
		f := e.d.Causes[i]
		if c.ID != f.Cause.ID || c.Certainty != f.Level.String() || c.Title != f.Cause.Title || len(c.Fix) != len(f.Fix) || !slices.Equal(c.Only, f.Only) {
			t.Errorf("%s: cause %d is %+v, want %s, %s", e.name, i, c, f.Cause.ID, f.Level)
		}
		for j, b := range c.Because {
			if !reflect.DeepEqual(all[b.Fact], f.Because[j].Fact) || b.Text != f.Because[j].Text {
				t.Errorf("%s: %q of %s points at another fact", e.name, b.Text, c.ID)
			}
		}
		for _, id := range c.Explains {
			if other, ok := cause.Find(id); !ok || !f.Cause.Accounts(other) {
				t.Errorf("%s: %s does not explain %s", e.name, c.ID, id)
			}
		}
	}
}

// TestJSONIsRead wants a report to be a saved set as well: whynot judge takes either.
func TestJSONIsRead(t *testing.T) {
	s := lookAlikes(t)
	d := cause.Judge(s)
	back, err := fact.Read(bytes.NewReader(asJSON(t, d, s)))
	if err != nil {
		t.Fatal(err)
	}
	if again := asJSON(t, cause.Judge(back), back); !bytes.Equal(again, asJSON(t, d, s)) {
		t.Errorf("judged again it reads\n%s", again)
	}
}

// TestJSONOfForeignFacts wants the bytes of a kind that nobody knows to be made harmless, too: they are passed on as they came.
func TestJSONOfForeignFacts(t *testing.T) {
	const text = `{"target":{"host":"db","port":1,"network":"tcp"},"facts":[{"kind":"from-the-future","x":"a` + "\x9b31m\u009b31m\u202e" + `b"}]}`
	s := new(fact.Set)
	if err := json.Unmarshal([]byte(text), s); err != nil {
		t.Fatal(err)
	}
	shown := asJSON(t, cause.Judge(s), s)
	checkJSONText(t, "foreign", shown)
	if !bytes.Contains(shown, []byte("from-the-future")) {
		t.Errorf("the fact is lost: %s", shown)
	}
}

// TestJSONOfEmptyLists wants an empty list where there is nothing, also where Judge would never leave it empty.
func TestJSONOfEmptyLists(t *testing.T) {
	c := cause.All[0]
	empty := []cause.Finding{{Cause: c, Level: cause.Likely}}
	d := &cause.Diagnosis{Outcome: cause.Refused, Causes: empty, RuledOut: empty, Unknown: empty, Warnings: []cause.Warning{{ID: c.ID, Level: cause.Likely}}}
	for name, d := range map[string]*cause.Diagnosis{"findings without anything": d, "nothing at all": {Outcome: cause.OK}} {
		shown := asJSON(t, d, fact.NewSet(d.Target))
		var doc map[string]any
		if err := json.Unmarshal(shown, &doc); err != nil {
			t.Fatal(err)
		}
		checkMembers(t, name, "", doc, 0)
		if bytes.Contains(shown, []byte("null")) {
			t.Errorf("%s: null stands in %s", name, shown)
		}
	}
}

// A full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestWriteErrors wants nobody to believe in a report that could not be written.
func TestWriteErrors(t *testing.T) {
	s := lookAlikes(t)
	d := cause.Judge(s)
	for name, err := range map[string]error{"Text": Text(full{}, d, s, Options{}), "JSON": JSON(full{}, d, s, Meta{}), "Catalogue": Catalogue(full{}, cause.All),
		"Page": Page(full{}, cause.All[0]), "Plan": Plan(full{}, s.Target, nil)} {
		if err == nil {
			t.Errorf("%s says nothing of the error", name)
		}
	}
}
