package sys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Owner is what [fs.FileInfo.Sys] gives for the files of [Root].
type Owner struct {
	UID, GID int
	Inode    uint64
}

// ReadFile reads a file of at most so many bytes; a longer one is an error.
func ReadFile(root fs.FS, name string, most int) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, err
	}
	if len(text) > most {
		return nil, fmt.Errorf("sys: /%s is longer than %d bytes", name, most)
	}
	return text, nil
}

// ReadLink gives the target of a symbolic link, where the file system has such.
func ReadLink(root fs.FS, name string) (string, error) {
	links, ok := root.(fs.ReadLinkFS)
	if !ok {
		return "", errors.ErrUnsupported
	}
	return links.ReadLink(name)
}
