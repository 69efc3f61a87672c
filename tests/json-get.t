#!/bin/sh
# json-get: lines, tables, and what is not there; nothing in JSON speaks to a
# terminal or ends its line.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"

# get JSON OPTION...
get() {
	json=$1
	shift
	printf '%s' "$json" | json-get "$@"
}
# gives LINES JSON OPTION...: it ends with 0 and prints LINES
gives() {
	lines=$1
	shift
	exits 0 get "$@"
	same 'prints it' "$(printf '%b' "$lines")" "$(cat out)"
}

# --- the command line ---
introduces json-get --rows --where --without --merge --table
for odd in '' status =x; do
	misused json-get --where="$odd" name
	says '--where: .*: not MEMBER=VALUE'
done
misused json-get --table
says '--table: of which members'
misused json-get --merge
says '--merge: of which members'

# --- one row ---
gives 'x\t1.5\ttrue' '{"a":"x","b":{"c":[1.5]},"d":true}' a b.c.0 d
gives 'x\t\t' '{"a":"x","n":null}' a n no
gives '{"c":[1.5]}' '{"b":{"c":[1.5]}}' b
gives '{"a":1}' ' { "a" : 1 } '
gives 'text' '"text"'
gives '17' '17' .
gives '2\t2' '{"a":null,"b":2}' 'a|b' 'T=no|b|c'
gives 'x\t' '{"a=b":"x"}' 'a=a=b' 'a=b'
exits 1 get '{"a":null}' a b
silent
same 'and nothing is said' '' "$(cat err)"
exits 1 get '[1]' 1
exits 1 get '[1]' 99999999999999999999
exits 1 get '[1]' 0x
exits 0 get '[1]' 0
exits 1 get '{"a":[1]}' a.
gives null null

# --- rows ---
list='{"l":[{"n":"one","on":true},{"n":"two","on":false},{"n":"three"}],"e":[]}'
gives 'one\ttrue\ntwo\tfalse\nthree\t' "$list" --rows=l n on
gives 'two' "$list" --rows=l --where=on=false n
gives 'three' "$list" --rows=l --where=on= n
gives 'one\nthree' "$list" --rows=l --where=n=one --where=on= n
gives '' "$list" --rows=e n
gives 'one\ntwo\nthree' "$list" --rows=e --rows=l --rows=none n
gives '{"l":[{"n":"two","on":false}]}' "$list" --rows=l --where=n=two
gives '{"l":[],"e":[]}' "$list" --rows=l --rows=e --rows=none --where=n=four
exits 1 get "$list" --rows=none
silent
gives 'a\nb' '["a","b"]' --rows=. .
exits 1 get "$list" --rows=none n
silent
exits 1 get "$list" --rows=l.0 n
gives 'dev1\tdevice_dev1\nadmin\tadmin' \
	'{"u":[{"n":"device_dev1"},{"n":"admin"}]}' --rows=u --without=device_ n n

two='{"a":[{"i":"b","x":1},{"i":"a","x":2}],"b":[{"i":"b","y":3,"x":9},{"i":"c"}]}'
gives 'a\t2\t\nb\t1\t3\nc\t\t' "$two" --rows=a --rows=b --merge i x y
gives '1\t2' '[{"a":1,"b":2},{"a":1,"b":3},{"a":1}]' --rows=. --merge a b
gives '' '[]' --rows=. --merge a b

# --- for people ---
gives 'NAME   ON\none    true\ntwo    false\nthree  -' "$list" --rows=l --table \
	NAME=n ON=on
gives 'n  on' "$list" --rows=e --table n on
gives 'T      x\nt\0303\0244st\0303\0251  1\nab     2' \
	"$(printf '[{"T":"t\303\244st\303\251","x":1},{"T":"ab","x":2}]')" \
	--rows=. --table T x
gives 'a\nx' '{"a":"x"}' --table a

# --- what would speak to a terminal, or be two lines ---
gives '\\x1b[2J\\x0a\\x09\\xc2\\x9b' '{"a":"\u001b[2J\n\t\u009b"}' a
gives '{"a":"\\u001B\\u007f\\u009b"}' '{"a":"\u001b\u007f\u009b"}'
gives 'a\\x09b\nx' '{"a\tb":"x"}' --table "$(printf 'a\tb')"

# --- what is no JSON ---
fails 65 '^json-get: standard input: empty' get ''
for odd in '{' '{"a":1}}' "{'a':1}" '{"a":"\u0000"}' "$(printf '"\377"')"; do
	fails 65 '^json-get: standard input: not JSON: ' get "$odd" a
done
fails 71 'Is a directory' json-get a <"$T"
exits 71 to_full get "$list" --rows=l n
says 'standard output'
done_testing
