#!/bin/sh
# What a tick does when things go wrong around it, and when they go right again:
# the network, the broker, the clock, the hooks, a signal.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
# shellcheck disable=SC2086 # options, a word each
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device
hook failed.d/50-note <<'X'
printf '%s %s\n' "$1" "$CERTCYCLE_OUTCOME" >>failed
X
hook post-renew.d/60-note <<'X'
printf '%s\n' "$CERTCYCLE_REASON" >>"$CERTCYCLE_STATE_DIR/../renewed"
X
rm -f renewed

# --- the network is down for three ticks ---
age 10d
count=$(issued)
sandbox stop --keep
for _ in 1 2 3; do
	exits 69 certcycle run
done
same 'three failures are known' '3 69 issue' \
	"$(noted failures) $(noted result) $(noted step)"
same 'and why' 1 "$(noted why | grep -c 'onnect')"
exits 1 test -e "$cert.new"
sandbox start >"$T/out"
cat "$T/sandbox/certcycle.conf" >etc/again
sed -n '/^\[device\]/,$p' etc/certcycle.conf >>etc/again
mv etc/again etc/certcycle.conf
exits 0 certcycle run
exits 0 certcycle run
same 'one certificate was issued, not four' $((count + 1)) "$(issued)"
same 'all is well again' '0 0 post-renew 0' \
	"$(noted result) $(noted failures) $(noted step) $(noted next)"
same 'and those who use it were told once' renew "$(cat renewed)"

# --- after a failure the issuer is left alone ---
age 10d
pause='-o renewal.retry.initial_interval=10m -o renewal.retry.maximum_interval=1d'
sandbox fault error
exits 69 certcycle $pause run
count=$(asked)
rm -f failed
exits 0 certcycle $pause run
exits 0 certcycle $pause run
same 'nobody was asked' "$count" "$(asked)"
exits 1 test -e failed
exits 0 certcycle $pause run --dry-run
prints '^default: nothing to do: after a failure, the next try is in [0-9]+ s$'
exits 0 certcycle $pause run --force
same 'but by force' $((count + 1)) "$(asked)"
same 'the pause is over' 0 "$(noted next)"
age 10d
sandbox fault busy
exits 75 certcycle run
next=$(noted next)
ok 'what the server asked for counts, though we would not wait' \
	[ "$next" -gt "$(noted at)" ]
exits 0 certcycle run --force

# --- the network fails behind the issuer: the candidate is kept ---
age 10d
count=$(asked)
hook verify.d/30-down <<'X'
exit 69
X
exits 69 certcycle $pause run
ok 'the candidate is there' [ -s "$cert.new" ]
exits 69 certcycle $pause run
rm etc/hooks/verify.d/30-down
exits 0 certcycle $pause run
same 'it waits for no pause, and is not asked for again' $((count + 1)) "$(asked)"
exits 1 test -e "$cert.new"

# --- a hook that fails twice ---
age 10d
count=$(issued)
: >tries
rm -f failed
hook post-renew.d/70-reload <<'X'
echo tried >>"$CERTCYCLE_STATE_DIR/../tries"
[ "$(wc -l <"$CERTCYCLE_STATE_DIR/../tries")" -ge 3 ]
X
rm -f renewed
exits 70 certcycle $pause run
same 'the certificate is active' $((count + 1)) "$(issued)"
before=$(serial)
same 'how far it came' '70 post-renew' "$(noted result) $(noted step)"
exits 70 certcycle $pause run
exits 0 certcycle $pause run
exits 0 certcycle $pause run
same 'issued once, promoted once, while the hook ran three times' \
	"$((count + 1)) $before 3" "$(issued) $(serial) $(wc -l <tries)"
same 'the failed hooks saw both' 'failed 70 failed 70' \
	"$(tr '\n' ' ' <failed | sed 's/ $//')"

# a hook that fails for ever keeps no certificate from being renewed
hook post-renew.d/70-reload <<'X'
exit 1
X
age 10d
exits 70 certcycle run
age 10d
count=$(issued)
exits 70 certcycle run
same 'due comes before hooks that are owed' $((count + 1)) "$(issued)"
rm etc/hooks/post-renew.d/70-reload
exits 0 certcycle run

# --- a signal ---
# sends NUMBER NAME: a run in its middle gets the signal
sends() {
	rm -f failed begun
	hook verify.d/30-slow <<-'X'
	echo $$ >"$CERTCYCLE_STATE_DIR/../begun"
	while :; do sleep 1; done
	X
	certcycle run --force >out 2>err &
	run=$!
	until_true [ -s begun ]
	sent=$(date +%s)
	kill -"$2" "$run"
	wait "$run"
	same "SIG$2 ends it" $((128 + $1)) $?
	ok 'at once' [ $(($(date +%s) - sent)) -le 10 ]
	same 'the failed hooks saw it' "failed $((128 + $1))" "$(cat failed 2>&1)"
	ok 'no child is left' gone "$(cat begun)"
	same 'no temporary file' '' "$(find "$T/state" "$device" -name '*.tmp')"
	same 'it is noted' "$((128 + $1)) verify" "$(noted result) $(noted step)"
	rm etc/hooks/verify.d/30-slow
}
gone() {
	! kill -0 "$1" 2>/dev/null
}
sends 15 TERM
sends 1 HUP
exits 0 certcycle run

# --- cut off, and cleaned up after ---
exits 0 certcycle recover
same 'nothing was to do' '' "$(cat err)"
hook verify.d/30-slow <<'X'
echo $$ >"$CERTCYCLE_STATE_DIR/../begun"
exec sleep 60
X
rm -f begun
setsid certcycle run --force >out 2>err &
run=$!
until_true [ -s begun ]
kill -9 -"$run"
wait "$run" 2>/dev/null
kill "$(cat begun)"
: >"$cert.new.tmp"
rm etc/hooks/verify.d/30-slow
exits 0 certcycle recover
says 'certcycle recover: the last run was cut off$'
same 'it is noted' '137 verify' "$(noted result) $(noted step)"
exits 1 test -e "$cert.new.tmp"
exits 0 certcycle run
exits 1 test -e "$cert.new"

# --- a clock that was never set ---
long_ago() {
	faketime '1970-01-02 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! long_ago true 2>err || ! long_ago cert-check --help >out 2>err; then
	skip 'a clock that was never set' 'faketime cannot start this build'
else
	age 10d
	rm -f failed
	cp -Rp state before
	exits 80 long_ago certcycle run
	exits 1 test -e failed
	same 'nothing is decided, and nothing written' '' "$(diff -r before state)"
fi
done_testing
