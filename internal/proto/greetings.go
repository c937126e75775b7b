package proto

import (
	"bytes"
	"regexp"
)

// The protocols of this file are recognised by what their servers say first, or answer to a question in another protocol. Each gets
// a file of its own once it is spoken in full.

func starts(prefix string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(prefix)) }
}

func matches(pattern string) func([]byte) bool {
	re := regexp.MustCompile(pattern)
	return re.Match
}

// prefixOf says that bytes may be the beginning of a greeting that begins so.
func prefixOf(greeting string) func([]byte) Fit {
	return func(b []byte) Fit {
		if len(b) < len(greeting) && bytes.HasPrefix([]byte(greeting), b) {
			return Begun
		}
		return Not
	}
}

var replyCode = regexp.MustCompile(`^[1-5][0-9][0-9][ -]`)

// replies says that bytes are a reply with a code of three digits, as FTP and SMTP have them.
func replies(b []byte) Fit {
	switch {
	case replyCode.Match(b) && bytes.IndexByte(b, '\n') >= 0:
		return Whole
	case replyCode.Match(b), len(b) < 4 && replyCode.Match(append(bytes.Clone(b), "220 "[len(b):]...)):
		return Begun
	}
	return Not
}

// linesBefore says that bytes are lines of text: an SSH server may send such before its version (RFC 4253, section 4.2).
func linesBefore(b []byte) Fit {
	if bytes.Contains(b, []byte("\nSSH-")) {
		return Whole
	}
	for _, c := range b {
		if c < ' ' && c != '\r' && c != '\n' && c != '\t' || c == 0x7f {
			return Not
		}
	}
	return Begun
}

// ssh: RFC 4253, section 4.2. A server that has no slot left says so in place of its version (sshd_config(5), MaxStartups).
var ssh = &Protocol{
	Name: "ssh", ServerFirst: true,
	Is:           matches(`^(SSH-[12]\.|Exceeded MaxStartups|Not allowed at this time)`),
	Fits:         linesBefore,
	Refusals:     []Refusal{{"Exceeded MaxStartups", "", MaxConnections}, {"Not allowed at this time", "", RateLimited}},
	Programs:     []string{"sshd", "dropbear"},
	Alternatives: []uint16{22, 2222},
}

// redis: the RESP errors and replies that a Redis or Valkey server gives.
var redis = &Protocol{
	Name:         "redis",
	Is:           matches(`^(\+PONG|-(NOAUTH|DENIED|WRONGPASS|LOADING|READONLY|MASTERDOWN|NOPERM|ERR (max number of clients|unknown command|wrong number|Protocol error)))`),
	Refusals:     []Refusal{{"-DENIED", "", SourceDenied}, {"-ERR max number of clients", "", MaxConnections}},
	Programs:     []string{"redis-server", "valkey-server", "keydb-server"},
	Alternatives: []uint16{6379, 6380},
}

// vnc: RFC 6143, section 7.1.1.
var vnc = &Protocol{Name: "vnc", ServerFirst: true, Is: starts("RFB 00"), Fits: prefixOf("RFB 00"), Programs: []string{"Xvnc", "x11vnc"}, Alternatives: []uint16{5900, 5901}}

var rsync = &Protocol{Name: "rsync", ServerFirst: true, Is: starts("@RSYNCD:"), Fits: prefixOf("@RSYNCD:"), Programs: []string{"rsync"}}

var nats = &Protocol{Name: "nats", ServerFirst: true, Is: starts("INFO {"), Fits: prefixOf("INFO {"), Programs: []string{"nats-server"}}

// amqp: the server answers a wrong header with its own (AMQP 0-9-1, section 4.2.2).
var amqp = &Protocol{Name: "amqp", Is: starts("AMQP\x00"), Programs: []string{"beam.smp"}, Alternatives: []uint16{5672, 5671}}

