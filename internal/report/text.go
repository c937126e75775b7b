// Package report shows a diagnosis: as text, as JSON. It draws no conclusions.
//
// The rules of the text:
//   - The first line alone answers the question: what, how it fails, and why.
//   - Nothing is said by colour alone; without colour or UTF-8 the report reads the same.
//   - A line has at most Width columns; what comes from outside is shown by Clean.
//   - A certainty is a word: proven, likely, possible. What was not looked at is said.
package report

import (
	"fmt"
	"io"
	"strings"

	"whynot/internal/cause"
	"whynot/internal/fact"
)

// Options say how the text is drawn.
type Options struct {
	Width   int // 0: 80
	Color   bool
	ASCII   bool
	Verbose bool
}

// Text writes a diagnosis for a person.
func Text(w io.Writer, d *cause.Diagnosis, s *fact.Set, o Options) error {
	if o.Width == 0 {
		o.Width = 80
	}
	p := &page{options: o, style: newStyle(o)}
	p.headline(d)
	if d.Outcome != cause.OK {
		p.causes(d)
		p.settle(d)
		p.fix(d)
	}
	p.warnings(d)
	p.path(d, s)
	p.rest(d, s)
	_, err := io.WriteString(w, p.b.String())
	return err
}

// indent is the width of the column of labels.
const indent = 12

// A page collects the lines of a report.
type page struct {
	options Options
	style   style
	b       strings.Builder
}

// verbs say how each outcome shows.
var verbs = map[cause.Outcome]string{cause.OK: "works", cause.Refused: "refuses the connection", cause.Unreachable: "cannot be reached",
	cause.Timeout: "does not answer", cause.WasReset: "resets the connection", cause.Closed: "closes the connection",
	cause.Rejected: "rejects the request", cause.Mismatch: "speaks another protocol", cause.Unresolved: "has no address"}

func (p *page) headline(d *cause.Diagnosis) {
	mark, text := p.style.cross(), Clean(display(d))+" "+verbs[d.Outcome]
	switch {
	case d.Outcome == cause.OK:
		mark = p.style.tick()
	case d.Settled():
		text += ": " + d.Causes[0].Cause.Title
	default:
		text += "; the cause cannot be settled from here"
	}
	for i, line := range wrap(text, p.options.Width-2) {
		if i == 0 {
			fmt.Fprintf(&p.b, "%s %s\n", mark, p.style.strong(line))
			continue
		}
		fmt.Fprintf(&p.b, "  %s\n", p.style.strong(line))
	}
}

// display writes the target as it was typed, or nearly so.
func display(d *cause.Diagnosis) string {
	t := d.Target
	if t.Scheme != "" && t.Host != "" {
		return t.Scheme + "://" + t.String()
	}
	if t.Network == "udp" {
		return "udp://" + t.String()
	}
	return t.String()
}

// mostShown is how many causes are shown that are not settled; the others are counted.
const mostShown = 4

// causes shows the first cause with its evidence and what follows from it, then those that remain.
func (p *page) causes(d *cause.Diagnosis) {
	roots := withoutSymptoms(d.Causes)
	if len(roots) == 0 {
		for _, f := range d.Causes {
			p.finding("because", f, nil)
		}
		return
	}
	first := "because"
	if !d.Settled() {
		first = "perhaps"
	}
	p.finding(first, roots[0], consequences(roots[0], d.Causes))
	shown := 1
	for _, f := range roots[1:] {
		if chained(roots[0], f) && !p.options.Verbose {
			shown++
			continue
		}
		if !p.options.Verbose && (shown >= mostShown || roots[0].Level == cause.Proven && f.Level < cause.Likely) {
			break
		}
		p.finding("or", f, nil)
		shown++
	}
	if more := len(roots) - shown; more > 0 && !p.options.Verbose {
		p.labelled("also", fmt.Sprintf("%s possible%s (-v lists them)", areCauses(more), behind(roots[0], roots[1:])))
	}
	if p.options.Verbose {
		for _, f := range d.Causes {
			if f.Cause.Symptom() {
				p.finding("seen", f, nil)
			}
		}
	}
}

// areCauses counts causes that are not shown.
func areCauses(n int) string {
	if n == 1 {
		return "1 more cause is"
	}
	return fmt.Sprintf("%d more causes are", n)
}

// behind says that what remains may be the reason for what was found, where all of it is.
func behind(first cause.Finding, rest []cause.Finding) string {
	for _, f := range rest {
		if !f.Cause.Accounts(first.Cause) && f.Level < cause.Likely {
			return ""
		}
	}
	return " behind it"
}

