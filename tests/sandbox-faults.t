#!/bin/sh
# The sandbox's misbehaviour: each kind as a client sees it, in bounded time, as
# often as it was told, for whom it was told, and in the log.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2013 # exits and fails call the functions; kinds are words
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
enrolled_device
url=https://localhost:$https
printf 'secret-for-dev2\n' >otp2
chmod 600 otp2
csr-gen --key dev2.key --new-key ec-p256 --cn dev2 >dev2.csr
sandbox register dev2 otp2 >/dev/null

# enrol OPTION...: asks for a first certificate, at most for so long
enrol() {
	est-post --enroll --url "$url" --ca "$tls_ca" --user dev2 \
		--password-file otp2 --timeout 4s "$@" dev2.csr
}
# plays KIND CODE PATTERN [OPTION...]: est-post meets it; $PATTERN is what its
# last line says; and so does the log
plays() {
	kind=$1 due=$2 pattern=$3
	shift 3
	exits 0 sandbox fault "$kind" "$@"
	sandbox register dev2 otp2 >/dev/null
	within 8 exits "$due" enrol
	cp out answer
	[ -z "$pattern" ] || says "$pattern"
	[ "$due" = 0 ] || [ "$due" = 75 ] || silent
	# the answer may be here before that
	ok "$kind: the log says so" until_true logged "$kind"
}
# logged KIND: the last line of the log has that for a note
logged() {
	[ "$(sandbox log --lines=1 | cut -f 8)" = "$1" ]
}

# --- the kinds, as data and in words ---
exits 0 sandbox fault --list
prints '^wrong-cn	certificate	a certificate for another device$'
same 'a line for each kind' "$(wc -l <out)" "$(cut -f 1 out | sort -u | wc -l)"
cp out kinds
exits 0 sandbox faults
silent
sed -n '/^\.Ss Faults/,/^\.Ss Trust/s/^\.It Cm //p' \
	"$source_dir/man/certcycle-sandbox.1" | sort >page
same 'the page has them all' "$(cut -f 1 kinds | sort)" "$(cat page)"

# --- what est-post makes of each ---
plays pending 75 'status 202$'
same 'seconds to wait' 1 "$(cat answer)"
plays pending 75 'status 202$' --seconds=1h
same 'and as many as were ordered' 3600 "$(cat answer)"
plays pending-date 75 'status 202$' --seconds=90
ok 'the date is as far away' grep -qE '^(89|90)$' answer
plays unregistered 75 'status 401: No newDeviceRequest found for this ID'
plays busy 75 'status 503: The service is busy'
plays refused 77 'status 403: Access is denied'
plays feature-off 77 'status 404: 404 Not Found'
plays no-ca 77 'status 404: Failed to retrieve tenant keypair'
plays ca-too-short 77 'status 422: Tenant CA certificate is either missing'
plays error 69 'status 500: Something failed'
plays bad-gateway 69 'status 502: 502 Bad Gateway'
plays unavailable 75 'status 503: 503 Service Temporarily Unavailable'
plays gateway-timeout 69 'status 504: 504 Gateway Time-out'
plays redirect-http 76 'status 307: it points to http://localhost'
plays redirect-host 76 'status 307: it points to https://127'
plays garbage 76 'no certificate in the answer'
plays not-pkcs7 76 'no certificate in the answer'
plays empty-set 76 'no certificate in the answer'
plays wrong-key 76 'no certificate in the answer is for this key'
plays wrong-cn 0 ''
exits 0 cert-check --match dev2.key answer
exits 0 cert-check --show answer
prints 'CN=another-device'
plays not-yet-valid 0 ''
plays expired 0 ''
plays slow 0 '' --seconds=1
exits 0 cert-check --match dev2.key answer
plays trickle 0 '' --seconds=1
exits 0 cert-check --match dev2.key answer
plays reset 69 'simpleenroll: .*[Rr]eset'
plays half 69 'simpleenroll: '
plays too-long 69 'simpleenroll: '
plays too-short 76 'no certificate in the answer'
plays huge 76 'an answer over [0-9]+ bytes'
plays tls-wrong-name 76 'does not match target host name'
plays tls-expired 76 'certificate not trusted: .*expired'
plays tls-unknown 76 'certificate not trusted: .*issuer is unknown'
# longer than anyone waits; but what is served so late is over before the next
# registration of the same device, which would be its
for kind in silent lost slow trickle; do
	exits 0 sandbox fault "$kind" --seconds=3
	sandbox register dev2 otp2 >/dev/null
	within 3 fails 69 'simpleenroll: .*[Tt]ime' enrol --timeout 1s
done
# each kind for requests to EST was met above
for kind in $(awk '$2 != "token" && $2 != "broker" { print $1 }' kinds); do
	ok "$kind has a test" grep -qE \
		"^plays $kind |^for kind in .*$kind" "$source_dir/tests/${0##*/}"
done

# --- a redirect takes no password along: no one follows ---
sandbox register dev2 otp2 >/dev/null
exits 0 sandbox fault redirect-host
fails 76 'redirects to https://127\.0\.0\.1:.*another server' enrol --follow
exits 0 sandbox fault redirect-http
fails 76 'redirects to http://localhost' enrol --follow
same 'none came a second time' 'redirect-host redirect-http' \
	"$(sandbox log --lines=4 | cut -f 8 | grep -A 9 redirect |
		grep -vE 'silent|lost|slow|trickle' | paste -sd ' ' -)"

