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

introduces cert-promote --key --passphrase-file --rollback --recover --keep \
	--mark --owner --group --mode

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
exits 0 cert-promote -v d/new d/active
says '^cert-promote: d/new becomes .*d/active$'
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
	says 'are on two filesystems.*: put the new one beside the active one$'
	silent
	same 'the certificate in use is as it was' "$(cat d/active)" "$first"
	same 'the former one is still that' "$(cat d/active.old)" "$third"
	same 'the candidate is still there' "$(cat "$apart/new")" "$second"
else
	skip 'another filesystem' '/dev/shm is none'
fi

# --- a mark ---

place
exits 65 cert-promote --key dev3.key --mark mark d/new d/active
exits 1 test -e mark
exits 0 cert-promote --mark mark d/new d/active
same 'the mark is there, for its owner' -rw------- "$(stat -c %A mark)"
place
csr-gen --key dev1.key --from dev1.pem |
	cert-sign --self-signed --key dev1.key >d/new
exits 0 cert-promote d/new d/active
printf 'mine\n' >mark
exits 0 cert-promote --rollback --mark mark d/active
same 'one that is there stays as it is' mine "$(cat mark)"
same 'and the former one is back' "$(cat d/active)" "$first"
rm mark
exits 0 cert-promote --rollback --mark mark d/active
ok 'a way back leaves one too' [ -e mark ]
place
exits 71 cert-promote --mark none/mark d/new d/active
says 'none/mark: No such file'
same 'without a mark nothing is changed' "$(cat d/active)" "$first"
place
ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o calls -e trace=%file,fsync \
	cert-promote --mark mark2 d/new d/active
