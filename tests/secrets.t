#!/bin/sh
# Secrets: passwords, tokens, passphrases, PINs and keys stand in no argument and
# no environment of any process, on no standard error however much is told, and
# in no file that others can read.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3 strace
export TMPDIR="$T/tmp"
mkdir "$TMPDIR"
traceable
start_sandbox
url=https://localhost:$https

# --- what must not be seen: it is letters and digits, so that no escape can hide
# it; of a key the first two lines of its base64, since its public half follows ---
printf 'OneTimePassword42\n' >otp
printf 'PassphraseOfTheKey42\n' >passphrase
printf 'PinOfTheToken42\n' >pin
chmod 600 otp passphrase pin
{
	cat otp passphrase pin
	printf 'dev1:%s' "$(cat otp)" | openssl base64 -A
	echo
} >words

# secret_key FILE
secret_key() {
	sed -n '2,3p' "$1" >>words
}

# seen FILE...: the files that have a secret in them, or any token: all tokens
# begin like the JSON they hold
seen() {
	[ $# -gt 0 ] || return 0
	grep -alF -f words -- "$@"
	grep -alE -e 'eyJ[A-Za-z0-9_-]{8}' -- "$@"
}

# hidden TEXT FILE...
hidden() {
	hidden_text=$1
	shift
	same "$hidden_text" '' "$(seen "$@")"
}

# traced COMMAND...: every program it runs, with arguments and environment, is in
# trace
traced() {
	strace -f -qq -v -s 1000000 -o trace -e trace=execve "$@"
}

# watched COMMAND...: it ends well, runs something, and tells nobody; its answer
# is in answer
watched() {
	exits 0 traced "$@"
	cp out answer
	cp err told
	ok 'it was seen to run' grep -q 'execve(' trace
	hidden 'no argument and no environment has a secret' trace
	hidden 'nor has standard error' told
}

# held COMMAND...: what /proc says of it while it waits, in seen-args and
# seen-env; standard output is a pipe that is full
mkfifo full
exec 4<>full
dd if=/dev/zero bs=4096 count=16 >&4 2>/dev/null
held() {
	# what runs in the background has no standard input by itself
	{ "$@" <&3 >&4 2>held.err & } 3<&0
	holding=$!
}

is_held() {
	grep -qs '^State:[[:space:]]*S' "/proc/$holding/status"
}

# look COMMAND...: held until COMMAND is true, then read and ended
look() {
	until_true "$@"
	result $? 'it runs, and waits'
	cat "/proc/$holding/cmdline" >seen-args
	cat "/proc/$holding/environ" >seen-env
	ok 'it is the helper itself' grep -qa -e '--' seen-args
	hidden 'nothing in /proc says a secret' seen-args seen-env
	hidden 'nor what it said so far' held.err
	kill "$holding"
	wait "$holding" 2>/dev/null
}

# --- the test itself: it would see them ---
traced sh -c ': "$1"' sh "$(cat otp)"
same 'an argument is seen' trace "$(seen trace)"
traced env "SECRET=$(cat passphrase)" true
same 'a variable is seen' trace "$(seen trace)"
traced env "SECRET=eyJhbGciOiJSUzI1NiJ9.e30.c2ln" true
same 'a token is seen' trace "$(seen trace)"
# by itself, not by a child that nobody would end
held sh -c 'echo; : "$0"' "$(cat otp)"
until_true is_held
cat "/proc/$holding/cmdline" >seen-args
same 'and in /proc' seen-args "$(seen seen-args)"
kill "$holding"
wait "$holding" 2>/dev/null

# --- csr-gen ---
watched csr-gen -v --key sealed.key --new-key ec-p256 \
	--passphrase-file passphrase --cn dev1
cp answer dev1.csr
secret_key sealed.key
openssl pkey -in sealed.key -passin file:passphrase -out open.key
secret_key open.key
watched csr-gen -v --key sealed.key --passphrase-file passphrase --cn dev1
fails 65 'passphrase' csr-gen -v --key sealed.key --passphrase-file otp --cn dev1
hidden 'nor is a wrong passphrase told' err
held csr-gen -v --key sealed.key --passphrase-file passphrase --cn dev1
look is_held
held csr-gen -v --key - --cn dev1 <open.key
look is_held

watched csr-gen -v --key open.key --cn dev1 --challenge-password-file passphrase
if command -v softhsm2-util >/dev/null; then
	make_token unused
	softhsm2-util --init-token --free --label token --pin "$(cat pin)" \
		--so-pin 87654321 >/dev/null
	uri='pkcs11:token=token;object=dev'
	watched csr-gen -v --key "$uri" --passphrase-file pin \
		--new-key ec-p256 --cn dev1
	watched csr-gen -v --key "$uri?pin-source=$T/pin" --cn dev1
	held csr-gen -v --key "$uri" --passphrase-file pin --cn dev1
	look is_held
	# who writes it on the command line has told it; nobody else does
	csr-gen -v --key "$uri-none?pin-value=$(cat pin)" --cn dev1 >out 2>err
	same 'no such key' 65 $?
	hidden 'nor is the PIN of a URI told' err
else
	skip 'a PIN' 'softhsm2-util is not installed'
fi

# --- est-post ---
sandbox register dev1 otp >out
watched est-post -v --enroll --url "$url" --ca "$tls_ca" --user dev1 \
	--password-file otp dev1.csr
cp answer dev1.pem
fails 75 'status 401' est-post -v --enroll --url "$url" --ca "$tls_ca" \
	--user dev1 --password-file otp dev1.csr
hidden 'nor is a password that was refused' err
watched jwt-get -v --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
	--cert dev1.pem --key open.key
cp answer token
chmod 600 token
ok 'there is a token to be seen' [ -n "$(seen token)" ]
watched est-post -v --reenroll --url "$url" --ca "$tls_ca" --token-file token \
	dev1.csr
watched jwt-get -v --via mqtt --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev1.pem --key open.key
watched mqtt-probe -v --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev1.pem --key open.key
watched cert-check -v --match open.key dev1.pem
watched cert-sign -v --self-signed --key open.key dev1.csr

# --- rest-call, key-sign ---
watched key-sign -v --key open.key dev1.csr
devices=$url/devicecontrol/newDeviceRequests
sed 's/^admin://' sandbox/operator >password
cat password >>words
for login in '--user admin --password-file password' \
	'--netrc sandbox/netrc' '--token-file token --expect 401'; do
	# shellcheck disable=SC2086 # options
	watched rest-call -v --url "$devices" --ca "$tls_ca" $login --status
done
watched rest-call -v --url "$devices" --ca "$tls_ca" --netrc sandbox/netrc \
	--text id=dev2 --text-file enrollmentToken=otp

# --- the same with the sealed key, and what else has a password ---
sealed="--key $T/sealed.key --passphrase-file $T/passphrase"
# shellcheck disable=SC2086 # options
sealed() {
	watched "$@" $sealed
}
# shellcheck disable=SC2086 # options
watched est-post -v --reenroll --url "$url" --ca "$tls_ca" --token-file token \
	--cert dev1.pem $sealed dev1.csr
watched est-post -v --reenroll --url "$url" --ca "$tls_ca" --token-file token \
	--cert dev1.pem --key - dev1.csr <open.key
"$source_dir/tests/proxy" "$T/proxy.port" "$T/proxy.log" "dev1:$(cat otp)" &
at_end "kill $! 2>/dev/null"
until_true [ -s proxy.port ]
watched est-post -v --reenroll --url "$url" --ca "$tls_ca" --token-file token \
	--proxy "http://localhost:$(cat proxy.port)" --proxy-user dev1 \
	--proxy-password-file otp dev1.csr
for way in "https --url https://localhost:$mtls" \
	"mqtt --host localhost --port $mqtt"; do
	# shellcheck disable=SC2086 # options
	sealed jwt-get -v --ca "$tls_ca" --cert dev1.pem --via $way
done
sealed key-sign -v <dev1.csr
sealed mqtt-probe -v --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev1.pem --user dev1 --password-file otp
watched cert-check -v --match sealed.key --passphrase-file passphrase dev1.pem
watched cert-sign -v --self-signed --key sealed.key \
	--passphrase-file passphrase dev1.csr
watched cert-sign -v --pkcs12 --key open.key --password-file passphrase dev1.pem
cp dev1.pem dev1.pem.new
watched cert-promote -v --key sealed.key --passphrase-file passphrase \
	dev1.pem.new dev1.pem

# --- each that talks to a server, while that says nothing ---
trusted_pair silent localhost
tls_server silent
asked() {
	grep -qa "$1" silent.heard
}
for secret in '--user dev1 --password-file otp' '--token-file token'; do
	: >silent.heard
	# shellcheck disable=SC2086 # options
	held est-post -v --enroll --url "https://localhost:$port" \
		--ca "$tls_ca" $secret dev1.csr
	look asked simpleenroll
done
: >silent.heard
held est-post -v --enroll --url "https://localhost:$port" --ca "$tls_ca" \
	--token-file token --cert dev1.pem --key - dev1.csr <open.key
look asked simpleenroll
: >silent.heard
held jwt-get -v --via https --url "https://localhost:$port" --ca "$tls_ca" \
	--cert dev1.pem --key sealed.key --passphrase-file passphrase
look asked deviceAccessToken
: >silent.heard
held mqtt-probe -v --host localhost --port "$port" --ca "$tls_ca" \
	--cert dev1.pem --key sealed.key --passphrase-file passphrase
look asked MQTT

# --- the framework: enrol, renew over each way to a token, be refused ---
# kept: what it leaves to others, wherever it writes
kept() {
	find "$T/state" "$device" "$T/run" "$TMPDIR" -type f -perm /044 >files
	ok 'there is something that others can read' [ -s files ]
	# shellcheck disable=SC2046 # paths of ours
	hidden 'no file that others can read has a secret' $(cat files)
}
sandbox register dev1 otp >out
watched certcycle enroll
secret_key "$device/dev1.key"
ok 'it was by est-post' grep -q '"est-post", ' trace
hidden 'the new key stands in none of it' trace told
kept
for via in https mqtt; do
	watched certcycle -o "c8y.token_via=$via" run --force
	ok 'it was with a token' grep -q '"--token-file", ' trace
	kept
done
exits 75 traced certcycle enroll --force
hidden 'a password that was refused is in no argument' trace err
kept
sandbox register dev1 otp >out
watched certcycle -o issuer=est -o "est.url=$url" \
	-o "est.root_cert_path=$tls_ca" enroll --force
kept
exits 76 traced certcycle -o issuer=self-signed run --force
ok 'it was by cert-sign' grep -q '"cert-sign", ' trace
hidden 'a key that signs for itself is in no argument' trace
kept
cert-sign --self-signed --key "$device/dev1.key" "$device/dev1.csr" \
	>"$device/dev1.pem.new"
watched certcycle upload --user=admin --password-file=- <password
rm "$device/dev1.pem.new"
ok 'it was by rest-call' grep -q '"rest-call", ' trace
kept
watched certcycle tenant --user=admin --password-file=- register dev7 \
	--one-time-password-file=otp <password
hidden 'a password that was given is not printed' answer
watched certcycle tenant --netrc=sandbox/netrc register dev8
cut -f 2 answer >>words
hidden 'one that was made is in no argument' trace told
kept
watched env "CA_DIR=$T/sandbox" sh "$source_dir/demo/microservice" <dev1.csr

# --- and an issuer that does tell is found ---
sandbox register dev1 otp >out
certcycle enroll --force >out 2>err
mkdir -p etc/hooks/issuer
sed "s|post --reenroll|TOKEN=\$token post --reenroll|" \
	"$libexec/hooks/issuer/c8y" >etc/hooks/issuer/c8y
chmod 755 etc/hooks/issuer/c8y
exits 0 traced certcycle run --force
same 'a token in a variable is seen' trace "$(seen trace)"
done_testing
