#!/bin/sh
# key-sign: what it signs, openssl verifies; and nothing else.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl
printf 'a word of theirs' >word
printf 'a\0b\n\n' >bytes
printf 'open\n' >passphrase
printf 'shut\n' >wrong
chmod 600 passphrase wrong

introduces key-sign --key --passphrase-file
misused key-sign
says '--key is missing'
misused key-sign --key ec.key one two
says 'two: one operand too many'
misused key-sign --key -
says 'standard input cannot be two'
misused key-sign --key ec.key --passphrase-file -
says 'standard input cannot be two'

# verified TEXT KEY FILE: the line in out is the signature of FILE by KEY
verified() {
	cp out line
	same "$1: one line" 1 "$(sed -n '$=' line)"
	openssl base64 -d -A <line >signature
	openssl pkey -in "$2" -pubout -out public
	case $2 in
	ed*) set -- "$1" pkeyutl -verify -pubin -inkey public -rawin \
		-in "$3" -sigfile signature ;;
	*) set -- "$1" dgst -sha256 -verify public -signature signature "$3" ;;
	esac
	text=$1
	shift
	ok "$text: openssl verifies it" openssl "$@"
}

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.key
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key \
	2>/dev/null
openssl genpkey -algorithm ED25519 -out ed25519.key
openssl genpkey -algorithm ED448 -out ed448.key
for key in ec p384 rsa ed25519 ed448; do
	exits 0 key-sign --key "$key.key" word
	verified "$key" "$key.key" word
	exits 0 key-sign --key "$key.key" bytes
	verified "$key, any bytes" "$key.key" bytes
done
exits 0 key-sign --key rsa.key word
same 'RSA is PKCS#1 v1.5: the same each time' "$(cat out)" \
	"$(openssl dgst -sha256 -sign rsa.key word | openssl base64 -A)"

openssl pkcs8 -topk8 -in ec.key -passout pass:open -out locked.key
exits 0 key-sign --key locked.key --passphrase-file passphrase word
verified 'an encrypted key' ec.key word
fails 65 '^key-sign: locked.key: encrypted, and no passphrase' \
	key-sign --key locked.key word
fails 65 '^key-sign: locked.key: the passphrase does not open it' \
	key-sign --key locked.key --passphrase-file wrong word

# given FILE COMMAND...: with FILE as standard input
given() {
	from=$1
	shift
	"$@" <"$from"
}
exits 0 given word key-sign --key ec.key
verified 'standard input' ec.key word
exits 0 given word key-sign --key ec.key -
exits 0 given ec.key key-sign --key - word
: >./-
exits 0 given ec.key key-sign --key - word # which is no file of that name
rm ./-
verified 'a key from standard input' ec.key word
fails 65 '^key-sign: standard input: empty' given /dev/null key-sign --key ec.key
fails 65 '^key-sign: no-such-file: No such file' key-sign --key ec.key no-such-file
fails 65 '^key-sign: no-such-key: No such file' key-sign --key no-such-key word
fails 65 '^key-sign: word: not a private key' key-sign --key word word
fails 71 "^key-sign: $T: Is a directory" key-sign --key ec.key "$T"
exits 71 to_full key-sign --key ec.key word

# --- on a token ---
if command -v softhsm2-util >/dev/null; then
	make_token dev
	token='pkcs11:token=dev;object=dev'
	exits 0 csr-gen --key "$token" --passphrase-file dev.pin \
		--new-key ec-p256 --cn dev1
	openssl req -in out -noout -pubkey >token.public
	exits 0 key-sign --key "$token" --passphrase-file dev.pin word
	openssl base64 -d -A <out >signature
	ok 'openssl verifies what a token signed' openssl dgst -sha256 \
		-verify token.public -signature signature word
	fails 71 'PIN' key-sign --key "$token" --passphrase-file wrong word
else
	skip 'a key on a token' 'softhsm2-util is not installed'
fi
done_testing
