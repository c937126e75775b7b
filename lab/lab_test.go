//go:build linux

package lab

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	if Main() {
		return
	}
	flag.Parse()
	// More at once than there are processors: most of the time is spent in waiting for what never comes.
	if err := flag.Set("test.parallel", strconv.Itoa(8*runtime.NumCPU())); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// require skips a test that cannot run here, with the reason; where LAB_REQUIRED is set, as in CI, it fails.
func require(t *testing.T) {
	t.Helper()
	skip := t.Skipf
	if os.Getenv("LAB_REQUIRED") != "" {
		skip = t.Fatalf
	}
	if os.Getuid() != 0 {
		skip("the lab makes network namespaces: it needs root")
	}
	for _, tool := range []string{"ip", "nft", "nsenter", "setpriv"} {
		if _, err := exec.LookPath(tool); err != nil {
			skip("the lab needs %s: make deps installs it", tool)
		}
	}
}

// build puts whynot and the lab's own programs into a folder that every host sees.
func build(t testing.TB) string {
	t.Helper()
	bin, err := os.MkdirTemp("", "whynot-lab-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(bin) })
	if err := os.Chmod(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(bin, "whynot"), "whynot/cmd/whynot")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build whynot: %v\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lab", hostProgram} {
		if err := os.WriteFile(filepath.Join(bin, name), text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

// TestLab runs every scenario of the folder scenarios, or of that which LAB names. The table of what was said goes to the log, and to
// the file that LAB_TABLE names. LAB_NMAP=1 scores nmap beside.
func TestLab(t *testing.T) {
	require(t)
	dir := "scenarios"
	if other := os.Getenv("LAB"); other != "" {
		dir = other
	}
	scenarios, err := ReadScenarios(dir)
	if err != nil {
		t.Fatal(err)
	}
	bin := build(t)
	var tool Tool
	nmap := new(Nmap)
	if os.Getenv("LAB_NMAP") != "" {
		tool = nmap.Run
	}
	var mu sync.Mutex
	var results []*Result
	t.Cleanup(func() {
		var table bytes.Buffer
		Table(&table, results)
		nmap.Report(&table)
		t.Logf("\n%s", table.String())
		if file := os.Getenv("LAB_TABLE"); file != "" {
			if err := os.WriteFile(file, table.Bytes(), 0o644); err != nil {
				t.Error(err)
			}
		}
	})
	passed := t.Run("scenarios", func(t *testing.T) {
		for _, s := range scenarios {
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				got, err := s.Run(context.Background(), bin, tool)
				if err != nil {
					t.Fatal(err)
				}
				mu.Lock()
				results = append(results, got...)
				mu.Unlock()
				for _, r := range got {
					for _, p := range r.Problems {
						t.Errorf("%s: %s", r.View.Name, p)
					}
				}
			})
		}
	})
	if passed && dir == "scenarios" && all(results, scenarios) { // and not only those that -run names
		for _, id := range neverRuledOut(results) {
			t.Errorf("%s can be proven, and no scenario of the lab rules it out", id)
		}
	}
}

// all says that every scenario was run.
func all(results []*Result, scenarios []*Scenario) bool {
	ran := map[*Scenario]bool{}
	for _, r := range results {
		ran[r.Scenario] = true
	}
	return len(ran) == len(scenarios)
}
