//go:build linux

package lab

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Tool is another program that is scored on the same scenarios. It is run on the client, after whynot.
type Tool func(ctx context.Context, s *Scenario, client *Host, ours *Result)

// A Peer is what another tool said, read generously, beside what we said.
type Peer struct {
	Scenario *Scenario
	Said     string
	Right    bool
	Took     time.Duration
	Ours     time.Duration
	OurRight bool
}

// Nmap runs nmap -Pn -n -sV --reason on the same port, and collects what it says.
type Nmap struct {
	mu    sync.Mutex
	Peers []Peer
}

// nmapTime ends nmap, in seconds: a banner without end keeps it busy for ever, and takes all memory.
const nmapTime = "60"

// Run is the [Tool].
func (n *Nmap) Run(ctx context.Context, s *Scenario, client *Host, ours *Result) {
	host, port, udp := nmapTarget(s.expand(ours.View.Target))
	if host == "" || s.Names {
		return // nmap is asked for addresses and ports alone
	}
	args := []string{"timeout", nmapTime, "nmap", "-Pn", "-n", "-sV", "--reason", "-oX", "-", "-p", port}
	if strings.Contains(host, ":") {
		args = append(args, "-6")
	}
	if udp {
		args = append(args, "-sU")
	}
	begin := time.Now()
	out, _ := client.command(ctx, append(args, host)...).Output() // what it could not say shows in its output
	took := time.Since(begin)
	var r nmapRun
	if xml.Unmarshal(out, &r) != nil || len(r.Hosts) == 0 || len(r.Hosts[0].Ports) == 0 {
		r.Hosts = []nmapHost{{Ports: []nmapPort{{}}}}
	}
	p := r.Hosts[0].Ports[0]
	n.mu.Lock()
	defer n.mu.Unlock()
	n.Peers = append(n.Peers, Peer{s, strings.TrimSpace(fmt.Sprintf("%s %s %s", p.State.State, p.State.Reason, p.Service.Name)), generous(s.Cause, p), took, ours.Took,
		ours.firstRight() || ours.View.First == nil && ours.TruthAmong})
}

type nmapRun struct {
	Hosts []nmapHost `xml:"host"`
}

type nmapHost struct {
	Ports []nmapPort `xml:"ports>port"`
}

type nmapPort struct {
	State struct {
		State  string `xml:"state,attr"`
		Reason string `xml:"reason,attr"`
	} `xml:"state"`
	Service struct {
		Name   string `xml:"name,attr"`
		Method string `xml:"method,attr"`
	} `xml:"service"`
}

// nmapTarget takes host and port out of a target.
func nmapTarget(target string) (host, port string, udp bool) {
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		port = u.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443", "ssh": "22"}[u.Scheme]
		}
		return u.Hostname(), port, u.Scheme == "udp"
	}
	i := strings.LastIndexByte(target, ':')
	if i < 0 || strings.HasPrefix(target, "unix:") {
		return "", "", false
	}
	return strings.Trim(target[:i], "[]"), target[i+1:], false
}

// generous says whether nmap's state can be read as naming the cause: "closed" as any reason why nothing listens, "filtered" as any
// firewall or loss on the way, "open" as health, a recognised service as a mismatch. nmap itself names no cause.
func generous(truth string, p nmapPort) bool {
	family, _, _ := strings.Cut(truth, ".")
	switch {
	case truth == "none":
		return p.State.State == "open"
	case p.State.State == "closed":
		return slices.Contains([]string{"service.not-listening", "service.not-running", "bind.loopback-only", "bind.other-address", "service.failed-config", "bind.udp-only"}, truth)
	case strings.Contains(p.State.State, "filtered"):
		return family == "firewall" || family == "route" && strings.Contains(p.State.Reason, "unreach") || truth == "path.loss"
	case p.State.State == "open" && p.Service.Method == "probed":
		return truth == "service.other-program" || truth == "app.wrong-protocol" || truth == "tls.required" || truth == "tls.not-spoken"
	}
	return false
}

// Report prints how nmap did beside us.
func (n *Nmap) Report(w io.Writer) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.Peers) == 0 {
		return
	}
	right, ours := 0, 0
	var ratios []float64
	var theirs, own []time.Duration
	for _, p := range n.Peers {
		if p.Right {
			right++
		}
		if p.OurRight {
			ours++
		}
		ratios = append(ratios, float64(p.Took)/float64(p.Ours))
		theirs, own = append(theirs, p.Took), append(own, p.Ours)
	}
	slices.Sort(ratios)
	slices.Sort(theirs)
	slices.Sort(own)
	k := len(n.Peers)
	fmt.Fprintf(w, "nmap -Pn -n -sV --reason on %d of the client's views, read generously: right in %d (%.0f %%); whynot there: %d (%.0f %%)\n",
		k, right, 100*float64(right)/float64(k), ours, 100*float64(ours)/float64(k))
	fmt.Fprintf(w, "time: nmap median %d ms, whynot median %d ms (%.1f times); median of the ratios %.1f\n",
		theirs[k/2].Milliseconds(), own[k/2].Milliseconds(), float64(theirs[k/2])/float64(own[k/2]), ratios[k/2])
}
