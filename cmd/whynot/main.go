// Command whynot says why a connection to an address fails.
//
// run is the whole program but for the process around it; each command is in a file of its own. What the program does is in
// package diagnose.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"whynot/internal/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// The exit statuses.
const (
	exitWorks     = 0
	exitCause     = 1 // it does not work, and a cause is named
	exitUsage     = 2
	exitUnsettled = 3 // it does not work, and the cause could not be settled
	exitFailed    = 4 // whynot itself failed
	exitStopped   = 130
)

// run is the program. It gives the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	root := a.rootCommand()
	root.SetArgs(append([]string{}, args...)) // cobra takes nil for the arguments of the process
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return a.status
	}
	var failed *failure
	if errors.As(err, &failed) {
		fmt.Fprintf(stderr, "whynot: %s\n", report.Clean(failed.Error()))
		return failed.status
	}
	fmt.Fprintf(stderr, "whynot: %s (see whynot --help)\n", report.Clean(err.Error())) // an argument may hold anything
	return exitUsage
}

// app is what the commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) string
	status         int
}

// A failure is an error with an exit status of its own; every other error is one of usage.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// fail makes an error that is not about the command line.
func fail(err error) error {
	if err == nil {
		return nil
	}
	return &failure{exitFailed, err}
}
