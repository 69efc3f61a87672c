#!/bin/sh
# hook-run: which hooks run and in which order, what they find around them, what
# becomes of their exit codes, and how they are ended.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck disable=SC2016 # what is in quotes is for the hooks
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"

# hook PATH LINE...: a hook of those lines
hook() {
	path=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$path"
	chmod 755 "$path"
}

# fresh: two places for hooks, shipped and own; what a hook notes is in ran
fresh() {
	rm -rf shipped own ran
	mkdir -p shipped/verify.d shipped/issuer own/verify.d own/issuer
}

# run [OPTION...]: the hooks of the event verify
run() {
	hook-run -d shipped -d own "$@" verify
}

ran() {
	cat ran 2>/dev/null
	:
}

# gone PID: no such process, or one that nobody has buried yet
gone() {
	[ -n "$1" ] || return 1
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"
}

introduces hook-run '-d, --dir' '-t, --timeout' --issuer --list --env

# --- which, and in which order ---

fresh
for name in 50-b 10-B 10-a 00-first 99-last; do
	hook shipped/verify.d/$name "echo $name >>ran"
done
exits 0 run
silent
same 'in the order of the C locale' "$(ran)" '00-first
10-B
10-a
50-b
99-last'
rm ran
hook own/verify.d/20-mine 'echo 20-mine >>ran'
hook own/verify.d/50-b 'echo own 50-b >>ran'
ln -s /dev/null own/verify.d/10-a
ln -s /dev/null own/verify.d/77-nothing
exits 0 run
same 'an own one comes in, takes a place, masks another' "$(ran)" '00-first
10-B
20-mine
own 50-b
99-last'
rm ran
exits 0 hook-run --dir own --dir=shipped verify
same 'the last directory wins' "$(ran)" '00-first
10-B
10-a
20-mine
50-b
99-last'

fresh
hook shipped/verify.d/10-hook 'echo 10-hook >>ran'
for name in 1-a 100-a 10_a 10- 10-a.sh 10-a~ 10-a.dpkg-old '10-a b' a10-a \
	README .10-a; do
	hook "shipped/verify.d/$name" 'echo other >>ran'
done
mkdir shipped/verify.d/.hidden
exits 0 run
same 'what is no hook by its name is none' "$(ran)" 10-hook
exits 0 run --list
same 'they are listed, but for the hidden' "$(cut -f 1,2 out)" "$(
	printf '%s\tignored\n' 1-a 10- '10-a b' 10-a.dpkg-old 10-a.sh '10-a~'
	printf '%s\truns\n' 10-hook
	printf '%s\tignored\n' 100-a 10_a README a10-a
)"
rm -f ran
exits 0 hook-run -d shipped pre-renew
exits 0 hook-run -d missing verify
exits 0 hook-run verify
same 'no hooks at all is fine' "$(ran)" ''

# --- refused: then none of the event runs ---

# refused WHY: the hook 50-bad is
refused() {
	rm -f ran
	exits 70 run
	says "^hook-run: (shipped|own)/verify.d/50-bad: refused: $1"
	same 'and none ran' "$(ran)" ''
	run --list >out 2>err
	prints "^50-bad	refused	[a-z]*/verify.d/50-bad	$1"
}
bad=own/verify.d/50-bad
with_bad() {
	fresh
	hook shipped/verify.d/10-good 'echo good >>ran'
	hook shipped/verify.d/90-good 'echo good >>ran'
	hook $bad 'echo bad >>ran'
}
with_bad
exits 0 run
for mode in 775 757 777 722; do
	with_bad
	chmod $mode $bad
	refused 'writable by others: chmod go-w$'
done
for mode in 777 775 757; do
	with_bad
	chmod $mode own/verify.d
	refused 'in a directory that others can write: chmod go-w$'
done
chmod 1777 own/verify.d
exits 0 run
same 'where only its owner can replace it, it runs' "$(ran)" 'good
bad
good'
for mode in 644 600; do
	with_bad
	chmod $mode $bad
	refused 'not executable: chmod \+x, or mask it by a link to /dev/null$'
