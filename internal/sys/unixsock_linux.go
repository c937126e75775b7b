package sys

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// maxUnixTable bounds what is read of /proc/net/unix.
const maxUnixTable = 16 << 20

// ConnectUnix tries to connect to a Unix socket, of the stream kind or, where that is the wrong kind, of the others. It never
// waits. The errno is empty if it was accepted.
func ConnectUnix(path string) (errno string) {
	for _, kind := range []int{unix.SOCK_STREAM, unix.SOCK_SEQPACKET, unix.SOCK_DGRAM} {
		fd, err := unix.Socket(unix.AF_UNIX, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return ErrnoName(err)
		}
		err = unix.Connect(fd, &unix.SockaddrUnix{Name: path})
		unix.Close(fd)
		if err != unix.EPROTOTYPE {
			return ErrnoName(err)
		}
	}
	return "EPROTOTYPE"
}

// ListeningUnix lists the Unix sockets of this network namespace that listen.
func ListeningUnix(root fs.FS) ([]UnixSocket, error) {
	text, err := ReadFile(root, "proc/self/net/unix", maxUnixTable)
	if err != nil {
		return nil, err
	}
	return parseUnixTable(text), nil
}

// MayPass says whether this process may search a directory, or else read and write a file (access(2)).
func MayPass(path string, directory bool) bool {
	mode := uint32(unix.R_OK | unix.W_OK)
	if directory {
		mode = unix.X_OK
	}
	return unix.Faccessat(unix.AT_FDCWD, path, mode, unix.AT_EACCESS) == nil
}
