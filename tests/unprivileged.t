#!/bin/sh
# All of certcycle as a user without rights, in directories of its own: the first
# certificate, renewals, what is left on disk and whose it is.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2012,SC2016 # ls is what every system has; hooks expand it
here=${srcdir:-${0%/*}/..}
# root becomes nobody, where nobody can read the trees
if [ "$(id -u)" = 0 ]; then
	as_nobody() {
		setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ "$@"
	}
	as_nobody sh -c '"$1" --version && [ -r "$2" ]' sh \
		"${builddir:-$here/build}/helpers/cert-check" \
		"$here/tests/tap.sh" >/dev/null 2>&1 || {
		printf '1..0 # SKIP nobody else can read this tree\n'
		exit 0
	}
	# shellcheck disable=SC2086 # a shell and its word
	as_nobody ${TEST_SHELL:-sh} "$0"
	exit
fi
. "$here/tests/tap.sh"
start_sandbox
mkdir home
mv etc home/etc
CERTCYCLE_CONFIG_DIR=$T/home/etc
sed -i "s|$T/otp|$T/home/otp|; s|= $T/device|= $T/home/device|
	s|= $T/state|= $T/home/state/%p|; s|= $T/run|= $T/home/run|" \
	home/etc/certcycle.conf
printf 'secret-for-dev1\n' >home/otp
chmod 600 home/otp
sandbox register dev1 home/otp >/dev/null
key=home/device/dev1.key cert=home/device/dev1.pem
mode() {
	ls -l "$1" | cut -c 1-10
}
serial() {
	certcycle show | sed -n 's/^Serial number: //p'
}

exits 0 certcycle enroll
exits 0 cert-check --match "$key" --cn dev1 "$cert"
same 'the key is for its owner alone' '-rw-------' "$(mode "$key")"
same 'others can read the certificate' '-rw-r--r--' "$(mode "$cert")"
exits 1 certcycle needs-renewal
exits 0 certcycle run
before=$(serial)
exits 0 certcycle run --force
ok 'it is renewed' [ "$(serial)" != "$before" ]
exits 0 certcycle renew
exits 0 certcycle verify
exits 0 certcycle promote
same 'nothing is anybody else'\''s' '' "$(find home ! -user "$(id -u)")"
same 'and nobody can write into it' '' \
	"$(find home -type f \( -perm -020 -o -perm -002 \))"

# a hook and an issuer of the user's own
mkdir -p home/etc/hooks/post-renew.d
printf '#!/bin/sh\nid -u >"$CERTCYCLE_STATE_DIR/who"\n' \
	>home/etc/hooks/post-renew.d/60-who
chmod 755 home/etc/hooks/post-renew.d/60-who
exits 0 certcycle run --force
same 'a hook runs as the user' "$(id -u)" "$(cat home/state/default/who)"

# a second certificate beside it
mkdir home/etc/conf.d
printf '%s\n' 'issuer = self-signed' '[device]' 'id = two' \
	"cert_path = $T/home/two/two.pem" "key_path = $T/home/two/two.key" \
	"csr_path = $T/home/two/two.csr" '[certificate]' 'ca_path =' \
	>home/etc/conf.d/two.conf
exits 0 certcycle --profile two -o c8y.verify_via=none enroll
exits 0 cert-check --match home/two/two.key --cn two home/two/two.pem
exits 0 certcycle run --all

# --- a directory that is not ours ---
mkdir home/closed
cp "$T/sandbox/tls-ca.pem" home/closed/ca.pem
chmod 000 home/closed
exits 71 certcycle -o "device.csr_path=$T/home/closed/dev1.csr" enroll --force
says 'ermission denied'
exits 71 certcycle -o "c8y.root_cert_path=$T/home/closed/ca.pem" -o c8y.mqtt= doctor
prints '^problem  trust  *.*/closed/ca.pem: Permission denied$'
prints '^ *see trust, above: '
chmod 700 home/closed

# --- what doctor says ---
exits 0 certcycle doctor
prints '^ok       directories '
rm -r home/etc/conf.d
exits 71 certcycle -o state.path=/certcycle-state doctor
prints '^problem  directories   /certcycle-state: cannot be written$'
exits 71 certcycle -o device.owner=root doctor
prints '^problem  owner +/.*dev1.key: does not belong to root$'
prints '^skipped  reader .*only root can try'
exits 0 certcycle -o "device.owner=$(id -un)" doctor
prints '^ok       reader '
done_testing
