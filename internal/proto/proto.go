// Package proto knows application protocols: how to greet politely, what a good answer looks like, and who is speaking.
//
// A protocol is a value in a file of its own; all.go lists them. Parsing is pure and bounded, since every byte comes from
// outside. Read Protocol here, then http.go and tls.go, which are spoken in full; the others are recognised by what they say
// first.
package proto

import (
	"bytes"
	"slices"
)

// A Protocol is what is known about one application protocol.
type Protocol struct {
	// Name is the protocol's name in [target.Schemes].
	Name string
	// ServerFirst says that the server speaks first, so that a client has to listen.
	ServerFirst bool
	// Is says whether the first bytes of a server are of this protocol, whatever it was asked.
	Is func([]byte) bool
	// Fits says how far the first bytes of a server agree with a greeting of this protocol, where this is the one that is expected; nil: Is decides.
	Fits func([]byte) Fit
	// Refusals lists the texts by which it turns clients away unasked.
	Refusals []Refusal
	// Programs lists the names of the programs that serve it, as the kernel knows them (at most 15 bytes).
	Programs []string
	// Alternatives lists the ports at which it is often found beside its default.
	Alternatives []uint16
	// Datagram is a harmless question to ask over UDP.
	Datagram []byte
}

// Of gives the protocol of that name.
func Of(name string) (*Protocol, bool) {
	for _, p := range All {
		if p.Name == name {
			return p, true
		}
	}
	return nil, false
}

// Recognise names the protocol in which a server answers; empty if none is recognised.
func Recognise(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	for _, p := range All {
		if p.Is != nil && p.Is(b) {
			return p.Name
		}
	}
	return ""
}

// A Fit says how far bytes agree with what a protocol's servers say first.
type Fit int

const (
	Not   Fit = iota
	Begun     // it may be the beginning of a greeting
	Whole     // it is one
)

// FitOf says how far the first bytes of a server agree with a protocol.
func FitOf(name string, b []byte) Fit {
	p, ok := Of(name)
	switch {
	case !ok || len(b) == 0:
		return Not
	case p.Is != nil && p.Is(b):
		return Whole
	case p.Fits != nil:
		return p.Fits(b)
	}
	return Not
}

// RecogniseAs is [Recognise] where a protocol is expected: what may be of that one is of that one, unless it names another. Many greetings of
// FTP and SMTP look alike.
func RecogniseAs(expected string, b []byte) string {
	found := Recognise(b)
	if found == expected || FitOf(expected, b) != Whole || found != "" && bytes.Contains(lower(b), []byte(found)) {
		return found
	}
	return expected
}

// ServerFirst says whether the server speaks first in a protocol.
func ServerFirst(name string) bool {
	p, ok := Of(name)
	return ok && p.ServerFirst
}

// Programs lists the names of the programs that serve a protocol.
func Programs(name string) []string {
	if p, ok := Of(name); ok {
		return p.Programs
	}
	return nil
}

// Alternatives lists the ports at which a protocol is often found beside its default.
func Alternatives(name string) []uint16 {
	if p, ok := Of(name); ok {
		return slices.Clone(p.Alternatives)
	}
	return nil
}

// Datagram gives a harmless question to ask over UDP; empty if none is known.
func Datagram(name string) []byte {
	if p, ok := Of(name); ok {
		return p.Datagram
	}
	return nil
}
