package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"whynot/internal/cause"
	"whynot/internal/fact"
)

func (a *app) judgeCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "judge FILE",
		Short: "Judge facts that were saved by --save or --json",
		Long: `Judge reads the facts that whynot --save or --json wrote, and judges them again:
an old incident by a newer catalogue, or another machine's. FILE may be - for
standard input. Nothing is sent.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			f.timeout = time.Second // there is no such flag here, and check wants one
			if err := f.check(); err != nil {
				return err
			}
			begin := time.Now()
			set, err := a.readSet(args[0])
			if err != nil {
				return err
			}
			return a.show(cause.Judge(set), set, f, time.Since(begin))
		},
	}
	a.outputFlags(c, &f)
	return c
}

// readSet reads a saved set; what is wrong with it is the user's to mend.
func (a *app) readSet(name string) (*fact.Set, error) {
	var in io.Reader = a.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	set, err := fact.Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s holds no facts of whynot: %w: give a file that whynot --save wrote", name, err)
	}
	return set, nil
}
