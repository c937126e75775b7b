package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"whynot/internal/fact"
	"whynot/internal/proto"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// exchange goes on with each accepted connection in the protocol that is expected, or listens.
var exchange = &Probe{
	Name:  "exchange",
	Doc:   "what is said after the handshake",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(handshakes(s, accepted)) > 0 && attemptsOver(s) },
	If:    "the connection is accepted",
	Gives: []fact.Fact{fact.Exchange{}, fact.HTTP{}, fact.TLS{}, fact.Speaks{}, fact.Refusal{}},
	Sends: "for http and https one GET of the address's path; for TLS a ClientHello; nothing where another protocol is spoken. Where the answer does not fit, one more connection with or without TLS",
	Run:   runExchange,
}

func accepted(h fact.Handshake) bool { return h.Result == fact.Accepted && h.Network == "tcp" }

// attemptsOver says that no attempt is still pending: an accepted connection is spoken on as soon as the others are decided, or
// known to be slow.
func attemptsOver(s *fact.Set) bool {
	pending := len(addresses(s))
	for _, to := range addresses(s) {
		_, over := ended(s, to)
		_, slow := unanswered(s, to)
		if over || slow {
			pending--
		}
	}
	return pending <= 0
}

const (
	// listenFor is how long a server of an unknown protocol may take to say something.
	listenFor = 350 * time.Millisecond
	// answerWithin is how long an answer to a question is awaited, and the greeting of a server that speaks first: some look
	// up the client's name before it.
	answerWithin = 7 * time.Second
	// maxAnswer bounds what is read.
	maxAnswer = 64 << 10
)

func runExchange(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	if applying(env, known.Target) {
		without := *env
		without.Secret = "" // it is sent once, and on the way that a client would take
		env = &without
	}
	each(ctx, known, thoseOf(accepted), func(to netip.AddrPort) {
		h, _ := ended(known, to)
		if c := env.run.take(h.To); c != nil {
			defer endWith(ctx, c)()
			t := &talk{ctx: ctx, env: env, target: known.Target, to: h.To, rtt: time.Duration(h.RTT), emit: emit}
			t.converse(c)
		}
	})
	return nil
}

// A talk is what is said to one address.
type talk struct {
	ctx    context.Context
	env    *Env
	target target.Target
	to     netip.AddrPort
	rtt    time.Duration
	emit   Emit
	dial   func() net.Conn // how one more connection is opened, where that is not by the address
	// hurry says that it is asked once more in another way, after a long silence; withhold, that no password may be sent.
	hurry, withhold bool
	// onlyHTTP2 says that the server wants no HTTP/1.1.
	onlyHTTP2 bool
}

// retryWithin is how long an answer to the second way of asking is awaited, where the first brought nothing.
const retryWithin = 2 * time.Second

// patience is how long an answer is awaited.
func (t *talk) patience() time.Duration {
	switch {
	case t.hurry:
		return retryWithin
	case t.env.Insistent:
		return t.env.Timeout
	}
	return answerWithin
}

// converse speaks on the first connection, and where the answer does not fit, once more on another.
func (t *talk) converse(c net.Conn) {
	switch asked := t.ask(); asked {
	case "tls":
		x, answered := t.speakTLS(c, false)
		if !answered && t.target.Protocol == "http" && t.target.Strict() {
			t.again(func(c net.Conn) { t.speakHTTP(c, true) })
		} else if x.Mute() && x.End != fact.EndOpen {
			t.listenAgain()
		}
	case "http":
		if !t.speakHTTP(c, false) {
			t.again(func(c net.Conn) { t.speakTLS(c, true) })
		}
	default:
		x := t.listen(c, false)
		if x.Mute() && x.End != fact.EndOpen {
			t.listenAgain()
		}
	}
}

// ask says what we say first: only HTTP and TLS are spoken, and only where the address or one of the Web's ports asks for it.
func (t *talk) ask() string {
	switch {
	case t.target.TLS:
		return "tls"
	case t.target.Protocol == "http":
		return "http"
	}
	return "nothing"
}

// again opens one more connection.
func (t *talk) again(speak func(net.Conn)) {
	t.hurry = true
	c := t.connect()
	if c != nil {
		defer endWith(t.ctx, c)()
		speak(c)
	}
}

