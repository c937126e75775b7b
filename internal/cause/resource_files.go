package cause

import "whynot/internal/fact"

var resourceFiles = &Cause{
	ID:    "resource.files",
	Title: "the service has no file descriptors left",
	Doc: `The program has as many files open as it may and can accept no more: the kernel completes the handshake, and the program never takes it.
Its log says "Too many open files". By hand, on the server: "ls /proc/PID/fd | wc -l" against /proc/PID/limits.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceHung, symptomStalled, symptomClosed, symptomSilent},
	Lacks:    "the service's open files and their limit",
	Judge: strongest(
		afterStall("the program may have no file descriptor left for it"),
		afterHangUp("the program may have no file descriptor left for it"),
		afterSilence("a program without file descriptors lets its queue fill up"),
	),
	Examples: exWhyNothingSaid,
}
