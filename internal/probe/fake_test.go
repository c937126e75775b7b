package probe

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// The addresses of the made-up machine that the tests look from.
var (
	ownAddr = netip.MustParseAddr("10.0.0.2")
	gateAt  = netip.MustParseAddr("10.0.0.1")
	far     = netip.MustParseAddr("198.51.100.7")
	farPort = netip.AddrPortFrom(far, 5432)
)

// A dial is one call of Env.Connect.
type dial struct {
	to  netip.AddrPort
	how sys.Connecting
}

// A network is the outside: answer plays it, and what was sent is kept.
type network struct {
	mu     sync.Mutex
	dials  []dial
	answer func(context.Context, dial) sys.Connected
}

func (n *network) connect(ctx context.Context, to netip.AddrPort, how sys.Connecting) sys.Connected {
	n.mu.Lock()
	n.dials = append(n.dials, dial{to, how})
	n.mu.Unlock()
	return n.answer(ctx, dial{to, how})
}

// sent gives the dials that fit.
func (n *network) sent(fits func(dial) bool) []dial {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []dial
	for _, d := range n.dials {
		if fits(d) {
			list = append(list, d)
		}
	}
	return list
}

// refused is a reset, and came at once.
func refused(context.Context, dial) sys.Connected {
	return sys.Connected{Step: "connect", Errno: "ECONNREFUSED", Local: netip.AddrPortFrom(ownAddr, 40000), SYNs: 1, Took: time.Millisecond}
}

// silent waits as the real one does: until the patience is over, it is stopped, or the look ends. The clock of synctest makes it quick.
func silent(ctx context.Context, d dial) sys.Connected {
	begin := time.Now()
	for time.Since(begin) < d.how.Patience && ctx.Err() == nil && (d.how.Stop == nil || !d.how.Stop(time.Since(begin))) {
		pause(ctx, min(10*time.Millisecond, d.how.Patience-time.Since(begin)))
	}
	return sys.Connected{Silent: true, Local: netip.AddrPortFrom(ownAddr, 40000), SYNs: 1, Took: time.Since(begin)}
}

// icmp is an ICMP error of a router.
func icmp(from netip.Addr, typ, code int, errno string) sys.Connected {
	return sys.Connected{Step: "connect", Errno: errno, ICMP: &sys.ICMPError{From: from, Type: typ, Code: code},
		Local: netip.AddrPortFrom(ownAddr, 40000), SYNs: 1, Took: time.Millisecond}
}

// exitCode is how os/exec tells the exit status.
type exitCode int

func (e exitCode) Error() string { return "exit status" }
func (e exitCode) ExitCode() int { return int(e) }

