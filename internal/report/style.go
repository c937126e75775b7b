package report

import (
	"strings"

	"charm.land/lipgloss/v2"

	"whynot/internal/cause"
)

// style draws marks and emphasis, or leaves them out.
type style struct{ options Options }

func newStyle(o Options) style { return style{o} }

func (s style) paint(st lipgloss.Style, text string) string {
	if !s.options.Color || text == "" {
		return text
	}
	return st.Render(text)
}

func (s style) strong(t string) string { return s.paint(lipgloss.NewStyle().Bold(true), t) }
func (s style) dim(t string) string    { return s.paint(lipgloss.NewStyle().Faint(true), t) }
func (s style) label(t string) string {
	return s.paint(lipgloss.NewStyle().Foreground(lipgloss.Cyan), t)
}

func (s style) tick() string {
	return s.paint(lipgloss.NewStyle().Foreground(lipgloss.Green), s.mark("✓", "ok"))
}
func (s style) cross() string {
	return s.paint(lipgloss.NewStyle().Foreground(lipgloss.Red), s.mark("✗", "x"))
}

func (s style) mark(utf8, ascii string) string {
	if s.options.ASCII {
		return ascii
	}
	return utf8
}

func (s style) level(l cause.Level) string {
	colors := map[cause.Level]lipgloss.Style{
		cause.Proven:   lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Green),
		cause.Likely:   lipgloss.NewStyle().Foreground(lipgloss.Yellow),
		cause.Possible: lipgloss.NewStyle().Faint(true),
	}
	return s.paint(colors[l], l.String())
}

// width is how many columns a text takes. All that is shown is of single width, but for what a server says in its own language.
func width(s string) int { return lipgloss.Width(s) }

// pad fills a text up to a number of columns.
func pad(s string, to int) string {
	if n := to - width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s + " "
}

// wrap breaks a text into lines of at most so many columns, at spaces where there are any.
func wrap(text string, columns int) []string {
	columns = max(columns, 1)
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		for width(word) > columns { // a word that no line can hold
			if line != "" {
				lines, line = append(lines, line), ""
			}
			head, tail := cut(word, columns)
			lines, word = append(lines, head), tail
		}
		switch {
		case line == "":
			line = word
		case width(line+" "+word) <= columns:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// cut splits a word at a number of columns. The head is measured as a whole: a character may change the width of the one before it.
func cut(word string, columns int) (head, tail string) {
	end := 0
	for i := range word {
		if end > 0 && width(word[:i]) > columns {
			break
		}
		end = i
	}
	if end > 0 && width(word) > columns {
		return word[:end], word[end:]
	}
	return word, ""
}
