package probe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"

	"whynot/internal/fact"
	"whynot/internal/target"
)

// mute tells how a SOCKS proxy ended a connection without an answer.
func mute(a *fact.ProxyAnswer, err error) error {
	a.End, _ = endOf(err)
	return unheard(err)
}

// askSOCKS speaks SOCKS5 (RFC 1928, RFC 1929).
func askSOCKS(c net.Conn, t target.Target, user *url.Userinfo, a *fact.ProxyAnswer) error {
	const noAuth, password, noneAcceptable = 0, 2, 0xff
	greeting := []byte{5, 1, noAuth}
	if user != nil {
		greeting = []byte{5, 2, noAuth, password}
	}
	if _, err := c.Write(greeting); err != nil {
		a.End, _ = endOf(err)
		return err
	}
	var method [2]byte
	if _, err := io.ReadFull(c, method[:]); err != nil {
		return mute(a, err)
	}
	switch {
	case method[0] != 5:
		return errors.New("it does not answer in SOCKS5")
	case method[1] == noneAcceptable:
		a.Status, a.Own = 407, true // the same meaning in HTTP's words
		return nil
	case method[1] == password && user != nil:
		a.Sent = true
		if ok, err := passSOCKS(c, user); err != nil || !ok {
			a.Status, a.Own = 407, true
			return err
		}
	}
	if _, err := c.Write(socksRequest(t)); err != nil {
		return err
	}
	var reply [4]byte
	if _, err := io.ReadFull(c, reply[:]); err != nil {
		return mute(a, err)
	}
	a.Reply, a.Through, a.Own = int(reply[1]), reply[1] == 0, reply[1] != 0
	if !a.Through {
		return nil
	}
	return passBound(c, reply[3])
}

// passBound reads the address from which the proxy has gone on: what is behind it is the target's. A proxy that leaves it out is taken at
// its word.
func passBound(c net.Conn, kind byte) error {
	length := 4
	switch kind {
	case 4:
		length = 16
	case 3:
		var n [1]byte
		if _, err := io.ReadFull(c, n[:]); err != nil {
			return nil //nolint:nilerr // see above
		}
		length = int(n[0])
	}
	_, _ = io.ReadFull(c, make([]byte, length+2))
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

// askSOCKS4 speaks SOCKS4, and SOCKS4a where the target is a name (https://www.openssh.com/txt/socks4.protocol, socks4a.protocol).
func askSOCKS4(c net.Conn, t target.Target, user *url.Userinfo, a *fact.ProxyAnswer) error {
	const version, connect, granted, wantsIdent, identDiffers = 4, 1, 90, 92, 93
	b := binary.BigEndian.AppendUint16([]byte{version, connect}, t.Port)
	addr, literal := t.Addr()
	switch {
	case !literal:
		b = append(b, 0, 0, 0, 1) // an invalid address says that the name follows
	case addr.Is4():
		b = append(b, addr.AsSlice()...)
	default:
		a.Reply = 8
		return errors.New("SOCKS4 knows no IPv6 address")
	}
	b = append(append(b, userOf(user)...), 0)
	if !literal {
		b = append(append(b, t.Host...), 0)
	}
	if _, err := c.Write(b); err != nil {
		return err
	}
	var reply [8]byte
	if _, err := io.ReadFull(c, reply[:]); err != nil {
		return mute(a, err)
	}
	switch code := reply[1]; {
	case reply[0] != 0:
		return errors.New("it does not answer in SOCKS4")
	case code == granted:
		a.Through = true
	case code == wantsIdent, code == identDiffers:
		a.Status = 407 // the same meaning in HTTP's words
	default:
		a.Reply = 1
		return fmt.Errorf("it answers with SOCKS4 code %d, which says no and not why", code)
	}
	a.Own = !a.Through
	return nil
}
