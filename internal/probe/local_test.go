package probe

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// TestPorts counts the local ports in use where the kernel found none.
func TestPorts(t *testing.T) {
	s, _ := look(t, tcp("198.51.100.7", 5432), func(context.Context, dial) sys.Connected {
		return sys.Connected{Step: "connect", Errno: "EADDRNOTAVAIL"}
	}, func(e *Env) {
		e.Root = files(map[string]string{"proc/sys/net/ipv4/ip_local_port_range": "40000\t40008\n", "proc/sys/net/ipv4/ip_local_reserved_ports": "22,40004-40007\n"})
		e.Kernel.AllListening = func() ([]sys.Socket, error) {
			return []sys.Socket{{Local: netip.AddrPortFrom(ownAddr, 40002)}, {Local: netip.AddrPortFrom(ownAddr, 80)}, {Local: netip.AddrPortFrom(ownAddr, 40005)}}, nil
		}
		e.Kernel.SocketsTo = func(to netip.AddrPort) ([]sys.Socket, error) {
			var list []sys.Socket
			for i, port := range []uint16{40000, 40001, 40001, 40003, 22, 40004} { // one port twice, one outside the range, and one reserved
				s := sys.Socket{Local: netip.AddrPortFrom(ownAddr, port), Remote: to, State: sys.StateTimeWait}
				if i == 0 {
					s.State = sys.StateEstablished
				}
				list = append(list, s)
			}
			return list, nil
		}
	})
	if u := only[fact.PortUse](t, s); u.Range != 5 || u.Used != 4 || u.TimeWait != 2 || u.Listened != 1 {
		t.Errorf("%+v", u)
	}
	if h := only[fact.Handshake](t, s); h.Result != fact.Failed || len(given[fact.OtherPort](s)) > 0 {
		t.Errorf("%+v, and %d other ports", h, len(given[fact.OtherPort](s)))
	}
}

// TestOtherAddress tries the addresses that may have been meant, and no others.
func TestOtherAddress(t *testing.T) {
	onLinux(t)
	for _, test := range []struct {
		name      string
		target    target.Target
		hosts     string
		zone      zone
		variables map[string]string
		want      string // of the other addresses: why, and which
	}{
		{"an address has no other", tcp("198.51.100.7", 5432), "", nil, nil, ""},
		{"the other loopback address", tcp("127.0.0.1", 5432), "", nil, nil, "loopback ::1"},
		{"the other way round", tcp("::1", 5432), "", nil, nil, "loopback 127.0.0.1"},
		{"localhost has both already", tcp("localhost", 5432), "", nil, nil, ""},
		{"in a container: the gateway", tcp("127.0.0.1", 5432), "", nil, map[string]string{"container": "lxc"}, "loopback ::1, gateway 10.0.0.1"},
		{"the other IP version", target.Target{Host: "db.test", Port: 5432, Network: "tcp", Family: "ip4"}, "2001:db8::1 db.test\n198.51.100.7 db.test\n", nil, nil, "family 2001:db8::1"},
		{"what the name servers say", tcp("db.test", 5432), "198.51.100.7 db.test\n", zone{"A db.test": "198.51.100.8 198.51.100.7", "AAAA db.test": ""}, nil, "dns 198.51.100.8"},
		{"bounded", tcp("db.test", 5432), "198.51.100.7 db.test\n", zone{"A db.test": "198.51.100.11 198.51.100.12 198.51.100.13 198.51.100.14 198.51.100.15 198.51.100.16", "AAAA db.test": ""}, nil,
			"dns 198.51.100.11, dns 198.51.100.12, dns 198.51.100.13, dns 198.51.100.14"},
		{":port has loopback beside", target.Target{Port: 5432, Network: "tcp", This: true}, "", nil, nil, "loopback 127.0.0.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, n := look(t, test.target, func(ctx context.Context, d dial) sys.Connected {
					if d.to.Port() == 53 && test.zone != nil {
						return resolver(ctx, d, test.zone)
					}
					return refused(ctx, d)
				}, func(e *Env) {
					// The sysctl marks the initial network namespace: what is looked from is no container by itself.
					e.Root = files(map[string]string{"etc/hosts": test.hosts, "etc/resolv.conf": one, "proc/sys/net/core/netdev_budget": "300\n"})
					e.Getenv = func(name string) string { return test.variables[name] }
					e.Kernel.RoutesCovering = func(netip.Addr) ([]sys.Route, error) {
						return []sys.Route{{Type: "unicast", Prefix: netip.MustParsePrefix("0.0.0.0/0"), Gateway: gateAt, Interface: "eth0"}}, nil
					}
				})
				var got []string
				for _, o := range given[fact.OtherAddress](s) {
					got = append(got, o.Why+" "+o.To.Addr().String())
					if syns(n, o.To) != 1 || o.To.Port() != 5432 || o.Result != fact.Reset {
						t.Errorf("%d SYNs, %+v", syns(n, o.To), o)
					}
				}
				if got := strings.Join(got, ", "); got != test.want {
					t.Errorf("%q, want %q", got, test.want)
				}
			})
		})
	}
}

