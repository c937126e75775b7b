package probe

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// TestWhoSaysNo finds the entry behind the kernel's error, which the query itself does not tell.
func TestWhoSaysNo(t *testing.T) {
	prefix := netip.MustParsePrefix
	standard := []sys.Rule{{Priority: 0, Type: "unicast", Table: 255, Text: "0: from all lookup 255"}, {Priority: 32766, Type: "unicast", Table: 254, Text: "32766: from all lookup 254"},
		{Priority: 32767, Type: "unicast", Table: 253, Text: "32767: from all lookup 253"}}
	entry := func(typ, to string, table, metric int) sys.Route {
		return sys.Route{Type: typ, Prefix: prefix(to), Table: table, Metric: metric}
	}
	for _, test := range []struct {
		name, errno string
		rules       []sys.Rule
		routes      []sys.Route
		want        string // type, prefix, table, rule
	}{
		{"blackhole", "EINVAL", standard, []sys.Route{entry("unicast", "0.0.0.0/0", 254, 0), entry("blackhole", "198.51.100.0/24", 254, 0)}, "blackhole 198.51.100.0/24 254"},
		{"prohibit", "EACCES", standard, []sys.Route{entry("prohibit", "198.51.100.7/32", 254, 0)}, "prohibit 198.51.100.7/32 254"},
		{"unreachable", "EHOSTUNREACH", standard, []sys.Route{entry("unreachable", "0.0.0.0/0", 254, 0)}, "unreachable 0.0.0.0/0 254"},
		{"the longest prefix decides", "EINVAL", standard, []sys.Route{entry("blackhole", "198.51.0.0/16", 254, 0), entry("unicast", "198.51.100.0/24", 254, 0)}, ""},
		{"the smaller metric decides", "EINVAL", standard, []sys.Route{entry("unicast", "198.51.100.0/24", 254, 20), entry("blackhole", "198.51.100.0/24", 254, 10)}, "blackhole 198.51.100.0/24 254"},
		{"by a rule of its own", "EACCES", append([]sys.Rule{{Priority: 100, Type: "prohibit", To: prefix("198.51.100.0/24"), Text: "100: from all to 198.51.100.0/24 prohibit"}}, standard...), nil,
			"prohibit 198.51.100.0/24 0 100: from all to 198.51.100.0/24 prohibit"},
		{"a rule for another destination", "EACCES", append([]sys.Rule{{Priority: 100, Type: "prohibit", To: prefix("192.0.2.0/24")}}, standard...), nil, ""},
		{"a rule that looks into another table", "EINVAL", append([]sys.Rule{{Priority: 100, Type: "unicast", Table: 77, Text: "100: from all lookup 77"}}, standard...),
			[]sys.Route{entry("blackhole", "0.0.0.0/0", 77, 0)}, "blackhole 0.0.0.0/0 77 100: from all lookup 77"},
		{"a rule of the type unreachable", "ENETUNREACH", append([]sys.Rule{{Priority: 100, Type: "unreachable", To: prefix("198.51.100.0/24"), Text: "100: unreachable"}}, standard...), nil, "unreachable 198.51.100.0/24 0 100: unreachable"},
		{"a rule for another source", "EACCES", append([]sys.Rule{{Priority: 50, Type: "unicast", Table: 50, From: prefix("203.0.113.0/24"), Text: "50: from 203.0.113.0/24 lookup 50"},
			{Priority: 100, Type: "prohibit", Text: "100: from all prohibit"}}, standard...), []sys.Route{entry("prohibit", "0.0.0.0/0", 50, 0)}, "prohibit invalid Prefix 0 100: from all prohibit"},
		{"a rule for another port", "EACCES", append([]sys.Rule{{Priority: 50, Type: "prohibit", FirstPort: 1, LastPort: 2, Text: "50: dport 1-2 prohibit"}}, standard...), nil, ""},
		{"a rule for this port", "EACCES", append([]sys.Rule{{Priority: 50, Type: "prohibit", Protocol: 6, FirstPort: 5432, LastPort: 5432, Text: "50: dport 5432 prohibit"}}, standard...), nil, "prohibit invalid Prefix 0 50: dport 5432 prohibit"},
		{"a rule that looks at more", "EACCES", append([]sys.Rule{{Priority: 50, Type: "prohibit", Text: "50: and more prohibit"}, {Priority: 100, Type: "prohibit", Text: "100: prohibit"}}, standard...), nil, "invalid Prefix 0 50: and more prohibit"},
		{"no route at all is nobody's word", "ENETUNREACH", standard, []sys.Route{entry("unreachable", "0.0.0.0/0", 254, 0)}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := fakeEnv(nil, nil, &network{answer: refused})
			for i := range test.rules {
				test.rules[i].Plain = !strings.Contains(test.rules[i].Text, "and more")
			}
			env.Kernel.RouteTo = func(netip.AddrPort, string) (sys.Route, string, error) { return sys.Route{}, test.errno, nil }
			env.Kernel.Rules = func(bool) ([]sys.Rule, error) { return test.rules, nil }
			env.Kernel.RoutesCovering = func(netip.Addr) ([]sys.Route, error) { return test.routes, nil }
			r, err := routeFact(env.real(), farPort, "tcp")
			got := ""
			if r.Type != "" || r.Rule != "" {
				got = strings.TrimSpace(fmt.Sprintf("%s %v %d %s", r.Type, r.Prefix, r.Table, r.Rule))
			}
			if got != test.want || err != nil || r.Errno != test.errno {
				t.Errorf("%q, want %q; %+v, %v", got, test.want, r, err)
			}
		})
	}
}

