#!/bin/sh
# cert-promote: the candidate becomes the active certificate, whole or not at
# all: also when the program is killed at any of its system calls.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
make_pair dev1
make_pair dev2
make_pair dev3
first=$(cat dev1.pem)
second=$(cat dev2.pem)
third=$(cat dev3.pem)

# place [MODE]: a fresh directory d with the certificate in use, which has that
# mode, and a candidate
place() {
	rm -rf d
	mkdir d
	cp dev1.pem d/active
	cp dev2.pem d/new
	chmod "${1:-644}" d/active
	chmod 600 d/new
}

in_d() (
	cd d && "$@"
)

# untouched: the certificate in use is as it was, and the candidate is there
untouched() {
	same 'the certificate in use is as it was' "$(cat d/active)" "$first"
	same 'the candidate is still there' "$(cat d/new)" "$second"
	ok 'there is no backup' [ ! -e d/active.old ]
	silent
}

introduces cert-promote --key

# --- promoted ---

place 640
exits 0 cert-promote d/new d/active
silent
same 'the candidate is active' "$(cat d/active)" "$second"
same 'the former one is kept' "$(cat d/active.old)" "$first"
same 'it has its mode' "$(stat -c %A d/active.old)" -rw-r-----
same 'and the new one has it too' "$(stat -c %A d/active)" -rw-r-----
same 'nothing else is there' "$(cd d && echo ./* ./.[!.]*)" \
	'./active ./active.old ./.[!.]*'
cp dev3.pem d/new
exits 0 cert-promote --key dev3.key d/new d/active
same 'a second one is active' "$(cat d/active)" "$third"
same 'and the one before it is kept' "$(cat d/active.old)" "$second"
cp dev3.pem d/new
exits 0 cert-promote d/new d/active
same 'the same certificate once more' "$(cat d/active)" "$third"

# and back again: the two change places
place 640
exits 0 cert-promote d/new d/active
exits 0 cert-promote d/active.old d/active
same 'back: the former one is active' "$(cat d/active)" "$first"
same 'and what was active is the former one' "$(cat d/active.old)" "$second"
same 'with its mode' "$(stat -c %A d/active)" -rw-r-----
same 'nothing else is there' "$(cd d && echo ./*)" './active ./active.old'
exits 0 cert-promote --key dev2.key d/active.old d/active
same 'and forth' "$(cat d/active)" "$second"
same 'and back' "$(cat d/active.old)" "$first"

place
rm d/active
exits 0 cert-promote d/new d/active
same 'where none was, all may read the first' "$(stat -c %A d/active)" \
	-rw-r--r--
ok 'and there is no former one' [ ! -e d/active.old ]

place
cat dev2.pem dev3.pem >d/new
exits 0 cert-promote d/new d/active
same 'a chain stays whole' "$(cat d/active)" "$second
$third"
place
openssl x509 -in dev2.pem -outform DER -out d/new
exits 0 cert-promote --key dev2.key d/new d/active

if [ "$(id -u)" = 0 ]; then
	place 640
	chown 54321:54322 d/active
	exits 0 cert-promote d/new d/active
	same 'owner and group stay' "$(stat -c '%u:%g %A' d/active)" \
		'54321:54322 -rw-r-----'
	same 'those of the former one, too' \
		"$(stat -c '%u:%g %A' d/active.old)" '54321:54322 -rw-r-----'
else
	skip 'owner and group stay' 'only root can give a file away'
fi

# a link stays a link: what it leads to is replaced
place 640
mkdir d/versions
mv d/active d/versions/one
ln -s versions/one d/active
exits 0 cert-promote d/new d/active
same 'a link stays a link' "$(readlink d/active)" versions/one
same 'to what is now the candidate' "$(cat d/versions/one)" "$second"
same 'with its mode' "$(stat -c %A d/versions/one)" -rw-r-----
same 'whose former is beside it' "$(cat d/versions/one.old)" "$first"
place
rm d/active
ln -s later d/active
cert-promote d/new d/active 2>err
same 'a link that leads nowhere yet stays a link' \
	"$(readlink d/active)" later

# in the directory itself, and where no name is harmless
place
exits 0 in_d cert-promote new active
same 'names without a directory' "$(cat d/active)" "$second"
place
# shellcheck disable=SC2016 # nothing in it is for this shell
name='d/a b;touch ran `touch ran`'
mv d/active "$name"
exits 0 cert-promote d/new "$name"
same 'a name that a shell would run' "$(cat "$name")" "$second"
same 'and its former one' "$(cat "$name.old")" "$first"
ok 'nothing ran' [ ! -e ran ]

