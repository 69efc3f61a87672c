#!/bin/sh
# What users of tools like this one ran into, and does not happen here. A lesson
# that is in another test has none here.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
# shellcheck disable=SC2086 # options, a word each
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl
enrolled_device
cp etc/certcycle.conf plain.conf
cp -p "$cert" good.pem
cp -p "$key" good.key
hook failed.d/50-note <<'X'
printf '%s\n' "$CERTCYCLE_OUTCOME" >>"$CERTCYCLE_CONFIG_DIR/../failed"
X
pause='-o renewal.retry.initial_interval=10m -o renewal.retry.maximum_interval=1d'
ca="-o issuer=local-ca -o local_ca.cert_path=$T/sandbox/ca.pem
	-o local_ca.key_path=$T/sandbox/ca.key -o c8y.verify_via=none"
restore() {
	cp -p good.pem "$cert"
	cp -p good.key "$key"
}
unchanged() {
	cmp -s good.pem "$cert"
}

# --- files ---

# an empty certificate, which a crash left, is one that is missing: there is a way
# back, and it is got anew where that is allowed
exits 0 certcycle run --force
: >"$cert"
exits 65 certcycle run
grep -q 'there is no certificate: certcycle rollback brings back the former' err
result $? 'it says that there is a way back'
exits 0 certcycle -o renewal.expired=enroll run --dry-run
prints '^default: missing: would$'
sandbox register dev1 otp >/dev/null
exits 0 certcycle -o renewal.expired=enroll run
exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"
restore

# an empty key is never written over, and no key is made that nobody keeps
: >"$key"
exits 65 certcycle run --force
exits 65 certcycle enroll --force
says 'dev1\.key: empty$'
ok 'it is as it was' [ ! -s "$key" ]
ok 'so is the certificate' unchanged
restore

# an empty candidate costs the certificate nothing
: >"$cert.new"
exits 76 certcycle run
ok 'the active one stays' unchanged
exits 0 certcycle run

# the mode of the certificate, and whose it is, outlive a renewal; the key is not
# touched at all
chmod 640 "$cert"
[ "$(id -u)" != 0 ] || chgrp 1 "$cert"
before=$(stat -c '%a %u %g' "$cert") file=$(stat -c '%i %Y %a' "$key")
exits 0 certcycle run --force
same 'mode and owner' "$before" "$(stat -c '%a %u %g' "$cert")"
same 'the key' "$file" "$(stat -c '%i %Y %a' "$key")"
rm "$cert"
restore

# a candidate that somebody put there is not swept away
cp "$cert" "$cert.new"
exits 0 certcycle recover
ok 'it is there' [ -s "$cert.new" ]
rm "$cert.new"

# a lock is held by a process, not by a file that one left
mkdir -p run
echo $$ >run/default.lock
exits 0 certcycle run --force

# --- what the issuer gives ---

# a certificate for somebody else is no renewal
hook issuer/own <<'X'
dir=$CERTCYCLE_CONFIG_DIR/../sandbox
csr-gen --key "$CERTCYCLE_KEY" --cn "$(cat "$dir/../name")" |
	cert-sign --ca-cert "$dir/ca.pem" --ca-key "$dir/ca.key" --duration 700d
X
echo other >name
before=$(serial)
exits 76 certcycle -o issuer=own run --force
grep -q 'another subject' err
result $? 'and why'
same 'the active one stays' "$before" "$(serial)"

# one that is rejected is not asked for again at each tick
count=$(asked)
hook verify.d/50-no <<'X'
exit 77
X
age 10d
exits 77 certcycle $pause run
exits 0 certcycle $pause run
exits 0 certcycle $pause run
same 'once' $((count + 1)) "$(asked)"
rm etc/hooks/verify.d/50-no
restore

# an issuer that knows one word only does its work all the same
echo dev1 >name
hook issuer/own <<X
[ "\$1" = issue ] || exit 1
exec '$libexec/hooks/issuer/c8y' issue
X
exits 0 certcycle -o issuer=own run --force

# a window that is longer than the life: not a renewal at each tick
age 23h
exits 0 certcycle $ca $pause -o certificate.validity.requested_duration=1d run
before=$(serial)
for _ in 1 2 3; do
	exits 0 certcycle $ca $pause \
		-o certificate.validity.requested_duration=1d run
done
same 'renewed once' "$before" "$(serial)"
restore
exits 0 certcycle run --force

# --- who the device is ---