// mysql: a packet with the sequence number 0 that holds the greeting of protocol 10, or an error before it.
var mysql = &Protocol{
	Name: "mysql", ServerFirst: true,
	Is: func(b []byte) bool {
		if len(b) < 7 || b[3] != 0 {
			return false
		}
		length := int(b[0]) | int(b[1])<<8 | int(b[2])<<16
		return length < 1024 && (b[4] == 0x0a && bytes.IndexByte(b[5:min(len(b), 80)], 0) > 0 || b[4] == 0xff)
	},
	// Error packets in place of the greeting, with the code in bytes 5 and 6: 1040, 1129, 1130.
	Refusals:     []Refusal{{"", "\xff\x10\x04", MaxConnections}, {"", "\xff\x69\x04", SourceDenied}, {"", "\xff\x6a\x04", SourceDenied}},
	Programs:     []string{"mysqld", "mariadbd"},
	Alternatives: []uint16{3306, 3307},
}

// postgres: the server's first message to a start-up it cannot read is an ErrorResponse.
var postgres = &Protocol{
	Name:         "postgres",
	Is:           matches(`(?s)^E\x00\x00.{2}S(FATAL|ERROR|PANIC)\x00`),
	Programs:     []string{"postgres", "pgbouncer"},
	Alternatives: []uint16{5432, 5433, 6432},
}

// smtp: RFC 5321, section 4.2: the reply 220 names the service as SMTP or ESMTP.
var smtp = &Protocol{
	Name: "smtp", ServerFirst: true,
	Is:           matches(`(?i)^(220|421|554)[ -][^\n]*(smtp|mail)`),
	Fits:         replies,
	Refusals:     spoken("421", "450", "451", "550", "554"),
	Programs:     []string{"master", "exim4", "smtpd", "sendmail-mta"},
	Alternatives: []uint16{25, 587, 465},
}

// ftp: RFC 959, section 5.4.
var ftp = &Protocol{
	Name: "ftp", ServerFirst: true,
	Is:           matches(`(?i)^(220[ -][^\n]*ftp|530 |500 .*command)`),
	Fits:         replies,
	Refusals:     spoken("421", "425", "530", "550"),
	Programs:     []string{"vsftpd", "proftpd", "pure-ftpd"},
	Alternatives: []uint16{21, 2121},
}

var pop3 = &Protocol{Name: "pop3", ServerFirst: true, Is: matches(`^(\+OK[ \r]|-ERR )`), Fits: prefixOf("+OK"), Refusals: spoken("-ERR"), Programs: []string{"dovecot"}}

// imap: RFC 9051, section 7.1.
var imap = &Protocol{Name: "imap", ServerFirst: true, Is: matches(`^\* (OK|BYE|PREAUTH)`), Fits: prefixOf("* OK"), Refusals: spoken("* BYE"), Programs: []string{"dovecot"}}

var memcached = &Protocol{Name: "memcached", Is: matches(`^(ERROR|CLIENT_ERROR [^\r\n]*)\r\n`), Programs: []string{"memcached"}}

// telnet: option negotiation (RFC 854).
var telnet = &Protocol{
	Name: "telnet", ServerFirst: true,
	Is:       func(b []byte) bool { return len(b) > 2 && b[0] == 0xff && b[1] >= 0xfb && b[1] <= 0xfe },
	Fits:     func([]byte) Fit { return Whole }, // a terminal: whatever is printed there
	Programs: []string{"in.telnetd", "telnetd"},
}

// mongodb answers to HTTP in words.
var mongodb = &Protocol{
	Name:         "mongodb",
	Is:           func(b []byte) bool { return bytes.Contains(b, []byte("trying to access MongoDB over HTTP")) },
	Programs:     []string{"mongod", "mongos"},
	Alternatives: []uint16{27017, 27018},
}

// dns: RFC 1035; the question is for the name servers of the root, which every resolver knows.
var dns = &Protocol{
	Name:     "dns",
	Is:       func([]byte) bool { return false },
	Programs: []string{"named", "unbound", "dnsmasq", "systemd-resolve", "coredns", "knot-resolver"},
	Datagram: []byte{0x77, 0x79, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1},
}
