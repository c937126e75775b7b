//go:build unix && !linux

package sys

// systemErrno has nothing to add where package syscall knows every number.
func systemErrno(error) string { return "" }