# a certificate of another authority may have any name: it is renewed under that,
# and nothing in it is run
hook post-renew.d/60-name <<'X'
printf '%s\n' "$CERTCYCLE_DEVICE_ID" >"$CERTCYCLE_CONFIG_DIR/../name"
X
for name in 'a:b' 'my device 7' '$(touch hacked)' ';touch hacked;' -x '../../x'; do
	openssl req -new -key "$key" -subj "/O=Old Works/CN=$(printf '%s' "$name" |
		sed 's,/,\\/,g')" -out csr 2>err
	cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
		--duration 10d csr >"$cert"
	exits 0 certcycle $ca -o device.id= run
	exits 0 cert-check --cn "$name" --match "$key" "$cert"
	same 'the hooks have it as it is' "$name" "$(cat name)"
	exits 0 certcycle create-csr
	alike 'so has a request' \
		"$(openssl x509 -in "$cert" -noout -subject)" \
		"$(openssl req -in "$device/dev1.csr" -noout -subject)"
done
exits 1 test -e hacked
rm etc/hooks/post-renew.d/60-name
restore

# another id in the configuration does not make it another device
exits 0 certcycle -o device.id=dev2 run --force
exits 0 cert-check --cn dev1 "$cert"
# another tenant: the certificate of the first one stays until there is a new one
exits 0 certcycle enroll
before=$(serial)
port=$("$libexec/sandbox-admin" free-port)
other="-o c8y.url=localhost:$port -o c8y.http=localhost:$port"
exits 69 certcycle $other run --force
exits 69 certcycle $other enroll --force
same 'it is there' "$before" "$(serial)"
exits 0 certcycle run --force

# a fleet that was made at one moment does not come back at one moment
number=0
csr-gen --key fleet.key --new-key ec-p256 --key-only
while [ "$number" -lt 50 ]; do
	number=$((number + 1))
	csr-gen --key fleet.key --cn "fleet$number" |
		cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
			--not-before 2026-01-01 --not-after 2027-01-01 \
			>"fleet$number.pem"
done
cert-check --json --due "$(conf-get certificate.validity.minimum_duration)" \
	--spread "$(conf-get renewal.spread)" --at 1769904000 fleet*.pem >out
sed -n 's/.*"due_from": *"\([0-9-]*\)T.*/\1/p' out | sort | uniq -c |
	sort -n >days
ok "they come on many days: $(wc -l <days)" [ "$(wc -l <days)" -ge 20 ]
ok 'and few on one day' [ "$(awk 'END { print $1 }' days)" -le 8 ]

# --- the clock ---

# a certificate that begins later says that the clock is wrong: nothing is asked
# for, and nothing enrolled anew
begin=$(cert-check --json sandbox/ca.pem |
	sed -n 's/.*"not_after": "\([0-9]*\)-.*/\1/p')-01-01
csr-gen --key "$key" --from "$cert" |
	cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
		--not-before "$begin" >future
cp future "$cert"
count=$(asked)
exits 80 certcycle -o renewal.expired=enroll run
exits 80 certcycle -o renewal.expired=enroll run --force
exits 75 certcycle renew
says 'not valid yet: the clock is behind'
same 'nobody was asked' "$count" "$(asked)"
ok 'it stays' cmp -s future "$cert"
restore

# --- hooks ---

# each failure is told to the failed hooks, whatever step it was
hook failed.d/60-step <<'X'
sed -n 's/^step=//p' "$CERTCYCLE_STATE_DIR/state" >"$CERTCYCLE_CONFIG_DIR/../step"
X
# ends STEP CODE COMMAND...: the run does, and they saw it once
ends() {
	at=$1 code=$2
	shift 2
	rm -f failed step
	exits "$code" "$@"
	same "at $at" "$code $at" "$(cat failed step | paste -s -d ' ' -)"
}
for at in pre-renew verify post-renew; do
	hook $at.d/50-no <<-'X'
	exit 75
	X
	ends $at 75 certcycle run --force
	rm etc/hooks/$at.d/50-no
	exits 0 certcycle run
done
sandbox fault error
ends issue 69 certcycle run --force
rm -f "$cert.old"
mkdir "$cert.old"
ends promote 71 certcycle run --force
rmdir "$cert.old"
exits 0 certcycle run
same 'a run of all profiles ends as a single one does' 69 "$(
	sandbox fault error
	certcycle run --all --force 2>err
	echo $?
)"
rm etc/hooks/failed.d/60-step

# all find the same variables, those of an issuer too
for event in pre-renew verify post-renew failed once; do
	hook $event.d/60-names <<-'X'
	env | sed -n 's/^\([A-Za-z_0-9]*\)=.*/\1/p' | sort -u |
		grep -vxE 'PWD|OLDPWD|SHLVL|_' >"$CERTCYCLE_CONFIG_DIR/../names.$1"
	X
done
sed 's/\$1/issuer/' etc/hooks/once.d/60-names >etc/hooks/issuer/own
printf 'exit 69\n' >>etc/hooks/issuer/own
exits 0 certcycle run --all --force
exits 69 certcycle -o issuer=own run --all --force
for event in issuer pre-renew post-renew failed once; do
	ok "$event has those of verify" cmp names.verify "names.$event"
