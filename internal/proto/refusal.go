package proto

import "bytes"

// A Meaning is what a refusal says, whatever the protocol. The set is closed: one cause belongs to each.
type Meaning string

const (
	SourceDenied   Meaning = "source-denied"   // app.source-denied
	MaxConnections Meaning = "max-connections" // app.max-connections
	RateLimited    Meaning = "rate-limited"    // app.rate-limited
	Unexplained    Meaning = ""                // it says no, and not why: symptom.rejected
)

// A Refusal is a text by which a server turns a client away before it was asked anything, and what it means.
type Refusal struct {
	Begins   string // what it begins with; empty: anything
	Contains string // what is in its beginning, in lower case
	Meaning  Meaning
}

// Refuses finds the refusal in what a server said first, where a protocol is expected or else is recognised.
func Refuses(expected string, b []byte) (p *Protocol, m Meaning, ok bool) {
	p, found := Of(RecogniseAs(expected, b))
	if !found {
		return nil, "", false
	}
	const beginning = 512
	words := lower(b[:min(len(b), beginning)])
	for _, r := range p.Refusals {
		if bytes.HasPrefix(b, []byte(r.Begins)) && bytes.Contains(words, []byte(r.Contains)) {
			return p, r.Meaning, true
		}
	}
	return nil, "", false
}

// spoken are the refusals of a server that answers in words behind a code: the words tell more.
func spoken(codes ...string) []Refusal {
	var list []Refusal
	for _, code := range codes {
		list = append(list,
			Refusal{code, "too many", MaxConnections},
			Refusal{code, "maximum number of", MaxConnections},
			Refusal{code, "rate limit", RateLimited},
			Refusal{code, "blocked", SourceDenied},
			Refusal{code, "blacklist", SourceDenied},
			Refusal{code, "not allowed", SourceDenied},
			Refusal{code, "access denied", SourceDenied},
			Refusal{code, "", Unexplained})
	}
	return list
}

// lower changes letters of ASCII alone: what else there is may be no text.
func lower(b []byte) []byte {
	b = bytes.Clone(b)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c - 'A' + 'a'
		}
	}
	return b
}
