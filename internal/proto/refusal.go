package proto

import "bytes"

// A Meaning is what a refusal says, whatever the protocol. The set is closed: one cause belongs to each.
type Meaning string

const (
	SourceDenied   Meaning = "source-denied"   // app.source-denied
	MaxConnections Meaning = "max-connections" // app.max-connections
	RateLimited    Meaning = "rate-limited"    // app.rate-limited
)

// A Refusal is a text by which a server turns a client away before it was asked anything, and what it means.
type Refusal struct {
	Contains string
	Meaning  Meaning
}

// Refuses finds the refusal in what a server of a recognised protocol said first.
func Refuses(b []byte) (p *Protocol, m Meaning, ok bool) {
	p, found := Of(Recognise(b))
	if !found {
		return nil, "", false
	}
	for _, r := range p.Refusals {
		if bytes.Contains(b, []byte(r.Contains)) {
			return p, r.Meaning, true
		}
	}
	return nil, "", false
}