done
rm etc/hooks/*.d/60-names

# a daemon that a hook starts keeps neither the run, nor what reads its output,
# nor the lock
hook post-renew.d/60-daemon <<'X'
sleep 60 &
echo $! >"$CERTCYCLE_CONFIG_DIR/../daemon"
X
piped() {
	{ certcycle run --force 2>&1 || echo failed; } | cat
}
within 20 exits 0 piped
same 'it ended well' '' "$(grep failed out)"
ok 'it is there still' kill -0 "$(cat daemon)"
rm etc/hooks/post-renew.d/60-daemon
exits 0 certcycle run --force
kill "$(cat daemon)"

# no time limit is none, and not one that is over at once
exits 0 certcycle -o hooks.timeout=0 -o issuer.timeout=0 run --force

# --- what is around a run ---

# cron has a poor PATH and no locale, others an odd one
command=$(command -v certcycle)
hook post-renew.d/60-path <<'X'
command -v cert-check >"$CERTCYCLE_CONFIG_DIR/../path"
X
exits 0 env -i PATH=/usr/bin:/bin "$command" --config-dir="$T/etc" run --force
ok 'hooks find the helpers' [ -s path ]
exits 0 env -i "$command" --config-dir="$T/etc" run --force
exits 0 env LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 CDPATH=/ IFS=0 TZ=Asia/Tokyo \
	certcycle run --force
rm etc/hooks/post-renew.d/60-path

# nobody reads what it says, or can
before=$(serial)
exits 0 sh -c 'certcycle run --force >&- 2>&- <&-'
ok 'closed: it is renewed' [ "$(serial)" != "$before" ]
sandbox fault refused
{
	code=0
	certcycle run --force 2>&1 || code=$?
	echo "$code" >ended
} | true
until_true [ -s ended ]
same 'a reader that is gone: it ends as it would' 77 "$(cat ended)"
same 'and it is noted' 77 "$(noted result)"

# a renewal does not throw the device off its broker
count=$(grep -c 'New client connected' sandbox/broker.log)
tokens=$(grep -c deviceAccessToken sandbox/server.log)
exits 0 certcycle run --force
same 'no session' "$count" "$(grep -c 'New client connected' sandbox/broker.log)"
# each has a token of its own: one that was kept might be over
exits 0 certcycle run --force
ok 'and a new token each time' \
	[ "$(grep -c deviceAccessToken sandbox/server.log)" -ge $((tokens + 2)) ]

# --- what is said ---

# the last line has the server's words, and not only that it failed
sandbox fault refused
exits 77 certcycle run --force
says 'status 403: Access is denied$'
same 'the state has them too' 1 "$(noted why | grep -c 'status 403: Access')"
# one who waits is told each new answer, and at the end the last one
sandbox fault error
exits 75 certcycle enroll --force --max-timeout=4s
same 'the first' 1 "$(grep -c 'status 500' err)"
grep -A 1 'the last answer was:' err | grep -q 'status 401: No newDevice'
result $? 'and the last'

# a pause that a server names cannot be longer than who waits has time
hook issuer/own <<'X'
echo 999999999
exit 75
X
within 9 exits 75 certcycle -o issuer=own enroll --force --max-timeout=2s

# a password on the command line is not taken, and not said again
for option in -psecret-word -p --one-time-password=secret-word; do
	exits 64 certcycle enroll "$option"
	says 'on the command line is for all to see: --one-time-password-file='
	same 'it is not said' '' "$(cat out err | grep secret-word)"
done

# --- a key on a token ---

# a certificate that the device makes itself is for that key, and no other is made
if command -v softhsm2-util >/dev/null; then
	make_token hsm
	uri='pkcs11:token=hsm;object=own;type=private'
	exits 0 certcycle -o "device.key_uri=$uri" -o "device.key_path=$T/own.key" \
		-o "device.cert_path=$T/own.pem" \
		-o "device.key_passphrase_path=$T/hsm.pin" create
	exits 0 cert-check --match "$uri" --passphrase-file hsm.pin own.pem
	same 'the file refers to it' "$uri" "$(cat own.key)"
else
	skip 'a certificate for a key on a token' 'no softhsm2-util here'
fi

# --- TLS ---

# a server that names hundreds of authorities, and ours not among them, is shown
# the certificate all the same
number=0
while [ "$number" -lt 20 ]; do
	number=$((number + 1))
	csr-gen --key fleet.key --cn "An authority of a long name, number $number" |
		cert-sign --self-signed --key fleet.key
done >some.pem
for _ in 1 2 3 4 5 6 7 8 9 10; do
	cat some.pem
done >many.pem
trusted_pair crowd localhost
tls_server crowd -CAfile many.pem -Verify 1
shown() {
	tls-probe --url "https://localhost:$port" --ca "$tls_ca" --cert "$cert" \
		--key "$key" --timeout 9s
}
code=0
shown >out 2>err || code=$?
until_true grep -q 'CN *= *dev1' crowd.log
result $? 'it was shown'

done_testing
