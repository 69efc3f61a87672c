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
introduces mqtt-probe --host --port --cert --key --passphrase-file --ca \
	--client-id --user --password-file --subscribe --publish --timeout
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
misused mqtt-probe --host localhost --cert dev1.pem --key dev1.key \
	--password-file otp
says '--password-file: --user is missing'
misused mqtt-probe --host localhost --cert dev1.pem --key dev1.key \
	--publish 's/+'
says '--publish: s/\+: not a topic to publish on'
misused mqtt-probe --host localhost --cert dev1.pem --key dev1.key \
	--subscribe 's/#/x'
says '--subscribe: s/#/x: not a topic to subscribe to'
for pair in '--cert - --key -' '--cert dev1.pem --key - --ca -' \
	'--cert dev1.pem --key dev1.key --passphrase-file - --ca -' \
	'--cert - --key dev1.key --user x --password-file -'; do
	# shellcheck disable=SC2086 # several words are meant
	misused mqtt-probe --host localhost $pair
	says '-: only one input can be standard input'
done

# --- accepted ---
exits 0 probe
silent
same 'silent on success' '' "$(cat err)"
exits 0 probe_as dev1 --host 127.0.0.1 --port "$mqtt"
exits 0 probe --client-id dev1
exits 0 probe --timeout 20s -v
silent
cp err trace
for step in 'localhost: looked up in [0-9]+ ms: .*127\.0\.0\.1' \
	"localhost:$mqtt: connected in [0-9]+ ms" \
	"localhost:$mqtt: TLSv1.3 in [0-9]+ ms" \
	"localhost:$mqtt: CONNACK 0 in [0-9]+ ms"; do
	ok "-v tells: $(describe "$step")" grep -qE "^mqtt-probe: $step\$" trace
done
# a directory as it is: nothing prepared it, and not all in it is for us
mkdir anchors anchors/more.pem none
openssl x509 -in "$tls_ca" -outform DER -out anchors/tls-ca.crt
printf 'not a certificate\n' >anchors/README
ln -s nowhere anchors/12345678.0
: >anchors/empty.pem
cp "$ca" anchors
exits 0 mqtt-probe --host localhost --port "$mqtt" --cert dev1.pem \
	--key dev1.key --ca anchors
cp anchors/README none
fails 65 '^mqtt-probe: none: no trust anchor in it' mqtt-probe \
	--host localhost --port "$mqtt" --cert dev1.pem --key dev1.key --ca none
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
fails 65 '^mqtt-probe: client id: a.x0ab: no text that MQTT can carry$' \
	probe --client-id "$(printf 'a\nb')"
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: " \
	probe_as stranger --host localhost --port "$mqtt" --client-id dev1
exits 0 "$libexec/sandbox-admin" --dir "$T/sandbox" remove dev1
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: " probe
exits 0 sandbox register dev1 otp
exits 0 est-post --enroll --url "https://localhost:$https" --ca "$tls_ca" \
	--user dev1 --password-file otp dev1.csr
# another CA has signed for the same name: a tenant says so in a CONNACK; other
# brokers by an alert, which is their no each time and not only when it comes in
# time
make_pair alien dev1
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: " \
	probe_as alien --host localhost --port "$mqtt"
trusted_pair wall localhost
broker wall
wall=$port
for _ in 1 2 3 4 5; do
	fails 77 "^mqtt-probe: localhost:$wall: TLS: .*alert" \
		probe_as alien --host localhost --port "$wall"
done
exits 0 sandbox fault expired
enroll gone
cp dev1.key gone.key
fails 77 "^mqtt-probe: localhost:$mqtt: CONNACK 5: " \
	probe_as gone --host localhost --port "$mqtt"
fails 77 "^mqtt-probe: localhost:$wall: TLS: .*expired" \
	probe_as gone --host localhost --port "$wall"

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
# what is no MQTT is not to be believed
feed_brok() {
	printf '%b' "$1" 1<>brok.feed
	probe_as dev1 --host localhost --port "$brok" --timeout 5s
}
for garbage in '\0377\0377\0377\0377\0377\0377' '\0060\0003\0000\0001a' \
	'\0000\0000'; do
	fails 76 "^mqtt-probe: localhost:$brok: what it says is not MQTT" \
		feed_brok "$garbage"
done

# --- what is wrong, in words ---
# signed NAME OPTION...: NAME.pem for the key of dev1, signed by openssl with the
# tenant's CA, as OPTION says; serial numbers go up
mkdir ca.d
: >ca.d/index.txt
printf '1000\n' >ca.d/serial
printf '%s\n' '[ca]' 'default_ca = it' '[it]' 'database = ca.d/index.txt' \
	'serial = ca.d/serial' 'new_certs_dir = ca.d' 'default_md = sha256' \
	'policy = any' 'default_days = 9' 'default_crl_days = 9' \
	"certificate = $ca" "private_key = $T/sandbox/ca.key" \
	'unique_subject = no' '[any]' 'commonName = supplied' >ca.conf