# --- what a renewal makes of them ---
# meets CODE KIND [OPTION...]: certcycle run meets it, and the certificate stays
meets() {
	due=$1
	shift
	sandbox fault "$@" >"$T/out" 2>"$T/err"
	before=$(serial)
	within 20 exits "$due" certcycle run --force
	same "$1: the certificate is the same" "$before" "$(serial)"
	exits 1 test -e "$cert.new"
	sandbox fault none
}
meets 75 pending
meets 75 busy
meets 77 refused
meets 77 feature-off
meets 77 no-ca
meets 77 ca-too-short
meets 69 bad-gateway
meets 76 redirect-host
meets 76 not-pkcs7
meets 76 wrong-key
meets 76 wrong-cn
meets 76 not-yet-valid
meets 76 expired
meets 69 reset
meets 69 half
meets 76 huge
meets 76 tls-unknown 9
exits 0 certcycle run --force

# --- for one device, so often, in their order ---
exits 0 sandbox fault error 2
exits 0 sandbox fault refused --device=dev2
exits 0 sandbox fault pending --seconds=7
exits 0 sandbox faults
same 'what is set' 'error 2 - -
refused 1 dev2 -
pending 1 - 7' "$(cut -f 1-4 out | tr '\t' ' ')"
sandbox register dev2 otp2 >/dev/null
fails 77 'status 403' enrol # its own comes first
fails 69 'status 500' enrol
fails 69 'status 500' enrol
exits 75 enrol
exits 0 enrol
exits 0 sandbox fault refused 5 --device=dev1
sandbox register dev2 otp2 >/dev/null
exits 0 enrol
exits 77 certcycle run --force # by its token it is known, too
exits 0 sandbox faults
prints '^refused	4	dev1	'
exits 0 sandbox fault refused 0 --device=dev1
exits 0 sandbox faults
silent
exits 0 sandbox fault refused 3
exits 0 sandbox fault error 3 --device=dev1
exits 0 sandbox fault none --device=dev1
exits 0 sandbox faults
same 'only what is for any is left' refused "$(cut -f 1 out)"
exits 0 sandbox fault none
exits 0 sandbox faults
silent

# --- tokens ---
get() {
	jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
		--cert "$cert" --key "$key" "$@"
}
exits 0 sandbox fault token-refused
fails 77 'status 401: The certificate is invalid or revoked' get
same 'the log says so' token-refused \
	"$(sandbox log --device=dev1 --lines=1 | cut -f 8)"
exits 0 get
exits 0 sandbox fault token-refused --device=dev2
exits 0 get
exits 0 sandbox fault token-late --seconds=1
within 4 exits 0 get
exits 0 sandbox fault token-late --seconds=9
within 4 fails 69 '[Tt]ime' get --timeout 1s
exits 0 sandbox fault strange 60 --device=dev2
exits 0 get
exits 0 sandbox fault strange 60 --device=dev1
fails 77 'status 401: .*not known yet' get
exits 0 sandbox fault none

# --- the broker, and tokens from it ---
probe() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$cert" --key "$key" "$@"
}
ask() {
	jwt-get --via mqtt --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$cert" --key "$key" "$@"
}
exits 0 probe
exits 0 sandbox fault broker-refused 60
exits 0 sandbox faults
prints '^broker-refused	(60|59)s	-	-	CONNACK 5$'
fails 77 'localhost:[0-9]+: .*' probe
exits 0 sandbox fault broker-refused 0
exits 0 probe
exits 0 sandbox fault broker-unavailable --seconds=60 --device=dev1
fails 75 'localhost:[0-9]+: .*' probe
exits 0 sandbox fault none
exits 0 sandbox fault broker-refused 60 --device=dev2
exits 0 probe
exits 0 sandbox fault broker-refused 1
until_true probe >out 2>err
result $? 'it is over in time'
exits 0 sandbox fault strange 60
fails 77 'localhost:[0-9]+: .*' probe
exits 0 sandbox fault none
exits 0 ask
exits 0 sandbox fault token-refused 9 # it is asked for again and again
within 4 fails 69 'no answer within 2 s' ask --timeout 2s
same 'the log says so' token-refused \
	"$(sandbox log --device=dev1 | cut -f 8 | grep token-refused | tail -n 1)"
exits 0 sandbox fault none
exits 0 sandbox fault token-late --seconds=2
within 6 exits 0 ask --timeout 5s
exits 0 sandbox fault token-late 9 --seconds=9
within 4 fails 69 'no answer within 2 s' ask --timeout 2s
exits 0 sandbox fault none
exits 0 sandbox faults
silent

# --- wrong orders ---
exits 64 sandbox fault nonsense
says 'no such fault; there are pending .* broker-unavailable$'
exits 64 sandbox fault
exits 64 sandbox fault refused many
exits 64 sandbox fault refused -1
exits 64 sandbox fault refused 1 2
exits 64 sandbox fault refused --seconds=3
says 'takes no --seconds'
exits 64 sandbox fault tls-expired --device=dev1
says 'not for one device'
exits 65 sandbox fault refused --device='a b'
exits 64 sandbox fault refused --role=admin
exits 0 sandbox faults
silent
done_testing
