#!/bin/sh
# tick-note: what a run came to is written down, whole; how long the issuer is
# left alone, and that tries come closer together as the end nears.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
until=1744329600 # 2025-04-11 00:00:00
day=86400
now=$((until - 30 * day))

# certificate NAME FROM: NAME.pem and NAME.key
certificate() {
	csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" |
		cert-sign --self-signed --key "$1.key" --not-before "$2" \
			--serial 0a0b0c --not-after 2025-04-11T00:00:00Z \
			>"$1.pem"
}
certificate default 2025-01-01T00:00:00Z
cat >etc/certcycle.conf <<EOF
[device]
cert_path = $T/%p.pem
key_path = $T/%p.key
csr_path = $T/%p.csr
[state]
path = $T/some/where/%p
EOF
state=$T/some/where/default/state
history=$T/some/where/default/history

introduces tick-note --result --reason --step --retry-after --why-file --tried \
	--config-dir --profile --at
misused tick-note
says '^tick-note: --result: missing$'
for code in '' x 256 -1 1x 99999999999999999999; do
	misused tick-note --result="$code"
	says '^tick-note: --result: .*not a'
done
misused tick-note --result 1 a b
says '^tick-note: b: one profile at a time$'
for word in '' 'a b' 'a
b' A; do
	misused tick-note --result 1 --step "$word"
	misused tick-note --result 1 --reason "$word"
done
misused tick-note --result 1 --retry-after soon
misused tick-note --result 1 --retry-after -1
exits 1 test -e some

# note [ARGUMENT...]: at the moment $now
note() {
	tick-note --at "$now" "$@"
}
# value KEY: of the state
value() {
	sed -n "s/^$1=//p" "$state"
}
# is KEY=VALUE...: the state says so
is() {
	for pair; do
		same "$pair" "$(value "${pair%%=*}")" "${pair#*=}"
	done
}

# --- a failure ---
printf 'certcycle: begins\nest-post: a\033[2J\tb: no answer\r\n\n \n' >said
exits 0 note --result=69 --step=issue --why-file=said
silent
same 'and nothing on standard error' '' "$(cat err)"
is version=1 result=69 reason=renew step=issue at=$now since=$now failures=1 \
	success=0 'why=est-post: a\x1b[2J\x09b: no answer' tried=
same 'every key on a line' 11 "$(wc -l <"$state")"
same 'one line of history' \
	"$(printf '2025-03-12T00:00:00Z\trenew\tissue\t69\ta0b0c\t%s' \
		'est-post: a\x1b[2J\x09b: no answer')" "$(cat "$history")"
same 'nobody else reads them' '' \
	"$(find some -type f ! -perm 600; find some -type d ! -perm 700)"
now=$((now + 1000))
exits 0 note --result=69 --step=issue --why-file=said
is failures=2 at=$now since=$((now - 1000))
same 'the same failure again is no news' 1 "$(wc -l <"$history")"
printf 'est-post: something else\n' >said
exits 0 note --result=69 --step=issue --why-file=said
is failures=3 since=$((now - 1000))
same 'another reason is' 2 "$(wc -l <"$history")"
now=$((now + 1000))
exits 0 note --result=77 --reason=enroll --step=issue --why-file=none
is failures=4 result=77 since=$now reason=enroll why=
same 'another result is' 3 "$(wc -l <"$history")"

# --- a run that did nothing ---
cp "$state" before
for code in 79 80; do
	exits 0 note --result=$code --step=issue
done
same 'is not written down' "$(cat before)" "$(cat "$state")"
same 'nor is it history' 3 "$(wc -l <"$history")"

# --- what was tried, and success ---
exits 0 note --result=77 --step=issue --tried
is tried=a0b0c
exits 0 note --result=69 --step=issue
is tried=a0b0c
exits 0 note --result=0 --step=issue
is result=0 failures=6 success=0 tried=a0b0c
for step in promote post-renew; do
	exits 0 note --result=70 --step=$step
	now=$((now + 100))
	exits 0 note --result=0 --step=$step
	is result=0 failures=0 next=0 success=$now since=$now tried= why=
