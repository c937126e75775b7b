package probe

import (
	"context"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"reflect"
	"sync"
	"time"

	"whynot/internal/sys"
)

// Env is the world as the probes see it. Its zero value is the real one; a test sets what it wants to be different.
type Env struct {
	Root    fs.FS                    // the file system, from "/" on
	Getenv  func(name string) string // the environment
	Now     func() time.Time
	Connect func(context.Context, netip.AddrPort, sys.Connecting) sys.Connected
	// Command runs a program and gives its output.
	Command func(ctx context.Context, name string, args ...string) ([]byte, error)
	// Kernel answers what is asked of the kernel.
	Kernel Kernel

	// Timeout bounds the whole look; zero: DefaultTimeout. Insistent says that the user chose it, and so is willing to wait.
	Timeout   time.Duration
	Insistent bool
	// Proxy is the proxy that the user named, as a URL; empty: what the environment says.
	Proxy string
	// Secret is the password that the user gave in the address, if any.
	Secret string

	run *runState
}

// Kernel is what is asked of the kernel, a field each; see the functions of package sys.
type Kernel struct {
	WhoAmI         func() sys.Self
	RouteTo        func(to netip.AddrPort, network string) (sys.Route, string, error)
	RoutesCovering func(netip.Addr) ([]sys.Route, error)
	Rules          func(v6 bool) ([]sys.Rule, error)
	Interfaces     func() ([]sys.Interface, error)
	NeighbourOf    func(netip.Addr, string) (sys.Neighbour, error)
	Receiver       func(from, to netip.AddrPort) (sys.Socket, bool, error)
	SocketsOn      func(network string, port uint16) ([]sys.Socket, error)
	SocketsTo      func(netip.AddrPort) ([]sys.Socket, error)
	AllListening   func() ([]sys.Socket, error)
	Namespaces     func(fs.FS) ([]sys.Namespace, error)
	WatchTracking  func() (*sys.TrackingWatch, error)
	Echo           func(ctx context.Context, to netip.Addr, n int, gap, patience time.Duration) (sys.Echoed, error)
	WhoHas         func(addr, own netip.Addr, iface string, patience time.Duration) ([]string, error)
	ConnectUnix    func(path string) (errno string)
	ListeningUnix  func(fs.FS) ([]sys.UnixSocket, error)
	MayPass        func(path string, directory bool) bool
}

// The default bounds.
const (
	// DefaultTimeout bounds a whole look.
	DefaultTimeout = 10 * time.Second
	// Patience is how long an answer to a SYN is awaited where nothing else is known: the SYN is then repeated after 1 and 2
	// or after 1 second (net.ipv4.tcp_syn_linear_timeouts).
	Patience = 2900 * time.Millisecond
	// ShortPatience is enough where the host is known to answer quickly: one repetition.
	ShortPatience = 1200 * time.Millisecond
)

// runState is what probes of one run hand to each other beside facts.
type runState struct {
	mu      sync.Mutex
	conns   map[netip.AddrPort]net.Conn
	answers map[netip.Addr]*sys.Answers
}

// real fills in what the caller left open.
func (e Env) real() *Env {
	if e.Root == nil {
		e.Root = sys.Root()
	}
	if e.Getenv == nil {
		e.Getenv = os.Getenv
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Connect == nil {
		e.Connect = sys.Connect
	}
	if e.Command == nil {
		e.Command = command
	}
	if e.Timeout == 0 {
		e.Timeout = DefaultTimeout
	}
	e.Kernel.fill()
	e.run = &runState{conns: map[netip.AddrPort]net.Conn{}, answers: map[netip.Addr]*sys.Answers{}}
	return &e
}

// fill sets the functions that a test has not set.
func (k *Kernel) fill() {
	real := Kernel{sys.WhoAmI, sys.RouteTo, sys.RoutesCovering, sys.Rules, sys.Interfaces, sys.NeighbourOf, sys.Receiver, sys.SocketsOn,
		sys.SocketsTo, sys.ListeningAnywhere, sys.Namespaces, sys.WatchTracking, sys.Echo, sys.WhoHas, sys.ConnectUnix, sys.ListeningUnix,
		sys.MayPass}
	given, standard := reflect.ValueOf(k).Elem(), reflect.ValueOf(real)
	for i := range given.NumField() {
		if given.Field(i).IsNil() {
			given.Field(i).Set(standard.Field(i))
		}
	}
}

// command runs a program without a shell. It is not started where next to no file descriptor is left for its pipes.
func command(ctx context.Context, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = 100 * time.Millisecond
	return cmd.Output()
}

// patience is how long an answer to a SYN is awaited at most.
func (e *Env) patience() time.Duration {
	if e.Insistent {
		return max(e.Timeout-300*time.Millisecond, e.Timeout*3/4)
	}
	return min(Patience, e.Timeout*9/10)
}

// keep hands a connection to the probe that goes on with it.
func (r *runState) keep(to netip.AddrPort, c net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns[to] = c
}

// take gives the connection that was kept, once.
func (r *runState) take(to netip.AddrPort) net.Conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.conns[to]
	delete(r.conns, to)
	return c
}

// hear gives the listener to a host's answers, opening it at the first call; nil where that is not allowed.
func (r *runState) hear(host netip.Addr) *sys.Answers {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, ok := r.answers[host]; ok {
		return a
	}
	a, err := sys.HearAnswers(host)
	if err != nil {
		a = nil
	}
	r.answers[host] = a
	return a
}

// close ends what is left open.
func (r *runState) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	for _, a := range r.answers {
		a.Close()
	}
}
