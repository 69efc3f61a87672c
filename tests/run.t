#!/bin/sh
# The tick: due or not, renewed, verified, promoted; what a failure at each step
# leaves behind.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
printf 'secret-for-dev1\n' >otp
chmod 600 otp
key=$device/dev1.key cert=$device/dev1.pem
mkdir -p etc/hooks/post-renew.d etc/hooks/failed.d etc/hooks/pre-renew.d \
	etc/hooks/verify.d

exits 65 certcycle run
grep -q 'dev1.pem: there is no certificate: certcycle enroll gets one' err
result $? 'it says what to do'
sandbox register dev1 otp >/dev/null
certcycle enroll 2>/dev/null
hook failed.d/50-note <<'X'
printf '%s %s\n' "$1" "$CERTCYCLE_OUTCOME" >>failed
X
hook post-renew.d/60-note <<'X'
printf '%s %s\n' "$CERTCYCLE_EVENT" "$CERTCYCLE_REASON" >>renewed
X

# --- an idle tick ---
rm -rf run
exits 0 certcycle run
silent
same 'and nothing on standard error' '' "$(cat err)"
exits 1 test -e "$T/run"
touch mark
exits 0 env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -e trace=execve,openat,mkdir,rename,unlink \
	certcycle run
made=$(grep -v /dev/null trace | grep -c -E 'O_CREAT|mkdir|rename|unlink')
same 'an idle tick writes no file' 0 "$made"
ran=$(sed -n 's/^\([0-9]*\) .*/\1/p' trace | sort -u | wc -l)
ok "an idle tick is at most five processes: $ran" [ "$ran" -le 5 ]

# --- a renewal ---
before=$(serial)
exits 0 certcycle -o certificate.validity.minimum_duration=366d run
ok 'another certificate is active' [ "$(serial)" != "$before" ]
exits 0 cert-check --match "$key" --cn dev1 "$cert"
ok 'the former one is kept' [ -s "$cert.old" ]
same 'post-renew saw the renewal' 'post-renew renew' "$(cat renewed)"
exits 1 test -e failed
exits 0 certcycle -o c8y.token_via=mqtt -o c8y.verify_via=both run --force
exits 0 certcycle -o c8y.token_via=https -o c8y.verify_via=mqtt run --force
exits 0 certcycle -o c8y.verify_via=none run --force

# who the device is, where the configuration does not say it
hook post-renew.d/61-name <<'X'
printf '%s\n' "$CERTCYCLE_DEVICE_ID" >name
X
exits 0 certcycle -o device.id= run --force
same 'the name is that of the certificate' dev1 "$(cat name)"
rm etc/hooks/post-renew.d/61-name

exits 0 certcycle -o renewal.spread= run --dry-run
prints '^default: nothing to do: the certificate is not due$'

# --- step by step ---
mv "$cert" away.pem
exits 65 certcycle renew
says 'dev1.pem: there is no certificate: certcycle enroll gets one$'
mv away.pem "$cert"
before=$(serial)
exits 65 certcycle verify
says 'there is no candidate'
exits 65 certcycle promote
exits 0 certcycle renew
exits 0 certcycle show --new
prints '^Subject: +CN=dev1$'
same 'the active one is as it was' "$before" "$(serial)"
count=$(issued)
exits 0 certcycle renew
says 'waits already'
same 'and no second one is asked for' "$count" "$(issued)"
exits 0 certcycle verify
exits 0 certcycle promote
ok 'now it is another' [ "$(serial)" != "$before" ]
exits 1 test -e "$cert.new"

# an issuer that says anything
hook issuer/odd <<'X'
printf '\033[31m3\n'
exit 75
X
exits 75 certcycle -o issuer=odd renew
silent
rm etc/hooks/issuer/odd

# what says nothing of the candidate does not throw it away
exits 0 certcycle renew
exits 70 certcycle -o certificate.ca_path="$T/nowhere" verify
port=$("$libexec/sandbox-admin" free-port)
exits 69 certcycle -o c8y.mqtt= -o c8y.mtls="localhost:$port" verify
exits 69 certcycle -o c8y.mtls= -o c8y.mqtt="localhost:$port" verify
exits 0 certcycle promote

# refused CODE WORDS COMMAND...: the command ends with CODE, and the active
# certificate is as it was; the failed hook has seen it
refused() {
	code=$1
	shift
	before=$(serial)
	rm -f failed
	exits "$code" "$@"
	same 'the active certificate is as it was' "$before" "$(serial)"
	same 'the failed hook saw it' "failed $code" "$(cat failed 2>&1)"
}

# --- whoever starts it has closed its streams ---
closed() {
	"$@" <&- >&- 2>&-
}
before=$(serial)
closed certcycle run --force
result $? 'a run without standard streams'
ok 'it renews' [ "$(serial)" != "$before" ]
exits 0 cert-check --match "$key" "$cert"

