package sys

import (
	"bufio"
	"bytes"
	"strconv"
	"strings"
)

// A UnixSocket is a listening socket with a path.
type UnixSocket struct {
	Path  string
	Inode uint32
}

// parseUnixTable lists the sockets of /proc/net/unix that listen: those with the flag __SO_ACCEPTCON, 0x10000
// (net/unix/af_unix.c, unix_seq_show).
func parseUnixTable(text []byte) []UnixSocket {
	var sockets []UnixSocket
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) >= 8 && f[3] == "00010000" {
			_, path, ok := strings.Cut(lines.Text(), " "+f[6]+" ")
			inode, err := strconv.ParseUint(f[6], 10, 32)
			if ok && err == nil {
				sockets = append(sockets, UnixSocket{strings.TrimSpace(path), uint32(inode)})
			}
		}
	}
	return sockets
}
