package cause

import (
	"fmt"
	"strings"

	"whynot/internal/fact"
)

var tlsRequired = &Cause{
	ID:    "tls.required",
	Title: "the port wants TLS and plain text was tried",
	Doc: `The server expects a TLS hello and got plain text. Web servers say so in a 400 ("The plain HTTP request was sent to HTTPS port"), others
send a TLS alert, reset or close. By hand: "curl https://HOST:PORT", "openssl s_client -connect HOST:PORT".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomMismatch, symptomClosed, symptomReset, symptomStalled, symptomRejected},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if c.Target.TLS {
			return out(h, "TLS was tried")
		}
		if h.Result != fact.Accepted {
			return contradicts(h)
		}
		if t, ok := where(c, fact.Client, func(t fact.TLS) bool { return t.Retry && (t.Done || t.Alert >= 0) }); ok {
			return proven(t, "asked in TLS, it answers in TLS")
		}
		if a, ok := httpAnswer(c); ok {
			if wantsTLS(a) {
				return proven(a, "it answers %d: %s", a.Status, firstWords(a.Body))
			}
			return out(a, "it answers in plain HTTP")
		}
		if s, ok := speaks(c); ok {
			if s.Protocol == "tls" {
				return proven(s, "its answer to plain text is a TLS record")
			}
			return out(s, "it answers in plain text: %q", s.Says)
		}
		if t, ok := first[fact.TLS](c, fact.Client); ok {
			return out(t, "asked in TLS, it does not answer in TLS")
		}
		return strongest(afterHangUp("it may have expected TLS"), afterStall("it may wait for a TLS hello"))(c)
	},
	Fix: func(c *Case) []Step {
		if c.Target.Protocol == "http" {
			return []Step{{Text: fmt.Sprintf("use https://%s", c.Target)}}
		}
		return []Step{{Text: "switch TLS on in the client"}}
	},
	Examples: []Example{
		{Says: Proven, When: "a second connection with TLS is answered in TLS", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exCutOff, exTLSRetry}},
		{Says: Out, When: "it answers in plain HTTP", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(404)}},
	},
}

var exTLSRetry = func() fact.TLS {
	t := exTLS("trusted", true)
	t.Retry = true
	return t
}()

// firstWords gives the beginning of a text without its markup.
func firstWords(s string) string {
	var plain strings.Builder
	inTag := false
	for _, r := range s {
		switch {
		case r == '<':
			inTag = true
		case r == '>':
			inTag = false
			plain.WriteRune(' ')
		case !inTag:
			plain.WriteRune(r)
		}
	}
	words := strings.Fields(plain.String())
	const few = 16
	return strings.Join(words[:min(len(words), few)], " ")
}
