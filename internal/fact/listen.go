package fact

import "net/netip"

// SocketTable says that the sockets of a network namespace were listed, so that what is not there is known to be absent.
type SocketTable struct {
	Seen
	Namespace string `json:"namespace,omitempty"` // empty: that of the machine's own processes
	Port      uint16 `json:"port"`                // the listeners on this port were listed, of TCP and UDP
}

// Kind implements [Fact].
func (SocketTable) Kind() string { return "socket-table" }

// Receiver is the kernel's own answer to the question which socket would get a SYN to the target (sock_diag(7), an exact
// INET_DIAG lookup).
type Receiver struct {
	Seen
	To      netip.AddrPort `json:"to"`
	Found   bool           `json:"found"`
	Inode   uint32         `json:"inode,omitempty"`
	Program string         `json:"program,omitempty"`
}

// Kind implements [Fact].
func (Receiver) Kind() string { return "receiver" }

// Listener is a TCP socket that listens, or a UDP socket that is bound.
type Listener struct {
	Seen
	Network   string         `json:"network"` // "tcp" or "udp"
	Addr      netip.AddrPort `json:"addr"`
	V6Only    bool           `json:"v6only,omitempty"`
	Device    string         `json:"device,omitempty"` // SO_BINDTODEVICE
	Inode     uint32         `json:"inode"`
	UID       uint32         `json:"uid"`
	Queue     uint32         `json:"queue"`   // connections that wait for accept
	Backlog   uint32         `json:"backlog"` // how many may
	Namespace string         `json:"namespace,omitempty"`
	Process   *Process       `json:"process,omitempty"` // nil: its owner could not be seen
	// Holders are the other processes that hold the socket, as the workers beside their master.
	Holders []Process `json:"holders,omitempty"`
	// Serves says whether the program is one of those that serve the target's protocol: "yes" or "no"; empty: not known.
	Serves string `json:"serves,omitempty"`
}

// Kind implements [Fact].
func (Listener) Kind() string { return "listener" }

// Program names the owner for a reader.
func (l Listener) Program() string {
	if l.Process == nil {
		return "a program"
	}
	return l.Process.Name
}

// Covers says whether a SYN to that address would reach the socket, devices and namespaces aside.
func (l Listener) Covers(to netip.Addr) bool {
	at := l.Addr.Addr()
	switch {
	case at == to:
		return true
	case !at.IsUnspecified():
		return false
	case at.Is4():
		return to.Is4()
	case to.Is4():
		return !l.V6Only
	}
	return true
}

// Process is a running program.
type Process struct {
	PID     int    `json:"pid"`
	Name    string `json:"name"`
	Command string `json:"command,omitempty"` // its command line, shortened
	UID     int    `json:"uid"`
	State   string `json:"state,omitempty"` // the letter of proc_pid_stat(5): R, S, D, T, Z, ...
}

// Translated is what connection tracking of this machine made of the attempt: whom it was really sent to.
type Translated struct {
	Seen
	To   netip.AddrPort `json:"to"`   // the address that was dialled
	Real netip.AddrPort `json:"real"` // where the packets went; the same: no translation
	// Direct is how an attempt at Real itself ended; nil: none was made.
	Direct *Attempt `json:"direct,omitempty"`
}

// Kind implements [Fact].
func (Translated) Kind() string { return "translated" }

// UnixSocket is a Unix socket's file, and how connecting to it ends.
type UnixSocket struct {
	Seen
	Path     string `json:"path"`
	Real     string `json:"real,omitempty"` // where its symbolic links lead; empty: it has none
	Exists   bool   `json:"exists"`
	IsSocket bool   `json:"is_socket,omitempty"`
	Mode     string `json:"mode,omitempty"` // as ls(1) writes it
	UID      int    `json:"uid,omitempty"`
	GID      int    `json:"gid,omitempty"`
	Errno    string `json:"errno,omitempty"` // of connect; empty: it was accepted
	// Denied is the directory or file on the path that this user may not pass or write.
	Denied string `json:"denied,omitempty"`
	// Missing is the first part of the path that does not exist.
	Missing string `json:"missing,omitempty"`
	// Listening says whether the socket table has a listener on this path; nil: it could not be read.
	Listening *bool `json:"listening,omitempty"`
	// Others lists listening sockets of the same file name elsewhere.
	Others []string `json:"others,omitempty"`
}

// Kind implements [Fact].
func (UnixSocket) Kind() string { return "unix-socket" }

// UnixListener is a listening Unix socket of a program that serves the target's protocol.
type UnixListener struct {
	Seen
	Path    string   `json:"path"`
	Process *Process `json:"process,omitempty"`
}

// Kind implements [Fact].
func (UnixListener) Kind() string { return "unix-listener" }

// Program names the owner for a reader.
func (l UnixListener) Program() string {
	if l.Process == nil {
		return "a program"
	}
	return l.Process.Name
}
