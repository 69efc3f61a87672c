#!/bin/sh
# certcycle tenant: what is revoked, one by one, by a file and by device; and
# devices that are locked out. What follows for who connects.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3
start_sandbox
export CERTCYCLE_TENANT_NETRC="$T/sandbox/netrc"

tenant() {
	certcycle tenant "$@"
}
quiet() {
	same 'silent' '' "$(cat out err)"
}
tells() {
	grep -qE -e "$1" err
	result $? "tells: $(describe "$1")"
}
no_terminal() {
	python3 -c 'import os, sys
os.setsid()
os.execvp(sys.argv[1], sys.argv[1:])' "$@" </dev/null
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
exits 64 no_terminal certcycle tenant revoke 1a2b
says 'Revoke 1a2b: cannot be undone: --yes'
exits 1 python3 "$source_dir/tests/terminal" screen '[y/N] ' '\n' -- \
	certcycle tenant revoke 1a2b
same 'nothing is revoked' '' "$(revoked)"
exits 0 python3 "$source_dir/tests/terminal" screen '[y/N] ' 'y\n' -- \
	certcycle tenant revoke 1a2b
ok 'and it is told that nobody looks' grep -q 'certcycle tenant crl check on' screen
same 'it is revoked' 1a2b "$(revoked)"
exits 0 tenant crl check on
quiet
exits 0 tenant crl check
same 'looked at' on "$(cat out)"
exits 0 tenant revoke --yes 0x1A2C 1a:2D '1A 2E'
quiet
same 'however they are written' "$(printf '%s\n' 1a2b 1a2c 1a2d 1a2e)" \
	"$(revoked | sort)"
exits 0 tenant revoke --yes 1a2b
same 'once more is no failure' 4 "$(revoked | grep -c .)"

# --- a file ---
printf 'SERIAL NO.,REVOCATION DATE\n2a,2026-01-17T10:48:51.000Z\n\n2b,\n' >two.csv
exits 64 no_terminal certcycle tenant revoke --bulk two.csv
says 'Revoke the 2 certificates in two.csv: cannot be undone'
exits 0 tenant revoke --bulk two.csv --yes
quiet
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
tells 'half.csv: the first 5000 are revoked, the others are not'
fails 65 'no-such-file: cannot be read' tenant revoke --bulk=no-such-file --yes
printf 'SERIAL NO.,REVOCATION DATE\n' >empty.csv
fails 65 'empty.csv: nothing to revoke' tenant revoke --bulk=empty.csv --yes
done_testing
