package sys

import (
	"errors"
	"syscall"
)

// systemErrno names the errors of Winsock, whose numbers are not those of package syscall.
func systemErrno(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return ""
	}
	return map[syscall.Errno]string{10013: "EACCES", 10024: "EMFILE", 10049: "EADDRNOTAVAIL", 10051: "ENETUNREACH",
		10054: "ECONNRESET", 10060: "ETIMEDOUT", 10061: "ECONNREFUSED", 10065: "EHOSTUNREACH"}[errno]
}
