package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"whynot/internal/cause"
	"whynot/internal/report"
)

func (a *app) causesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "causes [ID]",
		Short: "Show the catalogue of causes, or one of them",
		Long: `Causes lists what whynot knows to keep a connection from working. With an ID, as
bind.loopback-only, it shows that cause's page: why it happens, how to check by
hand, what proves it. With the part before the dot, as bind, it lists that
family.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fail(report.Catalogue(a.stdout, cause.All))
			}
			if c, ok := cause.Find(args[0]); ok {
				return fail(report.Page(a.stdout, c))
			}
			var family []*cause.Cause
			for _, c := range cause.All {
				if c.Family() == args[0] {
					family = append(family, c)
				}
			}
			if len(family) == 0 {
				return fmt.Errorf("there is no cause %q: whynot causes lists them", args[0])
			}
			return fail(report.Catalogue(a.stdout, family))
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, c := range cause.All {
				if len(args) == 0 && strings.HasPrefix(c.ID, typed) {
					ids = append(ids, c.ID+"\t"+c.Title)
				}
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
	}
}
