package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// look looks at a target from the made-up machine, with every probe.
func look(t *testing.T, to target.Target, answer func(context.Context, dial) sys.Connected, change func(*Env)) (*fact.Set, *network) {
	t.Helper()
	n := &network{answer: answer}
	env := fakeEnv(nil, nil, n)
	if change != nil {
		change(&env)
	}
	return Here{Env: env}.Look(t.Context(), to), n
}

// syns gives the SYNs of full TTL to one address, and attempts those to every other port of the host.
func syns(n *network, to netip.AddrPort) int {
	return len(n.sent(func(d dial) bool { return d.to == to && d.how.TTL == 0 }))
}

func attempts(n *network, to netip.AddrPort) map[uint16]int {
	ports := map[uint16]int{}
	for _, d := range n.sent(func(d dial) bool { return d.to.Addr() == to.Addr() && d.to != to && d.how.TTL == 0 }) {
		ports[d.to.Port()]++
	}
	return ports
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name      string
		timeout   time.Duration
		insistent bool
		syns      int
		after     []time.Duration // of the repetitions that the user's time-out allows
	}{
		{"by default two more SYNs", 0, false, 3, nil},
		{"the time-out alone changes nothing", 20 * time.Second, false, 3, nil},
		{"a user who waits", 20 * time.Second, true, 6, []time.Duration{time.Second, 3 * time.Second, 7 * time.Second}},
		{"a user who waits ten seconds", 10 * time.Second, true, 6, []time.Duration{time.Second, 3 * time.Second, 7 * time.Second}},
		{"a user who waits less", 5 * time.Second, true, 5, []time.Duration{time.Second, 3 * time.Second}},
		{"a user in a hurry", time.Second, true, 3, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				s, n := look(t, tcp("198.51.100.7", 5432), road{length: 3, end: refused}.answer, func(e *Env) { e.Timeout, e.Insistent = test.timeout, test.insistent })
				took := time.Since(begin)
				if h := only[fact.Handshake](t, s); h.Result != fact.Reset || h.To != farPort || h.Errno != "ECONNREFUSED" {
					t.Errorf("%+v", h)
				}
				if got := syns(n, farPort); got != test.syns {
					t.Errorf("%d SYNs to the target, want %d", got, test.syns)
				}
				for i, r := range given[fact.Retry](s) {
					if r.Number != i+2 || r.About != farPort || r.Result != fact.Reset {
						t.Errorf("%+v", r)
					}
					if i >= 2 && time.Duration(r.After) != test.after[i-2] {
						t.Errorf("number %d came after %v, want %v", r.Number, r.After, test.after[i-2])
					}
				}
				if len(given[fact.Retry](s)) != test.syns-1 {
					t.Errorf("%d repetitions are told", len(given[fact.Retry](s)))
				}
				if test.insistent == false && took > 100*time.Millisecond || test.timeout > 0 && took > test.timeout {
					t.Errorf("it took %v", took)
				}
				others := attempts(n, farPort)
				for port, times := range others {
					if times != 1 {
						t.Errorf("%d SYNs to port %d", times, port)
					}
				}
				if len(others) == 0 || len(others) > 5 || len(given[fact.OtherPort](s)) != len(others) {
					t.Errorf("other ports: %v, and %d facts", others, len(given[fact.OtherPort](s)))
				}
				if end, ok := only[fact.Path](t, s).End(); !ok || end.TTL != 3 {
					t.Errorf("the end of the path is %+v", end)
				}
				if e := only[fact.Echo](t, s); e.Sent != 1 {
					t.Errorf("%d echo requests where the host has just answered", e.Sent)
				}
			})
		})
	}
}

// TestRefusedOnce wants the repetitions to end once one is accepted.
func TestRefusedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		times := 0
		s, n := look(t, tcp("198.51.100.7", 5432), func(ctx context.Context, d dial) sys.Connected {
			if d.to == farPort && d.how.TTL == 0 {
				if times++; times == 2 { // only one probe at a time dials it
					return sys.Connected{Local: netip.AddrPortFrom(ownAddr, 40000)}
				}
			}
			return refused(ctx, d)
		}, func(e *Env) { e.Timeout, e.Insistent = 20*time.Second, true })
		if r := only[fact.Retry](t, s); r.Result != fact.Accepted || syns(n, farPort) != 2 {
			t.Errorf("%+v, %d SYNs", r, syns(n, farPort))
		}
	})
}

