#!/bin/sh
# Root, with a user that certificate and key belong to: at first, after each
# renewal, and with a new key; and what doctor says of owners and readers.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2012,SC2317 # every system has ls; functions are called by exits
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
[ "$(id -u)" = 0 ] || {
	printf '1..0 # SKIP only root can give files away\n'
	exit 0
}
id nobody >/dev/null 2>&1 || {
	printf '1..0 # SKIP no user nobody here\n'
	exit 0
}
start_sandbox
group=$(id -gn nobody)
printf 'secret-for-dev1\n' >otp
chmod 600 otp
sandbox register dev1 otp >/dev/null
cat >>etc/certcycle.conf <<EOT
[device]
owner = nobody
group = $group
EOT
key=$device/dev1.key cert=$device/dev1.pem
# whose FILE...: owner, group and mode
whose() {
	ls -ldL "$@" | awk '{ print $3, $4, substr($1, 1, 10) }' | sort -u
}
both() {
	printf 'nobody %s %s\n' "$group" "$1"
}

exits 0 certcycle enroll
same 'the key is the owner'\''s' "$(both -rw-------)" "$(whose "$key")"
same 'so is the certificate' "$(both -rw-r--r--)" "$(whose "$cert")"
exits 0 certcycle run --force
same 'after a renewal, too' "$(both -rw-------)" "$(whose "$key")"
same 'and so is the new certificate' "$(both -rw-r--r--)" "$(whose "$cert")"
exits 0 certcycle renew --rekey
exits 0 certcycle verify
exits 0 certcycle promote
same 'and with a new key' "$(both -rw-------)" "$(whose "$key")"
same 'and its certificate' "$(both -rw-r--r--)" "$(whose "$cert")"
exits 0 cert-check --match "$key" "$cert"
chown 0:0 "$key" "$cert"
exits 0 certcycle run --force
same 'files that were given to another come back' "$(both -rw-------)" \
	"$(whose "$key")"
same 'both' "$(both -rw-r--r--)" "$(whose "$cert")"
chmod 640 "$key"
exits 0 certcycle run --force
same 'a mode that was given stays' "$(both -rw-r-----)" "$(whose "$key")"

# --- what doctor says: $T is closed to all others ---
doctor() {
	certcycle -o c8y.mqtt= "$@" doctor
}
exits 71 doctor
prints "^problem  reader +nobody cannot read $cert$"
prints "^problem  reader +nobody cannot read $key$"
prints '^ +let nobody into the directories above it: chmod o\+x$'
chmod 711 "$T" "$device"
exits 0 doctor
prints '^ok       owner +nobody:'
prints '^ok       reader +nobody '
prints '^ok       key '
if busybox setpriv --help >/dev/null 2>&1; then
	# one that knows no users: then it is su
	ln -s "$(command -v busybox)" stage/bin/setpriv
	exits 0 doctor
	prints '^ok       reader +nobody '
	chmod 700 "$device"
	exits 71 doctor
	prints '^problem  reader '
	chmod 711 "$device"
	rm stage/bin/setpriv
else
	skip 'a setpriv that knows no users' 'busybox has none here'
fi
chown 0 "$key"
exits 71 doctor
prints "^problem  owner +$key: does not belong to nobody:$group$"
prints "^ +chown nobody:$group $key$"
chown nobody "$key"
chgrp 0 "$cert"
exits 71 doctor
prints "^problem  owner +$cert: "
chgrp "$group" "$cert"
exits 0 doctor -o device.owner=
prints "^ok       owner +:$group$"
exits 0 doctor -o "device.owner=$(id -u nobody)"
exits 78 doctor -o device.owner=no-such-user
prints '^problem  owner +device.owner: no-such-user: no such user$'
done_testing
