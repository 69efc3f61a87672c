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

# --- the command line ---
introduces jwt-get --via --broker --broker-ca --prefix --url --cert-chain \
	--host --port --cert --key --passphrase-file --ca --claims --wait \
	--connect-timeout --timeout
exits 64 jwt-get --url "$url" --cert dev1.pem --key dev1.key
says '--via is missing'
misused jwt-get
misused jwt-get --via ftp --cert dev1.pem --key dev1.key
says '--via: ftp: none of broker, https, mqtt, auto'
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
misused jwt-get --via auto --cert dev1.pem --key dev1.key
says 'one of --broker, --url and --host is needed'
misused jwt-get --via auto --broker localhost --url "$url"
says '--cert and --key are needed'
misused jwt-get --via broker --wait 0
says '--wait: 0'
misused jwt-get --via broker --prefix 'c8y/#'
says '--prefix: c8y/#: not a topic'
for broker in '' : localhost: :1883 localhost:0 localhost:65536 localhost:mqtt \
	'[::1' '[]:1883' '[::1]x' localhost:18x; do
	misused jwt-get --via broker --broker "$broker"
	says '--broker: .*: not HOST or HOST:PORT'
done
misused jwt-get --via https --url "$url" --cert - --key -
says '-: only one input can be standard input'
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
cp err told
exits 1 grep -F -e "$(cat seen.token)" told
exits 0 get --via https --url "$url" -v
cp out seen.token
cp err told
exits 1 grep -F -e "$(cat seen.token)" told
chmod 600 seen.token
exits 0 est-post --reenroll --url "https://localhost:$https" --ca "$tls_ca" \
	--token-file seen.token dev1.csr
for way in "https --url $url" "mqtt --host localhost --port $mqtt"; do
	# shellcheck disable=SC2086 # several words are meant
	exits 71 to_full get --via $way
	says 'standard output: No space left'
done
mkdir anchors
cp "$tls_ca" anchors/any-name
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
fails 77 "^jwt-get: localhost:$mqtt: CONNACK 5: " \
	get_as alien --via mqtt --host localhost --port "$mqtt"
exits 0 sandbox fault expired
enroll over
cp dev1.key over.key
exits 1 cert-check --valid over.pem
fails 77 "^jwt-get: $token: status 401: No client certificate" \
	get_as over --via https --url "$url"
fails 77 "^jwt-get: localhost:$mqtt: CONNACK 5: " \
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
fails 77 '^jwt-get: localhost: .*certificate.*: 41,,MqttAuth: Cannot publish' \
	ask_brok 000 '41,,MqttAuth: Cannot publish token'
fails 76 '^jwt-get: localhost: an answer that is no token' \
	ask_brok 000 'hello'
fails 76 'token: not a JWT' ask_brok 000 '71,hello'
exits 0 ask_brok 000 "71,e30.$(base64url claims).c2ln"
prints "^e30.$(base64url claims).c2ln\$"
same 'an empty message is the question' 1 "$(grep -c s/uat brok.heard)"

# a broker that takes the subscription and falls silent has not said no
trusted_pair lazy localhost
tls_server lazy
printf '\040\002\000\000' 1<>lazy.feed
within 8 fails 69 "^jwt-get: localhost:$port: no answer" get --via mqtt \
	--host localhost --port "$port" --wait 1s

# --- a local broker with a bridge to the tenant, as thin-edge.io has it ---
# broker NAME LINE...: a Mosquitto on $port with these lines, and no TLS
broker() {
	broker=$1
	shift
	port=$("$libexec/sandbox-admin" free-port)
	printf '%s\n' "listener $port 127.0.0.1" "user $(id -un)" \
		'allow_anonymous true' 'log_type all' "$@" >"$broker.conf"
	mosquitto -c "$broker.conf" >"$broker.log" 2>&1 &
	at_end "kill $! 2>/dev/null"
	until_true listens "$port"
}
enroll dev1
broker edge 'connection tenant' "address localhost:$mqtt" \
	'remote_clientid dev1' 'notifications false' 'try_private false' \
	'cleansession true' "bridge_cafile $tls_ca" \
	"bridge_certfile $T/dev1.pem" "bridge_keyfile $T/dev1.key" \
	'topic s/uat out 0 c8y/ ""' 'topic s/dat in 0 c8y/ ""' \
	'topic s/e in 0 c8y/ ""'
edge=$port
until_true grep -q 'Received SUBACK from local.dev1' edge.log ||
	until_true grep -q 'Received SUBACK' edge.log
