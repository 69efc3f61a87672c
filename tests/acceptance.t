#!/bin/sh
# What people who know `tedge cert` expect: the cases of its own tests that make
# sense here, by their names there. Elsewhere are the kinds: create, CSRs and
# device ids (create.t, ids.t, cert-check.t), one-time passwords and links
# (enroll-password.t), upload (upload.t, trusted.t), owners and users (owner.t,
# unprivileged.t), tokens and HSMs (pkcs11.t, tokens.t, rekey.t, key-sign.t),
# access tokens (jwt-get.t), answers and requests of other tools (est-post.t,
# csr-gen.t), trust and failures of TLS (tls-probe.t, est-peer.t, doctor.t),
# conflicts of profiles (conf-profiles.t, run-all.t).
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl python3 strace
start_sandbox
cert=$device/dev1.pem key=$device/dev1.key

# register ID: with a one-time password of its own, in otp.ID
register() {
	(umask 077 && printf 'secret-for-%s\n' "$1" >"otp.$1")
	sandbox register "$1" "otp.$1" >"$T/out"
}

# field NAME [OPTION...]: what show says of it
field() {
	name=$1
	shift
	certcycle "$@" show | sed -n "s/^$name: *//p"
}

# connects CERT KEY: the broker lets it in
connects() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$1" --key "$2"
}

# --- Register Device Using Cumulocity CA ---
register dev1
cp -p otp.dev1 otp
exits 0 certcycle download
exits 0 connects "$cert" "$key"

# --- Register Device Using Cumulocity CA with url flag ---
mkdir urlless
grep -vE '^(url|http) = ' etc/certcycle.conf | sed 's/dev1/dev2/' \
	>urlless/certcycle.conf
register dev2
urlless() {
	certcycle --config-dir="$T/urlless" -o "state.path=$T/state2" \
		enroll --one-time-password-file=otp.dev2 "$@"
}
exits 78 urlless
exits 0 urlless --url="localhost:$https"
exits 0 connects "$device/dev2.pem" "$device/dev2.key"

# --- Reuse existing Device ID whilst downloading ---
register dev1
cp etc/certcycle.conf with-id
sed '/^id = /d' with-id >etc/certcycle.conf
before=$(field 'Serial number')
exits 0 certcycle download --force
same 'the name is that of the certificate' 'CN=dev1' "$(field Subject)"
ok 'it is another certificate' [ "$(field 'Serial number')" != "$before" ]
exits 0 connects "$cert" "$key"
cp with-id etc/certcycle.conf

# --- Certificate Renewal Service Using Cumulocity CA ---
before=$(certcycle show)
# one that was issued a moment after another runs a second longer than a year
until_true cert-check --due 365d "$cert"
exits 0 certcycle -o certificate.validity.minimum_duration=365d run
ok 'what show prints changed' [ "$(certcycle show)" != "$before" ]

# --- Certificate Renewal with Cloud Profiles ---
mkdir etc/conf.d
cat >etc/conf.d/second.conf <<X
[device]
id = dev4
cert_path = $device/%p.pem
key_path = $device/%p.key
csr_path = $device/%p.csr
one_time_password_path = $T/otp.dev4
[state]
path = $T/state-%p
X
register dev4
exits 0 certcycle --profile second enroll
before=$(field Thumbprint --profile second) first=$(field Thumbprint)
exits 0 certcycle --profile second \
	-o certificate.validity.minimum_duration=365d run
ok 'the thumbprint changed' \
	[ "$(field Thumbprint --profile second)" != "$before" ]
same 'and that of the other profile did not' "$first" "$(field Thumbprint)"

# --- connect/reconnect validates and uses the new certificate if any ---
before=$(field Thumbprint)
cp "$key" key
exits 0 certcycle renew
same 'the one in use stays' "$before" "$(field Thumbprint)"
exits 0 certcycle show --new
prints '^Status: +VALID'
exits 0 certcycle run
ok 'the new one is in use' [ "$(field Thumbprint)" != "$before" ]
exits 65 certcycle show --new
says 'No such file'
exits 0 connects "$cert" "$key"

# --- validate_renew_certificate ---
ok 'the key is the same' cmp -s key "$key"
exits 0 cert-check --later-than "$cert.old" --same-subject "$cert.old" "$cert"

