#!/bin/sh
# lock-run: it becomes the command, one at a time; the lock ends with that
# process, however it ends, and nothing else can keep it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck disable=SC2016 # what is in quotes is for the command
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"

# hold FILE: a process that holds it until it is killed; $holder is its id
hold() {
	rm -f held
	lock-run "$1" sh -c 'echo $$ >held; exec sleep 30' &
	holder=$!
	at_end "kill $holder 2>/dev/null"
	until_true [ -s held ]
}

# let_go [SIGNAL]: the holder is killed, and buried
let_go() {
	kill -s "${1:-TERM}" "$holder"
	wait "$holder" 2>/dev/null
}

within() {
	latest=$(($(date +%s) + $1))
	shift
	"$@"
	code=$?
	[ "$(date +%s)" -le "$latest" ] || code=99
	return "$code"
}

introduces lock-run '-w, --wait'

# --- it becomes the command ---

exits 0 lock-run lock true
silent
same 'the lock file is the owner'"'"'s' "$(stat -c %A lock)" -rw-------
for code in 0 1 2 42 79 127 255; do
	exits $code lock-run lock sh -c "exit $code"
done
exits 143 sh -c 'lock-run lock sh -c "kill -s TERM \$\$"; exit $?'
exits 137 sh -c 'lock-run lock sh -c "kill -s KILL \$\$"; exit $?'
exits 0 sh -c 'echo $$; exec lock-run lock sh -c "echo \$\$"'
same 'with the process id that it had' "$(sort -u out | grep -c .)" 1
printf 'data\n' >data
exits 0 lock-run lock cat <data
prints '^data$'
exits 0 lock-run lock printf '%s|' -w '' 'a b' '$(touch ran)' --help
same 'with its arguments as they are' "$(cat out)" '-w||a b|$(touch ran)|--help|'
exits 0 env NAME=value lock-run lock printenv NAME
prints '^value$'
hold lock
same 'the holder is the command' "$(cat held)" "$holder"
let_go

# --- one at a time ---

hold lock
exits 79 lock-run lock touch ran
says "^lock-run: lock: held by process $holder \(sleep\)\$"
silent
ok 'the command did not run' [ ! -e ran ]
exits 0 lock-run other touch ran
ok 'with another lock it does' [ -e ran ]
rm ran
ln lock same-file
exits 79 lock-run same-file true
exits 79 within 3 lock-run --wait 1s lock touch ran
says "^lock-run: lock: held by process $holder \(sleep\)\$"
exits 79 lock-run --wait 0 lock touch ran
ok 'the command did not run' [ ! -e ran ]
let_go
exits 0 lock-run lock true

# who waits gets it as soon as it is free
# waiter COMMAND...: one that waits for it; $waiter is its id
waiter() {
	lock-run -v -w 30s lock "$@" 2>waits &
	waiter=$!
	at_end "kill $waiter 2>/dev/null"
	until_true grep -q waiting waits
}
hold lock
ok 'one waits' waiter touch ran
same 'and says for whom, once' "$(cat waits)" \
	"lock-run: lock: held by process $holder (sleep): waiting"
ok 'and does not run yet' [ ! -e ran ]
let_go
exits 0 within 3 wait "$waiter"
ok 'now it ran' [ -e ran ]
rm ran
same 'and it said so' "$(tail -n 1 waits)" 'lock-run: lock: locked'

# one that is removed while somebody waits for it is the lock no more
hold lock
first=$holder
ok 'one waits' waiter sh -c 'echo waiter >>order'
# or it might be the first to have the new one
kill -STOP "$waiter"
rm lock
lock-run lock sh -c 'echo >second
	until [ -e go ]; do sleep 0.05; done
	echo second >>order' &
second=$!
at_end "kill $second 2>/dev/null"
ok 'another has the new one' until_true [ -s second ]
kill -CONT "$waiter"
holder=$first
let_go
exits 79 lock-run -w 1s lock true
ok 'who waited waits for that now' [ ! -e order ]
touch go
wait "$second"
exits 0 wait "$waiter"
same 'one behind the other' "$(cat order)" 'second
waiter'

exits 0 lock-run --wait 1s lock sh -c 'sleep 1.5; touch ran'
ok 'a command may take longer than the wait' [ -e ran ]
rm ran

# signals are those of the caller, for the waiting and for the command
if env --block-signal=ALRM true 2>err; then
	for how in --block-signal=ALRM,USR1 --ignore-signal=ALRM,HUP \
		--default-signal; do
		exits 0 env "$how" grep '^Sig[BIC]' /proc/self/status
		cp out before
		exits 0 env "$how" lock-run -w 1s lock grep '^Sig[BIC]' \
			/proc/self/status
		same "the command has its signals, $how" "$(cat out)" \
			"$(cat before)"
		hold lock
		exits 79 within 3 env "$how" lock-run -w 1s lock touch ran
		let_go
	done
