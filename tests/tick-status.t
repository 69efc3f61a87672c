#!/bin/sh
# tick-status: how a certificate is, in words, for a monitor and for machines; at
# the very second where the level changes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
from=1735689600  # 2025-01-01 00:00:00
until=1744329600 # 2025-04-11 00:00:00, 100 days later
day=86400

# certificate NAME: NAME.pem and NAME.key, valid for these days
certificate() {
	csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" |
		cert-sign --self-signed --key "$1.key" --serial 0a0b0c \
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
validity.minimum_duration = 30d
[renewal]
spread = 0
[state]
path = $T/state/%p
EOF

introduces tick-status --json --nagios --metrics --history --output \
	--config-dir --profile --at --all
misused tick-status --json --nagios
says '^tick-status: --json, --nagios, --metrics or --history, one of them$'
misused tick-status --nagios --bad
misused tick-status --all default

# at SECONDS [ARGUMENT...]: tick-status as of then
at() {
	seconds=$1
	shift
	tick-status --at "$seconds" "$@"
}
# level CODE SECONDS PATTERN: as Nagios sees it, and as people do
level() {
	exits "$1" at "$2" --nagios
	prints "^CERTCYCLE $3 \\|"
	same 'one line' 1 "$(wc -l <out)"
	case $1 in
	0) exits 0 at "$2" ;;
	3) ;;
	*)
		exits 1 at "$2"
		prints "^Attention: +${3#*default: }\$"
		;;
	esac
}

exits 78 tick-status none
says '^tick-status: none: no such profile: '

# --- nothing happened yet ---
now=$((from + 10 * day))
exits 0 at $now
same 'in words' "Profile:       default
Certificate:   $T/default.pem
Status:        VALID (expires in: 90d)
Due:           Wed, 12 Mar 2025 00:00:00 +0000 (in 60d)
Last run:      none" "$(cat out)"
same 'and nothing on standard error' '' "$(cat err)"
exits 1 test -e state
level 0 $now 'OK - default: VALID \(expires in: 90d\)'
exits 0 at $now --nagios
same 'performance data' \
	' default_expires_in=7776000s;2592000:;864000: default_failures=0' \
	"$(sed 's/.*|//' out)"
exits 0 at $now --history
silent

# --- due, expired, not there ---
due=$((until - 30 * day))
level 0 $((due - 1)) 'OK - default: VALID \(expires in: 30d 1s\)'
level 0 $due 'OK - default: EXPIRES SOON \(expires in: 30d\)'
level 0 $((due + 2 * day)) 'OK - default: EXPIRES SOON .*'
level 1 $((due + 2 * day + 1)) \
	'WARNING - default: due, and no run has tried, since 2d 1s'
level 1 $((until - 10 * day)) 'WARNING - default: due, and no run .*'
level 2 $((until - 10 * day + 1)) 'CRITICAL - default: due, and no run .*'
level 2 $((until + 60)) 'CRITICAL - default: expired since 1m'
exits 1 at $((until + 60))
prints '^Status: +EXPIRED \(since: 1m\)$'
level 3 $((from - 301)) \
	'UNKNOWN - default: the certificate is not valid yet: the clock is behind'
exits 80 at $((from - 301))
prints '^Attention: +the certificate is not valid yet'
says '^tick-status: default: the certificate is not valid yet: the clock'
mv default.pem away
level 2 $now 'CRITICAL - default: no certificate'
exits 1 at $now
prints '^Status: +MISSING$'
printf 'x\n' >default.pem
level 2 $now 'CRITICAL - default: .*default.pem: not a certificate'
exits 1 at $now
prints '^Status: +UNREADABLE$'
cp default.pem 'a|b.pem'
exits 2 env CERTCYCLE_DEVICE_CERT_PATH="$T/a|b.pem" tick-status --nagios
prints '^CERTCYCLE CRITICAL - default: .*a/b.pem: not a certificate \| default'
mv away default.pem

# --- what is pending ---
mkdir -p state/default
: >state/default/reply
exits 0 at $now
prints '^Pending: +an answer of the server.s is kept$'
: >state/default/post-renew.pending
level 1 $now 'WARNING - default: post-renew hooks are owed'
exits 1 at $now
prints '^Pending: +post-renew hooks$'
: >default.pem.journal
level 1 $now 'WARNING - default: a change of files was interrupted, post-renew hooks are owed'
rm default.pem.journal state/default/post-renew.pending state/default/reply
: >default.pem.new
touch -d @$now default.pem.new
level 0 $((now + 3600)) 'OK - .*'
exits 0 at $((now + 60))
prints '^Pending: +a candidate of Sat, 11 Jan 2025 00:00:00 \+0000 \(1m ago\)$'
level 1 $((now + 3601)) 'WARNING - default: a candidate waits since 1h 1s'
exits 1 at $((now + 3601)) --nagios
exits 0 at $((now + 3601)) --json
prints "\"candidate_since\": $now"
rm default.pem.new

