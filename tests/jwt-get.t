#!/bin/sh
# jwt-get: a token over HTTPS and over MQTT from the sandbox; and what comes of
# servers that cannot be believed, say no, say nothing, or something else.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
start_sandbox
ca=$T/sandbox/ca.pem
url=https://localhost:$mtls
token=$url/devicecontrol/deviceAccessToken
printf 'secret-for-dev1\n' >otp
chmod 600 otp
csr-gen --key dev1.key --new-key ec-p256 --cn dev1 >dev1.csr

# get OPTION...: as the sandbox's device
get() {
	jwt-get --cert dev1.pem --key dev1.key --ca "$tls_ca" "$@"
}
# the same with another pair: get_as NAME OPTION...
get_as() {
	name=$1
	shift
	jwt-get --cert "$name.pem" --key "$name.key" --ca "$tls_ca" "$@"
}
# enroll NAME: NAME.pem from the sandbox, for the key of dev1
enroll() {
	sandbox register dev1 otp >/dev/null
	est-post --enroll --url "https://localhost:$https" --ca "$tls_ca" \
		--user dev1 --password-file otp dev1.csr >"$1.pem"
}
# base64url FILE, and back
base64url() {
	openssl base64 -A -in "$1" | tr '+/' '-_' | tr -d '='
}
payload() {
	middle=$(cut -d . -f 2 "$1" | tr -- '-_' '+/')
	while [ $((${#middle} % 4)) -ne 0 ]; do
		middle=$middle=
	done
	printf %s "$middle" | openssl base64 -d -A
}
# good_token: the last command printed a token for dev1
good_token() {
	cp out good
	same 'one line' 1 "$(wc -l <good | tr -d ' ')"
	ok 'of three parts' grep -qE '^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$' good
	payload good >good.json
	ok 'for the device' grep -q '"sub":"device_dev1"' good.json
}
enroll dev1

# a broker that takes the subscription and falls silent: waited for at the end,
# it takes its time
trusted_pair lazy localhost
tls_server lazy
lazy=$port
printf '\040\002\000\000' 1<>lazy.feed
began=$(date +%s)
get --via mqtt --host localhost --port "$lazy" --timeout 22s >lazy.out \
	2>lazy.err &
lazy_client=$!

# --- the command line ---
introduces jwt-get --via --url --host --port --cert --key --ca \
	--connect-timeout --timeout
exits 64 jwt-get --url "$url" --cert dev1.pem --key dev1.key
says '--via is missing'
misused jwt-get
misused jwt-get --via ftp --cert dev1.pem --key dev1.key
says '--via: ftp: neither https nor mqtt'
misused jwt-get --via https --url "$url" --key dev1.key
says '--cert and --key are needed'
misused jwt-get --via https --url "$url" --cert dev1.pem
says '--cert and --key are needed'
misused jwt-get --via https --cert dev1.pem --key dev1.key
says '--url is missing'
misused jwt-get --via mqtt --cert dev1.pem --key dev1.key
says '--host is missing'
misused jwt-get --via mqtt --host localhost --port mqtts
says 'mqtts: not a TCP port'
misused jwt-get --via mqtt --host localhost --port 65536
says '65536: not a TCP port'
misused jwt-get --via mqtt --host localhost --timeout soon
says 'soon'
misused jwt-get --via https --url "$url" --cert dev1.pem --key dev1.key extra
says 'extra: one operand too many'
misused jwt-get --via https --url "http://localhost:$mtls" --cert dev1.pem \
	--key dev1.key
says 'http://localhost.*: not an https URL'

# --- a token, both ways ---
exits 0 get --via https --url "$url"
good_token
same 'silent on success' '' "$(cat err)"
exits 0 get --via https --url "$url/"
exits 0 get --via mqtt --host localhost --port "$mqtt"
good_token
same 'silent on success' '' "$(cat err)"
exits 0 get --via mqtt --host 127.0.0.1 --port "$mqtt" -v
cp out seen.token
exits 1 grep -F -e "$(cat seen.token)" err
exits 0 get --via https --url "$url" -v
cp out seen.token
exits 1 grep -F -e "$(cat seen.token)" err
chmod 600 seen.token
exits 0 est-post --reenroll --url "https://localhost:$https" --ca "$tls_ca" \
	--token-file seen.token dev1.csr
for way in "https --url $url" "mqtt --host localhost --port $mqtt"; do
	# shellcheck disable=SC2086 # several words are meant
	exits 71 to_full get --via $way
	says 'standard output: No space left'
done
mkdir anchors
cp "$tls_ca" anchors/tls-ca.pem
openssl rehash anchors >rehash.log 2>&1
exits 0 jwt-get --via https --url "$url" --cert dev1.pem --key dev1.key \
	--ca anchors
exits 0 jwt-get --via mqtt --host localhost --port "$mqtt" --cert dev1.pem \
	--key dev1.key --ca anchors

# --- the server says no ---
csr-gen --key stranger.key --new-key ec-p256 --cn stranger |
	cert-sign --ca-cert "$ca" --ca-key "$T/sandbox/ca.key" >stranger.pem
fails 77 "^jwt-get: $token: status 401: The certificate is for no device" \
	get_as stranger --via https --url "$url"
fails 77 "^jwt-get: localhost:$mqtt: CONNACK 5: .*authori" \
	get_as stranger --via mqtt --host localhost --port "$mqtt"
# another CA has signed for the same name
make_pair alien dev1
fails 77 "^jwt-get: $token: status 401: No client certificate" \
	get_as alien --via https --url "$url"
fails 77 "^jwt-get: localhost:$mqtt: TLS: .*alert" \
	get_as alien --via mqtt --host localhost --port "$mqtt"
exits 0 sandbox fault expired
enroll over
cp dev1.key over.key
exits 1 cert-check --valid over.pem
fails 77 "^jwt-get: $token: status 401: No client certificate" \
	get_as over --via https --url "$url"
fails 77 "^jwt-get: localhost:$mqtt: TLS: .*expired" \
	get_as over --via mqtt --host localhost --port "$mqtt"
trusted_pair picky localhost
tls_server picky -Verify 1 -verify_return_error -CAfile "$ca"
fails 77 "^jwt-get: https://localhost:$port/.*alert" get_as alien --via https \
	--url "https://localhost:$port" --timeout 5s

# --- whom to trust ---
fails 76 "^jwt-get: $token: .*certificate" jwt-get --via https --url "$url" \
	--cert dev1.pem --key dev1.key --ca "$ca"
fails 76 "^jwt-get: localhost:$mqtt: TLS: .*certificate" jwt-get --via mqtt \
	--host localhost --port "$mqtt" --cert dev1.pem --key dev1.key --ca "$ca"
fails 76 "^jwt-get: $token: .*certificate" jwt-get --via https --url "$url" \
	--cert dev1.pem --key dev1.key
fails 76 "^jwt-get: localhost:$mqtt: TLS: " jwt-get --via mqtt \
	--host localhost --port "$mqtt" --cert dev1.pem --key dev1.key
trusted_pair other other.example.com
tls_server other
fails 76 "^jwt-get: https://localhost:$port/.*localhost" \
	get --via https --url "https://localhost:$port" --timeout 5s
elsewhere=$("$libexec/sandbox-admin" free-port)
printf '%s\n' "listener $elsewhere 127.0.0.1" "user $(id -un)" \
	"cafile $ca" "certfile $T/other.pem" "keyfile $T/other.key" \
	'require_certificate true' 'use_identity_as_username true' >broker.conf
mosquitto -c broker.conf >broker.log 2>&1 &
at_end "kill $! 2>/dev/null"
until_true listens "$elsewhere"
fails 76 "^jwt-get: localhost:$elsewhere: TLS: " \
	get --via mqtt --host localhost --port "$elsewhere" --timeout 5s

# --- our own files ---
make_pair dev2
for way in "https --url $url" "mqtt --host localhost --port $mqtt"; do
	# shellcheck disable=SC2086 # several words are meant
	{
		fails 65 '^jwt-get: dev1.pem: does not match the key in dev2.key' \
			jwt-get --via $way --ca "$tls_ca" --cert dev1.pem \
			--key dev2.key
		fails 65 '^jwt-get: otp: not a certificate' jwt-get --via $way \
			--ca "$tls_ca" --cert otp --key dev1.key
		fails 65 '^jwt-get: otp: not a private key' jwt-get --via $way \
			--ca "$tls_ca" --cert dev1.pem --key otp
		fails 65 '^jwt-get: no-such-file: No such file' jwt-get \
			--via $way --ca "$tls_ca" --cert no-such-file \
			--key dev1.key
		fails 65 '^jwt-get: no-such-file: No such file' jwt-get \
			--via $way --ca no-such-file --cert dev1.pem \
			--key dev1.key
		fails 65 'otp' jwt-get --via $way --ca otp --cert dev1.pem \
			--key dev1.key
	}
done

# --- no answer ---
closed=$("$libexec/sandbox-admin" free-port)
within 5 fails 69 "^jwt-get: https://localhost:$closed/" \
	get --via https --url "https://localhost:$closed"
within 5 fails 69 "^jwt-get: localhost:$closed: Connection refused" \
	get --via mqtt --host localhost --port "$closed"
within 10 fails 69 '^jwt-get: https://name.invalid/' \
	get --via https --url https://name.invalid --timeout 5s
within 10 fails 69 '^jwt-get: name.invalid' \
	get --via mqtt --host name.invalid --timeout 5s
trusted_pair mute localhost
tls_server mute
kill -STOP "$pid"
within 4 fails 69 "^jwt-get: https://localhost:$port/.*time" \
	get --via https --url "https://localhost:$port" --timeout 1s
within 4 fails 69 "^jwt-get: https://localhost:$port/.*time" get --via https \
	--url "https://localhost:$port" --connect-timeout 1s --timeout 20s
within 4 fails 69 '^jwt-get: localhost: no answer within 1 s' \
	get --via mqtt --host localhost --port "$port" --timeout 1s
# Mosquitto without TLS closes the line on what it cannot read
clear=$("$libexec/sandbox-admin" free-port)
printf '%s\n' "listener $clear 127.0.0.1" "user $(id -un)" >clear.conf
mosquitto -c clear.conf >clear.log 2>&1 &
at_end "kill $! 2>/dev/null"
until_true listens "$clear"
within 5 fails 69 "^jwt-get: https://localhost:$clear/" \
	get --via https --url "https://localhost:$clear" --timeout 4s
within 5 fails 69 "^jwt-get: localhost:$clear: " \
	get --via mqtt --host localhost --port "$clear" --timeout 4s

# --- another answer over HTTPS ---
trusted_pair odd localhost
tls_server odd
odd=$port
# answer STATUS HEADERS BODY: what is said next; lines of HEADERS end with \r\n
answer() {
	printf "HTTP/1.1 %s\r\n${2}Content-Length: %d\r\n\r\n%s" "$1" \
		"$(printf %s "$3" | wc -c)" "$3" 1<>odd.feed
}
ask() {
	get --via https --url "https://localhost:$odd" --timeout 5s
}
for case in '400 77' '401 77' '404 77' '422 77' '429 75' '500 69' '503 75' \
	'302 76'; do
	answer "${case% *} Status" '' '{"message":"The words of the server"}'
	fails "${case#* }" \
		"Token: status ${case% *}: The words of the server\$" ask
done
answer '503 Unavailable' 'Retry-After: 7\r\n' ''
exits 75 ask
same 'the seconds of a 503 are the answer' 7 "$(cat out)"
answer '200 OK' '' '{"token":"a.b.c"}'
fails 76 "^jwt-get: https://localhost:$odd/.*: no accessToken" ask
answer '200 OK' '' 'a.b.c'
fails 76 'no accessToken' ask
answer '200 OK' '' '{"accessToken":17}'
fails 76 'no accessToken' ask
answer '200 OK' '' '{"accessToken":""}'
fails 76 'not a JWT' ask
answer '200 OK' '' '{"accessToken":"one.two"}'
fails 76 'not a JWT' ask
answer '200 OK' '' '{"accessToken":"one.tw o.three"}'
fails 76 'not a JWT' ask
answer '200 OK' '' '{"accessToken":"one.two.three"}'
fails 76 'token: ' ask
printf '{"sub":"device_dev1","exp":1000000000}' >claims
answer '200 OK' '' "{\"accessToken\":\"e30.$(base64url claims).c2ln\"}"
fails 76 'token: expired when it came' ask
printf '{"sub":"device_dev1"}' >claims
answer '200 OK' '' "{\"accessToken\":\"e30.$(base64url claims).c2ln\"}"
exits 0 ask
prints "^e30.$(base64url claims).c2ln\$"
printf 'This is another protocol\r\n\r\n' 1<>odd.feed
fails 76 "^jwt-get: https://localhost:$odd/" ask

# --- another answer over MQTT ---
trusted_pair brok localhost
tls_server brok
brok=$port
for case in '1 77' '2 77' '3 75' '4 77' '5 77'; do
	printf '\040\002\000%b' "\\0${case% *}" 1<>brok.feed
	fails "${case#* }" "^jwt-get: localhost:$brok: CONNACK ${case% *}: " \
		get --via mqtt --host localhost --port "$brok" --timeout 5s
done
# message TEXT: TEXT as it is published on s/dat
message() {
	length=$(($(printf %s "$1" | wc -c) + 7))
	printf '\060%b\000\005s/dat%s' "\\0$(printf %03o "$length")" "$1"
}
# ask_brok GRANT TEXT: subscribes, is granted, and hears TEXT
ask_brok() {
	: >brok.heard
	printf '\040\002\000\000' 1<>brok.feed
	get --via mqtt --host localhost --port "$brok" --timeout 5s &
	client=$!
	until_true grep -q s/dat brok.heard
	{
		printf '\220\003\000\001%b' "\\0$1"
		[ -z "$2" ] || message "$2"
	} 1<>brok.feed
	wait "$client"
}
fails 77 "^jwt-get: localhost:$brok: s/dat: .*subscription" ask_brok 200 ''
fails 77 '^jwt-get: localhost: 41,,MqttAuth: Cannot publish' \
	ask_brok 000 '41,,MqttAuth: Cannot publish token'
fails 76 '^jwt-get: localhost: an answer that is no token' \
	ask_brok 000 'hello'
fails 76 'token: not a JWT' ask_brok 000 '71,hello'
exits 0 ask_brok 000 "71,e30.$(base64url claims).c2ln"
prints "^e30.$(base64url claims).c2ln\$"
same 'an empty message is the question' 1 "$(grep -c s/uat brok.heard)"

code=0
wait "$lazy_client" || code=$?
same 'a broker that does not grant in time has not said no' 69 "$code"
ok 'and it says so' grep -q '^jwt-get: localhost.*no answer within' lazy.err
same 'nothing on standard output' '' "$(cat lazy.out)"
ok 'within its time' [ $(($(date +%s) - began)) -le 25 ]
done_testing
