#!/bin/sh
# Age: ticks, renewals, rounds and requests by the thousand leave no more files,
# bytes, descriptors or children behind than a few did; a tick that has nothing to
# do writes nothing at all.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2154,SC2317 # tap.sh sets them; what exits and rounds call
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
load=$build_dir/tests/load
[ -x "$load" ] || {
	printf '1..0 # SKIP tests/load is not built: make check does\n'
	exit 0
}
enrolled_device
ticks=150 turn=15 rounds=60 failures=15 requests=400
! torture || ticks=10000 turn=100 rounds=1000 failures=200 requests=10000
# where that takes too long
ticks=${TICKS:-$ticks} rounds=${ROUNDS:-$rounds} requests=${REQUESTS:-$requests}
printf '%-26s %9s %9s %9s\n' what count early late >table

# changed: what was written in our directories since `before` was
changed() {
	find etc state run "$device" -newer before -o -cnewer before
}
mark() {
	: >before
	# the clock of a filesystem is coarser than ours
	until : >after && find after -newer before | grep -q .; do
		sleep 0.01
	done
}
# tick COUNT WORD...: so many runs; their exit codes are in `codes`
tick() {
	left=$1
	shift
	: >codes
	while [ "$left" -gt 0 ]; do
		left=$((left - 1))
		code=0
		certcycle "$@" run >said 2>&1 || code=$?
		echo "$code" >>codes
	done
	codes=$(sort codes | uniq -c | awk '{ print $2 ":" $1 }' | tr '\n' ' ')
}

# --- nothing to do ---
certcycle run
mark
tick "$ticks"
same 'none had anything to do' "0:$ticks " "$codes"
same 'an idle tick writes nothing' '' "$(changed)"
printf '%-26s %9s %9s %9s\n' 'idle ticks, files written' "$ticks" 0 \
	"$(changed | grep -c .)" >>table

# a pause after a failure
age 10d
offline="c8y.http=localhost:$("$libexec/sandbox-admin" free-port)"
certcycle -o "$offline" -o renewal.retry.initial_interval=1h \
	-o renewal.retry.maximum_interval=1h run 2>err
same 'the server was not there' 69 "$(noted result)"
mark
tick $((ticks / 3)) -o "$offline" -o renewal.retry.initial_interval=1h
same 'all were kept back' "0:$((ticks / 3)) " "$codes"
same 'and wrote nothing' '' "$(changed)"
printf '%-26s %9s %9s %9s\n' 'paused ticks, files written' $((ticks / 3)) 0 \
	"$(changed | grep -c .)" >>table
rm state/state

# --- failures and renewals ---
# size: names, and bytes without the history
names() {
	find etc state run "$device" | sort
}
bytes() {
	find etc state run "$device" -type f ! -name history -exec cat {} + |
		wc -c
}
tick 2 -o "$offline"
names >names.early
early=$(bytes) lines=$(wc -l <state/history)
tick "$failures" -o "$offline"
same 'each failed' "69:$failures " "$codes"
names >names.late
same 'failures leave no more files' "$(cat names.early)" "$(cat names.late)"
same 'nor history: they say the same' "$lines" "$(wc -l <state/history)"
printf '%-26s %9s %9s %9s\n' 'failures, bytes' "$failures" "$early" \
	"$(bytes)" >>table

# the history is nearly as long as it becomes
certcycle run --force 2>err
awk 'BEGIN {
	while (n++ < 4000)
		printf "2026-01-01T00:00:00Z\trenew\tissue\t69\t\t%s\n", \
			"est-post: localhost: some time ago nobody was there"
}' | head -c $((256 * 1024 - 300)) >state/history
tick 2
certcycle run --force 2>err
names >names.early
early=$(bytes) renewals=0 largest=0 left_ticks=$ticks
while [ "$left_ticks" -gt 0 ]; do
	left_ticks=$((left_ticks - turn))
	tick $((turn - 1))
	certcycle run --force 2>err || break
	renewals=$((renewals + 1))
	long=$(wc -c <state/history)
	[ "$long" -le "$largest" ] || largest=$long
