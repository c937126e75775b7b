package sys

// Self is what this process is and may.
type Self struct {
	UID          int // -1 where there is none
	Capabilities []string
	Kernel       string
	OpenFiles    uint64 // RLIMIT_NOFILE, soft; 0: unknown
	FilesUsed    int
}