# --- what happened ---
# note [ARGUMENT...]: how a run ended
note() {
	tick-note "$@"
}
printf 'est-post: a|b: no answer\n' >said
note --result=69 --step=issue --why-file=said --at $((due - 10))
level 0 $((due - 1)) 'OK - .*'
level 1 $due 'WARNING - default: renewal fails since 10s'
level 1 $((until - 10 * day)) 'WARNING - default: renewal fails since 20d 10s'
level 2 $((until - 10 * day + 1)) 'CRITICAL - default: renewal fails .*'
note --result=69 --step=issue --why-file=said --at $due
exits 1 at $due
prints '^Last run: +Wed, 12 Mar 2025 00:00:00 \+0000 \(0s ago\)$'
prints '^Last result: +69 NONET \(no answer from the server\), renew at issue, 2 failures in a row$'
prints '^Why: +est-post: a\|b: no answer$'
prints '^Next try: +Wed, 12 Mar 2025 00:2.:.. \+0000 \(in 2[0-5]m( .*)?s?\)$'
note --result=77 --step=issue --why-file=said --at $due
level 2 $due 'CRITICAL - default: renewal is refused since 0s'
exits 0 at $due --json
cp out status.json
exits 0 at $due --metrics
cp out status.prom
note --result=0 --step=post-renew --at $now
level 0 $now 'OK - .*'
exits 0 at $((now + 1))
prints '^Last result: +0 YES \(done\), renew at post-renew$'
prints '^Last success: +Sat, 11 Jan 2025 00:00:00 \+0000 \(1s ago\)$'
exits 0 at $now --history
same 'what happened, line by line' "$(cat state/default/history)" "$(cat out)"
same 'which is three things' 3 "$(wc -l <out)"
cp state/default/history history
printf 'torn\0\033[31m\n2025-01-11T00:00:00Z\trenew\tissue\t0\t\t\n' \
	>>state/default/history
exits 0 at $now --history
same 'what a power cut has torn hides nothing' \
	'torn\x00\x1b[31m|2025-01-11T00:00:00Z	renew	issue	0		' \
	"$(tail -n 2 out | tr '\n' '|' | sed 's/|$//')"
mv history state/default/history
printf 'version=1\nresult=200\nfailures=1\n' >state/default/state
exits 0 at $now
prints '^Last result: +200 +\(\), *'

# --- JSON ---
# has FILTER: jq finds it so
has() {
	ok "JSON: $(printf '%s' "$1" | tr -d '\n')" \
		jq -e "$1" status.json
}
if command -v jq >/dev/null; then
	has '.version == 1 and (.profiles | length) == 1'
	has '.profiles[0] | .profile == "default" and .level == "critical"'
	has '.profiles[0].problem == "renewal is refused since 0s"'
	has ".profiles[0].path == \"$T/default.pem\""
	has ".profiles[0].certificate == {subject: \"CN=default\",
		serial: \"a0b0c\", status: \"expires-soon\", not_before: $from,
		not_after: $until, expires_in: 2592000, due_from: $due, due: true}"
	has '.profiles[0].trouble == null'
	has '.profiles[0].pending == {recover: false, candidate: false,
		candidate_since: null, hooks: false, reply: false}'
	has ".profiles[0].last == {result: 77, name: \"REFUSED\",
		reason: \"renew\", step: \"issue\", time: $due, since: $due,
		why: \"est-post: a|b: no answer\"}"
	has ".profiles[0] | .failures == 3 and .last_success == null and
		.next_attempt > $due"
	has '[.profiles[0] | keys[]] - ["profile", "level", "problem", "path",
		"certificate", "trouble", "pending", "last", "failures",
		"last_success", "next_attempt"] == []'
else
	skip 'JSON' 'jq is not installed'
fi

# a failure noted by a clock that ran ahead: nobody waits for it
cp state/default/state kept
printf '%s\n' version=1 result=69 reason=renew step=issue failures=1 \
	"at=$now" "next=$((now + day))" >state/default/state
exits 0 at $now
prints '^Next try: '
exits 0 at $((now - 2 * day))
cp out earlier
exits 1 grep "^Next try" earlier
mv kept state/default/state

