package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"whynot/internal/probe"
)

// patienceOfReader is how long nothing need be said: a person does not notice less.
const patienceOfReader = 300 * time.Millisecond

// progressWidth is how many columns the line may take.
const progressWidth = 79

// progress tells on a terminal what is being waited for.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	begin time.Time
	most  time.Duration
	line  string
	shown bool
	timer *time.Timer
}

func newProgress(out io.Writer, terminal bool, most time.Duration) *progress {
	p := &progress{begin: time.Now(), most: most}
	if terminal {
		p.out = out
		p.timer = time.AfterFunc(patienceOfReader, p.draw)
	}
	return p
}

// show is told which probes are under way.
func (p *progress) show(underWay []*probe.Probe) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(underWay) == 0 {
		return
	}
	p.line = underWay[0].Doc
	if p.shown {
		p.write()
	}
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil {
		p.shown = true
		p.write()
	}
}

// write draws the one line anew. Carriage return and "erase to the end of the line" (ECMA-48, EL) are all that is needed.
func (p *progress) write() {
	left := (p.most - time.Since(p.begin)).Round(time.Second)
	bound := fmt.Sprintf(" (%s at most)", max(left, 0))
	text := []rune("looking: " + p.line)
	if room := progressWidth - len(bound); len(text) > room { // a line that wraps cannot be erased
		text = append(text[:room-3], '.', '.', '.')
	}
	fmt.Fprintf(p.out, "\r\x1b[K%s%s", string(text), bound)
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.out = nil
	p.shown = false
}