done
late=$(bytes)
names >names.late
same 'all were renewed' $(((ticks + turn - 1) / turn)) "$renewals"
same 'renewals leave no more files' "$(cat names.early)" "$(cat names.late)"
ok 'nor more bytes, but for a digit' [ "$late" -le $((early + 64)) ]
ok 'the history was never longer than it may be' [ "$largest" -le 262144 ]
ok 'and was halved on its way' [ "$(wc -c <state/history)" -lt 200000 ]
same 'its end is the latest' "$renewals" \
	"$(tail -n "$renewals" state/history | grep -c '	0	')"
printf '%-26s %9s %9s %9s\n' 'renewals, bytes' "$renewals" "$early" "$late" \
	'history, bytes' "$renewals" "$largest" "$(wc -c <state/history)" >>table

# --- what runs for long: its clock is faster here ---
mkdir fast
printf '#!/bin/sh\necho x >>"%s"\nexec /bin/sleep 0.0%s\n' "$T/rounds" 1 \
	>fast/sleep
chmod 755 fast/sleep

# measure PROCESS: its memory in KiB, descriptors, children, dead ones among these:
# the least of each in a while. What leaks stays; a pipe that is open just now, or
# a child that is just about to be buried, does not.
measure() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		measure_now "$1"
		/bin/sleep 0.03
	done | awk '{
		for (i = 1; i <= NF; i++)
			if (NR == 1 || $i < least[i])
				least[i] = $i
	}
	END { print least[1], least[2], least[3], least[4] }'
}
measure_now() {
	set -- "$1" "$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' \
		"/proc/$1/status")" "$(find "/proc/$1/fd" -type l | grep -c .)"
	dead=0 children=0
	# shellcheck disable=SC2013 # they are words, on one line
	for child in $(cat "/proc/$1/task/$1/children"); do
		children=$((children + 1))
		! grep -q '^State:.Z' "/proc/$child/status" 2>/dev/null ||
			dead=$((dead + 1))
	done
	printf '%s %s %s %s\n' "$2" "$3" "$children" "$dead"
}

# stays NAME COUNT: what is in `early` and `late`, each the second and the last of
# four quarters: a tenth more memory is no growth, and no descriptor is
stays() {
	read -r memory files children dead <early
	read -r memory_late files_late children_late dead_late <late
	printf '%-26s %9s %9s %9s\n' "$1, KiB" "$2" "$memory" "$memory_late" \
		"$1, descriptors" "$2" "$files" "$files_late" >>table
	ok "$1: its memory stays" \
		[ $((memory_late * 10)) -le $((memory * 11 + 2560)) ]
	# one more or less is what it is just doing; a leak is one each time
	ok "$1: so do its descriptors" [ "$files_late" -le $((files + 4)) ]
	ok "$1: and children" [ "$children_late" -le $((children + $2 / 4)) ]
	same "$1: no dead child is left" '0 0' "$dead $dead_late"
}

went() {
	[ "$(wc -c <rounds)" -ge $((2 * $1)) ]
}

# lives NAME COMMAND...: it goes round so often
lives() {
	name=$1
	shift
	: >rounds
	PATH=$T/fast:$PATH "$@" >said 2>&1 &
	process=$!
	at_end "kill $process 2>/dev/null"
	for quarter in 1 2 3 4; do
		until went $((rounds * quarter / 4)); do
			kill -0 "$process" || break 2
			/bin/sleep 0.05
		done
		measure "$process" >now
		[ "$quarter" != 2 ] || cp now early
	done
	cp now late
	stays "$name" "$rounds"
	kill "$process"
	wait "$process"
	same "$name: it ends" 143 $?
}
lives loop certcycle loop --delay=0 --every=1
sandbox fault --list >/dev/null
lives enroll certcycle -o device.id=nobody -o "device.cert_path=$T/no/cert.pem" \
	-o "device.key_path=$T/no/key.pem" -o "device.csr_path=$T/no/csr.pem" \
	-o "state.path=$T/no/state" -o device.one_time_password_path= \
	-o enroll.max_timeout=1d enroll