// TestAuthority asks the zone's own server where the address of the cache leads to nothing.
func TestAuthority(t *testing.T) {
	onLinux(t)
	synctest.Test(t, func(t *testing.T) {
		cache := zone{"A www.db.test": "198.51.100.7", "AAAA www.db.test": "", "NS www.db.test": "", "NS db.test": "ns1.test ns2.test ns3.test",
			"A ns1.test": "192.0.2.1", "A ns2.test": "192.0.2.2", "A ns3.test": "192.0.2.3"}
		own := zone{"A www.db.test": "198.51.100.9", "AAAA www.db.test": ""}
		s, n := look(t, tcp("www.db.test", 5432), func(ctx context.Context, d dial) sys.Connected {
			switch {
			case d.to.Port() != 53:
				return refused(ctx, d)
			case d.to.Addr() == netip.MustParseAddr("192.0.2.53"):
				return resolver(ctx, d, cache)
			}
			return resolver(ctx, d, own)
		}, func(e *Env) { e.Root = files(map[string]string{"etc/resolv.conf": one}) })
		servers := map[string]int{}
		for _, a := range given[fact.DNSAnswer](s) {
			if a.Purpose == fact.DNSAuthority {
				servers[a.Server.Addr().String()]++
			}
		}
		if !maps.Equal(servers, map[string]int{"192.0.2.1": 2, "192.0.2.2": 2}) { // at most two servers, both types each
			t.Errorf("the servers of the zone that were asked: %v", servers)
		}
		others := given[fact.OtherAddress](s)
		if len(others) == 0 || others[0].Why != fact.ByAuthority || others[0].To.Addr().String() != "198.51.100.9" {
			t.Errorf("%+v, %v", others, n.dials)
		}
	})
}

func TestUnixSocket(t *testing.T) {
	on := func(b bool) *bool { return &b }
	root := fstest.MapFS{
		"run/db/x.sock":     {Mode: fs.ModeSocket | 0o660, Sys: sys.Owner{UID: 7, GID: 8}},
		"run/db/plain.file": {Data: []byte("x"), Mode: 0o644},
		"run/private/x":     {Mode: fs.ModeSocket | 0o600},
	}
	for _, test := range []struct {
		name, path, errno string
		listeners         []string
		noPass            string // a directory
		want              fact.UnixSocket
	}{
		{"accepted", "/run/db/x.sock", "", []string{"/run/db/x.sock", "/run/other/x.sock", "/run/y.sock"}, "",
			fact.UnixSocket{Exists: true, IsSocket: true, Mode: "Srw-rw----", UID: 7, GID: 8, Listening: on(true), Others: []string{"/run/other/x.sock"}}},
		{"stale", "/run/db/x.sock", "ECONNREFUSED", nil, "", fact.UnixSocket{Exists: true, IsSocket: true, Mode: "Srw-rw----", UID: 7, GID: 8, Listening: on(false)}},
		{"the file may not be written", "/run/db/x.sock", "EACCES", nil, "",
			fact.UnixSocket{Exists: true, IsSocket: true, Mode: "Srw-rw----", UID: 7, GID: 8, Listening: on(false), Denied: "/run/db/x.sock"}},
		{"the directory may not be passed", "/run/private/x", "EACCES", nil, "/run/private", fact.UnixSocket{Exists: true, IsSocket: true, Mode: "Srw-------", Listening: on(false), Denied: "/run/private"}},
		{"a plain file", "/run/db/plain.file", "ECONNREFUSED", nil, "", fact.UnixSocket{Exists: true, Mode: "-rw-r--r--", Listening: on(false)}},
		{"no file", "/run/db/y.sock", "ENOENT", []string{"/run/pg/y.sock"}, "", fact.UnixSocket{Missing: "/run/db/y.sock", Listening: on(false), Others: []string{"/run/pg/y.sock"}}},
		{"no directory", "/run/nowhere/deep/y.sock", "ENOENT", nil, "", fact.UnixSocket{Missing: "/run/nowhere", Listening: on(false)}},
		{"a relative path", "x.sock", "ENOENT", nil, "", fact.UnixSocket{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, n := look(t, target.Target{Network: "unix", Path: test.path}, refused, func(e *Env) {
				e.Root = root
				e.Kernel.ConnectUnix = func(path string) string {
					if path != test.path {
						t.Errorf("connected to %s", path)
					}
					return test.errno
				}
				e.Kernel.MayPass = func(path string, _ bool) bool { return path != test.noPass }
				e.Kernel.ListeningUnix = func(fs.FS) (list []sys.UnixSocket, _ error) {
					for _, l := range test.listeners {
						list = append(list, sys.UnixSocket{Path: l})
					}
					return list, nil
				}
			})
			u := only[fact.UnixSocket](t, s)
			want := test.want
			want.Seen, want.Path, want.Errno = u.Seen, test.path, test.errno
			if got, want := fmt.Sprintf("%+v %v", plain(u), is(u.Listening)), fmt.Sprintf("%+v %v", plain(want), is(want.Listening)); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
			if len(n.dials) > 0 || len(given[fact.Lookup](s)) > 0 {
				t.Errorf("%d dials where there is no network", len(n.dials))
			}
		})
	}
}

