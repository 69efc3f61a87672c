#!/bin/sh
# cert-sign: what it signs, other tools verify: by itself, by a CA, by a CA
# below a CA; and what it does not sign.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl certtool
now=$(date +%s)
day=86400

# request NAME [OPTION...]: NAME.key and NAME.csr, by openssl
request() {
	name=$1
	shift
	openssl ecparam -genkey -noout -name prime256v1 >"$name.key"
	openssl req -new -key "$name.key" -out "$name.csr" "$@" 2>err
}

# ends CERT SPAN: its end is that many seconds from now, and a minute at most
ends() {
	openssl x509 -noout -checkend $(($2 - 60)) -in "$1" >out 2>err &&
		! openssl x509 -noout -checkend $(($2 + 60)) -in "$1" >out 2>err
	result $? "$1 ends in $2 s"
}

# begins CERT ANCHOR SPAN: its begin lies that many seconds back
begins() {
	openssl verify -attime $((now - $3 + 60)) -CAfile "$2" "$1" \
		>out 2>err &&
		! openssl verify -attime $((now - $3 - 60)) -CAfile "$2" "$1" \
			>out 2>err && grep -q 'not yet valid' out err
	result $? "$1 began $3 s ago"
}

# has CERT PATTERN: openssl's account of it has such a line
has() {
	openssl x509 -noout -text -in "$1" >out
	prints "$2"
}

# chain CERT...: certtool verifies it, the last one being the anchor
chain() {
	cat "$@" >all.pem
	certtool --verify-chain --infile all.pem 2>&1 |
		grep 'Chain verification output: Verified'
}

public() {
	openssl "$1" -noout -pubkey -in "$2"
}

introduces cert-sign --self-signed --key --ca-cert --ca-key --passphrase-file \
	--duration --not-before --not-after --ca --path-length --key-usage \
	--extended-key-usage --copy-usage --dns --ip --uri --email --serial --chain --crl \
	--from --number --pkcs12 --name --password-file

# --- by itself ---

request dev1 -utf8 -subj '/O=Acme/OU=Device/CN=dev1' \
	-addext 'subjectAltName=DNS:dev1.example.com,IP:192.0.2.7'
exits 0 cert-sign --self-signed --key dev1.key dev1.csr
cp out dev1.pem
same 'one certificate' "$(grep -c BEGIN dev1.pem)" 1
ok 'openssl verifies it' openssl verify -CAfile dev1.pem dev1.pem
ok 'certtool verifies it' chain dev1.pem
alike 'it is for the key of the request' "$(public req dev1.csr)" \
	"$(public x509 dev1.pem)"
exact=RFC2253,dump_all,dump_der,oid
alike 'it has the subject of the request' \
	"$(openssl req -noout -subject -nameopt $exact -in dev1.csr)" \
	"$(openssl x509 -noout -subject -nameopt $exact -in dev1.pem)"
alike 'and is its own issuer' \
	"$(openssl x509 -noout -subject -nameopt $exact -in dev1.pem |
		sed 's/^subject//')" \
	"$(openssl x509 -noout -issuer -nameopt $exact -in dev1.pem |
		sed 's/^issuer//')"
has dev1.pem 'Version: 3 '
has dev1.pem 'CA:TRUE$'
has dev1.pem 'Basic Constraints: critical$'
has dev1.pem 'DNS:dev1.example.com, IP Address:192.0.2.7$'
has dev1.pem 'Subject Key Identifier'
begins dev1.pem dev1.pem $day
ends dev1.pem $((365 * day))
exits 0 cert-sign --self-signed --key dev1.key dev1.csr
same 'the serial number is another each time' "$({
	openssl x509 -noout -serial -in dev1.pem
	openssl x509 -noout -serial <out
} | sort -u | grep -c '^serial=[4-7][0-9A-F]\{31\}$')" 2

