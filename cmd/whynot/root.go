package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"whynot/internal/cause"
	"whynot/internal/diagnose"
	"whynot/internal/fact"
	"whynot/internal/probe"
	"whynot/internal/report"
	"whynot/internal/target"
)

const longHelp = `whynot names the one root cause why a connection to an address fails, shows the
evidence, says what it ruled out, and gives the fix.

TARGET is one of
  host:port     db.internal:5432, 192.0.2.10:22, [2001:db8::1]:443,
                db:postgresql
  host port     db.internal 5432
  :port         this machine, as others reach it
  URL or DSN    https://example.com/x, postgres://db/name, redis://cache,
                ssh://host, udp://ns1:53
  unix:PATH     unix:/run/docker.sock

It sends little: a few SYNs to the target, ICMP echo where allowed, one question
to each name server, and one GET or TLS hello where the address asks for it.
--plan shows it beforehand. Nothing is changed on any machine.

Exit status: 0 the target works; 1 it does not, and a cause is named; 2 the
command line is wrong; 3 it does not, and the cause could not be settled;
4 whynot itself failed; 130 it was interrupted.`

// flags are those of the main command and of judge.
type flags struct {
	json, verbose, plan bool
	ipv4, ipv6          bool
	timeout             time.Duration
	save, color, proxy  string
}