done
with_bad
ln -sf nowhere $bad
refused 'it cannot be read, or its link leads nowhere$'
ln -sf 50-bad $bad
refused 'it cannot be read, or its link leads nowhere$'
with_bad
rm $bad
mkdir $bad
refused 'not a regular file$'
rmdir $bad
mkfifo $bad
refused 'not a regular file$'
with_bad
mv $bad elsewhere
ln -s ../../elsewhere $bad
exits 0 run
same 'a link to a program runs it' "$(ran)" 'good
bad
good'
chmod 777 elsewhere
refused 'writable by others'
chmod 755 elsewhere
mkdir -m 777 anyone
mv elsewhere anyone/elsewhere
ln -sf ../../anyone/elsewhere $bad
refused 'in a directory that others can write'
chmod 755 anyone
exits 0 run
rm -r anyone
if [ "$(id -u)" = 0 ]; then
	with_bad
	chown 54321 $bad
	refused 'owned by neither root nor the caller$'
	with_bad
	chown 54321 own/verify.d
	refused 'in a directory that others can write'
else
	skip 'owned by someone else' 'only root can give a file away'
fi
if [ "$(id -u)" = 0 ]; then
	with_bad
	chmod 1777 own/verify.d
	mv $bad elsewhere
	ln -s ../../elsewhere $bad
	exits 0 run
	chown -h 54321 $bad
	refused 'a link owned by neither root nor the caller$'
	ln -sf /dev/null $bad
	chown -h 54321 $bad
	refused 'a link owned by neither root nor the caller$'
else
	skip 'a link of someone else' 'only root can give one away'
fi
for null in /dev/null //dev/null /dev/../dev/null; do
	with_bad
	mv $bad shipped/verify.d
	chmod 777 shipped/verify.d/50-bad
	ln -s $null $bad
	exits 0 run
	same 'one that would be refused can be masked' "$(ran)" 'good
good'
done
for other in /dev/zero /dev/full null; do
	ln -sf $other $bad
	exits 70 run
	says 'own/verify.d/50-bad: refused: '
done

# a directory that a link has lost is not an empty one
fresh
hook shipped/verify.d/10-good 'echo good >>ran'
rmdir own/verify.d own/issuer
ln -s nowhere own/verify.d
ln -s nowhere own/issuer
exits 71 run
says '^hook-run: own/verify.d: a symbolic link that leads nowhere$'
exits 71 run --list
exits 71 hook-run -d shipped -d own --issuer none
says '^hook-run: own/issuer: a symbolic link that leads nowhere$'
ln -s nowhere lost
exits 71 hook-run -d shipped -d lost verify
says '^hook-run: lost: a symbolic link that leads nowhere$'
exits 71 hook-run -d lost --issuer none
says '^hook-run: lost: a symbolic link that leads nowhere$'
exits 0 hook-run -d shipped -d own pre-renew
same 'none ran' "$(ran)" ''
if [ "$(id -u)" != 0 ]; then
	rm own/verify.d own/issuer
	mkdir own/verify.d own/issuer
	chmod 0 own/verify.d own/issuer
	exits 71 run
	says '^hook-run: own/verify.d: Permission denied$'
	exits 71 hook-run -d shipped -d own --issuer none
	says '^hook-run: own/issuer/none: Permission denied$'
	chmod 755 own/verify.d own/issuer
else
	skip 'a directory that cannot be read' 'root may read it'
fi

# --- what a hook finds around it ---

fresh
hook shipped/verify.d/10-env \
	'tr "\0" "\n" </proc/$$/environ | sort >environment' \
	'echo "$# $1" >arguments' \
	'cat >input' \
	'ls /proc/self/fd >descriptors' \
	'echo to output' \
	'echo to error >&2'
