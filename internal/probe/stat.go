package probe

import (
	"io/fs"
	"strings"
)

const modeSocket = fs.ModeSocket

// lstat describes a file, or the link itself.
func lstat(env *Env, name string) (fs.FileInfo, error) {
	name = strings.TrimPrefix(name, "/")
	if l, ok := env.Root.(fs.ReadLinkFS); ok {
		return l.Lstat(name)
	}
	return fs.Stat(env.Root, name)
}
