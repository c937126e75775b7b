//go:build !linux

package sys

import (
	"io/fs"
	"os"
)

// Root is the file system as an [fs.FS].
func Root() fs.FS { return os.DirFS("/") }
