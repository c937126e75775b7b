package proto

import (
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "record the transcripts of testdata again, from the real programs")

// A recording is how the first bytes of a real server are had: its program is started on a port of the loopback interface, and asked.
type recording struct {
	file  string // PROTOCOL-SERVER-WHAT
	start string // a shell command that stays in the foreground; DIR is a folder of its own, PORT the port
	send  string
}

// hello is a TLS ClientHello as far as a server of another protocol reads it.
const hello = "\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03" + "whynotwhynotwhynotwhynotwhynot!!" + "\x00\x00\x02\x13\x01\x01\x00\x00\x02\x00\x00"

const getRequest = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

var recordings = []recording{
	{"ssh-openssh-banner", `ssh-keygen -q -t ed25519 -N "" -f DIR/k && mkdir -p /run/sshd && exec /usr/sbin/sshd -D -p PORT -h DIR/k -o ListenAddress=127.0.0.1 -o PidFile=none`, ""},
	{"ftp-vsftpd-banner", `mkdir -p /var/run/vsftpd/empty; printf 'listen=YES\nlisten_address=127.0.0.1\nlisten_port=PORT\nbackground=NO\n' > DIR/c; exec vsftpd DIR/c`, ""},
	{"redis-redis-to-http", `exec redis-server --port PORT --save "" --dir DIR`, "FOO x\r\n"},
	{"redis-redis-noauth", `exec redis-server --port PORT --requirepass x --save "" --dir DIR`, "*1\r\n$4\r\nPING\r\n"},
	{"redis-redis-pong", `exec redis-server --port PORT --save "" --dir DIR`, "PING\r\n"},
	{"http-nginx-200", nginx + `server { listen 127.0.0.1:PORT; return 200; } }' > DIR/c; exec nginx -c DIR/c -e /dev/null`, getRequest},
	{"http-nginx-to-tls", nginx + `server { listen 127.0.0.1:PORT; return 200; } }' > DIR/c; exec nginx -c DIR/c -e /dev/null`, hello},
	{"tls-nginx-alert", nginx + `server { listen 127.0.0.1:PORT ssl; ssl_reject_handshake on; } }' > DIR/c; exec nginx -c DIR/c -e /dev/null`, hello},
	{"mysql-mariadb-greeting", `mariadb-install-db --datadir=DIR/d --user=root >/dev/null && exec mariadbd --no-defaults --user=root --datadir=DIR/d --socket=DIR/s --port=PORT --bind-address=127.0.0.1`, ""},
	{"memcached-memcached-to-nonsense", `exec memcached -u root -l 127.0.0.1 -p PORT`, "whynot\r\n"},
	{"rsync-rsync-greeting", `printf 'port = PORT\naddress = 127.0.0.1\nuse chroot = no\n' > DIR/c; exec rsync --daemon --no-detach --config=DIR/c`, ""},
	{"smtp-exim-greeting", `printf 'daemon_smtp_ports = PORT\nlocal_interfaces = 127.0.0.1\nspool_directory = DIR\nlog_file_path = DIR/log-%%s\nhost_lookup =\nrfc1413_query_timeout = 0s\n' > DIR/c; chmod 644 DIR/c; chmod 777 DIR; exec exim4 -C DIR/c -bdf`, ""},
	{"postgres-postgresql-to-nonsense", `chown postgres DIR && su postgres -c "PATH=$(ls -d /usr/lib/postgresql/*/bin):$PATH; initdb -D DIR/d >/dev/null && exec postgres -D DIR/d -p PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=DIR"`, "\x00\x00\x00\x09\x00\x09\x00\x00\x00"},
	{"imap-dovecot-greeting", dovecot("imap"), ""},
	{"pop3-dovecot-greeting", dovecot("pop3"), ""},
	{"vnc-tigervnc-greeting", `exec Xtigervnc :$((PORT - 5900)) -SecurityTypes None -localhost -rfbport PORT`, ""},
}

const nginx = `printf 'worker_processes 1; daemon off; events {} pid DIR/pid; http { access_log off; error_log /dev/null; ' > DIR/c0; (cat DIR/c0; printf '%s' '`

func dovecot(protocol string) string {
	return `printf 'base_dir = DIR/run\nstate_dir = DIR/state\nprotocols = ` + protocol + `\nlisten = 127.0.0.1\nssl = no\nlog_path = DIR/log\nservice ` + protocol +
		`-login {\n inet_listener ` + protocol + ` {\n port = PORT\n }\n}\n' > DIR/c; exec dovecot -F -c DIR/c`
}

// TestRecord records the transcripts again, with -update, as root, where the programs are installed:
//
//	go test ./internal/proto -run TestRecord -update
func TestRecord(t *testing.T) {
	if !*update {
		t.Skip("records only with -update, from real programs")
	}
	for i, r := range recordings {
		t.Run(r.file, func(t *testing.T) {
			port := strconv.Itoa(5990 + i)
			b := record(t, r, port)
			if len(b) == 0 {
				t.Fatal("it said nothing")
			}
			text := strings.Trim(strconv.QuoteToASCII(string(b)), `"`)
			if err := os.WriteFile(filepath.Join("testdata", r.file+".txt"), []byte(text+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func record(t *testing.T, r recording, port string) []byte {
	// Not t.TempDir: the programs run as users of their own, who may not pass its parent.
	dir, err := os.MkdirTemp("", "whynot-record-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	script := strings.NewReplacer("DIR", dir, "PORT", port).Replace(strings.ReplaceAll(r.start, "} }' > DIR/c;", "} }') > DIR/c;"))
	cmd := exec.Command("sh", "-c", script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait() // it was killed
	}()
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		defer c.Close()
		if _, err := c.Write([]byte(r.send)); err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(3 * time.Second))
		buf := make([]byte, 1024)
		n, _ := c.Read(buf)
		return buf[:n]
	}
	return nil
}
