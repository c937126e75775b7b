package probe

import (
	"context"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"whynot/internal/fact"
	"whynot/internal/proto"
	"whynot/internal/sys"
)

// listening is who listens on this machine, when the target is this machine.
var listening = &Probe{
	Name:  "listeners",
	Doc:   "who listens on this machine, and which program it is",
	Side:  fact.Server,
	Needs: []fact.Fact{fact.Route{}, fact.Machine{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(localFailures(s)) > 0 },
	If:    "the target is an address of this machine, and the attempt failed",
	Gives: []fact.Fact{fact.SocketTable{}, fact.Receiver{}, fact.Listener{}, fact.UnixListener{}},
	Run:   runListening,
}

// localFailures gives the attempts at addresses of this machine that failed, or were accepted and then led to nothing.
func localFailures(s *fact.Set) []fact.Handshake {
	return handshakes(s, func(h fact.Handshake) bool {
		if !local(s, h.To.Addr()) {
			return false
		}
		return h.Result != fact.Accepted || slices.ContainsFunc(fact.Of[fact.Exchange](s), func(x fact.Exchange) bool {
			return x.About == h.To && x.Mute() && (x.End != fact.EndOpen || x.Asked != "nothing")
		})
	})
}

func runListening(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	t := known.Target
	for _, h := range localFailures(known) {
		if t.Network != "tcp" || !h.Local.IsValid() {
			continue
		}
		from := netip.AddrPortFrom(h.To.Addr(), h.Local.Port())
		s, found, err := env.Kernel.Receiver(from, h.To)
		if err != nil {
			return err
		}
		emit(fact.Receiver{Seen: fact.About(h.To), To: h.To, Found: found && s.Listening(), Inode: s.Inode})
	}
	var sockets []sys.Socket
	for _, network := range []string{"tcp", "udp"} {
		list, err := env.Kernel.SocketsOn(network, t.Port)
		if err != nil {
			return err
		}
		sockets = append(sockets, list...)
	}
	all, err := env.Kernel.AllListening()
	if err != nil {
		return err
	}
	owners := newOwners(env)
	for _, s := range sockets {
		l := listenerFact(env, s, "", owners.of(s.Inode))
		l.Serves, l.Holders = serves(t.Protocol, l.Process), owners.beside(s.Inode)
		emit(l)
	}
	emit(fact.SocketTable{Port: t.Port})
	emitExpected(env, t.Protocol, t.Port, all, owners, emit)
	emitUnix(env, t.Protocol, owners, emit)
	if len(sockets) == 0 {
		return lookInNamespaces(env, known, owners, emit)
	}
	return nil
}

// serves says whether a program is one that serves a protocol, where there is a list of those.
func serves(protocol string, p *fact.Process) string {
	programs := proto.Programs(protocol)
	switch {
	case p == nil || len(programs) == 0 || protocol == "http": // any program may speak HTTP
		return ""
	case slices.Contains(programs, p.Name):
		return "yes"
	}
	return "no"
}

// emitExpected tells on which other ports programs of the target's protocol listen.
func emitExpected(env *Env, protocol string, port uint16, all []sys.Socket, owners *owner, emit Emit) {
	programs := proto.Programs(protocol)
	if len(programs) == 0 {
		return
	}
	for _, s := range all {
		if s.Local.Port() == port {
			continue
		}
		if p := owners.of(s.Inode); p != nil && slices.Contains(programs, p.Name) {
			emit(listenerFact(env, s, "", p))
		}
	}
}

// emitUnix tells on which Unix sockets programs of the target's protocol listen.
func emitUnix(env *Env, protocol string, owners *owner, emit Emit) {
	programs := proto.Programs(protocol)
	if len(programs) == 0 {
		return
	}
	sockets, err := env.Kernel.ListeningUnix(env.Root)
	if err != nil {
		emit(fact.Blind{Wanted: "the Unix sockets of this machine", Why: err.Error()})
		return
	}
	for _, s := range sockets {
		if p := owners.of(s.Inode); p != nil && strings.HasPrefix(s.Path, "/") && slices.Contains(programs, p.Name) {
			emit(fact.UnixListener{Path: s.Path, Process: p})
		}
	}
}

// lookInNamespaces looks for a listener in the other network namespaces of this machine.
func lookInNamespaces(env *Env, known *fact.Set, owners *owner, emit Emit) error {
	if !fact.Of[fact.Machine](known)[0].Can("sys_admin") {
		return fmt.Errorf("other network namespaces: %w", sys.ErrNotPermitted) // one line: it is shown as one
	}
	spaces, err := env.Kernel.Namespaces(env.Root)
	if err != nil {
		return err
	}
	for _, n := range spaces {
		var sockets []sys.Socket
		err := n.Inside(func() (err error) {
			sockets, err = env.Kernel.SocketsOn(known.Target.Network, known.Target.Port)
			return err
		})
		if err != nil {
			emit(fact.Blind{Wanted: "the listeners of the network namespace " + n.String(), Why: err.Error()})
			continue
		}
		for _, s := range sockets {
			l := listenerFact(env, s, n.String(), owners.of(s.Inode))
			l.Serves = serves(known.Target.Protocol, l.Process)
			emit(l)
		}
		emit(fact.SocketTable{Namespace: n.String(), Port: known.Target.Port})
	}
	return nil
}

func listenerFact(env *Env, s sys.Socket, namespace string, p *fact.Process) fact.Listener {
	l := fact.Listener{Network: s.Network, Addr: s.Local, V6Only: s.V6Only, Inode: s.Inode, UID: s.UID, Queue: s.Queue, Backlog: s.Backlog,
		Namespace: namespace, Process: p}
	if s.Device != 0 {
		l.Device = strconv.Itoa(int(s.Device))
		if interfaces, err := env.Kernel.Interfaces(); err == nil && namespace == "" {
			for _, i := range interfaces {
				if i.Index == int(s.Device) {
					l.Device = i.Name
				}
			}
		}
	}
	return l
}

// owner finds the process that holds a socket, by reading /proc once.
type owner struct {
	env  *Env
	pids map[uint32][]int // by inode, the lowest first; nil: not read yet
}

func newOwners(env *Env) *owner { return &owner{env: env} }

// mostProcesses and mostFiles bound what is read of /proc.
const (
	mostProcesses = 100_000
	mostFiles     = 100_000
)

// of gives the process, or nil if it cannot be seen.
func (o *owner) of(inode uint32) *fact.Process {
	if inode == 0 {
		return nil
	}
	if o.pids == nil {
		o.read()
	}
	pids := o.pids[inode]
	if len(pids) == 0 {
		return nil
	}
	return processOf(o.env, pids[0])
}

// beside gives the other processes that hold the socket, as far as there are few: a master passes it on to its workers.
func (o *owner) beside(inode uint32) []fact.Process {
	var list []fact.Process
	for i, pid := range o.pids[inode] {
		if i > 0 {
			list = append(list, *processOf(o.env, pid))
		}
	}
	return list
}

// mostHolders bounds how many processes are told of for one socket.
const mostHolders = 9

// read lists the sockets of every process that this user may see (proc_pid_fd(5)).
func (o *owner) read() {
	o.pids = map[uint32][]int{}
	processes, err := fs.ReadDir(o.env.Root, "proc")
	if err != nil {
		return
	}
	for i, p := range processes {
		pid, err := strconv.Atoi(p.Name())
		if err != nil || i > mostProcesses {
			continue
		}
		dir := "proc/" + p.Name() + "/fd"
		files, err := fs.ReadDir(o.env.Root, dir)
		if err != nil {
			continue // gone, or another user's
		}
		for j, f := range files {
			if j > mostFiles {
				break
			}
			link, err := sys.ReadLink(o.env.Root, dir+"/"+f.Name())
			if inode, ok := parseSocketLink(link); err == nil && ok {
				if held := o.pids[inode]; len(held) < mostHolders && !slices.Contains(held, pid) {
					o.pids[inode] = append(held, pid)
				}
			}
		}
	}
}

// parseSocketLink reads "socket:[12345]".
func parseSocketLink(link string) (uint32, bool) {
	text, ok := strings.CutPrefix(link, "socket:[")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(text, "]"), 10, 32)
	return uint32(n), err == nil
}

