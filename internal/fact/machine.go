package fact

import "net/netip"

// Machine describes the machine that looks, and what the looking process is.
type Machine struct {
	Seen
	OS     string `json:"os"`
	Kernel string `json:"kernel,omitempty"`
	UID    int    `json:"uid"` // -1 where there is none
	// Capabilities lists those of capabilities(7) that the process has and that let it see more.
	Capabilities []string `json:"capabilities,omitempty"`
	// Namespace is "initial" or "other" for the network namespace, empty if it cannot be told.
	Namespace string `json:"namespace,omitempty"`
	// Container names the container runtime this runs in, as its marks in the file system say; empty: none found.
	Container string `json:"container,omitempty"`
	// NoIPv6 says that the kernel was booted without IPv6 (ipv6.disable=1), or has none.
	NoIPv6 bool `json:"no_ipv6,omitempty"`
	// OwnName lists the addresses that the hosts file gives to the machine's own name.
	OwnName []netip.Addr `json:"own_name,omitempty"`
	// RemoteLogin says that the user is logged in over SSH.
	RemoteLogin bool `json:"remote_login,omitempty"`
	// Confined tells what confines the process: "seccomp", "apparmor docker-default", "selinux ..."; empty: nothing found.
	Confined []string `json:"confined,omitempty"`
}

// Kind implements [Fact].
func (Machine) Kind() string { return "machine" }

// Can says whether the process has a capability, as in "net_raw".
func (m Machine) Can(capability string) bool {
	for _, c := range m.Capabilities {
		if c == capability {
			return true
		}
	}
	return false
}

// Limits are the process's own limits and the machine's local ports.
type Limits struct {
	Seen
	OpenFiles     uint64 `json:"open_files,omitempty"` // RLIMIT_NOFILE, soft; 0: unknown
	OpenFilesUsed int    `json:"open_files_used"`
	PortLow       uint16 `json:"port_low,omitempty"` // net.ipv4.ip_local_port_range
	PortHigh      uint16 `json:"port_high,omitempty"`
}

// Kind implements [Fact].
func (Limits) Kind() string { return "limits" }

// NearlyEverything is what a look wanted and could not see that had next to no file descriptors left (Blind.Wanted).
const NearlyEverything = "nearly everything"

// Shortage says that the kernel had nothing left to give this process.
type Shortage struct {
	Seen
	Call  string `json:"call"`  // the system call that failed
	Errno string `json:"errno"` // "EMFILE", "ENFILE"
}

// Kind implements [Fact].
func (Shortage) Kind() string { return "shortage" }

// PortUse counts the local ports that are taken towards the target.
type PortUse struct {
	Seen
	Used     int `json:"used"`      // ports with a socket to this very destination, TIME-WAIT included, or with a listener
	TimeWait int `json:"time_wait"` // how many of them are in TIME-WAIT
	Range    int `json:"range"`     // how many ports there are, without the reserved ones
	// Listened says how many of the used ones programs listen on: connect(2) passes those over (net/ipv4/inet_hashtables.c, __inet_hash_connect).
	Listened int `json:"listened,omitempty"`
}

// Kind implements [Fact].
func (PortUse) Kind() string { return "port-use" }

// Tracking says that connection tracking is at work in this network namespace, and so translation of addresses may be.
type Tracking struct {
	Seen
	Entries int `json:"entries"` // net.netfilter.nf_conntrack_count
	// Unconfirmed says that the attempt itself was not tracked, though others are: it did not get past the hooks behind which a connection
	// is confirmed, since a rule of this machine dropped or rejected it, or tracking was switched off for it (notrack).
	Unconfirmed bool `json:"unconfirmed,omitempty"`
}

// Kind implements [Fact].
func (Tracking) Kind() string { return "tracking" }
