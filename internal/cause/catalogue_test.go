package cause

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"whynot/internal/fact"
)

// TestCatalogue holds what every cause must have.
func TestCatalogue(t *testing.T) {
	id := regexp.MustCompile(`^[a-z0-9]+\.[a-z0-9-]+$`)
	seen := map[string]bool{}
	for _, c := range All {
		t.Run(c.ID, func(t *testing.T) {
			if !id.MatchString(c.ID) {
				t.Error("the ID is not family.name")
			}
			if seen[c.ID] {
				t.Error("the ID is there twice")
			}
			seen[c.ID] = true
			if c.Title == "" || strings.HasSuffix(c.Title, ".") || strings.ToUpper(c.Title[:1]) == c.Title[:1] && !startsWithName(c.Title) {
				t.Errorf("the title %q does not complete \"because ...\"", c.Title)
			}
			if len(c.Title) > 76 {
				t.Errorf("the title has %d characters: it does not fit a line", len(c.Title))
			}
			if len(c.Doc) < 80 || !strings.Contains(c.Doc, ".") {
				t.Error("it is not documented")
			}
			if c.Judge == nil {
				t.Fatal("it judges nothing")
			}
			checkExamples(t, c)
		})
	}
}

// startsWithName lets titles begin with what is written in capitals.
func startsWithName(title string) bool {
	first, _, _ := strings.Cut(title, " ")
	return first == "IPv6" || first == "ICMP" || first == "FTP" || first == "0.0.0.0"
}

// checkExamples wants a cause to be proven by one example, or as sure as it can be where a fact is lacking, and ruled out by another.
func checkExamples(t *testing.T, c *Cause) {
	highest, ruledOut := Unknown, false
	for _, e := range c.Examples {
		if e.When == "" {
			t.Error("an example does not say when it is")
		}
		highest, ruledOut = max(highest, e.Says), ruledOut || e.Says == Out
	}
	switch {
	case !ruledOut:
		t.Error("no example rules it out")
	case c.Lacks == "" && highest != Proven:
		t.Error("no example proves it: give one, or say in Lacks which fact would")
	case c.Lacks != "" && highest < Possible:
		t.Error("no example makes it possible")
	case c.Lacks != "" && highest == Proven:
		t.Error("an example proves it, and Lacks says that it cannot be proven")
	}
}

// TestExamples runs every example of every cause.
func TestExamples(t *testing.T) {
	for _, c := range All {
		for _, e := range c.Examples {
			t.Run(c.ID+"/"+e.When, func(t *testing.T) {
				s, err := e.Set()
				if err != nil {
					t.Fatal(err)
				}
				before, _ := json.Marshal(s)
				d := Judge(s)
				if got, because := levelOf(d, c.ID); got != e.Says {
					t.Errorf("got %s (%s), want %s", got, because, e.Says)
				}
				if after, _ := json.Marshal(s); string(before) != string(after) {
					t.Error("judging changed the facts")
				}
				checkEvidence(t, d)
			})
		}
	}
}

// levelOf finds what a diagnosis says of a cause.
func levelOf(d *Diagnosis, id string) (Level, string) {
	for _, list := range [][]Finding{d.Causes, d.RuledOut, d.Unknown} {
		for _, f := range list {
			if f.Cause.ID == id {
				return f.Level, texts(f.Because)
			}
		}
	}
	for _, w := range d.Warnings {
		if w.ID == id {
			return w.Level, texts(w.Because)
		}
	}
	return Unknown, "not mentioned"
}

func texts(because []Because) string {
	var list []string
	for _, b := range because {
		list = append(list, b.Text)
	}
	return strings.Join(list, "; ")
}

// checkEvidence wants every verdict but "unknown" to cite a fact of the set, and no cause that lacks its proof to be proven.
func checkEvidence(t *testing.T, d *Diagnosis) {
	t.Helper()
	for _, list := range [][]Finding{d.Causes, d.RuledOut} {
		for _, f := range list {
			if len(f.Because) == 0 {
				t.Errorf("%s is %s without a fact", f.Cause.ID, f.Level)
			}
			if f.Level == Proven && f.Cause.Lacks != "" {
				t.Errorf("%s is proven, and lacks %s", f.Cause.ID, f.Cause.Lacks)
			}
			for _, b := range f.Because {
				if b.Fact == nil || b.Text == "" || strings.Contains(b.Text, "%!") {
					t.Errorf("%s is %s by %q, %v", f.Cause.ID, f.Level, b.Text, b.Fact)
				}
			}
		}
	}
	for _, f := range d.Unknown {
		if f.Level != Unknown {
			t.Errorf("%s is listed as unknown and is %s", f.Cause.ID, f.Level)
		}
	}
}

// TestListed wants every cause of the source to stand in All.
func TestListed(t *testing.T) {
	listed := map[string]bool{}
	for _, c := range All {
		listed[c.ID] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	literal := regexp.MustCompile(`(?m)^var \w+ = &Cause\{\n\tID:\s+"([^"]+)"`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		found := literal.FindAllSubmatch(text, -1)
		if len(found) > 1 {
			t.Errorf("%s holds %d causes: one file a cause", f, len(found))
		}
		for _, m := range found {
			if id := string(m[1]); !listed[id] {
				t.Errorf("%s is not in all.go", id)
			} else if want := strings.NewReplacer(".", "_", "-", "_").Replace(id) + ".go"; f != want {
				t.Errorf("%s is in %s, want %s", id, f, want)
			}
		}
	}
}

// TestExplains wants no cause to explain itself, by whatever way, and no symptom to explain anything.
func TestExplains(t *testing.T) {
	for _, c := range All {
		if explains(c, c) {
			t.Errorf("%s explains itself", c.ID)
		}
		if c.Symptom() && len(c.Explains) > 0 {
			t.Errorf("%s is a symptom and explains %s", c.ID, c.Explains[0].ID)
		}
		if !c.Symptom() && len(c.Explains) == 0 {
			t.Errorf("%s explains nothing", c.ID)
		}
	}
}

// TestPure wants the package to import nothing that looks, dials or tells the time.
func TestPure(t *testing.T) {
	banned := map[string]string{"os": "it would read the machine", "syscall": "it would ask the kernel", "net": "it could dial",
		"net/http": "it could dial", "io": "it would read", "math/rand": "verdicts must be had again", "crypto/rand": "verdicts must be had again"}
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) < len(All) {
		t.Fatalf("%d files: %v", len(names), err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			if why, ok := banned[strings.Trim(i.Path.Value, `"`)]; ok {
				t.Errorf("%s imports %s: %s", name, i.Path.Value, why)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.SelectorExpr); ok && call.Sel.Name == "Now" {
				if x, ok := call.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s reads the clock", name)
				}
			}
			return true
		})
	}
}

// FuzzJudge gives the catalogue facts as a file from anywhere may hold them: it must not crash, and must cite what it claims.
func FuzzJudge(f *testing.F) {
	for _, c := range All {
		for _, e := range c.Examples {
			s, err := e.Set()
			if err != nil {
				f.Fatal(err)
			}
			text, err := json.Marshal(s)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := new(fact.Set)
		if json.Unmarshal(text, s) != nil {
			return
		}
		checkEvidence(t, Judge(s))
	})
}