ok 'it is on disk before the first change' awk '
	/mark2/ && (/O_CREAT/ || /link/) { made = 1; next }
	made && /fsync/ { synced = 1 }
	/ (rename|link)[a-z0-9]*\(.*active/ { changed = 1
		early = early || !synced }
	END { exit !(changed && !early) }' calls

# --- former ones ---

place 640
for n in 3 1 2 3; do
	cp dev$n.pem d/new
	exits 0 cert-promote --keep 3 d/new d/active
done
same 'three former ones, the latest first' \
	"$(cd d && cat active active.old active.old.2 active.old.3)" \
	"$third
$second
$first
$third"
same 'and not one more' "$(cd d && echo ./*)" \
	'./active ./active.old ./active.old.2 ./active.old.3'
cp dev1.pem d/new
exits 0 cert-promote d/new d/active
same 'without --keep as many stay as there are' \
	"$(cd d && cat active active.old active.old.2 active.old.3)" \
	"$first
$third
$second
$first"
exits 0 cert-promote --recover --keep 2 d/active
same 'fewer: the oldest goes' "$(cd d && echo ./*)" \
	'./active ./active.old ./active.old.2'
cp dev2.pem d/new
exits 0 cert-promote --keep 0 d/new d/active
same 'none' "$(cd d && echo ./*)" ./active
cp dev3.pem d/new
exits 0 cert-promote --keep=1 d/new d/active
same 'one' "$(cd d && cat ./*)" "$third
$second"
cp dev3.pem d/new
exits 0 cert-promote d/new d/active
same 'what was active already is no former one' "$(cd d && cat ./*)" "$third
$second"
for keep in -1 x '' 1x 99999999999999999999; do
	misused cert-promote --keep "$keep" d/new d/active
	says '--keep: .*: not a number$'
done

# --- back to the former one ---

place 640
fails 65 'active.old: is not there: nothing to go back to$' \
	cert-promote --rollback d/active
exits 0 cert-promote --key dev2.key d/new d/active
fails 65 'active.old: is for another key than .*active: --key=KEY goes' \
	cert-promote --rollback d/active
exits 0 cert-promote --rollback --key dev1.key d/active
silent
same 'back' "$(cat d/active d/active.old)" "$first
$second"
exits 0 cert-promote --rollback --key dev2.key d/active
same 'and forth' "$(cat d/active d/active.old)" "$second
$first"
fails 65 'active.old: does not match the key in dev3.key$' \
	cert-promote --rollback --key dev3.key d/active
cp d/active d/active.old
fails 65 'active.old: is what .*active is already: nothing to go back to$' \
	cert-promote --rollback d/active
: >d/active.old
fails 65 'active.old: empty$' cert-promote --rollback d/active
cp dev1.pem d/active.old
: >d/active
exits 0 cert-promote --rollback d/active
same 'an active one that is none needs no key' "$(cat d/active)" "$first"
rm d/active
cp dev2.pem d/active.old
exits 0 cert-promote --rollback d/active
same 'nor one that is gone' "$(cat d/*)" "$second"

# the same key: no need to say which
csr-gen --key dev1.key --cn dev1 | cert-sign --self-signed --key dev1.key >again.pem
place
cp again.pem d/new
exits 0 cert-promote --keep 2 d/new d/active
exits 0 cert-promote --rollback d/active
same 'back with the same key' "$(cat d/active)" "$first"
exits 0 cert-promote --rollback d/active
same 'and forth with it' "$(cat d/active d/active.old)" "$(cat again.pem dev1.pem)"

# --- owner, group, mode ---

place 640
exits 0 cert-promote --mode 604 d/new d/active
same 'the mode that is wanted' "$(stat -c %A d/active)" -rw----r--
same 'the former one keeps its own' "$(stat -c %A d/active.old)" -rw-r-----
if [ "$(id -u)" = 0 ]; then
	place 640
	exits 0 cert-promote --owner 54321 --group=54322 d/new d/active
	same 'owner and group by number' \
		"$(stat -c '%u:%g %A' d/active)" '54321:54322 -rw-r-----'
	place
	exits 0 cert-promote --owner nobody --group daemon d/new d/active
	same 'and by name' "$(stat -c %U:%G d/active)" nobody:daemon
else
	skip 'the owner that is wanted' 'only root can give a file away'
	place
	fails 71 'd/new: cannot be given to user 0 and group' \
		cert-promote --owner 0 d/new d/active
	untouched
fi
place
misused cert-promote --owner no-such-user d/new d/active
says '--owner: no-such-user: no such user$'
misused cert-promote --group no-such-group d/new d/active
says '--group: no-such-group: no such group$'
for mode in 8 1777 rw -1 ''; do
	misused cert-promote --mode "$mode" d/new d/active
	says "--mode: .*: not an octal mode up to 777\$"
done
untouched

# --- key and certificate together ---

# place_pair: a fresh directory d with a pair in use, key and active, and one
# that is to replace it
place_pair() {
	rm -rf d
	mkdir d
	cp dev1.key d/key
	cp dev1.pem d/active
	cp dev2.key d/newkey
	cp dev2.pem d/new
	chmod 640 d/key d/active
	chmod 600 d/newkey d/new
}

# pair_of NAME KEY CERT: these two files are the pair of that name
pair_of() {
	cmp -s "$1.key" "$2" && cmp -s "$1.pem" "$3"
}

# pairs_stay: both pairs in d are as they were
pairs_stay() {
	silent
	ok 'the pair in use is as it was' pair_of dev1 d/key d/active
	ok 'and so is the candidate' pair_of dev2 d/newkey d/new
}

# pair_untouched: they are, and nothing else is there
pair_untouched() {
	pairs_stay
	same 'nothing else is there' "$(cd d && echo ./*)" \
		'./active ./key ./new ./newkey'
}

place_pair
exits 0 cert-promote --key d/newkey:d/key d/new d/active
silent
ok 'the new pair is in use' pair_of dev2 d/key d/active
ok 'the former pair is kept' pair_of dev1 d/key.old d/active.old
same 'nothing else is there' "$(cd d && echo ./*)" \
	'./active ./active.old ./key ./key.old'
same 'the mode stays' "$(stat -c %A d/key d/active | tr '\n' ' ')" \
	'-rw-r----- -rw-r----- '
fails 65 'does not match the key in ' \
	cert-promote --rollback --key dev3.key d/active
exits 0 cert-promote --rollback --key d/key d/active
ok 'back' pair_of dev1 d/key d/active
ok 'both' pair_of dev2 d/key.old d/active.old
exits 0 cert-promote --rollback --key d/key d/active
ok 'and forth' pair_of dev2 d/key d/active
ok 'both' pair_of dev1 d/key.old d/active.old
same 'nothing else is there' "$(cd d && echo ./*)" \
	'./active ./active.old ./key ./key.old'
cp dev3.key d/newkey
cp dev3.pem d/new
exits 0 cert-promote --keep 2 --key d/newkey:d/key d/new d/active
ok 'one more' pair_of dev3 d/key d/active
ok 'the former' pair_of dev2 d/key.old d/active.old
ok 'and the one before' pair_of dev1 d/key.old.2 d/active.old.2

place_pair
rm d/key d/active
exits 0 cert-promote --key d/newkey:d/key d/new d/active
ok 'where none was' pair_of dev2 d/key d/active
same 'a key is for its owner only, a certificate for all' \
	"$(stat -c %A d/key d/active | tr '\n' ' ')" '-rw------- -rw-r--r-- '
same 'nothing else is there' "$(cd d && echo ./*)" './active ./key'

# names: links, blanks, line ends, dashes, colons
place_pair
mkdir d/keys
mv d/key d/keys/one
ln -s keys/one d/key
exits 0 cert-promote --key d/newkey:d/key d/new d/active
same 'a link to a key stays a link' "$(readlink d/key)" keys/one
ok 'to the new key' pair_of dev2 d/keys/one d/active
ok 'whose former is beside it' pair_of dev1 d/keys/one.old d/active.old
place_pair
mv d/key "d/a key:of
mine"
mv d/active 'd/a pair, in
use'
mv d/newkey d/-new
exits 0 in_d cert-promote "--key=-new:a key:of
mine" -- new 'a pair, in
use'
ok 'any byte in a name' pair_of dev2 "d/a key:of
mine" 'd/a pair, in
use'
place_pair
mv d/new d/--recover
mv d/active d/--
exits 0 in_d cert-promote --key newkey:key -- --recover --
ok 'names like options' pair_of dev2 d/key d/--
place
cp dev2.key d/a:b
exits 0 cert-promote --key d/a:b d/new d/active
same 'a file that is there by the whole name is one key' \
	"$(cat d/active)" "$second"

# what opens the new key
place_pair
printf 'open sesame\n' >secret
chmod 600 secret
openssl pkey -in dev2.key -aes256 -passout file:secret -out d/newkey
chmod 600 d/newkey
fails 65 'newkey: encrypted, and no passphrase is given: --passphrase-file' \
	cert-promote --key d/newkey:d/key d/new d/active
fails 65 'missing: No such file or directory$' cert-promote \
	--key d/newkey:d/key --passphrase-file missing d/new d/active
exits 0 cert-promote --key d/newkey:d/key --passphrase-file secret d/new d/active
same 'a key with a passphrase keeps it' "$(sed -n 1p d/key)" \
	'-----BEGIN ENCRYPTED PRIVATE KEY-----'
exits 0 cert-promote --rollback --key d/key --passphrase-file secret d/active
ok 'back to one that has none' pair_of dev1 d/key d/active
exits 0 cert-promote --rollback --key d/key --passphrase-file secret d/active
same 'and forth' "$(cat d/active)" "$second"

# the last --key counts
place_pair
exits 0 cert-promote --key d/newkey:d/key --key dev2.key d/new d/active
ok 'the key that is given last' cmp dev1.key d/key

# a key on a token, or from standard input
place
exits 0 cert-promote --key - d/new d/active <dev2.key
if command -v softhsm2-util >/dev/null; then
	place
	make_token box
	uri='pkcs11:token=box;object=dev4'
	csr-gen --key "$uri" --new-key ec-p256 --passphrase-file box.pin \
		--cn dev4 >dev4.csr
	cert-sign --ca-cert dev1.pem --ca-key dev1.key dev4.csr >dev4.pem 2>err
	cp dev4.pem d/new
	exits 0 cert-promote --key "$uri" --passphrase-file box.pin d/new d/active
	cp dev4.pem d/new
	(umask 077 && printf '4321\n' >wrong.pin)
	exits 71 cert-promote --key "$uri" --passphrase-file wrong.pin d/new d/active
	same 'and nothing is changed' "$(cat d/active)" "$(cat dev4.pem)"
	fails 65 'active.old: does not match the key in pkcs11:' \
		cert-promote --rollback --key "$uri" --passphrase-file box.pin \
		d/active
else
	skip 'a key on a token' 'softhsm2-util is not installed'
fi

# refused, and nothing is changed
place_pair
fails 65 'd/new: does not match the key in dev3.key$' \
	cert-promote --key dev3.key:d/key d/new d/active
fails 65 'missing: No such file or directory$' \
	cert-promote --key missing:d/key d/new d/active
fails 65 'd/newkey and .*d/newkey are the same file$' \
	cert-promote --key d/newkey:d/newkey d/new d/active
fails 65 'd/new and .*d/new are the same file$' \
	cert-promote --key d/newkey:d/key d/new d/new
cat dev2.key dev2.pem >both
chmod 600 both
fails 65 'are the same file$' cert-promote --key both:d/key both d/active
fails 65 'are the same file$' cert-promote --key d/newkey:d/active d/new d/active
cp both d/both
fails 65 'are the same file$' cert-promote --key d/newkey:d/both d/both d/active
fails 65 'are the same file$' cert-promote --key d/both:d/key d/new d/both
rm d/both
pair_untouched
chmod 644 d/key
fails 71 'd/key: others can use it .mode 644.*: chmod o= first$' \
	cert-promote --key d/newkey:d/key d/new d/active
chmod 640 d/key
chmod 604 d/newkey
fails 71 'd/newkey: others can use it .mode 604' \
	cert-promote --key d/newkey:d/key d/new d/active
chmod 600 d/newkey
ln -s newkey d/link
fails 71 'd/link: a symbolic link' \
	cert-promote --key d/link:d/key d/new d/active
rm d/link
fails 71 'missing/key: No such file or directory$' \
	cert-promote --key d/newkey:missing/key d/new d/active
fails 71 'd/key/key: Not a directory$' \
	cert-promote --key d/newkey:d/key/key d/new d/active
pair_untouched
mkdir d/key.old
fails 71 'key.old: Is a directory$' \
	cert-promote --key d/newkey:d/key d/new d/active
pairs_stay
rmdir d/key.old
pair_untouched
for key in :d/key d/newkey: d/newkey:pkcs11:object=key : -:d/key d/newkey:-; do
	misused cert-promote --key "$key" d/new d/active
	says '--key: .*: two files, NEWKEY:KEY$'
done
pair_untouched
if [ -n "$apart" ]; then
	cp dev2.key "$apart/newkey"
	chmod 600 "$apart/newkey"
	fails 71 'are on two filesystems' \
		cert-promote --key "$apart/newkey:d/key" d/new d/active
	pair_untouched
	cp dev2.pem "$apart/new"
	fails 71 'are on two filesystems' \
		cert-promote --key d/newkey:d/key "$apart/new" d/active
	pair_untouched
	ok 'the key went back' cmp dev2.key d/newkey
else
	skip 'a pair on another filesystem' '/dev/shm is none'
fi

# --- what was interrupted ---

place_pair
exits 0 cert-promote --recover d/active
exits 0 cert-promote --recover d/missing
pair_untouched
exits 0 cert-promote --recover missing/active

# a journal of which only a part, or only its size, came to the disk
printf 'certcycle journal 1' >whole
for size in 0 1 18 19; do
	place_pair
	head -c $size whole >d/active.journal
	exits 0 cert-promote --recover d/active
	pair_untouched
done
for torn in 'certcycle journal 1\0' 'certcycle journal 1\0-\0' '\0\0\0\0'; do
	# shellcheck disable=SC2059 # it has escapes
	printf "$torn" >d/active.journal
	exits 0 cert-promote --recover d/active
	pair_untouched
done
: >d/active.journal.part
exits 0 cert-promote --recover d/active
pair_untouched
printf 'Dear diary,\n' >d/active.journal
fails 65 'active.journal: no journal of cert-promote, but in its place' \
	cert-promote --recover d/active
fails 65 'active.journal: no journal of cert-promote' \
	cert-promote --key d/newkey:d/key d/new d/active
pairs_stay
rm d/active.journal
mkdir d/active.journal
fails 65 'active.journal: not a file that only its owner can write' \
	cert-promote --recover d/active
rmdir d/active.journal
ln -s nowhere d/active.journal
fails 71 'active.journal: ' cert-promote --recover d/active
rm d/active.journal
pair_untouched

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
	"$second")
		[ "$(cat d/active.old)" = "$first" ] ||
			[ "$(cat d/active.old.tmp)" = "$first" ]
		;;
	*) false ;;
	esac
}