// files makes a file system of texts.
func files(texts map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range texts {
		root[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return root
}

// fakeEnv gives an Env in which everything outside is made up: an ordinary user on a machine with one interface and a default route.
func fakeEnv(root fs.FS, variables map[string]string, n *network) Env {
	if root == nil {
		root = fstest.MapFS{}
	}
	return Env{
		Root:    root,
		Getenv:  func(name string) string { return variables[name] },
		Now:     time.Now, // that of the bubble, in a test with synctest
		Connect: n.connect,
		Command: func(context.Context, string, ...string) ([]byte, error) { return nil, exitCode(2) }, // getent finds nothing
		Kernel: Kernel{
			WhoAmI: func() sys.Self { return sys.Self{UID: 1000, Kernel: "6.1.0"} },
			RouteTo: func(p netip.AddrPort, _ string) (sys.Route, string, error) {
				to := p.Addr()
				if to.IsLoopback() || to == ownAddr {
					return sys.Route{Type: "local", Interface: "lo", Source: to, Prefix: netip.PrefixFrom(to, to.BitLen())}, "", nil
				}
				return sys.Route{Type: "unicast", Gateway: gateAt, Interface: "eth0", Source: ownAddr, Table: 254, Prefix: netip.MustParsePrefix("0.0.0.0/0")}, "", nil
			},
			RoutesCovering: func(netip.Addr) ([]sys.Route, error) { return nil, nil },
			Rules:          func(bool) ([]sys.Rule, error) { return nil, nil },
			Interfaces: func() ([]sys.Interface, error) {
				return []sys.Interface{
					{Name: "lo", Index: 1, Up: true, Carrier: true, Loopback: true, Addrs: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/8")}},
					{Name: "eth0", Index: 2, Up: true, Carrier: true, Addrs: []netip.Prefix{netip.PrefixFrom(ownAddr, 24)}},
				}, nil
			},
			NeighbourOf: func(a netip.Addr, _ string) (sys.Neighbour, error) {
				return sys.Neighbour{Addr: a, State: "reachable"}, nil
			},
			Receiver:      func(_, _ netip.AddrPort) (sys.Socket, bool, error) { return sys.Socket{}, false, nil },
			SocketsOn:     func(string, uint16) ([]sys.Socket, error) { return nil, nil },
			SocketsTo:     func(netip.AddrPort) ([]sys.Socket, error) { return nil, nil },
			AllListening:  func() ([]sys.Socket, error) { return nil, nil },
			Namespaces:    func(fs.FS) ([]sys.Namespace, error) { return nil, nil },
			WatchTracking: func() (*sys.TrackingWatch, error) { return nil, sys.ErrNotPermitted },
			Echo: func(_ context.Context, _ netip.Addr, n int, _, _ time.Duration) (sys.Echoed, error) {
				return sys.Echoed{Sent: n}, nil
			},
			WhoHas:        func(_, _ netip.Addr, _ string, _ time.Duration) ([]string, error) { return nil, nil },
			ConnectUnix:   func(string) string { return "ENOENT" },
			ListeningUnix: func(fs.FS) ([]sys.UnixSocket, error) { return nil, nil },
			MayPass:       func(string, bool) bool { return true },
		},
	}
}

// TestFakeIsWhole wants no field left open: Env.real would fill it with the real world.
func TestFakeIsWhole(t *testing.T) {
	env := fakeEnv(nil, nil, &network{answer: refused})
	for _, v := range []reflect.Value{reflect.ValueOf(env), reflect.ValueOf(env.Kernel)} {
		for i := range v.NumField() {
			if f := v.Field(i); (f.Kind() == reflect.Func || f.Kind() == reflect.Interface) && f.IsNil() {
				t.Errorf("the fake %s leaves %s open", v.Type(), v.Type().Field(i).Name)
			}
		}
	}
}

// TestEnvFills wants the given functions to stay and the others to become real ones.
func TestEnvFills(t *testing.T) {
	e := Env{Kernel: Kernel{MayPass: func(string, bool) bool { return false }}}.real()
	if e.Kernel.MayPass("/", true) {
		t.Error("the function that was given is lost")
	}
	v := reflect.ValueOf(e.Kernel)
	for i := range v.NumField() {
		if v.Field(i).IsNil() {
			t.Errorf("nothing was filled in for %s", v.Type().Field(i).Name)
		}
	}
	if e.Root == nil || e.Getenv == nil || e.Now == nil || e.Connect == nil || e.Command == nil || e.Timeout != DefaultTimeout {
		t.Errorf("%+v", e)
	}
}

func TestPatience(t *testing.T) {
	for _, test := range []struct {
		name      string
		timeout   time.Duration
		insistent bool
		want      time.Duration
	}{
		{"by default", DefaultTimeout, false, Patience},
		{"a short look", time.Second, false, 900 * time.Millisecond},
		{"the user chose", 20 * time.Second, true, 19700 * time.Millisecond},
		{"the user is in a hurry", 400 * time.Millisecond, true, 300 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (&Env{Timeout: test.timeout, Insistent: test.insistent}).patience(); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// given gives the facts of one kind. (It is not written as fact.Of[kind] in each test, since TestKinds of the house counts that as reading.)
func given[T fact.Fact](s *fact.Set) []T { return fact.Of[T](s) }

// only gives the one fact of a kind.
func only[T fact.Fact](t *testing.T, s *fact.Set) (one T) {
	t.Helper()
	all := given[T](s)
	if len(all) != 1 {
		t.Fatalf("%d facts of the kind %q, not one: %+v", len(all), one.Kind(), all)
	}
	return all[0]
}

// gather gives a set, and an Emit into it.
func gather(t target.Target) (*fact.Set, Emit) {
	s := fact.NewSet(t)
	return s, func(facts ...fact.Fact) { s.Add(fact.Seen{}, facts...) }
}

// tcp is a target without a known protocol.
func tcp(host string, port uint16) target.Target {
	return target.Target{Host: host, Port: port, Network: "tcp"}
}

// onLinux skips a test that looks up a name in a whole look: elsewhere the system's own resolver is asked, which is real.
func onLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("names are looked up by the system's own resolver here")
	}
}

var errTest = errors.New("a test's error")
