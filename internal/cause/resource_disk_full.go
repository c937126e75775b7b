package cause

import "whynot/internal/fact"

var resourceDiskFull = &Cause{
	ID:    "resource.disk-full",
	Title: "a disk is full",
	Doc: `The service could not write a lock, a log or its data, and ended or takes no more work. By hand, on the server: "df -h", and "No space
left on device" in its log.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceFailed},
	Lacks:    "the free space of the server's file systems",
	Judge:    noListener("a full disk may keep the service down"),
	Examples: exWhyNothingListens,
}