// processOf describes a process.
func processOf(env *Env, pid int) *fact.Process {
	p := &fact.Process{PID: pid, UID: -1}
	dir := "proc/" + strconv.Itoa(pid)
	if text, err := sys.ReadFile(env.Root, dir+"/stat", 4096); err == nil {
		p.Name, p.State = parseStat(string(text))
	}
	if text, err := sys.ReadFile(env.Root, dir+"/cmdline", 1<<16); err == nil {
		p.Command = shorten(strings.TrimSpace(strings.ReplaceAll(string(text), "\x00", " ")), 120)
	}
	if text, err := sys.ReadFile(env.Root, dir+"/status", 1<<16); err == nil {
		for line := range strings.Lines(string(text)) {
			if ids, ok := strings.CutPrefix(line, "Uid:"); ok {
				if f := strings.Fields(ids); len(f) > 1 {
					p.UID, _ = strconv.Atoi(f[1])
				}
			}
		}
	}
	return p
}

// parseStat gives name and state of proc_pid_stat(5); the name is in brackets and may hold brackets itself.
func parseStat(text string) (name, state string) {
	open, shut := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || shut < open {
		return "", ""
	}
	if rest := strings.Fields(text[shut+1:]); len(rest) > 0 {
		state = rest[0]
	}
	return text[open+1 : shut], state
}

// shorten keeps a text from outside within bounds.
func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
