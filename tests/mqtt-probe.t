#!/bin/sh
# mqtt-probe: brokers that accept a certificate, refuse it, cannot be believed,
# or do not answer.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
start_sandbox
ca=$T/sandbox/ca.pem
printf 'secret-for-dev1\n' >otp
chmod 600 otp
csr-gen --key dev1.key --new-key ec-p256 --cn dev1 >dev1.csr

# probe OPTION...: as the sandbox's device; probe_as NAME OPTION...
probe_as() {
	name=$1
	shift
	mqtt-probe --cert "$name.pem" --key "$name.key" --ca "$tls_ca" "$@"
}
probe() {
	probe_as dev1 --host localhost --port "$mqtt" "$@"
}
# enroll NAME: NAME.pem from the sandbox, for the key of dev1
enroll() {
	sandbox register dev1 otp >/dev/null
	est-post --enroll --url "https://localhost:$https" --ca "$tls_ca" \
		--user dev1 --password-file otp dev1.csr >"$1.pem"
}
# broker NAME: a Mosquitto on $port that shows NAME.pem, or speaks no TLS where
# there is none; it knows no device
broker() {
	port=$("$libexec/sandbox-admin" free-port)
	printf '%s\n' "listener $port 127.0.0.1" "user $(id -un)" >"$1.conf"
	[ ! -e "$1.pem" ] || printf '%s\n' "cafile $ca" "certfile $T/$1.pem" \
		"keyfile $T/$1.key" 'require_certificate true' \
		'use_identity_as_username true' >>"$1.conf"
	mosquitto -c "$1.conf" >"$1.log" 2>&1 &
	at_end "kill $! 2>/dev/null"
	until_true listens "$port"
}
enroll dev1
# it is over when it is needed
trusted_pair over localhost --duration 1s

# --- the command line ---
introduces mqtt-probe --host --port --cert --key --ca --client-id --timeout
exits 64 mqtt-probe --cert dev1.pem --key dev1.key
says '--host is missing'
misused mqtt-probe
misused mqtt-probe --host localhost --cert dev1.pem
says '--cert and --key are needed'
misused mqtt-probe --host localhost --key dev1.key
says '--cert and --key are needed'
misused mqtt-probe --host localhost --cert dev1.pem --key dev1.key extra
says 'extra: one operand too many'
misused mqtt-probe --port mqtts
says 'mqtts: not a TCP port'
misused mqtt-probe --port 65536
says '65536: not a TCP port'
misused mqtt-probe --port -1
says '.1: not a TCP port'
misused mqtt-probe --timeout soon
says 'soon'
# there is no such port to connect to
misused mqtt-probe --host localhost --port 0 --cert dev1.pem --key dev1.key
misused mqtt-probe --host localhost --cert dev1.pem --key
says '--key: its argument is missing'

# --- accepted ---
exits 0 probe
silent
same 'silent on success' '' "$(cat err)"
exits 0 probe_as dev1 --host 127.0.0.1 --port "$mqtt"
exits 0 probe --client-id dev1
exits 0 probe --timeout 20s -v
grep -q 'CONNACK (0)' err
result $? '-v traces'
silent
mkdir anchors
cp "$tls_ca" anchors/tls-ca.pem
openssl rehash anchors >rehash.log 2>&1
exits 0 mqtt-probe --host localhost --port "$mqtt" --cert dev1.pem \
	--key dev1.key --ca anchors
# a renewed certificate is accepted, and so is the former one still
exits 0 jwt-get --via mqtt --host localhost --port "$mqtt" --cert dev1.pem \
	--key dev1.key --ca "$tls_ca"
cp out token
chmod 600 token
exits 0 est-post --reenroll --url "https://localhost:$https" --ca "$tls_ca" \
	--token-file token dev1.csr
cp out next.pem
cp dev1.key next.key
exits 0 probe_as next --host localhost --port "$mqtt"
exits 0 probe
same 'it says goodbye' 0 "$(grep -c 'dev1 closed its connection' \
	sandbox/broker.log)"

# --- the broker says no ---
csr-gen --key stranger.key --new-key ec-p256 --cn stranger |
	cert-sign --ca-cert "$ca" --ca-key "$T/sandbox/ca.key" >stranger.pem
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: .*not authori[sz]e" \
	probe_as stranger --host localhost --port "$mqtt"
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: " probe --client-id dev2
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: " \
	probe_as stranger --host localhost --port "$mqtt" --client-id dev1
exits 0 "$libexec/sandbox-admin" --dir "$T/sandbox" remove dev1
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: " probe
exits 0 sandbox register dev1 otp
exits 0 est-post --enroll --url "https://localhost:$https" --ca "$tls_ca" \
	--user dev1 --password-file otp dev1.csr
# another CA has signed for the same name: the broker's alert is its no, each
# time and not only when it comes in time
make_pair alien dev1
for _ in 1 2 3 4 5; do
	fails 77 "^mqtt-probe: localhost:$mqtt: TLS: .*alert" \
		probe_as alien --host localhost --port "$mqtt"
done
exits 0 sandbox fault expired
enroll gone
cp dev1.key gone.key
fails 77 "^mqtt-probe: localhost:$mqtt: TLS: .*expired" \
	probe_as gone --host localhost --port "$mqtt"

