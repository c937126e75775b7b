//go:build !linux

package sys

import "os"

// WhoAmI gives what this process is and may.
func WhoAmI() Self { return Self{UID: os.Getuid()} }