done
same 'due, but not new: no pause' '' "$(cat err)"
lines=$(wc -l <"$history")
exits 0 note --result=0 --step=post-renew
same 'each success is history' $((lines + 1)) "$(wc -l <"$history")"
# a certificate whose life is no longer than the window
certificate brief 2025-04-01T00:00:00Z
mkdir etc/conf.d
: >etc/conf.d/brief.conf
state=$T/some/where/brief/state
now=$((until - 9 * day))
exits 0 note --result=0 --step=promote brief
says '^tick-note: .*brief.pem: due again at once: certificate.validity.minimum_duration is'
is failures=0 next=$((now + 3 * day))
exits 0 note --result=0 --step=promote --profile brief
exits 0 env CERTCYCLE_PROFILE=brief CERTCYCLE_CERTIFICATE_VALIDITY_MINIMUM_DURATION=2d \
	tick-note --config-dir "$T/etc" --at $now --result=0 --step=promote
same 'and one whose life is long enough' '' "$(cat err)"
is next=0

# --- the pause: failures, life left, and what the server asks ---
state=$T/some/where/default/state
# after FAILURES LEFT ASKED: $pause, with LEFT seconds to live
after() {
	now=$((until - $2))
	printf 'version=1\nfailures=%d\n' $(($1 - 1)) >"$state"
	tick-note --at "$now" --result=69 --step=issue --retry-after="$3" \
		2>err || return
	[ "$(value failures)" = "$1" ] || return
	pause=$(($(value next) - now))
}
# base FAILURES LEFT: without the device's share: ten minutes, doubled, up to a
# day and to a tenth of what is left, which is a minute at least
base() {
	base=600
	doubled=1
	while [ $doubled -lt "$1" ] && [ $base -lt 86400 ]; do
		base=$((2 * base))
		doubled=$((doubled + 1))
	done
	[ $base -le 86400 ] || base=86400
	tenth=$(($2 / 10))
	[ $tenth -ge 60 ] || tenth=60
	[ "$2" -le 0 ] || [ $base -le $tenth ] || base=$tenth
}
for left in 2592000 864000 86400 21600 3600 600 300 -1; do
	wrong=
	for failures in 1 2 3 4 5 6 7 8 9 10; do
		base $failures $left
		after $failures $left '' && [ "$pause" -ge "$base" ] &&
			[ "$pause" -le $((base * 5 / 4)) ] ||
			wrong="$wrong $failures:$pause"
	done
	same "$left s left: ten failures, as they should be" '' "$wrong"
done
after 10 2592000 ''
long=$pause
for left in 432000 86400 3600; do
	after 10 $left ''
	ok "closer together with $left s left" [ "$pause" -lt "$long" ]
	long=$pause
done
shares=
for failures in 8 9 10 11 12 13; do
	after $failures 2592000 ''
	shares="$shares$pause
"
done
same 'the share differs from one failure to the next' 6 \
	"$(printf %s "$shares" | sort -u | wc -l)"
first=$pause
certificate other 2025-01-01T00:00:00Z
: >etc/conf.d/other.conf
mkdir -p some/where/other
printf 'version=1\nfailures=12\n' >some/where/other/state
tick-note --at $now --result=69 --step=issue other
ok 'and from one device to the next' [ "$first" != \
	"$(($(sed -n 's/^next=//p' some/where/other/state) - now))" ]
after 1 2592000 5000
ok 'the server asked for more' [ "$pause" -ge 5000 ]
ok 'and gets a quarter more at most' [ "$pause" -le 6250 ]
after 1 2592000 5
ok 'the server asked for less' [ "$pause" -ge 600 ]
for asked in 2000000 9999999999 99999999999999999999999999; do
	after 1 2592000 $asked
	same "the server asked for $asked: half of what is left" 1296000 "$pause"
done
after 1 3600 2000
same 'of an hour, too' 1800 "$pause"
after 1 -1 9999999999
ok 'of nothing: as long as ever' [ "$pause" -ge 86400 ]
ok 'and a quarter' [ "$pause" -le 108000 ]
after 999999999999999 2592000 ''
ok 'however many failures' [ "$pause" -le 108000 ]
rm "$state"
exits 0 env CERTCYCLE_RENEWAL_RETRY_INITIAL_INTERVAL=0s \
	CERTCYCLE_RENEWAL_RETRY_MAXIMUM_INTERVAL=0s tick-note --at $now \
	--result=69 --step=issue
is next=$now
mv default.pem away
exits 0 note --result=65 --step=issue
same 'no certificate, no serial number' "$(printf '65\t\t')" \
	"$(tail -n 1 "$history" | cut -f 4-)"
cp away default.pem

