package cause

import (
	"fmt"
	"slices"
	"strings"

	"whynot/internal/fact"
)

// byStatus judges a cause that HTTP statuses state. Nothing is said about a plain host and port: only a URL asks for an answer.
func byStatus(l Level, statuses ...int) judge {
	return func(c *Case) Verdict {
		a, no := sawHTTP(c)
		if no != nil {
			return *no
		}
		if !slices.Contains(statuses, a.Status) {
			return out(a, "it answered HTTP %d", a.Status)
		}
		v := say(l, a, "it answered HTTP %d %s", a.Status, statusText(a))
		if words := firstWords(a.Body); words != "" && !strings.EqualFold(words, statusText(a)) {
			v = v.and(a, "in its own words: %s", words)
		}
		return v
	}
}

// sawHTTP gives the HTTP answer of the service itself.
func sawHTTP(c *Case) (fact.HTTP, *Verdict) {
	a, ok := httpAnswer(c)
	if !ok {
		v := unknown()
		if x, no := afterHandshake(c); no != nil {
			v = *no
		} else if !x.Mute() || x.End != fact.EndOpen {
			v = out(x, "it gave no HTTP answer")
		}
		return a, &v
	}
	if wantsTLS(a) {
		v := out(a, "it wants TLS")
		return a, &v
	}
	return a, nil
}

// exStatus are the examples of a cause that a status states.
func exStatus(l Level, status int) []Example {
	return []Example{
		{Says: l, When: fmt.Sprintf("it answered %d", status), Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(status)}},
		{Says: Out, When: "it answered 418", Target: "http://192.0.2.10:5432/", Client: []fact.Fact{exRoute, exAccepted, exHTTP(418)}},
	}
}
