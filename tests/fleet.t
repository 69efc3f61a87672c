#!/bin/sh
# A fleet: devices registered by one CSV, enrolled and renewed by certcycle, one
# in ten revoked: exactly those are refused by the broker and for tokens. FLEET
# says how many: 20.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2154,SC2016 # what exits and ok call; tap.sh sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
fleet=${FLEET:-20}
! torture || fleet=200
start_sandbox
export CERTCYCLE_TENANT_NETRC="$T/sandbox/netrc"
mkdir -p etc/conf.d "$device" old
seq -f 'dev-%03.0f' "$fleet" >ids
awk 'NR % 10 == 3' ids >to-revoke
alike 'one in ten is to be revoked' "$((fleet / 10))" "$(grep -c . to-revoke)"

# one file for all that they share, and one a device for what it alone has
{
	sandbox status
	cat <<-X
	[device]
	cert_path = $device/%p.pem
	key_path = $device/%p.key
	csr_path = $device/%p.csr
	one_time_password_path = $device/%p.otp
	[state]
	path = $T/state/%p
	run_path = $T/run
	X
} >etc/certcycle.conf
printf 'ID;AUTH_TYPE;ENROLLMENT_OTP;NAME\n' >fleet.csv
umask 077
while read -r id; do
	printf '[device]\nid = %s\n' "$id" >"etc/conf.d/$id.conf"
	printf 'secret-of-%s\n' "$id" >"$device/$id.otp"
	printf '%s;CERTIFICATES;secret-of-%s;Pump %s\n' "$id" "$id" "$id" >>fleet.csv
done <ids

exits 0 certcycle tenant register --bulk fleet.csv
certcycle tenant devices | cut -f 1 | sort >registered
same 'all are registered' "$(cat ids)" "$(cat registered)"

# each COMMAND WORD...: COMMAND for each device of standard input, two at a time;
# the ids of those for which it ended with 0 are in `good`, with 77 in `refused`
each() {
	rm -rf codes
	mkdir codes
	xargs -P 2 -I ID sh -c 'id=$1; shift
		code=0
		"$@" >/dev/null 2>"codes/$id.err" </dev/null || code=$?
		echo "$code" >"codes/$id"' sh ID "$@"
	for code in 0:good 77:refused; do
		grep -lx "${code%:*}" codes/dev-* | sed 's|codes/||' |
			grep -v 'err$' >"${code#*:}"
	done
	cat codes/*.err >err
}

each certcycle --profile ID enroll <ids
same 'all enrolled' "$(cat ids)" "$(cat good)"
cp "$device"/*.pem old
exits 0 certcycle run --all --force
renewed=0
while read -r id; do
	! cert-check --match "$device/$id.key" --cn "$id" --later-than \
		"old/$id.pem" "$device/$id.pem" || renewed=$((renewed + 1))
done <ids
same 'all were renewed' "$fleet" "$renewed"

by_token() {
	each jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
		--cert "$device/ID.pem" --key "$device/ID.key" <ids
}
by_broker() {
	each mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$device/ID.pem" --key "$device/ID.key" <ids
}
by_token
same 'all get a token' "$(cat ids)" "$(cat good)"
by_broker
same 'all get to the broker' "$(cat ids)" "$(cat good)"

# --- one in ten is revoked, by the serials that the tenant knows ---
exits 0 certcycle tenant crl check on
while read -r id; do
	certcycle tenant issued "$id" | cut -f 1
done <to-revoke >serials
same 'each of them has had two certificates' "$((2 * (fleet / 10)))" \
	"$(sort -u serials | grep -c .)"
{
	printf 'SERIAL NO.,REVOCATION DATE\n'
	sed 's/$/,/' serials
} >revoke.csv
exits 0 certcycle tenant revoke --yes --bulk revoke.csv
comm -23 ids to-revoke >left
by_token
same 'exactly those get no token' "$(cat to-revoke)" "$(cat refused)"
same 'and all others do' "$(cat left)" "$(cat good)"
by_broker
same 'exactly those do not get to the broker' "$(cat to-revoke)" \
	"$(cat refused)"
same 'and all others do' "$(cat left)" "$(cat good)"
certcycle tenant crl get | openssl crl -inform DER -noout -text |
	sed -n 's/.*Serial Number: 0*//p' | tr '[:upper:]' '[:lower:]' |
	sort >listed
same 'the list has these serials' "$(sort serials)" "$(cat listed)"
done_testing
