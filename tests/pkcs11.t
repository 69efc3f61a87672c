#!/bin/sh
# Keys on a token: found, made, used; the PIN goes to one token, and once. On
# SoftHSM, and on a TPM 2 that swtpm plays.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl softhsm2-util p11tool
make_token tok
make_token other
uri='pkcs11:token=tok;object'

# verifies REQUEST: openssl finds its signature right
verifies() {
	openssl req -verify -noout -in "$1" 2>&1 | grep 'verify OK'
}

# --- made there, and used ---

for type in ec-p256 ec-p384 ec-p521 rsa-2048; do
	exits 0 csr-gen --key "$uri=$type" --passphrase-file tok.pin \
		--new-key $type --cn dev1
	cp out made.csr
	ok "$type: the request is signed right" verifies made.csr
	exits 0 csr-gen --key "$uri=$type" --passphrase-file tok.pin --cn dev1
	cp out request
	ok "$type: and of the key that is there" verifies request
	alike "$type: both are for one key" \
		"$(openssl req -noout -pubkey -in made.csr)" \
		"$(openssl req -noout -pubkey -in request)"
done
openssl req -noout -text -in request >out
prints 'Public-Key: \(2048 bit\)'
GNUTLS_PIN=1234 p11tool --login --list-privkeys 'pkcs11:token=tok' >listed 2>err
same 'the keys never leave the token' \
	"$(grep -c 'CKA_PRIVATE; CKA_NEVER_EXTRACTABLE; CKA_SENSITIVE' listed)" 4
same 'each has an id of its own' "$(sed -n 's/.*ID: //p' listed | sort -u |
	sed -n '$=')" 4
same 'and a public half' "$(p11tool --list-all 'pkcs11:token=tok' 2>err |
	grep -c 'Public key')" 4
exits 0 csr-gen --key "$uri=alone;id=%01%02" --passphrase-file tok.pin \
	--new-key ec-p256 --key-only
silent
exits 0 csr-gen --key 'pkcs11:token=tok;id=%01%02;type=private' \
	--passphrase-file tok.pin --cn dev1
exits 0 csr-gen --key "$uri=Zo%C3%AB%20x" --passphrase-file tok.pin \
	--new-key ec-p256 --cn dev1
exits 0 csr-gen --key "$uri=Zo%C3%AB%20x" --passphrase-file tok.pin --cn dev1
for taken in 'alone' 'alone;id=%03' 'more;id=%01%02'; do
	fails 71 'is there already, and is never overwritten$' csr-gen \
		--key "$uri=$taken" --passphrase-file tok.pin \
		--new-key ec-p256 --cn dev1
done
fails 65 'a new key needs a name: object=NAME$' csr-gen \
	--key 'pkcs11:token=tok;id=%09' --passphrase-file tok.pin \
	--new-key ec-p256 --cn dev1
fails 71 'the token makes no key of type ed25519: ' csr-gen --key "$uri=ed" \
	--passphrase-file tok.pin --new-key ed25519 --cn dev1
fails 65 'no such key on the token$' csr-gen --key "$uri=ed" \
	--passphrase-file tok.pin --cn dev1

exits 0 csr-gen --key "$uri=ec-p256" --passphrase-file tok.pin --cn dev1 \
	--organization Acme
cp out request
exits 0 cert-sign --self-signed --key "$uri=ec-p256?pin-value=1234" request
cp out tok.pem
exits 0 cert-check --match "$uri=ec-p256?pin-value=1234" tok.pem
exits 1 cert-check --match "$uri=ec-p384?pin-value=1234" tok.pem
openssl req -x509 -new -newkey rsa:2048 -nodes -keyout multi.key -days 30 \
	-multivalue-rdn -subj '/O=Acme+CN=dev1' >multi.pem 2>err
for type in ec-p256 rsa-2048; do
	exits 0 csr-gen --key "$uri=$type" --passphrase-file tok.pin \
		--from multi.pem
	cp out request
	ok 'a copied subject is signed right' verifies request
done

# --- the PIN ---

