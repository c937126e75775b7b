package proto

// All lists every protocol. The order is that of recognition: what is told by more bytes comes first.
var All = []*Protocol{
	http1,
	ssh,
	redis,
	vnc,
	rsync,
	nats,
	amqp,
	mysql,
	postgres,
	smtp,
	ftp,
	pop3,
	imap,
	memcached,
	dns,
	tlsRecords,
	http2,
	telnet,
	mongodb,
}