signed() {
	signed=$1
	shift
	cp dev1.key "$signed.key"
	openssl ca -config ca.conf -batch -notext -in dev1.csr \
		-out "$signed.pem" "$@" 2>ca.log
}
ok 'openssl signs' signed early -startdate 20991231000000Z \
	-enddate 21001231000000Z
fails 77 "^mqtt-probe: localhost:$wall: TLS: .*not yet valid.*alert 42" \
	probe_as early --host localhost --port "$wall"
exits 77 probe_as early --host localhost --port "$mqtt"
cp err words
ok 'and it was said before' grep -q \
	'^mqtt-probe: early.pem: not valid yet, but in [0-9]*y' words
exits 77 probe_as gone --host localhost --port "$mqtt"
cp err words
ok 'an expired one too' grep -q \
	'^mqtt-probe: gone.pem: expired since [0-9]' words
ok 'openssl signs' signed revoked
ok 'and revokes' openssl ca -config ca.conf -revoke revoked.pem
ok 'and lists' openssl ca -config ca.conf -gencrl -out crl.pem
trusted_pair strict localhost
tls_server strict -Verify 1 -verify_return_error -CAfile "$ca" \
	-CRL crl.pem -crl_check
strict=$port
fails 77 "^mqtt-probe: localhost:$strict: TLS: .*revoked .*alert 44" \
	probe_as revoked --host localhost --port "$strict" --timeout 5s
# TLS 1.2: the alert comes within the handshake
trusted_pair former localhost
tls_server former -tls1_2 -Verify 1 -verify_return_error -CAfile "$ca"
fails 77 "^mqtt-probe: localhost:$port: TLS: .*issuer.*alert 48 unknown_ca" \
	probe_as alien --host localhost --port "$port" --timeout 5s
fails 77 "^mqtt-probe: localhost:$port: TLS: .*expired.*alert 45" \
	probe_as gone --host localhost --port "$port" --timeout 5s
trusted_pair ancient localhost
tls_server ancient -tls1_1 -cipher DEFAULT@SECLEVEL=0
fails 76 "^mqtt-probe: localhost:$port: TLS: .*version.*alert 70" \
	probe_as dev1 --host localhost --port "$port" --timeout 5s
# the broker's own certificate
tls_server over
fails 76 "^mqtt-probe: localhost:$port: TLS: .*not believed: expired.*CN=loc" \
	probe_as dev1 --host localhost --port "$port" --timeout 5s
tls_server other
other=$port
fails 76 'the broker.s certificate is for other.example.com, not for localho' \
	probe_as dev1 --host localhost --port "$other" --timeout 5s
fails 76 'the broker.s certificate is for other.example.com, not for 127.0.0' \
	probe_as dev1 --host 127.0.0.1 --port "$other" --timeout 5s
fails 76 "not believed: .*trusted: $ca.: CN=localhost, issued by CN=Sandbox" \
	mqtt-probe --host localhost --port "$mqtt" --cert dev1.pem \
	--key dev1.key --ca "$ca"
# any certificate can be an anchor, a root or not, as it can over HTTPS
csr-gen --key middle.key --new-key ec-p256 --cn 'Middle CA' |
	cert-sign --ca-cert "$tls_ca" --ca-key "$T/sandbox/tls-ca.key" --ca \
		>middle.pem
csr-gen --key below.key --new-key ec-p256 --cn localhost --dns localhost |
	cert-sign --ca-cert middle.pem --ca-key middle.key >below.pem
tls_server below
printf '\040\002\000\000' 1<>below.feed
exits 0 mqtt-probe --host localhost --port "$port" --cert dev1.pem \
	--key dev1.key --ca middle.pem --timeout 5s
fails 76 'not believed: .*issued by CN=Middle CA' \
	probe_as dev1 --host localhost --port "$port" --timeout 5s
if command -v busybox >/dev/null && busybox nc --help 2>&1 | grep -q -e -ll; then
	port=$("$libexec/sandbox-admin" free-port)
	busybox nc -ll -p "$port" -e echo hello &
	at_end "kill $! 2>/dev/null"
	until_true grep -q ":$(printf %04X "$port") .* 0A " /proc/net/tcp \
		/proc/net/tcp6
	fails 76 "^mqtt-probe: localhost:$port: TLS: .*does not speak TLS" \
		probe_as dev1 --host localhost --port "$port" --timeout 5s
else
	skip 'a server that greets in the clear' 'no busybox nc -ll'
fi

