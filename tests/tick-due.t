#!/bin/sh
# tick-due: each reason to do something, at the very second where it begins; what
# a pause silences and what not; many profiles, some of them bad.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
from=1735689600  # 2025-01-01 00:00:00
until=1744329600 # 2025-04-11 00:00:00, 100 days later
day=86400

# certificate NAME [CN]: NAME.pem and NAME.key, valid for these days
certificate() {
	csr-gen --key "$1.key" --new-key ec-p256 --cn "${2:-$1}" |
		cert-sign --self-signed --key "$1.key" \
			--not-before 2025-01-01T00:00:00Z \
			--not-after 2025-04-11T00:00:00Z >"$1.pem"
}
certificate default
cat >etc/certcycle.conf <<EOF
[device]
cert_path = $T/%p.pem
key_path = $T/%p.key
csr_path = $T/%p.csr
[certificate]
validity.minimum_duration = 10d
[renewal]
spread = 0
[state]
path = $T/state/%p
EOF

introduces tick-due --config-dir --profile --at --all --force --alone
misused tick-due --at soon
says '^tick-due: --at: soon: not a number of seconds since 1970$'
misused tick-due --at -1
misused tick-due --at 1000000000001
misused tick-due --at 9223372036854775807
misused tick-due --all default
misused tick-due --profile default default
misused tick-due --all --profile default
misused tick-due --config-dir ''

# at SECONDS [ARGUMENT...]: tick-due as of then
at() {
	seconds=$1
	shift
	tick-due --at "$seconds" "$@"
}
# because WHY: the only line is that of the profile default
because() {
	same "because: $1" "default	$1" "$(cat out)"
}
# note [ARGUMENT...]: how a run ended
note() {
	tick-note "$@"
}

# --- one profile: what the certificate says ---
exits 1 at $((until - 10 * day - 1))
same 'nothing to do is no news' '' "$(cat out err)"
exits 0 at $((until - 10 * day))
because due
same 'and nothing on standard error' '' "$(cat err)"
exits 0 at $until
because due
exits 0 at $((until + 1))
because expired
exits 1 at $((from - 300))
fails 80 'default.pem: not valid yet: the clock is behind$' at $((from - 301))
exits 1 test -e state
# the configuration's share, as cert-check has it
spread() {
	at "$1" 2>/dev/null
}
export CERTCYCLE_RENEWAL_SPREAD=20d
first=$((until - 30 * day)) last=$((until - 10 * day))
while [ $((last - first)) -gt 1 ]; do
	middle=$((first + (last - first) / 2))
	if spread "$middle" >out; then last=$middle; else first=$middle; fi
done
exits 0 cert-check --due 10d --spread 20d --at "$last" default.pem
exits 1 cert-check --due 10d --spread 20d --at "$first" default.pem
ok 'a share by device' [ "$last" -lt $((until - 10 * day)) ]
unset CERTCYCLE_RENEWAL_SPREAD
exits 0 env CERTCYCLE_SETTINGS='certificate.validity.minimum_duration=99%' \
	tick-due --at $((from + day))
because due

# --- what waits comes first, in this order ---
now=$((from + day))
mkdir -p state/default
: >state/default/post-renew.pending
exits 0 at $now
because hooks
exits 0 at $now --force
because forced
exits 0 at "$until"
because due
: >default.pem.new
exits 0 at $now
because candidate
: >default.pem.journal
exits 0 at $now
because recover
exits 0 at $now --force
because recover
rm default.pem.new default.pem.journal
exits 0 at 0
because hooks
rm state/default/post-renew.pending

# --- what cannot be read, or is not there ---
mv default.pem away
exits 0 at $now
because missing
printf 'garbage\n' >default.pem
exits 0 at $now
because trouble
says '^tick-due: .*default.pem: not a certificate$'
: >default.pem
exits 0 at $now
because trouble
rm default.pem
ln -s nowhere default.pem
exits 0 at $now
because trouble
rm default.pem
cp away default.pem
if [ "$(id -u)" != 0 ]; then
	chmod 0 default.pem
	exits 0 at $now
	because trouble
	says 'default.pem: Permission denied$'
	chmod 644 default.pem
fi

# --- a pause silences some ---
late=$((until - day))
exits 0 note --result 69 --step issue --at $late
next=$(sed -n 's/^next=//p' state/default/state)
ok 'a pause is noted' [ "$next" -gt $late ]
exits 1 at $((next - 1))
same 'silent' '' "$(cat out err)"
exits 1 at $((next - 1)) --verbose
says '^tick-due: default: next try in 1 s$'
exits 0 at "$next"
because due
exits 0 at $((next - 1)) --force
because due
for file in default.pem.new default.pem.journal \
	state/default/post-renew.pending; do
	: >"$file"
	exits 0 at $((next - 1))
	rm "$file"
