package sys

import (
	"slices"
	"strings"
	"testing"
)

func TestParseUnixTable(t *testing.T) {
	const head = "Num       RefCount Protocol Flags    Type St Inode Path\n"
	const zero = "0000000000000000: "
	for _, test := range []struct {
		name, text string
		want       []UnixSocket
	}{
		{"empty", "", nil},
		{"nobody listens", head, nil},
		{"a listener", head + zero + "00000002 00000000 00010000 0001 01 26210 /run/docker.sock\n", []UnixSocket{{"/run/docker.sock", 26210}}},
		{"a connected socket of the same path", head + zero + "00000003 00000000 00000000 0001 03 26300 /run/docker.sock\n", nil},
		{"without a path", head + zero + "00000002 00000000 00010000 0001 01 26211\n", nil},
		{"an abstract name", head + zero + "00000002 00000000 00010000 0005 01 26212 @/org/kernel\n", []UnixSocket{{"@/org/kernel", 26212}}},
		{"a path with spaces", head + zero + "00000002 00000000 00010000 0001 01    77 /run/my app/x y.sock\n", []UnixSocket{{"/run/my app/x y.sock", 77}}},
		{"an inode that is none", head + zero + "00000002 00000000 00010000 0001 01 x77 /run/x\n", nil},
		{"an inode that is too large", head + zero + "00000002 00000000 00010000 0001 01 99999999999 /run/x\n", nil},
		{"garbage", "\x00\xff 1 2 00010000 4 5 6 7\n\n   \n", []UnixSocket{{"7", 6}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := parseUnixTable([]byte(test.text)); !slices.Equal(got, test.want) {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// FuzzUnixTable reads a table in which anybody may choose the paths.
func FuzzUnixTable(f *testing.F) {
	f.Add([]byte("Num RefCount Protocol Flags Type St Inode Path\n0: 00000002 00000000 00010000 0001 01 26210 /run/docker.sock\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range parseUnixTable(b) {
			if s.Path != strings.TrimSpace(s.Path) || strings.Contains(s.Path, "\n") {
				t.Errorf("%+v", s)
			}
		}
	})
}
