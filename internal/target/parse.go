package target

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxText bounds what is read as an address; nothing legal is near it.
const maxText = 4096

// An Error says in one line what is wrong with an address, and what would be right.
type Error struct {
	Wrong string // "port 70000 is too large"
	Right string // "a port is a number from 1 to 65535, as in db.internal:5432"
}

func (e *Error) Error() string { return e.Wrong + ": " + e.Right }

const example = "write host:port, as in db.internal:5432, [2001:db8::1]:443, :8080 or https://example.com"

func wrong(right, format string, args ...any) error {
	return &Error{Wrong: fmt.Sprintf(format, args...), Right: right}
}

// Services maps the name of a service to its port, as in services(5).
type Services func(network, name string) (port int, err error)

// Parse reads one address, given as one or two words ("host:port", "host port", a URL, a DSN, "unix:/path"). It accepts what
// is a cause rather than a mistake, such as an empty host or 0.0.0.0. All errors are of type [*Error].
func Parse(words []string, services Services) (Target, error) {
	text := strings.TrimSpace(strings.Join(words, " "))
	switch {
	case text == "":
		return Target{}, wrong(example, "the address is empty")
	case len(text) > maxText:
		return Target{}, wrong(example, "the address is longer than %d bytes", maxText)
	case !utf8.ValidString(text):
		return Target{}, wrong(example, "the address is not valid UTF-8")
	case strings.ContainsFunc(text, unicode.IsControl):
		return Target{}, wrong(example, "the address contains a control character")
	}
	text, err := plainForm(text)
	if err != nil {
		return Target{}, err
	}
	if path, ok := unixPath(text); ok {
		return parseUnix(path)
	}
	if scheme, rest, ok := strings.Cut(text, "://"); ok {
		return parseURL(strings.ToLower(scheme), rest, services)
	}
	return parseHostPort(text, services)
}

// plainForm turns the ways that drivers have of writing an address into a URL or "host:port".
func plainForm(text string) (string, error) {
	text = strings.TrimPrefix(text, "jdbc:")         // JDBC, "jdbc:postgresql://host/db"
	if at := strings.Index(text, "@tcp("); at >= 0 { // go-sql-driver/mysql, "user:pass@tcp(host:3306)/db"
		inner, path, ok := strings.Cut(text[at+len("@tcp("):], ")")
		if !ok {
			return "", wrong("as in user@tcp(db.internal:3306)/name", "the bracket of tcp( is never closed")
		}
		return "mysql://" + inner + path, nil
	}
	if strings.HasPrefix(text, "host=") || strings.Contains(text, " host=") { // libpq keywords
		return keywords(text), nil
	}
	fields := strings.Fields(text)
	switch {
	case len(fields) == 1:
		return text, nil
	case len(fields) == 2 && !strings.Contains(text, "://"):
		if !strings.Contains(fields[0], ":") || isIPv6(fields[0]) {
			return bracket(fields[0]) + ":" + fields[1], nil
		}
		return "", wrong(example, "there is a port in %q and another word behind it", fields[0])
	}
	return "", wrong(example, "%q is not an address (a pasted error message is not read yet)", shorten(text))
}

// keywords reads "host=db port=5432 dbname=x" (libpq, section "Keyword/Value Connection Strings") as a URL.
func keywords(text string) string {
	host, port := "", "5432"
	for field := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(field, "=")
		value = strings.Trim(value, "'")
		switch key {
		case "host", "hostaddr":
			host = value
		case "port":
			port = value
		}
	}
	if strings.HasPrefix(host, "/") {
		return "unix:" + host + "/.s.PGSQL." + port
	}
	return "postgres://" + bracket(host) + ":" + port
}

// unixPath finds a socket path in "unix:/path", "unix:///path" and "/path".
func unixPath(text string) (string, bool) {
	switch {
	case strings.HasPrefix(text, "unix://"):
		return strings.TrimPrefix(text, "unix://"), true
	case strings.HasPrefix(text, "unix:"):
		return strings.TrimPrefix(text, "unix:"), true
	}
	return text, strings.HasPrefix(text, "/")
}

