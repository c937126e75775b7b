package probe

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// proxy finds the proxy that the environment sets for the target, and asks it.
var proxy = &Probe{
	Name:  "proxy",
	Doc:   "whether a proxy of the environment applies, and what it says",
	Side:  fact.Client,
	When:  func(_ *Env, s *fact.Set) bool { return s.Target.Network == "tcp" },
	If:    "the target is reached over TCP",
	Gives: append([]fact.Fact{fact.ProxySetting{}, fact.ProxyAnswer{}}, spokenFacts...),
	Sends: "where a proxy applies: one connection to it, with one request for the target; through a tunnel, what is sent to a server directly",
	Run:   runProxy,
}

func runProxy(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	var failed error
	for _, s := range settings(env, known.Target) {
		emit(s.fact)
		if s.fact.Applies {
			failed = askProxy(ctx, env, known.Target, s, emit)
		}
	}
	return failed
}

// spokenFacts are the kinds of what is said to a target, directly or through a proxy.
var spokenFacts = []fact.Fact{fact.Exchange{}, fact.HTTP{}, fact.TLS{}, fact.Speaks{}, fact.Refusal{}}

// proxyBeside asks a proxy that does not apply, where the direct way fails: perhaps only a proxy may go out.
var proxyBeside = &Probe{
	Name:  "proxy-beside",
	Doc:   "whether the target can be reached through a proxy that does not apply",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}, fact.ProxySetting{}},
	When: func(_ *Env, s *fact.Set) bool {
		for _, p := range fact.Of[fact.ProxySetting](s) {
			if p.Applies {
				return false
			}
		}
		return allEnded(s) && !s.Target.Loopback()
	},
	If:    "the direct way fails, and the environment names a proxy for other targets",
	Gives: append([]fact.Fact{fact.ProxyAnswer{}}, spokenFacts...),
	Sends: "one connection to the proxy, with one request for a tunnel, and through that what is sent to a server directly; without a tunnel, one GET by the proxy",
	Run: func(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
		for _, s := range settings(env, known.Target) {
			return askBeside(ctx, env, known.Target, s, emit) // the first of them is the one that would be taken
		}
		return nil
	},
}

// A setting is a proxy of the environment, with the secret parts that no fact may hold.
type setting struct {
	fact fact.ProxySetting
	url  *url.URL
}

// proxyVariables lists the variables, with who reads them: Go does not know ALL_PROXY, and curl does not read HTTP_PROXY in upper
// case, since a Web server sets it from a request's Proxy field (curl(1), ENVIRONMENT; golang.org/x/net/http/httpproxy).
var proxyVariables = []struct{ name, scheme, readers string }{
	{"http_proxy", "http", "Go and curl"},
	{"HTTP_PROXY", "http", "Go"},
	{"https_proxy", "https", "Go and curl"},
	{"HTTPS_PROXY", "https", "Go and curl"},
	{"all_proxy", "", "curl"},
	{"ALL_PROXY", "", "curl"},
}

// settings gives the proxies that the environment names, those for the target's scheme first.
func settings(env *Env, t target.Target) []setting {
	scheme := "http"
	if t.TLS {
		scheme = "https"
	}
	web := t.Protocol == "http" && t.Strict()
	var applying, others []setting
	add := func(variable, value, readers string, fits bool) {
		u := proxyURL(value)
		if u == nil {
			return
		}
		s := setting{fact.ProxySetting{Variable: variable, Proxy: u.Scheme + "://" + u.Host, Readers: readers, Credentials: u.User != nil}, u}
		switch {
		case variable == "--proxy":
			s.fact.Applies = true
		case !web:
			s.fact.Exempt = "the variable is for HTTP alone"
		case !fits:
			s.fact.Exempt = "the variable is for another scheme"
		default:
			s.fact.Exempt = exempt(env, scheme, t, readers)
			s.fact.Applies = s.fact.Exempt == ""
		}
		if s.fact.Applies && len(applying) == 0 {
			applying = append(applying, s)
			return
		}
		s.fact.Applies = false
		others = append(others, s)
	}
	if env.Proxy != "" {
		add("--proxy", env.Proxy, "whynot", true)
	}
	for _, v := range proxyVariables {
		if value := env.Getenv(v.name); value != "" {
			add(v.name, value, v.readers, v.scheme == scheme || v.scheme == "")
		}
	}
	return append(applying, others...)
}

// applying says whether a client would take a proxy for the target.
func applying(env *Env, t target.Target) bool {
	list := settings(env, t)
	return len(list) > 0 && list[0].fact.Applies
}

// proxyURL reads a proxy as curl and Go do: without a scheme it is HTTP.
func proxyURL(value string) *url.URL {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	if u.Port() == "" {
		port := map[string]string{"https": "443", "socks4": "1080", "socks4a": "1080", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
		if port == "" {
			port = "80"
		}
		u.Host = net.JoinHostPort(u.Hostname(), port)
	}
	return u
}

// exempt gives the entry of NO_PROXY that lets the target go directly, or the rule of Go for loopback; empty: none.
func exempt(env *Env, scheme string, t target.Target, readers string) string {
	address := &url.URL{Scheme: scheme, Host: strings.TrimPrefix(t.String(), "unix:")}
	direct := func(list string) bool {
		config := httpproxy.Config{HTTPProxy: "http://proxy.invalid:1", HTTPSProxy: "http://proxy.invalid:1", NoProxy: list}
		through, err := config.ProxyFunc()(address)
		return err == nil && through == nil
	}
	list := env.Getenv("no_proxy")
	if list == "" {
		list = env.Getenv("NO_PROXY")
	}
	for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !t.Loopback() && direct(entry) || covers(entry, t) {
			return "NO_PROXY has " + entry
		}
	}
	if t.Loopback() && readers == "Go" {
		return "Go asks no proxy for a loopback address"
	}
	return ""
}

// covers says that an entry of NO_PROXY means the target by the rules that Go and curl share. For a loopback address package httpproxy
// cannot be asked: it knows no proxy there, whatever the list says.
func covers(entry string, t target.Target) bool {
	entry = strings.ToLower(entry)
	suffix := strings.TrimPrefix(entry, ".")
	if entry == "*" || suffix == t.Host || entry == t.String() {
		return true
	}
	addr, ok := t.Addr()
	if !ok {
		return suffix != "" && strings.HasSuffix(t.Host, "."+suffix)
	}
	network, err := netip.ParsePrefix(entry)
	return err == nil && network.Contains(addr)
}
