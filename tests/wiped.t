#!/bin/sh
# What a helper held is wiped when it ends: the numbers and the text of a private
# key, passphrases, passwords, PINs, tokens. Its memory is read at its end, behind
# all that it does; what libraries give back without wiping is told, and not
# counted: that is theirs. And no image of it is left where it crashes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2086,SC2016,SC3045 # options; $ for the inner shell; a
# shell without ulimit -c leaves no image, and that is seen
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
left=$build_dir/tests/torture/left freed=$build_dir/tests/torture/freed.so
[ -x "$left" ] || {
	printf '1..0 # SKIP make check builds what this needs\n'
	exit 0
}
if grep -q __asan_init "$build_dir/helpers/csr-gen"; then
	printf '1..0 # SKIP sanitizers keep memory, and look at what is freed\n'
	exit 0
fi
if ! "$left" true 3>&1 >out 2>err; then
	printf '1..0 # SKIP it may not trace here: %s\n' "$(cat err)"
	exit 0
fi
start_sandbox
url=https://localhost:$https

# --- long ones: who frees memory writes over the first bytes of it ---
printf 'ThePassphraseOfTheKeyIsQuiteALongOne4242\n' >passphrase
printf 'OneTimePasswordOf32Characters42x\n' >otp
printf 'ThePasswordOfTheProxyIsQuiteALongOne4242\n' >password
chmod 600 passphrase otp password

# wiped CODE OPTIONS COMMAND...: it ends with that code, and of what the OPTIONS
# of `left` name nothing is left but what libraries left
: >table
wiped() {
	code=0 want=$1 what=$2
	shift 2
	: >told
	"$left" -l "$freed" -f "$T/told" $what -- "$@" \
		3>found >out 2>err <input || code=$?
	# RSA's numbers on the stack: GnuTLS and nettle compute there; certcycle
	# has them as text only
	grep -vE '^[a-z]+( \(turned\))? in \[stack\]' found >ours
	grep -E '^(passphrase|otp|password|pin|token|netrc) in \[stack\]' found |
		grep -v ', 1 times' >>ours
	[ "$code" = "$want" ] && [ ! -s ours ]
	result $? "wiped: $(describe "$@")"
	[ "$code" = "$want" ] || printf '# exit code %s\n' "$code"
	sed 's/^/# /' ours
	{
		grep ' in \[stack\]' found | sed 's/ in .*/ stack/'
		sed 's/\.so.*//' told
	} | sort | uniq -c | awk -v tool="$1" '
		{ all = all ", " $2 " " $3 " " $1 }
		END { print tool ": " (all == "" ? "-" : substr(all, 3)) }
	' >>table
}
: >input

# --- the test itself: it would see them ---
"$left" -w otp -- sh -c 'read -r x <"$0"; exit 0' "$T/otp" 3>found
ok 'what a shell has read is seen' grep -q 'otp in' found

