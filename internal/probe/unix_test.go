package probe

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// TestUnixLinks follows symbolic links to the socket that is meant.
func TestUnixLinks(t *testing.T) {
	link := func(to string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink | 0o777}
	}
	root := fstest.MapFS{
		"run/real/app.sock": {Mode: fs.ModeSocket | 0o755},
		"run/app.sock":      link("real/app.sock"),
		"run/gone.sock":     link("/run/nowhere"),
		"run/round.sock":    link("round.sock"),
		"var/run":           link("/run"),
		"etc/text":          {Data: []byte("x"), Mode: 0o644},
		"run/text.sock":     link("../etc/text"),
	}
	for _, test := range []struct {
		name, path, bound string
		want              fact.UnixSocket
	}{
		{"no link", "/run/real/app.sock", "/run/real/app.sock", fact.UnixSocket{Exists: true, IsSocket: true, Listening: new(true)}},
		{"a link", "/run/app.sock", "/run/real/app.sock", fact.UnixSocket{Real: "/run/real/app.sock", Exists: true, IsSocket: true, Listening: new(true)}},
		{"bound through a link", "/run/real/app.sock", "/var/run/app.sock", fact.UnixSocket{Exists: true, IsSocket: true, Listening: new(true)}},
		{"a link to nothing", "/run/gone.sock", "/run/x", fact.UnixSocket{Real: "/run/nowhere", Missing: "/run/nowhere", Listening: new(false)}},
		{"a link to a file", "/run/text.sock", "/run/x", fact.UnixSocket{Real: "/etc/text", Exists: true, Listening: new(false)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := fakeEnv(root, nil, &network{answer: refused})
			env.Kernel.ListeningUnix = func(fs.FS) ([]sys.UnixSocket, error) { return []sys.UnixSocket{{Path: test.bound}}, nil }
			s, emit := gather(target.Target{Network: "unix", Path: test.path})
			if err := runUnix(t.Context(), env.real(), s, emit); err != nil {
				t.Fatal(err)
			}
			u := only[fact.UnixSocket](t, s)
			if u.Real != test.want.Real || u.Exists != test.want.Exists || u.IsSocket != test.want.IsSocket || u.Missing != test.want.Missing ||
				u.Listening == nil || *u.Listening != *test.want.Listening {
				t.Errorf("%+v, want %+v", u, test.want)
			}
		})
	}
	env := fakeEnv(root, nil, &network{answer: refused})
	if got := followLinks(env.real(), "/run/round.sock"); got != "/run/round.sock" {
		t.Errorf("a link to itself leads to %s", got)
	}
}
