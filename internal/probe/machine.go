package probe

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// machine is what looks, and what it may see.
var machine = &Probe{
	Name:  "machine",
	Doc:   "this process's rights and limits, and whether it runs in a container",
	Side:  fact.Client,
	Gives: []fact.Fact{fact.Machine{}, fact.Limits{}},
	Run:   runMachine,
}

func runMachine(_ context.Context, env *Env, _ *fact.Set, emit Emit) error {
	self := env.Kernel.WhoAmI()
	m := fact.Machine{OS: runtime.GOOS, Kernel: self.Kernel, UID: self.UID, Capabilities: self.Capabilities,
		RemoteLogin: env.Getenv("SSH_CONNECTION") != "", Container: container(env), Confined: confined(env)}
	if runtime.GOOS == "linux" {
		// This sysctl exists in the initial network namespace alone (net/core/sysctl_net_core.c, net_core_table).
		m.Namespace = "other"
		if _, err := sys.ReadFile(env.Root, "proc/sys/net/core/netdev_budget", 64); err == nil {
			m.Namespace = "initial"
		}
	}
	m.OwnName, m.NoIPv6 = ownName(env), noIPv6(env)
	emit(m)
	l := fact.Limits{OpenFiles: self.OpenFiles, OpenFilesUsed: self.FilesUsed}
	if text, err := sys.ReadFile(env.Root, "proc/sys/net/ipv4/ip_local_port_range", 64); err == nil {
		l.PortLow, l.PortHigh = parsePortRange(text)
	}
	emit(l)
	return nil
}

// noIPv6 says whether the kernel has no IPv6 at all: then its files are missing beside those of IPv4 (net/ipv6/af_inet6.c, inet6_init).
func noIPv6(env *Env) bool {
	_, err4 := sys.ReadFile(env.Root, "proc/self/net/sockstat", 4096)
	_, err6 := sys.ReadFile(env.Root, "proc/self/net/sockstat6", 4096)
	return err4 == nil && errors.Is(err6, fs.ErrNotExist)
}

// ownName gives the addresses that the hosts file gives to this machine's own name.
func ownName(env *Env) []netip.Addr {
	text, err := sys.ReadFile(env.Root, "etc/hosts", 1<<20)
	if err != nil {
		return nil
	}
	own, list := hostName(env), []netip.Addr(nil)
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) < 2 || !slices.ContainsFunc(f[1:], func(n string) bool { return strings.EqualFold(n, own) }) {
			continue
		}
		if a, err := netip.ParseAddr(f[0]); err == nil && len(list) < mostAddrs {
			list = append(list, a)
		}
	}
	return list
}

func parsePortRange(text []byte) (low, high uint16) {
	f := strings.Fields(string(text))
	if len(f) != 2 {
		return 0, 0
	}
	a, errA := strconv.ParseUint(f[0], 10, 16)
	b, errB := strconv.ParseUint(f[1], 10, 16)
	if errA != nil || errB != nil || a > b {
		return 0, 0
	}
	return uint16(a), uint16(b)
}

// container names the runtime by the marks that it leaves in the file system and the environment.
func container(env *Env) string {
	exists := func(name string) bool {
		_, err := sys.ReadFile(env.Root, name, 1<<20)
		return err == nil
	}
	switch {
	case env.Getenv("KUBERNETES_SERVICE_HOST") != "":
		return "kubernetes"
	case exists(".dockerenv"):
		return "docker"
	case exists("run/.containerenv"):
		return "podman"
	}
	return env.Getenv("container") // set by systemd-nspawn, LXC and others
}

// confined tells what confines this process: seccomp(2) and the Linux security modules.
func confined(env *Env) []string {
	var by []string
	if text, err := sys.ReadFile(env.Root, "proc/self/status", 1<<16); err == nil {
		for line := range strings.Lines(string(text)) {
			if mode, ok := strings.CutPrefix(line, "Seccomp:"); ok && strings.TrimSpace(mode) != "0" {
				by = append(by, "seccomp")
			}
		}
	}
	if text, err := sys.ReadFile(env.Root, "proc/self/attr/current", 4096); err == nil {
		label := strings.Trim(string(text), "\x00\n ")
		if label != "" && !strings.HasPrefix(label, "unconfined") && label != "kernel" {
			by = append(by, "security label "+label)
		}
	}
	return by
}