// connect opens one more connection; nil: there is none.
func (t *talk) connect() net.Conn {
	if t.dial != nil {
		return t.dial()
	}
	return t.env.Connect(t.ctx, t.to, sys.Connecting{Network: "tcp", Patience: time.Second, Keep: true}).Conn
}

func (t *talk) listenAgain() { t.again(func(c net.Conn) { t.listen(c, true) }) }

// listen hears what the server says by itself.
func (t *talk) listen(c net.Conn, retry bool) fact.Exchange {
	defer c.Close()
	x, all := t.read(c, "nothing", t.listening(), retry, t.greeted)
	x.Begun = t.begun(all)
	t.emit(x)
	t.tellProtocol(all)
	return x
}

// mostBefore bounds the lines that a server may send before its greeting.
const mostBefore = 16 << 10

// begun says that what came may be the beginning of the one line by which a server of the expected protocol tells itself.
func (t *talk) begun(b []byte) bool {
	const longestLine = 8192 // as OpenSSH has it
	return t.target.Strict() && len(b) < longestLine && bytes.IndexByte(b, '\n') < 0 && proto.Recognise(b) == "" && proto.FitOf(t.target.Protocol, b) == proto.Begun
}

// greeted says that enough was heard to tell who is speaking.
func (t *talk) greeted(b []byte) bool {
	if t.target.Strict() && proto.Recognise(b) == "" && proto.FitOf(t.target.Protocol, b) == proto.Begun {
		return len(b) >= mostBefore
	}
	return bytes.IndexByte(b, '\n') >= 0 || len(b) >= 64
}

// listening is how long a server is given to say something by itself.
func (t *talk) listening() time.Duration {
	if t.target.Strict() && proto.ServerFirst(t.target.Protocol) {
		return t.patience()
	}
	return max(listenFor, 2*t.rtt+100*time.Millisecond)
}

// read collects an answer until it is enough, the other side ends it, or the time is over.
func (t *talk) read(c net.Conn, asked string, wait time.Duration, retry bool, enough func([]byte) bool) (fact.Exchange, []byte) {
	begin := t.env.Now()
	deadline := dueBy(t.ctx, t.env, wait)
	_ = c.SetReadDeadline(deadline) // fails only on a closed connection, and then Read does, too
	x := fact.Exchange{Seen: fact.About(t.to), Asked: asked, Port: t.to.Port(), End: fact.EndOpen, Waited: fact.Duration(deadline.Sub(begin)), Retry: retry}
	var all []byte
	buf := make([]byte, 4096)
	for len(all) < maxAnswer {
		n, err := c.Read(buf)
		if n > 0 && len(all) == 0 {
			x.First = since(t.env, begin)
		}
		all = append(all, buf[:n]...)
		if err != nil {
			x.End, x.Error = endOf(err)
			break
		}
		if enough(all) || t.env.Now().After(deadline) {
			break
		}
	}
	x.Took = since(t.env, begin)
	x.Received = all[:min(len(all), fact.MaxBytes)]
	return x, all
}

// endOf tells how a read ended a connection.
func endOf(err error) (fact.End, string) {
	var alert tls.AlertError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fact.EndClosed, ""
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fact.EndOpen, ""
	case sys.ErrnoName(err) == "ECONNRESET", sys.ErrnoName(err) == "EPIPE":
		return fact.EndReset, ""
	case errors.As(err, &alert), proto.AlertOf(err) >= 0:
		return fact.EndClosed, err.Error()
	}
	return fact.EndError, err.Error()
}

// speakHTTP asks in plain HTTP; it says whether the answer was HTTP that does not ask for TLS.
func (t *talk) speakHTTP(c net.Conn, retry bool) bool {
	defer c.Close()
	a, ok := t.requestOver(c, retry, false)
	return ok && a.Status != 400 && a.Status != 426
}