// TestRoute gives the route, the choices beside it, and every interface.
func TestRoute(t *testing.T) {
	chosen := sys.Route{Type: "unicast", Prefix: netip.MustParsePrefix("0.0.0.0/0"), Gateway: gateAt, Interface: "eth0", Table: 254}
	vpn := sys.Route{Type: "unicast", Prefix: netip.MustParsePrefix("198.51.100.0/24"), Interface: "tun0", Table: 77}
	env := fakeEnv(files(map[string]string{"proc/sys/net/ipv6/conf/eth0/disable_ipv6": "1\n", "proc/sys/net/ipv6/conf/br0/disable_ipv6": "0\n"}), nil, &network{answer: refused})
	env.Kernel.RoutesCovering = func(netip.Addr) ([]sys.Route, error) {
		return []sys.Route{chosen, vpn, {Type: "local", Prefix: netip.MustParsePrefix("198.51.100.7/32")}, {Type: "multicast"}}, nil
	}
	env.Kernel.Interfaces = func() ([]sys.Interface, error) {
		return []sys.Interface{{Name: "eth0", Index: 2, Master: 3}, {Name: "br0", Index: 3, Type: "bridge"}, {Name: "eth1", Index: 4, Master: 3}}, nil
	}
	set, emit := gather(tcp("198.51.100.7", 5432))
	emit(fact.Lookup{Addrs: []netip.Addr{far}})
	if err := runRoute(t.Context(), env.real(), set, emit); err != nil {
		t.Error(err)
	}
	if r := only[fact.Route](t, set); r.About != farPort || r.Gateway != gateAt || r.NextHop() != gateAt {
		t.Errorf("%+v", r)
	}
	if c := only[fact.RouteChoice](t, set); c.Interface != "tun0" || c.Prefix != vpn.Prefix || c.About != farPort {
		t.Errorf("%+v", c)
	}
	for _, i := range given[fact.Interface](set) {
		if i.IPv6Disabled != (i.Name == "eth0") || (i.Master == "br0") != (i.Name != "br0") || i.Name == "br0" && i.Ports != 2 {
			t.Errorf("%+v", i)
		}
	}
}

