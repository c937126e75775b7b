package fact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"whynot/internal/target"
)

// maxJSON bounds a saved set; one run gives a few hundred kilobytes at the most.
const maxJSON = 64 << 20

// Foreign is a fact of a kind that this program does not know: made by a newer one. It keeps its place and its text, and no
// cause reads it.
type Foreign struct {
	Seen
	kind string
	text json.RawMessage
}

// Kind implements [Fact].
func (f Foreign) Kind() string { return f.kind }

// document is a set in JSON.
type document struct {
	Target target.Target     `json:"target"`
	Facts  []json.RawMessage `json:"facts"`
}

// MarshalJSON writes the target and the facts, each with its kind.
func (s *Set) MarshalJSON() ([]byte, error) {
	facts, err := Encode(s)
	if err != nil {
		return nil, err
	}
	return json.Marshal(document{s.Target, facts})
}

// Encode writes each fact of a set as a JSON object whose first member is its kind.
func Encode(s *Set) ([]json.RawMessage, error) {
	texts := []json.RawMessage{}
	for _, f := range s.All() {
		if foreign, ok := f.(Foreign); ok {
			texts = append(texts, foreign.text)
			continue
		}
		body, err := json.Marshal(f)
		if err != nil {
			return nil, fmt.Errorf("fact: encode %s: %w", f.Kind(), err)
		}
		head := fmt.Appendf(nil, `{"kind":%q`, f.Kind())
		if len(body) > 2 {
			head = append(head, ',')
		}
		texts = append(texts, append(head, body[1:]...))
	}
	return texts, nil
}

// UnmarshalJSON reads what MarshalJSON wrote. Kinds that are unknown are kept as [Foreign]; a known kind that does not parse is
// an error. A report of `whynot --json` is read as well: it holds a target and facts, too.
func (s *Set) UnmarshalJSON(text []byte) error {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return err
	}
	if d.Facts == nil {
		return errors.New(`fact: no "facts" in this JSON`)
	}
	facts := make([]Fact, 0, len(d.Facts))
	for i, raw := range d.Facts {
		f, err := decode(raw, i)
		if err != nil {
			return fmt.Errorf("fact: number %d: %w", i, err)
		}
		facts = append(facts, f)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Target, s.facts = d.Target, facts
	return nil
}

func decode(raw json.RawMessage, index int) (Fact, error) {
	var head struct {
		Kind string `json:"kind"`
		Seen
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, err
	}
	head.Seen.index = index
	for _, k := range Kinds {
		if k.Name == head.Kind {
			return k.decode(raw, head.Seen)
		}
	}
	if head.Kind == "" {
		return nil, errors.New("it has no kind")
	}
	return Foreign{head.Seen, head.Kind, raw}, nil
}

// Read reads a saved set.
func Read(r io.Reader) (*Set, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return nil, fmt.Errorf("fact: read: %w", err)
	}
	if len(text) > maxJSON {
		return nil, fmt.Errorf("fact: read: more than %d MiB", maxJSON>>20)
	}
	s := new(Set)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, err
	}
	return s, nil
}

// MarshalJSON writes milliseconds.
func (d Duration) MarshalJSON() ([]byte, error) {
	ms := float64(d) / float64(time.Millisecond)
	return strconv.AppendFloat(nil, ms, 'f', -1, 64), nil
}

// UnmarshalJSON reads milliseconds.
func (d *Duration) UnmarshalJSON(text []byte) error {
	ms, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64)
	if err != nil {
		return fmt.Errorf("fact: %q is no number of milliseconds", text)
	}
	const most = float64(1<<63-1) / float64(time.Millisecond)
	if !(ms > -most && ms < most) {
		return fmt.Errorf("fact: %s milliseconds are out of range", text)
	}
	*d = Duration(ms * float64(time.Millisecond))
	return nil
}

// String writes the span as a person says it: "0.3 ms", "3.1 s".
func (d Duration) String() string {
	switch t := time.Duration(d); {
	case t < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(t)/float64(time.Millisecond))
	case t < time.Second:
		return fmt.Sprintf("%d ms", t.Milliseconds())
	default:
		return fmt.Sprintf("%.1f s", t.Seconds())
	}
}
