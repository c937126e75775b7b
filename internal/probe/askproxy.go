package probe

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"whynot/internal/fact"
	"whynot/internal/proto"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// An asking is one question to a proxy: the way through it to the target.
type asking struct {
	ctx    context.Context
	env    *Env
	target target.Target
	proxy  setting
	// tunnel asks for one where a client would send a GET: what comes through it is the target's own, beyond doubt.
	tunnel bool
}

// askProxy connects to a proxy, asks it for the target as a client would, and goes on through it.
func askProxy(ctx context.Context, env *Env, t target.Target, s setting, emit Emit) error {
	if !spoken(s.url.Scheme) {
		return fmt.Errorf("whynot does not speak %s to a proxy", s.url.Scheme)
	}
	q := &asking{ctx: ctx, env: env, target: t, proxy: s}
	a, page, way := q.ask()
	emit(a)
	q.goOn(a, page, way, emit)
	return nil
}

// askBeside asks a proxy that a client would not take: by a tunnel if it gives one. The target's password is not for it.
func askBeside(ctx context.Context, env *Env, t target.Target, s setting, emit Emit) error {
	if !spoken(s.url.Scheme) {
		return fmt.Errorf("whynot does not speak %s to a proxy", s.url.Scheme)
	}
	without := *env
	without.Secret = ""
	q := &asking{ctx: ctx, env: &without, target: t, proxy: s, tunnel: true}
	a, page, way := q.ask()
	if answered := a.Status > 0 && a.Status != 407; q.plainHTTP() && a.Asked == "CONNECT" && answered && !a.Through {
		q.tunnel = false // some give tunnels to the port of https alone
		a, page, way = q.ask()
	}
	emit(a)
	q.goOn(a, page, way, emit)
	return nil
}

// spoken says whether whynot speaks to a proxy so.
func spoken(scheme string) bool {
	switch scheme {
	case "http", "https", "socks4", "socks4a", "socks5", "socks5h":
		return true
	}
	return false
}

// plainHTTP says that a client would send its request to an HTTP proxy, and not through a tunnel.
func (q *asking) plainHTTP() bool {
	return q.target.Protocol == "http" && !q.target.TLS && q.target.Strict()
}

// ask gives the proxy's answer; the page, where it answered a GET; and the way through it, where it opened one.
func (q *asking) ask() (a fact.ProxyAnswer, page *fact.HTTP, way net.Conn) {
	begin := q.env.Now()
	a = fact.ProxyAnswer{Proxy: q.proxy.fact.Proxy, Variable: q.proxy.fact.Variable}
	defer func() { a.Took = since(q.env, begin) }()
	port, err := strconv.ParseUint(q.proxy.url.Port(), 10, 16)
	if err != nil {
		port = 0 // gives an attempt that fails, as it would elsewhere
	}
	addrs := quietLookup(q.ctx, q.env, q.proxy.url.Hostname())
	a.Resolved = len(addrs) > 0
	for _, addr := range addrs {
		to := netip.AddrPortFrom(addr, uint16(port))
		got := q.env.Connect(q.ctx, to, sys.Connecting{Network: "tcp", Patience: q.env.patience(), Keep: true})
		made := attempt(to, "tcp", got)
		a.Result, a.Errno = made.Result, made.Errno
		if got.Conn == nil {
			continue
		}
		stop := endWith(q.ctx, got.Conn)
		_ = got.Conn.SetDeadline(dueBy(q.ctx, q.env, answerWithin)) // fails only on a closed connection
		page, way, err = q.speak(got.Conn, &a)
		stop()
		if err != nil {
			a.Error = shorten(err.Error(), 200)
		}
		if way == nil {
			got.Conn.Close()
		}
		break
	}
	return a, page, way
}

// goOn tells what came through the proxy, and speaks on through a tunnel. All of it is marked.
func (q *asking) goOn(a fact.ProxyAnswer, page *fact.HTTP, way net.Conn, emit Emit) {
	marked := func(facts ...fact.Fact) {
		for _, f := range facts {
			emit(fact.ThroughProxy(a.Proxy, f))
		}
	}
	if page != nil && !a.Own {
		marked(fact.Exchange{Asked: "http", Port: q.target.Port, First: page.Took, End: fact.EndOpen, Took: a.Took, Waited: fact.Duration(answerWithin)}, *page)
	}
	if way == nil {
		return
	}
	defer endWith(q.ctx, way)()
	// No address is known to be the one that is reached: About stays empty.
	to := netip.AddrPortFrom(netip.Addr{}, q.target.Port)
	t := &talk{ctx: q.ctx, env: q.env, target: q.target, to: to, rtt: time.Duration(a.Took), emit: marked, dial: q.another}
	t.converse(way)
}

