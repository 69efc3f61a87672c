#!/bin/sh
# A kill at any moment of `certcycle run`: the active pair is complete and
# matches, and the next run ends well. What happens exactly before and after each
# change of a file is tests/cuts.t's to see.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits calls it
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device
cuts=${POWER_CUTS:-40}
! torture || cuts=1000

# The whole process group of one run, somewhere on its way; every other one has a
# new key. How long that is depends on the machine: the span in which the kill
# falls follows it. What was cut off is finished by recover, or by the next run.
bad=0 cut=0 tries=0 span=0.25
while [ "$cut" -lt "$cuts" ] && [ "$tries" -lt $((10 * cuts)) ]; do
	tries=$((tries + 1))
	rekey=never
	[ $((tries % 2)) -eq 0 ] || rekey=always
	setsid certcycle -o certificate.rekey=$rekey run --force \
		>/dev/null 2>&1 &
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
	case $((tries % 4)) in
	1) certcycle recover 2>>why || bad=$((bad + 1)) ;;
	3) certcycle run 2>>why || bad=$((bad + 1)) ;;
	*)
		# a new key that the run before left, and cut off between the two
		[ ! -e "$cert.journal" ] || certcycle recover 2>>why ||
			bad=$((bad + 1))
		;;
	esac
	span=$(awk "BEGIN { print $span * $change }")
	cert-check --valid --match "$key" --cn dev1 "$cert" 2>>why ||
		bad=$((bad + 1))
done
same "runs were killed in the middle: $cuts" "$cuts" "$cut"
same 'after none of them the pair was broken' 0 "$bad"
[ "$bad" = 0 ] || sed 's/^/# /' why
exits 0 certcycle run --force
exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"
exits 0 certcycle run
exits 1 test -e "$cert.new"
exits 1 test -e "$key.new"
same 'no temporary file is left' '' "$(find "$T/state" "$device" -name '*.tmp')"

# an issuer that outlives its run: it names its answer between the look and the
# move; and what it has only begun to write is not taken from it
mkdir bin
cat >bin/mv <<'X'
#!/bin/sh
case $* in *reply.part*) /bin/mv "$@" ;; esac
exec /bin/mv "$@"
X
chmod 755 bin/mv
late() {
	PATH=$T/bin:$PATH certcycle recover
}
printf 'an answer\n' >state/reply.part
exits 0 late
ok 'the answer has its name' grep -qx 'an answer' state/reply
rm state/reply
: >state/reply.part
exits 0 certcycle recover
ok 'what is only begun stays' [ -e state/reply.part ]
exits 0 certcycle run --force
exits 1 test -e state/reply.part
done_testing