// maxUnixPath is sizeof(sockaddr_un.sun_path) less the closing zero byte (unix(7)).
const maxUnixPath = 107

func parseUnix(path string) (Target, error) {
	const right = "write unix:/path/to/socket, as in unix:/run/docker.sock"
	switch {
	case path == "" || path == "/":
		return Target{}, wrong(right, "the address names no socket file")
	case len(path) > maxUnixPath:
		return Target{}, wrong(right, "the path of a Unix socket has at most %d bytes, and this one %d", maxUnixPath, len(path))
	}
	return Target{Network: "unix", Path: path}, nil
}

func parseURL(name, rest string, services Services) (Target, error) {
	scheme, ok := SchemeOf(name)
	if !ok {
		return Target{}, wrong("known are http, https, postgres, mysql, redis, ssh, tcp, udp and others",
			"%q is no scheme that whynot knows", shorten(name))
	}
	authority, path, user := splitURL(rest)
	if strings.Contains(authority, ",") {
		return Target{}, wrong("give one host at a time", "the address names several hosts")
	}
	if scheme.Protocol != "http" {
		path, _, _ = strings.Cut(path, "?") // the options of a DSN may hold secrets, and nothing here needs them
	}
	t := Target{Network: "tcp", Protocol: scheme.Protocol, Scheme: scheme.Name, TLS: scheme.TLS, Path: path, User: user}
	if scheme.Network != "" {
		t.Network = scheme.Network
	}
	host, port, err := split(authority, scheme.Port != 0)
	if err != nil {
		return Target{}, err
	}
	if port == "" && scheme.Port == 0 {
		return Target{}, wrong("as in "+scheme.Name+"://db.internal:5432", "%s:// implies no port, and none is given", scheme.Name)
	}
	if port == "" {
		t.Port = scheme.Port
	} else if t.Port, err = parsePort(t.Network, port, services); err != nil {
		return Target{}, err
	}
	if scheme.Protocol == "" {
		suggest(&t)
		t.Scheme = ""
	}
	return t, t.setHost(host)
}

// splitURL takes a URL without its scheme apart. The password is dropped: nothing may show or save it.
func splitURL(rest string) (authority, path, user string) {
	authority = rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	if i := strings.IndexByte(path, '#'); i >= 0 {
		path = path[:i]
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		name, _, _ := strings.Cut(authority[:i], ":")
		if plain, err := url.PathUnescape(name); err == nil && !strings.ContainsFunc(plain, unicode.IsControl) {
			user = plain
		}
		authority = authority[i+1:]
	}
	return authority, path, user
}

func parseHostPort(text string, services Services) (Target, error) {
	host, port, err := split(text, false)
	if err != nil {
		return Target{}, err
	}
	if port == "" {
		return Target{}, wrong(example, "%q names no port", shorten(text))
	}
	t := Target{Network: "tcp", This: host == ""}
	if t.Port, err = parsePort(t.Network, port, services); err != nil {
		return Target{}, err
	}
	suggest(&t)
	return t, t.setHost(host)
}

// suggest sets the protocol that the port suggests.
func suggest(t *Target) {
	if s, ok := SchemeAt(t.Network, t.Port); ok {
		t.Protocol, t.TLS = s.Protocol, s.TLS
	}
}

