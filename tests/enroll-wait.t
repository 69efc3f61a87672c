#!/bin/sh
# What is looked at before the one-time password is used; what is waited for, how
# long, and what is said meanwhile; and what ends it at once.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl python3
start_sandbox
printf 'secret-for-dev1\n' >otp
chmod 600 otp
key=$device/dev1.key cert=$device/dev1.pem

fresh() {
	certcycle remove --yes 2>/dev/null
	sandbox register dev1 otp >register.log 2>&1
}
# unspent: nothing was asked for, and the password is good still
unspent() {
	ok 'no certificate was issued' [ "$(issued dev1)" = "$before" ]
	exits 0 certcycle enroll
	certcycle remove --yes
}
# hears PATTERN: a line of what the last command said matches
hears() {
	cp err heard
	ok "hears: $1" grep -q "$1" heard
	cp heard err
}
# tries: how often the issuer slow was asked
hook issuer/slow <<'X'
[ "$1" = issue ] || exit 0
echo >>"$CERTCYCLE_STATE_DIR/tries"
cat "$CERTCYCLE_STATE_DIR/answer" 2>/dev/null
exit 75
X
tries() {
	wc -l <state/tries | tr -d ' '
}

# --- before the password is used ---
fresh
before=$(issued dev1)
exits 76 certcycle -o c8y.root_cert_path="$T/sandbox/ca.pem" enroll
hears '^tls-probe: .*: certificate not trusted: .*issuer'
unspent
fresh
before=$(issued dev1)
exits 69 certcycle enroll --url=localhost:"$("$libexec/sandbox-admin" free-port)"
hears '^tls-probe: .*: connection refused'
long_ago() {
	faketime '1970-01-02 00:00:00' "$@"
}
if long_ago cert-check --help >out 2>err; then
	exits 80 long_ago certcycle enroll
else
	skip 'a clock that was never set' 'faketime cannot start this build'
fi
exits 78 certcycle -o c8y.url= enroll
hears '^certcycle enroll: c8y.url: not set'
exits 78 certcycle -o issuer=est enroll
hears '^certcycle enroll: est.url: not set'
exits 78 certcycle -o issuer=microservice enroll
hears '^certcycle enroll: microservice.url: not set'
printf 'not a key\n' >bad.key
exits 65 certcycle -o device.key_path="$T/bad.key" enroll
hears 'bad.key: not a private key'
ok 'and it is not written over' grep -qx 'not a key' bad.key
exits 78 certcycle enroll --device-id=dev:1
exits 78 certcycle enroll --device-id=
printf 'exit 1\n' | hook pre-renew.d/50-veto
exits 70 certcycle enroll
rm etc/hooks/pre-renew.d/50-veto
unspent

# --- waited for ---
fresh
printf 'echo >>"$CERTCYCLE_STATE_DIR/vetoes"\n
[ "$(wc -l <"$CERTCYCLE_STATE_DIR/vetoes")" -gt 2 ] || exit 75\n' |
	hook pre-renew.d/50-veto
exits 0 certcycle enroll --max-timeout=30s
same 'a veto that says later is waited for, and no other is asked then' 3 \
	"$(wc -l <state/vetoes | tr -d ' ')"
rm etc/hooks/pre-renew.d/50-veto
certcycle remove --yes
within 10 exits 75 certcycle -o issuer=slow enroll --max-timeout=5s
ok 'the pauses grow' [ "$(tries)" -ge 3 ]
ok 'so there are few tries' [ "$(tries)" -le 5 ]
exits 1 grep -q 'waiting for' err
rm state/tries
echo 3 >state/answer
within 6 exits 75 certcycle -o issuer=slow enroll --max-timeout=5s
ok 'what the server names counts' [ "$(tries)" -le 3 ]
for answer in 0 00 -1 08 99999999999; do
	rm state/tries
	echo "$answer" >state/answer
	within 4 exits 75 certcycle -o issuer=slow enroll --max-timeout=2s
	ok "the pause is our own: $answer" [ "$(tries)" -le 3 ]