# --- names and addresses on the wire ---
trusted_pair sni localhost
tls_server sni -msg -msgfile "$T/sni.hello"
sni=$port
# hello: the latest client hello, as one line of hex
hello() {
	awk '/^(<<<|>>>)/ { on = /ClientHello/; if (on) text = "" }
		/^ / && on { gsub(" ", ""); text = text $0 }
		END { print text }' sni.hello
}
sent=$(printf localhost | od -An -tx1 | tr -d ' \n')
printf '\040\002\000\000' 1<>sni.feed
exits 0 probe_as dev1 --host localhost --port "$sni" --timeout 5s
ok 'the name is sent' [ "$(hello | grep -c "$sent")" = 1 ]
: >sni.hello
fails 76 'for localhost, not for 127.0.0.1' \
	probe_as dev1 --host 127.0.0.1 --port "$sni" --timeout 5s
address=$(printf 127.0.0.1 | od -An -tx1 | tr -d ' \n')
ok 'a hello' [ -n "$(hello)" ]
ok 'an address is not' [ "$(hello | grep -c "$address")" = 0 ]
port=$("$libexec/sandbox-admin" free-port)
printf '%s\n' "listener $port ::1" "user $(id -un)" "cafile $ca" \
	"certfile $T/sandbox/server.pem" \
	"keyfile $T/sandbox/server.key" 'require_certificate true' \
	'allow_anonymous true' >six.conf
mosquitto -c six.conf >six.log 2>&1 &
six=$!
at_end "kill $six 2>/dev/null"
until_true grep -qE 'running|Error' six.log
if grep -q running six.log; then
	exits 0 probe_as dev1 --host ::1 --port "$port" --timeout 5s -v
	cp err words
	ok 'an IPv6 address stands in brackets' \
		grep -qF "[::1]:$port: connected" words
	fails 69 "^mqtt-probe: 127.0.0.1:$port: Connection refused" \
		probe_as dev1 --host 127.0.0.1 --port "$port" --timeout 5s
else
	skip 'a broker on ::1' 'no IPv6 here'
fi
# a name with an address where nobody listens, before the one that is right
printf '::1 localhost\n127.0.0.1 localhost\n' >hosts
if unshare -m mount --bind hosts /etc/hosts 2>/dev/null; then
	exits 0 unshare -m sh -c 'mount --bind hosts /etc/hosts && exec "$@"' sh \
		mqtt-probe -v --host localhost --port "$mqtt" --cert dev1.pem \
		--key dev1.key --ca "$tls_ca" --timeout 5s
	cp err words
	ok 'both were there' grep -q 'looked up .*::1.*127.0.0.1' words
else
	skip 'the second address of a name' 'no mount namespace here'
fi

# --- keys and certificates of all kinds, from anywhere ---
make_token hsm
printf 'under the rose\n' >phrase
printf 'over the rose\n' >phrase.wrong
printf '4321\n' >hsm.wrong
chmod 600 phrase phrase.wrong hsm.wrong
openssl pkcs8 -topk8 -in dev1.key -out locked.key -passout file:phrase
openssl pkcs8 -topk8 -in dev1.key -out locked.der -outform DER \
	-passout file:phrase
openssl pkey -in dev1.key -outform DER -out plain.der
openssl ec -in dev1.key -out sec1.key 2>ec.log
openssl x509 -in dev1.pem -outform DER -out dev1.der
for key in locked.key locked.der; do
	exits 0 probe --key "$key" --passphrase-file phrase
	fails 65 "^mqtt-probe: $key: the passphrase does not open it" \
		probe --key "$key" --passphrase-file phrase.wrong
	fails 65 "^mqtt-probe: $key: encrypted" probe --key "$key"
done
for key in plain.der sec1.key; do
	exits 0 probe --key "$key"
done
exits 0 probe --cert dev1.der
from() {
	input=$1
	shift
	{ cat && :; } <"$input" | "$@"
}
exits 0 from dev1.key probe --key -
exits 0 from dev1.pem probe --cert -
exits 0 from "$tls_ca" probe --ca -
fails 65 '^mqtt-probe: standard input: not a certificate$' \
	from otp probe --ca -
exits 0 from phrase probe --key locked.key --passphrase-file -
fails 65 '^mqtt-probe: (-|standard input): not a private key' \
	from otp probe --key -
from_three() {
	from dev1.key sh -c '"$@" 3<&0 </dev/null' sh \
		mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert dev1.pem --key /dev/fd/3
}
exits 0 from_three
for type in ec-p256 ec-p384 ed25519 rsa-2048; do
	exits 0 sandbox register dev1 otp
	csr-gen --key "$type.key" --new-key "$type" --cn dev1 >dev1.csr
	enroll "$type"
	exits 0 probe_as "$type" --host localhost --port "$mqtt"
