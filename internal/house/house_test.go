// Package house holds the rules of the house as tests: who may import whom, how long a file may be, what every package must say. It has no
// code of its own.
package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"whynot/internal/cause"
	"whynot/internal/fact"
	"whynot/internal/probe"
)

// root is the folder of the module, from here.
const root = "../.."

// may lists what each package of the house may import of the others. Imports point down only:
// cmd -> fleet, watch, web, store -> diagnose -> probe, report; probe -> proto, nft, sys; report -> cause; all -> fact, target.
var may = map[string][]string{
	"cmd/whynot":        {"internal/fleet", "internal/watch", "internal/web", "internal/store", "internal/diagnose", "internal/probe", "internal/report", "internal/cause", "internal/fact", "internal/target"},
	"internal/fleet":    {"internal/diagnose", "internal/store", "internal/cause", "internal/fact", "internal/target"},
	"internal/watch":    {"internal/diagnose", "internal/cause", "internal/fact", "internal/target"},
	"internal/web":      {"internal/store", "internal/report", "internal/cause", "internal/fact", "internal/target"},
	"internal/store":    {"internal/diagnose", "internal/cause", "internal/fact", "internal/target"},
	"internal/diagnose": {"internal/probe", "internal/report", "internal/cause", "internal/fact", "internal/target"},
	"internal/probe":    {"internal/proto", "internal/nft", "internal/sys", "internal/fact", "internal/target"},
	"internal/report":   {"internal/cause", "internal/fact", "internal/target"},
	"internal/cause":    {"internal/fact", "internal/target"},
	"internal/fact":     {"internal/target"},
	"internal/proto":    {},
	"internal/nft":      {},
	"internal/sys":      {},
	"internal/target":   {},
	"internal/house":    {"internal/cause", "internal/fact", "internal/probe"},
	"lab":               {"internal/cause"},
}

// why says what a forbidden import would break.
var why = map[string]string{
	"internal/cause":  "a verdict must follow from a file alone: the catalogue is pure",
	"internal/fact":   "facts are the vocabulary of all; they can depend on nothing but the target",
	"internal/target": "it is the leaf of the house",
	"internal/sys":    "it speaks the kernel's words and knows no facts",
	"internal/nft":    "it speaks the kernel's words and knows no facts",
	"internal/proto":  "parsing is pure over bytes",
	"internal/report": "it shows and concludes nothing: it must not look",
	"internal/probe":  "it looks and does not judge",
}

// one lists libraries that only one package may import, so that they can be replaced in one place.
var one = map[string]string{
	"github.com/vishvananda/netlink": "internal/sys",
	"charm.land/lipgloss/v2":         "internal/report",
	"github.com/spf13/cobra":         "cmd/whynot",
	"golang.org/x/sys/unix":          "internal/sys",
}

// packages gives the files of every package of the module, tests left out.
func packages(t *testing.T) map[string][]*ast.File {
	t.Helper()
	all := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		all[filepath.ToSlash(rel)] = append(all[filepath.ToSlash(rel)], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestImports(t *testing.T) {
	for dir, files := range packages(t) {
		allowed, known := may[dir]
		if !known {
			t.Errorf("%s is a new room: say in house_test.go what it may import", dir)
			continue
		}
		for _, f := range files {
			for _, i := range f.Imports {
				path := strings.Trim(i.Path.Value, `"`)
				if own, ok := strings.CutPrefix(path, "whynot/"); ok && !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s: imports point down only; %s", dir, own, why[dir])
				}
				if home, ok := one[path]; ok && home != dir && dir != "lab" {
					t.Errorf("%s imports %s: only %s may, so that it can be replaced in one place", dir, path, home)
				}
			}
		}
	}
}

func TestPackageComments(t *testing.T) {
	for dir, files := range packages(t) {
		n := 0
		for _, f := range files {
			if f.Doc != nil {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s has %d package comments, and not one", dir, n)
		}
	}
}

// Limits on the length of files: what rots is the longest.
const (
	maxLines     = 400
	maxCause     = 160
	maxDiagnose  = 100
	maxLineWidth = 220
)

func TestSize(t *testing.T) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		lines, limit := bytes.Count(text, []byte("\n")), maxLines
		switch {
		case strings.Contains(path, "internal/cause/") && bytes.Contains(text, []byte("= &Cause{\n")):
			limit = maxCause
		case strings.HasSuffix(path, "diagnose/diagnose.go"):
			limit = maxDiagnose
		}
		if lines > limit {
			t.Errorf("%s has %d lines, more than %d: split it by subject", path, lines, limit)
		}
		for n, line := range strings.Split(string(text), "\n") {
			if len(line) > maxLineWidth && !strings.Contains(line, "Client: []fact.Fact{") && !strings.HasSuffix(path, "_test.go") {
				t.Errorf("%s:%d has %d characters", path, n+1, len(line))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoInit wants no code to run before main: lists are explicit.
func TestNoInit(t *testing.T) {
	for dir, files := range packages(t) {
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s has an init: make an explicit list", dir)
				}
			}
		}
	}
}

// TestKinds wants every kind of fact to be given by a probe, and read by a cause or the report.
func TestKinds(t *testing.T) {
	given := map[string]bool{"blind": true, "shortage": true} // by the runner, and where there are no file descriptors
	for _, p := range probe.All {
		for _, f := range p.Gives {
			given[f.Kind()] = true
		}
		if p.Name == "" || p.Doc == "" || p.Run == nil || len(p.Gives) == 0 {
			t.Errorf("the probe %q is not complete", p.Name)
		}
		if (p.When != nil) != (p.If != "") {
			t.Errorf("the probe %q says by When that it is conditional, or by If, and not by both", p.Name)
		}
	}
	read := readKinds(t)
	for _, k := range fact.Kinds {
		if !given[k.Name] {
			t.Errorf("no probe gives the kind %q", k.Name)
		}
		if !read[k.Name] {
			t.Errorf("nothing reads the kind %q", k.Name)
		}
		if k.Doc == "" {
			t.Errorf("the kind %q is not documented", k.Name)
		}
	}
}

// readKinds finds the kinds that the catalogue and the report name in their source.
func readKinds(t *testing.T) map[string]bool {
	t.Helper()
	var source strings.Builder
	for _, dir := range []string{"cause", "report", "probe"} {
		files, err := filepath.Glob(filepath.Join(root, "internal", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue // a test reads what nothing else may
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	read := map[string]bool{}
	for _, k := range fact.Kinds {
		name := regexp.QuoteMeta(fmt.Sprintf("%T", k.Zero))
		reads := regexp.MustCompile(`(first|every|Of)\[` + name + `\]|func\(\w+ ` + name + `\)|\.\(` + name + `\)`)
		read[k.Name] = reads.MatchString(source.String())
	}
	return read
}

// TestScenarios wants a scenario in the lab for every cause that can be known by now.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "lab", "scenarios", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	truths, healthy := map[string]bool{}, 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if id, ok := strings.CutPrefix(line, "cause: "); ok {
				truths[strings.TrimSpace(id)] = true
				if strings.TrimSpace(id) == "none" {
					healthy++
				}
			}
		}
	}
	for _, c := range cause.All {
		if c.Lacks == "" && !c.Symptom() && !truths[c.ID] && noScenario[c.ID] == "" {
			t.Errorf("%s can be proven, and no scenario of the lab is about it", c.ID)
		}
	}
	if len(files) < 60 || healthy < 10 {
		t.Errorf("the lab has %d scenarios, %d of them healthy", len(files), healthy)
	}
}

// noScenario says why a cause has no scenario of its own.
var noScenario = map[string]string{}
