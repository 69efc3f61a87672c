#!/bin/sh
# A kill before and after each change of a file by cert-promote, while key and
# certificate change together: no file is lost, and the next run ends with a pair.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # what ok and exits call; $ for the inner shell
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs_cut
for name in dev1 dev2 dev3; do
	make_pair $name
done
# a chain is longer than what it replaces, or what replaces it
cat dev3.pem dev2.pem >chain.pem

# place: a fresh directory d: key and active are dev1's, newkey and new dev2's,
# and the former pair is dev3's
place() {
	rm -rf d
	mkdir d
	cp dev1.key d/key
	cp dev1.pem d/active
	cp dev2.key d/newkey
	cp dev2.pem d/new
	cp dev3.key d/key.old
	cp dev3.pem d/active.old
	chmod 640 d/key
	chmod 600 d/newkey d/key.old
}

# pair_of NAME [KEY CERT]: these two files are the pair of that name
pair_of() {
	cmp -s "$1.key" "${2:-d/key}" && cmp -s "$1.pem" "${3:-d/active}"
}

# kept FILE: one of those in d is the same
kept() {
	for other in d/*; do
		! cmp -s "$1" "$other" || return 0
	done
	return 1
}

# only NAME...: these and no others are in d
only() {
	[ "$(cd d && echo ./*)" = "$*" ]
}

rekey() {
	cert-promote --key d/newkey:d/key d/new d/active
}

back() {
	cert-promote --rollback --key d/key d/active
}

recover() {
	cert-promote --recover d/active
}

# killed N COMMAND...: before or after its Nth change of a file. In a subshell,
# which keeps to itself what a shell says of the killed
killed() (
	at=$1
	shift
	"$cut" --under "$T/" "$when" "$at" "$@"
	exit $?
) 2>err

# at_each PLACE CHECK COMMAND...: PLACE, then COMMAND killed at its first, second
# ... change of a file, until it ends with 0; CHECK after each kill
at_each() {
	before=$1 check=$2
	shift 2
	runs=0 bad='' endless=''
	for when in --before --after; do
		nth=0 ended=137
		while [ "$ended" = 137 ] && [ $nth -lt 200 ]; do
			nth=$((nth + 1))
			$before
			killed $nth "$@" && ended=0 || ended=$?
			[ "$ended" = 137 ] || break
			runs=$((runs + 1))
			$check || bad="$bad $when:$nth"
		done
		[ "$ended" = 0 ] || endless="$endless $when:$ended"
	done
	same "$check: it ends at last" "$endless" ''
	same "$check: whenever it is killed" "$bad" ''
	printf '# killed %s times\n' "$runs"
}

# nothing_lost: both keys and both certificates are somewhere, and what is in use
# is a pair, or there is a journal
nothing_lost() {
	for file in dev1.key dev1.pem dev2.key dev2.pem; do
		kept "$file" || return 1
	done
	if pair_of dev1 || pair_of dev2; then
		return 0
	fi
	apart=$((apart + 1))
	[ -s d/active.journal ]
}

# --- a new key ---

# after_recovery: a pair is in use, the other one is complete, and nothing is
# left over; to recover once more changes nothing
after_recovery() {
	recover 2>err || return 1
	if pair_of dev2; then
		pair_of dev1 d/key.old d/active.old &&
			only ./active ./active.old ./key ./key.old || return 1
	else
		pair_of dev1 && pair_of dev2 d/newkey d/new &&
			pair_of dev3 d/key.old d/active.old &&
			only ./active ./active.old ./key ./key.old ./new \
				./newkey || return 1
	fi
	cp -R d again
	recover && diff -r again d >out
	code=$?
	rm -rf again
	return "$code"
}

# rekey_cut: nothing is lost, recovery ends well, and so does the same command
rekey_cut() {
	nothing_lost || return 1
	cp -Rp d cut
	after_recovery || return 1
	rm -rf d
	mv cut d
	if [ -e d/new ] || [ -e d/active.journal ]; then
		rekey 2>err || return 1
	else
		recover || return 1
	fi
	pair_of dev2 && pair_of dev1 d/key.old d/active.old &&
		[ "$(stat -c %A d/key)" = -rw-r----- ] &&
		only ./active ./active.old ./key ./key.old
}

apart=0
at_each place rekey_cut cert-promote --key d/newkey:d/key d/new d/active
ok 'there were kills between the two renames' [ $apart -gt 0 ]
printf '# of these %s between the two\n' $apart

# --- back to the former pair ---

place_back() {
	place
	mv d/newkey d/key.old
	mv d/new d/active.old
}

back_cut() {
	nothing_lost || return 1
	recover 2>err || return 1
	pair_of dev1 || pair_of dev2 || return 1
	if pair_of dev1; then
		back || return 1
	fi
	pair_of dev2 && pair_of dev1 d/key.old d/active.old &&
		only ./active ./active.old ./key ./key.old
}

apart=0
at_each place_back back_cut cert-promote --rollback --key d/key d/active
ok 'there were kills between the two renames' [ $apart -gt 0 ]

# --- several former ones ---

place_many() {
	place
	for n in 2 3; do
		cp "dev$n.key" "d/key.old.$n"
		cp "dev$n.pem" "d/active.old.$n"
	done
}

# many_cut: after the next run, all are in their order
many_cut() {
	recover 2>err || return 1
	if [ -e d/new ]; then
		rekey || return 1
	fi
	pair_of dev2 && pair_of dev1 d/key.old d/active.old &&
		pair_of dev3 d/key.old.2 d/active.old.2 &&
		pair_of dev2 d/key.old.3 d/active.old.3 &&
		only ./active ./active.old ./active.old.2 ./active.old.3 \
			./key ./key.old ./key.old.2 ./key.old.3
}

at_each place_many many_cut cert-promote --key d/newkey:d/key d/new d/active

# --- recovery is killed, too ---

# between: key and certificate are of two pairs
between() {
	cmp -s dev2.key d/key && cmp -s dev1.pem d/active
}

# place_between: a promotion that was killed between its two renames
place_between() {
	n=0 code=137 when_now=$when when=--before
	while [ "$code" = 137 ] && [ ! -d between ]; do
		n=$((n + 1))
		place
		killed $n cert-promote --key d/newkey:d/key d/new d/active &&
			code=0 || code=$?
		! between || cp -Rp d between
	done
	when=$when_now
	rm -rf d
	cp -Rp between d
}

when=--before
place_between
ok 'the two do not match' between
ok 'and there is a journal' [ -s d/active.journal ]
same 'for its owner only' "$(stat -c %A d/active.journal)" -rw-------
at_each place_between after_recovery cert-promote --recover d/active

# what was to come is gone: then the way leads back
place_lost() {
	place_between
	rm d/new
}

back_again() {
	recover 2>err || return 1
	pair_of dev1 && cmp -s dev2.key d/newkey &&
		[ "$(stat -c %A d/key)" = -rw-r----- ] &&
		only ./active ./active.old ./key ./key.old ./newkey
}

place_lost
exits 0 recover
says 'd/active: undoing what was interrupted$'
ok 'the candidate is gone: back to the former pair' back_again
at_each place_lost back_again cert-promote --recover d/active
place_lost
cp dev3.pem d/new
exits 0 recover
ok 'the candidate is another one: back to the former pair' pair_of dev1
ok 'and the other one stays' cmp dev3.pem d/new

# --- recovery by what comes next ---

place_between
exits 0 rekey
says 'd/active: finishing what was interrupted$'
ok 'the same command again finishes it' pair_of dev2
place_between
exits 0 back
ok 'the way back finishes it first' pair_of dev1
ok 'and both are there' pair_of dev2 d/key.old d/active.old
place_between
cp dev3.pem d/other
exits 65 cert-promote --key d/key d/other d/active
says 'd/other: does not match the key in d/key$'
ok 'another candidate finds the pair finished' pair_of dev2
place_between
ln -s d way
exits 0 cert-promote --recover way/active
ok 'whatever the way to it' pair_of dev2

# --- journals that are not to be believed ---

# stays: nothing was changed
stays() {
	diff -r before d >out
	result $? 'nothing is changed'
	rm -rf before
}

place_between
cp dev3.key d/key
cp -Rp d before
fails 65 'd/key: someone changed it.*remove .*/d/active.journal$' recover
stays
place_between
rm d/key.old.tmp
rm d/new
cp -Rp d before
fails 65 'key.old.tmp: not what .*/d/key was$' recover
cmp -s dev2.key d/newkey
result $? 'the new key is where it was'
rm -rf before
place_between
rm d/new
cp dev3.key d/newkey
fails 65 'd/newkey: in the way of what is now .*/d/key' recover
ok 'the new key is where it was' cmp dev2.key d/key
ok 'and what is in its way' cmp dev3.key d/newkey
mv d/newkey away
exits 0 recover
ok 'once it is not, the way leads back' back_again
for mode in 620 602; do
	place_between
	chmod $mode d/active.journal
	cp -Rp d before
	fails 65 'active.journal: not a file that only its owner can write' \
		recover
	stays
done
place_between
ln d/active.journal d/second
fails 65 'active.journal: not a file that only its owner can write' recover
if [ "$(id -u)" = 0 ]; then
	place_between
	chown 54321 d/active.journal
	cp -Rp d before
	fails 65 'active.journal: not a file .* or not this user.s' recover
	stays
else
	skip 'the journal of another user' 'only root can give a file away'
fi
place_between
mv d elsewhere
cp -Rp elsewhere d
fails 65 'active.journal: the journal of another file: .*/d/active' \
	cert-promote --recover elsewhere/active
rm -rf elsewhere

# sealed rightly, but with records that no journal has
# sealed RECORD...: such a journal, each record in printf's form
sealed() {
	printf 'certcycle journal 1\0' >d/active.journal
	for record; do
		printf '%s\0' "$record" >>d/active.journal
	done
	seal=$(sha256sum <d/active.journal)
	printf '%s\0' "${seal%% *}" >>d/active.journal
	chmod 600 d/active.journal
}
place
hash=$(sha256sum <d/new)
hash=${hash%% *}
former=$(sha256sum <d/active)
former=${former%% *}
sealed "$hash" "$former" "$T/d/new" "$T/d/active" rename
exits 0 recover
ok 'a journal that is right' cmp dev2.pem d/active
for records in '' "$hash" "$hash - $T/d/new" \
	"- $former $T/d/new $T/d/active rename" \
	"$hash $former d/new d/active rename" \
	"$hash $former $T/d/new $T/d/active copy" \
	"$hash $former $T/d/active $T/d/active rename" \
	"${hash}0 $former $T/d/new $T/d/active rename" \
	"$hash ${former%?}G $T/d/new $T/d/active rename" \
	"$hash $former $T/d/new $T/d/active rename more" \
	"$hash $former $T/1 $T/2 rename $hash - $T/3 $T/4 rename $hash - $T/5 $T/6 rename"; do
	place
	# shellcheck disable=SC2086 # a word each
	sealed $records
	[ -n "$records" ] || sealed ''
	fails 65 'active.journal: not a journal that this version can read$' \
		recover
	ok 'nothing is changed' pair_of dev1
done

# --- in a namespace of its own: mount points, and a disk that is full ---

if [ "$(id -u)" != 0 ] || ! unshare -m true 2>err; then
	skip 'mount points' 'only root can mount one'
	done_testing
fi

# mounted COMMAND...: where d/active is a mount point
mounted() {
	unshare -m sh -c 'mount --bind host d/active && exec "$@"' - "$@"
}

# place_mount: the certificate in use is the file host, a chain
place_mount() {
	place
	cat chain.pem >host
	chmod 640 host
}

place_mount
exits 0 mounted cert-promote --key dev2.key d/new d/active
ok 'a mount point is overwritten' cmp dev2.pem host
same 'it keeps its mode' "$(stat -c %A host)" -rw-r-----
ok 'its former one is a copy' cmp chain.pem d/active.old
ok 'nothing else is left' only ./active ./active.old ./key ./key.old ./newkey
exits 0 mounted cert-promote --rollback --key dev3.key d/active
ok 'and back' cmp chain.pem host
ok 'and forth' cmp dev2.pem d/active.old
place_mount
cp dev1.pem host
exits 0 mounted cert-promote --key d/newkey:d/key d/new d/active
ok 'with a new key' pair_of dev2 d/key host
place_mount
exits 0 mounted cert-promote --mode 600 d/new d/active
same 'with another mode' "$(stat -c %A host)" -rw-------

# mount_cut: one of the two is there, whole or in the journal's care
mount_cut() {
	case $(cat host) in
	"$(cat chain.pem)" | "$(cat dev2.pem)") ;;
	*)
		torn=$((torn + 1))
		[ -s d/active.journal ] || return 1
		;;
	esac
	mounted cert-promote --recover d/active 2>err || return 1
	case $(cat host) in
	"$(cat dev2.pem)")
		cmp -s chain.pem d/active.old &&
			only ./active ./active.old ./key ./key.old ./newkey
		;;
	"$(cat chain.pem)")
		cmp -s dev2.pem d/new &&
			only ./active ./active.old ./key ./key.old ./new \
				./newkey
		;;
	*) false ;;
	esac
}

