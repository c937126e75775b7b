// Package sys is the only package that makes system calls: sockets with their error queues, netlink, raw captures, namespaces.
//
// It speaks the kernel's words and knows no facts: package probe turns what it says into facts. A file is one part of the
// kernel; x_linux.go does the work, x_other.go says ErrNotSupported or does the portable part. Nothing here waits without a
// limit, and nothing here needs Go's network poller, so that it works with next to no free file descriptors.
package sys

import "errors"

var (
	// ErrNotSupported says that this operating system or kernel has no such thing.
	ErrNotSupported = errors.New("not supported on this system")
	// ErrNotPermitted says that the process lacks the right to look.
	ErrNotPermitted = errors.New("not permitted")
)
