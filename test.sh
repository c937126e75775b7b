#!/bin/sh
# Passes every test, the lab among them. It needs Go and, for the lab, root: it asks sudo where it is not root.
#
# It installs Debian's packages of the programs that stand on the lab's hosts, where they are missing. Their services are neither
# started now nor at the next boot, and those that were there before are left as they are.
set -eu
cd "$(dirname "$0")"

root=
[ "$(id -u)" = 0 ] || root=sudo

# program, package, unit that the package would start
needs='
ip         iproute2        -
nsenter    util-linux      -
sysctl     procps          -
nft        nftables        nftables
iptables   iptables        -
openssl    openssl         -
curl       curl            -
perl       perl            -
dnsmasq    dnsmasq-base    -
nginx      nginx           nginx
squid      squid           squid
redis-server redis-server  redis-server
sshd       openssh-server  ssh
vsftpd     vsftpd          vsftpd
haproxy    haproxy         haproxy
'

missing= units=
PATH=$PATH:/usr/sbin:/sbin
while read -r program package unit; do
	[ -n "$program" ] || continue
	command -v "$program" >/dev/null 2>&1 && continue
	missing="$missing $package"
	[ "$unit" = - ] || units="$units $unit"
done <<END
$needs
END

if [ -n "$missing" ]; then
	command -v apt-get >/dev/null || { echo "test.sh: install these first:$missing" >&2; exit 1; }
	echo "test.sh: installing with apt-get, without starting their services:$missing"
	policy=/usr/sbin/policy-rc.d # what invoke-rc.d(8) asks before it starts a service
	if [ ! -e $policy ]; then
		trap '$root rm -f $policy' EXIT
		printf '#!/bin/sh\nexit 101\n' | $root tee $policy >/dev/null
		$root chmod +x $policy
	fi
	$root apt-get -qq update
	# shellcheck disable=SC2086
	$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing >/dev/null
	if [ -d /run/systemd/system ]; then
		# shellcheck disable=SC2086
		$root systemctl --quiet disable $units || true # a unit that is not there need not be disabled
	fi
	[ "$(cat $policy)" != "$(printf '#!/bin/sh\nexit 101')" ] || $root rm -f $policy
	trap - EXIT
fi

echo "test.sh: the tests that need no rights"
go test ./cmd/... ./internal/...

echo "test.sh: the lab, as root: hosts in namespaces of this machine; nothing is sent outside"
# What the tests above have compiled and fetched is there for root, too, and nothing of root's is left in the user's folders.
modules=$(go env GOMODCACHE)
if [ -n "$root" ]; then
	$root env PATH="$PATH" GOMODCACHE="$modules" GOFLAGS=-mod=readonly LAB_REQUIRED=1 go test ./lab
else
	LAB_REQUIRED=1 go test ./lab
fi
