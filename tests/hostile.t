#!/bin/sh
# Issuers and hooks that misbehave: the run ends with the right code and says
# why, in bounded time; the active pair stays, and nothing is left over.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # ok and exits call the functions; tap.sh
# shellcheck disable=SC2010 # ls says where a link leads
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl
enrolled_device
cp -p "$cert" good.pem
cp -p "$key" good.key
mkdir cell
# what takes no longer has time enough, on a busy machine too
issuer_limit=60s hook_limit=60s
# who signs is in reach of these issuers
sign='cert-sign --ca-cert "$CERTCYCLE_CONFIG_DIR/../sandbox/ca.pem" \
	--ca-key "$CERTCYCLE_CONFIG_DIR/../sandbox/ca.key"'
request='csr-gen --key "$CERTCYCLE_KEY" --from "$CERTCYCLE_CERT"'

left() {
	ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -F " -> $T/cell"
}
nobody_left() {
	! left >/dev/null
}
# unharmed: the active pair is as it was; no candidate, nothing temporary
unharmed() {
	cmp "$cert" good.pem && cmp "$key" good.key && [ ! -e "$cert.new" ] &&
		[ -z "$(find device state run -name '*.tmp')" ]
}
# run_with OPTION...: a run that has something to do
run_with() (
	cd cell && exec certcycle -o issuer.timeout="$issuer_limit" \
		-o hooks.timeout="$hook_limit" -o c8y.verify_via=none "$@" \
		run --force
)
# issuer CODE PATTERN: the rest of standard input as one; a run with it ends so
issuer() {
	due=$1 said=$2
	hook issuer/odd
	within 60 exits "$due" run_with -o issuer=odd
	says "$said"
	ok 'the pair is as it was' unharmed
	ok 'nobody is left' until_true nobody_left
}
# ends CODE PATTERN EVENT: the same of a hook of that event, behind a good issuer
ends() {
	due=$1 said=$2 file=$3.d/60-odd
	hook "$file"
	within 60 exits "$due" run_with
	says "$said"
	ok 'nobody is left' until_true nobody_left
	rm "etc/hooks/$file"
}

# --- issuers: what they print ---
issuer 65 'issuer odd: what it printed is no certificate' <<'X'
exit 0
X
issuer 65 'issuer odd: what it printed is no certificate' <<'X'
exec >&-
X
issuer 65 'issuer odd: what it printed is no certificate' <<'X'
head -c 100000 /dev/urandom
X
issuer 65 'issuer odd: what it printed is no certificate' <<'X'
printf '%s\n' '-----BEGIN CERTIFICATE-----' 'AAAA' '-----END CERTIFICATE-----'
X
issuer 70 'issuer/odd: printed over 16777216 bytes' <<'X'
[ "$1" = issue ] && exec yes
X
issuer 70 'issuer/odd: printed over 16777216 bytes' <<'X'
head -c 100000000 /dev/zero
X
issuer 70 'issuer/odd: printed over 16777216 bytes' <<'X'
[ "$1" = issue ] && exec yes >&2
X
issuer 76 'not for the key in' <<X
csr-gen --key other.key --new-key ec-p256 --from "\$CERTCYCLE_CERT" | $sign
rm -f other.key
X
issuer 76 'another subject' <<X
csr-gen --key "\$CERTCYCLE_KEY" --cn somebody | $sign
X
issuer 76 'does not run longer' <<X
$request | $sign --duration 1h
X
issuer 76 'chain|not trusted|issuer' <<X
$request | cert-sign --self-signed --key "\$CERTCYCLE_KEY" --duration 900d
X

# --- how they end ---
issuer_limit=2s
issuer 70 'issuer/odd: not done within 2 s' <<'X'
[ "$1" = issue ] && exec sleep 30
X
issuer 70 'issuer/odd: not done within 2 s' <<'X'
trap '' TERM
sleep 30 & sleep 30
X
issuer_limit=60s
for signal in KILL SEGV PIPE; do
	issuer 70 'issuer/odd: ended by signal' <<-X
	kill -s $signal \$\$
	X