func (a *app) rootCommand() *cobra.Command {
	var f flags
	root := &cobra.Command{
		Use:           "whynot [flags] TARGET",
		Short:         "Say why a connection fails, and prove it",
		Long:          longHelp,
		Example:       "  whynot db.internal:5432\n  whynot -v https://intranet.example/\n  whynot --json :8080",
		Version:       version(),
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no address is given: write host:port, as in whynot db.internal:5432")
			}
			return a.diagnose(cmd.Context(), args, f, cmd.Flags().Changed("timeout"))
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	root.SetVersionTemplate("whynot {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = false
	a.outputFlags(root, &f)
	root.Flags().BoolVar(&f.plan, "plan", false, "show what would be looked at and sent; send nothing")
	root.Flags().StringVar(&f.save, "save", "", "write what was seen to `FILE`, for whynot judge")
	root.Flags().DurationVar(&f.timeout, "timeout", probe.DefaultTimeout, "end after that time at the latest; given, silence is\nwaited for that long (else 3s) and a refused attempt\nis repeated after 1s, 3s and 7s")
	root.Flags().BoolVarP(&f.ipv4, "ipv4", "4", false, "dial IPv4 addresses only")
	root.Flags().BoolVarP(&f.ipv6, "ipv6", "6", false, "dial IPv6 addresses only")
	root.Flags().StringVar(&f.proxy, "proxy", "", "go through the proxy at `URL`, in place of those of\nthe environment")
	root.MarkFlagsMutuallyExclusive("ipv4", "ipv6")
	root.AddCommand(a.judgeCommand(), a.causesCommand())
	return root
}

// outputFlags are about how a diagnosis is shown.
func (a *app) outputFlags(c *cobra.Command, f *flags) {
	c.Flags().BoolVar(&f.json, "json", false, "one JSON document on standard output")
	c.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "show every cause, with the facts for or against it")
	c.Flags().StringVar(&f.color, "color", "auto", "auto, always or never")
	_ = c.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

func (f flags) check() error {
	switch f.color {
	case "auto", "always", "never":
	default:
		return fmt.Errorf("--color is %q: write auto, always or never", f.color)
	}
	if f.timeout <= 0 {
		return fmt.Errorf("--timeout is %s: write a time above zero, as in --timeout 5s", f.timeout)
	}
	if f.proxy != "" {
		if u, err := url.Parse(f.proxy); err != nil || !strings.Contains(f.proxy, "://") || u.Hostname() == "" {
			return errors.New("--proxy is no URL: write it as in --proxy http://proxy.internal:3128")
		}
	}
	return nil
}

// diagnose is the main command.
func (a *app) diagnose(ctx context.Context, args []string, f flags, insistent bool) error {
	if err := f.check(); err != nil {
		return err
	}
	t, err := target.Parse(args, net.LookupPort)
	if err != nil {
		return err
	}
	if f.ipv4 {
		t.Family = "ip4"
	}
	if f.ipv6 {
		t.Family = "ip6"
	}
	if addr, ok := t.Addr(); ok && t.Family != "" && addr.Is4() != f.ipv4 {
		return fmt.Errorf("%s is no address of the IP version that the flag asks for: leave the flag out", addr)
	}
	if f.plan {
		return fail(report.Plan(a.stdout, t, planOf(probe.All)))
	}
	secret := target.Password(args)
	if secret != "" {
		fmt.Fprintln(a.stderr, "whynot: the password in the address can be seen in the list of processes")
	}
	if target.Password([]string{f.proxy}) != "" {
		fmt.Fprintln(a.stderr, "whynot: the password in --proxy can be seen in the list of processes; in https_proxy it cannot")
	}
	begin := time.Now()
	look := probe.Env{Getenv: a.env, Timeout: f.timeout, Insistent: insistent, Proxy: f.proxy, Secret: secret}
	var set *fact.Set
	var d *cause.Diagnosis
	if probe.Starved() {
		set = probe.LookStarved(ctx, look, t)
		d = cause.Judge(set)
	} else {
		progress := newProgress(a.stderr, isTerminal(a.stderr), f.timeout)
		set, d = diagnose.Run(ctx, t, probe.Here{Env: look, Progress: progress.show})
		progress.end()
	}
	if ctx.Err() != nil {
		a.status = exitStopped
		return nil
	}
	if f.save != "" {
		if err := saveSet(f.save, set); err != nil {
			return fail(err)
		}
	}
	return a.show(d, set, f, time.Since(begin))
}

// planOf puts the probes in the words of the report.
func planOf(probes []*probe.Probe) []report.PlanStep {
	var steps []report.PlanStep
	for _, p := range probes {
		steps = append(steps, report.PlanStep{Name: p.Name, Doc: p.Doc, If: p.If, Sends: p.Sends})
	}
	return steps
}

// show writes the report, and sets the exit status by what it says.
func (a *app) show(d *cause.Diagnosis, set *fact.Set, f flags, took time.Duration) error {
	var err error
	if f.json {
		err = report.JSON(a.stdout, d, set, report.Meta{Version: version(), Took: took})
	} else {
		err = report.Text(a.stdout, d, set, report.Options{Color: a.colored(f.color), ASCII: !a.utf8(), Verbose: f.verbose})
	}
	if err != nil {
		return fail(fmt.Errorf("write the report: %w", err))
	}
	switch {
	case d.Outcome == cause.OK:
		a.status = exitWorks
	case d.Settled():
		a.status = exitCause
	default:
		a.status = exitUnsettled
	}
	return nil
}

// saveSet writes a set so that only this user can read it: it tells about networks and machines.
func saveSet(name string, set *fact.Set) error {
	text, err := set.MarshalJSON()
	if err != nil {
		return fmt.Errorf("save: %w", err)
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("save: %w", err)
	}
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		_ = file.Chmod(0o600) // it may have been there, open to all; where it is another user's, that user decides
	}
	_, err = file.Write(append(text, '\n'))
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	return nil
}

// colored decides about colour: --color over NO_COLOR over the terminal (no-color.org).
func (a *app) colored(flag string) bool {
	switch {
	case flag != "auto":
		return flag == "always"
	case a.env("NO_COLOR") != "":
		return false
	}
	return isTerminal(a.stdout) && a.env("TERM") != "dumb"
}

// utf8 says whether the locale can show more than ASCII (locale(7)).
func (a *app) utf8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(a.env(name)); v != "" {
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return true // nobody said anything: most terminals can
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// version is what the build knows of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := strings.TrimPrefix(info.Main.Version, "v")
	if v == "" || v == "(devel)" {
		v = "devel"
	}
	return v
}
