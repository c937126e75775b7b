//go:build linux

package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Host is a machine of a scenario: a process that is the first of its own process namespace, with its own network, mounts,
// host name, and a private copy of the file system. When it ends, all that ran on it ends.
type Host struct {
	Name string
	pid  int
	cmd  *exec.Cmd
	stop io.Closer
}

// hostProgram is the name under which this binary is the first process of a host.
const hostProgram = "lab-host"

// startHost makes a host. bin is a folder that holds the programs of the lab.
func startHost(name, bin string) (*Host, error) {
	cmd := exec.Command(filepath.Join(bin, hostProgram), name, bin)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL, // whatever happens to us, nothing is left behind
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("lab: start host %s: %w", name, err)
	}
	h := &Host{Name: name, pid: cmd.Process.Pid, cmd: cmd, stop: stdin}
	ready := make([]byte, 5)
	if _, err := io.ReadFull(stdout, ready); err != nil {
		_ = cmd.Wait() // its complaints say more than its status
		return nil, fmt.Errorf("lab: host %s did not come up: %s", name, complaints.String())
	}
	return h, nil
}

// close ends the host and everything on it.
func (h *Host) close() {
	_ = h.stop.Close()
	done := make(chan struct{})
	go func() {
		_ = h.cmd.Wait() // it was told to end
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(3 * time.Second):
		_ = h.cmd.Process.Kill()
		<-done
	}
}

// command prepares a command on the host.
func (h *Host) command(ctx context.Context, args ...string) *exec.Cmd {
	enter := append([]string{"--target", strconv.Itoa(h.pid), "--net", "--mount", "--pid", "--uts", "--ipc", "--root", "--wd", "--"}, args...)
	cmd := exec.CommandContext(ctx, "nsenter", enter...)
	cmd.Env = []string{"PATH=/lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"}
	return cmd
}

// sh runs a shell script on the host. Its output goes to a file: a server that it leaves in the background goes on writing there.
func (h *Host) sh(ctx context.Context, script string) error {
	out, err := os.CreateTemp("", "whynot-lab-out-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd := h.command(ctx, "sh", "-ec", script)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("lab: on %s: %w: %s", h.Name, err, strings.TrimSpace(string(said)))
	}
	return nil
}

// hostMain is the first process of a host: it sets up the namespaces, says so, and reaps children until its standard input ends.
func hostMain(name, bin string) error {
	if err := privateRoot(bin); err != nil {
		return err
	}
	if err := syscall.Sethostname([]byte(name)); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	for file, text := range map[string]string{
		"/etc/hostname": name + "\n", "/etc/hosts": "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n",
		"/etc/resolv.conf": "", "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("lo: %w: %s", err, out)
	}
	if _, err := os.Stdout.WriteString("ready"); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the lab closes it, or dies
		close(ended)
	}()
	for {
		select {
		case <-ended:
			return nil
		case <-time.After(20 * time.Millisecond):
			for {
				var status syscall.WaitStatus
				if pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil); pid <= 0 || err != nil {
					break
				}
			}
		}
	}
}

// privateRoot gives the host a file system of its own: the machine's, with all changes kept in memory. The lab's programs are at
// /lab/bin.
func privateRoot(bin string) error {
	mount := func(source, target, kind string, flags uintptr, data string) error {
		if err := syscall.Mount(source, target, kind, flags, data); err != nil {
			return fmt.Errorf("mount %s on %s: %w", kind, target, err)
		}
		return nil
	}
	base := "/run/whynot-lab"
	if err := errors.Join(mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""), os.MkdirAll(base, 0o755),
		mount("tmpfs", base, "tmpfs", 0, "mode=755")); err != nil {
		return err
	}
	for _, d := range []string{"upper", "work", "root"} {
		if err := os.Mkdir(filepath.Join(base, d), 0o755); err != nil {
			return err
		}
	}
	root := filepath.Join(base, "root")
	if err := mount("overlay", root, "overlay", 0, fmt.Sprintf("lowerdir=/,upperdir=%s/upper,workdir=%s/work", base, base)); err != nil {
		return err
	}
	for _, d := range []string{"lab/bin", "lab/old", "proc", "sys", "dev", "run", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			return err
		}
	}
	err := errors.Join(
		mount(bin, filepath.Join(root, "lab/bin"), "", syscall.MS_BIND, ""),
		mount("proc", filepath.Join(root, "proc"), "proc", 0, ""),
		mount("sysfs", filepath.Join(root, "sys"), "sysfs", 0, ""),
		mount("/dev", filepath.Join(root, "dev"), "", syscall.MS_BIND|syscall.MS_REC, ""),
		mount("tmpfs", filepath.Join(root, "run"), "tmpfs", 0, "mode=755"),
		mount("tmpfs", filepath.Join(root, "tmp"), "tmpfs", 0, "mode=1777"),
	)
	if err != nil {
		return err
	}
	if err := syscall.PivotRoot(root, filepath.Join(root, "lab/old")); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := errors.Join(os.Chdir("/"), syscall.Unmount("/lab/old", syscall.MNT_DETACH)); err != nil {
		return err
	}
	return nil
}
