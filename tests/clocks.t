#!/bin/sh
# Clocks that are wrong, and that are set in the middle: no storm of renewals, no
# certificate that is thrown away or followed by an older one, and nothing that is
# stuck once the clock is right. The tenant's own clock is right all the time.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2086,SC2154,SC2317 # expanded later; tap.sh sets them;
# functions are called by others
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs faketime
library=$(faketime -m -f +0 sh -c 'printf "%s\n" "$LD_PRELOAD"') 2>/dev/null
faketime -m -f +0 cert-check --help >out 2>err || {
	printf '1..0 # SKIP faketime cannot start a build with sanitizers\n'
	exit 0
}
# What libfaketime shares is forgotten where a program became another one or was
# killed, and is in the way of a later one that gets its number.
forget() {
	for shared in /dev/shm/faketime_shm_* /dev/shm/sem.faketime_sem_*; do
		[ ! -e "$shared" ] || kill -0 "${shared##*_}" 2>/dev/null ||
			rm -f "$shared"
	done
}
at_end forget
enrolled_device
day=86400 year=31536000

# Every helper has the clock that the file says, those in hooks too, which have an
# environment of their own; time as such goes on as it does.
clock() {
	printf '%s\n' "$1" >clock.new
	mv clock.new clock
}
# at SECONDS-FROM-NOW, and until_1970 [SECONDS]: the clock
ahead() {
	clock "$(printf '%+d' "$1")"
}
at_1970() {
	ahead $((${1:-0} - $(now)))
}
right() {
	clock +0
}
# now: by the right clock, whatever the other one says
now() {
	"$real_date" +%s
}
real_date=$(command -v date)
right
# fake NAME PROGRAM: NAME is that program with this clock
fake() {
	rm -f "$1"
	cat >"$1" <<-X
	#!/bin/sh
	export LD_PRELOAD='$library' FAKETIME_TIMESTAMP_FILE='$T/clock' \
		FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
	exec '$2' "\$@"
	X
	chmod 755 "$1"
}
for helper in "$T"/stage/bin/*; do
	[ ! -L "$helper" ] || fake "$helper" "$(readlink "$helper")"
done
for program in date mosquitto; do
	fake "stage/bin/$program" "$(command -v $program)"
done
for program in server admin; do
	fake "stage/libexec/sandbox-$program" \
		"$(readlink "stage/libexec/sandbox-$program")"
done
cycle() {
	certcycle -o renewal.retry.initial_interval=10m \
		-o renewal.retry.maximum_interval=1d "$@"
}
# old: the active certificate has ten days left of more than forty
old() {
	age 40d --not-before "$(awk -v now="$(date +%s)" \
		'BEGIN { print strftime("%Y-%m-%d", now - 30 * 86400) }')"
}
# sound TEXT: the active pair is one, valid by the right clock, and no older one
# than at the time of `remember`
remember() {
	count=$(issued)
	cp "$cert" remembered.pem
}
sound() {
	right
	exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"
	cmp -s remembered.pem "$cert" ||
		cert-check --later-than remembered.pem "$cert" 2>err
	result $? "$1: no older one"
}
# mended TEXT MOST: by the right clock the next run ends well, and the one after
# it does nothing; that was at most so many certificates
mended() {
	sound "$1"
	exits 0 cycle run
	before=$(serial)
	exits 0 cycle run
	same "$1: then there is nothing to do" "$before" "$(serial)"
	exits 1 cert-check --due 20d "$cert"
	exits 1 test -e "$cert.new"
	ok "$1: issued, at most $2: $(($(issued) - count))" \
		[ $(($(issued) - count)) -le "$2" ]
	printf '%-26s %d issued\n' "$1" $(($(issued) - count)) >>table
}
# codes CODES COMMAND...: it ends with one of these
codes() {
	these=$1 code=0
	shift
	"$@" >out 2>err || code=$?
	case " $these " in
	*" $code "*) result 0 "exit $these: $(describe "$@")" ;;
	*)
		result 1 "exit $these: $(describe "$@")"
		printf '# exit code %s\n' "$code"
		;;
	esac
}
cat >>etc/certcycle.conf <<EOT
[certificate]
validity.minimum_duration = 20d
EOT
second_profile
sandbox register dev2 otp2 >/dev/null
second() {
	CERTCYCLE_PROFILE=second certcycle "$@"
}
exits 0 second enroll

# --- a clock that was never set ---
never_set() {
	for seconds in 0 3600; do
		age 10d
		remember
		cp -Rp state state.before
		at_1970 $seconds
		exits 80 cert-check --due 30d "$cert"
		exits 80 tick-due
		exits 80 cycle run
		exits 80 cycle run --force
		exits 80 cycle run --all
		codes '78 80' certcycle needs-renewal
		exits 80 second enroll --force --max-timeout=0
		codes '1 65 80' certcycle -o c8y.mqtt= doctor
		grep -q 'clock' out
		result $? 'doctor names the clock'
		codes '0 1 80' certcycle status
		same 'nothing is noted' '' "$(diff -r state.before state)"
		rm -r state.before
		same 'and nobody was asked' "$count" "$(issued)"
		mended "1970 and $seconds s" 1
	done
}

# --- a clock that is behind: a year before the certificate begins ---
behind() {
	ahead $year
	age 500d
	right
	remember
	exits 80 cert-check --due 600d "$cert"
	exits 80 cycle run
	exits 80 cycle run --force
	exits 80 cycle run --all
	codes '0 1 80' certcycle status
	same 'nobody was asked' "$count" "$(issued)"
}

# --- a clock that is ahead ---
# is_ahead TEXT SECONDS MOST: ticks while it is, and when it is not any more
is_ahead() {
	age 10d
	remember
	ahead "$2"
	for _ in 1 2 3; do
		codes '0 69 75 76 77 80' cycle run
		codes '0 69 75 76 77 80' cycle run --all
	done
	codes '0 1' certcycle status
	codes '0 1' certcycle needs-renewal
	ok "$1: no storm: $(($(issued) - count))" \
		[ $(($(issued) - count)) -le 1 ]
	mended "$1" "$3"
}
too_far() {
	is_ahead 'ten years ahead' $((10 * year)) 1
	torture || return 0
	is_ahead 'a day ahead' $day 1
	is_ahead 'thirty days ahead' $((30 * day)) 2
	is_ahead 'two years ahead' $((2 * year)) 1
}
# a pause that was noted by such a clock is none
paused() {
	age 10d
	remember
	for seconds in 3600 $((10 * year)); do
		ahead $seconds
		[ $seconds != 3600 ] || sandbox fault error
		codes '69 76' cycle run
		right
		ok 'a pause is noted in the future' \
			[ "$(noted next)" -gt $(($(date +%s) + 3000)) ]
		exits 0 tick-due
		prints 'due$'
	done
	mended 'a pause of the future' 1
}
# an authority of our own has our clock: what it issued by a wrong one begins when
# that was, and the former certificate is the way back
own_authority() {
	own='-o issuer=self-signed -o certificate.ca_path= -o c8y.mtls= -o c8y.mqtt='
	old
	remember
	ahead $((10 * year))
	exits 0 cycle $own run
	right
	exits 80 cycle $own run
	says 'the clock is behind$'
	exits 0 cycle $own rollback
	same 'the former one is back' "$(cat remembered.pem)" "$(cat "$cert")"
	mended 'issued here, ten years ahead' 1
}
# a clock that stands, and one that runs away
odd_ones() {
	torture || return 0
	age 10d
	remember
	clock "$(TZ=UTC0 "$T/stage/bin/date" '+%Y-%m-%d %H:%M:%S')"
	exits 0 cycle run
	mended 'it stands still' 1
	age 10d
	remember
	clock '+0 x1000'
	exits 0 cycle run
	exits 0 cycle run
	mended 'a thousand times as fast' 1
}

# --- it is set in the middle of a run ---
# step HOOK SECONDS|1970 TEXT MOST
step() {
	age 10d
	remember
	if [ "$2" = 1970 ]; then
		to=$((0 - $(now)))
	else
		to=$2
	fi
	hook "$1" <<-X
	printf '%+d\n' '$to' >'$T/clock'
	X
	begun=$(cut -d. -f1 /proc/uptime)
	codes '0 69 70 75 76 77 80' cycle run
	ok "$3: in time" [ $(($(cut -d. -f1 /proc/uptime) - begun)) -le 60 ]
	rm "etc/hooks/$1"
	# by the wrong clock, once more
	codes '0 69 70 75 76 77 80' cycle run
	mended "$3" "$4"
}
steps() {
	for name in pre-renew.d/15-step verify.d/05-step verify.d/15-step \
		post-renew.d/60-step; do
		where=${name%-step}
		step $name 1970 "$where: to 1970" 1
		[ "$name" != verify.d/05-step ] ||
			step $name -7200 "$where: two hours back" 1
		torture || continue
		step $name 3600 "$where: an hour ahead" 1
		step $name -3600 "$where: an hour back" 1
		# what has ended by a clock that seems right is rejected: it
		# costs one more
		step $name $year "$where: a year ahead" 3
		step $name $((0 - year)) "$where: a year back" 1
	done
}

# --- what is waited for ends when it should ---
# starts COMMAND...: in the background, as $started
starts() {
	"$@" >out 2>waits &
	started=$!
}
waiting() {
	# from 1970 to now, while the first certificate is waited for
	rm -rf second
	sandbox register dev2 otp2 >/dev/null
	at_1970 60
	starts second enroll --max-timeout=2m --retry-every=1s
	ok 'it waits for the clock' until_true grep -q 'clock' waits
	right
	code=0
	wait $started || code=$?
	same 'and has its certificate then' 0 $code
	[ $code = 0 ] || sed 's/^/# /' waits
	# back, while it is not registered: it ends when it should
	rm -rf second
	for seconds in -3600 3600; do
		torture || [ $seconds = 3600 ] || continue
		begun=$(cut -d. -f1 /proc/uptime)
		starts second enroll --max-timeout=6s --retry-every=1s
		until_true grep -q 'status 401' waits
		ahead $seconds
		code=0
		wait $started || code=$?
		took=$(($(cut -d. -f1 /proc/uptime) - begun))
		right
		same "a step of $seconds s: it gives up" 75 $code
		ok "neither early nor late: $took s" \
			[ $((took >= 5 && took <= 40)) = 1 ]
	done
	# a server, a hook, a lock
	sandbox fault silent --seconds=30
	csr-gen --key "$key" --from "$cert" >dev1.csr
	for seconds in -$year $year; do
		begun=$(cut -d. -f1 /proc/uptime)
		starts est-post --cacerts --timeout 3s \
			--url "https://localhost:$https" --ca "$tls_ca"
		starts lock-run --wait 3s "$T/lock" sleep 0
		ahead "$seconds"
		wait $started
		right
		ok 'a lock is waited for no longer' \
			[ $(($(cut -d. -f1 /proc/uptime) - begun)) -le 30 ]
	done
}
# --- the second in which 32 bits are over, with a tenant of that time ---
beyond() {
	sandbox stop >out 2>err
	rm -rf sandbox device state etc/conf.d
	ahead $((2147483647 - 20 - $(now)))
	enrolled_device
	sed -i.bak 's/^\[renewal\]$/[certificate]\nvalidity.minimum_duration = 20d\n&/' \
		etc/certcycle.conf
	ahead $((2147483647 + 1 - $(now)))
	exits 0 cert-check --valid --match "$key" "$cert"
	exits 1 tick-due
	exits 0 cycle run --force
	exits 0 cert-check --valid --match "$key" "$cert"
	age 10d
	exits 0 tick-due
	exits 0 cycle run
	exits 1 tick-due
	exits 0 certcycle status
	exits 0 certcycle show
	prints '2039'
	same 'issued: when it was due, when it was told' 3 "$(issued)"
}
never_set
behind
too_far
paused
own_authority
odd_ones
steps
waiting
beyond
publish clocks.txt table
done_testing