# --- refused ---

: >empty
printf 'garbage\n' >garbage
for file in empty garbage dev1.key; do
	place
	cp $file d/new
	exits 65 cert-promote d/new d/active
	says '^cert-promote: d/new: (empty|not a certificate)$'
	same 'the certificate in use is as it was' "$(cat d/active)" "$first"
	ok 'there is no backup' [ ! -e d/active.old ]
done
place
exits 65 cert-promote d/missing d/active
says '^cert-promote: d/missing: No such file or directory$'
untouched
exits 65 cert-promote --key dev1.key d/new d/active
says '^cert-promote: d/new: does not match the key in dev1.key$'
untouched
for key in missing empty garbage dev2.pem; do
	exits 65 cert-promote --key $key d/new d/active
	says "^cert-promote: $key: (No such file|empty|not a private key)"
done
untouched
exits 65 cert-promote d/active d/active
says 'd/active are the same file$'
ln d/active d/twin
exits 65 cert-promote d/twin d/active
says 'd/active are the same file$'
ln -s active d/link
exits 65 cert-promote d/link d/active
says 'd/active are the same file$'
exits 65 cert-promote d/active d/link
untouched
ln -s new d/elsewhere
exits 71 cert-promote d/elsewhere d/active
says '^cert-promote: d/elsewhere: '
untouched

# --- not possible here ---

exits 71 cert-promote d/new missing/active
says '^cert-promote: missing/active: No such file or directory$'
exits 71 cert-promote d/new d/active/active
says '^cert-promote: d/active/active: Not a directory$'
mkdir d/directory
exits 71 cert-promote d/new d/directory
says 'd/directory: Is a directory$'
exits 71 cert-promote . d/active
says '^cert-promote: \.: Is a directory$'
exits 71 cert-promote d/new /proc/active
untouched
ln -s loop d/loop
exits 71 cert-promote d/new d/loop
place
mkdir d/active.old
exits 71 cert-promote d/new d/active
says 'active\.old: '
ok 'nothing is left over' [ ! -e d/active.old.tmp ]
same 'the certificate in use is as it was' "$(cat d/active)" "$first"
place
chmod 500 d
if (: >d/probe) 2>err; then
	rm -f d/probe
	skip 'a directory that cannot be written' 'root may write it'
else
	exits 71 cert-promote d/new d/active
	says '^cert-promote: .*Permission denied$'
	chmod 700 d
	untouched
fi
chmod 700 d
if [ "$(id -u)" = 0 ] && command -v unshare >/dev/null &&
	unshare -m true 2>err; then
	place
	# shellcheck disable=SC2016 # for the inner shell
	exits 71 unshare -m sh -c 'mount --bind d d && mount -o remount,ro,bind d &&
		exec cert-promote d/new d/active'
	says 'Read-only file system$'
	untouched
else
	skip 'a read-only filesystem' 'only root can mount one'
fi

# another filesystem: no rename is whole between two
apart=
if [ -w /dev/shm ] && [ "$(stat -c %d /dev/shm)" != "$(stat -c %d .)" ]; then
	apart=$(mktemp -d /dev/shm/certcycle-test.XXXXXX) &&
		at_end "rm -rf '$apart'"
fi
if [ -n "$apart" ]; then
	place
	cp dev3.pem d/active.old
	cp dev2.pem "$apart/new"
	exits 71 cert-promote "$apart/new" d/active
	says 'are on two filesystems.*: put the candidate beside the certificate$'
	silent
	same 'the certificate in use is as it was' "$(cat d/active)" "$first"
	same 'the former one is still that' "$(cat d/active.old)" "$third"
	same 'the candidate is still there' "$(cat "$apart/new")" "$second"
else
	skip 'another filesystem' '/dev/shm is none'
fi

# --- killed at each of its system calls ---

# killed_at CALL N [NEW]: strace kills it as it enters CALL for the Nth time. In a
# subshell, which keeps to itself what a shell says of the killed
killed_at() (
	ASAN_OPTIONS=detect_leaks=0 strace -f -o trace -e trace="$1" \
		-e inject="$1:signal=KILL:when=$2" cert-promote "d/${3:-new}" d/active
	exit $?
) 2>err