// another opens one more way through the proxy; nil: there is none.
func (q *asking) another() net.Conn {
	_, _, way := q.ask()
	return way
}

// dueBy is when an answer is due: within the wait, and before the look ends.
func dueBy(ctx context.Context, env *Env, wait time.Duration) time.Time {
	if ctx.Err() != nil {
		return longAgo
	}
	at := env.Now().Add(wait)
	if end, ok := ctx.Deadline(); ok && end.Add(-300*time.Millisecond).Before(at) {
		return end.Add(-300 * time.Millisecond)
	}
	return at
}

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// endWith ends what a connection waits for when the look ends; the function that it gives undoes that.
func endWith(ctx context.Context, c net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = c.SetDeadline(longAgo) }) // fails only on a closed connection
}

// quietLookup resolves another name than the target's: its facts are not the target's.
func quietLookup(ctx context.Context, env *Env, host string) []netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}
	}
	var found []netip.Addr
	_ = newResolution(env, target.Target{Host: host, Network: "tcp"}, func(facts ...fact.Fact) {
		for _, f := range facts {
			if l, ok := f.(fact.Lookup); ok {
				found = l.Addrs
			}
		}
	}).run(ctx) // what could not be looked at shows in finding nothing
	return found
}

// speak asks in the proxy's own protocol.
func (q *asking) speak(c net.Conn, a *fact.ProxyAnswer) (page *fact.HTTP, way net.Conn, err error) {
	user := q.proxy.url.User
	switch q.proxy.url.Scheme {
	case "socks5", "socks5h":
		a.Asked = "SOCKS5"
		err = askSOCKS(c, q.target, user, a)
	case "socks4", "socks4a":
		a.Asked = "SOCKS4"
		err = askSOCKS4(c, q.target, user, a)
	case "https":
		if c, err = q.secure(c, a); err == nil {
			page, c, err = q.speakHTTP(c, a)
		}
	default:
		page, c, err = q.speakHTTP(c, a)
	}
	if err != nil || !a.Through || page != nil {
		return page, nil, err
	}
	return nil, c, nil
}

// secure shakes hands with a proxy that is spoken to in TLS, and looks at its certificate.
func (q *asking) secure(c net.Conn, a *fact.ProxyAnswer) (net.Conn, error) {
	begin, host := q.env.Now(), q.proxy.url.Hostname()
	answer := proto.StartTLS(c, host, nil)
	if answer.Err != nil {
		a.End, _ = endOf(answer.Err)
		return nil, answer.Err
	}
	f := (&talk{env: q.env, target: target.Target{Host: host}}).tlsFact(answer, begin, false)
	if f.At = q.env.Now(); !sound(f) {
		a.Untrusted = unsound(f, host)
	}
	return answer.Conn, nil
}

// unsound says what is wrong with a certificate; it completes "its certificate ...".
func unsound(f fact.TLS, host string) string {
	switch {
	case len(f.Chain) == 0:
		return "is missing"
	case f.At.After(f.Chain[0].NotAfter):
		return "expired on " + f.Chain[0].NotAfter.UTC().Format("2 January 2006")
	case f.At.Before(f.Chain[0].NotBefore):
		return "is not valid before " + f.Chain[0].NotBefore.UTC().Format("2 January 2006")
	case !f.Chain[0].Matches:
		return "is not for " + host
	case f.Trust == proto.SelfSigned:
		return "is self-signed"
	}
	return "is vouched for by no authority that this machine trusts"
}

