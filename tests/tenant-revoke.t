#!/bin/sh
# certcycle tenant: what is revoked, one by one, by a file and by device; and
# devices that are locked out. What follows for who connects.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3 setsid
start_sandbox
export CERTCYCLE_TENANT_NETRC="$T/sandbox/netrc"

tenant() {
	certcycle tenant "$@"
}
# revoked: the serial numbers in the tenant's list
revoked() {
	tenant crl get | openssl crl -inform DER -noout -text |
		sed -n 's/.*Serial Number: *//p' | tr A-F a-f
}

# --- the list ---
exits 0 tenant crl check
same 'not looked at' off "$(cat out)"
exits 0 tenant crl get
same 'an empty list' '' "$(openssl crl -inform DER -in out -noout -text |
	grep 'Serial Number')"
exits 0 tenant crl get --pem
cp out crl.pem
exits 0 openssl crl -in crl.pem -noout -issuer
exits 64 python3 "$source_dir/tests/terminal" screen -- certcycle tenant crl get
ok 'no bytes for a terminal' grep -q 'bytes are not for a terminal' screen
exits 0 python3 "$source_dir/tests/terminal" screen -- certcycle tenant crl \
	get --pem

# --- serial numbers ---
exits 64 setsid certcycle tenant revoke 1a2b
says 'Revoke 1a2b: cannot be undone: --yes'
exits 1 python3 "$source_dir/tests/terminal" screen '[y/N] ' '\n' -- \
	certcycle tenant revoke 1a2b
same 'nothing is revoked' '' "$(revoked)"
exits 0 python3 "$source_dir/tests/terminal" screen '[y/N] ' 'y\n' -- \
	certcycle tenant revoke 1a2b
ok 'and it is told that nobody looks' grep -q 'certcycle tenant crl check on' screen
same 'it is revoked' 1a2b "$(revoked)"
exits 0 tenant crl check on
wordless
exits 0 tenant crl check
same 'looked at' on "$(cat out)"
exits 0 tenant revoke --yes 0x1A2C 1a:2D '1A 2E'
wordless
same 'however they are written' "$(printf '%s\n' 1a2b 1a2c 1a2d 1a2e)" \
	"$(revoked | sort)"
exits 0 tenant revoke --yes 1a2b
same 'once more is no failure' 4 "$(revoked | grep -c .)"

# --- a file ---
printf 'SERIAL NO.,REVOCATION DATE\n2a,2026-01-17T10:48:51.000Z\n\n2b,\n' >two.csv
exits 64 setsid certcycle tenant revoke --bulk two.csv
says 'Revoke the 2 certificates in two.csv: cannot be undone'
exits 0 tenant revoke --bulk two.csv --yes
wordless
same 'both' 2 "$(revoked | grep -cE '^2[ab]$')"
printf '3a,\n' >bare.csv
exits 0 tenant revoke --bulk=bare.csv --yes
same 'without titles' 1 "$(revoked | grep -c '^3a$')"
printf 'SERIALNO,DATE\r\n3b,\r\n' >dos.csv
exits 0 tenant revoke --bulk=dos.csv --yes
same 'from elsewhere' 1 "$(revoked | grep -c '^3b$')"
{
	printf 'SERIAL NO.,REVOCATION DATE\n'
	seq -f 'abc%05.0f,' 5001
} >many.csv
exits 0 tenant revoke --bulk=many.csv --yes
same 'in parts that the tenant takes' 5001 "$(revoked | grep -c '^0*abc0')"
printf 'xyz,\n' >bad.csv
exits 77 tenant revoke --bulk=bad.csv --yes
{
	sed 's/abc/abd/' many.csv
	printf 'xyz,\n'
} >half.csv
exits 77 tenant revoke --bulk=half.csv --yes
mentions 'half.csv: the first 5000 are revoked, the others are not'
fails 65 'no-such-file: cannot be read' tenant revoke --bulk=no-such-file --yes
printf 'SERIAL NO.,REVOCATION DATE\n' >empty.csv
fails 65 'empty.csv: nothing to revoke' tenant revoke --bulk=empty.csv --yes