# the request in each of its forms
openssl req -in dev1.csr -outform DER >dev1.der
sed 's/CERTIFICATE REQUEST/NEW &/' dev1.csr >new.csr
certtool --crq-info --infile dev1.csr >text.csr 2>err
for file in dev1.der new.csr text.csr -; do
	exits 0 cert-sign --self-signed --key dev1.key $file <dev1.csr
	cp out form.pem
	alike "$file: the key is that of the request" \
		"$(public req dev1.csr)" "$(public x509 form.pem)"
done
exits 0 cert-sign --self-signed --key dev1.key <dev1.csr
exits 0 cert-sign --self-signed --key - dev1.csr <dev1.key

# every type of key
for type in ec-p384 ec-p521 ed25519 rsa-2048; do
	csr-gen --key $type.key --new-key $type --cn dev1 >$type.csr
	exits 0 cert-sign --self-signed --key $type.key $type.csr
	cp out $type.pem
	ok "$type: openssl verifies it" openssl verify -CAfile $type.pem $type.pem
	ok "$type: certtool verifies it" chain $type.pem
done

# --- by a CA ---

request root -subj '/CN=Test Root'
request middle -subj '/CN=Test Middle'
request dev2 -subj '/CN=dev2' \
	-addext 'subjectAltName=critical,DNS:dev2.example.com'
exits 0 cert-sign --self-signed --ca --key root.key --duration 100d root.csr
cp out root.pem
exits 0 cert-sign --ca --ca-cert root.pem --ca-key root.key --duration 50d \
	middle.csr
cp out middle.pem
exits 0 cert-sign --ca-cert middle.pem --ca-key middle.key --duration 10d \
	dev2.csr
cp out dev2.pem
ok 'openssl verifies the chain' openssl verify -CAfile root.pem \
	-untrusted middle.pem dev2.pem
# RFC 5280, 4.2.1.1 and 4.2.1.3: clients that hold to it refuse a chain
# without authority key identifiers and key usage
ok 'also when it is strict' openssl verify -x509_strict -CAfile root.pem \
	-untrusted middle.pem dev2.pem
ok 'certtool verifies the chain' chain dev2.pem middle.pem root.pem
exits 2 openssl verify -CAfile dev1.pem -untrusted middle.pem dev2.pem
has middle.pem 'CA:TRUE$'
has middle.pem 'Issuer: CN ?= ?Test Root$'
has dev2.pem 'CA:FALSE$'
has dev2.pem 'Issuer: CN ?= ?Test Middle$'
has dev2.pem 'Subject: CN ?= ?dev2$'
has dev2.pem 'DNS:dev2.example.com$'
alike 'it is for the key of the request' "$(public req dev2.csr)" \
	"$(public x509 dev2.pem)"
ends root.pem $((100 * day))
ends middle.pem $((50 * day))
ends dev2.pem $((10 * day))
for duration in 365d 50d 51d; do
	exits 0 cert-sign --ca-cert middle.pem --ca-key middle.key \
		--duration $duration dev2.csr
	cp out cut.pem
	alike "$duration: no longer than its issuer" \
		"$(openssl x509 -noout -enddate -in middle.pem)" \
		"$(openssl x509 -noout -enddate -in cut.pem)"
done
exits 0 cert-sign --self-signed --key dev1.key --duration '1h 30m' dev1.csr
cp out short.pem
ends short.pem 5400

# a CA that has expired cannot issue what ends before it begins
printf '%s\n' 'cn = "Test Root"' ca cert_signing_key \
	'activation_date = "2024-01-01 00:00:00 UTC"' \
	'expiration_date = "2025-01-01 00:00:00 UTC"' >expired.template
certtool --generate-self-signed --load-privkey root.key \
	--template expired.template --outfile expired.pem 2>err
exits 65 cert-sign --ca-cert expired.pem --ca-key root.key dev2.csr
openssl req -x509 -key root.key -subj '/CN=Test Leaf' -days 10 \
	-addext basicConstraints=CA:FALSE >leaf.pem 2>err
fails 65 "^cert-sign: leaf.pem: not a CA's: it can sign nothing" \
	cert-sign --ca-cert leaf.pem --ca-key root.key dev2.csr
