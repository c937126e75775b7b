package report

import (
	"fmt"
	"io"
	"strings"

	"whynot/internal/cause"
	"whynot/internal/target"
)

// Catalogue lists causes, a line each.
func Catalogue(w io.Writer, causes []*cause.Cause) error {
	var b strings.Builder
	for _, c := range causes {
		fmt.Fprintf(&b, "%s%s\n", pad(c.ID, 30), c.Title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// pageWidth is how wide the pages of the catalogue are.
const pageWidth = 80

// Page shows one cause as a manual page does.
func Page(w io.Writer, c *cause.Cause) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n    because %s\n\n", c.ID, wrapAt(c.Title, 12))
	para := func(title, text string) {
		if text == "" {
			return
		}
		fmt.Fprintf(&b, "%s\n", title)
		for _, line := range wrap(text, pageWidth-4) {
			fmt.Fprintf(&b, "    %s\n", line)
		}
		b.WriteByte('\n')
	}
	para("WHAT IT IS", c.Doc)
	para("WHERE IT LIES", map[string]string{"client": "on the client", "server": "on the server's machine", "way": "on the way between them"}[sideOf(c)])
	para("WHAT IT EXPLAINS", ids(c.Explains))
	para("WHAT EXPLAINS IT", ids(explainers(c)))
	if c.Lacks != "" {
		para("WHAT IS LACKING", "whynot cannot prove it yet. This would: "+c.Lacks+".")
	}
	fmt.Fprintf(&b, "EXAMPLES\n")
	for _, e := range c.Examples {
		fmt.Fprintf(&b, "    %s%s\n", pad(e.Says.String(), 12), wrapAt(e.When, 16))
		fmt.Fprintf(&b, "    %sfacts: %s\n", pad("", 12), wrapAt(kinds(e), 23))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func ids(causes []*cause.Cause) string {
	var list []string
	for _, c := range causes {
		list = append(list, c.ID)
	}
	return strings.Join(list, ", ")
}

// explainers lists the causes that explain one directly.
func explainers(c *cause.Cause) []*cause.Cause {
	var list []*cause.Cause
	for _, other := range cause.All {
		for _, e := range other.Explains {
			if e == c {
				list = append(list, other)
			}
		}
	}
	return list
}

func kinds(e cause.Example) string {
	var list []string
	for _, f := range e.Client {
		list = append(list, f.Kind())
	}
	for _, f := range e.Server {
		list = append(list, f.Kind()+" (server)")
	}
	return strings.Join(list, ", ")
}

// A PlanStep is one thing that may be looked at, if there is a reason, and what it sends.
type PlanStep struct{ Name, Doc, If, Sends string }

// Plan shows what would be looked at, and what would leave this machine.
func Plan(w io.Writer, t target.Target, steps []PlanStep) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", wrapAt("To find out why "+Clean(t.String())+" does not work, whynot would look at:", 0))
	for _, s := range steps {
		fmt.Fprintf(&b, "\n  %s%s\n", pad(s.Name, 15), wrapAt(s.Doc, 17))
		condition := s.If
		if condition == "" {
			condition = "always"
		}
		fmt.Fprintf(&b, "  %swhen:  %s\n", pad("", 15), wrapAt(condition, 24))
		sends := s.Sends
		if sends == "" {
			sends = "nothing"
		}
		fmt.Fprintf(&b, "  %ssends: %s\n", pad("", 15), wrapAt(sends, 24))
	}
	b.WriteString("\nNothing is changed on any machine.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// wrapAt wraps a text that begins at a column.
func wrapAt(text string, column int) string {
	return strings.Join(wrap(text, pageWidth-column), "\n"+strings.Repeat(" ", column))
}
