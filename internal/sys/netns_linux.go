package sys

import (
	"fmt"
	"io/fs"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A Namespace is a network namespace other than our own.
type Namespace struct {
	ID   string // as /proc/PID/ns/net links to it, "net:[4026532281]"
	PID  int    // one process in it; 0: none was seen
	Name string // its name under /run/netns, if it has one
}

// mostNamespaces bounds how many namespaces are looked into.
const mostNamespaces = 512

// Namespaces lists the network namespaces that the processes of /proc are in, and those with a name, our own left out.
func Namespaces(root fs.FS) ([]Namespace, error) {
	own, err := ReadLink(root, "proc/self/ns/net")
	if err != nil {
		return nil, fmt.Errorf("sys: own network namespace: %w", err)
	}
	seen := map[string]bool{own: true}
	var found []Namespace
	processes, err := fs.ReadDir(root, "proc")
	if err != nil {
		return nil, fmt.Errorf("sys: list the processes: %w", err)
	}
	for _, p := range processes {
		pid, err := strconv.Atoi(p.Name())
		if err != nil || len(found) >= mostNamespaces {
			continue
		}
		id, err := ReadLink(root, "proc/"+p.Name()+"/ns/net")
		if err != nil || seen[id] {
			continue // gone, or not ours to see
		}
		seen[id] = true
		found = append(found, Namespace{ID: id, PID: pid})
	}
	named, _ := fs.ReadDir(root, "run/netns") // absent where nobody named one
	for _, n := range named {
		var st unix.Stat_t
		if unix.Stat("/run/netns/"+n.Name(), &st) != nil {
			continue
		}
		id := fmt.Sprintf("net:[%d]", st.Ino)
		if i := indexOf(found, id); i >= 0 {
			found[i].Name = n.Name()
		} else if !seen[id] {
			seen[id] = true
			found = append(found, Namespace{ID: id, Name: n.Name()})
		}
	}
	return found, nil
}

func indexOf(list []Namespace, id string) int {
	for i, n := range list {
		if n.ID == id {
			return i
		}
	}
	return -1
}

// file is the path by which the namespace can be entered.
func (n Namespace) file() string {
	if n.PID != 0 {
		return "/proc/" + strconv.Itoa(n.PID) + "/ns/net"
	}
	return "/run/netns/" + n.Name
}

// String names the namespace for a reader.
func (n Namespace) String() string {
	if n.Name != "" {
		return n.Name
	}
	return strings.TrimSuffix(strings.TrimPrefix(n.ID, "net:["), "]")
}

// Inside runs do on a thread that has entered the namespace; what do opens belongs to it. It needs CAP_SYS_ADMIN, else the error
// is [ErrNotPermitted].
func (n Namespace) Inside(do func() error) error {
	result := make(chan error, 1)
	go func() {
		// The thread is never unlocked, so that it ends with the goroutine: it must not serve others in that namespace.
		runtime.LockOSThread()
		fd, err := unix.Open(n.file(), unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0) // a FIFO there would wait for ever
		if err != nil {
			result <- permission(err)
			return
		}
		defer unix.Close(fd)
		if err := unix.Setns(fd, unix.CLONE_NEWNET); err != nil {
			result <- permission(err)
			return
		}
		result <- do()
	}()
	return <-result
}

func permission(err error) error {
	if err == unix.EPERM || err == unix.EACCES {
		return ErrNotPermitted
	}
	return fmt.Errorf("sys: enter a network namespace: %w", err)
}
