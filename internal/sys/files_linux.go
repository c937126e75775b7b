package sys

import (
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Root is the file system as an [fs.FS], read by plain system calls: package os registers every file with Go's network poller,
// which aborts the program where no descriptor is left for it.
func Root() fs.FS { return rootFS{} }

type rootFS struct{}

// Open implements [fs.FS]; names have no leading slash.
func (rootFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	full := "/" + strings.TrimPrefix(name, ".")
	fd, err := unix.Open(full, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: full, Err: err}
	}
	return &rawFile{fd: fd, name: full}, nil
}

// ReadLink gives the target of a symbolic link.
func (rootFS) ReadLink(name string) (string, error) {
	buf := make([]byte, 4096)
	n, err := unix.Readlink("/"+name, buf)
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: "/" + name, Err: err}
	}
	return string(buf[:n]), nil
}

// Lstat implements [fs.ReadLinkFS].
func (rootFS) Lstat(name string) (fs.FileInfo, error) {
	var st unix.Stat_t
	if err := unix.Lstat("/"+name, &st); err != nil {
		return nil, &fs.PathError{Op: "lstat", Path: "/" + name, Err: err}
	}
	return fileInfo{path.Base(name), st}, nil
}

type rawFile struct {
	fd   int
	name string
}

func (f *rawFile) Read(b []byte) (int, error) {
	n, err := unix.Read(f.fd, b)
	if err != nil {
		return 0, &fs.PathError{Op: "read", Path: f.name, Err: err}
	}
	if n == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (f *rawFile) Close() error { return unix.Close(f.fd) }

func (f *rawFile) Stat() (fs.FileInfo, error) {
	var st unix.Stat_t
	if err := unix.Fstat(f.fd, &st); err != nil {
		return nil, &fs.PathError{Op: "stat", Path: f.name, Err: err}
	}
	return fileInfo{path.Base(f.name), st}, nil
}

// ReadDir implements [fs.ReadDirFile]; it reads the whole directory whatever n is.
func (f *rawFile) ReadDir(int) ([]fs.DirEntry, error) {
	var names []string
	buf := make([]byte, 16<<10)
	for {
		n, err := unix.ReadDirent(f.fd, buf)
		if err != nil {
			return nil, &fs.PathError{Op: "readdir", Path: f.name, Err: err}
		}
		if n <= 0 {
			break
		}
		_, _, names = unix.ParseDirent(buf[:n], -1, names)
	}
	sort.Strings(names)
	entries := make([]fs.DirEntry, 0, len(names))
	for _, name := range names {
		entries = append(entries, dirEntry{dir: f.name, name: name})
	}
	return entries, nil
}

type dirEntry struct{ dir, name string }

func (d dirEntry) Name() string { return d.name }

func (d dirEntry) IsDir() bool { return d.Type().IsDir() }

func (d dirEntry) Type() fs.FileMode {
	info, err := d.Info()
	if err != nil {
		return fs.ModeIrregular
	}
	return info.Mode().Type()
}

func (d dirEntry) Info() (fs.FileInfo, error) {
	return rootFS{}.Lstat(strings.TrimPrefix(d.dir, "/") + "/" + d.name)
}

type fileInfo struct {
	name string
	st   unix.Stat_t
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.st.Size }
func (i fileInfo) IsDir() bool        { return i.Mode().IsDir() }
func (i fileInfo) ModTime() time.Time { return time.Unix(i.st.Mtim.Unix()) }

// Sys gives owner and group as [Owner].
func (i fileInfo) Sys() any { return Owner{UID: int(i.st.Uid), GID: int(i.st.Gid), Inode: i.st.Ino} }

func (i fileInfo) Mode() fs.FileMode {
	mode := fs.FileMode(i.st.Mode & 0o777)
	types := map[uint32]fs.FileMode{unix.S_IFDIR: fs.ModeDir, unix.S_IFLNK: fs.ModeSymlink, unix.S_IFSOCK: fs.ModeSocket,
		unix.S_IFIFO: fs.ModeNamedPipe, unix.S_IFBLK: fs.ModeDevice, unix.S_IFCHR: fs.ModeDevice | fs.ModeCharDevice}
	return mode | types[i.st.Mode&unix.S_IFMT]
}
