#!/bin/sh
# The first certificate: asked for before and after the device is registered,
# refused, lost on the way, and found again.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
printf 'secret-for-dev1\n' >otp
chmod 600 otp
key=$device/dev1.key cert=$device/dev1.pem

exits 75 certcycle enroll
says 'exit code 75'
grep -q 'status 401: No newDeviceRequest found' err
result $? 'the words of the tenant are told'
ok 'the key is there, for the next try' [ -s "$key" ]
same 'the key is for its owner alone' -rw------- "$(stat -c %A "$key")"
exits 1 test -e "$cert"

exits 0 sandbox register dev1 otp
exits 0 certcycle enroll
exits 0 cert-check --valid --match "$key" --cn dev1 \
	--trusted "$T/sandbox/ca.pem" "$cert"
same 'all may read the certificate' -rw-r--r-- "$(stat -c %A "$cert")"
exits 1 test -e "$cert.new"
exits 1 test -e "$T/state/reply"
exits 1 test -e "$T/state/post-renew.pending"

exits 0 certcycle enroll
says 'valid already'
before=$(cat "$cert")
exits 75 certcycle enroll --force
same 'a spent password leaves the active certificate' "$before" "$(cat "$cert")"

# one that waits is told as soon as it is registered
exits 0 env CERTCYCLE_DEVICE_CERT_PATH="$device/dev2.pem" \
	CERTCYCLE_DEVICE_KEY_PATH="$device/dev2.key" sh -c '
	certcycle enroll --device-id=dev2 --retry-every=1s --max-timeout=60s \
		2>words &
	until grep -q "status 401" words; do sleep 0.1; done
	certcycle sandbox register dev2 otp --dir="$0/sandbox" >/dev/null
	wait $!' "$T"
exits 0 cert-check --cn dev2 --match "$device/dev2.key" "$device/dev2.pem"
same 'what did not change is said once' 1 "$(grep -c 'status 401' words)"

mkdir nameless
# names the server does not know, and files that are not there
exits 78 certcycle -o issuer=none enroll --force
says 'failed: exit code 78'
sed -e '/^id = /d' -e 's/dev1/nobody/' etc/certcycle.conf \
	>nameless/certcycle.conf
exits 78 certcycle --config-dir="$T/nameless" enroll --force
says 'device.id: not set'
exits 65 certcycle enroll --force \
	--one-time-password-file="$T/no-such-file"
exits 69 certcycle enroll --force --url="localhost:$("$libexec/sandbox-admin" \
	free-port)"
exits 64 certcycle enroll extra
exits 78 certcycle enroll --retry-every=soon

# an issuer that says "later", and how much later in words
mkdir -p etc/hooks/issuer
printf '#!/bin/sh\necho soon\nexit 75\n' >etc/hooks/issuer/slow
chmod 755 etc/hooks/issuer/slow
exits 75 certcycle -o issuer=slow enroll --force --max-timeout=2s
says 'exit code 75'
exits 1 grep -i 'number' err

# the answer is lost after the server has issued: it is on disk, and the next
# try finds it there
exits 0 sandbox register dev3 otp
set -- -o device.id=dev3 -o "device.key_path=$device/dev3.key" \
	-o "device.cert_path=$device/dev3.pem"
mkdir -p etc/hooks/issuer
sed -e 's/--save-reply "$reply" "$@"/& >\/dev\/null; kill -9 $$/' \
	"$libexec/hooks/issuer/c8y" >etc/hooks/issuer/c8y
chmod 755 etc/hooks/issuer/c8y
exits 70 certcycle "$@" enroll
ok 'the reply is on disk' [ -s "$T/state/reply" ]
rm etc/hooks/issuer/c8y
exits 0 certcycle "$@" enroll
exits 0 cert-check --match "$device/dev3.key" --cn dev3 "$device/dev3.pem"
same 'one certificate was issued' 1 "$("$libexec/sandbox-admin" \
	--dir "$T/sandbox" devices | awk '$1 == "dev3" { print $3 }')"

# a reply that cannot be read does not stand in the way
exits 0 sandbox register dev4 otp
printf 'not an answer' >"$T/state/reply"
exits 0 certcycle -o device.id=dev4 -o "device.key_path=$device/dev4.key" \
	-o "device.cert_path=$device/dev4.pem" enroll

# a wrong certificate is refused, and the password is gone
exits 0 sandbox register dev5 otp
exits 0 sandbox fault wrong-key
exits 76 certcycle -o device.id=dev5 -o "device.key_path=$device/dev5.key" \
	-o "device.cert_path=$device/dev5.pem" enroll
exits 1 test -e "$device/dev5.pem"
ok 'the answer is kept to be looked at' [ -s "$T/state/reply" ]

done_testing