// plain leaves the pointer out, so that the rest can be compared as text.
func plain(u fact.UnixSocket) fact.UnixSocket { u.Listening = nil; return u }

func is(b *bool) string {
	if b == nil {
		return "not known"
	}
	return fmt.Sprint(*b)
}

// TestTracking asks the kernel's count only where the target is this machine, for one datagram.
func TestTracking(t *testing.T) {
	root := files(map[string]string{"proc/sys/net/netfilter/nf_conntrack_count": "42\n"})
	s, n := look(t, tcp("10.0.0.2", 5432), refused, func(e *Env) { e.Root = root })
	if c := only[fact.Tracking](t, s); c.Entries != 42 {
		t.Errorf("%+v", c)
	}
	if sent := n.sent(func(d dial) bool { return d.how.Network == "udp" }); len(sent) != 1 || len(sent[0].how.Payload) != 0 {
		t.Errorf("datagrams: %+v", sent)
	}
	s, n = look(t, tcp("198.51.100.7", 5432), refused, func(e *Env) { e.Root = root })
	if sent := n.sent(func(d dial) bool { return d.how.Network == "udp" }); len(sent) != 0 || len(given[fact.Tracking](s)) != 0 {
		t.Errorf("another machine got datagrams: %+v", sent)
	}
}

// TestLookStarved does with one attempt at each address what can be done without file descriptors.
func TestLookStarved(t *testing.T) {
	for _, test := range []struct {
		name   string
		target target.Target
		answer func(context.Context, dial) sys.Connected
		dials  []string
		kinds  []string // beside what the machine is
	}{
		{"an address", tcp("198.51.100.7", 5432), refused, []string{"198.51.100.7:5432"}, []string{"blind", "lookup", "handshake"}},
		{"localhost", tcp("localhost", 5432), refused, []string{"127.0.0.1:5432"}, []string{"blind", "lookup", "handshake"}},
		{"a name cannot be looked up", tcp("db.test", 5432), func(context.Context, dial) sys.Connected { return sys.Connected{Step: "socket", Errno: "EMFILE"} },
			[]string{"127.0.0.1:9"}, []string{"blind", "shortage", "blind"}},
		{"a name, and there is a descriptor left", tcp("db.test", 5432), refused, []string{"127.0.0.1:9"}, []string{"blind", "blind"}},
		{":port is what others reach", target.Target{Port: 5432, Network: "tcp", This: true}, refused, []string{"10.0.0.2:5432"}, []string{"blind", "lookup", "handshake"}},
		{"a name of the hosts file", tcp("web.test", 5432), refused, []string{"198.51.100.9:5432"}, []string{"blind", "lookup", "handshake"}},
		{"a Unix socket", target.Target{Network: "unix", Path: "/run/x"}, refused, nil, []string{"blind", "unix-socket"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := &network{answer: test.answer}
			var dials, kinds []string
			for _, f := range LookStarved(t.Context(), fakeEnv(files(map[string]string{"etc/hosts": "198.51.100.9 web.test\n"}), nil, n), test.target).All() {
				if f.Where().Probe != machine.Name {
					kinds = append(kinds, f.Kind())
				}
			}
			for _, d := range n.dials {
				dials = append(dials, d.to.String())
			}
			if !slices.Equal(dials, test.dials) || !slices.Equal(kinds, test.kinds) {
				t.Errorf("dialled %v, gave %v; want %v, %v", dials, kinds, test.dials, test.kinds)
			}
		})
	}
}
