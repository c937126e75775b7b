package sys

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestRoot reads a folder of the real file system by plain system calls.
func TestRoot(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for i := range 700 { // more names than fit into one answer of the kernel
		names = append(names, fmt.Sprintf("a-name-that-is-not-short-%04d", i))
		must(os.WriteFile(filepath.Join(dir, names[i]), []byte("text"), 0o640))
	}
	must(os.Mkdir(filepath.Join(dir, "folder"), 0o750))
	must(os.Symlink("socket:[77]", filepath.Join(dir, "link")))
	l, err := net.Listen("unix", filepath.Join(dir, "sock"))
	must(err)
	defer l.Close()
	names = append(names, "folder", "link", "sock")
	root, at := Root(), strings.TrimPrefix(dir, "/")

	var got []string
	entries, err := fs.ReadDir(root, at)
	must(err)
	types := map[string]fs.FileMode{}
	for _, e := range entries {
		got = append(got, e.Name())
		types[e.Name()] = e.Type()
		if e.IsDir() != (e.Name() == "folder") {
			t.Errorf("%s is a folder: %v", e.Name(), e.IsDir())
		}
	}
	if !slices.Equal(got, names) {
		t.Errorf("%d names of %d: %q", len(got), len(names), got)
	}
	if types["link"] != fs.ModeSymlink || types["sock"] != fs.ModeSocket || types["folder"] != fs.ModeDir || types[names[0]] != 0 {
		t.Errorf("%v", types)
	}

	if text, err := ReadFile(root, at+"/"+names[0], 4); string(text) != "text" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if link, err := ReadLink(root, at+"/link"); link != "socket:[77]" || err != nil {
		t.Errorf("%q, %v", link, err)
	}
	info, err := fs.Stat(root, at+"/"+names[0])
	must(err)
	want, err := os.Stat(filepath.Join(dir, names[0]))
	must(err)
	if o, ok := info.Sys().(Owner); !ok || o.UID != os.Getuid() || o.Inode == 0 || info.Size() != 4 || info.Mode() != want.Mode() || info.Name() != names[0] || !info.ModTime().Equal(want.ModTime()) {
		t.Errorf("%+v, %v %v %v", info.Sys(), info.Mode(), info.Size(), info.ModTime())
	}
	for name, want := range map[string]error{at + "/none": fs.ErrNotExist, "/" + at: fs.ErrInvalid, at + "/../x": fs.ErrInvalid} {
		if _, err := root.Open(name); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := fs.ReadDir(root, at+"/"+names[0]); err == nil {
		t.Error("a file was read as a folder")
	}
	if _, err := fs.ReadDir(root, "."); err != nil {
		t.Errorf("the root itself: %v", err)
	}
}

// TestConnectUnix tells a listener from a stale file and from none, whatever the kind of the socket.
func TestConnectUnix(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, network := range []string{"unix", "unixpacket"} {
		l, err := net.Listen(network, at(network))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
	}
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: at("unixgram"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: at("stale"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	for name, want := range map[string]string{"unix": "", "unixpacket": "", "unixgram": "", "stale": "ECONNREFUSED", "none": "ENOENT", strings.Repeat("x", 200): "EINVAL"} {
		if got := ConnectUnix(at(name)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestNamespaces lists the network namespaces of the processes, our own left out, each once.
func TestNamespaces(t *testing.T) {
	link := func(id string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("net:[" + id + "]"), Mode: fs.ModeSymlink}
	}
	root := fstest.MapFS{"proc/self/ns/net": link("1"), "proc/10/ns/net": link("1"), "proc/20/ns/net": link("2"), "proc/30/ns/net": link("2"), "proc/40/ns/net": link("3"),
		"proc/50/stat": {}, "proc/net/dev": {}}
	found, err := Namespaces(root)
	if err != nil || !slices.Equal(found, []Namespace{{ID: "net:[2]", PID: 20}, {ID: "net:[3]", PID: 40}}) {
		t.Errorf("%+v, %v", found, err)
	}
	if n := found[0]; n.String() != "2" || n.file() != "/proc/20/ns/net" {
		t.Errorf("%s, %s", n, n.file())
	}
	if n := (Namespace{ID: "net:[9]", Name: "blue"}); n.String() != "blue" || n.file() != "/run/netns/blue" {
		t.Errorf("%s, %s", n, n.file())
	}
	if _, err := Namespaces(fstest.MapFS{}); err == nil {
		t.Error("without /proc there is no error")
	}
}
