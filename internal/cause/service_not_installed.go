package cause

import "whynot/internal/fact"

var serviceNotInstalled = &Cause{
	ID:    "service.not-installed",
	Title: "there is no such service on the machine",
	Doc: `Neither a unit nor a package nor a program of the service is there: the machine is another one than it is taken for, or the installation
was forgotten. By hand, on the server: "systemctl list-unit-files", "which PROGRAM".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotRunning},
	Lacks:    "the machine's units, packages and programs",
	Judge:    noListener("the service may not be installed"),
	Examples: exWhyNothingListens,
}
