// Package cause is the catalogue: what can keep a connection from working, and how one knows.
//
// It is pure: facts go in, verdicts come out, and nothing is read, dialled or timed, so that every verdict can be had again from a
// file. Read Cause and Verdict here, then judge.go, then any one cause: a cause is a value in a file of its own, and all.go
// lists them. What several causes ask of the facts is in ask.go.
package cause

import (
	"fmt"
	"strings"

	"whynot/internal/fact"
)

// A Cause is one reason why a connection fails, and how to tell that it is this one.
type Cause struct {
	// ID is stable for ever: "bind.loopback-only".
	ID string
	// Title completes "because ...", without a full stop.
	Title string
	// Doc tells why it happens, how to check it by hand, and what it is confused with.
	Doc string
	// Side is where the cause lies, and so where it is mended: the client, the server, or neither (on the way).
	Side fact.Side
	// Explains lists the causes that this one accounts for: nearer to what the user sees.
	Explains []*Cause
	// Judge weighs the facts about one address. It is never asked about an address that works.
	Judge func(*Case) Verdict
	// Fix gives what to do, the narrowest first. It may be nil where nothing can be said in general.
	Fix func(*Case) []Step
	// Lacks names the fact that would prove the cause, where no probe brings it yet: such a cause is never more than likely.
	Lacks string
	// Examples are documentation and test at once.
	Examples []Example
}

// Family is the part of the ID before the dot.
func (c *Cause) Family() string {
	family, _, _ := strings.Cut(c.ID, ".")
	return family
}

// Symptom says that the cause is what the user sees, and never the headline when a deeper cause is known.
func (c *Cause) Symptom() bool { return c.Family() == "symptom" }

// A Level says how sure a verdict is.
type Level int

const (
	Out      Level = iota - 1 // some fact is incompatible with it
	Unknown                   // no fact speaks
	Possible                  // compatible with the facts
	Likely                    // the facts are hard to explain otherwise
	Proven                    // seen directly
)

// String is the word of the report and of the JSON.
func (l Level) String() string {
	return map[Level]string{Out: "ruled out", Unknown: "unknown", Possible: "possible", Likely: "likely", Proven: "proven"}[l]
}

// A Verdict is how sure one is of a cause, and by which facts.
type Verdict struct {
	Level   Level
	Because []Because
}

// Because is one piece of evidence: a sentence, and the fact that it rests on.
type Because struct {
	Text string
	Fact fact.Fact
}

// A Step is one thing to do. Command may be empty.
type Step struct {
	Text    string `json:"text"`
	Command string `json:"command,omitempty"`
	// On says on which machine, where it is not this one.
	On string `json:"on,omitempty"`
}

// An Example is a set of facts and what they say about the cause.
type Example struct {
	Says   Level
	When   string // what was seen, in a few words
	Target string // as typed; empty: 192.0.2.10:5432
	Client []fact.Fact
	Server []fact.Fact
}

// unknown is the verdict of a cause about which no fact speaks.
func unknown() Verdict { return Verdict{Level: Unknown} }

func out(f fact.Fact, format string, args ...any) Verdict { return say(Out, f, format, args...) }
func possible(f fact.Fact, format string, args ...any) Verdict {
	return say(Possible, f, format, args...)
}
func likely(f fact.Fact, format string, args ...any) Verdict { return say(Likely, f, format, args...) }
func proven(f fact.Fact, format string, args ...any) Verdict { return say(Proven, f, format, args...) }

func say(l Level, f fact.Fact, format string, args ...any) Verdict {
	return Verdict{l, []Because{{fmt.Sprintf(format, args...), f}}}
}

// and adds a piece of evidence.
func (v Verdict) and(f fact.Fact, format string, args ...any) Verdict {
	v.Because = append(v.Because[:len(v.Because):len(v.Because)], Because{fmt.Sprintf(format, args...), f})
	return v
}

// atMost lowers a verdict to a level, where it is above it.
func (v Verdict) atMost(l Level) Verdict {
	v.Level = min(v.Level, l)
	return v
}
