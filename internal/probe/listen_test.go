package probe

import (
	"context"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// withProcess adds a process that holds sockets to a file system.
func withProcess(root fstest.MapFS, pid int, name string, inodes ...uint32) fstest.MapFS {
	dir := fmt.Sprintf("proc/%d", pid)
	root[dir+"/stat"] = &fstest.MapFile{Data: fmt.Appendf(nil, "%d (%s) S 1 %[1]d", pid, name)}
	root[dir+"/cmdline"] = &fstest.MapFile{Data: []byte("/usr/sbin/" + name + "\x00-D\x00")}
	root[dir+"/status"] = &fstest.MapFile{Data: []byte("Name:\tx\nUid:\t1000\t33\t33\t33\nGid:\t0\t0\t0\t0\n")}
	root[dir+"/fd/0"] = &fstest.MapFile{Data: []byte("/dev/null"), Mode: fs.ModeSymlink}
	for i, inode := range inodes {
		root[fmt.Sprintf("%s/fd/%d", dir, i+3)] = &fstest.MapFile{Data: fmt.Appendf(nil, "socket:[%d]", inode), Mode: fs.ModeSymlink}
	}
	return root
}

func TestOwners(t *testing.T) {
	root := withProcess(withProcess(files(nil), 123, "nginx", 77, 78), 4000, "tmux: (x) y", 78, 79)
	root["proc/self/stat"] = &fstest.MapFile{Data: []byte("1 (not a number) S")}
	root["proc/5000/fd"] = &fstest.MapFile{Mode: fs.ModeDir} // another user's: empty
	env := fakeEnv(root, nil, &network{answer: refused})
	o := newOwners(env.real())
	nginx := &fact.Process{PID: 123, Name: "nginx", Command: "/usr/sbin/nginx -D", UID: 33, State: "S"}
	for inode, want := range map[uint32]*fact.Process{
		77: nginx,
		78: nginx, // inherited by another: the first holds it
		79: {PID: 4000, Name: "tmux: (x) y", Command: "/usr/sbin/tmux: (x) y -D", UID: 33, State: "S"},
		80: nil, // nobody's, or not ours to see
		0:  nil, // in TIME-WAIT
	} {
		if got := o.of(inode); got == nil != (want == nil) || got != nil && *got != *want {
			t.Errorf("inode %d: %+v, want %+v", inode, got, want)
		}
	}
}

// TestOwnersUnseen wants what cannot be read to be unknown, and nothing else.
func TestOwnersUnseen(t *testing.T) {
	for name, root := range map[string]fs.FS{"no /proc": fstest.MapFS{}, "denied": denied{}, "without links": noLinks{withProcess(files(nil), 123, "nginx", 77)}} {
		env := fakeEnv(root, nil, &network{answer: refused})
		if p := newOwners(env.real()).of(77); p != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	env := fakeEnv(nil, nil, &network{answer: refused})
	if p := processOf(env.real(), 123); p == nil || p.PID != 123 || p.Name != "" || p.UID != -1 {
		t.Errorf("a process that is gone: %+v", p)
	}
}

// noLinks hides that a file system has links.
type noLinks struct{ fs.FS }

// TestLongCommand bounds what a command line puts into a fact.
func TestLongCommand(t *testing.T) {
	root := withProcess(files(nil), 123, "java", 77)
	root["proc/123/cmdline"] = &fstest.MapFile{Data: []byte(strings.Repeat("-Dx=y\x00", 5000))}
	env := fakeEnv(root, nil, &network{answer: refused})
	if p := processOf(env.real(), 123); len([]rune(p.Command)) != 121 || strings.ContainsRune(p.Command, 0) {
		t.Errorf("%q", p.Command)
	}
}

// listener is a socket of the tables.
func listener(at string, inode uint32) sys.Socket {
	return sys.Socket{Network: "tcp", State: sys.StateListen, Local: netip.MustParseAddrPort(at), Inode: inode, Backlog: 128}
}

// TestListening looks at this machine as the server, where its own address refuses.
func TestListening(t *testing.T) {
	here := tcp("10.0.0.2", 5432)
	postgres := target.Target{Host: "10.0.0.2", Port: 5432, Network: "tcp", Protocol: "postgres", Scheme: "postgres"}
	at := netip.AddrPortFrom(ownAddr, 5432)
	on := func(sockets ...sys.Socket) func(*Env) {
		return func(e *Env) {
			e.Kernel.SocketsOn = func(network string, port uint16) ([]sys.Socket, error) {
				if network == "udp" || port != 5432 {
					return nil, nil
				}
				return sockets, nil
			}
		}
	}
	for _, test := range []struct {
		name   string
		target target.Target
		change func(*Env)
		want   []string // the listeners: address, program, and whether it serves the protocol
		blind  string
	}{
		{"another address, another program", postgres, on(listener("127.0.0.1:5432", 77)), []string{"127.0.0.1:5432 nginx no"}, ""},
		{"any program may speak what is not known", here, on(listener("127.0.0.1:5432", 77)), []string{"127.0.0.1:5432 nginx "}, ""},
		{"nobody's", postgres, on(listener("127.0.0.1:5432", 99)), []string{"127.0.0.1:5432 ? "}, ""},
		{"nothing: other namespaces are not ours to see", here, nil, nil, "other network namespaces: not permitted"},
		{"the program listens on another port", postgres, func(e *Env) {
			e.Kernel.AllListening = func() ([]sys.Socket, error) {
				return []sys.Socket{listener("0.0.0.0:5433", 88), listener("0.0.0.0:80", 77), listener("0.0.0.0:5432", 88)}, nil
			}
		}, []string{"0.0.0.0:5433 postgres "}, "other network namespaces: not permitted"},
		{"root sees no other namespace", here, func(e *Env) {
			e.Kernel.WhoAmI = func() sys.Self { return sys.Self{Capabilities: []string{"sys_admin"}} }
		}, nil, ""},
		{"the kernel does not say", here, func(e *Env) {
			e.Kernel.AllListening = func() ([]sys.Socket, error) { return nil, errTest }
		}, nil, errTest.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := ""
			s, _ := look(t, test.target, refused, func(e *Env) {
				e.Root = withProcess(withProcess(files(nil), 123, "nginx", 77), 124, "postgres", 88)
				e.Kernel.Receiver = func(from, to netip.AddrPort) (sys.Socket, bool, error) {
					asked = from.String() + " to " + to.String()
					return sys.Socket{}, false, nil
				}
				if test.change != nil {
					test.change(e)
				}
			})
			var got []string
			for _, l := range given[fact.Listener](s) {
				program := "?"
				if l.Process != nil {
					program = l.Process.Name
				}
				if l.Side != fact.Server || l.Backlog != 128 {
					t.Errorf("%+v", l)
				}
				got = append(got, l.Addr.String()+" "+program+" "+l.Serves)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
			blind := ""
			for _, b := range given[fact.Blind](s) {
				if b.Probe == listening.Name {
					blind += b.Why
				}
			}
			if blind != test.blind {
				t.Errorf("blind: %q, want %q", blind, test.blind)
			}
			// The kernel is asked with the very port that the refused SYN had.
			if r := only[fact.Receiver](t, s); asked != "10.0.0.2:40000 to 10.0.0.2:5432" || r.To != at || r.Found {
				t.Errorf("%s, %+v", asked, r)
			}
			if tables := given[fact.SocketTable](s); test.blind != errTest.Error() && (len(tables) != 1 || tables[0].Port != 5432) {
				t.Errorf("%+v", tables)
			}
			if n := len(given[fact.OtherPort](s)) + len(given[fact.Path](s)) + len(given[fact.Echo](s)); n > 0 {
				t.Errorf("%d facts of probes of the way, where there is none", n)
			}
		})
	}
}

// TestUnixListener tells the Unix socket of a program that serves the protocol.
func TestUnixListener(t *testing.T) {
	s, _ := look(t, target.Target{Host: "127.0.0.1", Port: 5432, Network: "tcp", Protocol: "postgres"}, refused, func(e *Env) {
		e.Root = withProcess(withProcess(files(nil), 123, "nginx", 77), 124, "postgres", 88, 89)
		e.Kernel.ListeningUnix = func(fs.FS) ([]sys.UnixSocket, error) {
			return []sys.UnixSocket{{Path: "/run/pg/.s.PGSQL.5432", Inode: 88}, {Path: "@abstract", Inode: 89}, {Path: "/run/nginx.sock", Inode: 77}}, nil
		}
	})
	if l := only[fact.UnixListener](t, s); l.Path != "/run/pg/.s.PGSQL.5432" || l.Process == nil || l.Process.PID != 124 {
		t.Errorf("%+v", l)
	}
}

// TestListenerDevice names the interface that a socket is bound to.
func TestListenerDevice(t *testing.T) {
	env := fakeEnv(nil, nil, &network{answer: func(context.Context, dial) sys.Connected { panic("nothing is to be sent") }})
	e := env.real()
	for _, test := range []struct {
		device    uint32
		namespace string
		want      string
	}{{0, "", ""}, {2, "", "eth0"}, {9, "", "9"}, {2, "web", "2"}} { // the numbers of another namespace are its own
		s := listener("0.0.0.0:80", 1)
		s.Device = test.device
		if l := listenerFact(e, s, test.namespace, nil); l.Device != test.want || l.Namespace != test.namespace {
			t.Errorf("device %d in %q: %+v", test.device, test.namespace, l)
		}
	}
}