mkdir 'with blank'
cp -p tok.pin 'with blank/pin'
printf 'no PIN\n' >wrong.pin
chmod 600 wrong.pin
for source in 'pin-value=1234' 'pin-value=%31234' "pin-source=$T/tok.pin" \
	"pin-source=file:$T/tok.pin" "pin-source=file://$T/tok.pin" \
	"pin-source=file://localhost$T/tok.pin" pin-source=tok.pin \
	"pin-source=file:$T/with%20blank/pin"; do
	exits 0 csr-gen --key "$uri=ec-p256?$source" --cn dev1
done
exits 0 csr-gen --key "$uri=ec-p256" --passphrase-file - --cn dev1 <tok.pin
exits 0 csr-gen --key "$uri=ec-p256" --passphrase-file /dev/fd/3 --cn dev1 \
	3<tok.pin
exits 0 csr-gen --key "$uri=ec-p256?pin-value=9999" --passphrase-file tok.pin \
	--cn dev1
fails 65 '^csr-gen: missing: No such file' \
	csr-gen --key "$uri=ec-p256?pin-source=missing" --cn dev1
fails 65 'names a program, which is not run$' \
	csr-gen --key "$uri=ec-p256?pin-source=%7Ctouch%20ran" --cn dev1
ok 'nor did it run' [ ! -e ran ]
for key in "$uri=ec-p256" "$uri=none" 'pkcs11:token=tok' \
	"$uri=ec-p256?pin-value="; do
	fails 71 'wants a PIN: --passphrase-file or pin-source' \
		csr-gen --key "$key" --cn dev1
done
fails 71 'wants a PIN' csr-gen --key "$uri=new" --new-key ec-p256 --cn dev1

# hidden PATTERN KEY [OPTION...]: no PIN is in the words about it
hidden() {
	pattern=$1 key=$2
	shift 2
	code=0
	csr-gen -v --key "$key" --cn dev1 "$@" >out 2>err || code=$?
	cp err words
	same 'it fails, and does not tell the PIN' \
		"$code $(grep -c 97531 words)" "${code#0} 0"
	tail -n 1 words >out
	prints "$pattern"
}
hidden ': the token does not take this PIN, which was tried once' \
	"$uri=ec-p256?pin-value=97531"
hidden ': no such token is here$' 'pkcs11:token=none?pin-value=97531'
hidden 'object=%zz.*: not a PKCS#11 URI: ' 'pkcs11:object=%zz?pin-value=97531'
hidden 'a blank in it' "$uri=ec-p256?pin-value=1 97531"
hidden 'has an attribute that is none' 'pkcs11:colour=red?pin-value=97531'
hidden 'a blank in it' 'pkcs11:token=a b'
hidden 'pin-value=\*&' "$uri=a" --cn 'a?pin-value=97531&b'
hidden 'pin-value=\*: not an IP' "$uri=a" --ip '?pin-value=97531'

# tries PIN: how often the token of SoftHSM hears one
spy=$(first /usr/lib/*/pkcs11/pkcs11-spy.so /usr/lib/pkcs11/pkcs11-spy.so \
	/usr/lib*/pkcs11-spy.so)
softhsm=$(first /usr/lib/softhsm/libsofthsm2.so \
	/usr/lib/*/softhsm/libsofthsm2.so /usr/lib*/pkcs11/libsofthsm2.so)
