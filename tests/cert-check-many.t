#!/bin/sh
# cert-check with many certificates: what is looked at, what is printed, what
# the exit code says, and that memory stays as it is.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs certtool

from=1735689600 # 2025-01-01 00:00:00
day=86400
csr-gen --key dev.key --new-key ec-p256 --cn dev >dev.csr

# issue NAME FIRST LAST: NAME.pem, valid from one day of 2025 to another
issue() {
	printf '%s\n' "cn = \"${1##*/}\"" \
		"activation_date = \"2025-$2 00:00:00 UTC\"" \
		"expiration_date = \"2025-$3 00:00:00 UTC\"" >template
	certtool --generate-self-signed --load-privkey dev.key \
		--template template --outfile "$1.pem" 2>err
}
mkdir fleet fleet/deeper.pem empty keys
issue fleet/a 01-01 02-01
issue fleet/b 01-01 03-01
issue fleet/c 01-01 12-01
issue fleet/deeper.pem/d 01-01 02-01
issue fleet/.hidden 01-01 02-01
issue late 06-01 12-01
mv fleet/b.pem fleet/b.crt
cp fleet/a.pem fleet/e.cer
cp fleet/a.pem fleet/f.pem.new
cp dev.key fleet/privkey.pem
cp dev.csr fleet/request.pem
cp fleet/a.pem keys/readme
: >nothing
printf 'garbage\n' >bad.pem
mkfifo fleet/pipe.pem
ln -s c.pem fleet/c2.pem
at=--at=$((from + 20 * day))

