//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

// A Scenario is a fault, or a healthy network, with what must be said about it.
//
// Its file begins with a sentence about what is wrong, an empty line, and then lines of "key: value":
//
//	shape: CRS                     the hosts and how they are joined; see shape.go
//	cause: service.not-listening   the truth; "none" where all is well
//	target: server:8001            what is typed; host names stand for addresses unless "names: yes"
//	plain: refused                 what a plain connect from the client sees: open, refused, unreachable, silent, denied, unresolved, closed, reset, hold
//	pause: 6s                      how long the network rests before each view (1.2s)
//	client: among                  what is wanted from a view; see below
//
// The views are client (as root), user (the client as an ordinary user) and server (as root). What a line wants of one:
//
//	first             the truth comes first (nothing given: it must be among the causes)
//	first ID...       one of these comes first
//	among [ID]        it is among the causes
//	warn ID           the target works, with that warning
//	out ID...         these are ruled out
//	may ID...         these may be proven beside the truth and what it explains
//	outcome WORD      the outcome; without it, that which "plain" implies
//	target T          another target than the scenario's
//	flags F...        flags of whynot
//	env K=V...        variables of its environment
//	run COMMAND...    a command in front of whynot
//	skip WHY          the view is not taken
//
// The parts of the archive are named after hosts, and are shell scripts that are run as root there, in order; or "host:/path", files; or
// "check", a script on the client that must succeed: it shows that the fault is there, where a plain connect cannot.
type Scenario struct {
	Name   string
	Doc    string
	Shape  string
	Cause  string
	Target string
	Plain  string
	Names  bool
	// Pause is how long the network rests before each view.
	Pause time.Duration
	Views []*View
	parts []txtar.File
}

// A View is a place from which whynot looks, and what it must say there.
type View struct {
	Name    string
	Host    string
	Root    bool
	Target  string
	First   []string // one of these; nil: not wanted
	Among   string
	Warn    string
	Out     []string
	May     []string
	Outcome string
	Flags   []string
	Env     []string
	Run     []string
	Skip    string
}

// ReadScenarios reads the scenarios of a folder.
func ReadScenarios(dir string) ([]*Scenario, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("lab: %s holds no scenario (*.txtar)", dir)
	}
	var all []*Scenario
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s, err := parseScenario(strings.TrimSuffix(filepath.Base(name), ".txtar"), text)
		if err != nil {
			return nil, fmt.Errorf("lab: %s: %w", name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func parseScenario(name string, text []byte) (*Scenario, error) {
	archive := txtar.Parse(text)
	s := &Scenario{Name: name, parts: archive.Files}
	doc, header, ok := strings.Cut(string(archive.Comment), "\n\n")
	if !ok {
		return nil, errors.New("it has no empty line between what is wrong and the keys")
	}
	s.Doc = strings.TrimSpace(doc)
	for line := range strings.Lines(header) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%q is no line of key: value", line)
		}
		if err := s.set(key, strings.TrimSpace(value)); err != nil {
			return nil, err
		}
	}
	return s, s.complete()
}

func (s *Scenario) set(key, value string) error {
	switch key {
	case "shape":
		s.Shape = value
	case "cause":
		s.Cause = value
	case "target":
		s.Target = value
	case "plain":
		s.Plain = value
	case "names":
		s.Names = value == "yes"
	case "pause":
		pause, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		s.Pause = pause
	case "client", "user", "server", "router", "other":
		return s.view(key).want(s, strings.Fields(value))
	default:
		return fmt.Errorf("%q is no key", key)
	}
	return nil
}

// view gives the view of that name, making it at its first line.
func (s *Scenario) view(name string) *View {
	for _, v := range s.Views {
		if v.Name == name {
			return v
		}
	}
	v := &View{Name: name, Host: name, Root: name != "user"}
	if name == "user" {
		v.Host = "client"
	}
	s.Views = append(s.Views, v)
	return v
}

// want takes in one line about a view.
func (v *View) want(s *Scenario, words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("%s: nothing is wanted", v.Name)
	}
	rest := words[1:]
	switch words[0] {
	case "first":
		if v.First = rest; len(rest) == 0 {
			v.First = []string{s.Cause}
		}
	case "among":
		if v.Among = s.Cause; len(rest) > 0 {
			v.Among = rest[0]
		}
	case "warn":
		v.Warn = s.Cause
		if len(rest) > 0 {
			v.Warn = rest[0]
		}
	case "out":
		v.Out = append(v.Out, rest...)
	case "may":
		v.May = append(v.May, rest...)
	case "outcome":
		v.Outcome = strings.Join(rest, " ")
	case "target":
		v.Target = strings.Join(rest, " ")
	case "flags":
		v.Flags = rest
	case "env":
		v.Env = rest
	case "run":
		v.Run = rest
	case "skip":
		v.Skip = strings.Join(rest, " ")
	default:
		return fmt.Errorf("%s: %q can not be wanted", v.Name, words[0])
	}
	return nil
}