# --- whom to trust ---
fails 76 "^mqtt-probe: localhost:$mqtt: TLS: .*certificate" mqtt-probe \
	--host localhost --port "$mqtt" --cert dev1.pem --key dev1.key --ca "$ca"
fails 76 "^mqtt-probe: localhost:$mqtt: TLS: .*certificate" mqtt-probe \
	--host localhost --port "$mqtt" --cert dev1.pem --key dev1.key
trusted_pair other other.example.com
broker other
fails 76 "^mqtt-probe: localhost:$port: TLS: " \
	probe_as dev1 --host localhost --port "$port" --timeout 5s
fails 76 "^mqtt-probe: 127.0.0.1:$port: TLS: " \
	probe_as dev1 --host 127.0.0.1 --port "$port" --timeout 5s
until_true cert-check --due 0s over.pem
broker over
fails 76 "^mqtt-probe: localhost:$port: TLS: " \
	probe_as dev1 --host localhost --port "$port" --timeout 5s

# --- our own files ---
make_pair dev2
fails 65 '^mqtt-probe: dev1.pem: does not match the key in dev2.key' \
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev1.pem --key dev2.key
fails 65 '^mqtt-probe: no-such-file: No such file' mqtt-probe \
	--host localhost --port "$mqtt" --ca "$tls_ca" --cert no-such-file \
	--key dev1.key
fails 65 '^mqtt-probe: no-such-file: No such file' mqtt-probe \
	--host localhost --port "$mqtt" --ca "$tls_ca" --cert dev1.pem \
	--key no-such-file
fails 65 '^mqtt-probe: otp: not a certificate' mqtt-probe --host localhost \
	--port "$mqtt" --ca "$tls_ca" --cert otp --key dev1.key
fails 65 '^mqtt-probe: otp: not a private key' mqtt-probe --host localhost \
	--port "$mqtt" --ca "$tls_ca" --cert dev1.pem --key otp
fails 65 '^mqtt-probe: no-such-file: No such file' mqtt-probe \
	--host localhost --port "$mqtt" --cert dev1.pem --key dev1.key \
	--ca no-such-file
fails 65 '^mqtt-probe: otp: ' mqtt-probe --host localhost --port "$mqtt" \
	--cert dev1.pem --key dev1.key --ca otp
csr-gen --key nameless.key --new-key ec-p256 --organization example.com \
	--dns nameless.example.com 2>/dev/null >nameless.csr || openssl req -new \
	-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	-keyout nameless.key -subj '/O=example.com' -out nameless.csr 2>req.log
cert-sign --ca-cert "$ca" --ca-key "$T/sandbox/ca.key" nameless.csr \
	>nameless.pem
fails 65 '^mqtt-probe: nameless.pem: .*common name' \
	probe_as nameless --host localhost --port "$mqtt"
fails 71 "^mqtt-probe: $T: Is a directory" mqtt-probe --host localhost \
	--port "$mqtt" --ca "$tls_ca" --cert dev1.pem --key "$T"

# --- no answer ---
closed=$("$libexec/sandbox-admin" free-port)
within 5 fails 69 "^mqtt-probe: localhost:$closed: Connection refused" \
	probe_as dev1 --host localhost --port "$closed"
within 10 fails 69 '^mqtt-probe: name.invalid' \
	probe_as dev1 --host name.invalid --timeout 5s
trusted_pair mute localhost
tls_server mute
within 4 fails 69 '^mqtt-probe: localhost: no answer within 1 s' \
	probe_as dev1 --host localhost --port "$port" --timeout 1s
ok 'this one had done its handshake' grep -q MQTT mute.heard
# stopped, it leaves to the kernel to accept connections
kill -STOP "$pid"
within 4 fails 69 '^mqtt-probe: localhost: no answer within 1 s' \
	probe_as dev1 --host localhost --port "$port" --timeout 1s
# Mosquitto without TLS closes the line on what it cannot read
broker clear
within 5 fails 69 "^mqtt-probe: localhost:$port: " \
	probe_as dev1 --host localhost --port "$port" --timeout 4s
trusted_pair cut localhost
tls_server cut
probe_as dev1 --host localhost --port "$port" --timeout 9s >cut.out 2>cut.err &
client=$!
until_true grep -q MQTT cut.heard
{
	kill -9 "$pid"
	wait "$pid"
} 2>/dev/null
code=0
wait "$client" || code=$?
same 'a line that breaks before the answer' 69 "$code"
ok 'and it says so' grep -q "^mqtt-probe: localhost:$port: " cut.err

# --- what a broker may say ---
trusted_pair brok localhost
tls_server brok
brok=$port
# says_connack CODE: the broker says that to the next that comes
says_connack() {
	printf '\040\002\000%b' "\\0$1" 1<>brok.feed
	probe_as dev1 --host localhost --port "$brok" --timeout 5s
}
for refusal in 1 2 4 5 77; do
	fails 77 "^mqtt-probe: localhost:$brok: CONNACK [0-9]+: " \
		says_connack "$refusal"
done
fails 75 "^mqtt-probe: localhost:$brok: CONNACK 3: .*not available" \
	says_connack 3
done_testing
