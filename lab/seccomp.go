//go:build linux

package lab

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// deny runs a command to which a seccomp filter forbids sockets of IPv4 and IPv6 with an error of choice, as systemd's
// RestrictAddressFamilies does; or, with a plus in front of the error, connect(2).
func deny(args []string) error {
	if len(args) < 3 || args[1] != "--" {
		return errUse
	}
	errno, ok := map[string]uint32{"EPERM": 1, "EACCES": 13, "EAFNOSUPPORT": 97}[args[0]]
	call, first := uint32(unix.SYS_SOCKET), true
	if args[0][0] == '+' {
		call, first = unix.SYS_CONNECT, false
		errno, ok = map[string]uint32{"+EPERM": 1, "+EACCES": 13}[args[0]]
	}
	if !ok {
		return errUse
	}
	path, err := exec.LookPath(args[2])
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no_new_privs: %w", err)
	}
	filter := seccompFilter(call, errno, first)
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		return fmt.Errorf("seccomp: %w", err)
	}
	return syscall.Exec(path, args[2:], os.Environ())
}

// seccompFilter fails one system call (seccomp(2), struct seccomp_data). Where byFamily is set, only if its first argument is AF_INET or
// AF_INET6.
func seccompFilter(call, errno uint32, byFamily bool) []unix.SockFilter {
	const load, equal, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	refuse := unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ERRNO | errno}
	allow := unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW}
	if !byFamily {
		return []unix.SockFilter{{Code: load, K: 0}, {Code: equal, K: call, Jt: 0, Jf: 1}, refuse, allow}
	}
	return []unix.SockFilter{
		{Code: load, K: 0},
		{Code: equal, K: call, Jf: 4},
		{Code: load, K: 16}, // the low half of the first argument
		{Code: equal, K: unix.AF_INET, Jt: 1},
		{Code: equal, K: unix.AF_INET6, Jf: 1},
		refuse,
		allow,
	}
}