# --- many devices at once ---
secret_of() {
	printf 'secret-of-%s' "$1"
}
{
	printf 'ID;AUTH_TYPE;ENROLLMENT_OTP\n'
	for id in pump1 pump2 pump3; do
		printf '%s;CERTIFICATES;%s\n' "$id" "$(secret_of "$id")"
	done
} >good.csv
exits 0 tenant register --bulk good.csv
wordless
exits 0 python3 "$source_dir/tests/terminal" screen -- certcycle tenant \
	register --bulk=good.csv
ok 'on a terminal it says how many' grep -q 'good.csv: 3 devices are' screen
exits 0 tenant register --bulk good.csv --json
same 'in JSON' '3	0' "$(json-get numberOfAll numberOfFailed <out)"
cat good.csv >bad.csv
printf 'pump4;CERTIFICATES;short\nbad id;CERTIFICATES;secret-for-bad\n' >>bad.csv
exits 77 tenant register --bulk bad.csv
says 'bad.csv: 2 of 5 lines were refused'
prints '^pump4	FAILED	.*8 to 32.*	.*'
same 'refused are two' 2 "$(grep -c 'FAILED' out)"
exits 77 tenant register --bulk bad.csv --json
same 'in JSON, too' 2 "$(json-get numberOfFailed <out)"
fails 65 'no-such-file: No such file' tenant register --bulk no-such-file
exits 0 tenant devices
same 'a line each' 'pump1 pump2 pump3' "$(cut -f 1 out | tr '\n' ' ' | sed 's/ $//')"
same 'accepted' ACCEPTED "$(cut -f 2 out | sort -u)"

# --- one device, from enrolment to its end ---
# enrolled ID: it has a certificate ID.pem
enrolled() {
	secret_of "$1" >"$1.otp"
	chmod 600 "$1.otp"
	rm -f "$1.key"
	csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" | est-post --enroll \
		--url "https://localhost:$https" --user "$1" --ca "$tls_ca" \
		--password-file "$1.otp" >"$1.pem"
}
# token ID: it gets one, which is a handshake
token() {
	jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
		--cert "$1.pem" --key "$1.key"
}
probe() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$1.pem" --key "$1.key" --timeout 9s
}
serial_of() {
	openssl x509 -in "$1.pem" -noout -serial | sed 's/.*=0*//' | tr A-F a-f
}
exits 0 enrolled pump1
exits 0 enrolled pump2
exits 0 tenant issued pump1
same 'issued, and never used' "$(serial_of pump1)	false" "$(cut -f 1,4 out)"
exits 0 token pump1
exits 0 tenant issued pump1
same 'used' "$(serial_of pump1)	true" "$(cut -f 1,4 out)"
exits 0 tenant issued pump1 --json
same 'in JSON' "$(serial_of pump1)" \
	"$(json-get --rows=certificates serialNumber <out)"
exits 0 tenant issued none
silent
mentions 'none: the tenant has no user of this device'

exits 0 tenant disable pump1
wordless
exits 77 token pump1
exits 77 probe pump1
exits 0 token pump2
exits 0 tenant devices
prints '^pump1	[A-Z_]*	false	'
prints '^pump2	[A-Z_]*	true	'
exits 0 tenant enable pump1 pump2
exits 0 token pump1
exits 0 probe pump1
fails 77 'status 404' tenant disable none

exits 64 setsid certcycle tenant revoke --device pump1
says "Revoke the certificates of pump1: $(serial_of pump1): cannot be undone"
exits 0 tenant revoke --device pump1 --yes
wordless
exits 77 token pump1
exits 77 probe pump1
exits 0 token pump2
exits 0 probe pump2
same 'it is in the list' 1 "$(revoked | grep -c "^0*$(serial_of pump1)\$")"
fails 65 'none: the tenant knows no certificate of it' tenant revoke \
	--device none --yes
done_testing