done
rm state/tries state/answer
within 4 exits 75 certcycle -o issuer=slow enroll
same 'no time at all is one try' 1 "$(tries)"
sandbox fault busy
exits 75 certcycle enroll --max-timeout=0
cp err heard
same 'and its answer is said once' 1 "$(grep -c '^est-post: .*status 503' heard)"
# one that is told to stop stops, and leaves no process behind
certcycle -o issuer=slow enroll --max-timeout=60s --retry-every=47s \
	2>stopped &
waiting=$!
until_true test -s state/tries
until_true sh -c 'ps -e -o ppid=,args= |
	grep -q "^ *$0 sleep [345][0-9]\$"' "$waiting"
kill "$waiting"
code=0
wait "$waiting" || code=$?
same 'a signal ends it' 143 "$code"
ok 'and the failed hooks know' grep -q 'exit code 143' stopped

# --- a service that speaks to nobody without a certificate, by TLS 1.2 ---
trusted_pair service localhost
make_pair maker
tls_server service -Verify 1 -tls1_2
certcycle -o issuer=microservice -o microservice.url="https://localhost:$port" \
	-o microservice.root_cert_path="$tls_ca" \
	-o est.bootstrap_cert_path="$T/maker.pem" \
	-o est.bootstrap_key_path="$T/maker.key" -o issuer.timeout=2s \
	enroll 2>err || :
ok 'it is asked' grep -q 'POST / HTTP' service.heard

# --- the line on a terminal ---
exits 75 python3 "$source_dir/tests/terminal" shown -- \
	certcycle -o issuer=slow enroll --max-timeout=2s
ok 'it says how long it may go on' grep -q \
	'certcycle enroll: waiting for dev1, 0m [012]s left ' shown
exits 75 env NO_COLOR=1 python3 "$source_dir/tests/terminal" shown -- \
	certcycle -o issuer=slow enroll --max-timeout=2s
exits 1 grep -q 'waiting for' shown

# --- an answer that is lost with the password ---
fresh
sed 's/--save-reply/--timeout 1s &/' "$libexec/hooks/issuer/c8y" \
	>etc/hooks/issuer/c8y
chmod 755 etc/hooks/issuer/c8y
exits 0 sandbox fault lost
exits 75 certcycle enroll --max-timeout=3s
hears 'dev1: .*password may be spent: register the device again'
rm etc/hooks/issuer/c8y
fresh
exits 0 certcycle enroll

# --- a definite no ---
certcycle remove --yes
trusted_pair odd localhost
tls_server odd
# asked: how often the server heard a request
asked() {
	grep -c '^POST ' odd.heard || :
}
# asked_more COUNT
asked_more() {
	[ "$(asked)" -gt "$1" ]
}
# no STATUS TYPE BODY WORDS: with that answer it ends at once, and says WORDS
no() {
	times=$(asked)
	# the first connection is the one that looks whether it can be trusted
	until_true asked_more "$times" &&
		printf 'HTTP/1.1 %s No\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s' \
			"$1" "$2" ${#3} "$3" 1<>odd.feed &
	answering=$!
	within 9 exits 77 certcycle enroll --url="localhost:$port" \
		--max-timeout=60s
	wait "$answering"
	hears "^certcycle enroll: .*$4"
	hears "status $1"
}
json=application/json
no 404 text/html '<html><body>404 Not Found</body></html>' \
	'authority is not switched on'
no 404 $json '{"message":"Failed to retrieve tenant keypair"}' \
	'has no certificate authority that can sign'
no 400 $json '{"message":"Tenant CA certificate is either missing, expired"}' \
	'has no certificate authority that can sign'
no 403 $json '{"message":"Access is denied"}' 'permissions'
no 400 $json '{"message":"Bad request"}' 'letter by letter'
no 422 $json '{"message":"Unprocessable"}' 'letter by letter'
no 401 $json '{"message":"Full authentication is required"}' \
	'register dev1 again'
ok 'the key stays for the next try' [ -s "$key" ]
exits 1 test -e "$cert"
done_testing