same 'its log does not grow with each try' yes \
	"$([ "$(wc -l <said)" -lt 12 ] && echo yes)"
mkdir -p hooks/verify.d
cat >hooks/verify.d/10-many <<'X'
#!/bin/sh
# leaves children behind, that end soon
while :; do (sleep 1 &); done
X
chmod 755 hooks/verify.d/10-many
lives hook-run hook-run -t 1d -d "$T/hooks" verify

# --- the sandbox: a quarter of enrolments, tokens and sessions, four times ---
server=$(cat sandbox/server.pid) broker=$(cat sandbox/broker.pid)
operator=$(cat sandbox/operator)
each=$((requests / 4))
# enrol COUNT: as many registrations, and as many certificates
enrol() {
	"$load" "https://localhost:$https" "$tls_ca" "$operator" "$1" 4 >>loads
}
# tokens COUNT: each over a connection of its own
tokens() {
	awk -v n="$1" -v url="https://localhost:$mtls" 'BEGIN {
		while (n-- > 0)
			print "url = " url "/devicecontrol/deviceAccessToken" \
				"\noutput = token"
	}' >urls
	curl -sS --fail --cacert "$tls_ca" --cert "$cert" --key "$key" \
		-X POST -H 'Connection: close' -H 'Accept: application/json' \
		-K urls
}
# so many registrations and enrolments, tokens, and, as they cost us most, sessions
quarter() {
	enrol $((each * 3 / 10)) && tokens $((each * 3 / 10)) || return
	sessions=$((each / 10))
	while [ "$sessions" -gt 0 ]; do
		sessions=$((sessions - 1))
		mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
			--cert "$cert" --key "$key" || return
	done
}
for number in 1 2 3 4; do
	exits 0 quarter
	measure "$server" >server.at
	measure "$broker" >broker.at
	[ "$number" != 2 ] || { cp server.at server.early && cp broker.at broker.early; }
done
for name in server broker; do
	cp $name.early early
	cp $name.at late
	stays "$name" "$requests"
done

# its files: the database, when it is at rest, by what it was given meanwhile
# costs COMMAND...: $cost, in bytes
costs() {
	sandbox stop --keep
	size=$(wc -c <sandbox/sandbox.db)
	sandbox start >again
	https=$(sed -n 's/^url = localhost://p' again)
	mtls=$(sed -n 's/^mtls = localhost://p' again)
	exits 0 "$@"
	sandbox stop --keep
	cost=$(($(wc -c <sandbox/sandbox.db) - size))
	sandbox start >again
}
costs enrol "$each"
first=$cost
costs enrol $((2 * each))
printf '%-26s %9s %9s %9s\n' 'database, by certificate' $((2 * each)) \
	$((first / each)) $((cost / each / 2)) >>table
ok 'each certificate makes the database grow as much' \
	[ $((cost * 10)) -ge $((first * 15)) ]
ok 'and no more' [ $((cost * 10)) -le $((first * 25 + 327680)) ]
costs tokens "$each"
printf '%-26s %9s %9s %9s\n' 'database, by token' "$each" '' \
	$((cost / each)) >>table
ok 'tokens are lines of the log, which has an end' \
	[ "$cost" -le $((each * 512 + 32768)) ]

# what it says has no end, but may be cut short, as the page says
long=$(wc -c <sandbox/server.log)
: >sandbox/server.log
mtls=$(sed -n 's/^mtls = localhost://p' again)
exits 0 tokens 10
same 'server.log was emptied, and goes on' 10 \
	"$(grep -c deviceAccessToken sandbox/server.log)"
ok 'from its beginning' [ "$(wc -c <sandbox/server.log)" -lt "$long" ]
publish age.txt table
done_testing