# killed_in_mount N: as killed, where d/active is a mount point
killed_in_mount() (
	mounted "$cut" --under "$T/" "$when" "$1" cert-promote d/new d/active
	exit $?
) 2>err

torn=0 runs=0 bad='' endless=''
for when in --before --after; do
	n=0 code=137
	while [ "$code" = 137 ] && [ $n -lt 200 ]; do
		n=$((n + 1))
		place_mount
		killed_in_mount $n && code=0 || code=$?
		[ "$code" = 137 ] || break
		runs=$((runs + 1))
		was_torn=$torn
		mount_cut || bad="$bad $when:$n"
		[ $torn = "$was_torn" ] || torn_at=$n
	done
	[ "$code" = 0 ] || endless="$endless $when:$code"
done
same 'a mount point: it ends at last' "$endless" ''
same 'a mount point: whenever it is killed' "$bad" ''
ok 'it was killed half-way, too' [ $torn -gt 0 ]
printf '# killed %s times, %s of them half-way\n' $runs $torn

# half-way, and what was to come is gone
place_mount
killed_in_mount "$torn_at"
rm d/new
exits 0 mounted cert-promote --recover d/active
ok 'half overwritten, it is made what it was' cmp chain.pem host
ok 'nothing else is left' only ./active ./active.old ./key ./key.old ./newkey

# full: where d has no byte left
full() {
	unshare -m sh -c 'mkdir -p small && mount -t tmpfs -o size=64k none small &&
		cp -p d/* small && { cat /dev/zero >small/zero; "$@"; code=$?
		rm small/zero; rm -rf d/*; cp -p small/* d; exit $code; }' - "$@" \
		2>&1 | grep -v '^cat: ' >said
}
place
(
	cd d && rm active.old key.old
)
full cert-promote --key small/newkey:small/key small/new small/active
cp said err
says 'active.journal.*: No space left on device$'
ok 'a full disk: nothing is changed' pair_of dev1
ok 'nothing is lost, nothing left' only ./active ./key ./new ./newkey
full cert-promote small/new small/active
same 'a certificate alone needs no space' "$(cat said)" ''
ok 'and is promoted' cmp dev2.pem d/active
ok 'and the former one kept' cmp dev1.pem d/active.old
done_testing
