#!/bin/sh
# Renewal with a new key, in a file and on a token; the way back; to whom the
# pair belongs; and the CA's certificates.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
# shellcheck disable=SC2086 # options, a word each
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device

# key_id KEY-OR-CERT: of its public key
key_id() {
	cert-check --json "$1" | sed -n 's/.*"id": *"\([0-9a-f]*\)".*/\1/p'
}
is_pair() {
	cert-check --valid --match "$key" --cn dev1 "$cert"
}

# --- step by step ---
before=$(key_id "$key")
exits 0 certcycle renew --rekey
ok 'the new key is beside the present one' [ -s "$key.new" ]
same 'for its owner alone' -rw------- "$(stat -c %A "$key.new")"
exits 0 cert-check --match "$key.new" --same-subject "$cert" "$cert.new"
exits 0 is_pair
exits 0 certcycle verify
exits 0 certcycle promote
exits 0 is_pair
ok 'it is another key' [ "$(key_id "$key")" != "$before" ]
same 'the former pair is kept' "$before $before" \
	"$(key_id "$key.old") $(key_id "$cert.old")"
exits 1 test -e "$key.new"

# --- back ---
hook post-renew.d/60-note <<'X'
printf '%s\n' "$CERTCYCLE_REASON" >>"$CERTCYCLE_STATE_DIR/../reasons"
X
exits 0 certcycle rollback
exits 0 is_pair
same 'key and certificate are the former ones' "$before $before" \
	"$(key_id "$key") $(key_id "$cert")"
same 'those who use it were told why' rollback "$(cat reasons)"
same 'it is noted' 'rollback post-renew 0' \
	"$(noted reason) $(noted step) $(noted result)"
exits 0 certcycle run
same 'nothing is due' "$before" "$(key_id "$key")"
exits 0 certcycle rollback
exits 0 is_pair
ok 'and forth' [ "$(key_id "$key")" != "$before" ]
csr-gen --key "$key.old" --from "$cert" |
	cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
		--not-before 2020-01-01 --not-after 2021-01-01 >"$cert.old"
exits 65 certcycle rollback
says 'not valid; --force goes back'
exits 0 certcycle rollback --force
exits 0 certcycle rollback
rm "$cert.old"
exits 65 certcycle rollback
says 'there is no former certificate'
exits 64 certcycle rollback now

# --- another type, and by configuration ---
exits 0 certcycle renew --rekey=ec-p384
exits 0 certcycle run
exits 0 is_pair
exits 0 cert-check --show "$key"
prints 'P-384'
exits 78 certcycle renew --rekey=dsa
before=$(key_id "$key")
exits 0 certcycle -o certificate.rekey=always run --force
exits 0 is_pair
ok 'rekey = always: run does it' [ "$(key_id "$key")" != "$before" ]
exits 0 cert-check --show "$key"
prints 'P-256'

# --- cut off between key and certificate ---
sandbox fault error
exits 69 certcycle renew --rekey
begun=$(key_id "$key.new")
exits 0 certcycle run --force
same 'the next one goes on with the same key' "$begun" "$(key_id "$key")"
exits 1 test -e "$key.new"

# --- rejected: the new key goes with its candidate ---
hook verify.d/50-no <<'X'
printf '%s\n' "$CERTCYCLE_CANDIDATE_KEY" >"$CERTCYCLE_STATE_DIR/../candidate-key"
exit 77
X
before=$(key_id "$key")
exits 77 certcycle -o certificate.rekey=always run --force
same 'the hook saw the new key' "$key.new" "$(cat candidate-key)"
exits 1 test -e "$key.new"
exits 1 test -e "$cert.new"
same 'the pair is as it was' "$before $before" "$(key_id "$key") $(key_id "$cert")"
rm etc/hooks/verify.d/50-no
# a new key that is nobody's does not come with another candidate
exits 0 certcycle renew
csr-gen --key "$key.new" --new-key ec-p256 --key-only
exits 0 certcycle run
exits 0 is_pair
same 'the key is the same' "$before" "$(key_id "$key")"
exits 1 test -e "$key.new"

# --- a key with a passphrase ---
printf 'open sesame\n' >passphrase
chmod 600 passphrase
opened="-o device.key_passphrase_path=$T/passphrase -o certificate.rekey=always"
exits 0 certcycle $opened run --force
exits 0 cert-check --match "$key" --passphrase-file passphrase "$cert"
exits 65 cert-check --match "$key" "$cert"
exits 0 certcycle $opened run --force
exits 0 certcycle -o "device.key_passphrase_path=$T/passphrase" run --force
exits 0 cert-check --match "$key" --passphrase-file passphrase "$cert"
exits 0 certcycle -o "device.key_passphrase_path=$T/passphrase" rollback