done
# pauses [WHY]: within the pause there is nothing to do, behind it there is
pauses() {
	exits 1 at $((next - 1))
	same 'silent' '' "$(cat out err)"
	exits 0 at "$next"
	because "$1"
}
rm default.pem
pauses missing
printf 'garbage\n' >default.pem
pauses trouble
cp away default.pem
exits 0 note --result 77 --step issue --at $((until + 1))
next=$(sed -n 's/^next=//p' state/default/state)
pauses expired
exits 0 note --result 77 --step issue --tried --at $((until + 1))
next=$(sed -n 's/^next=//p' state/default/state)
pauses expired-tried
exits 1 at $now
exits 0 at $now --force
because forced
# a note of the future is one of a clock that was wrong
exits 0 note --result 77 --step issue --at $((late + day))
exits 0 at $((late))
because due
exits 1 at $((late + day - 300))
# a state that is damaged is none
printf 'version=1\nnext=99999999999\nx' >state/default/state
exits 0 at $late
because due
says '^tick-due: .*state/default/state: damaged; counts as not there$'
exits 1 at $now
same 'the state of an idle profile is not even read' '' "$(cat out err)"
rm state/default/state
mkdir state/default/state
fails 71 'state/default/state: Is a directory$' at $late
rmdir state/default/state
ln -s loop loop
fails 71 'loop/post-renew.pending: Too many' \
	env CERTCYCLE_STATE_PATH="$T/loop" tick-due --at $now

# --- several profiles ---
mkdir etc/conf.d
: >etc/conf.d/a.conf
: >etc/conf.d/b.conf
: >etc/conf.d/C.conf
certificate a
certificate b
exits 0 at $now --all
same 'sorted by name' "$(printf 'C\tmissing')" "$(cat out)"
exits 0 at $late --all
same 'all of them' "$(printf 'C\tmissing\na\tdue\nb\tdue\ndefault\tdue')" \
	"$(cat out)"
exits 0 at $late b a b
same 'those that are named, once' "$(printf 'a\tdue\nb\tdue')" "$(cat out)"
exits 0 at $late --profile a
same 'one by option' "$(printf 'a\tdue')" "$(cat out)"
exits 0 env CERTCYCLE_PROFILE=b tick-due --at $late
same 'one by environment' "$(printf 'b\tdue')" "$(cat out)"
exits 1 at $now a b default
exits 0 at $now --force a b
same 'forced, all of them' "$(printf 'a\tforced\nb\tforced')" "$(cat out)"
exits 0 note --result 69 --step issue --at $late a
exits 0 at $((late + 1)) --all
same 'the pause is that of one' \
	"$(printf 'C\tmissing\nb\tdue\ndefault\tdue')" "$(cat out)"
exits 0 tick-due --config-dir "$T/etc" --at $late b
fails 78 'nosuch: no such profile' at $late nosuch
fails 78 'not a profile.s name' at $late ../a

# --- one that is bad does not stop the rest ---
printf 'device = yes\n' >etc/conf.d/a.conf
exits 78 at $late --all
same 'the rest is listed' \
	"$(printf 'C\tmissing\nb\tdue\ndefault\tdue')" "$(cat out)"
says 'conf.d/a.conf:1: device: no such key$'
fails 78 'conf.d/a.conf:1: ' at $late a
exits 78 at $now --all --force
printf '[device]\ncert_path = %s/./b.pem\n' "$T" >etc/conf.d/a.conf
exits 78 at $late --all
same 'two with the same file are left out' \
	"$(printf 'C\tmissing\ndefault\tdue')" "$(cat out)"
ok 'and both are told' [ "$(grep -c 'shared with' err)" = 2 ]
exits 0 at $late b default
fails 78 'shared with' at $late b
exits 0 at $late --alone b
same 'one is not held against the others' "$(printf 'b\tdue')" "$(cat out)"
: >etc/conf.d/a.conf
rm -r state/a
printf '# \n' >"etc/conf.d/bad name.conf"
exits 78 at $late --all
same 'a file with a wrong name stops nobody' \
	"$(printf 'C\tmissing\na\tdue\nb\tdue\ndefault\tdue')" "$(cat out)"
rm "etc/conf.d/bad name.conf"
exits 80 at $((from - 301)) a C
same 'a clock that is behind stops nobody' "$(printf 'C\tmissing')" \
	"$(cat out)"
mkdir -p state/b/state
exits 71 at $late a b
same 'nor a state that cannot be read' "$(printf 'a\tdue')" "$(cat out)"
rm -r state/b
printf 'x\n' >etc/certcycle.conf
fails 78 'certcycle.conf:1: ' at $late --all
exits 71 to_full env CERTCYCLE_DEVICE_CERT_PATH="$T/b.pem" \
	tick-due --config-dir "$T/none" --at $late

# --- a clock that was never set ---
at_1999() {
	faketime '1999-01-01 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! at_1999 tick-due --version >out 2>err; then
	skip 'a clock that was never set' 'faketime cannot start a build with sanitizers'
else
	exits 80 at_1999 tick-due
	says '^tick-due: the clock says a time before this program was built$'
fi
done_testing
