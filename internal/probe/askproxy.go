package probe

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"time"

	"whynot/internal/fact"
	"whynot/internal/proto"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// askProxy connects to a proxy and asks it for the target, as a client would.
func askProxy(ctx context.Context, env *Env, t target.Target, s setting) (a fact.ProxyAnswer) {
	begin := env.Now()
	a = fact.ProxyAnswer{Proxy: s.fact.Proxy, Variable: s.fact.Variable}
	defer func() { a.Took = since(env, begin) }()
	port, err := strconv.ParseUint(s.url.Port(), 10, 16)
	if err != nil {
		port = 0 // gives an attempt that fails, as it would elsewhere
	}
	addrs := quietLookup(ctx, env, s.url.Hostname())
	a.Resolved = len(addrs) > 0
	for _, addr := range addrs {
		got := env.Connect(ctx, netip.AddrPortFrom(addr, uint16(port)), sys.Connecting{Network: "tcp", Patience: env.patience(), Keep: true})
		made := attempt(netip.AddrPortFrom(addr, uint16(port)), "tcp", got)
		a.Result, a.Errno = made.Result, made.Errno
		if got.Conn == nil {
			continue
		}
		defer got.Conn.Close()
		defer endWith(ctx, got.Conn)()
		_ = got.Conn.SetDeadline(dueBy(ctx, env, answerWithin)) // fails only on a closed connection
		if err := speakToProxy(got.Conn, t, s.url, &a); err != nil {
			a.Error = shorten(err.Error(), 200)
		}
		break
	}
	return a
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

// speakToProxy asks in the proxy's own protocol.
func speakToProxy(c net.Conn, t target.Target, u *url.URL, a *fact.ProxyAnswer) error {
	switch u.Scheme {
	case "socks5", "socks5h":
		a.Asked = "SOCKS5"
		return askSOCKS(c, t, u.User, a)
	case "https":
		answer := proto.StartTLS(c, u.Hostname(), nil)
		if answer.Err != nil {
			return answer.Err
		}
		c = answer.Conn
	case "http":
	default:
		return fmt.Errorf("whynot does not speak %s to a proxy", u.Scheme)
	}
	authorization := ""
	if password, ok := u.User.Password(); ok {
		authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
	}
	a.Asked = "CONNECT"
	request := proto.HTTPConnect(t.String(), authorization)
	if t.Protocol == "http" && !t.TLS && t.Strict() {
		a.Asked = "GET"
		request = proto.HTTPProxied(t.Host, t.Port, t.Path, authorization)
	}
	if _, err := c.Write(request); err != nil {
		return err
	}
	answer, err := readHead(c)
	if err != nil {
		return err
	}
	a.Status, a.Header = answer.Status, answer.Header
	a.Through = answer.Status >= 200 && answer.Status < 300
	if a.Asked == "GET" {
		a.Through = !byProxy(answer)
	}
	return nil
}

// byProxy says that an answer to a GET is the proxy's own refusal, and not the origin's.
func byProxy(a proto.HTTPAnswer) bool {
	switch {
	case a.Status == 407, a.Header["x-squid-error"] != "", a.Header["proxy-authenticate"] != "":
		return true
	case a.Status >= 502 && a.Status <= 504:
		return true
	}
	return a.Status >= 400 && a.Header["via"] == "" && a.Header["proxy-agent"] != ""
}

// readHead reads the head of an answer, within bounds.
func readHead(c net.Conn) (proto.HTTPAnswer, error) {
	var all []byte
	var ended error
	buf := make([]byte, 4096)
	for len(all) < maxAnswer {
		n, err := c.Read(buf)
		all, ended = append(all, buf[:n]...), err
		if headIsComplete(all) || err != nil {
			break
		}
		if a, err := proto.ParseHTTP(all); err == nil && a.Whole {
			break
		}
	}
	if len(all) == 0 {
		return proto.HTTPAnswer{}, unheard(ended)
	}
	return proto.ParseHTTP(all)
}

// unheard tells a proxy that closes the connection from one that does not answer.
func unheard(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("it did not answer in time")
	}
	return errors.New("it closed the connection without an answer")
}

// askSOCKS speaks SOCKS5 (RFC 1928, RFC 1929).
func askSOCKS(c net.Conn, t target.Target, user *url.Userinfo, a *fact.ProxyAnswer) error {
	const noAuth, password, noneAcceptable = 0, 2, 0xff
	greeting := []byte{5, 1, noAuth}
	if user != nil {
		greeting = []byte{5, 2, noAuth, password}
	}
	if _, err := c.Write(greeting); err != nil {
		return err
	}
	var method [2]byte
	if _, err := io.ReadFull(c, method[:]); err != nil {
		return unheard(err)
	}
	switch {
	case method[0] != 5:
		return errors.New("it does not answer in SOCKS5")
	case method[1] == noneAcceptable:
		a.Status = 407 // the same meaning in HTTP's words
		return nil
	case method[1] == password && user != nil:
		if ok, err := passSOCKS(c, user); err != nil || !ok {
			a.Status = 407
			return err
		}
	}
	if _, err := c.Write(socksRequest(t)); err != nil {
		return err
	}
	var reply [4]byte
	if _, err := io.ReadFull(c, reply[:]); err != nil {
		return unheard(err)
	}
	a.Reply, a.Through = int(reply[1]), reply[1] == 0
	return nil
}

func passSOCKS(c net.Conn, user *url.Userinfo) (bool, error) {
	password, _ := user.Password()
	name := user.Username()
	if len(name) > 255 || len(password) > 255 {
		return false, errors.New("name or password is longer than SOCKS5 allows")
	}
	message := append([]byte{1, byte(len(name))}, name...)
	message = append(append(message, byte(len(password))), password...)
	if _, err := c.Write(message); err != nil {
		return false, err
	}
	var reply [2]byte
	_, err := io.ReadFull(c, reply[:])
	return reply[1] == 0, err
}

// socksRequest is a CONNECT, by name where there is one, so that the proxy resolves it.
func socksRequest(t target.Target) []byte {
	b := []byte{5, 1, 0}
	if addr, ok := t.Addr(); ok {
		kind := byte(1)
		if addr.Is6() {
			kind = 4
		}
		b = append(append(b, kind), addr.AsSlice()...)
	} else {
		b = append(append(b, 3, byte(len(t.Host))), t.Host...)
	}
	return binary.BigEndian.AppendUint16(b, t.Port)
}