# --- connect skips new certificate validation if connected: what waits is kept,
# and none is asked for ---
exits 0 certcycle renew
cp "$cert.new" waits
exits 0 certcycle renew
exits 0 certcycle enroll
ok 'what waits is kept' cmp -s waits "$cert.new"
exits 0 certcycle run

# --- reconnect rejects any new invalid certificate ---
before=$(field Thumbprint)
printf 'garbage\n' >"$cert.new"
exits 76 certcycle run
same 'the old one is in use' "$before" "$(field Thumbprint)"
exits 0 connects "$cert" "$key"
ok 'the new one is kept to be looked at' grep -qx garbage state/rejected.pem
# one of another authority, which the tenant does not know
csr-gen --key "$key" --from "$cert" |
	cert-sign --self-signed --key "$key" --duration 900d >"$cert.new"
exits 76 certcycle run
same 'still' "$before" "$(field Thumbprint)"

# --- Create the certificate: all fields of show ---
exits 0 certcycle show
same 'in this order' "Certificate:Subject:Issuer:Status:Valid from:Valid until:\
Serial number:Thumbprint" "$(sed -n 's/^\([A-Z][a-z ]*\): .*/\1/p' out |
	paste -s -d: -)"
prints '^Serial number: +[0-9]+ \(0x[0-9a-f]+\)$'
prints '^Valid from: +[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} '
alike 'the thumbprint is what openssl says' "$(field Thumbprint)" \
	"$(openssl x509 -in "$cert" -noout -fingerprint -sha1 |
		sed -e 's/.*=//' -e 's/://g')"

# --- Renew certificate fails ---
mkdir own
sed 's/dev1/own1/' etc/certcycle.conf >own/certcycle.conf
own() {
	certcycle --config-dir="$T/own" -o "state.path=$T/state-own" "$@"
}
exits 65 own renew
says 'own1\.pem: there is no certificate'

# --- create_key_in_non_existent_directory: no certificate without a key ---
: >file
exits 71 own -o "device.key_path=$T/file/own1.key" create
exits 1 test -e "$device/own1.pem"

# --- Renew the certificate: what signed itself, and the tenant has been given ---
ends_in() {
	validity=certificate.validity.requested_duration=$1
	shift
	own -o issuer=self-signed -o certificate.ca_path= -o "$validity" "$@"
}
mine() {
	connects "$device/own1.pem" "$device/own1.key"
}
exits 0 ends_in 100d create
exits 77 mine
exits 0 own upload --netrc=sandbox/netrc
exits 0 mine
exits 0 ends_in 200d renew
exits 0 own upload --netrc=sandbox/netrc
exits 0 ends_in 200d run
exits 0 mine
exits 0 cert-check --match "$device/own1.key" \
	--later-than "$device/own1.pem.old" "$device/own1.pem"

# --- renew by c8y: the tenant's own comes in the place of such a one ---
before=$(field Subject --config-dir="$T/own")
exits 0 own run --force
exits 0 cert-check --match "$device/own1.key" --trusted sandbox/ca.pem \
	"$device/own1.pem"
same 'for the same name' "$before" "$(field Subject --config-dir="$T/own")"
exits 0 mine

# --- renew_certificate_without_key ---
mv "$key" away
exits 65 certcycle renew
says 'dev1\.key: '
exits 1 test -e "$cert.new"
exits 1 test -e "$key"
mv away "$key"

# --- needs-renewal: what cannot be told is no "no" ---
exits 78 certcycle --profile nobody needs-renewal
exits 78 env CERTCYCLE_CERTIFICATE_VALIDITY_MINIMUM_DURATION=soon \
	certcycle needs-renewal
: >empty
exits 65 certcycle -o "device.cert_path=$T/empty" needs-renewal
exits 1 certcycle needs-renewal

# --- connect, and HTTP, through a CONNECT proxy with all else shut ---
traceable
python3 "$source_dir/tests/proxy" proxy-port proxy-log &
proxy=$!
at_end "{ kill $proxy; wait $proxy; } 2>/dev/null"
until_true test -s proxy-port
exits 0 env https_proxy="http://127.0.0.1:$(cat proxy-port)" \
	strace -f -qq -o calls -e trace=connect certcycle \
	-o c8y.token_via=https -o c8y.verify_via=https run --force
for port in "$https" "$mtls"; do
	grep -aq "CONNECT localhost:$port HTTP" proxy-log
	result $? "the proxy was asked for the server at $port"
	exits 1 grep -q "htons($port)" calls
done

done_testing
