//go:build linux

package lab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// makeCertificates makes, in a folder, an authority (ca.pem), and certificates by it for the names: good.pem, expired.pem, future.pem,
// soon.pem (ends in five days), self.pem (vouches for itself), middle.pem (by an intermediate that it does not bear) and
// chain.pem (with it); the one key for all is key.pem.
func makeCertificates(args []string) error {
	if len(args) < 2 {
		return errUse
	}
	dir, names := args[0], args[1:]
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	maker := certificates{dir: dir, key: key}
	day := 24 * time.Hour
	now := time.Now()
	root := maker.template("Lab Root", nil, now.Add(-day), now.Add(3650*day), true)
	ca := maker.write("ca.pem", root, root)
	inner := maker.template("Lab Intermediate", nil, now.Add(-day), now.Add(3650*day), true)
	middle := maker.write("intermediate.pem", inner, root)
	leaf := func(from, until time.Time) *x509.Certificate {
		return maker.template(names[0], names, from, until, false)
	}
	maker.write("good.pem", leaf(now.Add(-day), now.Add(90*day)), root)
	maker.write("soon.pem", leaf(now.Add(-day), now.Add(5*day)), root)
	maker.write("expired.pem", leaf(now.Add(-90*day), now.Add(-day)), root)
	maker.write("future.pem", leaf(now.Add(30*day), now.Add(90*day)), root)
	self := leaf(now.Add(-day), now.Add(90*day))
	maker.write("self.pem", self, self)
	end := maker.write("middle.pem", leaf(now.Add(-day), now.Add(90*day)), inner)
	if maker.err == nil {
		maker.err = os.WriteFile(filepath.Join(dir, "chain.pem"), append(end, middle...), 0o644)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	_ = ca
	if maker.err != nil {
		return maker.err
	}
	return os.WriteFile(filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600)
}

type certificates struct {
	dir    string
	key    *ecdsa.PrivateKey
	serial int64
	err    error
}

func (m *certificates) template(subject string, names []string, from, until time.Time, authority bool) *x509.Certificate {
	m.serial++
	t := &x509.Certificate{SerialNumber: big.NewInt(m.serial), Subject: pkix.Name{CommonName: subject}, NotBefore: from, NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true, IsCA: authority}
	if authority {
		t.KeyUsage |= x509.KeyUsageCertSign
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	return t
}

// write signs a certificate and writes it; the first error is kept.
func (m *certificates) write(file string, t, parent *x509.Certificate) []byte {
	if m.err != nil {
		return nil
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &m.key.PublicKey, m.key)
	if err != nil {
		m.err = err
		return nil
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	m.err = os.WriteFile(filepath.Join(m.dir, file), text, 0o644)
	return text
}
