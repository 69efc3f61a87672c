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

# --- by its other name, for a tenant that is not configured, under an id that
# only the certificate says ---
exits 0 certcycle download --help
prints '^usage: certcycle enroll'
grep -vE '^(url|id) = ' etc/certcycle.conf >url.conf
mkdir url
sed "s|^\(.*\)/dev1|\1/dev6|" url.conf >url/certcycle.conf
exits 78 certcycle --config-dir="$T/url" enroll
says 'device.id: not set'
exits 78 certcycle --config-dir="$T/url" download --device-id=dev6
grep -q 'c8y.url: not set' err
result $? 'and no tenant either'
exits 0 sandbox register dev6 otp
exits 0 certcycle --config-dir="$T/url" download --device-id=dev6 \
	--url="localhost:$https"
prints '^Subject: +CN=dev6$'
same 'its end is noted' '0 enroll' "$(sed -n -e 's/^result=//p' \
	-e 's/^reason=//p' state/state | tr '\n' ' ' | sed 's/ $//')"
exits 0 sandbox register dev6 otp
exits 0 certcycle --config-dir="$T/url" download --force \
	--url="localhost:$https"
exits 0 cert-check --cn dev6 "$device/dev6.pem"

# --- another device ---
printf 'id = dev7\n' >dev7
sed '/^\[device\]/r dev7' url/certcycle.conf >dev7.conf
mv dev7.conf url/certcycle.conf
exits 0 certcycle --config-dir="$T/url" download
grep -q 'device.id: dev7; but it is dev6 in .*--device-id=dev7 changes it' err
result $? 'a device stays who it is, and that is said'
exits 78 certcycle --config-dir="$T/url" download --device-id=dev7
says "device.id: dev7; but .*dev6.pem is the certificate of dev6: --force"
exits 0 sandbox register dev7 otp
exits 0 certcycle --config-dir="$T/url" download --device-id=dev7 --force \
	--url="localhost:$https"
exits 0 cert-check --cn dev7 "$device/dev6.pem"
exits 0 cert-check --cn dev6 "$device/dev6.pem.old"

# --- the id from a person ---
if command -v python3 >/dev/null; then
	sed '/^id = /d' url/certcycle.conf >asked.conf
	mkdir asked
	sed 's|/dev6|/dev8|' asked.conf >asked/certcycle.conf
	exits 0 sandbox register dev8 otp
	exits 0 python3 "$source_dir/tests/terminal" shown \
		'Device id: ' 'dev8\n' -- certcycle --config-dir="$T/asked" \
		enroll --url="localhost:$https"
	exits 0 cert-check --cn dev8 "$device/dev8.pem"
	certcycle --config-dir="$T/asked" remove --yes
	exits 78 python3 "$source_dir/tests/terminal" shown \
		'Device id: ' 'dev:8\n' -- certcycle --config-dir="$T/asked" \
		enroll --url="localhost:$https"
else
	skip 'the id from a person' 'no python3 here'
fi

# --- a key on a token ---
if command -v softhsm2-util >/dev/null; then
	make_token hsm
	uri='pkcs11:token=hsm;object=dev10;type=private'
	set -- -o device.id=dev10 -o "device.key_uri=$uri" \
		-o "device.key_path=$device/dev10.key" \
		-o "device.cert_path=$device/dev10.pem" \
		-o "device.key_passphrase_path=$T/hsm.pin"
	exits 0 sandbox register dev10 otp
	exits 0 certcycle "$@" enroll
	same 'the key file refers to the token' "$uri" "$(cat "$device/dev10.key")"
	same 'and is for its owner alone' -rw------- \
		"$(stat -c %A "$device/dev10.key")"
	exits 0 cert-check --valid --match "$uri" --passphrase-file hsm.pin \
		--cn dev10 "$device/dev10.pem"
	# the key that is there is used
	exits 0 sandbox register dev10 otp
	exits 0 certcycle "$@" enroll --force
	exits 0 cert-check --match "$uri" --passphrase-file hsm.pin \
		"$device/dev10.pem.old"
	exits 78 certcycle "$@" -o 'device.key_uri=pkcs11:token=hsm;object=x' \
		enroll --force
	printf '9999\n' >wrong.pin
	chmod 600 wrong.pin
	exits 71 certcycle "$@" -o "device.key_passphrase_path=$T/wrong.pin" \
		enroll --force
	exits 0 certcycle "$@" remove --yes
	says "the key stays on its token: $uri"
else
	skip 'a key on a token' 'no softhsm2-util here'
fi

# --- whose the files are ---
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	set -- -o "device.key_path=$device/owned.key" \
		-o "device.cert_path=$device/owned.pem" -o device.owner=nobody
	exits 0 sandbox register dev11 otp
	exits 0 certcycle "$@" enroll --device-id=dev11
	same 'key and certificate are for who is configured' 'nobody nobody' \
		"$(stat -c %U "$device/owned.key" "$device/owned.pem" |
			tr '\n' ' ' | sed 's/ $//')"
	# without privileges, in a place of one's own
	mkdir -p theirs/etc
	sed -e "s|$T/|$T/theirs/|" -e "s|$T/theirs/sandbox|$T/sandbox|" \
		etc/certcycle.conf >theirs/etc/certcycle.conf
	cp otp theirs/otp
	chmod 600 theirs/otp
	chown -R nobody theirs
	chmod 755 "$T" sandbox
	chmod 644 sandbox/*.pem
	as_nobody() {
		setpriv --reuid=nobody --clear-groups "$@"
	}
	if as_nobody cert-check --version >/dev/null 2>&1; then
		exits 0 sandbox register dev1 otp
		exits 0 as_nobody certcycle --config-dir="$T/theirs/etc" enroll
		same 'all files are theirs' nobody \
			"$(find theirs/device theirs/state -type f -exec \
				stat -c %U {} + | sort -u)"
		exits 0 as_nobody certcycle --config-dir="$T/theirs/etc" \
			remove --yes
		exits 0 as_nobody certcycle --config-dir="$T/theirs/etc" create
		exits 0 as_nobody certcycle --config-dir="$T/theirs/etc" \
			create-csr
	else
		skip 'without privileges' 'the build is not for others to read'
	fi
else
	skip 'whose the files are' 'not root, or no setpriv here'
fi

done_testing