printf 'not for a hook\n' >data
in_dirt() {
	env FOO=bar CERTCYCLE_FOO=1 CERTCYCLE_API=9 CERTCYCLE_EVENT=other \
		CERTCYCLE_CERT='/a b/$(touch ran)' CERTCYCLE_REASON=renew \
		LC_ALL=de_DE.UTF-8 LD_DEBUG_OUTPUT=/dev/null ENV=/dev/null \
		https_proxy=http://proxy.example:3128 NO_PROXY=a.example \
		HOME=/nowhere "$@" 3<data 7<data 9>>other
}
both() {
	in_dirt hook-run -d shipped verify || return
	cat >rest
}
exits 0 both <data
silent
same 'its output joins standard error' "$(cat err)" 'to output
to error'
# all that certcycle-hooks(7) names, and what is handed on
grep '^\.It Ev CERTCYCLE_' "$source_dir/man/certcycle-hooks.7" |
	grep -o 'CERTCYCLE_[A-Z_]*' | sed 's/$/=/' >names
ok 'the page names variables' [ "$(grep -c . names)" -gt 20 ]
sed -e 's/_API=/&1/' -e 's/_EVENT=/&verify/' -e 's/_REASON=/&renew/' \
	-e 's|^CERTCYCLE_CERT=$|&/a b/$(touch ran)|' \
	-e "s|CONFIG_DIR=|&$CERTCYCLE_CONFIG_DIR|" names >expected
printf '%s\n' HOME=/nowhere LC_ALL=C NO_PROXY=a.example "PATH=$PATH" TZ=UTC0 \
	https_proxy=http://proxy.example:3128 >>expected
same 'its environment is the documented one, and no more' \
	"$(cat environment)" "$(sort expected)"
same 'its argument is the event' "$(cat arguments)" '1 verify'
same 'its input is empty' "$(stat -c %s input)" 0
same 'and what was there is for who comes next' "$(cat rest)" 'not for a hook'
same 'no other descriptor is open, but the one of ls' \
	"$(tr '\n' ' ' <descriptors)" '0 1 2 3 '
exits 0 env -u HOME -u TZ hook-run -d shipped verify
ok 'what is not set is not handed on' [ "$(grep -cE '^(HOME|TZ|https_proxy)=' \
	environment)" = 0 ]
exits 0 env SOFTHSM2_CONF=/soft TPM2_PKCS11_STORE=/tpm \
	TPM2_PKCS11_TCTI=device:/x hook-run -d shipped verify
same 'where tokens are is handed on' "$(grep -E '^(SOFT|TPM2)' environment)" \
	'SOFTHSM2_CONF=/soft
TPM2_PKCS11_STORE=/tpm
TPM2_PKCS11_TCTI=device:/x'
# the page names them too
sed -n '/^\.Sh ENV/,/^\.Sh EXIT/s/^\.Ev \(CERTCYCLE_[A-Z_]*\).*/\1=/p' \
	"$source_dir/man/hook-run.1" | sort >page
same 'hook-run(1) names the variables of certcycle-hooks(7)' "$(cat page)" \
	"$(sort names)"

# signals are as in a new login, whatever the caller did
hook shipped/verify.d/10-env 'exec grep "^Sig[BI]" /proc/self/status >signals'
# signals(): those up to 31; the two behind them are the C library's own, which no
# program can set, and some ways to start one leave ignored
signals() {
	while read -r name bits; do
		printf '%s %s\n' "$name" $((0x$bits & 0x7fffffff))
	done <signals
}
none='SigBlk: 0
SigIgn: 0'
exits 0 run
same 'no signal is blocked or ignored' "$(signals)" "$none"
if env --block-signal=TERM,USR1 true 2>err; then
	exits 0 env --block-signal=TERM,USR1,CHLD --ignore-signal=HUP,PIPE,INT \
		hook-run -d shipped verify
	same 'neither where the caller did so' "$(signals)" "$none"
else
	skip 'a caller that blocks signals' 'env cannot do that here'
fi

