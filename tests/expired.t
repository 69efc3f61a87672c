#!/bin/sh
# A certificate that has expired, or is gone: tried once more, then enrolled
# anew, or somebody is told what to do; and many runs at once.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
# shellcheck disable=SC2086 # options, a word each
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device
hook failed.d/50-note <<'X'
printf '%s\n' "$CERTCYCLE_OUTCOME" >>"$CERTCYCLE_CONFIG_DIR/../failed"
X
# expire: the active certificate is another one of the same authority, long over
expire() {
	csr-gen --key "$key" --from "$cert" |
		cert-sign --ca-cert "$T/sandbox/ca.pem" \
			--ca-key "$T/sandbox/ca.key" --not-before 2024-01-01 \
			--not-after 2025-01-01 >"$cert.aged"
	mv -f "$cert.aged" "$cert"
}
# calls: how often the tenant was called at all
calls() {
	grep -c 'POST' "$T/sandbox/server.log"
}

# --- it is tried, once ---
expire
exits 0 certcycle run --dry-run
prints '^default: expired: would$'
count=$(calls)
exits 77 certcycle run
grep -q 'dev1.pem: expired, and not to be renewed: .*certcycle enroll --force' err
result $? 'it says what to do'
ok 'the tenant was asked' [ "$(calls)" -gt "$count" ]
same 'the failed hooks saw it once' 77 "$(cat failed)"
count=$(calls)
exits 77 certcycle run
same 'and never again' "$count" "$(calls)"
exits 0 certcycle run --dry-run
prints 'run the failed hook'
exits 0 certcycle run --dry-run --force
prints 'ask the issuer'
exits 77 certcycle run --force
ok 'but by force' [ "$(calls)" -gt "$count" ]
same 'it is noted' '77 issue' "$(noted result) $(noted step)"

# --- enrolled anew, as soon as somebody has registered it ---
enroll='-o renewal.expired=enroll'
code=0
certcycle $enroll run >out 2>err || code=$?
ok "the one-time password is spent: $code" [ "$code" = 75 ]
same 'enrol was noted' 'enroll enroll' "$(noted reason) $(noted step)"
sandbox register dev1 otp >/dev/null
exits 0 certcycle $enroll run
exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"
same 'all is well' '0 0' "$(noted result) $(noted failures)"
# at once, where the renewal is refused
expire
sandbox register dev1 otp >/dev/null
exits 0 certcycle $enroll run
exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"

# a failure of the network is no try
expire
port=$("$libexec/sandbox-admin" free-port)
down="-o c8y.http=localhost:$port -o c8y.mtls=localhost:$port
	-o c8y.mqtt=localhost:$port"
exits 69 certcycle $down run
same 'it was not tried' '' "$(noted tried)"
sandbox register dev1 otp >/dev/null
exits 0 certcycle $enroll run

# --- it is not there ---
exits 0 certcycle run --force
mv "$cert" away
exits 65 certcycle run
grep -q 'there is no certificate: certcycle rollback brings back the former' err
result $? 'it says that there is a way back'
exits 0 certcycle rollback
exits 0 cert-check --valid --match "$key" "$cert"
rm -f "$cert" "$cert.old"
exits 65 certcycle run
grep -q 'there is no certificate: certcycle enroll gets one' err
result $? 'or what else to do'
sandbox register dev1 otp >/dev/null
exits 0 certcycle $enroll run
exits 0 cert-check --valid --match "$key" "$cert"

# --- it cannot be read ---
cp "$cert" kept
printf 'no certificate\n' >"$cert"
rm -f failed
exits 65 certcycle run
same 'the failed hooks saw it' 65 "$(cat failed)"
ln -sf "${cert##*/}" "$cert"
exits 71 certcycle run
rm "$cert"
cp kept "$cert"
exits 0 certcycle run

# --- fifty at once ---
hook post-renew.d/60-slow <<'X'
sleep 1
X
age 10d
count=$(issued)
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
	for half in a b; do
		{
			code=0
			certcycle run 2>"err.$n$half" || code=$?
			printf '%s\n' "$code" >"code.$n$half"
		} &
	done
done
wait
same 'one of fifty issues' $((count + 1)) "$(issued)"
same 'the others end with 79 or 0' '' \
	"$(cat code.* | grep -vx -e 0 -e 79 | tr '\n' ' ')"
ok 'and some were in time to wait' grep -qx 79 code.*
exits 0 cert-check --valid --match "$key" "$cert"
exits 0 certcycle run
done_testing