for type in ec-p256 rsa-2048; do
	csr-gen --key $type.key --new-key $type --passphrase-file passphrase \
		--cn dev1 >$type.csr
	openssl pkey -in $type.key -passin file:passphrase -out $type.open
	wiped 0 '-w passphrase' csr-gen --key $type.new --new-key $type \
		--passphrase-file passphrase --cn dev1
	sandbox register dev1 otp >out
	wiped 0 '-w otp' est-post -v --enroll --url "$url" --ca "$tls_ca" \
		--user dev1 --password-file otp $type.csr
	cp out $type.pem
	for key in "$type.key --passphrase-file passphrase" "$type.open"; do
		with="-k $type.open"
		[ "$key" = $type.open ] || with="$with -w passphrase"
		key="--key $key"
		wiped 0 "$with" csr-gen $key --cn dev1
		wiped 0 "$with" cert-check --match ${key#--key } $type.pem
		wiped 0 "$with" key-sign $key $type.csr
		wiped 0 "$with" cert-sign --self-signed $key $type.csr
		cp $type.pem $type.pem.new
		wiped 0 "$with" cert-promote $key $type.pem.new $type.pem
		wiped 0 "$with" jwt-get --via https --ca "$tls_ca" \
			--url "https://localhost:$mtls" --cert $type.pem $key
		cp out token
		chmod 600 token
		wiped 0 "$with" jwt-get --via mqtt --ca "$tls_ca" \
			--host localhost --port "$mqtt" --cert $type.pem $key
		wiped 0 "$with" mqtt-probe --host localhost --port "$mqtt" \
			--ca "$tls_ca" --cert $type.pem $key
		wiped 0 "$with -w token" est-post -v --reenroll --url "$url" \
			--ca "$tls_ca" --token-file token --cert $type.pem \
			$key $type.csr
	done
	cp $type.open input
	wiped 0 "-k $type.open" csr-gen --key - --cn dev1
	: >input
	openssl pkey -in $type.open -outform DER -out der
	wiped 0 "-k $type.open" csr-gen --key der --cn dev1
	wiped 65 "-w otp" csr-gen --key $type.key --passphrase-file otp --cn dev1
	wiped 0 "-k $type.open -w password" cert-sign --pkcs12 \
		--key $type.open --password-file password $type.pem
	wiped 1 "-k $type.open" cert-check --match $type.open \
		"$T/sandbox/ca.pem"
done

# --- what they say, ask, and are refused ---
wiped 0 '-w token' jwt-get --via https --url "https://localhost:$mtls" \
	--ca "$tls_ca" --cert rsa-2048.pem --key rsa-2048.open
wiped 0 '-w token' jwt-get --via mqtt --host localhost --port "$mqtt" \
	--ca "$tls_ca" --cert rsa-2048.pem --key rsa-2048.open
wiped 0 '-w password' csr-gen --key ec-p256.open --cn dev1 \
	--challenge-password-file password
csr-gen --key ec-p256.open --cn dev1 --challenge-password-file password >csr
wiped 0 '-w password' csr-gen --key ec-p256.open --from-csr csr
wiped 75 '-w otp' est-post -v --enroll --url "$url" --ca "$tls_ca" --user dev1 \
	--password-file otp ec-p256.csr
wiped 69 '-w otp -w password' est-post -v --enroll --url https://localhost:1 \
	--ca "$tls_ca" --user dev1 --password-file otp \
	--proxy http://localhost:1 --proxy-user dev1 \
	--proxy-password-file password ec-p256.csr
wiped 0 '-w password' mqtt-probe --host localhost --port "$mqtt" \
	--ca "$tls_ca" --cert rsa-2048.pem --key rsa-2048.open --user dev1 \
	--password-file password
sed 's/^admin://' sandbox/operator >login
chmod 600 login
devices=$url/devicecontrol/newDeviceRequests
for by in '--user admin --password-file login' '--netrc sandbox/netrc'; do
	wiped 0 '-w login' rest-call -v --url "$devices" --ca "$tls_ca" $by \
		--status
done
wiped 0 '-w login -w otp' rest-call -v --url "$devices" --ca "$tls_ca" \
	--netrc sandbox/netrc --text id=dev2 --text-file enrollmentToken=otp
if command -v softhsm2-util >/dev/null; then
	make_token unused
	printf 'ThePinOfTheTokenIsQuiteALongOne42\n' >pin
	chmod 600 pin
	softhsm2-util --init-token --free --label token --pin "$(cat pin)" \
		--so-pin 87654321 >out
	uri='pkcs11:token=token;object=dev'
	wiped 0 '-w pin' csr-gen --key "$uri" --passphrase-file pin \
		--new-key ec-p256 --cn dev1
	wiped 0 '-w pin' csr-gen --key "$uri?pin-source=$T/pin" --cn dev1
	wiped 0 '-w pin' key-sign --key "$uri" --passphrase-file pin csr
else
	skip 'a PIN' 'softhsm2-util is not installed'
fi

# --- a crash: it waits for a reader of its request, and is ended ---
ulimit -c unlimited 2>/dev/null
sh -c 'kill -ABRT $$' 2>err
if [ -n "$(first core*)" ]; then
	rm -f core*
	mkfifo full
	exec 4<>full
	dd if=/dev/zero bs=4096 count=16 >&4 2>/dev/null
	for key in "$T/ec-p256.key --passphrase-file $T/passphrase" \
		"$T/ec-p256.open"; do
		csr-gen --key $key --cn dev1 >&4 2>err &
		pid=$!
		until_true grep -qs '^[Ss]tate:.*S' "/proc/$pid/status"
		same 'what a crash would leave has no memory' 00000000 \
			"$(cat "/proc/$pid/coredump_filter")"
		kill -ABRT "$pid"
		wait "$pid" 2>/dev/null
		same 'it crashed' 134 $?
		same 'and left no image' '' "$(first core*)"
	done
else
	skip 'a crash' 'no image is left in a file here'
fi

sort table | uniq -c | awk '{ $1 = ""; print substr($0, 2) }' >remains
publish left-by-libraries.txt remains
done_testing
