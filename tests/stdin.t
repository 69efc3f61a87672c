#!/bin/sh
# Wherever a file is read, "-" is standard input, and a descriptor will do: a
# pipe, which can be read once. The answer is the same.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2034 # functions and variables are used by eval
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3
start_sandbox
url=https://localhost:$https
server="--url $url --ca tls-ca.pem"
broker="--host localhost --port $mqtt"
by_https="--via https --url https://localhost:$mtls"
by_mqtt="--via mqtt $broker"
devices="--url $url/devicecontrol/newDeviceRequests --status"
access="--url https://localhost:$mtls/devicecontrol/deviceAccessToken"
access="$access --method POST --print accessToken"

# --- the files ---
cp "$tls_ca" tls-ca.pem
cp sandbox/ca.pem tenant.pem
printf 'secret-for-dev1\n' >otp
printf 'passphrase\n' >passphrase
printf 'dev1.pem\nshort.pem\n' >names
printf '1a2b 2026-01-31 superseded\n' >serials
sed 's/^admin://' sandbox/operator >login
printf 'machine localhost login admin password %s\n' "$(cat login)" >netrc
chmod 600 otp passphrase login netrc
register() {
	sandbox register dev1 otp >/dev/null </dev/null
}
# shellcheck disable=SC2086 # options
enroll() {
	est-post --enroll $server --user dev1 "$@"
}
csr-gen --key dev1.key --new-key ec-p256 --cn dev1 >dev1.csr
csr-gen --key sealed.key --new-key ec-p256 --passphrase-file passphrase \
	--cn dev1 >sealed.csr
csr-gen --key ca.key --new-key ec-p256 --cn 'Example CA' |
	cert-sign --self-signed --ca --key ca.key >ca.pem
cert-sign --ca-cert ca.pem --ca-key ca.key sealed.csr >sealed.pem
cert-sign --self-signed --key dev1.key --duration 1d dev1.csr >short.pem
register && enroll --password-file otp sealed.csr >sealed1.pem
register && enroll --password-file otp --save-reply reply dev1.csr >dev1.pem
# shellcheck disable=SC2086 # options
jwt-get $by_https --ca tls-ca.pem --cert dev1.pem --key dev1.key >token
chmod 600 token
: >index
printf '01\n' >number
printf '[ca]\ndefault_ca = one\n[one]\ndatabase = index\ncrlnumber = number
default_md = sha256\ndefault_crl_days = 30\n' >openssl.cnf
openssl ca -config openssl.cnf -gencrl -keyfile ca.key -cert ca.pem \
	-out ca.crl 2>/dev/null

# start_proxy NAME [OPTION...]: its port is in NAME.port
start_proxy() {
	name=$1
	shift
	"$source_dir/tests/proxy" "$T/$name.port" "$T/$name.log" "$@" &
	at_end "kill $! 2>/dev/null"
	until_true [ -s "$name.port" ]
}
start_proxy asking "dev1:$(cat otp)"
trusted_pair secure localhost
start_proxy secure - secure.pem secure.key
proxy="--proxy http://localhost:$(cat asking.port) --proxy-user dev1"
tls_proxy="--proxy https://localhost:$(cat secure.port)"

# --- what is compared: what stays the same when it is made again ---
as_same() {
	cat
}
as_request() {
	openssl req -noout -subject -pubkey
}
as_cert() {
	openssl x509 -noout -subject -issuer -pubkey
}
as_token() {
	sed 's/\..*//'
}
as_signature() {
	openssl base64 -d -A | openssl asn1parse -inform DER | sed -n '$='
}
as_crl() {
	openssl crl -noout -issuer
}
as_keystore() {
	openssl pkcs12 -nokeys -passin file:passphrase | as_cert
}

# answer_of HOW COMMAND: what it prints with $in as its input, and how it ends
answer_of() {
	code=0
	(eval "$2") >out 2>err || code=$?
	"as_$1" <out 2>/dev/null
	printf 'exit code %d\n' "$code"
}

# row HOW FILE COMMAND: with $in being FILE; "-", and FILE coming through a pipe;
# a descriptor that is such a pipe
row() {
	in=$2
	first=$(answer_of "$1" "$3" </dev/null)
	[ "$(printf '%s\n' "$first" | tail -n 1)" = 'exit code 0' ]
	result $? "FILE: $3"
	in=-
	# shellcheck disable=SC2002 # it is to be a pipe
	alike "   -: $3" "$first" "$(cat "$2" | answer_of "$1" "$3")"
	in=/dev/fd/3
	# shellcheck disable=SC2002
	alike "   3: $3" "$first" \
		"$(cat "$2" | answer_of "$1" "$3" 3<&0 </dev/null)"
}

# rows: each line of standard input is HOW, FILE and COMMAND
rows() {
	while read -r how file command <&5; do
		[ -z "$how" ] || row "$how" "$file" "$command"
	done 5<&0
}

rows <<'X'
same dev1.pem cert-check --valid $in
same dev1.pem cert-check --show $in | grep -vE ^Cert\|^Status
same dev1.key cert-check --match $in dev1.pem
same passphrase cert-check --match sealed.key --passphrase-file $in sealed.pem
same dev1.pem cert-check --same-subject $in short.pem
same short.pem cert-check --later-than $in dev1.pem
same tenant.pem cert-check --trusted $in dev1.pem
same ca.crl cert-check --not-revoked $in --trusted ca.pem sealed.pem
same names cert-check --valid --files-from $in

same dev1.key cp dev1.pem new.pem && cert-promote --key $in new.pem active.pem
same passphrase cp sealed.pem new.pem && cert-promote --key sealed.key --passphrase-file $in new.pem active.pem