# --- metrics ---
same 'metrics' "certcycle_certificate_not_after_seconds{profile=\"default\"} $until
certcycle_certificate_not_before_seconds{profile=\"default\"} $from
certcycle_certificate_parse_ok{profile=\"default\"} 1
certcycle_failures{profile=\"default\"} 3
certcycle_last_attempt_timestamp_seconds{profile=\"default\"} $due
certcycle_last_result{profile=\"default\"} 77" \
	"$(grep -vE '^#|next_attempt' status.prom)"
ok 'and the next try' grep -q 'next_attempt_timestamp_seconds{.*} 17[0-9]*$' \
	status.prom
# promtool says what is no metric, or has no good name
if command -v promtool >/dev/null; then
	ok 'promtool finds them good' promtool check metrics <status.prom
	same 'and says nothing' '' "$(cat out err)"
else
	skip 'promtool check metrics' 'promtool is not installed'
fi

# --- several profiles ---
mkdir etc/conf.d
: >etc/conf.d/a.conf
: >etc/conf.d/b.conf
certificate a
rm -r state
exits 1 at $now --all
same 'a block for each' 'a b default' \
	"$(sed -n 's/^Profile: *//p' out | tr '\n' ' ' | sed 's/ $//')"
same 'apart by empty lines' 2 "$(grep -c '^$' out)"
exits 0 at $now a default
exits 1 at $now b
exits 0 at $now --profile a
prints '^Profile: +a$'
exits 0 env CERTCYCLE_PROFILE=a tick-status --config-dir "$T/etc" --at $now
prints '^Profile: +a$'
exits 2 at $now --all --nagios
prints '^CERTCYCLE CRITICAL - b: no certificate \| a_expires_in=.* default_failures=0$'
exits 0 at $now --nagios a default
prints '^CERTCYCLE OK - 2 profiles \|'
note --result=69 --step=issue --at $now a
note --result=69 --step=issue --at $now b
exits 0 at $now --history a b
same 'of many, behind its name' "$(printf 'a\t2025\nb\t2025')" \
	"$(sed 's/-.*//' out)"
# one that is bad does not stop the rest; an alarm is worse than not to know
printf 'device = yes\n' >etc/conf.d/b.conf
exits 78 at $now --all
prints '^Attention: +.*b.conf:1: device: no such key'
says '^tick-status: b: .*b.conf:1: device: no such key'
exits 3 at $now --all --nagios
prints '^CERTCYCLE UNKNOWN - b: .*b.conf:1: .*\| a_expires'
exits 2 at $((until + 1)) --all --nagios
exits 78 at $now --all --json
prints '"trouble": ".*b.conf:1: '
printf '\377\033 = 1\n' >etc/conf.d/b.conf
exits 78 at $now --all --json
prints '"trouble": ".*b.conf:1: .*xff'
exits 3 at $now --all --nagios
prints '^CERTCYCLE UNKNOWN - b: .*b.conf:1: .xff.x1b'
exits 78 at $now --all --metrics
prints '^certcycle_certificate_parse_ok\{profile="b"\} 0$'
prints '^certcycle_certificate_parse_ok\{profile="a"\} 1$'
if command -v promtool >/dev/null; then
	ok 'promtool finds them good' promtool check metrics <out
fi
exits 78 at $now --all --history
same 'the others have theirs' 1 "$(grep -c '^a	' out)"
fails 78 'b.conf:1: ' at $now --history b
mkdir -p state/a/x
rm state/a/state
mv state/a/x state/a/state
exits 71 at $now a
prints '^Attention: +.*state/a/state: Is a directory$'
exits 3 at $now --nagios a
rm -r state
ln -s loop loop
exits 71 env CERTCYCLE_STATE_PATH="$T/loop" tick-status --at $now
prints '^Attention: +.*loop/post-renew.pending: Too many'
rm etc/conf.d/b.conf
# what is no name is printed nowhere as one
for form in --metrics --json --history; do
	fails 78 "not a profile's name" at $now $form 'a"} 1'
done
exits 3 at $now --nagios "$(printf 'a\nb')"
prints '^CERTCYCLE UNKNOWN - a.x0ab: not a profile'
: >'etc/conf.d/a b.conf'
exits 78 at $now --all
prints '^Profile: +a$'
exits 3 at $now --all --nagios
prints '^CERTCYCLE UNKNOWN - .*a b.conf: not what a profile can be called'
rm 'etc/conf.d/a b.conf'

# --- into a file ---
exits 0 at $now --json --output status.out
silent
ok 'a JSON object' grep -q '"version": 1' status.out
same 'that all can read' 644 "$(find status.out -perm 644 >found && [ -s found ] && echo 644)"
exits 0 at $now --metrics --all --output status.out
ok 'replaced' grep -q '^# HELP' status.out
exits 71 at $now --metrics --output nowhere/status.out
says 'nowhere/status.out'
exits 71 to_full tick-status --at $now

# --- what keeps it from looking at all ---
printf 'x\n' >etc/certcycle.conf
fails 78 'certcycle.conf:1: ' at $now
exits 3 at $now --nagios
prints '^CERTCYCLE UNKNOWN - .*certcycle.conf:1: '
exits 78 at $now --history
at_1999() {
	faketime '1999-01-01 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! at_1999 tick-status --version >out 2>err; then
	skip 'a clock that was never set' 'faketime cannot start a build with sanitizers'
else
	exits 80 at_1999 tick-status
	exits 3 at_1999 tick-status --nagios
	prints '^CERTCYCLE UNKNOWN - the clock says a time before'
fi
done_testing