# --- what the tenant may answer ---
sandbox fault wrong-key
refused 76 certcycle run --force
exits 1 test -e "$cert.new"
ok 'the wrong answer is kept to be looked at' [ -s state/reply ]
sandbox fault expired
refused 76 certcycle run --force
ok 'and put aside when another is asked for' [ -s state/rejected.reply ]
exits 1 test -e "$cert.new"
ok 'the rejected candidate is kept aside' [ -s state/rejected.pem ]
ok 'and it is noted why' grep -q '^why=.*rejected, and kept as .*xpired' state/state
sandbox fault refused
refused 77 certcycle run --force
sandbox fault error
refused 69 certcycle run --force
sandbox fault pending
refused 75 certcycle run --force
sandbox fault garbage
refused 76 certcycle run --force
# a server that is not believed: nothing is written
refused 76 certcycle -o "c8y.root_cert_path=$T/sandbox/ca.pem" run --force
exits 1 test -e "$cert.new"
exits 1 test -e "$T/state/reply"
exits 0 certcycle run --force

# --- hooks ---
hook pre-renew.d/50-veto <<'X'
exit 1
X
count=$(issued)
refused 70 certcycle run --force
same 'a veto: nothing is asked for' "$count" "$(issued)"
hook pre-renew.d/50-veto <<'X'
echo 'the tank is empty' >&2
exit 3
X
refused 70 certcycle run --force
ok 'what a hook said is noted with its code' \
	grep -q '^why=hook-run: .*50-veto: exit code 3: the tank is empty$' state/state
hook pre-renew.d/50-veto <<'X'
exit 75
X
refused 75 certcycle run --force
same 'a hook without a word is named, too' 'certcycle run: pre-renew: exit code 75' \
	"$(noted why)"
hook pre-renew.d/50-veto <<'X'
[ "$1" = never ] || while :; do sleep 1; done
X
refused 70 certcycle -o hooks.timeout=1s run --force
chmod 775 etc/hooks/pre-renew.d/50-veto
refused 70 certcycle run --force
grep -q 'refused: writable by others' err
result $? 'the hook is refused by name'
chmod 644 etc/hooks/pre-renew.d/50-veto
refused 70 certcycle run --force
rm etc/hooks/pre-renew.d/50-veto

hook verify.d/50-no <<'X'
exit 77
X
refused 77 certcycle run --force
exits 1 test -e "$cert.new"
hook verify.d/50-no <<'X'
exit 1
X
count=$(issued)
refused 70 certcycle run --force
ok 'a hook that broke costs no candidate' [ -s "$cert.new" ]
hook verify.d/50-no <<'X'
exit 69
X
refused 69 certcycle run
ok 'an outage costs no candidate' [ -s "$cert.new" ]
rm etc/hooks/verify.d/50-no
exits 0 certcycle run
same 'and the next tick uses it: one was issued' $((count + 1)) "$(issued)"

hook post-renew.d/70-reload <<'X'
printf 'tried\n' >>tries
[ -e repaired ]
X
count=$(issued)
before=$(serial)
rm -f failed
exits 70 certcycle run --force
ok 'the new certificate is active' [ "$(serial)" != "$before" ]
same 'the failed hook saw it' 'failed 70' "$(cat failed)"
exits 70 certcycle run
touch repaired
exits 0 certcycle run
same 'issued once, while post-renew ran three times' "$((count + 1)) 3" \
	"$(issued) $(wc -l <tries)"
exits 0 certcycle run
same 'and not once more' 3 "$(wc -l <tries)"
rm etc/hooks/post-renew.d/70-reload

# a shipped hook, overridden and masked
hook verify.d/20-connect <<'X'
printf 'mine\n' >>overridden
X
ln -s /dev/null etc/hooks/verify.d/10-pair
exits 0 certcycle run --force
same 'the user'\''s hook ran in its place' mine "$(cat overridden)"
exits 0 certcycle hooks verify
prints '^  10-pair +masked '
prints '^  20-connect +runs .*/etc/hooks/'
prints '^ +in the place of .*/libexec/hooks/verify.d/20-connect'
exits 0 certcycle hooks
for event in pre-renew verify post-renew failed once issuer; do
	prints "^$event:"
done
rm -r etc/hooks/verify.d

# --- the lock ---
mkdir -p run
# while_locked COMMAND...: another process holds the lock meanwhile
while_locked() {
	lock-run "$T/run/default.lock" sh -c '"$@"; exit $?' sh "$@"
}
exits 79 while_locked certcycle run --force
says 'held by process [0-9]+'
exits 79 while_locked certcycle renew
exits 79 while_locked certcycle enroll --force
exits 79 while_locked certcycle rollback
exits 79 while_locked certcycle recover
exits 79 while_locked certcycle promote --hooks-only
exits 64 certcycle recover all
exits 64 certcycle renew --re-key
exits 0 while_locked certcycle run

# --- no network, no disk ---
sandbox stop --keep
refused 69 certcycle run --force
exits 0 certcycle run
refused 70 certcycle -o state.path=/proc/self -o "state.run_path=$T/run" \
	run --force

done_testing