// speakHTTP asks a proxy in HTTP. It gives the answer to a GET, or else the connection, from which a tunnel's first bytes can still be read.
func (q *asking) speakHTTP(c net.Conn, a *fact.ProxyAnswer) (*fact.HTTP, net.Conn, error) {
	t, authorization := q.target, ""
	if password, ok := q.proxy.url.User.Password(); ok && a.Untrusted == "" {
		a.Sent = true
		authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(q.proxy.url.User.Username()+":"+password))
	}
	get := q.plainHTTP() && !q.tunnel
	a.Asked = "CONNECT"
	request := proto.HTTPConnect(t.String(), authorization)
	own := ""
	if get {
		if q.env.Secret != "" && a.Untrusted == "" {
			own = "Basic " + base64.StdEncoding.EncodeToString([]byte(t.User+":"+q.env.Secret))
		}
		a.Asked = "GET"
		request = proto.HTTPProxied(t.Host, t.Port, t.Path, authorization, own)
	}
	begin := q.env.Now()
	if _, err := c.Write(request); err != nil {
		a.End, _ = endOf(err)
		return nil, nil, err
	}
	answer, rest, err := readHead(c, !get)
	if err != nil {
		if len(rest) == 0 {
			a.End, _ = endOf(err)
			err = unheard(err)
		}
		return nil, nil, err
	}
	a.Status, a.Header, a.Own = answer.Status, answer.Header, byProxy(answer, a.Asked)
	if !get {
		a.Through = answer.Status >= 200 && answer.Status < 300
		// A tunnel has no type (RFC 9110, section 9.3.6): this is a page of a server that is no proxy.
		if a.Through && answer.Header["content-type"] != "" {
			a.Through = false
			return nil, nil, errors.New("it answers the CONNECT with a page, as a server that is no proxy")
		}
		return nil, &ahead{c, rest}, nil
	}
	a.Through = !a.Own && answer.Header["via"] != ""
	body := answer.Body
	if own != "" {
		body = string(hide([]byte(body), own, q.env.Secret))
	}
	return &fact.HTTP{Status: answer.Status, Reason: answer.Reason, Header: answer.Header, Body: body, Took: since(q.env, begin), Sent: own != ""}, nil, nil
}

// An ahead is a connection of which some bytes were read too early.
type ahead struct {
	net.Conn
	rest []byte
}

func (a *ahead) Read(b []byte) (int, error) {
	if len(a.rest) > 0 {
		n := copy(b, a.rest)
		a.rest = a.rest[n:]
		return n, nil
	}
	return a.Conn.Read(b)
}

// byProxy says that an answer bears the mark of the proxy's own words. No status of a GET is such a mark, but for 407: an origin says 502, too.
// A refused CONNECT is always answered by the proxy.
func byProxy(a proto.HTTPAnswer, asked string) bool {
	switch {
	case a.Status == 407, a.Header["x-squid-error"] != "", a.Header["proxy-authenticate"] != "":
		return true
	case asked == "CONNECT":
		return a.Status >= 300
	}
	return a.Status >= 400 && a.Header["via"] == "" && (a.Header["proxy-agent"] != "" || strings.HasPrefix(a.Header["server"], "tinyproxy/"))
}

// readHead reads the head of an answer, within bounds, and gives the bytes behind it; without a head, all that came. Behind the head of a
// CONNECT nothing is due; behind that of a GET, a little of the body is awaited.
func readHead(c net.Conn, connect bool) (proto.HTTPAnswer, []byte, error) {
	var all []byte
	var ended error
	buf := make([]byte, 4096)
	for len(all) < maxAnswer {
		n, err := c.Read(buf)
		all, ended = append(all, buf[:n]...), err
		if headIsComplete(all) || err != nil {
			break
		}
		if a, err := proto.ParseHTTP(all); connect && err == nil && a.Whole {
			break
		}
	}
	if len(all) == 0 {
		return proto.HTTPAnswer{}, nil, ended
	}
	a, err := proto.ParseHTTP(all)
	if err != nil {
		return a, all, err
	}
	_, rest, _ := strings.Cut(string(all), "\r\n\r\n")
	return a, []byte(rest), nil
}

// unheard tells a proxy that closes the connection from one that does not answer.
func unheard(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("it did not answer in time")
	}
	return errors.New("it closed the connection without an answer")
}

// userOf gives the user of a proxy's URL; empty: there is none.
func userOf(user *url.Userinfo) string {
	if user == nil {
		return ""
	}
	return user.Username()
}