func TestSilent(t *testing.T) {
	onPort22 := func(ctx context.Context, d dial) sys.Connected {
		if d.to.Port() == 22 {
			return refused(ctx, d)
		}
		return silent(ctx, d)
	}
	for _, test := range []struct {
		name   string
		answer func(context.Context, dial) sys.Connected
		change func(*Env)
		ends   time.Duration // the attempt
	}{
		{"nothing answers at all", silent, nil, Patience},
		{"a user who waits", silent, func(e *Env) { e.Timeout, e.Insistent = 20*time.Second, true }, 19700 * time.Millisecond},
		{"another port answers: one repetition is enough", onPort22, nil, ShortPatience},
		{"another port answers, and the user waits", onPort22, func(e *Env) { e.Timeout, e.Insistent = 5*time.Second, true }, 4700 * time.Millisecond},
		{"an echo comes back", silent, func(e *Env) {
			e.Kernel.Echo = func(_ context.Context, _ netip.Addr, n int, _, _ time.Duration) (sys.Echoed, error) {
				return sys.Echoed{Sent: n, Received: n, TTL: 60}, nil
			}
		}, ShortPatience},
		{"nobody on the link", silent, func(e *Env) {
			begin := time.Now()
			e.Kernel.NeighbourOf = func(a netip.Addr, _ string) (sys.Neighbour, error) {
				if time.Since(begin) > 600*time.Millisecond {
					return sys.Neighbour{Addr: a, State: "failed"}, nil
				}
				return sys.Neighbour{Addr: a, State: "incomplete", Probes: 3}, nil
			}
		}, 650 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, n := look(t, tcp("198.51.100.7", 5432), test.answer, test.change)
				h := only[fact.Handshake](t, s)
				if took := time.Duration(h.Took); h.Result != fact.Silent || took < test.ends || took > test.ends+60*time.Millisecond {
					t.Errorf("the attempt ended after %v, not %v: %+v", took, test.ends, h)
				}
				if u := only[fact.Unanswered](t, s); u.To != farPort || time.Duration(u.After) < unansweredAfter || time.Duration(u.After) > unansweredAfter+20*time.Millisecond {
					t.Errorf("%+v", u)
				}
				if syns(n, farPort) != 1 || len(given[fact.Retry](s)) > 0 {
					t.Errorf("%d SYNs to the target: the kernel repeats it by itself", syns(n, farPort))
				}
				if others := attempts(n, farPort); len(others) == 0 || len(others) > 5 {
					t.Errorf("other ports: %v", others)
				}
				if len(given[fact.Path](s)) == 0 || only[fact.Echo](t, s).Sent != 4 {
					t.Errorf("%d paths, %+v", len(given[fact.Path](s)), given[fact.Echo](s))
				}
			})
		})
	}
}

// TestProhibited wants an ICMP error to be taken as it is: it is not tried again, since routers send few of them.
func TestProhibited(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(context.Context, dial) sys.Connected
		paths  string
		dials  int
	}{
		{"by a router", road{length: 2, end: func(context.Context, dial) sys.Connected { return icmp(router(2), 3, 13, "EHOSTUNREACH") }}.answer,
			"1:10.9.0.1 2:10.9.0.2", 3},
		{"by this machine", func(context.Context, dial) sys.Connected { return icmp(ownAddr, 3, 13, "EHOSTUNREACH") }, "", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, n := look(t, tcp("198.51.100.7", 5432), test.answer, nil)
				if h := only[fact.Handshake](t, s); h.Result != fact.ICMP || !h.ICMP.Prohibited() {
					t.Errorf("%+v", h)
				}
				var paths []string
				for _, p := range given[fact.Path](s) {
					paths = append(paths, hopsOf(p.Hops))
				}
				if got := strings.Join(paths, ", "); got != test.paths || len(n.dials) != test.dials {
					t.Errorf("%d SYNs; paths %s", len(n.dials), got)
				}
				if n := len(given[fact.OtherPort](s)) + len(given[fact.Retry](s)) + len(given[fact.Echo](s)); n > 0 {
					t.Errorf("%d facts of probes that should not look", n)
				}
			})
		})
	}
}

