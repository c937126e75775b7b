package cause

import (
	"testing"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// exMarked403 is a refusal whose mark a server in front of the target could bear as well.
var exMarked403 = fact.ProxyAnswer{Proxy: exProxySet.Proxy, Variable: "http_proxy", Resolved: true, Result: fact.Accepted, Asked: "GET", Status: 403, Own: true,
	Header: map[string]string{"server": "tinyproxy/1.11.1"}}

// TestProxied wants nothing to be proven about a way that the client does not go, and the way through a proxy to be judged as any other.
func TestProxied(t *testing.T) {
	const url = "http://192.0.2.10:5432/"
	via := func(f fact.Fact) fact.Fact { return fact.ThroughProxy(exProxySet.Proxy, f) }
	tunnel := exProxyTunnel
	tunnel.Variable = exProxySet.Variable
	seen := exProxyAnswer(fact.Accepted, 500)
	seen.Through = true
	for _, test := range []struct {
		name, target string
		facts        []fact.Fact
		outcome      Outcome
		id           string
		least, most  Level
	}{
		{"the name is known to the proxy alone", "http://db.test:5432/", []fact.Fact{exProxySet, exSquidDenies, fact.Lookup{Name: "db.test", Result: fact.LookupNoName}},
			Rejected, "dns.nxdomain", Out, Possible},
		{"and that denies it", "http://db.test:5432/", []fact.Fact{exProxySet, exSquidDenies, fact.Lookup{Name: "db.test", Result: fact.LookupNoName}},
			Rejected, "proxy.denies", Proven, Proven},
		{"the proxy and the direct way are refused", url, []fact.Fact{exProxySet, exSquid(503, "ERR_CONNECT_FAIL 111"), exRoute, exReset},
			Refused, "service.not-listening", Possible, Likely},
		{"only the proxy is refused", url, []fact.Fact{exProxySet, exSquid(503, "ERR_CONNECT_FAIL 111"), exRoute, exAccepted, exHTTP(200)},
			Refused, "proxy.env-intercepts", Proven, Proven},
		{"an answer through the proxy, by its mark", url, []fact.Fact{exProxySet, seen, via(exHTTP(500))}, Rejected, "app.internal-error", Likely, Proven},
		{"and without a mark", url, []fact.Fact{exProxySet, exProxyAnswer(fact.Accepted, 500), via(exHTTP(500))}, Rejected, "app.internal-error", Possible, Likely},
		{"what is said directly does not count", url, []fact.Fact{exProxySet, exSquidDenies, exRoute, exAccepted, exHTTP(500)}, Rejected, "app.internal-error", Out, Out},
		{"a 403 with a proxy's mark, and the same directly", url, []fact.Fact{exProxySet, exMarked403, exRoute, exAccepted, exHTTP(403)}, Rejected, "proxy.denies", Possible, Possible},
		{"a tunnel that is closed", url, []fact.Fact{exProxySet, tunnel, via(exHungUp)}, Closed, "service.closes", Possible, Possible},
		{"the proxy could not be asked", url, []fact.Fact{exProxySet, exLocal, exReset, exMachine, fact.Translated{To: exTo, Real: exTo}}, Refused, "firewall.local-output", Out, Possible},
		{"it works through the proxy", url, []fact.Fact{exProxySet, exProxyAnswer(fact.Accepted, 200), via(exHTTP(200)), exRoute, exReset}, OK, "service.not-listening", Out, Out},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := Example{Target: test.target, Client: test.facts}.Set()
			if err != nil {
				t.Fatal(err)
			}
			d := Judge(s)
			if d.Outcome != test.outcome {
				t.Errorf("the outcome is %q, not %q", d.Outcome, test.outcome)
			}
			level := Unknown
			for _, f := range append(append([]Finding{}, d.Causes...), d.RuledOut...) {
				if f.Cause.ID == test.id {
					level = f.Level
				}
			}
			if level < test.least || level > test.most {
				t.Errorf("%s is %s", test.id, level)
			}
		})
	}
}

// TestSettleProxy wants the proxy to be looked at where it is what does not answer.
func TestSettleProxy(t *testing.T) {
	s := fact.NewSet(target.Target{Host: "192.0.2.10", Port: 8000, Network: "tcp", Protocol: "http", Scheme: "http"})
	s.Add(fact.Seen{Side: fact.Client}, exProxySet, exProxyMute)
	d := Judge(s)
	if d.Outcome != Timeout || d.Settle == nil || d.Settle.On != "198.51.100.3" || d.Settle.Command != "ss -tnpi 'sport = :3128'" {
		t.Errorf("%s, %+v", d.Outcome, d.Settle)
	}
}