# finished: what a run that was cut off left, the next one finishes
finished() {
	[ -e d/new ] || [ "$(cat d/active)" = "$second" ] || return 1
	if [ -e d/new ]; then
		cert-promote d/new d/active || return 1
	else
		cert-promote --recover d/active || return 1
	fi
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
			tr '\n' ' ')" 'fsync fsync rename fsync rename fsync '

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
		'./active ./active.old ./new;./active ./active.old ./active.old.tmp ./new;./active ./active.old ./active.old.tmp;./active ./active.old;'
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
			cert-promote --recover d/active 2>err ||
				broken="$broken $call:$at"
			case $(cat d/active.old) in
			"$first" | "$second") ;;
			*) broken="$broken $call:$at" ;;
			esac
			[ "$(cd d && echo ./*)" = './active ./active.old' ] ||
				broken="$broken $call:$at"
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
misused cert-promote --recover --mark mark d/active
misused cert-promote --key
says '^cert-promote: --key: its argument is missing$'
misused cert-promote --key - --passphrase-file - d/new d/active
says 'standard input cannot be both key and passphrase$'
misused cert-promote - d/active
says 'NEW is renamed: it cannot be standard input$'
misused cert-promote --rollback --recover d/active
says '--rollback or --recover, not both$'
misused cert-promote --rollback d/new d/active
misused cert-promote --recover
for option in --owner=0 --group=0 --mode=600 --key=d/newkey:d/key; do
	misused cert-promote --rollback $option d/active
	says 'are for NEW$'
	misused cert-promote --recover $option d/active
done
misused cert-promote --rollback --keep=1 d/active
says '--keep is not for --rollback$'
misused cert-promote --recover --key=d/key d/active
says '--recover knows the key$'
misused cert-promote --passphrase-file secret d/new d/active
says '--passphrase-file is for --key$'
done_testing
