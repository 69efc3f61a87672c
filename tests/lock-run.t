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
says "^lock-run: lock: held by process $holder\$"
silent
ok 'the command did not run' [ ! -e ran ]
exits 0 lock-run other touch ran
ok 'with another lock it does' [ -e ran ]
rm ran
ln lock same-file
exits 79 lock-run same-file true
exits 79 within 3 lock-run --wait 1s lock touch ran
says "^lock-run: lock: held by process $holder\$"
exits 79 lock-run --wait 0 lock touch ran
ok 'the command did not run' [ ! -e ran ]
let_go
exits 0 lock-run lock true

# who waits gets it as soon as it is free
waits() {
	grep -q -e "-> POSIX .* $1 " /proc/locks
}
hold lock
lock-run -w 30s lock touch ran &
waiter=$!
at_end "kill $waiter 2>/dev/null"
ok 'one waits' until_true waits $waiter
ok 'and does not run yet' [ ! -e ran ]
let_go
exits 0 within 3 wait $waiter
ok 'now it ran' [ -e ran ]
rm ran

# the alarm that ended the waiting is not the command's
exits 0 lock-run --wait 1s lock sh -c 'sleep 1.5; touch ran'
ok 'a command may take longer than the wait' [ -e ran ]
rm ran

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
says '^lock-run: no-such-command: '
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
	says '^lock-run: link: Too many levels of symbolic links$'
done
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
