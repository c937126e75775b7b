package sys

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadFile(t *testing.T) {
	root := fstest.MapFS{"etc/ten": {Data: []byte("0123456789")}, "etc/empty": {}}
	for _, test := range []struct {
		name, file string
		most       int
		want       string
		err        string
	}{
		{"within the limit", "etc/ten", 100, "0123456789", ""},
		{"just within", "etc/ten", 10, "0123456789", ""},
		{"one byte too long", "etc/ten", 9, "", "longer than 9 bytes"},
		{"empty", "etc/empty", 0, "", ""},
		{"absent", "etc/none", 10, "", "not exist"},
		{"a directory", "etc", 10, "", "invalid"},
		{"with a leading slash", "/etc/ten", 10, "", "not exist"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := ReadFile(root, test.file, test.most)
			if string(text) != test.want || err == nil && test.err != "" || err != nil && (test.err == "" || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
	if _, err := ReadFile(root, "etc/none", 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestReadLink(t *testing.T) {
	root := fstest.MapFS{"proc/1/fd/3": {Data: []byte("socket:[77]"), Mode: fs.ModeSymlink}, "proc/1/stat": {}}
	if link, err := ReadLink(root, "proc/1/fd/3"); link != "socket:[77]" || err != nil {
		t.Errorf("%q, %v", link, err)
	}
	if link, err := ReadLink(root, "proc/1/stat"); err == nil {
		t.Errorf("a file is a link to %q", link)
	}
	if _, err := ReadLink(struct{ fs.FS }{root}, "proc/1/fd/3"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}