// requestOver sends the request and reads the answer, on a plain connection or inside TLS.
func (t *talk) requestOver(c net.Conn, retry, overTLS bool) (fact.HTTP, bool) {
	authorization := ""
	if t.env.Secret != "" && !retry && !t.withhold {
		authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(t.target.User+":"+t.env.Secret))
	}
	host := t.target.Host
	if host == "" {
		host = "localhost"
	}
	request := proto.HTTPRequest
	if t.target.Scheme == "ws" || t.target.Scheme == "wss" {
		request = proto.WebSocketRequest
	}
	_ = c.SetWriteDeadline(dueBy(t.ctx, t.env, t.patience()))
	_, err := c.Write(request(host, t.to.Port(), t.target.Path, authorization))
	x, all := t.read(c, "http", t.patience(), retry, headIsComplete)
	if err != nil && len(all) == 0 && x.End == fact.EndOpen {
		x.End, x.Error = endOf(err)
	}
	if overTLS {
		x.Asked = fact.AskedHTTPInTLS
	}
	answer, err := proto.ParseHTTP(all)
	if authorization != "" {
		all = hide(all, authorization, t.env.Secret)
		x.Received = all[:min(len(all), fact.MaxBytes)]
		answer.Reason, answer.Body = string(hide([]byte(answer.Reason), authorization, t.env.Secret)), string(hide([]byte(answer.Body), authorization, t.env.Secret))
		for name, value := range answer.Header {
			answer.Header[name] = string(hide([]byte(value), authorization, t.env.Secret))
		}
	}
	if err == nil {
		x.Received = nil // the answer says it all
	}
	x.Begun = err != nil && bytes.IndexByte(all, '\n') < 0 && proto.FitOf("http", all) != proto.Not
	t.emit(x)
	if err != nil {
		t.tellProtocol(all)
		return fact.HTTP{}, false
	}
	f := fact.HTTP{Seen: fact.About(t.to), Status: answer.Status, Reason: answer.Reason, Header: answer.Header, Body: answer.Body,
		TLS: overTLS, Took: x.First, Sent: authorization != "", Retry: retry}
	t.emit(f)
	return f, true
}

// hide takes out what a server repeats of a password.
func hide(all []byte, authorization, secret string) []byte {
	_, encoded, _ := strings.Cut(authorization, " ")
	for _, s := range []string{encoded, secret} {
		all = bytes.ReplaceAll(all, []byte(s), []byte("[hidden]"))
	}
	return all
}

// headIsComplete says that the head of an HTTP answer is there, with a little of its body, or that it is none.
func headIsComplete(b []byte) bool {
	if len(b) >= 16 && !strings.HasPrefix(string(b[:7]), "HTTP/1.") {
		return true
	}
	head, body, ok := strings.Cut(string(b), "\r\n\r\n")
	for ok && strings.HasPrefix(head, "HTTP/1.1 10") && !strings.HasPrefix(head, "HTTP/1.1 101") { // interim responses (RFC 9110, section 15.2)
		head, body, ok = strings.Cut(body, "\r\n\r\n")
	}
	return ok && (len(body) > 0 || strings.HasPrefix(head, "HTTP/1.1 101") || strings.HasPrefix(head, "HTTP/1.1 204") || strings.HasPrefix(head, "HTTP/1.1 304") ||
		strings.Contains(strings.ToLower(head), "content-length: 0"))
}

// tellProtocol tells in which protocol the port answers, where that can be recognised.
func (t *talk) tellProtocol(received []byte) {
	if p, meaning, ok := proto.Refuses(t.target.Protocol, received); ok {
		t.emit(fact.Refusal{Seen: fact.About(t.to), Port: t.to.Port(), Protocol: p.Name, Meaning: string(meaning), Says: firstLine(received)})
	}
	p := proto.RecogniseAs(t.target.Protocol, received)
	if p == "" && len(received) > 0 && t.target.Strict() && t.telling(received) {
		p = fact.UnknownProtocol
	}
	if p != "" && p != t.target.Protocol {
		t.emit(fact.Speaks{Seen: fact.About(t.to), Port: t.to.Port(), Protocol: p, Says: firstLine(received)})
	}
}

// telling says whether bytes that nobody recognises show that another protocol is spoken than the one expected: the server speaks first
// in it, or it is HTTP, and what came is not even the beginning of an answer.
func (t *talk) telling(received []byte) bool {
	if t.begun(received) {
		return false
	}
	return proto.ServerFirst(t.target.Protocol) || t.target.Protocol == "http"
}

// firstLine gives the first line of an answer as text.
func firstLine(b []byte) string {
	line, _, _ := strings.Cut(proto.Text(b, 200), "\n")
	return strings.TrimRight(line, "\r")
}
