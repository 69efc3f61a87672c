#!/bin/sh
# The runbooks of examples/, from start to end, on a tenant with real devices: a
# device's certificate, the way of enrolment, the CA in foreign hands; and a CA of
# one's own.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2154 # what exits and ok call; tap.sh sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device
examples=$source_dir/examples
export CERTCYCLE_TENANT_NETRC="$T/sandbox/netrc"

# token NAME: does the tenant give this pair one?
token() {
	jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
		--cert "$device/$1.pem" --key "$device/$1.key"
}
broker() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$device/$1.pem" --key "$device/$1.key"
}
# enrol ID: a device beside dev1
enrol() {
	printf 'secret-for-%s\n' "$1" >"$1.otp"
	chmod 600 "$1.otp"
	sandbox register "$1" "$1.otp" >/dev/null
	csr-gen --key "$device/$1.key" --new-key ec-p256 --cn "$1" |
		est-post --enroll --url "https://localhost:$https" --user "$1" \
			--ca "$tls_ca" --password-file "$1.otp" \
			>"$device/$1.pem"
}
# runbook NAME WORD...: in the shell of this run
runbook() {
	name=$1
	shift
	${TEST_SHELL:-sh} "$examples/$name" "$@"
}
enrol dev2
exits 0 token dev1
exits 0 token dev2

# --- a device's certificate ---
exits 64 runbook device-compromised
exits 64 runbook device-compromised look dev1
exits 0 runbook device-compromised hold dev1
prints "^$(openssl x509 -in "$cert" -noout -serial | sed 's/.*=0*//' |
	tr '[:upper:]' '[:lower:]')	"
exits 77 token dev1
exits 77 broker dev1
exits 0 token dev2
exits 0 runbook device-compromised clear dev1
exits 0 token dev1
exits 0 broker dev1
exits 0 runbook device-compromised revoke dev1
sed -n 's/^dev1	\([^	]*\)	.*/\1/p' out >otp
exits 77 token dev1
exits 77 broker dev1
cp "$cert" "$device/former.pem"
cp "$key" "$device/former.key"
exits 0 certcycle remove --yes
chmod 600 otp
exits 0 certcycle enroll
exits 0 token dev1
exits 0 broker dev1
exits 77 token former
exits 0 token dev2

# --- the way of enrolment ---
exits 64 runbook enrolment-compromised no-such-file 2026-01-01T00:00:00.000Z
enrol thief
exits 0 token thief
printf 'dev1\ndev2\n' >expected
exits 0 runbook enrolment-compromised expected 2026-01-01T00:00:00.000Z
prints '^thief$'
exits 77 token thief
exits 77 broker thief
exits 0 token dev1
exits 0 token dev2
exits 0 certcycle tenant ca show --json
cp out ca.json
exits 0 json-get --rows=certificates autoRegistrationEnabled <ca.json
prints '^false$'
exits 0 certcycle tenant ca auto-registration on

# --- the CA ---
touch there
exits 64 runbook ca-compromised there
former=$(cat sandbox/ca.pem)
exits 0 runbook ca-compromised passwords
same 'the passwords are for their owner alone' -rw------- \
	"$(stat -c %A passwords)"
ok 'there is a new CA' [ "$former" != "$(cat sandbox/ca.pem)" ]
for name in dev1 dev2; do
	exits 77 token "$name"
	exits 77 broker "$name"
done
sed -n 's/^dev1	//p' passwords >otp
chmod 600 otp
exits 0 certcycle remove --yes
exits 0 certcycle enroll
exits 0 token dev1
exits 0 broker dev1
exits 77 token dev2

# --- a CA of one's own ---
exits 64 runbook make-certificates
exits 64 runbook make-certificates own a/b
exits 0 runbook make-certificates own plant-1 "$tls_ca"
sed -n 's/^  \(certcycle tenant trust .*\)/\1/p' out >left
same 'two things are left to do' 2 "$(grep -c . left)"
cp own/devices/plant-1.pem own/devices/plant-1.key "$device"
exits 77 token plant-1
exits 0 sh -eu left
exits 0 token plant-1
exits 0 broker plant-1
certcycle tenant trust list | cut -f 3,4 >flags
ok 'its possession is proved' grep -qx 'true	true' flags
exits 0 openssl pkcs12 -in own/devices/plant-1.p12 -passin \
	file:own/keystore-password -nokeys
same 'the keystore has the chain' 3 "$(grep -c 'BEGIN CERT' out)"
exits 0 openssl pkcs12 -in own/truststore.p12 -passin \
	file:own/keystore-password -nokeys
same 'and the truststore the CA of the server' 1 "$(grep -c 'BEGIN CERT' out)"
root=$(cat own/root.pem)
exits 0 runbook make-certificates own plant-2
same 'a second device is of the same CA' "$root" "$(cat own/root.pem)"
cp own/devices/plant-2.pem own/devices/plant-2.key "$device"
exits 0 token plant-2
done_testing
