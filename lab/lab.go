//go:build linux

// Package lab is the benchmark and the end-to-end test: real hosts, each in namespaces of its own, with real servers and real
// firewalls, and whynot on them.
//
// A scenario is one .txtar file under scenarios/: what is wrong, how the hosts are joined, what is run on each, and what must be said
// from each view. Read scenario.go for its form, host.go for what a host is, and run.go for what is done with it. The programs that
// misbehave on purpose are in programs.go. Everything is seen by real sockets on a real kernel; nothing leaves the machine.
//
//	sudo go test ./lab                      every scenario
//	sudo LAB=/my/faults go test ./lab -v    those of another folder
//	sudo go test ./lab -run 'TestLab/dns'   some
//
// It needs root, and says so when it skips.
package lab