cp sandbox/broker.log broker.before
exits 0 jwt-get --via broker --broker "localhost:$edge"
good_token
same 'silent on success' '' "$(cat err)"
exits 0 jwt-get --via broker --broker "127.0.0.1:$edge" --prefix c8y --claims -v
prints '^\{.*"sub":"device_dev1".*\}$'
cp out claims.json
ok 'one line of claims' [ "$(wc -l <claims.json)" -eq 1 ]
cp err told
exits 1 grep -E '"(sub|xsrfToken)"|eyJ' told
ok 'the device stays connected' [ "$(grep -c 'as dev1' sandbox/broker.log)" = \
	"$(grep -c 'as dev1' broker.before)" ]
grep -o 'as jwtget[0-9a-f]*' edge.log >ids
same 'a session each, of its own' 2 "$(sort -u ids | wc -l | tr -d ' ')"
exits 69 jwt-get --via broker --broker "localhost:$edge" --prefix other \
	--wait 1s -v
same 'asked three times' 3 "$(grep -c 'no answer within 1 s' err)"
same 'each in a new session' 5 \
	"$(grep -o 'as jwtget[0-9a-f]*' edge.log | wc -l | tr -d ' ')"

# what others ask and hear there, and what the broker kept
nothing() {
	jwt-get --via broker --broker "localhost:$edge" --prefix odd \
		--wait 1s "$@"
}
# asked: how often somebody did
asked() {
	grep -ac 'Received PUBLISH from jwtget.*odd/s/uat' edge.log
}
more_asked() {
	[ "$(asked)" -gt "$before" ]
}
# say TEXT...: an answer on odd/s/dat once somebody asks
say() {
	before=$(asked)
	jwt-get --via broker --broker "localhost:$edge" --prefix odd \
		--wait 4s --timeout 20s >said.out 2>said.err &
	client=$!
	for answer in "$@"; do
		printf '%s' "$answer" >answer
		until_true more_asked
		mosquitto_pub -p "$edge" -t odd/s/dat -f answer
	done
	code=0
	wait "$client" || code=$?
	cat said.out
	cat said.err >&2
	return "$code"
}
if command -v mosquitto_pub >/dev/null; then
	valid=71,e30.$(base64url claims).c2ln
	mosquitto_pub -p "$edge" -t odd/s/dat -r -m "$valid"
	fails 69 "^jwt-get: localhost:$edge: odd/s/dat: no answer within 1 s" \
		nothing -v
	ok 'a retained message is no answer' [ "$(grep -c 'kept from before' \
		err)" -ge 1 ]
	mosquitto_pub -p "$edge" -t odd/s/dat -r -n
	printf '{"sub":"device_dev1","exp":1000000000}' >stale
	exits 0 say "71,e30.$(base64url stale).c2ln" 'not for us' "$valid" \
		'71,too.late.really'
	prints "^e30.$(base64url claims).c2ln\$"
	fails 76 'token: expired when it came' \
		say "71,e30.$(base64url stale).c2ln"
else
	skip 'answers to others' 'no mosquitto_pub here'
fi
no_bridge=$("$libexec/sandbox-admin" free-port)
fails 69 "^jwt-get: localhost:$no_bridge: Connection refused" \
	jwt-get --via broker --broker "localhost:$no_bridge"
fails 69 '^jwt-get: name.invalid: ' \
	jwt-get --via broker --broker name.invalid --timeout 20s
# one whose queue is full: the kernel would try for two minutes
if command -v perl >/dev/null; then
	full=$("$libexec/sandbox-admin" free-port)
	perl -MSocket -MFcntl -e '
		my $at = pack_sockaddr_in($ARGV[0], INADDR_LOOPBACK);
		socket(S, AF_INET, SOCK_STREAM, 0) && bind(S, $at) &&
			listen(S, 0) or die;
		for (1 .. 8) {
			socket(my $c, AF_INET, SOCK_STREAM, 0);
			fcntl($c, F_SETFL, O_NONBLOCK);
			connect($c, $at);
			push(@c, $c);
		}
		$| = 1;
		print "full\n";
		sleep(99)' "$full" >full.out &
	at_end "kill $! 2>/dev/null"
	until_true grep -q full full.out
	within 6 fails 69 "^jwt-get: localhost:$full: no connection within 2 s" \
		jwt-get --via broker --broker "localhost:$full" --wait 2s
else
	skip 'a broker that does not accept' 'no perl here'