func withoutSymptoms(all []cause.Finding) []cause.Finding {
	var roots []cause.Finding
	for _, f := range all {
		if !f.Cause.Symptom() {
			roots = append(roots, f)
		}
	}
	return roots
}

// chained says that a finding is a consequence that is shown with its root.
func chained(root, f cause.Finding) bool {
	return f.Level >= cause.Likely && root.Level >= cause.Likely && root.Cause.Accounts(f.Cause)
}

// consequences are what a root accounts for, nearest to the root first.
func consequences(root cause.Finding, all []cause.Finding) []cause.Finding {
	var chain []cause.Finding
	for _, f := range all {
		if chained(root, f) {
			chain = append(chain, f)
		}
	}
	return chain
}

// finding shows one cause: its title with the certainty at the right, then its evidence.
func (p *page) finding(label string, f cause.Finding, chain []cause.Finding) {
	title := f.Cause.Title + only(f)
	level := f.Level.String()
	room := p.options.Width - indent - len(level) - 2
	lines := wrap(Clean(title), room)
	if label != "or" && label != "seen" {
		p.b.WriteByte('\n')
	}
	fmt.Fprintf(&p.b, "  %s%s%s\n", p.style.label(pad(label, indent-2)), p.style.strong(pad(lines[0], room+2)), p.style.level(f.Level))
	for _, l := range lines[1:] {
		p.plain(p.style.strong(l))
	}
	var sentences []string
	for _, b := range f.Because {
		sentences = append(sentences, Clean(b.Text))
	}
	for _, c := range chain {
		sentences = append(sentences, "so "+c.Cause.Title)
	}
	p.wrapped(strings.Join(sentences, "; "))
}

// only says to which addresses a finding is limited.
func only(f cause.Finding) string {
	if len(f.Only) == 0 {
		return ""
	}
	v4, v6 := 0, 0
	for _, a := range f.Only {
		if a.Addr().Is4() {
			v4++
		} else {
			v6++
		}
	}
	switch {
	case len(f.Only) == 1:
		return fmt.Sprintf(" (at %s only)", f.Only[0].Addr())
	case v4 == 0:
		return " (over IPv6 only)"
	case v6 == 0:
		return " (over IPv4 only)"
	}
	return fmt.Sprintf(" (at %d addresses only)", len(f.Only))
}

// settle shows the one thing to do that would decide.
func (p *page) settle(d *cause.Diagnosis) {
	if d.Settle == nil {
		return
	}
	p.b.WriteByte('\n')
	p.step("to settle", *d.Settle)
}

func (p *page) fix(d *cause.Diagnosis) {
	if !d.Settled() {
		return
	}
	for i, s := range d.Causes[0].Fix {
		if i == 0 {
			p.b.WriteByte('\n')
			p.step("fix", s)
			continue
		}
		p.step("", s)
	}
}

// step shows what to do, the command on the same line where it fits.
func (p *page) step(label string, s cause.Step) {
	text := Clean(s.Text)
	if s.On != "" && s.On != "this machine" {
		text += ", on " + Clean(s.On)
	}
	command := Clean(s.Command)
	if command == "" {
		p.labelled(label, text)
		return
	}
	if line := text + ":  " + command; width(line) <= p.options.Width-indent {
		fmt.Fprintf(&p.b, "  %s%s\n", p.style.label(pad(label, indent-2)), line)
		return
	}
	p.labelled(label, text+":")
	p.plain("  " + command) // a command is never broken
}

func (p *page) warnings(d *cause.Diagnosis) {
	label := "warning"
	for _, w := range d.Warnings {
		if w.Level < cause.Likely && !p.options.Verbose {
			continue // what may be wrong with one address of several: a long list of guesses
		}
		if label != "" {
			p.b.WriteByte('\n')
		}
		sentences := []string{Clean(w.Title)}
		for _, b := range w.Because {
			sentences = append(sentences, Clean(b.Text))
		}
		p.labelled(label, strings.Join(sentences, "; "))
		label = ""
	}
}

// labelled writes a label and a text beside it.
func (p *page) labelled(label, text string) {
	for i, line := range wrap(text, p.options.Width-indent) {
		if i == 0 {
			fmt.Fprintf(&p.b, "  %s%s\n", p.style.label(pad(label, indent-2)), line)
			continue
		}
		p.plain(line)
	}
}

// wrapped writes a text below what was labelled.
func (p *page) wrapped(text string) {
	for _, line := range wrap(text, p.options.Width-indent) {
		p.plain(p.style.dim(line))
	}
}

func (p *page) plain(line string) { fmt.Fprintf(&p.b, "%*s%s\n", indent, "", line) }