if [ -n "$spy" ] && [ -n "$softhsm" ]; then
	export PKCS11SPY="$softhsm" PKCS11SPY_OUTPUT="$T/heard"
	for key in "$uri=ec-p256" "$uri=none" "$uri=none;id=%04"; do
		for option in '' --new-key=ec-p256; do
			rm -f heard
			# shellcheck disable=SC2086 # an option, or none
			code=0 && csr-gen $option --cn dev1 \
				--passphrase-file wrong.pin \
				--key "$key?module-path=$spy" >out 2>err ||
				code=$?
			same "a wrong PIN is tried once: $key $option" \
				"$(grep -c ': C_Login$' heard) $code" '1 71'
		done
	done
	rm -f heard
	exits 71 csr-gen --key "$uri=ec-p256?module-path=$spy" --cn dev1
	same 'none is none' "$(grep -c ': C_Login$' heard)" 0
	rm -f heard
	exits 65 csr-gen --passphrase-file tok.pin --cn dev1 \
		--key "pkcs11:object=ec-p256?module-path=$spy"
	same 'nor does any of two tokens hear one' \
		"$(grep -c ': C_Login$' heard)" 0
	exits 0 csr-gen --passphrase-file tok.pin --cn dev1 \
		--key "$uri=ec-p256?module-path=$spy"
	ok 'and a right one is heard' grep -q ': C_Login$' heard
	fails 71 'its module /missing.so: ' csr-gen --cn dev1 \
		--key "$uri=ec-p256?module-path=/missing.so&pin-value=1234"
else
	skip 'a wrong PIN is tried once' 'no pkcs11-spy.so'
fi

# --- a file that refers to a key ---

# refers NAME [SUFFIX]: the file NAME.ref, which refers to that key on the token
refers() {
	(umask 077 && printf '%s=%s%s\n' "$uri" "$1" "${2-}" >"$1.ref")
}
refers ref '?pin-source=tok.pin'
cp ref.ref kept.ref
fails 65 'object=ref: no such key on the token$' csr-gen --key ref.ref --cn dev1
exits 0 csr-gen --key ref.ref --new-key ec-p256 --cn dev1 --organization Acme
cp out ref.csr
same 'the reference is as it was' "$(cat ref.ref)" "$(cat kept.ref)"
fails 71 'object=ref: is there already, and is never overwritten$' csr-gen \
	--key ref.ref --new-key ec-p256 --key-only
exits 0 csr-gen --key "$uri=ref" --passphrase-file tok.pin --cn dev1 \
	--organization Acme
alike 'one key is behind both names' "$(openssl req -noout -pubkey -in out)" \
	"$(openssl req -noout -pubkey -in ref.csr)"
exits 0 cert-sign --self-signed --key ref.ref ref.csr
cp out ref.pem
exits 0 cert-check --match ref.ref ref.pem
exits 1 cert-check --match ref.ref tok.pem
says 'tok.pem: not for the key in pkcs11:token=tok;object=ref$'
exits 0 cert-sign --self-signed --ca --key ref.ref ref.csr
cp out ca.pem
exits 0 cert-sign --ca-cert ca.pem --ca-key ref.ref made.csr
exits 0 cert-check --show ref.ref
prints 'P-256|secp256r1'
printf '%s' "$uri=ref?pin-value=1234" >bare.ref
exits 0 csr-gen --key bare.ref --cn dev1
same 'a PIN that all can read is told' "$(grep '^csr-gen: ' err)" \
	'csr-gen: bare.ref: a secret that every user can read'
chmod 600 bare.ref
exits 0 csr-gen --key bare.ref --cn dev1
same 'or nothing' "$(grep '^csr-gen: ' err)" ''
refers ref
fails 71 'object=ref: the token wants a PIN' csr-gen --key ref.ref --cn dev1
exits 0 csr-gen --key ref.ref --passphrase-file tok.pin --cn dev1
exits 0 csr-gen --key /dev/fd/3 --passphrase-file - --cn dev1 3<ref.ref <tok.pin
fails 65 'standard input: not a private key$' csr-gen --key - --cn dev1 <ref.ref
printf '%s=ref\n\n' "$uri" >long.ref
printf '%s=ref\n%s=ref\n' "$uri" "$uri" >two.ref
printf '%s=ref\000' "$uri" >nul.ref
for name in long two nul; do
	fails 65 "$name.ref: a reference to a key is one line, and no more\$" \
		csr-gen --key $name.ref --passphrase-file tok.pin --cn dev1
