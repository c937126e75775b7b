package target

import (
	"net/url"
	"strings"
)

// Password gives the password of an address that Parse dropped, for the one use that its owner meant it for: the user information of a URL, the
// option "password" of a DSN, the keyword of libpq, and what go-sql-driver/mysql has before "@tcp(". Empty: there is none.
func Password(words []string) string {
	text := strings.TrimSpace(strings.Join(words, " "))
	if before, _, ok := strings.Cut(text, "@tcp("); ok && !strings.Contains(before, "://") {
		_, password, _ := strings.Cut(before, ":")
		return password
	}
	query := []string{"?password=", "&password=", " password="}
	if scheme, _, _ := strings.Cut(text, "://"); isHTTP(scheme) {
		query = nil // there it is the page's own, and not for the server's door
	}
	for _, mark := range query {
		if _, rest, ok := strings.Cut(text, mark); ok {
			return unescaped(strings.Trim(rest[:untilAny(rest, "& ")], "'"))
		}
	}
	if rest, ok := strings.CutPrefix(text, "password="); ok {
		return strings.Trim(rest[:untilAny(rest, " ")], "'")
	}
	_, rest, _ := strings.Cut(text, "://")
	authority := rest[:untilAny(rest, "/?#")]
	i := strings.LastIndexByte(authority, '@')
	if i < 0 {
		return ""
	}
	_, password, _ := strings.Cut(authority[:i], ":")
	return unescaped(password)
}

func isHTTP(scheme string) bool {
	s, ok := SchemeOf(strings.ToLower(scheme))
	return ok && s.Protocol == "http"
}

func untilAny(s, ends string) int {
	if i := strings.IndexAny(s, ends); i >= 0 {
		return i
	}
	return len(s)
}

func unescaped(s string) string {
	plain, err := url.PathUnescape(s)
	if err != nil {
		return s
	}
	return plain
}
