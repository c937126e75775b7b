//go:build linux

package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// speedHosts gives the client of CRS. The server listens on port 8000, is silent on 8002, and has hostile servers from 9000 on; the router drops
// all that goes to 198.51.100.77.
func speedHosts(b *testing.B) *Host {
	b.Helper()
	if os.Getuid() != 0 {
		b.Skip("the lab makes network namespaces: it needs root")
	}
	hosts, err := shapes["CRS"].build(context.Background(), build(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { closeAll(hosts) })
	server := "lab serve http :8000 &\n" + drop("input", "tcp dport 8002")
	for i, h := range hostile {
		server += fmt.Sprintf("lab serve %s :%d &\n", h.kind, 9000+i)
	}
	for host, script := range map[string]string{"server": server + "lab wait 8000\nlab wait 9004", "router": drop("forward", "ip daddr 198.51.100.77")} {
		if err := hosts[host].sh(context.Background(), script); err != nil {
			b.Fatal(err)
		}
	}
	return hosts["client"]
}

func drop(hook, match string) string {
	return "nft add table inet f\nnft add chain inet f c '{ type filter hook " + hook + " priority 0; }'\nnft add rule inet f c " + match + " drop\n"
}

// A stopwatch runs a command and keeps how long it took, and its peak memory.
type stopwatch struct {
	took   []time.Duration
	peakKB int64
}

func (s *stopwatch) run(cmd *exec.Cmd) {
	begin := time.Now()
	_ = cmd.Run() // a refused port is an exit status of 1
	s.took = append(s.took, time.Since(begin))
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peakKB = max(s.peakKB, u.Maxrss)
	}
}

func (s *stopwatch) median() float64 {
	slices.Sort(s.took)
	return float64(s.took[len(s.took)/2].Microseconds()) / 1000
}

// BenchmarkRefused times the whole process at a refused port two networks away, and plain nmap beside it in turn. entry-ms is what entering the
// host takes by itself; it is part of both.
func BenchmarkRefused(b *testing.B) {
	client := speedHosts(b)
	if _, err := exec.LookPath("nmap"); err != nil {
		b.Skip("nmap is what is compared with: apt-get install nmap")
	}
	b.Run("pair", func(b *testing.B) {
		var ours, theirs, entry stopwatch
		for b.Loop() {
			ours.run(client.command(b.Context(), "whynot", "198.51.100.2:8001"))
			theirs.run(client.command(b.Context(), "nmap", "-Pn", "-n", "-p", "8001", "--reason", "198.51.100.2"))
			entry.run(client.command(b.Context(), "true"))
		}
		b.ReportMetric(ours.median(), "whynot-ms")
		b.ReportMetric(theirs.median(), "nmap-ms")
		b.ReportMetric(entry.median(), "entry-ms")
		b.ReportMetric(theirs.median()/ours.median(), "times-faster")
		b.ReportMetric(float64(ours.peakKB)/1024, "peak-MB")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkSilence times a port whose packets are dropped on the server, which answers otherwise, and an address that shows no sign of life.
func BenchmarkSilence(b *testing.B) {
	client := speedHosts(b)
	for name, target := range map[string]string{"port": "198.51.100.2:8002", "host": "198.51.100.77:8001"} {
		b.Run(name, func(b *testing.B) {
			var ours stopwatch
			for b.Loop() {
				ours.run(client.command(b.Context(), "whynot", target))
			}
			b.ReportMetric(ours.median(), "whynot-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkVersion times the program that does nothing.
func BenchmarkVersion(b *testing.B) {
	bin := build(b)
	var ours stopwatch
	for b.Loop() {
		ours.run(exec.Command(filepath.Join(bin, "whynot"), "--version"))
	}
	b.ReportMetric(ours.median(), "whynot-ms")
	b.ReportMetric(float64(ours.peakKB)/1024, "peak-MB")
	b.ReportMetric(0, "ns/op")
}

// hostile lists servers that try to keep a client busy, and how they are asked; see servers.go.
var hostile = []struct{ kind, scheme string }{{"endless", "ssh"}, {"drip", "http"}, {"header", "http"}, {"halftls", "https"}, {"escape", "ssh"}}

// BenchmarkHostile times them, with the memory they cost.
func BenchmarkHostile(b *testing.B) {
	client := speedHosts(b)
	for i, h := range hostile {
		b.Run(h.kind, func(b *testing.B) {
			var ours stopwatch
			for b.Loop() {
				ours.run(client.command(b.Context(), "whynot", fmt.Sprintf("%s://198.51.100.2:%d", h.scheme, 9000+i)))
			}
			b.ReportMetric(ours.median(), "whynot-ms")
			b.ReportMetric(float64(ours.peakKB)/1024, "peak-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}
