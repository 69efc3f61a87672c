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

# The whole process group of one run, somewhere on its way. How long that is
# depends on the machine: the span in which the kill falls follows it.
bad=0 cut=0 tries=0 span=0.25
while [ "$cut" -lt 30 ] && [ "$tries" -lt 300 ]; do
	tries=$((tries + 1))
	setsid certcycle run --force >/dev/null 2>&1 &
	run=$!
	sleep "$(awk "BEGIN { x = $tries * 0.618; print (x - int(x)) * $span }")"
	kill -9 -"$run" 2>/dev/null
	code=0
	wait "$run" 2>/dev/null || code=$?
	if [ "$code" = 137 ]; then
		cut=$((cut + 1)) change=1.05
	else
		change=0.9
	fi
	span=$(awk "BEGIN { print $span * $change }")
	cert-check --valid --match "$key" --cn dev1 "$cert" 2>>why ||
		bad=$((bad + 1))
done
same 'thirty runs were killed in the middle' 30 "$cut"
same 'after none of them the pair was broken' 0 "$bad"
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