done
for code in 1 2 126 127 200 255; do
	issuer 70 "issuer/odd: exit code $code\$" <<-X
	exit $code
	X
done
issuer 70 'issuer/odd: exit code 12[67].*/no/such/program' <<'X'
exec /no/such/program
X
# what it says then is there
issuer 77 'no device of that name' <<'X'
printf 'odd: no device of that name\n' >&2
exit 77
X
# no more than a number is a time to wait
issuer 75 'failed: exit code 75' <<'X'
head -c 1000000 /dev/zero | tr '\0' 9
exit 75
X
same 'it is no time to wait' '' "$(grep 999999 state/state)"

# --- one that leaves somebody with its pipe, or writes where it should not ---
hook issuer/odd <<X
[ "\$1" = issue ] || exit 0
sleep 30 &
echo \$! >sleeper
$request | $sign --duration 900d
X
within 60 exits 0 run_with -o issuer=odd
kill "$(cat cell/sleeper)"
cp -p good.pem "$cert"
issuer 77 'changed its mind' <<'X'
for file in "$CERTCYCLE_CANDIDATE" "$CERTCYCLE_CANDIDATE.tmp" "$CERTCYCLE_KEY.tmp" \
	"$CERTCYCLE_CERT.tmp"; do
	echo garbage >"$file"
done
rm -f "$CERTCYCLE_CANDIDATE"
echo 'odd: changed its mind' >&2
exit 77
X
# a candidate that it puts there itself is judged as any other
hook issuer/odd <<'X'
echo garbage >"$CERTCYCLE_CANDIDATE"
exit 77
X
exits 77 run_with -o issuer=odd
ok 'the pair is as it was' cmp "$cert" good.pem
exits 76 run_with
ok 'the pair is as it was' unharmed
rm etc/hooks/issuer/odd

# --- hooks that flood, hang, die; the candidate is kept where nothing was said
# of it ---
for event in pre-renew verify; do
	ends 70 "$event.d/60-odd: printed over 16777216 bytes" $event <<-'X'
	exec yes
	X
	hook_limit=4s
	ends 70 "$event.d/60-odd: not done within 4 s" $event <<-'X'
	exec sleep 30
	X
	hook_limit=60s
	ends 70 "$event.d/60-odd: ended by signal 9" $event <<-'X'
	kill -s KILL $$
	X
	ok 'the pair is as it was' cmp "$cert" good.pem
done
# one long line that says no is told, and kept in bounds
ends 77 '^certcycle: renew of .* failed: exit code 77' verify <<'X'
head -c 3000000 /dev/zero | tr '\0' a
exit 77
X
ok 'the history is in bounds' [ "$(wc -c <state/history)" -le 262144 ]
ok 'so is the state' [ "$(wc -c <state/state)" -le 8192 ]
exits 0 run_with
ends 70 'post-renew.d/60-odd: printed over 16777216 bytes' post-renew <<'X'
exec yes
X
ok 'the hooks are owed' [ -e state/post-renew.pending ]
exits 0 run_with
ok 'and were run' [ ! -e state/post-renew.pending ]
# those that cannot change the outcome do not
hook pre-renew.d/50-no <<'X'
echo 'no: not now' >&2
exit 75
X
hook_limit=4s
ends 75 'failed.d/60-odd: not done within 4 s' failed <<'X'
exec sleep 30
X
hook_limit=60s
ends 75 'failed.d/60-odd: ended by signal 9' failed <<'X'
kill -s KILL $$
X
ends 75 'not now' failed <<'X'
sleep 30 >/dev/null 2>&1 &
echo $! >sleeper
kill $!
X
rm etc/hooks/pre-renew.d/50-no
exits 0 run_with
exits 0 cert-check --valid --match "$key" "$cert"
done_testing
