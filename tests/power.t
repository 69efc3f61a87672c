#!/bin/sh
# A kill at any moment of `certcycle run`: the active pair is complete and
# matches, and the next run ends well.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
printf 'secret-for-dev1\n' >otp
chmod 600 otp
sandbox register dev1 otp >/dev/null
certcycle enroll 2>/dev/null
key=$device/dev1.key cert=$device/dev1.pem

# the whole process group of one run, at growing distances from its start
bad=0 cut=0 kills=60 span=0.25
for i in $(seq 1 "$kills"); do
	setsid certcycle run --force >/dev/null 2>&1 &
	run=$!
	sleep "$(awk "BEGIN { print $i * $span / $kills }")"
	kill -9 -"$run" 2>/dev/null
	code=0
	wait "$run" 2>/dev/null || code=$?
	[ "$code" != 137 ] || cut=$((cut + 1))
	cert-check --valid --match "$key" --cn dev1 "$cert" 2>>why ||
		bad=$((bad + 1))
done
same "of $kills kills, $cut in the middle, none broke the pair" 0 "$bad"
ok 'at least a third of them were in the middle' [ "$cut" -ge $((kills / 3)) ]
exits 0 certcycle run --force
exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"
exits 0 certcycle run
exits 1 test -e "$cert.new"

# and exactly before and after each change of a file in the promotion
for call in link rename unlink fchmod fsync; do
	for when in 1 2; do
		certcycle renew 2>/dev/null
		ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null \
			-e inject="$call:signal=KILL:when=$when" \
			certcycle promote >/dev/null 2>&1
		exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"
		certcycle run >/dev/null 2>&1
		exits 0 certcycle run
	done
done
done_testing