# without a terminal it does not wait at one
ask='echo asked >ran; read -r answer </dev/tty && echo answered >>ran'
hook shipped/verify.d/10-env "$ask" 'exit 0'
hook shipped/issuer/ask "$ask" 'exit 0'
at_terminal() {
	script -qec "$1" /dev/null </dev/null
}
if command -v script >/dev/null && at_terminal 'test -t 1 </dev/tty'; then
	for what in verify '--issuer ask'; do
		within 5 exits 0 at_terminal "hook-run -t 30s -d shipped $what"
		same "no terminal for $what" "$(ran)" asked
	done
else
	skip 'a hook that asks at the terminal' 'no script here'
fi
rm -f ran

# where standard error is closed, or nobody reads it
hook shipped/verify.d/10-env 'echo to output && echo to error >&2 || exit' \
	'echo done >ran'
closed() {
	hook-run -d shipped verify 2>&-
}
exits 0 closed
same 'its words go nowhere' "$(ran)" 'done'
rm ran
all_closed() {
	sh -c 'exec hook-run -d shipped verify <&- >&- 2>&-'
}
exits 0 all_closed
same 'with nothing open at all as well' "$(ran)" 'done'
hook shipped/verify.d/10-env 'until [ -e unread ]; do sleep 0.05; done' 'exit 3'
mkfifo pipe
(
	hook-run -d shipped verify 2>pipe
	echo $? >code
) &
: <pipe
: >unread
wait $!
same 'what it ended with is told by the code all the same' "$(cat code)" 70
hook shipped/verify.d/10-env 'head -c 5000000 /dev/zero | tr "\0" x' \
	'exec >&- 2>&-' 'echo done >ran'
exits 0 run
same 'it may say much' "$(wc -c <err)" 5000000
same 'or close what it says it on' "$(ran)" 'done'
rm ran
: >err
hook shipped/verify.d/10-env
exits 0 run -v
same '-v says what begins' "$(head -n 1 err)" \
	'hook-run: shipped/verify.d/10-env: begins'

# --- what becomes of its exit code ---

fresh
hook shipped/verify.d/10-first 'echo first >>ran'
hook shipped/verify.d/20-code 'exit "$CERTCYCLE_REASON"'
hook shipped/verify.d/30-last 'echo last >>ran'
hook shipped/issuer/code 'exit "$CERTCYCLE_REASON"'
exits 0 env CERTCYCLE_REASON=0 hook-run -d shipped verify
same 'all ran' "$(ran)" 'first
last'
hooks_end() {
	rm -f ran
	env CERTCYCLE_REASON="$1" hook-run -d shipped verify
}
issuer_ends() {
	env CERTCYCLE_REASON="$1" hook-run -d shipped --issuer code
}
# those of the table that speak of a server pass through
exits 69 hooks_end 69
same 'the first failure stops' "$(ran)" first
exits 75 hooks_end 75
exits 76 hooks_end 76
exits 77 hooks_end 77
exits 70 hooks_end 70
same 'the first failure stops' "$(ran)" first
for foreign in 1 2 64 65 66 71 72 73 74 78 79 80 81 126 127 130 255; do
	exits 70 hooks_end $foreign
	says "^hook-run: shipped/verify.d/20-code: exit code $foreign\$"
done
# an issuer may say all that est-post says
exits 0 issuer_ends 0
exits 65 issuer_ends 65
exits 69 issuer_ends 69
exits 70 issuer_ends 70
exits 71 issuer_ends 71
exits 75 issuer_ends 75
exits 76 issuer_ends 76
exits 77 issuer_ends 77
exits 78 issuer_ends 78
exits 80 issuer_ends 80
for foreign in 1 2 64 66 72 73 74 79 81 126 127 130 255; do
	exits 70 issuer_ends $foreign
	says "^hook-run: shipped/issuer/code: exit code $foreign\$"
done
hook shipped/verify.d/20-code 'kill -s "$CERTCYCLE_REASON" $$'
cp shipped/verify.d/20-code shipped/issuer/code
for signal in 'KILL 9' 'TERM 15' 'HUP 1' 'SEGV 11'; do
	exits 70 hooks_end "${signal% *}"
	says "20-code: ended by signal ${signal#* } "
	same 'which stops as a failure does' "$(ran)" first
	exits 70 issuer_ends "${signal% *}"
	says "issuer/code: ended by signal ${signal#* } "
