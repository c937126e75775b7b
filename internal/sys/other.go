//go:build !linux

package sys

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"time"
)

// What follows is Linux's alone; elsewhere each says so.

func RoutesCovering(netip.Addr) ([]Route, error)        { return nil, ErrNotSupported }
func Rules(bool) ([]Rule, error)                        { return nil, ErrNotSupported }
func NeighbourOf(netip.Addr, string) (Neighbour, error) { return Neighbour{}, ErrNotSupported }
func SocketsOn(string, uint16) ([]Socket, error)        { return nil, ErrNotSupported }
func SocketsTo(netip.AddrPort) ([]Socket, error)        { return nil, ErrNotSupported }
func ListeningAnywhere() ([]Socket, error)              { return nil, ErrNotSupported }
func ListeningUnix(fs.FS) ([]UnixSocket, error)         { return nil, ErrNotSupported }
func MayPass(string, bool) bool                         { return true }
func Namespaces(fs.FS) ([]Namespace, error)             { return nil, ErrNotSupported }
func HearAnswers(netip.Addr) (*Answers, error)          { return nil, ErrNotSupported }
func OpenTap(netip.Addr) (*Tap, error)                  { return nil, ErrNotSupported }

// RouteTo is Linux's alone.
func RouteTo(netip.AddrPort, string) (Route, string, error) { return Route{}, "", ErrNotSupported }

// Receiver is Linux's alone.
func Receiver(_, _ netip.AddrPort) (Socket, bool, error) { return Socket{}, false, ErrNotSupported }

// A TrackingWatch hears nothing here.
type TrackingWatch struct{}

// WatchTracking is Linux's alone.
func WatchTracking() (*TrackingWatch, error) { return nil, ErrNotSupported }

// Translation finds nothing here.
func (*TrackingWatch) Translation(_, to netip.AddrPort, _ time.Duration) (netip.AddrPort, bool, error) {
	return to, false, nil
}

// Close does nothing here.
func (*TrackingWatch) Close() {}

// WhoHas is Linux's alone.
func WhoHas(_, _ netip.Addr, _ string, _ time.Duration) ([]string, error) {
	return nil, ErrNotSupported
}

// Echo is Linux's alone so far.
func Echo(context.Context, netip.Addr, int, time.Duration, time.Duration) (Echoed, error) {
	return Echoed{}, ErrNotSupported
}

// A Namespace is Linux's alone.
type Namespace struct {
	ID   string
	PID  int
	Name string
}

// Inside implements nothing here.
func (Namespace) Inside(func() error) error { return ErrNotSupported }

// String names the namespace for a reader.
func (n Namespace) String() string { return n.Name }

// Answers hears nothing here.
type Answers struct{}

// To gives nothing here.
func (*Answers) To(uint16, uint16) (Answer, bool) { return Answer{}, false }

// Close does nothing here.
func (*Answers) Close() {}

// A Tap sees nothing here.
type Tap struct{}

// Left gives nothing here.
func (*Tap) Left() map[uint16]bool { return nil }

// Close does nothing here.
func (*Tap) Close() {}

// ConnectUnix tries to connect to a Unix socket.
func ConnectUnix(path string) (errno string) {
	c, err := net.DialTimeout("unix", path, time.Second)
	if err != nil {
		return ErrnoName(errors.Unwrap(err))
	}
	c.Close()
	return ""
}

// Interfaces lists the links with their addresses, as far as package net knows them.
func Interfaces() ([]Interface, error) {
	links, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var interfaces []Interface
	for _, l := range links {
		i := Interface{Name: l.Name, Index: l.Index, MTU: l.MTU, Up: l.Flags&net.FlagUp != 0,
			Carrier: l.Flags&net.FlagRunning != 0, Loopback: l.Flags&net.FlagLoopback != 0}
		addrs, _ := l.Addrs()
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				i.Addrs = append(i.Addrs, p)
			}
		}
		interfaces = append(interfaces, i)
	}
	return interfaces, nil
}
