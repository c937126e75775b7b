package probe

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// web is an HTTP target as the user writes it in a URL.
func web(host string, port uint16, tls bool) target.Target {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	return target.Target{Host: host, Port: port, Network: "tcp", Protocol: "http", Scheme: scheme, TLS: tls, Path: "/"}
}

func TestProxyURL(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{"proxy.test:3128", "http://proxy.test:3128"},
		{"proxy.test", "http://proxy.test:80"},
		{"http://proxy.test", "http://proxy.test:80"},
		{"http://proxy.test:", "http://proxy.test:80"},
		{"https://proxy.test", "https://proxy.test:443"},
		{"socks5://proxy.test", "socks5://proxy.test:1080"},
		{"socks5h://proxy.test:9", "socks5h://proxy.test:9"},
		{"HTTP://proxy.test", "http://proxy.test:80"},
		{"http://user:secret@proxy.test:3128/path", "http://proxy.test:3128"},
		{"user:secret@proxy.test", "http://proxy.test:80"},
		{"[2001:db8::1]", "http://[2001:db8::1]:80"},
		{"http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"},
		{"", ""},
		{"http://", ""},
		{"http://:3128", ""},
		{"http://proxy.test:port", ""},
		{"http://pro xy", ""},
		{"http://proxy\n.test", ""},
	} {
		t.Run(test.value, func(t *testing.T) {
			got := ""
			if u := proxyURL(test.value); u != nil {
				got = u.Scheme + "://" + u.Host
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	http, https := web("db.test", 80, false), web("db.test", 443, true)
	bare := target.Target{Host: "db.test", Port: 80, Network: "tcp", Protocol: "http"} // HTTP only by its port: curl was not named
	for _, test := range []struct {
		name      string
		target    target.Target
		flag      string
		variables string // a=b c=d
		want      string // in order: the variable, "+" where it applies, else why not
	}{
		{"none", http, "", "", ""},
		{"HTTP", http, "", "http_proxy=p:1", "http_proxy+"},
		{"lower case is before upper case", http, "", "HTTP_PROXY=p:2 http_proxy=p:1", "http_proxy+ HTTP_PROXY:"},
		{"upper case", http, "", "HTTP_PROXY=p:2", "HTTP_PROXY+"},
		{"HTTPS has its own", https, "", "http_proxy=p:1 https_proxy=p:2", "https_proxy+ http_proxy:the variable is for another scheme"},
		{"the other way round", http, "", "http_proxy=p:1 HTTPS_PROXY=p:2", "http_proxy+ HTTPS_PROXY:the variable is for another scheme"},
		{"all", https, "", "ALL_PROXY=socks5://p", "ALL_PROXY+"},
		{"all is behind the scheme's own", http, "", "all_proxy=p:1 http_proxy=p:2", "http_proxy+ all_proxy:"},
		{"another protocol", tcp("db.test", 5432), "", "http_proxy=p:1 all_proxy=p:2", "http_proxy:the variable is for HTTP alone all_proxy:the variable is for HTTP alone"},
		{"only the port suggests HTTP", bare, "", "http_proxy=p:1", "http_proxy:the variable is for HTTP alone"},
		{"by flag, whatever the protocol", tcp("db.test", 5432), "p:3", "http_proxy=p:1", "--proxy+ http_proxy:the variable is for HTTP alone"},
		{"by flag, before the variables", http, "p:3", "http_proxy=p:1", "--proxy+ http_proxy:"},
		{"by flag, whatever NO_PROXY says", http, "p:3", "no_proxy=*", "--proxy+"},
		{"exempt", http, "", "http_proxy=p:1 no_proxy=db.test", "http_proxy:NO_PROXY has db.test"},
		{"no URL", http, "", "http_proxy=http://[ HTTP_PROXY=p:1", "HTTP_PROXY+"},
	} {
		t.Run(test.name, func(t *testing.T) {
			variables := map[string]string{}
			for _, v := range strings.Fields(test.variables) {
				name, value, _ := strings.Cut(v, "=")
				variables[name] = value
			}
			env := &Env{Proxy: test.flag, Getenv: func(name string) string { return variables[name] }}
			var got []string
			for _, s := range settings(env, test.target) {
				if text := s.fact.Variable; s.fact.Applies {
					got = append(got, text+"+")
				} else {
					got = append(got, text+":"+s.fact.Exempt)
				}
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

// TestSettingsKeepSecrets wants no fact to hold the name and password of the proxy.
func TestSettingsKeepSecrets(t *testing.T) {
	env := &Env{Getenv: func(name string) string {
		return map[string]string{"http_proxy": "http://user:secret@proxy.test:3128/secret?secret"}[name]
	}}
	for _, s := range settings(env, web("db.test", 80, false)) {
		if s.fact.Proxy != "http://proxy.test:3128" {
			t.Errorf("%+v", s.fact)
		}
	}
}

func TestExempt(t *testing.T) {
	const goRule = "Go asks no proxy for a loopback address"
	for _, test := range []struct {
		name, list string
		target     target.Target
		readers    string
		want       string
	}{
		{"nothing", "", web("db.test", 80, false), "Go and curl", ""},
		{"the name", "x.test,db.test", web("db.test", 80, false), "Go and curl", "NO_PROXY has db.test"},
		{"with spaces", " x.test , db.test ", web("db.test", 80, false), "Go and curl", "NO_PROXY has db.test"},
		{"in upper case", "DB.TEST", web("db.test", 80, false), "Go and curl", "NO_PROXY has DB.TEST"},
		{"a suffix", "test", web("db.test", 80, false), "Go and curl", "NO_PROXY has test"},
		{"a suffix with a dot", ".test", web("db.test", 80, false), "Go and curl", "NO_PROXY has .test"},
		{"no suffix of labels", "b.test", web("db.test", 80, false), "Go and curl", ""},
		{"the name behind a dot", ".db.test", web("db.test", 80, false), "Go and curl", "NO_PROXY has .db.test"}, // curl takes it so
		{"everything", "*", web("db.test", 80, false), "Go and curl", "NO_PROXY has *"},
		{"with its port", "db.test:8080", web("db.test", 8080, false), "Go and curl", "NO_PROXY has db.test:8080"},
		{"with another port", "db.test:8080", web("db.test", 80, false), "Go and curl", ""},
		{"a network", "192.0.2.0/24", web("192.0.2.7", 443, true), "Go and curl", "NO_PROXY has 192.0.2.0/24"},
		{"another network", "192.0.3.0/24", web("192.0.2.7", 443, true), "Go and curl", ""},
		{"an IPv6 network", "2001:db8::/32", web("2001:db8::1", 443, true), "Go and curl", "NO_PROXY has 2001:db8::/32"},
		{"the address", "192.0.2.7", web("192.0.2.7", 80, false), "Go and curl", "NO_PROXY has 192.0.2.7"},
		{"garbage", ", ,[,/,:,%", web("db.test", 80, false), "Go and curl", ""},
		{"loopback for Go", "", web("127.0.0.1", 80, false), "Go", goRule},
		{"localhost for Go", "", web("localhost", 80, false), "Go", goRule},
		{"loopback for curl, too", "", web("127.0.0.1", 80, false), "Go and curl", ""},
		{"the list is before the rule", "localhost", web("localhost", 80, false), "Go", "NO_PROXY has localhost"},
		// Go's rule for loopback must not hide what the list says to curl.
		{"everything, for loopback", "*", web("localhost", 80, false), "Go and curl", "NO_PROXY has *"},
		{"localhost in upper case", "LOCALHOST", web("localhost", 80, false), "Go and curl", "NO_PROXY has LOCALHOST"},
		{"the loopback network", "127.0.0.0/8", web("127.0.0.1", 80, false), "Go and curl", "NO_PROXY has 127.0.0.0/8"},
		{"another network, for loopback", "10.0.0.0/8", web("127.0.0.1", 80, false), "Go and curl", ""},
		{"loopback with its port", "localhost:8080", web("localhost", 8080, false), "Go and curl", "NO_PROXY has localhost:8080"},
		{"loopback with another port", "localhost:8080", web("localhost", 80, false), "Go and curl", ""},
		{"below localhost", ".localhost", web("app.localhost", 80, false), "Go and curl", "NO_PROXY has .localhost"},
		{"an address is no suffix", "0.1", web("127.0.0.1", 80, false), "Go and curl", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := &Env{Getenv: func(name string) string { return map[string]string{"NO_PROXY": test.list}[name] }}
			scheme := "http"
			if test.target.TLS {
				scheme = "https"
			}
			if got := exempt(env, scheme, test.target, test.readers); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	t.Run("lower case is before upper case", func(t *testing.T) {
		env := &Env{Getenv: func(name string) string {
			return map[string]string{"NO_PROXY": "db.test", "no_proxy": "x.test"}[name]
		}}
		if got := exempt(env, "http", web("db.test", 80, false), "Go and curl"); got != "" {
			t.Errorf("%q", got)
		}
	})
}

// TestProxyDead looks at a proxy that cannot be reached: what is asked of it, and what the facts say.
func TestProxyDead(t *testing.T) {
	for _, test := range []struct {
		name, proxy string
		dials       string // of the proxy
		resolved    bool
		result      fact.Result
	}{
		{"refused", "http://192.0.2.9:3128", "192.0.2.9:3128", true, fact.Reset},
		{"every address of its name", "http://proxy.test:3128", "192.0.2.9:3128 [2001:db8::9]:3128", true, fact.Reset},
		{"its name does not exist", "http://nowhere.test:3128", "", false, ""},
		// A port that is none must not become one that is.
		{"a port too large", "http://192.0.2.9:70000", "192.0.2.9:0", true, fact.Reset},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{}
				n.answer = func(ctx context.Context, d dial) sys.Connected {
					if d.how.Network == "udp" {
						return resolver(ctx, d, zone{})
					}
					return refused(ctx, d)
				}
				root := files(map[string]string{"etc/hosts": "192.0.2.9 proxy.test\n2001:db8::9 proxy.test\n", "etc/resolv.conf": "nameserver 192.0.2.53\n"})
				e := fakeEnv(root, map[string]string{"http_proxy": test.proxy}, n)
				set, emit := gather(web("198.51.100.7", 80, false))
				if err := runProxy(t.Context(), e.real(), set, emit); err != nil {
					t.Fatal(err)
				}
				var dials []string
				for _, d := range n.sent(func(d dial) bool { return d.to.Addr() != netip.MustParseAddr("192.0.2.53") }) {
					dials = append(dials, d.to.String())
				}
				a := only[fact.ProxyAnswer](t, set)
				if got := strings.Join(dials, " "); got != test.dials || a.Resolved != test.resolved || a.Result != test.result || a.Through {
					t.Errorf("dialled %s, and %+v", got, a)
				}
				// The look-up of the proxy's own name must not be taken for the target's.
				if len(given[fact.Lookup](set))+len(given[fact.DNSAnswer](set))+len(given[fact.NameConfig](set)) > 0 {
					t.Errorf("the facts are %+v", set.All())
				}
			})
		})
	}
}
