module whynot

go 1.26.0

require (
	// lipgloss styles the report: bold, colour, and the width of text in columns.
	charm.land/lipgloss/v2 v2.0.6
	// cobra is the command line: flags, commands, help, shell completion.
	github.com/spf13/cobra v1.10.2
	// netlink reads routes, rules, links and addresses.
	github.com/vishvananda/netlink v1.3.1
	// x/net has DNS messages (dns/dnsmessage), internationalised names (idna) and the rules of proxy variables (http/httpproxy).
	golang.org/x/net v0.62.0
	// x/sys has the system calls and constants that package syscall lacks.
	golang.org/x/sys v0.49.0
)

require (
	// pflag lists cobra's flags for the manual page; only a test uses it.
	github.com/spf13/pflag v1.0.9
	// x/tools reads the txtar archives of the lab's scenarios; no part of the program.
	golang.org/x/tools v0.52.0
)

require (
	github.com/charmbracelet/colorprofile v0.4.3 // indirect
	github.com/charmbracelet/ultraviolet v0.0.0-20260811164956-006e29f97886 // indirect
	github.com/charmbracelet/x/ansi v0.11.8 // indirect
	github.com/charmbracelet/x/term v0.2.2 // indirect
	github.com/charmbracelet/x/termios v0.1.1 // indirect
	github.com/charmbracelet/x/windows v0.2.2 // indirect
	github.com/clipperhouse/displaywidth v0.11.0 // indirect
	github.com/clipperhouse/uax29/v2 v2.7.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/lucasb-eyer/go-colorful v1.4.1 // indirect
	github.com/mattn/go-runewidth v0.0.24 // indirect
	github.com/muesli/cancelreader v0.2.2 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/vishvananda/netns v0.0.5 // indirect
	github.com/xo/terminfo v0.0.0-20220910002029-abceb7e1c41e // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
