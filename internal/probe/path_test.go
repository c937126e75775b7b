package probe

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// A road is a made-up way of routers, 10.9.0.1 and so on, to a target.
type road struct {
	length int                                                  // how many hops away the target is
	mute   func(ttl int) bool                                   // the routers that send no ICMP; nil: none
	loop   int                                                  // from this TTL on two routers send packets to each other; 0: they do not
	end    func(context.Context, dial) sys.Connected            // what is at the target
	ports  map[uint16]func(context.Context, dial) sys.Connected // what is at other ports of it
}

func (r road) answer(ctx context.Context, d dial) sys.Connected {
	ttl := d.how.TTL
	switch end, other := r.ports[d.to.Port()]; {
	case ttl > 0 && r.mute != nil && r.mute(ttl) && ttl < r.length:
		return silent(ctx, d)
	case r.loop > 0 && ttl >= r.loop:
		return icmp(router(r.loop+(ttl-r.loop)%2), 11, 0, "EHOSTUNREACH")
	case ttl > 0 && ttl < r.length:
		return icmp(router(ttl), 11, 0, "EHOSTUNREACH")
	case other:
		return end(ctx, d)
	}
	return r.end(ctx, d)
}

func router(ttl int) netip.Addr { return netip.AddrFrom4([4]byte{10, 9, 0, byte(ttl)}) }

// unreachable is what the last router says of a host that is not there.
func unreachable(context.Context, dial) sys.Connected { return icmp(router(99), 3, 1, "EHOSTUNREACH") }

// ttls gives the TTLs of the SYNs in the order in which they were sent.
func ttls(n *network) string {
	var list []string
	for _, d := range n.sent(func(d dial) bool { return d.how.TTL > 0 }) {
		list = append(list, fmt.Sprint(d.how.TTL))
	}
	return strings.Join(list, " ")
}

// hopsOf writes hops as "1:10.9.0.1", "2:-" for silence.
func hopsOf(hops []fact.Hop) string {
	var list []string
	for _, h := range hops {
		from := "-"
		if h.From.IsValid() {
			from = h.From.String()
		}
		list = append(list, fmt.Sprintf("%d:%s", h.TTL, from))
	}
	return strings.Join(list, " ")
}

func TestGallop(t *testing.T) {
	// How many SYNs may be spent: 1, 2, 4 and so on until the target answers, and then halves.
	most := map[int]int{1: 1, 2: 2, 3: 4, 4: 4, 5: 6, 6: 6, 7: 6, 8: 6, 9: 8, 10: 8, 11: 8, 12: 8, 16: 8, 17: 10, 30: 10}
	for length, syns := range most {
		for name, mute := range map[string]func(int) bool{"all answer": nil, "the routers are mute": func(int) bool { return true }, "every other one is mute": func(ttl int) bool { return ttl%2 == 0 }} {
			t.Run(fmt.Sprintf("%d hops, %s", length, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := &network{answer: road{length: length, mute: mute, end: refused}.answer}
					env := fakeEnv(nil, nil, n)
					hops := gallop(t.Context(), env.real(), farPort, hopPatience)
					p := fact.Path{Hops: hops}
					end, ok := p.End()
					_, before := p.At(length - 1)
					if !ok || end.TTL != length || end.From != far || end.Result != fact.Reset || length > 1 && !before {
						t.Errorf("the end is %+v: %s", end, hopsOf(hops))
					}
					if len(n.dials) > syns {
						t.Errorf("%d SYNs: %s", len(n.dials), ttls(n))
					}
					if !slices.IsSortedFunc(hops, func(a, b fact.Hop) int { return a.TTL - b.TTL }) || len(hops) != len(n.dials) {
						t.Errorf("the hops are not in order: %s", hopsOf(hops))
					}
				})
			})
		}
	}
	t.Run("no end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := &network{answer: silent}
			env := fakeEnv(nil, nil, n)
			gallop(t.Context(), env.real(), farPort, hopPatience)
			if got := ttls(n); got != "1 2 4 8 16 30" {
				t.Errorf("SYNs of TTL %s", got)
			}
		})
	})
	t.Run("the look ends", func(t *testing.T) {
		n := &network{answer: road{length: 12, end: refused}.answer}
		env := fakeEnv(nil, nil, n)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if gallop(ctx, env.real(), farPort, hopPatience); len(n.dials) > 1 {
			t.Errorf("%d SYNs were sent afterwards", len(n.dials))
		}
	})
}