// TestNeighbour watches the next hop while the attempt is unanswered.
func TestNeighbour(t *testing.T) {
	for _, test := range []struct {
		name     string
		root     map[string]string
		states   func(after time.Duration) sys.Neighbour
		state    string
		requests int
		missing  bool
	}{
		{"it is there", nil, func(time.Duration) sys.Neighbour { return sys.Neighbour{State: "reachable", MAC: "02:00:00:00:00:01"} }, "reachable", 0, false},
		{"the kernel gave up", nil, func(time.Duration) sys.Neighbour { return sys.Neighbour{State: "failed", Probes: 6} }, "failed", 3, true},
		{"it is found late", nil, func(after time.Duration) sys.Neighbour {
			if after < 500*time.Millisecond {
				return sys.Neighbour{State: "incomplete", Probes: 4}
			}
			return sys.Neighbour{State: "reachable"}
		}, "reachable", 0, false},
		{"asked three times in vain", nil, func(time.Duration) sys.Neighbour { return sys.Neighbour{State: "incomplete", Probes: 6} }, "incomplete", 3, true},
		{"this kernel counts otherwise", map[string]string{"proc/sys/net/ipv4/neigh/eth0/ucast_solicit": "1\n"},
			func(time.Duration) sys.Neighbour { return sys.Neighbour{State: "failed", Probes: 4} }, "failed", 3, true},
		{"what it counts cannot be read", map[string]string{"proc/sys/net/ipv4/neigh/eth0/ucast_solicit": "x\n"},
			func(time.Duration) sys.Neighbour { return sys.Neighbour{State: "failed", Probes: 2} }, "failed", 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				s, _ := look(t, tcp("198.51.100.7", 5432), silent, func(e *Env) {
					e.Root = files(test.root)
					e.Kernel.NeighbourOf = func(a netip.Addr, name string) (sys.Neighbour, error) {
						if a != gateAt || name != "eth0" {
							t.Errorf("asked for %v on %s, and not for the gateway", a, name)
						}
						return test.states(time.Since(begin)), nil
					}
				})
				n := only[fact.Neighbour](t, s)
				if n.State != test.state || n.Requests != test.requests || n.Missing() != test.missing || n.About != farPort {
					t.Errorf("%+v", n)
				}
				if h := only[fact.Handshake](t, s); test.missing != (time.Duration(h.Took) < Patience) {
					t.Errorf("the attempt took %v", h.Took)
				}
			})
		})
	}
}

// TestOnLink chooses the next hops that are worth an ARP request.
func TestOnLink(t *testing.T) {
	reset := fact.Handshake{Seen: fact.About(farPort), Attempt: fact.Attempt{To: farPort, Network: "tcp", Result: fact.Reset}}
	unanswered := fact.Unanswered{Seen: fact.About(farPort), To: farPort}
	direct := fact.Route{To: far, Type: "unicast", Interface: "eth0", Source: ownAddr}
	behind := direct
	behind.Gateway = gateAt
	v6 := direct
	v6.Source = netip.MustParseAddr("2001:db8::2")
	broken := direct
	broken.Errno = "EHOSTUNREACH"
	for _, test := range []struct {
		name  string
		facts []fact.Fact
		want  string
	}{
		{"a target on the link refuses", []fact.Fact{direct, reset}, "198.51.100.7"},
		{"a target on the link is silent", []fact.Fact{direct, unanswered}, "198.51.100.7"},
		{"a gateway with a silent target behind it", []fact.Fact{behind, unanswered}, "10.0.0.1"},
		{"a gateway works, since the target behind it refuses", []fact.Fact{behind, unanswered, reset}, ""},
		{"no ARP without IPv4", []fact.Fact{v6, reset}, ""},
		{"there is no route", []fact.Fact{broken, reset}, ""},
		{"each next hop once", []fact.Fact{behind, unanswered, fact.Unanswered{To: netip.AddrPortFrom(far, 80)}}, "10.0.0.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, emit := gather(tcp("198.51.100.7", 5432))
			emit(test.facts...)
			var got []string
			for _, r := range onLink(set) {
				got = append(got, r.NextHop().String())
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			var asked []string
			env := fakeEnv(nil, nil, &network{answer: refused})
			env.Kernel.WhoHas = func(a, own netip.Addr, name string, _ time.Duration) ([]string, error) {
				asked = append(asked, fmt.Sprint(a, " as ", own, " on ", name))
				return []string{"02:00:00:00:00:01", "02:00:00:00:00:02"}, nil
			}
			if err := runOwners(t.Context(), env.real(), set, emit); err != nil {
				t.Error(err)
			}
			if test.want != "" && (len(asked) != 1 || asked[0] != test.want+" as 10.0.0.2 on eth0" || len(only[fact.LinkAnswer](t, set).MACs) != 2) {
				t.Errorf("asked %v", asked)
			}
		})
	}
}
