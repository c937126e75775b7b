package probe

import (
	"context"
	"path"
	"strings"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// unixSocket looks at the file of a Unix socket, and tries to connect.
var unixSocket = &Probe{
	Name:  "unix",
	Doc:   "the socket's file, who may use it, and whether somebody listens on it",
	Side:  fact.Client,
	When:  func(_ *Env, s *fact.Set) bool { return s.Target.Network == "unix" },
	If:    "the target is a Unix socket",
	Gives: []fact.Fact{fact.UnixSocket{}},
	Sends: "one connection to the socket",
	Run:   runUnix,
}

func runUnix(_ context.Context, env *Env, known *fact.Set, emit Emit) error {
	name := known.Target.Path
	u := fact.UnixSocket{Path: name, Errno: env.Kernel.ConnectUnix(name)}
	if !strings.HasPrefix(name, "/") {
		emit(u)
		return nil
	}
	u.Missing, u.Denied = walkPath(env, name)
	real := followLinks(env, name)
	if real != name {
		u.Real = real
		if u.Missing == "" && u.Denied == "" {
			u.Missing, u.Denied = walkPath(env, real)
		}
	}
	if info, err := lstat(env, real); err == nil {
		u.Exists, u.IsSocket, u.Mode = true, info.Mode().Type()&modeSocket != 0, info.Mode().String()
		if o, ok := info.Sys().(sys.Owner); ok {
			u.UID, u.GID = o.UID, o.GID
		}
		if u.Errno == "EACCES" && u.Denied == "" {
			u.Denied = real
		}
	}
	paths, err := env.Kernel.ListeningUnix(env.Root)
	if err != nil {
		emit(u)
		return err
	}
	on := false
	for _, p := range paths {
		same := p.Path == name || p.Path == real || strings.HasPrefix(p.Path, "/") && followLinks(env, p.Path) == real
		on = on || same
		if !same && path.Base(p.Path) == path.Base(name) && len(u.Others) < mostAlternatives {
			u.Others = append(u.Others, p.Path)
		}
	}
	u.Listening = &on
	emit(u)
	return nil
}

// walkPath gives the first part of a path that does not exist, and the first directory that this process may not pass.
func walkPath(env *Env, name string) (missing, denied string) {
	at := ""
	for part := range strings.SplitSeq(strings.Trim(name, "/"), "/") {
		if at != "" && !env.Kernel.MayPass(at, true) {
			return "", at
		}
		at += "/" + part
		if _, err := lstat(env, at); err != nil {
			return at, ""
		}
	}
	return "", ""
}

// mostLinks bounds how many symbolic links are followed, as the kernel does (path_resolution(7)).
const mostLinks = 40

// followLinks follows the symbolic links of an absolute path. What does not exist or may not be seen stays as it is.
func followLinks(env *Env, name string) string {
	done, rest := "", strings.Split(strings.Trim(path.Clean(name), "/"), "/")
	for links := 0; len(rest) > 0; {
		at := done + "/" + rest[0]
		rest = rest[1:]
		to, err := sys.ReadLink(env.Root, strings.TrimPrefix(at, "/"))
		if err != nil || links == mostLinks {
			done = at
			continue
		}
		links++
		if !strings.HasPrefix(to, "/") {
			to = done + "/" + to
		}
		done, rest = "", append(strings.Split(strings.Trim(path.Clean(to), "/"), "/"), rest...)
	}
	return done
}