done
for type in ec-p256 rsa-2048; do
	uri="pkcs11:token=hsm;object=$type;type=private"
	csr-gen --key "$uri" --new-key "$type" --passphrase-file hsm.pin \
		--cn dev1 >dev1.csr
	enroll hsm
	exits 0 probe --cert hsm.pem --key "$uri" --passphrase-file hsm.pin
	fails 71 "^mqtt-probe: $uri: .*PIN" probe --cert hsm.pem --key "$uri" \
		--passphrase-file hsm.wrong
	fails 71 "^mqtt-probe: $uri: " probe --cert hsm.pem --key "$uri"
	fails 65 "^mqtt-probe: dev1.pem: does not match the key in $uri" \
		probe --key "$uri" --passphrase-file hsm.pin
done
exits 0 probe --cert hsm.pem --key "$uri;pin-value=1234"
ok 'one wrong PIN is one wrong PIN: it is not locked' probe --cert hsm.pem \
	--key "$uri" --passphrase-file hsm.pin
no_engine() {
	OPENSSL_ENGINES=$T probe --cert hsm.pem --key "$uri" \
		--passphrase-file hsm.pin -v
}
fails 71 '^mqtt-probe: pkcs11:.*needs OpenSSL.s engine pkcs11' no_engine
cp err words
exits 1 grep 1234 words
fails 65 '^mqtt-probe: pkcs11:token=hsm;object=none: no such key' \
	probe --key 'pkcs11:token=hsm;object=none' --passphrase-file hsm.pin

# --- a user name besides the certificate; what one may do ---
port=$("$libexec/sandbox-admin" free-port)
printf 'open sesame\n' >word
chmod 600 word
printf 'dev1:%s\n' "$(cat word)" >users
mosquitto_passwd -U users 2>passwd.log
printf '%s\n' 'user dev1' 'topic read down/#' 'topic write up/#' >rights
chmod 600 users rights
printf '%s\n' "listener $port 127.0.0.1" "user $(id -un)" "cafile $ca" \
	"certfile $T/sandbox/server.pem" \
	"keyfile $T/sandbox/server.key" \
	'require_certificate true' 'allow_anonymous false' \
	"password_file $T/users" "acl_file $T/rights" >users.conf
mosquitto -c users.conf >users.log 2>&1 &
at_end "kill $! 2>/dev/null"
until_true listens "$port"
asks() {
	probe_as ec-p256 --host localhost --port "$port" --timeout 5s "$@"
}
exits 0 asks --user dev1 --password-file word
fails 77 "^mqtt-probe: localhost:$port: CONNACK [45]: " \
	asks --user dev1 --password-file otp
fails 77 "^mqtt-probe: localhost:$port: CONNACK [45]: " asks --user dev1
fails 77 "^mqtt-probe: localhost:$port: CONNACK [45]: " asks
exits 0 asks --user dev1 --password-file word --publish up/x \
	--subscribe down/y -v
cp err words
exits 1 grep sesame words
# Mosquitto acknowledges a message that it drops: MQTT 3.1.1 has no other way
exits 0 asks --user dev1 --password-file word --publish down/x
fails 77 "^mqtt-probe: localhost:$mqtt: elsewhere: .*not grant" \
	probe_as ec-p256 --host localhost --port "$mqtt" --subscribe elsewhere
exits 0 probe_as ec-p256 --host localhost --port "$mqtt" --subscribe s/dat
# or it closes the connection in its place (3.3.5-2): -quiet would not know Q
port=$("$libexec/sandbox-admin" free-port)
mkfifo shut.feed
openssl s_server -accept "127.0.0.1:$port" -cert brok.pem -key brok.key \
	<>shut.feed >shut.heard 2>shut.log &
at_end "kill $! 2>/dev/null"
until_true listens "$port"
shut() {
	: >shut.heard
	printf '\040\002\000\000' 1<>shut.feed
	asks "$@" &
	client=$!
	until_true grep -aq "$seen" shut.heard
	printf 'q\n' 1<>shut.feed
	wait "$client"
}
seen=up/x
fails 77 "^mqtt-probe: localhost:$port: up/x: .*closed the connection instead" \
	shut --publish up/x

# --- nothing that is secret is on the command line ---
trusted_pair still localhost
tls_server still
mqtt-probe --cert dev1.pem --key locked.key --passphrase-file phrase \
	--ca "$tls_ca" --user dev1 --password-file word --host localhost \
	--port "$port" --timeout 20s 2>/dev/null &
client=$!
until_true grep -aq MQTT still.heard
cat "/proc/$client/cmdline" "/proc/$client/environ" | tr '\0' '\n' >seen
ok 'something is' grep -q -e --password-file seen
exits 1 grep -e 'the rose' -e sesame seen
kill "$client" 2>/dev/null
done_testing