request dev1.key csr-gen --key $in --cn dev1
request passphrase csr-gen --key sealed.key --passphrase-file $in --cn dev1
request dev1.pem csr-gen --key dev1.key --from $in
request dev1.csr csr-gen --key dev1.key --from-csr $in
request passphrase csr-gen --key dev1.key --cn dev1 --challenge-password-file $in

cert dev1.csr cert-sign --self-signed --key dev1.key $in
cert dev1.key cert-sign --self-signed --key $in dev1.csr
cert ca.pem cert-sign --ca-cert $in --ca-key ca.key dev1.csr
cert ca.key cert-sign --ca-cert ca.pem --ca-key $in dev1.csr
cert passphrase cert-sign --self-signed --key sealed.key --passphrase-file $in sealed.csr
crl ca.crl cert-sign --crl --from $in --ca-cert ca.pem --ca-key ca.key serials
crl serials cert-sign --crl --ca-cert ca.pem --ca-key ca.key $in
keystore passphrase cert-sign --pkcs12 --key dev1.key --password-file $in dev1.pem
keystore dev1.key cert-sign --pkcs12 --key $in --password-file passphrase dev1.pem

cert reply est-post --reply $in dev1.csr
cert dev1.csr est-post --reply reply $in
cert dev1.csr register && enroll --password-file otp $in
cert otp register && enroll --password-file $in dev1.csr
cert token est-post --reenroll $server --token-file $in dev1.csr
cert dev1.pem est-post --reenroll $server --token-file token --cert $in --key dev1.key dev1.csr
cert dev1.key est-post --reenroll $server --token-file token --cert dev1.pem --key $in dev1.csr
cert passphrase est-post --reenroll $server --token-file token --cert sealed1.pem --key sealed.key --passphrase-file $in dev1.csr
cert tls-ca.pem est-post --reenroll --url $url --ca $in --token-file token dev1.csr
cert tenant.pem est-post --reenroll $server --anchors $in --token-file token dev1.csr
cert otp est-post --reenroll $server --token-file token $proxy --proxy-password-file $in dev1.csr
cert tls-ca.pem est-post --reenroll $server --token-file token $tls_proxy --proxy-ca $in dev1.csr

token dev1.pem jwt-get $by_https --ca tls-ca.pem --cert $in --key dev1.key
token dev1.key jwt-get $by_https --ca tls-ca.pem --cert dev1.pem --key $in
token tls-ca.pem jwt-get $by_https --ca $in --cert dev1.pem --key dev1.key
token passphrase jwt-get $by_https --ca tls-ca.pem --cert sealed1.pem --key sealed.key --passphrase-file $in
token dev1.pem jwt-get $by_mqtt --ca tls-ca.pem --cert $in --key dev1.key
token dev1.key jwt-get $by_mqtt --ca tls-ca.pem --cert dev1.pem --key $in
token tls-ca.pem jwt-get $by_mqtt --ca $in --cert dev1.pem --key dev1.key
token passphrase jwt-get $by_mqtt --ca tls-ca.pem --cert sealed1.pem --key sealed.key --passphrase-file $in

signature dev1.pem key-sign --key dev1.key $in
signature dev1.key key-sign --key $in dev1.pem
signature passphrase key-sign --key sealed.key --passphrase-file $in dev1.pem

same dev1.pem mqtt-probe $broker --ca tls-ca.pem --cert $in --key dev1.key
same dev1.key mqtt-probe $broker --ca tls-ca.pem --cert dev1.pem --key $in
same tls-ca.pem mqtt-probe $broker --ca $in --cert dev1.pem --key dev1.key
same passphrase mqtt-probe $broker --ca tls-ca.pem --cert sealed1.pem --key sealed.key --passphrase-file $in
same otp mqtt-probe $broker --ca tls-ca.pem --cert dev1.pem --key dev1.key --user dev1 --password-file $in

same login rest-call $devices --ca tls-ca.pem --user admin --password-file $in
same netrc rest-call $devices --ca tls-ca.pem --netrc $in
same tls-ca.pem rest-call $devices --ca $in --netrc netrc
token token rest-call --ca tls-ca.pem $devices --token-file $in --expect 401
token dev1.pem rest-call --ca tls-ca.pem $access --cert $in --key dev1.key
token dev1.key rest-call --ca tls-ca.pem $access --cert dev1.pem --key $in
token passphrase rest-call --ca tls-ca.pem $access --cert sealed1.pem --key sealed.key --passphrase-file $in
same otp rest-call $devices --ca tls-ca.pem --netrc netrc $proxy --proxy-password-file $in
same tls-ca.pem rest-call $devices --ca tls-ca.pem --netrc netrc $tls_proxy --proxy-ca $in
X

# --- no input is forgotten: every option that names a file has a row, or a "-" in
# the tool's own test; but for those that are written, and one whose value is a
# key of the configuration ---
for helper in cert-check cert-promote cert-sign conf-get csr-gen est-post \
	hook-run jwt-get key-sign lock-run mqtt-probe rest-call; do
	for option in $("$helper" --help | sed -nE \
		's/^ .*--([a-z-]*)=(FILE|CERT|KEY|PATH|CRL|REQUEST) .*/\1/p'); do
		case "$helper --$option" in
		'est-post --save-reply' | 'est-post --key-out' | \
			'cert-promote --mark' | 'conf-get --unset') continue ;;
		esac
		grep -qE "$helper .*--$option [\$]in|enroll --$option [\$]in" \
			"$source_dir/tests/stdin.t" ||
			grep -qE -e "--$option -( |\$)" \
				"$source_dir/tests/$helper.t"
		result $? "$helper: --$option has a row"
	done
done
done_testing