done
rm ran

# programs that are none
printf '\177ELF garbage' >shipped/verify.d/20-code
exits 70 run
says '^hook-run: shipped/verify.d/20-code: Exec format error$'
: >shipped/verify.d/20-code
exits 70 run
says '^hook-run: shipped/verify.d/20-code: Exec format error$'
printf '#!/no/such/interpreter\n' >shipped/verify.d/20-code
exits 70 run
says '^hook-run: shipped/verify.d/20-code: No such file or directory$'
same 'and the next did not run' "$(ran)" 'first
first
first'

# --- its end ---

# within SECONDS COMMAND...: it takes no longer than that
within() {
	end=$(($(date +%s) + $1))
	shift
	"$@"
	code=$?
	[ "$(date +%s)" -le "$end" ] || code=99
	return "$code"
}
hang='exec sleep 30'

fresh
hook shipped/verify.d/10-slow 'sleep 30 & echo $! >child' 'echo $$ >parent' wait
hook shipped/verify.d/20-next 'echo next >>ran'
exits 70 within 4 run --timeout 1s
says '^hook-run: shipped/verify.d/10-slow: not done within 1 s$'
ok 'its process is gone' gone "$(cat parent)"
ok 'and its child, before it could do any more' gone "$(cat child)"
same 'the next did not run' "$(ran)" ''
rm child parent
hook shipped/verify.d/10-slow 'trap "" TERM' 'echo $$ >parent' \
	'(sleep 30; sleep 30) & echo $! >child' 'wait; sleep 30; sleep 30'
exits 70 within 6 run -t 1
says '10-slow: not done within 1 s$'
ok 'one that will not hear is gone, too' gone "$(cat parent)"
ok 'and its child' gone "$(cat child)"
rm child parent
hook shipped/issuer/slow 'echo $$ >parent' "$hang"
exits 70 within 4 hook-run -t 1s -d shipped --issuer slow
says 'issuer/slow: not done within 1 s$'
ok 'an issuer, too' gone "$(cat parent)"

# the others of its group have the time to clean up
hook shipped/verify.d/10-slow 'sh -c "trap \"sleep 0.5; echo cleaned >ran; exit\" \
	TERM; echo \$\$ >child; while :; do sleep 0.05; done" &' \
	'until [ -s child ]; do sleep 0.05; done' "$hang"
exits 70 within 5 run -t 1s
same 'one that cleans up does so' "$(ran)" cleaned
rm -f ran child
# one that stands still can clean up, too
hook shipped/verify.d/10-slow 'trap "echo told >ran; exit" TERM' \
	'kill -s STOP $$' 'sleep 30'
exits 70 within 5 run -t 1s
says '10-slow: not done within 1 s$'
same 'it was told' "$(ran)" told
rm -f ran
hook shipped/verify.d/10-slow 'trap "" TERM' 'kill -s STOP $$' "$hang"
exits 70 within 6 run -t 1s

# a limit counts from the beginning, not from the last whole second
hook shipped/verify.d/10-slow 'sleep 1.5' 'exit 75'
exits 75 run -t 0
late_in_second() {
	read -r up rest </proc/uptime
	: "$rest"
	case $up in *.[67]?) ;; *) return 1 ;; esac
}
until_true late_in_second
exits 75 run -t 2s

# what it leaves in the background is not waited for
hook shipped/verify.d/10-slow 'sleep 30 & echo $! >child'
through_pipe() {
	{
		run -t 9s
		echo $? >code
		kill "$(cat child)"
	} | cat
	return "$(cat code)"
}
exits 0 within 5 through_pipe
rm ran
exits 0 within 5 run
ok 'it lives on' kill -0 "$(cat child)"
kill "$(cat child)"
same 'the next one runs' "$(ran)" next