exits 65 cert-sign --ca-cert expired.pem --ca-key root.key dev2.csr
silent

# --- what it does not sign ---

exits 65 cert-sign --self-signed --key root.key dev1.csr
says '^cert-sign: dev1.csr: the key does not match the request$'
silent
exits 65 cert-sign --ca-cert root.pem --ca-key middle.key dev2.csr
says '^cert-sign: root.pem: does not match the key in middle.key$'
silent
size=$(wc -c <dev1.der)

# flip OFFSET: broken.der, the request with a bit of that byte changed
flip() {
	byte=$(dd if=dev1.der bs=1 skip="$1" count=1 2>/dev/null |
		od -An -to1 | tr -d ' ')
	cp dev1.der broken.der
	# shellcheck disable=SC2059 # it is an escape
	printf "\\$(printf '%03o' $((0$byte ^ 1)))" |
		dd of=broken.der bs=1 seek="$1" conv=notrunc 2>/dev/null
}
flip $((size - 3))
exits 65 cert-sign --self-signed --key dev1.key broken.der
says '^cert-sign: .*own signature'
silent
sed 's/dev1/dev9/' dev1.der >renamed.der
exits 65 cert-sign --self-signed --key dev1.key renamed.der
says '^cert-sign: .*own signature'
silent
: >empty
printf 'garbage\n' >garbage
dd if=dev1.der of=half.der bs=100 count=1 2>err
for file in missing empty garbage half.der dev1.pem dev1.key; do
	exits 65 cert-sign --self-signed --key dev1.key $file
	says "^cert-sign: $file: (No such file|empty|not a certificate request)"
	silent
done
exits 65 cert-sign --self-signed --key dev1.key </dev/null
says '^cert-sign: standard input: empty$'
for file in missing empty garbage dev1.csr; do
	exits 65 cert-sign --self-signed --key $file dev1.csr
	says "^cert-sign: $file: (No such file|empty|not a private key)"
	exits 65 cert-sign --ca-cert root.pem --ca-key $file dev1.csr
	says "^cert-sign: $file: (No such file|empty|not a private key)"
	exits 65 cert-sign --ca-cert $file --ca-key root.key dev1.csr
	says "^cert-sign: $file: (No such file|empty|not a certificate)"
	silent
done
exits 71 cert-sign --self-signed --key . dev1.csr
says '^cert-sign: \.: Is a directory$'
exits 71 to_full cert-sign --self-signed --key dev1.key dev1.csr
says '^cert-sign: standard output: No space left on device$'

# --- the clock ---

in_1999() {
	faketime '1999-01-01 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! in_1999 cert-sign --version >out 2>err; then
	skip 'a clock that was never set' 'faketime cannot start a build with sanitizers'
else
	exits 80 in_1999 cert-sign --self-signed --key dev1.key dev1.csr
	says '^cert-sign: the clock says a time before this program was built$'
	silent
fi

# --- the command line ---

exits 64 cert-sign dev1.csr
misused cert-sign
says '--self-signed, or --ca-cert and --ca-key, is missing$'
misused cert-sign --ca-cert root.pem dev1.csr
says '--self-signed, or --ca-cert and --ca-key, is missing$'
misused cert-sign --ca-key root.key dev1.csr
misused cert-sign --self-signed dev1.csr
says '^cert-sign: --self-signed needs --key$'
misused cert-sign --self-signed --key dev1.key --ca-cert root.pem dev1.csr
says '^cert-sign: --self-signed, or a CA, not both$'
misused cert-sign --self-signed --key dev1.key --ca-key root.key dev1.csr
misused cert-sign --self-signed --key dev1.key dev1.csr dev2.csr
says '^cert-sign: dev2.csr: one operand too many$'
misused cert-sign --key
says '^cert-sign: --key: its argument is missing$'
for duration in 0 0s '' x -1d 30% 1.5h 100001y; do
	misused cert-sign --self-signed --key dev1.key \
		--duration="$duration" dev1.csr
	says "^cert-sign: ($duration: not a length|--duration: at least 1s)"
done
done_testing