# found TEXT NAME...: these names were printed, in this order, and no others
found() {
	text=$1
	shift
	[ $# = 0 ] || set -- "$(printf '%s\n' "$@")"
	same "$text" "$(cat out)" "${1:-}"
}

# --- what is looked at ---

within 5 exits 0 cert-check --due 30d $at fleet
found 'a directory: by name, by ending, nothing but files' \
	fleet/a.pem fleet/e.cer
same 'what is no certificate there is nothing to speak of' "$(cat err)" ''
exits 0 cert-check -v --due 30d $at fleet/
found 'a slash is no other name' fleet/a.pem fleet/e.cer
grep -q '^cert-check: fleet/privkey.pem: no certificate in it$' err
result $? 'but -v speaks of it'
exits 0 cert-check fleet
found 'nothing asked: all that are certificates' fleet/a.pem fleet/b.crt \
	fleet/c.pem fleet/c2.pem fleet/e.cer
rm fleet/c2.pem
exits 0 cert-check --due 30d $at fleet/c.pem fleet/b.crt fleet/a.pem
found 'names, in their order' fleet/a.pem
exits 0 cert-check $at --due 40d fleet/b.crt fleet
found 'files and directories' fleet/b.crt fleet/a.pem fleet/b.crt fleet/e.cer
exits 0 cert-check --valid $at - fleet/c.pem <fleet/a.pem
found 'standard input among them' - fleet/c.pem
exits 0 cert-check --due 30d $at fleet/a.pem
silent
exits 0 cert-check --names --due 30d $at fleet/a.pem
found 'one with its name, if wanted' fleet/a.pem
exits 1 cert-check --names --due 30d $at fleet/c.pem
silent
exits 65 cert-check --due 30d empty
says '^cert-check: empty: no file \*\.pem, \*\.crt or \*\.cer in it$'
exits 65 cert-check --due 30d keys
exits 0 cert-check --due 30d $at keys/readme
exits 65 cert-check --due 30d $at missing
silent

# --- a list of names ---

printf '%s\n' fleet/c.pem '' fleet/a.pem fleet >list
exits 0 cert-check --due 30d $at --files-from list
found 'a list; it can name a directory' fleet/a.pem fleet/a.pem fleet/e.cer
exits 0 cert-check --due 30d $at --files-from - <list
found 'the same from standard input' fleet/a.pem fleet/a.pem fleet/e.cer
printf 'fleet/a.pem' >list
exits 0 cert-check --due 30d $at --files-from list
found 'no line feed at its end' fleet/a.pem
odd='two
lines.pem'
cp fleet/a.pem "$odd"
cp fleet/a.pem ./-v
for name in "$odd" fleet/c.pem -v; do
	printf '%s\0' "$name"
done >nul-list
exits 0 cert-check -0 --due 30d $at --files-from nul-list
printf '%s\0' "$odd" -v | cmp -s - out
result $? 'names that end with a NUL, in and out'
exits 0 cert-check --null --files-from - <nul-list
printf '%s\0' "$odd" fleet/c.pem -v | cmp -s - out
result $? 'any of them from standard input'
exits 65 cert-check --files-from nul-list
says '^cert-check: nul-list: a NUL in a line of names$'
: >none
exits 1 cert-check --due 30d --files-from none
silent
exits 1 cert-check --due 30d --files-from - </dev/null
printf '%s\n' fleet/a.pem - >list
exits 65 cert-check --files-from - <list
says '^cert-check: -: standard input is the list$'
found 'and the rest goes on' fleet/a.pem
exits 0 cert-check --files-from list <fleet/c.pem
found 'a list elsewhere may name it' fleet/a.pem -
exits 65 cert-check --files-from missing
says '^cert-check: missing: No such file or directory$'
exits 71 cert-check --files-from fleet
says '^cert-check: fleet: Is a directory$'

# --- what the exit code says ---

exits 1 cert-check --due 1d $at fleet
silent
same 'and why not is no news of many' "$(cat err)" ''
exits 1 cert-check --cn nobody fleet
same 'nor is any other no' "$(cat err)" ''
exits 1 cert-check -v --cn nobody fleet/a.pem fleet/c.pem
same 'but for -v' "$(grep -c 'its common name is [ac], not nobody$' err)" 2
for bad in missing nothing bad.pem; do
	exits 65 cert-check --due 30d $at fleet/a.pem $bad fleet/e.cer
	found 'a bad one does not stop the rest' fleet/a.pem fleet/e.cer
	same 'and is told, once' "$(sed -n '$=' err)" 1
	says "^cert-check: $bad: "
	exits 65 cert-check --due 1d $at fleet/a.pem $bad
	silent
done
cp bad.pem fleet/z.pem
exits 65 cert-check --due 30d $at fleet
says '^cert-check: fleet/z.pem: not a certificate$'
found 'nor in a directory' fleet/a.pem fleet/e.cer
rm fleet/z.pem
ln -s nowhere fleet/z.pem
exits 65 cert-check --due 30d $at fleet
says '^cert-check: fleet/z.pem: No such file or directory$'
rm fleet/z.pem
exits 71 cert-check --due 30d $at fleet/a.pem /proc/self/mem missing
found 'the highest code of several' fleet/a.pem
# one that begins later tells that the clock is behind, or is odd itself
exits 80 cert-check --due 30d $at missing late.pem fleet
grep -q '^cert-check: late.pem: not valid yet: the clock is behind$' err
result $? 'it is named'
found 'the rest is judged all the same' fleet/a.pem fleet/e.cer
exits 0 cert-check --valid $at late.pem fleet/a.pem
found 'not valid yet is not valid' fleet/a.pem
exits 71 to_full cert-check fleet
says '^cert-check: standard output: No space left on device$'
# what is asked with is read once, before all, and ends it
exits 65 cert-check --later-than missing fleet
silent
same 'told once' "$(sed -n '$=' err)" 1
exits 0 cert-check --match dev.key --later-than fleet/a.pem fleet
found 'all questions at once' fleet/b.crt fleet/c.pem
exits 0 cert-check --trusted fleet/c.pem $at fleet
found 'trusted by one of them' fleet/c.pem
dates='activation_date = "2025-01-01 00:00:00 UTC"
expiration_date = "2025-12-01 00:00:00 UTC"'
{
	printf '%s\n' 'cn = CA' ca cert_signing_key crl_signing_key \
		"$dates" >template
	certtool --generate-self-signed --load-privkey dev.key \
		--template template --outfile ca.pem
	printf '%s\n' 'cn = device' "$dates" >template
	for name in good gone; do
		certtool --generate-certificate --load-privkey dev.key \
			--template template --load-ca-certificate ca.pem \
			--load-ca-privkey dev.key --outfile "$name.pem"
	done
	printf '%s\n' 'crl_this_update_date = "2025-01-01 00:00:00 UTC"' \
		'crl_next_update_date = "2025-04-01 00:00:00 UTC"' >template
	certtool --generate-crl --load-ca-certificate ca.pem \
		--load-ca-privkey dev.key --template template \
		--load-certificate gone.pem --outfile list.crl
} 2>err
exits 0 cert-check --not-revoked list.crl --trusted ca.pem $at good.pem gone.pem
found 'not revoked' good.pem
exits 65 cert-check --not-revoked list.crl --trusted ca.pem $at good.pem \
	fleet/a.pem gone.pem
found 'the list of another CA is no reason to stop' good.pem
exits 76 cert-check --not-revoked list.crl --trusted ca.pem \
	--at=$((from + 100 * day)) good.pem missing
silent

# --- the other way round ---

exits 0 cert-check --not --due 30d $at fleet
found 'those with a no' fleet/b.crt fleet/c.pem
exits 0 cert-check --not --not-revoked list.crl --trusted ca.pem $at good.pem \
	gone.pem
found 'the revoked one' gone.pem
exits 0 cert-check --not --cn nobody fleet/a.pem
silent
same 'of one too, without a reason' "$(cat err)" ''
exits 1 cert-check --not --cn a fleet/a.pem
exits 65 cert-check --not --cn a bad.pem

# --- what is printed ---

exits 0 cert-check --table --at=$((from + 40 * day)) fleet good.pem late.pem
cat >want <<'EOT'
    -9  2025-02-01T00:00:00Z  expired        fleet/a.pem
    19  2025-03-01T00:00:00Z  expires-soon   fleet/b.crt
   294  2025-12-01T00:00:00Z  valid          fleet/c.pem
    -9  2025-02-01T00:00:00Z  expired        fleet/e.cer
   294  2025-12-01T00:00:00Z  valid          good.pem
   294  2025-12-01T00:00:00Z  not-yet-valid  late.pem
EOT
same 'a table of all' "$(cat out)" "$(cat want)"
exits 0 cert-check --table --due 30d --at=$((from + 40 * day)) fleet
same 'a table of those that are due' "$(cat out)" \
	"$(sed -e 4q want | grep -v c.pem)"
exits 0 cert-check --table $at "$odd"
same 'a row is a line' "$(sed -n '$=' out)" 1
exits 0 cert-check --expire-in $at fleet
found 'numbers that sort' '11 fleet/a.pem' '39 fleet/b.crt' '314 fleet/c.pem' \
	'11 fleet/e.cer'
exits 0 cert-check -0 --expire-in=s $at "$odd" fleet/a.pem
printf '%s\0' "1 $odd" | sed 's/^1 /950400 /' >want
printf '950400 fleet/a.pem\0' >>want
cmp -s want out
result $? 'their names end with a NUL, if wanted'
exits 80 cert-check --expire-in $at late.pem fleet/a.pem
found 'no number where the clock is behind' '11 fleet/a.pem'
exits 0 cert-check --show $at fleet dev.csr dev.key
same 'a block for each' "$(grep -cE '^(Certificate|Key|Certificate request):' out)" 6
same 'with an empty line behind it' "$(grep -c '^$' out)" 6
exits 0 cert-check --json $at fleet dev.csr dev.key
same 'an object on each line' "$(grep -c '^{"name": .*}$' out)" 6
same 'and nothing else' "$(sed -n '$=' out)" 6
exits 65 cert-check --json $at fleet bad.pem dev.key
same 'but of what is none' "$(sed -n '$=' out)" 5
exits 0 cert-check --json --due 30d $at fleet
same '--due says what is soon' "$(grep -c '"due": true' out)" 2
same 'and asks nothing' "$(sed -n '$=' out)" 4

# --- steady memory ---

mkfifo feed
cert-check --due 999d $at --files-from - >names 2>told <feed &
pid=$!
exec 3>feed
# peak MARK COUNT: the most memory it ever had, after COUNT names more, in kB
peak() {
	awk -v n="$2" 'BEGIN { while (n-- > 0) print "fleet/a.pem" }' >&3
	printf '%s\n' "$1" >&3
	until_true grep -q "$1" told
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"
}
few=$(peak first-mark 1000)
many=$(peak second-mark 99000)
exec 3>&-
code=0
wait "$pid" || code=$?
same 'all of a hundred thousand' "$(sed -n '$=' names)" 100000
same 'but the two marks' "$code" 65
if [ "$few" -gt 20000 ]; then
	skip 'no more memory for 100,000 than for 1,000' \
		'a build with sanitizers keeps what is freed'
else
	ok "no more memory for 100,000 ($many kB) than for 1,000 ($few kB)" \
		[ "$many" -le $((few + 256)) ]
fi
done_testing