# and it is buried, also where the first process of a container buries nobody
hook shipped/verify.d/10-slow 'for n in 1 2 3; do (true &); done' \
	'while grep -q "^State:.Z" /proc/[0-9]*/status; do sleep 0.05; done'
in_container() {
	rm -f ended
	mkfifo ended
	unshare -rpf --mount-proc sh -c '{
		hook-run -t 9s -d shipped -d own verify
		echo "$?"
	} >ended & exec cat ended' >code
	return "$(cat code)"
}
if unshare -rpf --mount-proc true 2>err; then
	exits 0 in_container
else
	skip 'a container' 'no process namespaces here'
fi
rm -f ran

# a signal to hook-run is one to the hook
# default COMMAND...: a shell has those in the background ignore two of them
default() {
	exec env --default-signal=INT,QUIT "$@"
}
signals='TERM HUP'
! env --default-signal=INT,QUIT true 2>err || signals='TERM HUP INT QUIT'
for signal in $signals; do
	rm -f ran child parent
	hook shipped/verify.d/10-slow 'sleep 30 & echo $! >child' \
		'echo $$ >parent' wait
	case $signal in
	INT | QUIT) default hook-run -d shipped -d own verify >out 2>err & ;;
	*) hook-run -d shipped -d own verify >out 2>err & ;;
	esac
	until_true [ -s parent ]
	kill -s "$signal" $!
	case $signal in
	HUP) ends=129 ;; INT) ends=130 ;; QUIT) ends=131 ;; TERM) ends=143 ;;
	esac
	code=0
	wait $! || code=$?
	same "$signal ends it as it ends any program" "$code" "$ends"
	ok "$signal: the hook is gone" gone "$(cat parent)"
	ok 'and its child' gone "$(cat child)"
	same 'the next did not run' "$(ran)" ''
done
# but what the caller ignores, as nohup does, is ignored
if env --ignore-signal=HUP true 2>err; then
	rm -f parent go
	hook shipped/verify.d/10-slow 'echo $$ >parent' \
		'until [ -e go ]; do sleep 0.05; done'
	env --ignore-signal=HUP,TERM,QUIT hook-run -d shipped -d own verify &
	until_true [ -s parent ]
	for signal in HUP TERM QUIT INT; do
		kill -s $signal $!
	done
	: >go
	exits 0 wait $!
	same 'ignored signals end nothing' "$(ran)" next
else
	skip 'signals that the caller ignores' 'env cannot do that here'
fi
rm -f ran
# one that comes while the time of a hook is over
hook shipped/verify.d/10-slow 'trap "echo told >parent; sleep 30" TERM' \
	'sleep 30 & wait'
rm -f parent
hook-run -t 1s -d shipped -d own verify >out 2>err &
until_true [ -s parent ]
kill $!
exits 143 wait $!
same 'the next did not run' "$(ran)" ''

# callers that ignore what a child tells leave that to those whom they start
hook shipped/verify.d/10-slow 'exit 75'
if env --ignore-signal=CHLD true 2>err; then
	exits 75 within 3 env --ignore-signal=CHLD hook-run -d shipped \
		-t 4s verify
else
	skip 'a caller that ignores SIGCHLD' 'env cannot do that here'
fi

# --- the list ---

fresh
for name in 10-a 20-b 30-c; do
	hook shipped/verify.d/$name