else
	skip 'signals that the caller has blocked' 'env cannot do that here'
fi

# --- its descriptor is in nobody's way ---

# holds_on COMMAND...: that holds it, whatever becomes of what is open
holds_on() {
	rm -f held
	"$@" &
	holder=$!
	at_end "kill $holder 2>/dev/null"
	until_true [ -s held ]
	exits 79 lock-run lock true
	says "held by process $holder "
	let_go
}
hang='echo $$ >held; exec sleep 30'
holds_on lock-run lock sh -c 'exec 3>x 4>&1 5<&0 6>&- 7>&- 8>&- 9>x
	for n in 3 4 5 6 7 8 9; do eval "exec $n>&-"; done
	'"$hang"
holds_on sh -c "exec lock-run lock sh -c 'exec 0<&- 1>&-; $hang'"
holds_on sh -c "exec lock-run lock sh -c '$hang' 0<&- 1>&-"
holds_on sh -c "ulimit -n 20; exec lock-run lock sh -c '$hang' 0<&-"
exits 0 sh -c 'exec lock-run lock sh -c "! readlink /proc/\$\$/fd/0" <&-'

# --- it ends with the process ---

hold lock
let_go KILL
exits 0 lock-run lock true
exits 0 lock-run lock sh -c 'sleep 30 & echo $! >child'
exits 0 lock-run lock true
ok 'a child that was left behind lives on, but keeps nothing' \
	kill -0 "$(cat child)"
kill "$(cat child)"
printf '4711\n' >lock
exits 0 lock-run lock true
same 'a lock file that was left is neither in the way nor changed' \
	"$(cat lock)" 4711

# --- not possible here ---

exits 71 lock-run lock no-such-command
says '^lock-run: no-such-command: (No such file or directory|Permission denied)$'
exits 71 lock-run lock ''
exits 71 env PATH=/nowhere "$(command -v lock-run)" lock true
says '^lock-run: true: No such file or directory$'
exits 71 lock-run lock ./no-such-command
says '^lock-run: ./no-such-command: No such file or directory$'
exits 71 lock-run lock ./data
says '^lock-run: ./data: Permission denied$'
exits 71 lock-run lock .
says '^lock-run: \.: Permission denied$'
exits 71 lock-run missing/lock touch ran
says '^lock-run: missing/lock: No such file or directory$'
exits 71 lock-run data/lock touch ran
says '^lock-run: data/lock: Not a directory$'
exits 71 lock-run . touch ran
says '^lock-run: \.: Is a directory$'
exits 71 lock-run '' touch ran
exits 71 lock-run /proc/lock touch ran
says '^lock-run: /proc/lock: '
for target in data nowhere; do
	ln -sf $target link
	exits 71 lock-run link touch ran
	says '^lock-run: link: a symbolic link$'
done
mkfifo pipe
for odd in pipe /dev/null /dev/tty; do
	exits 71 lock-run $odd touch ran
	says "^lock-run: $odd: (not a regular file|No such device.*)\$"
done
if [ "$(id -u)" != 0 ]; then
	: >closed
	chmod 0 closed
	fails 71 '^lock-run: closed: Permission denied$' \
		lock-run closed touch ran
fi
read_only() {
	unshare -rm sh -eu -c 'mount -t tmpfs none etc
		: >etc/lock
		mount -o remount,bind,ro etc
		exec lock-run "$1" touch ran' sh "$1"
}
if unshare -rm mount -t tmpfs none etc 2>err; then
	exits 71 read_only etc/lock
	says '^lock-run: etc/lock: Read-only file system$'
	exits 71 read_only etc/other
	says '^lock-run: etc/other: Read-only file system$'
else
	skip 'a filesystem to read only' 'no mount here'
fi
ok 'nothing is made through a link' [ ! -e nowhere ]
same 'nothing is changed through one' "$(cat data)" data
ok 'nothing ran' [ ! -e ran ]

# --- the command line ---

exits 64 lock-run lock
misused lock-run
says '^lock-run: an operand is missing$'
misused lock-run lock
says '^lock-run: a command is missing$'
misused lock-run --wait
says '^lock-run: --wait: its argument is missing$'
for span in '' x -1 1.5s 50%; do
	misused lock-run --wait="$span" lock touch ran
	says "^lock-run: $span: not a length of time"
done
ok 'nothing ran' [ ! -e ran ]
done_testing