done
csr-gen --key file.key --new-key ec-p256 --key-only
mkfifo pipe
cat file.key >pipe &
exits 0 csr-gen --key pipe --cn dev1
printf 'ref.ref\n' >again.ref
fails 65 'again.ref: not a private key$' csr-gen --key again.ref --cn dev1
printf 'pkcs11:token=tok;colour=red?pin-value=97531\n' >odd.ref
hidden 'has an attribute that is none' odd.ref
fails 65 'has an attribute that is none' cert-check --show odd.ref
printf 'pkcs11:token=none;object=a?pin-value=97531\n' >odd.ref
hidden 'no such token' odd.ref
fails 71 'no such token' cert-check --show odd.ref

# --- references change places, and the keys stay on the token ---

cp ref.pem active.pem
cp -p ref.ref dev.key
refers next '?pin-value=1234'
mv next.ref dev.key.new
exits 0 csr-gen --key dev.key.new --new-key ec-p384 --cn dev1
cp out next.csr
exits 0 cert-sign --self-signed --key dev.key.new next.csr
cp out next.pem
cp next.pem new.pem
fails 65 'new.pem: does not match the key in pkcs11:token=tok;object=ref$' \
	cert-promote --key dev.key --passphrase-file tok.pin new.pem active.pem
cp ref.pem wrong.pem
fails 65 'wrong.pem: does not match the key in pkcs11:token=tok;object=next$' \
	cert-promote --key dev.key.new:dev.key wrong.pem active.pem
ok 'all is where it was' [ -e dev.key.new ]
exits 0 cert-promote --key dev.key.new:dev.key new.pem active.pem
same 'the new reference is in the place' "$(cat dev.key)" \
	"$uri=next?pin-value=1234"
same 'the former one is kept' "$(cat dev.key.old)" "$uri=ref"
exits 0 cert-check --match dev.key active.pem
ok 'no new one is left' [ ! -e dev.key.new ]
exits 0 cert-promote --rollback --key dev.key --passphrase-file - active.pem \
	<tok.pin
same 'and back' "$(cat dev.key)" "$uri=ref"
exits 0 cert-check --match dev.key --passphrase-file tok.pin active.pem
if [ -n "$spy" ] && [ -n "$softhsm" ]; then
	for name in next ref; do
		printf '%s=%s?module-path=%s\n' "$uri" $name "$spy" >$name.spy
	done
	cp ref.spy both.key
	cp next.spy both.key.old
	cp ref.pem both.pem
	cp next.pem both.pem.old
	rm -f heard
	fails 71 'the token does not take this PIN, which was tried once' \
		cert-promote --rollback --key both.key \
		--passphrase-file wrong.pin both.pem
	same 'nor a second time, for the former key' \
		"$(grep -c ': C_Login$' heard)" 1
	chmod o= both.key both.key.old
	exits 0 cert-promote --rollback --key both.key \
		--passphrase-file tok.pin both.pem
fi
refers none
cp ref.pem new.pem
fails 65 'object=none: no such key on the token$' cert-promote \
	--passphrase-file tok.pin --key none.ref:dev.key new.pem active.pem
csr-gen --key file.key --cn dev1 >file.csr
cert-sign --self-signed --key file.key file.csr >new.pem
exits 0 cert-promote --key file.key:dev.key new.pem active.pem
exits 0 cert-promote --rollback --key dev.key --passphrase-file tok.pin \
	active.pem
same 'from a key in a file back to one on the token' "$(cat dev.key)" "$uri=ref"

# --- none, or several ---

fails 71 ': no such token is here$' csr-gen --passphrase-file tok.pin \
	--key 'pkcs11:token=none;object=ec-p256' --cn dev1
fails 65 ': no such key on the token$' csr-gen --passphrase-file tok.pin \
	--key "$uri=none" --cn dev1
fails 65 '^csr-gen: pkcs11:token=tok: 8 keys match: name one' csr-gen \
	--passphrase-file tok.pin --key 'pkcs11:token=tok' --cn dev1
same 'and each is listed' \
	"$(grep -c '^csr-gen: pkcs11:.*;token=tok;id=.*;type=private$' err)" 8
listed=$(sed -n 's/^csr-gen: \(pkcs11:.*object=ec-p384.*\)/\1/p' err)
exits 0 csr-gen --passphrase-file tok.pin --key "$listed" --cn dev1
fails 65 ': 2 tokens match: name one of them by its token or serial$' \
	csr-gen --passphrase-file tok.pin --key 'pkcs11:object=ec-p256' --cn dev1