done
hook shipped/verify.d/README
hook own/verify.d/20-b
ln -s /dev/null own/verify.d/30-c
hook own/verify.d/40-d
chmod 644 own/verify.d/40-d
exits 0 run --list
same 'each with its state, its path, and why' "$(cat out)" "$(
	printf '%s\t%s\t%s\t%s\n' \
		10-a runs shipped/verify.d/10-a '' \
		20-b runs own/verify.d/20-b 'in the place of shipped/verify.d/20-b' \
		30-c masked own/verify.d/30-c \
		'a link to /dev/null; in the place of shipped/verify.d/30-c' \
		40-d refused own/verify.d/40-d \
		'not executable: chmod +x, or mask it by a link to /dev/null' \
		README ignored shipped/verify.d/README 'its name is not NN-name'
)"
exits 0 hook-run --list -d missing verify
silent
exits 0 env CERTCYCLE_KEY=/a.key hook-run -d shipped --env verify
prints '^CERTCYCLE_KEY=/a.key$'
sort out >printed
hook shipped/verify.d/40-e 'env | sed "/^\(_\|PWD\|SHLVL\)=/d" | sort >found'
rm own/verify.d/40-d
CERTCYCLE_KEY=/a.key run
same 'it is the environment that a hook finds' "$(cat printed)" "$(cat found)"
misused hook-run --list --env verify
exits 71 to_full hook-run -d shipped --env verify
exits 71 to_full run --list
says '^hook-run: standard output: No space left on device$'
exits 71 hook-run -d own/verify.d/20-b verify
says '20-b/verify.d: Not a directory$'

# --- issuers ---

fresh
hook shipped/issuer/copy 'sed s/request/certificate/' \
	'echo "$# $1 $CERTCYCLE_EVENT" >arguments' 'echo "to error" >&2' \
	'ls /proc/self/fd >descriptors'
printf 'a request\n' >request
exits 0 hook-run -d shipped -d own --issuer copy <request
same 'request in, certificate out' "$(cat out)" 'a certificate'
same 'its words' "$(cat err)" 'to error'
same 'its event' "$(cat arguments)" '1 issue issue'
exits 0 in_dirt hook-run -d shipped --issuer copy <request
same 'no other descriptor is open, but the one of ls' \
	"$(tr '\n' ' ' <descriptors)" '0 1 2 3 '
exits 0 hook-run --issuer "$T/shipped/issuer/copy" <request
prints '^a certificate$'
hook shipped/issuer/words 'echo "$# $1 $CERTCYCLE_EVENT"'
exits 0 hook-run -d shipped --issuer words
prints '^1 issue issue$'
exits 0 hook-run -d shipped --issuer words cacerts
prints '^1 cacerts cacerts$'
hook own/issuer/copy 'echo own'
exits 0 hook-run -d shipped -d own --issuer copy
prints '^own$'
exits 0 hook-run -d shipped -d own --list --issuer copy
same 'which it is' "$(cat out)" \
	"copy	runs	own/issuer/copy	in the place of shipped/issuer/copy"
chmod 777 own/issuer/copy
exits 70 hook-run -d shipped -d own --issuer copy
says '^hook-run: own/issuer/copy: refused: writable by others'
exits 70 hook-run --issuer "$T/own/issuer/copy"
says 'refused: writable by others'
exits 78 hook-run -d shipped -d own --issuer other
says '^hook-run: issuer other: there is none of this name$'
exits 78 hook-run --issuer copy
for name in '' ../issuer/copy ./copy copy.sh 'a b' '$(touch ran)' .; do
	exits 78 hook-run -d shipped --issuer "$name"
	says '^hook-run: issuer .*: not a name$'
	silent
done
exits 78 hook-run --issuer "$T/missing"
says 'missing'
ln -sf /dev/null own/issuer/copy
exits 78 hook-run -d shipped -d own --issuer copy <request
silent
same 'nothing ran' "$(ran)" ''

# --- the command line ---

exits 64 hook-run
misused hook-run
says '^hook-run: an operand is missing$'
misused hook-run verify more
says '^hook-run: more: one operand too many$'
misused hook-run --issuer copy issue verify
says '^hook-run: verify: one operand too many$'
for event in '' ../verify a/b verify.d 'a b' .; do
	misused hook-run -d shipped "$event"
	says ': not the name of an event$'
done
misused hook-run --dir= verify
says '^hook-run: --dir: empty$'
misused hook-run --dir
says '^hook-run: --dir: its argument is missing$'
for span in '' x -1 1.5s 50%; do
	misused hook-run --timeout="$span" verify
	says "^hook-run: $span: not a length of time"
done
done_testing