// implied maps what a plain connect sees to the outcome that whynot must give, where only one is right.
var implied = map[string]string{"open": "", "refused": "refused", "silent": "timeout", "unresolved": "unresolved", "closed": "closed",
	"reset": "reset", "unreachable": "unreachable", "denied": "", "hold": ""}

// complete fills in what the file leaves open, and finds what is missing.
func (s *Scenario) complete() error {
	if _, ok := shapes[s.Shape]; !ok {
		return fmt.Errorf("there is no shape %q", s.Shape)
	}
	if s.Cause == "" || s.Target == "" {
		return errors.New("cause or target is missing")
	}
	if _, ok := implied[s.Plain]; !ok && s.Plain != "" {
		return fmt.Errorf("plain: %q is nothing that a plain connect sees", s.Plain)
	}
	if s.Pause == 0 {
		s.Pause = between
	}
	if len(s.Views) == 0 {
		return errors.New("nothing is wanted from any view")
	}
	for _, v := range s.Views {
		if v.Target == "" {
			v.Target = s.Target
		}
		healthy := s.Cause == "none" || v.Warn != ""
		switch {
		case v.Outcome == "" && healthy:
			v.Outcome = "ok"
		case v.Outcome == "" && v.Target == s.Target:
			v.Outcome = implied[s.Plain]
		}
		if v.First == nil && v.Among == "" && v.Outcome != "ok" {
			v.Among = s.Cause
		}
	}
	return nil
}

// addresses of the hosts, by the first link that each is on.
func (s *Scenario) address(host string) string {
	for _, l := range shapes[s.Shape].links {
		for _, end := range [][2]string{{l.a, l.aAddr}, {l.b, l.bAddr}} {
			if end[0] == host {
				addr, _, _ := strings.Cut(end[1], "/")
				return addr
			}
		}
	}
	return ""
}

// expand replaces the names of hosts in a target by their addresses, unless the scenario is about names.
func (s *Scenario) expand(target string) string {
	if s.Names {
		return target
	}
	for _, h := range shapes[s.Shape].hosts {
		if addr := s.address(h); addr != "" {
			target = replaceHost(target, h, addr)
		}
	}
	return target
}

// replaceHost replaces a host's name where it stands as the host of a target.
func replaceHost(target, host, addr string) string {
	for _, before := range []string{"//", "@"} {
		for _, after := range []string{":", "/"} {
			target = strings.ReplaceAll(target, before+host+after, before+addr+after)
		}
		if strings.HasSuffix(target, before+host) {
			return strings.TrimSuffix(target, host) + addr
		}
	}
	if rest, ok := strings.CutPrefix(target, host+":"); ok {
		return addr + ":" + rest
	}
	return target
}

// set up runs the parts of the archive that are not checks.
func (s *Scenario) setUp(ctx context.Context, hosts map[string]*Host) error {
	for _, f := range s.parts {
		host, path, isFile := strings.Cut(f.Name, ":")
		if host == "check" {
			continue
		}
		h, ok := hosts[host]
		if !ok {
			return fmt.Errorf("lab: the part %q is for no host of %s", f.Name, s.Shape)
		}
		if !isFile {
			if err := h.sh(ctx, string(f.Data)); err != nil {
				return err
			}
			continue
		}
		cmd := h.command(ctx, "sh", "-c", `mkdir -p "$(dirname "$0")" && cat > "$0"`, path)
		cmd.Stdin = strings.NewReader(string(f.Data))
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("lab: write %s: %w: %s", f.Name, err, out)
		}
	}
	return nil
}

// check runs the script that shows the fault.
func (s *Scenario) check(ctx context.Context, hosts map[string]*Host) error {
	i := slices.IndexFunc(s.parts, func(f txtar.File) bool { return f.Name == "check" })
	if i < 0 {
		return nil
	}
	return hosts["client"].sh(ctx, string(s.parts[i].Data))
}

// enterNetwork prepares a shell in a host's network namespace alone.
func enterNetwork(ctx context.Context, h *Host, script string) *exec.Cmd {
	return exec.CommandContext(ctx, "nsenter", "--target", strconv.Itoa(h.pid), "--net", "--", "sh", "-ec", script)
}
