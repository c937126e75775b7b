package probe

import (
	"runtime"
	"slices"
	"testing"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

func TestMachine(t *testing.T) {
	namespace := func(linux string) string {
		if runtime.GOOS == "linux" {
			return linux
		}
		return ""
	}
	for _, test := range []struct {
		name      string
		files     map[string]string
		variables map[string]string
		want      fact.Machine
	}{
		{"a container by nothing but its namespace", nil, nil, fact.Machine{Namespace: namespace("other")}},
		{"the machine itself", map[string]string{"proc/sys/net/core/netdev_budget": "300\n"}, nil, fact.Machine{Namespace: namespace("initial")}},
		{"Docker", map[string]string{".dockerenv": ""}, nil, fact.Machine{Namespace: namespace("other"), Container: "docker"}},
		{"Podman", map[string]string{"run/.containerenv": ""}, nil, fact.Machine{Namespace: namespace("other"), Container: "podman"}},
		{"Kubernetes, though there is Docker's mark", map[string]string{".dockerenv": ""}, map[string]string{"KUBERNETES_SERVICE_HOST": "10.96.0.1"},
			fact.Machine{Namespace: namespace("other"), Container: "kubernetes"}},
		{"systemd-nspawn", nil, map[string]string{"container": "systemd-nspawn"}, fact.Machine{Namespace: namespace("other"), Container: "systemd-nspawn"}},
		{"over SSH", nil, map[string]string{"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, fact.Machine{Namespace: namespace("other"), RemoteLogin: true}},
		{"confined", map[string]string{"proc/self/status": "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n", "proc/self/attr/current": "docker-default (enforce)\n"}, nil,
			fact.Machine{Namespace: namespace("other"), Confined: []string{"seccomp", "security label docker-default (enforce)"}}},
		{"not confined", map[string]string{"proc/self/status": "Seccomp:\t0\n", "proc/self/attr/current": "unconfined\n"}, nil, fact.Machine{Namespace: namespace("other")}},
		{"a label of SELinux that confines nothing", map[string]string{"proc/self/attr/current": "unconfined_u:unconfined_r:unconfined_t:s0\x00"}, nil, fact.Machine{Namespace: namespace("other")}},
		{"no security module", map[string]string{"proc/self/attr/current": "kernel\x00"}, nil, fact.Machine{Namespace: namespace("other")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := fakeEnv(files(test.files), test.variables, &network{answer: refused})
			set, emit := gather(tcp("db.test", 1))
			if err := runMachine(t.Context(), env.real(), set, emit); err != nil {
				t.Error(err)
			}
			m := only[fact.Machine](t, set)
			if m.OS != runtime.GOOS || m.Kernel != "6.1.0" || m.UID != 1000 || m.Namespace != test.want.Namespace || m.Container != test.want.Container ||
				m.RemoteLogin != test.want.RemoteLogin || !slices.Equal(m.Confined, test.want.Confined) {
				t.Errorf("%+v, want %+v", m, test.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	env := fakeEnv(files(map[string]string{"proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n"}), nil, &network{answer: refused})
	env.Kernel.WhoAmI = func() sys.Self { return sys.Self{OpenFiles: 1024, FilesUsed: 7, Capabilities: []string{"net_raw"}} }
	set, emit := gather(tcp("db.test", 1))
	if err := runMachine(t.Context(), env.real(), set, emit); err != nil {
		t.Error(err)
	}
	if l := only[fact.Limits](t, set); l.OpenFiles != 1024 || l.OpenFilesUsed != 7 || l.PortLow != 32768 || l.PortHigh != 60999 {
		t.Errorf("%+v", l)
	}
	if m := only[fact.Machine](t, set); !m.Can("net_raw") || m.Can("net_admin") {
		t.Errorf("%+v", m)
	}
}
