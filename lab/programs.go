//go:build linux

package lab

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A program is a helper that runs on the hosts, under the name "lab": servers that misbehave in a way that no real one can be told to,
// and the independent plain connect.
type program struct {
	name string
	use  string
	run  func(args []string) error
}

// programs are those of the lab.
func programs() []program {
	return []program{
		{"plain", "TARGET: connect without whynot, and say in a word what comes of it", plain},
		{"wait", "PORT: wait until something listens on the TCP port", waitFor},
		{"serve", "KIND ADDR [ARG...]: a server; see servers.go", serve},
		{"proxy", "KIND ADDR [ARG...]: a proxy; see proxies.go", serveProxy},
		{"dns", "ADDR [RULE...]: a name server; see nameserver.go", serveDNS},
		{"certs", "DIR NAME...: an authority and certificates; see certificates.go", makeCertificates},
		{"deny", "ERRNO -- COMMAND...: run a command to which seccomp forbids IPv4 and IPv6 connections", deny},
		{"wire", "A B DELAY [LOSS]: join two interfaces by a long or bad cable; see wire.go", wire},
		{"exhaust", "ADDR N: open connections until N are open, and hold them", exhaust},
	}
}

// Main runs this binary as a host's first process or as a program of the lab, where it is called so.
func Main() (done bool) {
	name := os.Args[0][strings.LastIndexByte(os.Args[0], '/')+1:]
	var err error
	switch {
	case name == hostProgram && len(os.Args) == 3:
		err = hostMain(os.Args[1], os.Args[2])
	case name == "lab" && len(os.Args) > 1:
		err = runProgram(os.Args[1], os.Args[2:])
	default:
		return false
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
	return true
}

func runProgram(name string, args []string) error {
	all := programs()
	i := slices.IndexFunc(all, func(p program) bool { return p.name == name })
	if i < 0 {
		return fmt.Errorf("there is no program %q", name)
	}
	return all[i].run(args)
}

var errUse = errors.New("wrong use; see programs.go")