# --- to whom they belong ---
if [ "$(id -u)" = 0 ]; then
	exits 0 certcycle $opened -o device.owner=daemon -o device.group=bin \
		run --force
	same 'key and certificate belong to whom it says' \
		'daemon:bin daemon:bin -rw-------' \
		"$(stat -c %U:%G "$cert" "$key" | tr '\n' ' ')$(stat -c %A "$key")"
	exits 71 certcycle $opened -o device.owner=no-such-user run --force
	exits 0 certcycle $opened run
else
	skip 'to whom they belong' 'only root can give a file away'
fi

# --- the CA's certificates ---
hook issuer/rolling <<'X'
state=$CERTCYCLE_STATE_DIR/..
case $1 in
cacerts) cat "$state/roots" ;;
issue) exec "$(cat "$state/libexec")/hooks/issuer/c8y" issue ;;
esac
X
printf '%s\n' "$libexec" >libexec
hook post-renew.d/61-roots <<'X'
printf '%s\n' "$CERTCYCLE_CACERTS" >"$CERTCYCLE_STATE_DIR/../where"
X
unlocked="-o device.key_passphrase_path=$T/passphrase -o issuer=rolling"
for root in one two three four; do
	make_pair $root
	cp $root.pem roots
	exits 0 certcycle $unlocked run --force
done
cmp four.pem state/ca.pem && cmp three.pem state/ca.pem.old &&
	cmp two.pem state/ca.pem.old.2
result $? 'three generations are kept'
exits 1 test -e state/ca.pem.old.3
same 'hooks find them' "$T/state/ca.pem" "$(cat where)"
exits 0 certcycle $unlocked run --force
ok 'the same ones are no change' cmp three.pem state/ca.pem.old
printf 'no certificate\n' >roots
exits 0 certcycle $unlocked run --force
grep -q 'ca.pem: stays as it was' err
result $? 'a failure is told, and the renewal goes on'
ok 'and changes nothing' cmp four.pem state/ca.pem
: >roots
exits 0 certcycle $unlocked run --force
same 'an issuer that knows none is no failure' 0 "$(grep -c 'stays as' err)"

# --- a key on a token ---
if ! command -v softhsm2-util >/dev/null; then
	skip 'a key on a token' 'softhsm2-util is not installed'
	done_testing
fi
make_token dev
csr-gen --key 'pkcs11:token=dev;object=dev1' --passphrase-file dev.pin \
	--new-key ec-p256 --cn dev1 |
	cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
		--duration 300d >"$cert"
printf '%s\n' 'pkcs11:token=dev;object=dev1;type=private' >"$key"
token="-o device.key_passphrase_path=$T/dev.pin -o certificate.rekey=always"
on_token() {
	cert-check --valid --match "$key" --passphrase-file dev.pin \
		--cn dev1 "$cert"
}
exits 0 certcycle $token run --force
exits 0 on_token
same 'a new object, a new reference' \
	'pkcs11:token=dev;object=dev1-2;type=private' "$(cat "$key")"
exits 0 certcycle $token run --force
exits 0 on_token
same 'and the next number' 'pkcs11:token=dev;object=dev1-3;type=private' \
	"$(cat "$key")"
exits 0 certcycle $token rollback
exits 0 on_token
same 'back is the former reference' \
	'pkcs11:token=dev;object=dev1-2;type=private' "$(cat "$key")"
# dev1-3 is taken, and cut off behind the reference the next one makes its key
printf '%s\n' 'pkcs11:token=dev;object=dev1-4' >"$key.new"
chmod 600 "$key.new"
exits 0 certcycle $token run --force
exits 0 on_token
same 'the reference that was begun' 'pkcs11:token=dev;object=dev1-4' \
	"$(cat "$key")"
exits 0 certcycle $token rollback
hook verify.d/50-no <<'X'
exit 77
X
exits 77 certcycle $token run --force
same 'a free label is found; it stays for the next one' \
	'pkcs11:token=dev;object=dev1-5;type=private' \
	"$(cat "$key.new")"
rm etc/hooks/verify.d/50-no
exits 0 certcycle $token run --force
exits 0 on_token
same 'which uses it' 'pkcs11:token=dev;object=dev1-5;type=private' \
	"$(cat "$key")"

# from a file to a token, which is away when the candidate is judged
rm "$key"
csr-gen --key "$key" --new-key ec-p256 --cn dev1 |
	cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
		--duration 300d >"$cert"
(umask 077 && printf '%s\n' 'pkcs11:token=dev;object=dev1-9' >"$key.new")
exits 0 certcycle $token renew
mkdir no-tokens
printf 'directories.tokendir = %s/no-tokens\n' "$T" >no-tokens.conf
exits 70 env SOFTHSM2_CONF="$T/no-tokens.conf" certcycle $token run
ok 'a token that is away costs no candidate' [ -s "$cert.new" ]
exits 0 certcycle $token run
exits 0 on_token
same 'the key is on the token' 'pkcs11:token=dev;object=dev1-9' "$(cat "$key")"
done_testing
