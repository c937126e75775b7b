package report

import (
	"fmt"
	"strings"

	"whynot/internal/cause"
	"whynot/internal/fact"
)

// path draws the way from the client to the service, and where it ends.
func (p *page) path(d *cause.Diagnosis, s *fact.Set) {
	if len(d.Stages) == 0 {
		return
	}
	marks := map[cause.State]string{cause.Passed: "──✓ ", cause.Broken: "──✗ ", cause.Unclear: "──? ", cause.NotTried: "┄┄ "}
	if p.options.ASCII {
		marks = map[cause.State]string{cause.Passed: "--ok ", cause.Broken: "--x ", cause.Unclear: "--? ", cause.NotTried: ".. "}
	}
	p.b.WriteByte('\n')
	label, line := "path", here(s)
	flush := func() {
		p.labelled(label, line)
		label, line = "", ""
	}
	for _, stage := range d.Stages {
		piece := " " + marks[stage.State] + Clean(stage.Name)
		if width(line)+width(piece) > p.options.Width-indent {
			flush()
		}
		line += piece
	}
	flush()
}

// here is the name of the machine that looked.
func here(s *fact.Set) string {
	for _, f := range s.All() {
		if host := f.Where().Host; host != "" && f.Where().Side == fact.Client {
			return Clean(host)
		}
	}
	return "here"
}

// mostExamples is how many of the causes that were ruled out are named.
const mostExamples = 3

// rest tells what was ruled out, what is not known, and what could not be looked at.
func (p *page) rest(d *cause.Diagnosis, s *fact.Set) {
	if p.options.Verbose {
		p.everything(d, s)
		return
	}
	if d.Outcome != cause.OK && len(d.RuledOut) > 0 {
		p.labelled("ruled out", fmt.Sprintf("%s: %s (-v lists them)", count(len(d.RuledOut), "cause"), ruledOut(d)))
	}
	blind := fact.Of[fact.Blind](s)
	if d.Outcome != cause.OK && !provenFirst(d) && len(blind) > 0 {
		p.labelled("not seen", blindText(blind[0])+more(len(blind)-1))
	}
}

func provenFirst(d *cause.Diagnosis) bool {
	return d.Settled() && d.Causes[0].Level == cause.Proven
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more, see -v)", n)
}

// telling lists the families of causes in the order in which a reader wants to hear that they are ruled out.
var telling = []string{"firewall", "bind", "service", "route", "dns", "nat", "tls", "proxy", "app", "client"}

// ruledOut names a few of the causes that were ruled out, each of another family, with the fact that speaks against it; no fact twice.
func ruledOut(d *cause.Diagnosis) string {
	var list []string
	said := map[string]bool{}
	for _, family := range telling {
		for _, f := range d.RuledOut {
			if f.Cause.Family() != family || len(f.Because) == 0 || said[f.Because[0].Text] || len(list) >= mostExamples {
				continue
			}
			said[f.Because[0].Text] = true
			list = append(list, fmt.Sprintf("%s (%s)", f.Cause.ID, Clean(f.Because[0].Text)))
			break
		}
	}
	return strings.Join(list, ", ")
}

func blindText(b fact.Blind) string {
	text := Clean(b.Wanted) + ": " + Clean(b.Why)
	if b.Remedy != "" {
		text += "; " + Clean(b.Remedy)
	}
	return text
}

// everything lists what the short report only counts.
func (p *page) everything(d *cause.Diagnosis, s *fact.Set) {
	p.section("ruled out", len(d.RuledOut))
	for _, f := range d.RuledOut {
		p.entry(f.Cause.ID, because(f))
	}
	p.section("not known", len(d.Unknown))
	for _, f := range d.Unknown {
		p.entry(f.Cause.ID, "missing: "+strings.Join(missing(f), ", "))
	}
	blind := fact.Of[fact.Blind](s)
	p.section("not looked at", len(blind))
	for _, b := range blind {
		name, _ := cut(Clean(b.Probe), idColumn-1)
		p.entry(name, blindText(b))
	}
}

func because(f cause.Finding) string {
	var list []string
	for _, b := range f.Because {
		list = append(list, Clean(b.Text))
	}
	return strings.Join(list, "; ")
}

func (p *page) section(title string, n int) {
	if n > 0 {
		fmt.Fprintf(&p.b, "\n  %s\n", p.style.label(fmt.Sprintf("%s: %d", title, n)))
	}
}

// idColumn is how wide the column of IDs is in the long lists.
const idColumn = 28

func (p *page) entry(id, text string) {
	for i, line := range wrap(text, p.options.Width-idColumn-4) {
		if i > 0 {
			id = ""
		}
		fmt.Fprintf(&p.b, "    %s%s\n", pad(id, idColumn), p.style.dim(line))
	}
}