fi
# --prefix '' is a broker without one: the tenant's own, here one in the clear
fails 69 's/dat: no answer within 1 s' jwt-get --via broker \
	--broker "localhost:$edge" --prefix '' --wait 1s
# a broker that speaks TLS; one with an ACL
broker guarded "cafile $tls_ca" "certfile $T/sandbox/server.pem" \
	"keyfile $T/sandbox/server.key" 'acl_file /dev/null'
guarded=$port
fails 76 "^jwt-get: localhost:$guarded: TLS: .*not believed" jwt-get \
	--via broker --broker "localhost:$guarded" --broker-ca "$ca" --wait 1s
fails 65 '^jwt-get: no-such-file: No such file' jwt-get --via broker \
	--broker "localhost:$guarded" --broker-ca no-such-file
from() {
	input=$1
	shift
	{ cat && :; } <"$input" | "$@"
}
fails 69 's/dat: no answer within 1 s' from "$tls_ca" jwt-get --via broker \
	--broker "localhost:$guarded" --broker-ca - --wait 1s

# --- what else a broker may answer, over TLS so that a bare server can say it ---
# publish TOPIC TEXT: the packet
publish() {
	body=$(($(printf %s "$2" | wc -c) + ${#1} + 2))
	printf '\060'
	while [ "$body" -gt 127 ]; do
		printf '%b' "\\0$(printf %03o $((body % 128 + 128)))"
		body=$((body / 128))
	done
	printf '%b%b%b%s%s' "\\0$(printf %03o "$body")" '\0000' \
		"\\0$(printf %03o ${#1})" "$1" "$2"
}
# hears GRANT TOPIC TEXT...: as ask_brok; all of the TEXTs, on TOPIC
hears() {
	grant=$1 topic=$2
	shift 2
	: >brok.heard
	printf '\040\002\000\000' 1<>brok.feed
	# shellcheck disable=SC2086 # several words are meant
	get $way --ca "$tls_ca" --timeout "${limit:-5s}" $more &
	client=$!
	until_true grep -aq s/dat brok.heard
	printf '\220\003\000\001%b' "\\0$grant" 1<>brok.feed
	until_true grep -aq s/uat brok.heard
	for text in "$@"; do
		publish "$topic" "$text"
	done >packets
	cat packets 1<>brok.feed
	wait "$client"
}
printf '{"sub":"device_dev1"}' >claims
valid=71,e30.$(base64url claims).c2ln
way="--via mqtt --host localhost --port $brok" more=
exits 0 hears 000 s/dat "$valid" 'and another' "$valid"
prints "^e30.$(base64url claims).c2ln\$"
exits 0 hears 000 s/dat "$valid
72,more"
prints "^e30.$(base64url claims).c2ln\$"
fails 77 'gives no token: .*: 41,,MqttAuth: no' hears 000 s/e '41,,MqttAuth: no'
fails 76 'no token: template 50, not 71$' hears 000 s/dat '50,secret.word.here'
fails 76 'an answer that is no token$' hears 000 s/dat 'eyJhb.eyJhb.eyJhb'
cp err told
exits 1 grep eyJ told
fails 76 'an answer that is no token: 0 bytes' hears 000 s/dat ''
fails 76 'an answer that is no token: 2 bytes' hears 000 s/dat 71
fails 76 'not a JWT' hears 000 s/dat '71,'
for bad in 'a.b' 'a.b.c.d' '.b.c' 'a..c' 'a.b.' 'a.b c.d' 'a.b=.c' 'a.b.c#'; do
	fails 76 'token: not a JWT' hears 000 s/dat "71,$bad"
done
fails 76 'token: ' hears 000 s/dat "71,e30.AAAA.c2ln"
huge=$(head -c 20000 /dev/zero | tr '\0' a)
fails 76 'answer of 200[0-9]* bytes, longer than any token' \
	hears 000 s/dat "71,$huge"
for wrong in '"exp":"soon"' '"nbf":[]' '"nbf":9999999999' '"exp":0'; do
	printf '{"sub":"device_dev1",%s}' "$wrong" >odd.json
	fails 76 '^jwt-get: token: ' hears 000 s/dat \
		"71,e30.$(base64url odd.json).c2ln"
done
printf '{"sub":"device_dev1","exp":9999999999,"nbf":null}' >odd.json
exits 0 hears 000 s/dat "71,e30.$(base64url odd.json).c2ln"
printf '[1]' >odd.json
fails 76 'claims cannot be read' hears 000 s/dat \
	"71,e30.$(base64url odd.json).c2ln"
# bytes that are no text, a NUL among them
garbled() {
	: >brok.heard
	printf '\040\002\000\000' 1<>brok.feed
	get --via mqtt --host localhost --port "$brok" --timeout 5s &
	client=$!
	until_true grep -aq s/dat brok.heard
	printf '\220\003\000\001\000' 1<>brok.feed
	until_true grep -aq s/uat brok.heard
	printf %b "$1" 1<>brok.feed
	wait "$client"
}
fails 76 'an answer that is no token$' \
	garbled '\0060\0014\0000\0005s/dat\0000\0001\0377\0376\0033'
fails 76 'token: not a JWT' garbled '\0060\0017\0000\0005s/dat71,a\0000b.c'
fails 76 'what it says is not MQTT' garbled '\0377\0377\0377\0377\0377\0377'
same 'the terminal gets none of it' 0 \
	"$(tr -d '\n[:print:]' <err | wc -c | tr -d ' ')"
# a local broker's answers may be to others: the good one may still come
way="--via broker --broker localhost:$brok --broker-ca $tls_ca --prefix t/u"
exits 0 hears 000 t/u/s/dat 'something else' "$valid"
limit=3s
fails 76 'an answer that is no token$' hears 000 t/u/s/dat 'something else'
fails 77 't/u/s/dat: the broker does not grant' hears 200 t/u/s/dat
limit=5s more=-v
exits 0 hears 000 t/u/s/dat "$valid"
cp err told
exits 1 grep -F "$(base64url claims)" told
more=
# one that accepts, and closes when it hears SUBSCRIBE
trusted_pair rude localhost
rude=$("$libexec/sandbox-admin" free-port)
mkfifo rude.feed
openssl s_server -accept "127.0.0.1:$rude" -cert rude.pem -key rude.key \
	<>rude.feed >rude.heard 2>rude.log &
at_end "kill $! 2>/dev/null"
until_true listens "$rude"
printf '\040\002\000\000' 1<>rude.feed
get --via mqtt --host localhost --port "$rude" --wait 2s >rude.out \
	2>rude.err &
client=$!
until_true grep -aq s/dat rude.heard
printf 'q\n' 1<>rude.feed
code=0
wait "$client" || code=$?
same 'a broker that closes instead of granting has not answered' 69 "$code"

# --- auto: one way after the other ---
auto() {
	get --via auto --wait 1s "$@"
}
tenant="--url $url --host localhost --port $mqtt"
exits 0 auto --broker "localhost:$edge" --url "$url"
good_token
# shellcheck disable=SC2086 # several words are meant
{
	exits 0 auto --broker "localhost:$no_bridge" $tenant
	same 'a failure is told' "jwt-get: localhost:$no_bridge: Connection refused" \
		"$(cat err)"
	good_token
}
cp sandbox/broker.log broker.before
exits 0 auto --url "$url" --host localhost --port "$mqtt"
cp sandbox/broker.log broker.after
same 'HTTPS is enough: no session under the name of the device' \
	"$(grep -c 'as dev1' broker.before)" "$(grep -c 'as dev1' broker.after)"
exits 0 auto --url "https://localhost:$closed" --host localhost --port "$mqtt"
good_token
exits 0 auto --host localhost --port "$mqtt"
# HTTPS says no, which MQTT may not: it decides
answer '404 Not Found' '' '{"message":"Not switched on"}'
exits 0 auto --url "https://localhost:$odd" --host localhost --port "$mqtt"
cp err words
ok 'and it was told' grep -q 'status 404: Not switched on' words
# the failure that says most is the last line, and the exit code
answer '401 Unauthorized' '' '{"message":"Revoked"}'
fails 77 'status 401: Revoked$' auto --url "https://localhost:$odd" \
	--host localhost --port "$closed"
fails 77 "^jwt-get: localhost:$mqtt: CONNACK 5: " get_as alien --via auto \
	--wait 1s --broker "localhost:$no_bridge" \
	--url "https://localhost:$closed" --host localhost --port "$mqtt"
fails 69 "^jwt-get: localhost:$closed: Connection refused" auto \
	--url "https://localhost:$closed" --host localhost --port "$closed"
answer '503 Unavailable' 'Retry-After: 7\r\n' ''
exits 75 auto --url "https://localhost:$odd" --host localhost --port "$closed"
same 'the seconds of a 503 are the answer' 7 "$(cat out)"
answer '503 Unavailable' 'Retry-After: 7\r\n' ''
exits 0 auto --url "https://localhost:$odd" --host localhost --port "$mqtt"
good_token
# our own side: the next way would find the same
fails 65 '^jwt-get: dev1.pem: does not match the key in dev2.key' auto \
	--url "$url" --host localhost --port "$mqtt" --key dev2.key
fails 65 '^jwt-get: no-such-file: No such file' get_as dev1 --via auto \
	--ca no-such-file --url "$url" --host localhost --port "$mqtt"
same 'it is told once' 1 "$(wc -l <err | tr -d ' ')"
# one deadline over all of it, and what was known by then
trusted_pair quiet localhost
tls_server quiet
kill -STOP "$pid"
answer '401 Unauthorized' '' '{"message":"Revoked"}'
within 5 exits 77 auto --url "https://localhost:$odd" --host localhost \
	--port "$port" --timeout 3s --wait 9s
says "^jwt-get: localhost: no answer within 3 s|Revoked"
within 5 fails 69 'localhost.*: no answer' auto --host localhost \
	--port "$port" --timeout 2s

# --- the chain in a header ---
answer '200 OK' '' "{\"accessToken\":\"${valid#71,}\"}"
: >odd.heard
cat dev1.pem "$ca" >chain.pem
exits 0 get --via https --url "https://localhost:$odd" --timeout 5s \
	--cert chain.pem --cert-chain
sent=$(sed -n 's/^X-Ssl-Cert-Chain: \(.*[^ ]\).$/\1/p' odd.heard)
same 'PEM with blanks for line feeds' \
	"$(sed -n '/^-----B/,/^-----E/p' chain.pem | tr '\n' ' ')" "$sent "
: >odd.heard
answer '200 OK' '' "{\"accessToken\":\"${valid#71,}\"}"
exits 0 ask
exits 1 grep -i x-ssl odd.heard

# --- keys of all kinds, from anywhere, both ways ---
make_token hsm
printf 'under the rose\n' >phrase
printf '4321\n' >hsm.wrong
chmod 600 phrase hsm.wrong
openssl pkcs8 -topk8 -in dev1.key -out locked.key -passout file:phrase
uri='pkcs11:token=hsm;object=dev1;type=private'
csr-gen --key "$uri" --new-key ec-p256 --passphrase-file hsm.pin --cn dev1 |
	cert-sign --ca-cert "$ca" --ca-key "$T/sandbox/ca.key" >hsm.pem
for way in "https --url $url" "mqtt --host localhost --port $mqtt"; do
	# shellcheck disable=SC2086 # several words are meant
	{
		exits 0 get --via $way --key locked.key --passphrase-file phrase
		exits 0 from phrase get --via $way --key locked.key \
			--passphrase-file -
		fails 65 '^jwt-get: locked.key: ' get --via $way --key locked.key
		exits 0 from dev1.key get --via $way --key -
		good_token
		exits 0 from dev1.pem get --via $way --cert -
		exits 0 from "$tls_ca" get --via $way --ca -
		fails 65 '^jwt-get: standard input: not a certificate' \
			from otp get --via $way --cert -
		fails 65 '^jwt-get: standard input: not a certificate' \
			from otp get --via $way --ca -
		exits 0 get --via $way --cert hsm.pem --key "$uri" \
			--passphrase-file hsm.pin
		fails 71 '^jwt-get: pkcs11:.*PIN' get --via $way \
			--cert hsm.pem --key "$uri" --passphrase-file hsm.wrong
	}
done
exits 71 auto --url "$url" --host localhost --port "$mqtt" --cert hsm.pem \
	--key "$uri" --passphrase-file hsm.wrong
same 'a wrong PIN is tried once, and by one way' 1 "$(grep -c PIN err)"
exits 77 get_as over --via https --url "$url"
ok 'that a certificate is over is said before' [ "$(grep -c \
	'^jwt-get: over.pem: expired since' err)" = 1 ]
exits 0 get --via https --url "$url" --claims
prints '^\{.*"sub":"device_dev1".*\}$'

# --- nothing that is secret is on the command line ---
trusted_pair still localhost
tls_server still
jwt-get --via mqtt --host localhost --port "$port" --cert dev1.pem \
	--ca "$tls_ca" --key locked.key --passphrase-file phrase 2>/dev/null &
client=$!
until_true grep -aq MQTT still.heard
cat "/proc/$client/cmdline" "/proc/$client/environ" | tr '\0' '\n' >seen
kill "$client" 2>/dev/null
ok 'something is' grep -q -e --passphrase-file seen
exits 1 grep -e 'the rose' seen
done_testing