// split takes "host:port", "[v6]:port" and, where the port may be absent, "host" apart.
func split(text string, portOptional bool) (host, port string, err error) {
	if strings.HasPrefix(text, "[") {
		end := strings.IndexByte(text, ']')
		if end < 0 {
			return "", "", wrong("as in [2001:db8::1]:443", "the bracket in %q is never closed", shorten(text))
		}
		host, port = strings.Replace(text[1:end], "%25", "%", 1), text[end+1:] // RFC 6874, section 2
		if !isIPv6(host) {
			return "", "", wrong("as in [2001:db8::1]:443", "%q in brackets is no IPv6 address", shorten(host))
		}
		if port == "" {
			return host, "", nil
		}
		if !strings.HasPrefix(port, ":") {
			return "", "", wrong("as in [2001:db8::1]:443", "%q stands where :port belongs", shorten(port))
		}
		return host, port[1:], nil
	}
	if isIPv6(text) {
		if portOptional {
			return text, "", nil
		}
		return "", "", wrong("write ["+text+"]:443", "%s is an IPv6 address without brackets: where it ends and the port begins is unclear", text)
	}
	switch strings.Count(text, ":") {
	case 0:
		return text, "", nil
	case 1:
		host, port, _ = strings.Cut(text, ":")
		return host, port, nil
	}
	return "", "", wrong("as in db.internal:5432 or [2001:db8::1]:443", "%q has more than one colon and is no IPv6 address", shorten(text))
}

func parsePort(network, text string, services Services) (uint16, error) {
	const right = "a port is a number from 1 to 65535 or the name of a service, as in db.internal:5432"
	if n, err := strconv.Atoi(text); err == nil {
		if n < 1 || n > 65535 {
			return 0, wrong(right, "port %s is out of range", shorten(text))
		}
		return uint16(n), nil
	}
	name := strings.ToLower(text)
	if s, ok := SchemeOf(name); ok && s.Port != 0 {
		return s.Port, nil
	}
	if services != nil && isServiceName(name) {
		if n, err := services(network, name); err == nil && n > 0 && n <= 65535 {
			return uint16(n), nil
		}
	}
	return 0, wrong(right, "%q is no port and no service that this machine knows", shorten(text))
}

// isServiceName follows RFC 6335, section 5.1, but for its length, and allows the underscore that /etc/services has.
func isServiceName(s string) bool {
	ok := func(r rune) bool { return r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }
	return s != "" && len(s) < 64 && !strings.ContainsFunc(s, func(r rune) bool { return !ok(r) })
}

// names maps a Unicode name to ASCII as browsers do (UTS 46), but lets the underscores pass that real names have.
var names = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false))

// maxName is the longest name that DNS can carry, written with dots (RFC 1035, section 2.3.4).
const maxName = 253

// setHost checks and normalises the host.
func (t *Target) setHost(host string) error {
	const right = "a host is a name or an IP address, as in db.internal or 192.0.2.10"
	if host == "" {
		return nil
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		t.Host = addr.Unmap().String() // what is sent for a mapped address is IPv4 (RFC 4291, section 2.5.5.2)
		return nil
	}
	if strings.Contains(host, "%") {
		return wrong("a zone belongs to a link-local address, as in fe80::1%eth0", "%q is no address", shorten(host))
	}
	if looksLikeIPv4(host) {
		return wrong("as in 192.0.2.10", "%q looks like an IPv4 address and is none", shorten(host))
	}
	name, absolute := strings.CutSuffix(host, ".")
	ascii, err := names.ToASCII(name)
	if err != nil || ascii == "" || len(ascii) > maxName {
		return wrong(right, "%q is no host name", shorten(host))
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, notInName) {
			return wrong(right, "%q is no host name", shorten(host))
		}
	}
	t.Host, t.Absolute = strings.ToLower(ascii), absolute
	return nil
}

func notInName(r rune) bool {
	return !(r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
}

// looksLikeIPv4 says that a text is digits and dots only: no name is, since no top-level domain is a number (RFC 3696, section 2).
func looksLikeIPv4(s string) bool {
	return strings.Contains(s, ".") && !strings.ContainsFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6()
}

func bracket(host string) string {
	if isIPv6(host) {
		return "[" + host + "]"
	}
	return host
}

// shorten keeps a quoted piece of the input from filling the line.
func shorten(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