# whole: each name that is there holds a whole certificate, and the one in use
# is there
whole() {
	for file in d/*; do
		case $(cat "$file") in
		"$first" | "$second" | "$third") ;;
		*) return 1 ;;
		esac
	done
	[ -e d/active ] && case $(cat d/active) in
	"$first") [ "$(cat d/new)" = "$second" ] ;;
	"$second") [ "$(cat d/active.old)" = "$first" ] ;;
	*) false ;;
	esac
}

# finished: what a run that was cut off left, the next one finishes
finished() {
	[ -e d/new ] || [ "$(cat d/active)" = "$second" ] || return 1
	[ ! -e d/new ] || cert-promote d/new d/active || return 1
	[ "$(cat d/active)" = "$second" ] &&
		[ "$(cat d/active.old)" = "$first" ] &&
		[ "$(stat -c %A d/active)" = -rw-r----- ] &&
		[ "$(cd d && echo ./*)" = './active ./active.old' ]
}

if ! strace -o trace true 2>err; then
	skip 'killed at each system call' 'strace is not installed or may not trace'
else
	place
	ASAN_OPTIONS=detect_leaks=0 strace -f -o trace cert-promote d/new \
		d/active 2>err
	same 'what is renamed is on disk before, and the directory after' \
		"$(sed -n -e 's/^[0-9]* *fsync(.*/fsync/p' \
			-e 's/^[0-9]* *rename[a-z0-9]*(.*/rename/p' trace |
			tr '\n' ' ')" 'fsync rename rename fsync '

	runs=0 broken='' unfinished='' endless='' states=''
	# those that an architecture does not have are in question marks
	for call in '?link' '?linkat' '?rename' '?renameat' '?renameat2' \
		'?unlink' '?unlinkat' fsync fchmod '?fchown' '?open' openat \
		close; do
		at=0 code=137
		while [ "$code" = 137 ] && [ "$at" -lt 100 ]; do
			at=$((at + 1))
			place 640
			cp dev3.pem d/active.old # of the promotion before
			killed_at "$call" $at && code=0 || code=$?
			[ "$code" = 137 ] || break
			runs=$((runs + 1))
			whole || broken="$broken $call:$at"
			state=$(cd d && echo ./*)
			case $states in
			*"$state;"*) ;;
			*) states="$states$state;" ;;
			esac
			finished || unfinished="$unfinished $call:$at"
		done
		[ "$code" = 0 ] || endless="$endless $call:$code"
	done
	same 'killed at every call, it ends at last' "$endless" ''
	same 'whenever it is killed, all is whole' "$broken" ''
	same 'and the next run finishes it' "$unfinished" ''
	same 'it was killed before, between and after' "$states" \
		'./active ./active.old ./new;./active ./active.old ./active.old.tmp ./new;./active ./active.old;'
	printf '# killed %s times\n' $runs

	# on the way back, too, neither of the two is ever lost
	broken='' endless='' runs=0
	for call in '?link' '?linkat' '?rename' '?renameat' '?renameat2' \
		'?unlink' '?unlinkat' fsync fchmod openat; do
		at=0 code=137
		while [ "$code" = 137 ] && [ "$at" -lt 100 ]; do
			at=$((at + 1))
			place
			mv d/new d/active.old
			killed_at "$call" $at active.old && code=0 || code=$?
			[ "$code" != 137 ] || runs=$((runs + 1))
			case $(cat d/active) in
			"$first" | "$second") ;;
			*) broken="$broken $call:$at" ;;
			esac
			case $(cat d/*) in
			*"$first"*"$second"* | *"$second"*"$first"*) ;;
			*) broken="$broken $call:$at" ;;
			esac
		done
		[ "$code" = 0 ] || endless="$endless $call:$code"
	done
	same 'back: killed at every call, it ends at last' "$endless" ''
	same 'back: whenever it is killed, both are there' "$broken" ''
	ok 'back: it was killed ten times and more' [ $runs -gt 10 ]
fi

# --- the command line ---

exits 64 cert-promote d/new
misused cert-promote
says '^cert-promote: an operand is missing$'
misused cert-promote d/new d/active more
says '^cert-promote: more: one operand too many$'
misused cert-promote --key
says '^cert-promote: --key: its argument is missing$'
done_testing