if command -v openssl >/dev/null; then
	openssl req -x509 -key default.key -subj /CN=default -days 100 \
		-set_serial "0x7$(printf '%0140d' 0)" >default.pem
	exits 0 tick-note --result=69 --step=issue
	same 'a serial number that GnuTLS cannot hold is none' \
		"$(printf '69\t\t')" "$(tail -n 1 "$history" | cut -f 4-)"
	exits 0 tick-status
	prints '^Status: +VALID '
	exits 0 tick-status --json
	prints '"serial": null'
	exits 0 tick-due --at $(($(date +%s) + 101 * 86400))
	prints "expired$"
	cp away default.pem
else
	skip 'a serial number that GnuTLS cannot hold' 'openssl is not installed'
fi

# --- what was said may be long, or nothing ---
printf 'x%.0s' 1 2 3 4 5 6 7 8 9 10 >ten
{
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29; do
		cat ten
	done
	printf 'xxxxxxxx\303\274\n'
} >said
exits 0 note --result=69 --step=issue --why-file=said
same 'what fits stays' "$(cat said)" "$(value why)"
sed 's/^x/xx/' said >longer
exits 0 note --result=69 --step=issue --why-file=longer
same 'no half of a character is left' "$(sed 's/^x\(.*\)..$/x\1x/' said)" \
	"$(value why)"
for cut in 0 1 2 3; do
	{
		printf '%.*s' $cut xxx
		printf '%0296d\001\002\n' 0
	} >escape
	exits 0 note --result=69 --step=issue --why-file=escape
	case $(value why) in
	*0'\x01' | *00) ok 'no half of an escape is left' true ;;
	*) ok 'no half of an escape is left' false ;;
	esac
done
: >said
exits 0 note --result=69 --step=issue --why-file=said
is why=

# --- damage ---
for text in 'version=2\n' 'garbage\n' 'version=1\nresult=x\n' '\n' \
	'version=1\nfailures=-1\n' 'version=1\nnext=1' 'version=1\nwhy=\033\n' \
	'version=1\nat=9999999999999999\n'; do
	printf "%b" "$text" >"$state"
	exits 0 note --result=69 --step=issue
	says 'default/state: damaged; counts as not there$'
	is failures=1
done
printf 'version=1\nfailures=3\nmore=things\nfailuresx=9\n=\nf=7\n' >"$state"
exits 0 note --result=69 --step=issue
same 'keys that are not known are no damage' '' "$(cat err)"
is failures=4

# --- the history is kept, and kept short ---
rm "$history"
exits 0 note --result=0 --step=promote
printf '2025-01-01T00:00:00Z\trenew\ttorn' >>"$history"
exits 0 note --result=69 --step=issue
same 'a torn line is ended' "$(printf '3\ntorn')" \
	"$(wc -l <"$history"; sed -n '2s/.*\t//p' "$history")"
awk 'BEGIN {
	for (i = 1; i <= 4095; i++)
		printf "line %058d\n", i
	printf "line %055d\n", i
}' >"$history"
ok 'full, but for less than a line' [ "$(wc -c <"$history")" -lt 262144 ]
exits 0 note --result=77 --step=issue
size=$(wc -c <"$history")
ok "the older half is dropped: $size" [ "$size" -lt 140000 ]
ok 'and no more' [ "$size" -gt 130000 ]
same 'no line loses its beginning' line "$(sed -n '1s/ .*//p' "$history")"
same 'the newer half stays' "$(printf 'line %055d' 4096)" \
	"$(tail -n 2 "$history" | head -n 1)"
ok 'and the new line' grep -q '	77	' "$history"
same 'nothing else is left there' 'history
state' "$(ls "${state%/*}")"

# --- what cannot be ---
fails 78 'nosuch: no such profile' note --result=1 nosuch
printf 'x\n' >file
fails 71 'file/state: Not a directory$' env CERTCYCLE_STATE_PATH="$T/file/state" \
	tick-note --at $now --result=1
mkdir -p full/history
fails 71 'full/history: Is a directory$' env CERTCYCLE_STATE_PATH="$T/full" \
	tick-note --at $now --result=1
ok 'the next try is known all the same' grep -q '^next=[1-9]' full/state
rmdir full/history
rm full/state
mkdir full/state
fails 71 'full/state: Is a directory$' env CERTCYCLE_STATE_PATH="$T/full" \
	tick-note --at $now --result=1
at_1999() {
	faketime '1999-01-01 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! at_1999 tick-note --version >out 2>err; then
	skip 'a clock that was never set' 'faketime cannot start a build with sanitizers'
else
	exits 80 at_1999 tick-note --result=69
	exits 0 at_1999 tick-note --result=80
fi
done_testing
