#!/bin/sh
# certmonger-helper: its protocol, word by word, with the sandbox and other
# issuers behind it; then certmonger itself, on a socket of its own.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2154 # functions are called by exits; tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl sha256sum
start_sandbox
helper=$libexec/certmonger-helper
conf=$T/etc/certcycle.conf
mkdir "$device"
printf 'secret-for-dev1\n' >otp
chmod 600 otp
csr-gen --key "$device/dev1.key" --new-key ec-p256 --cn dev1 >dev1.csr

# ask OPERATION [NAME=VALUE...]: as certmonger does
ask() {
	operation=$1
	shift
	env "CERTMONGER_OPERATION=$operation" "$@" "$helper" <&-
}
# submit [NAME=VALUE...]
submit() {
	ask SUBMIT "CERTMONGER_CSR=$(cat dev1.csr)" "$@"
}
# issued: what was printed is a certificate for the key
issued() {
	cp out issued.pem
	ok 'a certificate for the key' cert-check --match "$device/dev1.key" \
		--trusted sandbox/ca.pem issued.pem
}
# answers TEXT: that is all on standard output
answers() {
	same "it answers $(describe "$1")" "$(cat out)" "$1"
}

# --- what it is, and what it is not ---

exits 0 ask IDENTIFY
answers 'certcycle uninstalled, issuer c8y'
for operation in GET-SUPPORTED-TEMPLATES GET-NEW-REQUEST-REQUIREMENTS \
	FETCH-SCEP-CA-CAPS SOMETHING; do
	exits 6 ask $operation
	silent
done
exits 6 ask FETCH-ROOTS
silent
exits 0 "$helper" --help
exits 64 "$helper" --no-such-option
silent
exits 4 ask SUBMIT
answers 'CERTMONGER_CSR: not set'
ok 'certcycle does not list it as a command' sh -c '! certcycle | grep monger'

# --- a first certificate: one that is waited for ---

exits 5 submit
cookie=$(sed -n 2p out)
answers "1
$cookie"
same 'the cookie is a hash' "$(printf '%s' "$cookie" | tr -d 0-9a-f | wc -c)" 0
exits 5 ask POLL "CERTMONGER_CA_COOKIE=$cookie"
answers "1
$cookie"
sandbox fault busy 1
exits 5 ask POLL "CERTMONGER_CA_COOKIE=$cookie"
sandbox register dev1 otp >register.log 2>&1
exits 0 ask POLL "CERTMONGER_CA_COOKIE=$cookie"
issued
# asked again, by who forgot the answer: it waits
exits 0 submit
alike 'the same answer' "$(cat out)" "$(cat issued.pem)"
for odd in ../default "$T" 0123456789abcdef ''; do
	exits 2 ask POLL "CERTMONGER_CA_COOKIE=$odd"
	answers "$odd: no such request"
done
exits 0 env -u CERTMONGER_OPERATION "CERTMONGER_CSR=$(cat dev1.csr)" "$helper"

# --- the next one, by the right of the present one ---

csr-gen --key "$device/dev1.key" --cn dev1 --organization Acme >dev1.csr
present="CERTMONGER_CERTIFICATE=$(cat issued.pem)"
exits 0 submit "$present"
issued
csr-gen --key "$device/dev1.key" --cn dev1 --organization-unit One >dev1.csr
exits 3 submit "$present" CERTCYCLE_C8Y_TOKEN_VIA=https \
	CERTCYCLE_C8Y_MTLS="localhost:$("$libexec/sandbox-admin" free-port)"
prints 'jwt-get: https://localhost:'
same 'one line for getcert list' "$(sed -n '$=' out)" 1
sandbox fault refused
exits 2 submit "$present"
prints 'status 403'
sandbox fault garbage
exits 3 submit "$present"
exits 0 submit "$present"
# of another key, or over: a first one once more
csr-gen --key other.key --new-key ec-p256 --cn dev1 |
	cert-sign --self-signed --key other.key >other.pem
csr-gen --key "$device/dev1.key" --cn dev1 --country DE >dev1.csr
exits 5 submit "CERTMONGER_CERTIFICATE=$(cat other.pem)"
exits 5 submit "CERTMONGER_CERTIFICATE=$(cert-sign --self-signed \
	--key "$device/dev1.key" --not-before 2020-01-01T00:00:00Z \
	--not-after 2020-02-01T00:00:00Z dev1.csr)"

# --- a lost answer ---