same 'and both are listed' "$(sed -n 's/^csr-gen: pkcs11:.*;token=//p' err |
	sort | tr '\n' ' ')" 'other tok '
for type in ec-p256 rsa-2048; do
	p11tool --provider "$softhsm" --generate-privkey ecdsa --label twin \
		--login --set-pin 1234 'pkcs11:token=other' >out 2>&1
done
fails 65 'object=twin: 2 keys match: name one of them by its id or object$' \
	csr-gen --key 'pkcs11:token=other;object=twin?pin-value=1234' --cn dev1

softhsm2-util --init-token --free --label bare --pin 1234 --so-pin 5678 >out 2>&1
bare=$(p11tool --list-token-urls 2>err | grep 'token=bare$')
p11tool --initialize --label bare --set-so-pin 5678 "$bare" >out 2>err
fails 71 "the token's PIN was never set: initialize it first\$" csr-gen \
	--key 'pkcs11:token=bare;object=a' --passphrase-file tok.pin --cn dev1

# --- a TPM ---

uri='pkcs11:token=tpm;object'
make_tpm tpm || {
	skip 'a TPM 2' 'no swtpm, no libtpm2_pkcs11.so, or no sandbox'
	done_testing
}
for type in ec-p256 ec-p384 rsa-2048; do
	exits 0 csr-gen --key "$uri=$type" --passphrase-file tok.pin \
		--new-key $type --cn dev1
	cp out made.csr
	ok "TPM, $type: the request is signed right" verifies made.csr
	exits 0 csr-gen --key "$uri=$type?pin-source=file:$T/tok.pin" --cn dev1
	cp out request
	ok "TPM, $type: and of the key that is there" verifies request
	alike "TPM, $type: both are for one key" \
		"$(openssl req -noout -pubkey -in made.csr)" \
		"$(openssl req -noout -pubkey -in request)"
done
fails 71 'is there already' csr-gen --key "$uri=ec-p256" \
	--passphrase-file tok.pin --new-key ec-p256 --cn dev1
fails 65 ': 3 keys match' csr-gen --key 'pkcs11:token=tpm' \
	--passphrase-file tok.pin --cn dev1
fails 65 ': no such key on the token$' csr-gen --key "$uri=none" \
	--passphrase-file tok.pin --cn dev1
fails 71 ': the token wants a PIN' csr-gen --key "$uri=ec-p256" --cn dev1
fails 71 ': the token does not take this PIN' csr-gen --key "$uri=ec-p256" \
	--passphrase-file wrong.pin --cn dev1
exits 0 cert-sign --self-signed --key "$uri=rsa-2048?pin-value=1234" made.csr
exits 65 cert-sign --self-signed --key "$uri=ec-p256?pin-value=1234" made.csr
fails 71 ': the token makes no key of type ed25519' csr-gen --key "$uri=ed" \
	--passphrase-file tok.pin --new-key ed25519 --cn dev1
# tpm2-pkcs11 1.9 makes keys of P-521 that no one can read
code=0
csr-gen --key "$uri=ec-p521" --passphrase-file tok.pin --new-key ec-p521 \
	--cn dev1 >out 2>err || code=$?
case $code in
0) exits 0 csr-gen --key "$uri=ec-p521" --passphrase-file tok.pin --cn dev1 ;;
*)
	says 'of type ec-p521'
	fails 65 'no such key' csr-gen --key "$uri=ec-p521" \
		--passphrase-file tok.pin --cn dev1
	;;
esac
# a TPM has always a blank token, which holds no keys
exits 0 csr-gen --key 'pkcs11:object=rsa-2048;manufacturer=IBM' \
	--passphrase-file tok.pin --cn dev1
tpm_token fresh
fails 71 '^csr-gen: pkcs11:token=fresh;object=a: ' csr-gen --cn dev1 \
	--key 'pkcs11:token=fresh;object=a' --passphrase-file tok.pin
done_testing
