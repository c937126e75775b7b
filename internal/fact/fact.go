// Package fact is the vocabulary: what was observed, as plain data, one file a subject.
//
// A fact says what was seen and never what it means; meaning is the work of package cause. Facts travel as JSON between
// machines and outlive the run that gathered them. Read Fact, Seen and Set first; kinds.go lists every kind.
package fact

import (
	"net/netip"
	"time"
)

// A Fact is one observation: a struct that embeds [Seen]. Facts are values; they are never changed once in a [Set], and the
// slices inside them are for reading only.
type Fact interface {
	// Kind is the name of the type in JSON.
	Kind() string
	// Where says who saw the fact, and when.
	Where() Seen
}

// Side is the end of the connection at which a fact was seen.
type Side string

const (
	Client Side = "client"
	Server Side = "server"
)

// Seen says where a fact comes from. The runner fills it; probes set About alone, where a fact belongs to one attempt.
type Seen struct {
	Side  Side           `json:"side,omitempty"`
	Host  string         `json:"host,omitempty"`  // the machine's host name
	Probe string         `json:"probe,omitempty"` // the probe that gave the fact
	At    time.Time      `json:"at,omitzero"`
	About netip.AddrPort `json:"about,omitzero"` // the attempt it belongs to; zero: all of them
	// Via is the proxy through which it was said; empty: directly.
	Via string `json:"via,omitempty"`

	index int // the fact's place in its set
}

// Where implements [Fact] for the types that embed Seen.
func (s Seen) Where() Seen { return s }

// Index is the fact's place in its set, and in the "facts" of a report.
func (s Seen) Index() int { return s.index }

// Concerns says whether the fact belongs to the attempt at that address.
func (s Seen) Concerns(addr netip.AddrPort) bool { return !s.About.IsValid() || s.About == addr }

// stamp lets the set fill in the embedded Seen of any fact.
func (s *Seen) stamp(where Seen) {
	about, via := s.About, s.Via
	*s = where
	if about.IsValid() {
		s.About = about
	}
	if via != "" {
		s.Via = via
	}
}

// ThroughProxy marks what was said through a proxy.
func ThroughProxy(proxy string, f Fact) Fact {
	where := f.Where()
	where.Via = proxy
	return stamped(f, where)
}

// About makes the Seen of a fact that belongs to one attempt.
func About(addr netip.AddrPort) Seen { return Seen{About: addr} }

// A Duration is a span of time. In JSON it is a number of milliseconds.
type Duration time.Duration

// Blind records that a probe could not look, and why: it tells "not there" apart from "not known".
type Blind struct {
	Seen
	Wanted string `json:"wanted"`           // what was to be looked at, in a few words
	Why    string `json:"why"`              // why it could not be
	Remedy string `json:"remedy,omitempty"` // what would let it look
}

// Kind implements [Fact].
func (Blind) Kind() string { return "blind" }