func TestWalk(t *testing.T) {
	for _, test := range []struct {
		name string
		road road
		want string
	}{
		{"to a router that says no", road{length: 4, end: unreachable}, "1:10.9.0.1 2:10.9.0.2 3:10.9.0.3 4:10.9.0.99"},
		{"to the target", road{length: 3, end: refused}, "1:10.9.0.1 2:10.9.0.2 3:198.51.100.7"},
		{"one mute router", road{length: 4, mute: func(ttl int) bool { return ttl == 2 }, end: unreachable}, "1:10.9.0.1 2:- 3:10.9.0.3 4:10.9.0.99"},
		{"mute ones, but never two in a row", road{length: 5, mute: func(ttl int) bool { return ttl%2 == 0 }, end: unreachable}, "1:10.9.0.1 2:- 3:10.9.0.3 4:- 5:10.9.0.99"},
		{"two mute ones end it", road{length: 9, mute: func(ttl int) bool { return ttl >= 3 }, end: unreachable}, "1:10.9.0.1 2:10.9.0.2 3:- 4:-"},
		{"nothing answers", road{length: 9, mute: func(int) bool { return true }, end: silent}, "1:- 2:-"},
		{"a loop, at the third sight", road{length: 40, loop: 2}, "1:10.9.0.1 2:10.9.0.2 3:10.9.0.3 4:10.9.0.2 5:10.9.0.3 6:10.9.0.2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{answer: test.road.answer}
				env := fakeEnv(nil, nil, n)
				hops := walk(t.Context(), env.real(), farPort, hopPatience)
				if got := hopsOf(hops); got != test.want {
					t.Errorf("%s, want %s", got, test.want)
				}
				if len(n.dials) != len(hops) {
					t.Errorf("%d SYNs for %d hops", len(n.dials), len(hops))
				}
			})
		})
	}
}

func TestWalkIntoSilence(t *testing.T) {
	behind := func(n int) func(int) bool { return func(ttl int) bool { return ttl > n } }
	for _, test := range []struct {
		name string
		road road
		want string // of the hops; "n hops": so many
		syns int
	}{
		{"total silence", road{length: 99, mute: behind(0), end: silent}, "1:- 2:- 3:- 4:- 5:- 6:- 7:- 8:-", 8},
		{"silent behind the second router", road{length: 99, mute: behind(2), end: silent}, "1:10.9.0.1 2:10.9.0.2 3:- 4:- 5:- 6:- 7:- 8:- 9:- 10:- 11:- 12:-", 12},
		{"one that answers in the second round", road{length: 99, mute: func(ttl int) bool { return ttl != 6 }, end: silent}, "16 hops", 16},
		{"the target answers after all", road{length: 3, end: refused}, "1:10.9.0.1 2:10.9.0.2 3:198.51.100.7", 4},
		{"a router says no", road{length: 6, end: unreachable}, "1:10.9.0.1 2:10.9.0.2 3:10.9.0.3 4:10.9.0.4 5:10.9.0.5 6:10.9.0.99", 8},
		{"a loop", road{length: 99, loop: 2}, "8 hops", 8},
		// --plan promises at most 30.
		{"longer than any way", road{length: 99, end: silent}, "30 hops", 30},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{answer: test.road.answer}
				env := fakeEnv(nil, nil, n)
				begin := time.Now()
				hops := walkIntoSilence(t.Context(), env.real(), farPort)
				if got := hopsOf(hops); got != test.want && fmt.Sprintf("%d hops", len(hops)) != test.want {
					t.Errorf("%s, want %s", got, test.want)
				}
				if len(n.dials) != test.syns || len(n.sent(func(d dial) bool { return d.how.TTL > maxTTL })) > 0 {
					t.Errorf("%d SYNs: %s", len(n.dials), ttls(n))
				}
				if took, rounds := time.Since(begin), time.Duration(test.syns+atOnce-1)/atOnce; took > rounds*hopPatience {
					t.Errorf("it took %v for %d rounds", took, rounds)
				}
			})
		})
	}
}

