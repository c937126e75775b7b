package cause

import "whynot/internal/fact"

var resourceInodes = &Cause{
	ID:       "resource.inodes",
	Title:    "a file system has no inodes left",
	Doc:      `There is room on the disk, but no more files can be made: the same error as for a full disk. By hand, on the server: "df -i".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceFailed},
	Lacks:    "the free inodes of the server's file systems",
	Judge:    noListener("a file system without inodes may keep the service down"),
	Examples: exWhyNothingListens,
}