sandbox register dev1 otp >register.log 2>&1
sandbox fault lost
exits 3 submit CERTCYCLE_ISSUER_TIMEOUT=1s
exits 5 submit
says 'one-time password may be spent'

# --- what is not configured ---

exits 4 env CERTCYCLE_ISSUER=none "$helper" --config-dir="$T/etc"
answers 'CERTMONGER_CSR: not set'
exits 4 submit CERTCYCLE_ISSUER=none
prints 'issuer none: there is none of this name'
exits 4 submit CERTCYCLE_DEVICE_ONE_TIME_PASSWORD_PATH="$T/no-such-file"
prints 'no-such-file: No such file'
cp "$conf" good.conf
printf 'no such line\n' >>"$conf"
exits 4 submit
answers 'the configuration cannot be read'
cp good.conf "$conf"

# --- an issuer that knows its CA, in a profile ---

mkdir -p etc/conf.d
cat >etc/conf.d/cell.conf <<-EOT
	issuer = local-ca
	[device]
	key_path = $T/cell.key
	cert_path = $T/cell.pem
	csr_path = $T/cell.csr
	[state]
	path = $T/cell
	[local_ca]
	cert_path = $T/sandbox/ca.pem
	key_path = $T/sandbox/ca.key
EOT
exits 0 env CERTMONGER_OPERATION=FETCH-ROOTS "$helper" --profile=cell
answers "certcycle cell
$(cat sandbox/ca.pem)"
exits 0 env "CERTMONGER_CSR=$(cat dev1.csr)" "$helper" --profile=cell
issued
ok 'what is kept of it is in the state of the profile' [ -d cell/certmonger ]
touch -d '40 days ago' cell/certmonger/*
csr-gen --key "$device/dev1.key" --cn dev1 --country FR >dev1.csr
exits 0 env "CERTMONGER_CSR=$(cat dev1.csr)" "$helper" --profile=cell
same 'and goes after a month' "$(find cell/certmonger/* -prune | wc -l)" 1

# --- certmonger itself ---

if ! command -v certmonger >/dev/null || ! command -v getcert >/dev/null; then
	skip 'certmonger itself' 'it is not installed'
	done_testing
fi
mkdir monger monger/conf monger/requests monger/cas monger/local monger/tmp
export CERTMONGER_CONFIG_DIR="$T/monger/conf" \
	CERTMONGER_REQUESTS_DIR="$T/monger/requests" \
	CERTMONGER_CAS_DIR="$T/monger/cas" \
	CERTMONGER_LOCAL_CA_DIR="$T/monger/local" \
	CERTMONGER_TMPDIR="$T/monger/tmp" \
	CERTMONGER_SYSTEM_LOCK_FILE="$T/monger/lock"
certmonger -n -L -P "$T/monger/socket" >monger.log 2>&1 &
at_end "{ kill $!; wait $!; } 2>/dev/null"
until_true test -S monger/socket
export CERTMONGER_PVT_ADDRESS="unix:path=$T/monger/socket"
# is STATE: the request stands so
is() {
	getcert list -i one 2>"$T/err" | grep -q "status: $1\$"
}
sed "s|^key_path = .*|key_path = $T/one.key|" good.conf >"$conf"
sandbox register dev1 otp >register.log 2>&1
"$libexec/sandbox-admin" --dir "$T/sandbox" fault --count 2 pending
exits 0 getcert add-ca -c Cycle -e "$helper --config-dir=$T/etc"
exits 0 getcert request -c Cycle -I one -k "$T/one.key" -f "$T/one.pem" -N CN=dev1
ok 'after a wait there is a certificate' until_true is MONITORING
exits 0 cert-check --valid --match one.key --trusted sandbox/ca.pem one.pem
cp one.pem first.pem
exits 0 getcert resubmit -i one
ok 'it is renewed' until_true sh -c '! cmp -s one.pem first.pem'
exits 0 cert-check --match one.key --same-subject first.pem one.pem
ok 'by the right of the first' grep -q 'simplereenroll' sandbox/server.log
until_true is MONITORING
sandbox fault refused
cp one.pem first.pem
# refusals: how many the sandbox has told
refusals() {
	grep -c ' 403' sandbox/server.log
}
before=$(refusals)
refused() {
	[ "$(refusals)" -gt "$before" ] && is MONITORING
}
exits 0 getcert resubmit -i one
ok 'one more is refused' until_true refused
ok 'and leaves the present one' cmp one.pem first.pem
done_testing
