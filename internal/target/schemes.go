package target

// A Scheme is a URL scheme that names an application protocol.
type Scheme struct {
	Name     string // as written in front of "://"
	Protocol string // the protocol's one name in this program
	Port     uint16 // the port that the scheme implies; 0: it must be given
	Network  string // "tcp" unless said otherwise
	TLS      bool   // TLS from the first byte
}

// Schemes lists the schemes that Parse knows. Several schemes may name one protocol; its first entry is the one whose port
// suggests the protocol where the user gave no scheme. Ports are those of the IANA registry, or the program's own default.
var Schemes = []Scheme{
	{Name: "http", Protocol: "http", Port: 80},
	{Name: "https", Protocol: "http", Port: 443, TLS: true},
	{Name: "ws", Protocol: "http", Port: 80},
	{Name: "wss", Protocol: "http", Port: 443, TLS: true},
	{Name: "ssh", Protocol: "ssh", Port: 22},
	{Name: "sftp", Protocol: "ssh", Port: 22},
	{Name: "postgres", Protocol: "postgres", Port: 5432},
	{Name: "postgresql", Protocol: "postgres", Port: 5432},
	{Name: "mysql", Protocol: "mysql", Port: 3306},
	{Name: "mariadb", Protocol: "mysql", Port: 3306},
	{Name: "redis", Protocol: "redis", Port: 6379},
	{Name: "rediss", Protocol: "redis", Port: 6379, TLS: true},
	{Name: "valkey", Protocol: "redis", Port: 6379},
	{Name: "mongodb", Protocol: "mongodb", Port: 27017},
	{Name: "memcached", Protocol: "memcached", Port: 11211},
	{Name: "memcache", Protocol: "memcached", Port: 11211},
	{Name: "cassandra", Protocol: "cassandra", Port: 9042},
	{Name: "clickhouse", Protocol: "clickhouse", Port: 9000},
	{Name: "elasticsearch", Protocol: "elasticsearch", Port: 9200},
	{Name: "sqlserver", Protocol: "mssql", Port: 1433},
	{Name: "mssql", Protocol: "mssql", Port: 1433},
	{Name: "oracle", Protocol: "oracle", Port: 1521},
	{Name: "ldap", Protocol: "ldap", Port: 389},
	{Name: "ldaps", Protocol: "ldap", Port: 636, TLS: true},
	{Name: "amqp", Protocol: "amqp", Port: 5672},
	{Name: "amqps", Protocol: "amqp", Port: 5671, TLS: true},
	{Name: "mqtt", Protocol: "mqtt", Port: 1883},
	{Name: "mqtts", Protocol: "mqtt", Port: 8883, TLS: true},
	{Name: "kafka", Protocol: "kafka", Port: 9092},
	{Name: "nats", Protocol: "nats", Port: 4222},
	{Name: "zookeeper", Protocol: "zookeeper", Port: 2181},
	{Name: "etcd", Protocol: "etcd", Port: 2379},
	{Name: "smtp", Protocol: "smtp", Port: 25},
	{Name: "submission", Protocol: "smtp", Port: 587},
	{Name: "smtps", Protocol: "smtp", Port: 465, TLS: true},
	{Name: "imap", Protocol: "imap", Port: 143},
	{Name: "imaps", Protocol: "imap", Port: 993, TLS: true},
	{Name: "pop3", Protocol: "pop3", Port: 110},
	{Name: "pop3s", Protocol: "pop3", Port: 995, TLS: true},
	{Name: "ftp", Protocol: "ftp", Port: 21},
	{Name: "ftps", Protocol: "ftp", Port: 990, TLS: true},
	{Name: "telnet", Protocol: "telnet", Port: 23},
	{Name: "dns", Protocol: "dns", Port: 53, Network: "udp"},
	{Name: "ntp", Protocol: "ntp", Port: 123, Network: "udp"},
	{Name: "snmp", Protocol: "snmp", Port: 161, Network: "udp"},
	{Name: "smb", Protocol: "smb", Port: 445},
	{Name: "rdp", Protocol: "rdp", Port: 3389},
	{Name: "vnc", Protocol: "vnc", Port: 5900},
	{Name: "rsync", Protocol: "rsync", Port: 873},
	{Name: "git", Protocol: "git", Port: 9418},
	{Name: "sip", Protocol: "sip", Port: 5060},
	{Name: "rtsp", Protocol: "rtsp", Port: 554},
	{Name: "socks5", Protocol: "socks", Port: 1080},
	{Name: "docker", Protocol: "docker", Port: 2375},
	{Name: "kubernetes", Protocol: "kubernetes", Port: 6443, TLS: true},
	{Name: "prometheus", Protocol: "prometheus", Port: 9090},
	{Name: "tls", Protocol: "tls", TLS: true},
	{Name: "tcp"},
	{Name: "udp", Network: "udp"},
}

// webPorts carry HTTP or HTTPS by common custom, though the registry says otherwise or nothing.
var webPorts = map[uint16]string{8080: "http", 8443: "https"}

// SchemeOf gives the scheme of that name.
func SchemeOf(name string) (Scheme, bool) {
	for _, s := range Schemes {
		if s.Name == name {
			return s, true
		}
	}
	return Scheme{}, false
}

// SchemeAt gives the scheme that a port suggests on a network.
func SchemeAt(network string, port uint16) (Scheme, bool) {
	if name, ok := webPorts[port]; ok && network == "tcp" {
		return SchemeOf(name)
	}
	for _, s := range Schemes {
		if s.Port == port && port != 0 && s.on(network) {
			return s, true
		}
	}
	return Scheme{}, false
}

// Ports gives the ports at which a protocol is found by default, the most usual first.
func Ports(protocol string) []uint16 {
	var ports []uint16
	for _, s := range Schemes {
		if s.Protocol == protocol && s.Port != 0 {
			ports = append(ports, s.Port)
		}
	}
	return ports
}

// on says whether the scheme runs over that network; DNS is asked over TCP, too (RFC 7766).
func (s Scheme) on(network string) bool {
	if s.Network == "" {
		return network == "tcp"
	}
	return s.Network == network || s.Protocol == "dns"
}