// TestRunPath chooses the way of walking by how the attempt ended, and compares with another port where that tells something.
func TestRunPath(t *testing.T) {
	route := fact.Route{To: far, Type: "unicast", Gateway: gateAt, Interface: "eth0"}
	ended := func(r fact.Result) fact.Handshake {
		return fact.Handshake{Seen: fact.About(farPort), Attempt: fact.Attempt{To: farPort, Network: "tcp", Result: r, Took: fact.Duration(time.Millisecond)}}
	}
	prohibited := ended(fact.ICMP)
	prohibited.ICMP, prohibited.Local = &fact.ICMPError{From: router(2), Type: 3, Code: 13}, netip.AddrPortFrom(ownAddr, 40000)
	unanswered := fact.Unanswered{Seen: fact.About(farPort), To: farPort}
	open := fact.OtherPort{Seen: fact.About(farPort), Attempt: fact.Attempt{To: netip.AddrPortFrom(far, 22), Result: fact.Accepted}}
	silentBehind := func(n int) func(int) bool { return func(ttl int) bool { return ttl > n } }
	for _, test := range []struct {
		name  string
		facts []fact.Fact
		road  road
		want  []string // each path: the port, and its hops
	}{
		{"refused: by galloping", []fact.Fact{route, ended(fact.Reset)}, road{length: 3, end: refused},
			[]string{"5432 1:10.9.0.1 2:10.9.0.2 3:198.51.100.7 4:198.51.100.7"}},
		{"refused at the first hop: does it refuse all?", []fact.Fact{route, ended(fact.Reset)},
			road{length: 1, end: refused, ports: map[uint16]func(context.Context, dial) sys.Connected{closedPort: unreachable}},
			[]string{"5432 1:198.51.100.7", "9 1:10.9.0.99"}},
		{"prohibited: hop by hop", []fact.Fact{route, prohibited}, road{length: 2, end: func(context.Context, dial) sys.Connected { return icmp(router(2), 3, 13, "EHOSTUNREACH") }},
			[]string{"5432 1:10.9.0.1 2:10.9.0.2"}},
		{"silence, and no other port answers", []fact.Fact{route, unanswered}, road{length: 99, mute: silentBehind(1), end: silent},
			[]string{"5432 1:10.9.0.1 2:- 3:- 4:- 5:- 6:- 7:- 8:- 9:- 10:- 11:- 12:-"}},
		{"silence, and another port answers behind it", []fact.Fact{route, unanswered, open},
			road{length: 2, end: silent, ports: map[uint16]func(context.Context, dial) sys.Connected{22: refused}},
			[]string{"5432 1:10.9.0.1 2:- 3:- 4:- 5:- 6:- 7:- 8:- 9:- 10:- 11:- 12:-", "22 2:198.51.100.7"}},
		{"and at most three hops behind it", []fact.Fact{route, ended(fact.Silent), unanswered, open}, road{length: 99, mute: silentBehind(1), end: silent},
			[]string{"5432 1:10.9.0.1 2:- 3:- 4:- 5:- 6:- 7:- 8:- 9:- 10:- 11:- 12:-", "22 2:- 3:- 4:-"}},
		{"accepted: there is nothing to find", []fact.Fact{route, unanswered, ended(fact.Accepted)}, road{length: 1, end: refused}, nil},
		{"of this machine", []fact.Fact{fact.Route{To: far, Type: "local"}, ended(fact.Reset)}, road{length: 1, end: refused}, nil},
		{"on the link", []fact.Fact{fact.Route{To: far, Type: "unicast"}, ended(fact.Reset)}, road{length: 1, end: refused}, []string{"5432 1:198.51.100.7"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{answer: test.road.answer}
				env := fakeEnv(nil, nil, n)
				set, emit := gather(tcp("198.51.100.7", 5432))
				emit(test.facts...)
				if err := runPath(t.Context(), env.real(), set, emit); err != nil {
					t.Error(err)
				}
				var got []string
				for _, p := range given[fact.Path](set) {
					if p.About != farPort {
						t.Errorf("the path is about %v", p.About)
					}
					got = append(got, fmt.Sprintf("%d %s", p.Port, hopsOf(p.Hops)))
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("%q\nwant %q", got, test.want)
				}
				if wanted := wayThere.When(nil, set); wanted != (test.want != nil) {
					t.Errorf("When says %v", wanted)
				}
			})
		})
	}
}