// TestAccepted wants nothing but the exchange to follow where the connection is accepted.
func TestAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, n := look(t, tcp("198.51.100.7", 22), func(context.Context, dial) sys.Connected {
			return sys.Connected{Local: netip.AddrPortFrom(ownAddr, 40000), RTT: time.Millisecond, Conn: serve(func(c net.Conn) { says(c, "SSH-2.0-OpenSSH_9.2p1\r\n") })}
		}, nil)
		if h := only[fact.Handshake](t, s); h.Result != fact.Accepted || len(n.dials) != 1 {
			t.Errorf("%+v, %d dials", h, len(n.dials))
		}
		if x := only[fact.Exchange](t, s); string(x.Received) != "SSH-2.0-OpenSSH_9.2p1\r\n" {
			t.Errorf("%+v", x)
		}
		if sp := only[fact.Speaks](t, s); sp.Protocol != "ssh" || sp.Port != 22 {
			t.Errorf("%+v", sp)
		}
	})
}

// TestNotDialled wants a look that finds no address to send nothing but questions.
func TestNotDialled(t *testing.T) {
	onLinux(t)
	synctest.Test(t, func(t *testing.T) {
		zones := map[string]zone{"192.0.2.53": {}}
		s, n := look(t, tcp("db.test", 5432), resolvers(zones), func(e *Env) { e.Root = files(map[string]string{"etc/resolv.conf": one}) })
		if others := n.sent(func(d dial) bool { return d.to.Port() != 53 }); len(others) > 0 || len(given[fact.Handshake](s)) > 0 {
			t.Errorf("dialled %v", others)
		}
		if l := only[fact.Lookup](t, s); l.Result != fact.LookupNoName {
			t.Errorf("%+v", l)
		}
	})
}

// TestManyAddresses bounds how many addresses of a name are dialled, and wants the two IP versions to be dialled at once.
func TestManyAddresses(t *testing.T) {
	var text strings.Builder
	for i := range 20 {
		fmt.Fprintf(&text, "198.51.100.%d db.test\n", i+1)
	}
	for _, test := range []struct {
		name, hosts, family string
		want                []string
	}{
		{"bounded", text.String(), "", []string{"198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4", "198.51.100.5", "198.51.100.6", "198.51.100.7", "198.51.100.8"}},
		{"both versions", "2001:db8::1 db.test\n198.51.100.1 db.test\n", "", []string{"198.51.100.1", "2001:db8::1"}},
		{"only IPv6", "2001:db8::1 db.test\n198.51.100.1 db.test\n", "ip6", []string{"2001:db8::1"}},
		{"only IPv4", "2001:db8::1 db.test\n198.51.100.1 db.test\n", "ip4", []string{"198.51.100.1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				set, emit := gather(target.Target{Host: "db.test", Port: 5432, Network: "tcp", Family: test.family})
				n := &network{answer: silent}
				env := fakeEnv(files(map[string]string{"etc/hosts": test.hosts}), nil, n)
				e := env.real()
				e.Timeout = time.Second
				r := newResolution(e, set.Target, emit)
				r.give(t.Context(), fromHosts(r.hosts))
				begin := time.Now()
				if err := runHandshake(t.Context(), e, set, emit); err != nil {
					t.Error(err)
				}
				var got []string
				for _, d := range n.dials {
					got = append(got, d.to.Addr().String())
				}
				slices.Sort(got)
				if !slices.Equal(got, test.want) {
					t.Errorf("dialled %v, want %v", got, test.want)
				}
				if took := time.Since(begin); took != 900*time.Millisecond {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestUDP sends one datagram, and takes what comes for what it is.
func TestUDP(t *testing.T) {
	to := target.Target{Host: "198.51.100.7", Port: 53, Network: "udp", Protocol: "dns", Scheme: "dns"}
	for _, test := range []struct {
		name   string
		answer func(context.Context, dial) sys.Connected
		result fact.Result
		heard  int
	}{
		{"an answer", func(context.Context, dial) sys.Connected {
			return sys.Connected{Received: []byte("hello"), Took: time.Millisecond}
		}, fact.Accepted, 1},
		{"a closed port", func(context.Context, dial) sys.Connected { return icmp(far, 3, 3, "ECONNREFUSED") }, fact.ICMP, 0},
		{"silence", silent, fact.Silent, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, n := look(t, to, test.answer, nil)
				if h := only[fact.Handshake](t, s); h.Result != test.result || h.Network != "udp" {
					t.Errorf("%+v", h)
				}
				if len(n.dials) != 1 || n.dials[0].how.Network != "udp" || len(n.dials[0].how.Payload) == 0 {
					t.Errorf("%d dials: %+v", len(n.dials), n.dials)
				}
				if got := given[fact.Exchange](s); len(got) != test.heard || test.heard > 0 && string(got[0].Received) != "hello" {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}
