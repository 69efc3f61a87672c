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
! grep -qE 'Key Usage|pathlen|Authority Key' out
result $? 'and nothing else: what tedge makes'
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

# --- a CA and what is below it ---

# root, intermediate and device as people make them with openssl and a
# configuration file for each
csr-gen --key r.key --new-key ec-p256 --cn Root |
	cert-sign --self-signed --ca --path-length 2 --duration 20y \
		--key-usage 'digitalSignature, cRLSign,keycertsign' \
		--key r.key >r.pem
csr-gen --key i.key --new-key ec-p256 --cn Middle |
	cert-sign --ca --ca-cert r.pem --ca-key r.key --chain \
		--duration 10y >i.pem
csr-gen --key d.key --new-key ec-p256 --cn dev3 >d.csr
cert-sign --ca-cert i.pem --ca-key i.key --chain \
	--key-usage nonRepudiation,digitalSignature,keyEncipherment \
	--extended-key-usage clientAuth,1.2.3,clientAuth d.csr >d.pem
same 'the chain is the device, the CA, its CA' "$(grep -c BEGIN d.pem)" 3
ok 'openssl verifies it' openssl verify -x509_strict -CAfile r.pem \
	-untrusted i.pem d.pem
ok 'certtool verifies the file as it stands' chain d.pem
ok 'so does cert-check' cert-check --trusted r.pem --match d.key d.pem
has r.pem 'CA:TRUE, pathlen:2$'
prints 'Digital Signature, Certificate Sign, CRL Sign$'
has i.pem 'CA:TRUE, pathlen:1$'
prints 'Certificate Sign, CRL Sign$'
has d.pem 'CA:FALSE$'
prints 'Key Usage: critical$'
prints 'Digital Signature, Non Repudiation, Key Encipherment$'
prints 'TLS Web Client Authentication, 1\.2\.3$'
! grep -q pathlen out
result $? 'a device has no path length'

# as far as the path length goes, and no further
request sub -subj '/CN=Sub'
exits 0 cert-sign --ca --ca-cert i.pem --ca-key i.key --chain sub.csr
cp out sub.pem
has sub.pem 'CA:TRUE, pathlen:0$'
request sub2 -subj '/CN=Sub2'
fails 65 '^cert-sign: sub.pem: its path length allows no further CA below it$' \
	cert-sign --ca --ca-cert sub.pem --ca-key sub.key sub2.csr
exits 0 cert-sign --ca-cert sub.pem --ca-key sub.key --chain d.csr
cp out far.pem
ok 'openssl verifies all four' openssl verify -x509_strict -CAfile r.pem \
	-untrusted sub.pem far.pem
fails 65 'i.pem: its path length leaves 0 at most to the new CA, not 1$' \
	cert-sign --ca --ca-cert i.pem --ca-key i.key --path-length 1 sub.csr
exits 0 cert-sign --ca --ca-cert r.pem --ca-key r.key --path-length 0 sub.csr
cp out sub0.pem
has sub0.pem 'pathlen:0$'
fails 65 'sub0.pem: its path length allows' \
	cert-sign --ca --ca-cert sub0.pem --ca-key sub.key sub2.csr
exits 0 cert-sign --ca --ca-cert root.pem --ca-key root.key middle.csr
cp out free.pem
has free.pem 'CA:TRUE$'
# what stands above the CA counts too, where its file has it
printf '%s\n' basicConstraints=critical,CA:TRUE >loose.ext
openssl x509 -req -in sub.csr -CA sub0.pem -CAkey sub.key -days 9 \
	-extfile loose.ext >loose.pem 2>err
openssl x509 -req -in sub2.csr -CA i.pem -CAkey i.key -days 9 \
	-extfile loose.ext >loose2.pem 2>err
exits 0 cert-sign --ca --ca-cert loose2.pem --ca-key sub2.key sub.csr
cat loose2.pem i.pem >above.pem
fails 65 'above.pem: its path length allows no further CA' \
	cert-sign --ca --ca-cert above.pem --ca-key sub2.key sub.csr
# a certificate behind it that is not its issuer's is another matter
cat free.pem sub0.pem >beside.pem
exits 0 cert-sign --ca --ca-cert beside.pem --ca-key middle.key sub.csr
fails 65 'beside.pem: no chain: certificate 2 is not the issuer of certificate 1$' \
	cert-sign --chain --ca-cert beside.pem --ca-key middle.key d.csr

# what the CA's own key usage allows
for usage in cRLSign keyCertSign; do
	openssl req -x509 -key root.key -subj '/CN=Only' -days 10 \
		-addext keyUsage=critical,$usage >$usage.pem 2>err
done
fails 65 '^cert-sign: cRLSign.pem: its key usage has no keyCertSign' \
	cert-sign --ca-cert cRLSign.pem --ca-key root.key d.csr
exits 0 cert-sign --crl --ca-cert cRLSign.pem --ca-key root.key /dev/null
fails 65 '^cert-sign: keyCertSign.pem: its key usage has no cRLSign' \
	cert-sign --crl --ca-cert keyCertSign.pem --ca-key root.key /dev/null
exits 0 cert-sign --ca-cert keyCertSign.pem --ca-key root.key d.csr

# every type of key as a CA's, in what it signs
for pair in ec-p256:ecdsa-with-SHA256 ec-p384:ecdsa-with-SHA384 \
	ec-p521:ecdsa-with-SHA512 rsa-2048:sha256WithRSAEncryption \
	ed25519:ED25519; do
	type=${pair%%:*}
	csr-gen --key "ca-$type.key" --new-key "$type" --cn "CA $type" |
		cert-sign --self-signed --ca --key "ca-$type.key" >"ca-$type.pem"
	exits 0 cert-sign --ca-cert "ca-$type.pem" --ca-key "ca-$type.key" d.csr
	cp out "by-$type.pem"
	ok "$type: openssl verifies what it signs" openssl verify \
		-x509_strict -CAfile "ca-$type.pem" "by-$type.pem"
	has "by-$type.pem" "Signature Algorithm: ${pair#*:}\$"
	exits 0 cert-sign --crl --ca-cert "ca-$type.pem" \
		--ca-key "ca-$type.key" "by-$type.pem"
	cp out "by-$type.crl"
	openssl crl -in "by-$type.crl" -CAfile "ca-$type.pem" -noout -text \
		>out 2>err
	says '^verify OK$'
	prints "Signature Algorithm: ${pair#*:}\$"
	exits 2 openssl verify -crl_check -CAfile "ca-$type.pem" \
		-CRLfile "by-$type.crl" "by-$type.pem"
	says 'certificate revoked|verification failed'
	ok "$type: certtool takes the list" certtool --verify-crl \
		--load-ca-certificate "ca-$type.pem" --infile "by-$type.crl"
done

# --- what a request asks for, and what the signer says ---

request wants -subj '/CN=wants' -addext keyUsage=critical,keyAgreement \
	-addext extendedKeyUsage=serverAuth,1.2.3.4 \
	-addext subjectAltName=DNS:wants.example.com,URI:urn:x:1,email:a@example.com
exits 0 cert-sign --ca-cert root.pem --ca-key root.key wants.csr
cp out plain.pem
has plain.pem 'DNS:wants.example.com, URI:urn:x:1, email:a@example.com$'
! grep -q 'Key Usage' out
result $? 'what its key is for is not granted unasked'
exits 0 cert-sign --copy-usage --ca-cert root.pem --ca-key root.key wants.csr
cp out asked.pem
has asked.pem 'Key Agreement$'
prints 'TLS Web Server Authentication, 1\.2\.3\.4$'
exits 0 cert-sign --copy-usage --ca-cert root.pem --ca-key root.key \
	--key-usage digitalSignature wants.csr
cp out asked.pem
has asked.pem '^ +Digital Signature$'
prints 'TLS Web Server Authentication, 1\.2\.3\.4$'
exits 0 cert-sign --copy-usage --ca-cert root.pem --ca-key root.key \
	--extended-key-usage OCSPSigning wants.csr
cp out asked.pem
has asked.pem '^ +Key Agreement$'
prints '^ +OCSP Signing$'
exits 0 cert-sign --copy-usage --ca-cert root.pem --ca-key root.key d.csr
exits 0 cert-sign --ca-cert root.pem --ca-key root.key --dns b.example.com \
	--ip 192.0.2.1 --ip 2001:db8::1 --uri urn:b --email b@example.com \
	--serial 0x0ABC wants.csr
cp out named.pem
has named.pem \
	'DNS:b.example.com, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, URI:urn:b, email:b@example.com$'
! grep -q 'wants.example.com' out
result $? 'those of the request are left out'
prints 'Serial Number: 2748 \(0xabc\)'

# nobody makes a CA of themselves
request greedy -subj '/CN=greedy' -addext basicConstraints=critical,CA:TRUE
request greedy2 -subj '/CN=greedy2' -addext keyUsage=keyCertSign
exits 0 cert-sign --ca-cert root.pem --ca-key root.key greedy.csr
cp out greedy.pem
has greedy.pem 'CA:FALSE$'
for file in greedy.csr greedy2.csr; do
	fails 65 "^cert-sign: $file: asks to be a CA, which the signer alone" \
		cert-sign --copy-usage --ca-cert root.pem --ca-key root.key $file
	exits 0 cert-sign --ca --copy-usage --ca-cert root.pem \
		--ca-key root.key $file
done

# --- serial numbers and dates ---

for serial in 1:01 7f:7F 80:80 00ff:FF \
	7FffffffffffffffffffffffffffffffffffffFF:7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF; do
	exits 0 cert-sign --ca-cert root.pem --ca-key root.key \
		--serial "${serial%%:*}" d.csr
	openssl x509 -noout -serial <out >serial
	same "serial ${serial%%:*}" "$(cat serial)" "serial=${serial#*:}"
done
for serial in 0 00:00 '' 0x xyz 1: :1 1:2 -1 1a2b- \
	8000000000000000000000000000000000000000; do
	misused cert-sign --ca-cert root.pem --ca-key root.key \
		--serial="$serial" d.csr
	says '^cert-sign: --serial: '
done
exits 0 cert-sign --self-signed --key dev1.key --not-before 2019-01-02 \
	--not-after 2019-12-31T23:59:59Z dev1.csr
cp out over.pem
same 'a certificate that has expired' \
	"$(openssl x509 -noout -dates -in over.pem | tr '\n' ' ')" \
	'notBefore=Jan  2 00:00:00 2019 GMT notAfter=Dec 31 23:59:59 2019 GMT '
exits 2 openssl verify -CAfile over.pem over.pem
for pair in '2049-12-31T23:59:59:Dec 31 23:59:59 2049' \
	'2050-01-01T00.5:' '2050-01-01:Jan  1 00:00:00 2050' \
	'2051-02-03 04:05:Feb  3 04:05:00 2051' \
	'2052-02-29T01:02:03.456Z:Feb 29 01:02:03 2052' \
	'20530102030405Z:Jan  2 03:04:05 2053' \
	'490102030405Z:Jan  2 03:04:05 2049' \
	'9999-12-31T23:59:59Z:Dec 31 23:59:59 9999'; do
	begin=$(printf '%s\n' "$pair" | sed 's/:[A-Z][a-z][a-z] .*//;s/:$//')
	[ "$begin" = "${pair%:}" ] && {
		misused cert-sign --self-signed --key dev1.key \
			--not-after "$begin" dev1.csr
		says "^cert-sign: --not-after: '.*': no date"
		continue
	}
	exits 0 cert-sign --self-signed --key dev1.key --not-after "$begin" \
		dev1.csr
	openssl x509 -noout -enddate <out >end
	same "until $begin" "$(cat end)" \
		"notAfter=$(printf '%s\n' "$pair" | sed 's/.*:\([A-Z][a-z][a-z] \)/\1/') GMT"
done
for date in '' 2026 2026-13-01 2027-02-29 2026-02-00 2026-01-01T24:00 \
	2026-01-01T23:60 2026-01-01T 2026-01-01x 2026-01-01T10:00+01:00 \
	1969-01-01 tomorrow 20260101 991301000000Z; do
	misused cert-sign --self-signed --key dev1.key --not-before="$date" \
		dev1.csr
	says '^cert-sign: --not-before: .*: no date, which is written like'
done
exits 0 cert-sign --self-signed --key dev1.key --not-before 2031-01-01 \
	--duration 2d dev1.csr
same 'the duration counts from its begin' \
	"$(openssl x509 -noout -enddate <out)" 'notAfter=Jan  3 00:00:00 2031 GMT'
misused cert-sign --self-signed --key dev1.key --not-before 2031-01-01 \
	--not-after 2031-01-01 dev1.csr
says '^cert-sign: it would end before it begins'
misused cert-sign --self-signed --key dev1.key --not-after 2020-01-01 dev1.csr
misused cert-sign --self-signed --key dev1.key --duration 9000y dev1.csr
says 'no certificate ends after the year 9999$'
misused cert-sign --self-signed --key dev1.key --duration 1d \
	--not-after 2040-01-01 dev1.csr
fails 65 '^cert-sign: d.csr: the certificate of the CA ends before this one' \
	cert-sign --ca-cert root.pem --ca-key root.key \
	--not-before 2070-01-01 d.csr

# --- keys that are locked, or on a token ---

printf 'open sesame\n' >pass
printf 'wrong\n' >wrong
chmod 600 pass wrong
openssl pkcs8 -topk8 -v2 aes-256-cbc -in root.key -passout file:pass \
	-out locked.key
exits 0 cert-sign --ca-cert root.pem --ca-key locked.key \
	--passphrase-file pass d.csr
cp out locked.pem
ok 'openssl verifies it' openssl verify -CAfile root.pem locked.pem
exits 0 cert-sign --ca-cert root.pem --ca-key locked.key \
	--passphrase-file - d.csr <pass
exits 0 cert-sign --crl --ca-cert root.pem --ca-key locked.key \
	--passphrase-file pass /dev/null
exits 0 cert-sign --self-signed --key locked.key --passphrase-file pass \
	root.csr
fails 65 '^cert-sign: locked.key: the passphrase does not open it$' \
	cert-sign --ca-cert root.pem --ca-key locked.key \
	--passphrase-file wrong d.csr
fails 65 '^cert-sign: locked.key: encrypted, and no passphrase is given' \
	cert-sign --ca-cert root.pem --ca-key locked.key d.csr
fails 65 '^cert-sign: none: No such file' cert-sign --ca-cert root.pem \
	--ca-key locked.key --passphrase-file none d.csr
if command -v softhsm2-util >/dev/null; then
	make_token ca
	uri='pkcs11:token=ca;object=ca'
	csr-gen --key "$uri" --passphrase-file ca.pin --new-key ec-p256 \
		--cn 'Token CA' >hsm.csr 2>err
	exits 0 cert-sign --self-signed --ca --key "$uri" \
		--passphrase-file ca.pin hsm.csr
	cp out hsm.pem
	exits 0 cert-sign --ca-cert hsm.pem --ca-key "$uri" \
		--passphrase-file ca.pin d.csr
	cp out by-hsm.pem
	ok 'openssl verifies it' openssl verify -x509_strict -CAfile hsm.pem \
		by-hsm.pem
	exits 0 cert-sign --crl --ca-cert hsm.pem --ca-key "$uri" \
		--passphrase-file ca.pin by-hsm.pem
	openssl crl -noout -CAfile hsm.pem <out >text 2>err
	says '^verify OK$'
	fails 71 . cert-sign --ca-cert hsm.pem --ca-key "$uri" \
		--passphrase-file wrong d.csr
	fails 65 'the key is on a token, which it cannot leave' \
		cert-sign --pkcs12 --key "$uri" --passphrase-file ca.pin \
		--password-file pass hsm.pem
else
	skip 'a CA on a token' 'softhsm2-util is not installed'
fi

# --- revocation lists ---

# crl OPTION...: one by the CA root
crl() {
	cert-sign --crl --ca-cert root.pem --ca-key root.key "$@"
}

# tells FILE: openssl's account of the list, a line an entry, in $T/out
tells() {
	openssl crl -in "$1" -noout -text >text 2>err
	awk '/Serial Number:/ { printf "%s%s", nl, $3; nl = "\n" }
		/Revocation Date:/ { sub(/.*Date: /, " "); gsub(/  +/, " ")
			printf "%s", $0 }
		/Reason Code:/ { getline; gsub(/^ +/, " "); printf "%s", $0 }
		END { printf "%s", nl }' text >out
}

exits 0 crl /dev/null
cp out first.crl
openssl crl -in first.crl -CAfile root.pem -noout -text >out 2>err
says '^verify OK$'
prints 'Version 2 '
prints 'No Revoked Certificates'
prints 'X509v3 CRL Number'
prints 'X509v3 Authority Key Identifier'
tells first.crl
same 'and it has no entry' "$(cat out)" ''
exits 0 openssl verify -crl_check -CAfile root.pem -CRLfile first.crl plain.pem
exits 0 crl --duration 1h </dev/null
cp out hour.crl
exits 0 openssl verify -attime $(($(date +%s) + 3000)) -crl_check \
	-CAfile root.pem -CRLfile hour.crl plain.pem
exits 2 openssl verify -attime $(($(date +%s) + 4000)) -crl_check \
	-CAfile root.pem -CRLfile hour.crl plain.pem
exits 0 openssl verify -attime $(($(date +%s) + 29 * day)) -crl_check \
	-CAfile root.pem -CRLfile first.crl plain.pem
exits 2 openssl verify -attime $(($(date +%s) + 31 * day)) -crl_check \
	-CAfile root.pem -CRLfile first.crl plain.pem
exits 0 crl --number 18446744073709551615 /dev/null
openssl crl -noout -crlnumber <out >text
same 'its number' "$(cat text)" 'crlNumber=0xFFFFFFFFFFFFFFFF'

printf '%s\n' '# lost in the field' 'SERIAL=1A2B' '' \
	'0b:8a:5b:9d 2024-01-17T10:48:51.000Z keyCompromise' \
	'0x00ff,2026-01-01,,superseded' '80 certificatehold' \
	'	7f	20250102030405Z ;' '81 250102030405Z' \
	'ff 2020-01-01 keyCompromise' '  # the end' >revoked.txt
printf '90 cessationOfOperation\r\n\r\n91 aACompromise 2026-01-02\r\n92 2999-01-01' >>revoked.txt
exits 0 crl --number 7 revoked.txt
cp out second.crl
tells second.crl
today=$(sed -n 's/.*Last Update: //p' text | sed 's/  */ /g')
printf '%s\n' '7F Jan 2 03:04:05 2025 GMT' \
	"80 $today Certificate Hold" '81 Jan 2 03:04:05 2025 GMT' \
	"90 $today Cessation Of Operation" \
	'91 Jan 2 00:00:00 2026 GMT AA Compromise' "92 $today" \
	'FF Jan 1 00:00:00 2026 GMT Superseded' "1A2B $today" \
	'0B8A5B9D Jan 17 10:48:51 2024 GMT Key Compromise' >wanted
same 'each line is an entry, and of two the first stays' \
	"$(cat out)" "$(cat wanted)"
ok 'certtool reads it' certtool --crl-info --infile second.crl
for reason in unspecified keyCompromise cACompromise affiliationChanged \
	superseded cessationOfOperation certificateHold privilegeWithdrawn \
	aACompromise; do
	printf '1 2026-01-01 %s\n' $reason >one
	exits 0 crl one
	cp out one.crl
	tells one.crl
	same "$reason" "$(sed 's/.*GMT//; s/ //g' out | tr '[:upper:]' '[:lower:]')" \
		"$(printf '%s' "${reason#unspecified}" | tr '[:upper:]' '[:lower:]')"
done

# the table that Cumulocity takes, and openssl's own database
printf '%s\r\n' 'SERIAL NO.,REVOCATION DATE' \
	'0b8a5b9dd501a88775399b9a048811a3,2024-01-17T10:48:51.000Z' '1000,' >table
exits 0 crl - <table
cp out table.crl
tells table.crl
same 'two entries of a table' "$(wc -l <out)" 2
prints '^0B8A5B9DD501A88775399B9A048811A3 Jan 17 10:48:51 2024 GMT$'
printf '%s\t%s\t%s\t%s\tunknown\t/CN=x\n' V 271120102030Z '' 1001 \
	R 271120102030Z 261119102030Z,keyCompromise 1002 \
	R 271120102030Z 261118102030Z 1003 >index.txt
awk -F'\t' '$1 == "R" { print $4, $3 }' index.txt | crl >index.crl
tells index.crl
same "openssl's database" "$(cat out)" \
	'1002 Nov 19 10:20:30 2026 GMT Key Compromise
1003 Nov 18 10:20:30 2026 GMT'

# certificates themselves: one, several, a chain, DER
openssl x509 -in plain.pem -noout -serial | cut -d= -f2 >serial
exits 0 crl plain.pem
cp out byfile.crl
tells byfile.crl
same 'a certificate' "$(cut -d' ' -f1 out)" "$(cat serial)"
exits 2 openssl verify -crl_check -CAfile root.pem -CRLfile byfile.crl plain.pem
openssl x509 -in plain.pem -outform DER >plain.der
exits 0 crl plain.der
cp out byfile.crl
tells byfile.crl
same 'the same in DER' "$(cut -d' ' -f1 out)" "$(cat serial)"
cat plain.pem root.pem named.pem >several
exits 0 crl - <several
cp out byfile.crl
tells byfile.crl
same 'two, and the CA behind the first' \
	"$(cut -d' ' -f1 out | sort)" "$(printf '%s\n' "$(cat serial)" 0ABC | sort)"
fails 65 '^cert-sign: d.pem: certificate 1 is not from the CA in root.pem$' \
	crl d.pem
cat plain.pem d.pem >several
fails 65 '^cert-sign: several: certificate 2 is not from the CA' crl several

# the former list goes on
exits 0 crl --from second.crl plain.pem
cp out third.crl
tells second.crl
cp out before
tells third.crl
grep -vxF -f before out >added
same 'one entry more' "$(cut -d' ' -f1 added)" "$(cat serial)"
same 'and all of the former ones' "$(grep -cxF -f before out)" 9
same 'its number is the next' \
	"$(openssl crl -noout -crlnumber -in third.crl)" crlNumber=0x08
openssl crl -in third.crl -outform DER >third.der
printf 'ff 2001-01-01 keyCompromise\n' >again
exits 0 crl --from third.der --number 300 again
cp out fourth.crl
tells fourth.crl
prints '^FF Jan 1 00:00:00 2026 GMT Superseded$'
same 'the number that was asked for' \
	"$(openssl crl -noout -crlnumber -in fourth.crl)" crlNumber=0x012C
exits 0 crl --from - /dev/null <first.crl
fails 65 '^cert-sign: fourth.crl: its number is 300: that of the next' \
	crl --from fourth.crl --number 300 /dev/null
exits 0 cert-sign --crl --ca-cert r.pem --ca-key r.key /dev/null
cp out other.crl
fails 65 '^cert-sign: other.crl: not from the CA in root.pem$' \
	crl --from other.crl /dev/null
# a CA of the same name with another key
openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout twin.key -subj '/CN=Test Root' -days 9 -addext \
	subjectKeyIdentifier=none >twin.pem 2>err
exits 0 cert-sign --crl --ca-cert twin.pem --ca-key twin.key one
cp out twin.crl
fails 65 '^cert-sign: twin.crl: (its signature is not that|not from)' \
	crl --from twin.crl /dev/null
# of one that is for some certificates only, no other can be made
cat >ca.cnf <<-EOT
	[ca]
	default_ca = it
	[it]
	database = $T/none.txt
	crlnumber = $T/none.number
	default_md = sha256
	default_crl_days = 9
	crl_extensions = ext
	[ext]
	issuingDistributionPoint = critical,onlyuser:TRUE
EOT
: >none.txt
echo 01 >none.number
openssl ca -gencrl -config ca.cnf -cert root.pem -keyfile root.key \
	>partial.crl 2>err
fails 65 '^cert-sign: partial.crl: has an extension that cannot be kept: 2.5.29.28$' \
	crl --from partial.crl /dev/null
# openssl's own list is taken, without a number too
sed -e '/^crl_ext/d' -e '/^crlnumber/d' ca.cnf >plain.cnf
printf 'R\t271120102030Z\t261119102030Z,keyCompromise\t1002\tunknown\t/CN=x\n' >none.txt
openssl ca -gencrl -config plain.cnf -cert root.pem -keyfile root.key \
	>theirs.crl 2>err
exits 0 crl --from theirs.crl /dev/null
cp out ours.crl
tells ours.crl
same 'what openssl listed' "$(cat out)" \
	'1002 Nov 19 10:20:30 2026 GMT Key Compromise'

# lists that are none
for pair in 'xyz:line 1: .xyz.: no serial number' \
	'1a 2026-13-01:line 1: .2026-13-01.: no date' \
	'1a stolen:line 1: .stolen.: no reason: there are unspecified, keyC' \
	'1a removeFromCRL:line 1: .removeFromCRL.: no reason' \
	'1a superseded superseded:a second reason' \
	'1a 2026-01-01 2026-01-01:a second date' \
	'12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901:no serial number'; do
	printf '%s\n' "${pair%%:*}" >bad
	fails 65 "^cert-sign: bad: .*${pair#*:}" crl bad
done
printf '1a\n2b\nserial\n' >bad
fails 65 '^cert-sign: bad: line 3: ' crl bad
printf '1a\0002b\n' >bad
fails 65 '^cert-sign: bad: neither a list of serial numbers nor a cert' crl bad
printf -- '-----BEGIN CERTIFICATE-----\nx\n' >bad
fails 65 '^cert-sign: bad: not a certificate$' crl bad
fails 65 '^cert-sign: missing: No such file' crl missing
fails 71 '^cert-sign: \.: Is a directory$' crl .
printf '\033[2Jx\n' >bad
exits 65 crl bad
same 'nothing of it speaks to the terminal' "$(grep -c "$(printf '\033')" err)" 0
for file in missing empty garbage plain.pem; do
	fails 65 "^cert-sign: $file: (No such file|empty|not a CRL)" \
		crl --from $file /dev/null
done
size=$(wc -c <third.der)
cuts=0
for cut in 1 2 5 30 77 100 150 200 250 300 $((size - 40)) $((size - 1)); do
	dd if=third.der of=cut.der bs=1 count="$cut" 2>/dev/null
	code=0
	crl --from cut.der /dev/null >out 2>err || code=$?
	[ "$code" = 65 ] && [ ! -s out ] && cuts=$((cuts + 1))
done
same 'a list that is cut off is none' $cuts 12
awk 'BEGIN { for (i = 1; i <= 5000; i++)
	printf "%x 2026-01-01 superseded\n", i * 7919 }' >many
within 20 exits 0 crl many
cp out many.crl
same 'five thousand' "$(openssl crl -in many.crl -noout -text |
	grep -c 'Superseded')" 5000
within 20 exits 0 crl --from many.crl many
same 'and no more of them' "$(openssl crl -noout -text <out |
	grep -c 'Serial Number:')" 5000
exits 71 to_full crl revoked.txt

# --- keystores ---

umask 077
rm -f out err
exits 0 cert-sign --pkcs12 --key d.key --password-file pass \
	--name devicekeyentry d.pem
cp out d.p12
same 'no word about it' "$(cat err)" ''
ok 'openssl opens it' openssl pkcs12 -in d.p12 -passin file:pass -nodes \
	-out opened.pem
alike 'it has the key' "$(openssl pkey -in opened.pem -pubout)" \
	"$(openssl pkey -in d.key -pubout)"
same 'and the chain' "$(openssl crl2pkcs7 -nocrl -certfile opened.pem |
	openssl pkcs7 -print_certs -noout)" "$(openssl crl2pkcs7 -nocrl \
	-certfile d.pem | openssl pkcs7 -print_certs -noout)"
same 'of which one is the device' "$(openssl pkcs12 -in d.p12 -clcerts \
	-passin file:pass -nokeys | grep -c BEGIN)" 1
openssl pkcs12 -in d.p12 -passin file:pass -info -noout >out 2>&1
prints '^MAC: sha256'
prints '^PKCS7 Encrypted data: PBES2, PBKDF2, AES-256-CBC.*SHA(256|1)'
prints '^Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC'
openssl pkcs12 -in d.p12 -passin file:pass -nodes >out 2>err
prints 'friendlyName: devicekeyentry'
exits 1 openssl pkcs12 -in d.p12 -passin file:wrong -nodes
ok 'certtool opens it' certtool --p12-info --inder --infile d.p12 \
	--password 'open sesame'
if command -v keytool >/dev/null; then
	keytool -list -v -keystore d.p12 -storepass:file pass >out 2>err
	prints '^Alias name: devicekeyentry$'
	prints '^Entry type: PrivateKeyEntry$'
	prints '^Certificate chain length: 3$'
	keytool -importkeystore -noprompt -srckeystore d.p12 \
		-srcstorepass:file pass -destkeystore d.jks \
		-deststoretype JKS -deststorepass:file pass >out 2>err
	result $? 'keytool makes a JKS of it'
else
	skip 'what Java says' 'keytool is not installed'
fi
# in one line from request to keystore; other keys, names and files
for type in rsa-2048 ed25519; do
	cert-sign --ca-cert i.pem --ca-key i.key --chain $type.csr |
		cert-sign --pkcs12 --key $type.key --password-file pass \
			--name "Gerät $type" >$type.p12
	result $? "$type: a keystore out of a pipe"
	ok "$type: openssl opens it" openssl pkcs12 -in $type.p12 \
		-passin file:pass -nodes -out opened.pem
	alike "$type: it has the key" "$(openssl pkey -in opened.pem -pubout)" \
		"$(openssl pkey -in $type.key -pubout)"
done
exits 0 cert-sign --pkcs12 --key locked.key --passphrase-file pass \
	--password-file pass root.pem
openssl pkcs12 -passin file:pass -nodes <out >opened.pem 2>err
alike 'a locked key, a name it has not' \
	"$(openssl pkey -in opened.pem -pubout)" \
	"$(openssl pkey -in root.key -pubout)"
exits 0 cert-sign --pkcs12 --key - --password-file pass d.pem <d.key
exits 0 cert-sign --pkcs12 --key d.key --password-file - d.pem <pass
fails 65 '^cert-sign: root.pem: does not match the key in d.key$' \
	cert-sign --pkcs12 --key d.key --password-file pass root.pem
for file in missing empty garbage; do
	fails 65 "^cert-sign: $file: (No such file|empty|not a certificate)" \
		cert-sign --pkcs12 --key d.key --password-file pass $file
	fails 65 "^cert-sign: $file: (No such file|empty|not a private key)" \
		cert-sign --pkcs12 --key $file --password-file pass d.pem
done
fails 65 '^cert-sign: empty: empty$' \
	cert-sign --pkcs12 --key d.key --password-file empty d.pem
exits 71 to_full cert-sign --pkcs12 --key d.key --password-file pass d.pem
cert-sign --pkcs12 --password-file pass --name server <d.pem >trust.p12
result $? 'certificates alone are a truststore'
openssl pkcs12 -in trust.p12 -passin file:pass >out 2>err
same 'it has all of them' "$(grep -c BEGIN out)" 3
prints 'friendlyName: server$'
prints 'friendlyName: server-2$'
prints 'friendlyName: server-3$'
exits 1 openssl pkcs12 -in trust.p12 -passin file:wrong -noout
cat d.pem d.pem d.pem d.pem d.pem d.pem d.pem d.pem d.pem d.pem d.pem d.pem \
	d.pem >forty
exits 0 cert-sign --pkcs12 --password-file pass forty
cp out forty.p12
same 'thirty-nine of them' "$(openssl pkcs12 -in forty.p12 \
	-passin file:pass 2>err | grep -c BEGIN)" 39
if command -v keytool >/dev/null; then
	keytool -list -keystore trust.p12 -storepass:file pass >out 2>err
	same 'Java trusts all three' "$(grep -c trustedCertEntry out)" 3
	prints '^server-2, '
	keytool -list -keystore forty.p12 -storepass:file pass >out 2>err
	same 'and all of forty' "$(grep -c trustedCertEntry out)" 39
else
	skip 'what Java trusts' 'keytool is not installed'
fi
fails 65 '^cert-sign: 39 certificates: a keystore holds 32, which no chain' \
	cert-sign --pkcs12 --key d.key --password-file pass forty
exits 65 cert-sign --pkcs12 --password-file pass </dev/null
exits 65 cert-sign --pkcs12 --password-file pass d.key
umask 022
cert-sign --pkcs12 --key d.key --password-file pass d.pem >open.p12 2>err
says '^cert-sign: standard output: a file that every user can read'
if command -v script >/dev/null; then
	script -qec 'cert-sign --pkcs12 --key d.key --password-file pass d.pem' \
		typescript </dev/null >out 2>err
	grep -q 'a keystore is binary: send it to a file' out
	result $? 'no keystore on a terminal'
else
	skip 'no keystore on a terminal' 'script is not installed'
fi

# --- secrets are nobody else's ---

# hides FILE COMMAND...: while it waits for its operand, a pipe that FILE goes
# through then, no command line and no environment has the passphrase
mkfifo slow
hides() {
	file=$1
	shift
	"$@" slow >out 2>err &
	pid=$!
	until_true grep -aq slow /proc/$pid/cmdline
	same "$* is running" "$(tr '\0' ' ' </proc/$pid/cmdline |
		sed 's/.*\(cert-sign\)/\1/')" "$* slow "
	! cat /proc/$pid/cmdline /proc/$pid/environ | grep -aq sesame
	result $? 'and its passphrase is not to be seen'
	cat "$file" >slow
	wait $pid
	result $? 'it is done'
}
if [ -r /proc/self/environ ]; then
	hides d.csr cert-sign --ca-cert root.pem --ca-key locked.key \
		--passphrase-file pass
	hides revoked.txt cert-sign --crl --ca-cert root.pem \
		--ca-key locked.key --passphrase-file pass
	hides root.pem cert-sign --pkcs12 --key locked.key \
		--passphrase-file pass --password-file pass
else
	skip 'what others see' 'there is no /proc'
fi

# --- what it says with -v ---

exits 0 cert-sign -v --ca-cert root.pem --ca-key root.key --serial abc d.csr
says "^cert-sign: subject .CN=dev3., issuer .CN=Test Root., serial 0x0abc,"
same 'a certificate and nothing else' "$(sed -n '1p;$p' out)" \
	'-----BEGIN CERTIFICATE-----
-----END CERTIFICATE-----'
exits 0 crl -v --number 9 revoked.txt
says '^cert-sign: number 9, revoked: 9$'
exits 0 cert-sign -v --pkcs12 --key d.key --password-file pass d.pem
says '^cert-sign: keys: 1, certificates: 3$'

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
misused cert-sign --ca-cert root.pem --ca-key root.key --key d.key d.csr
says "^cert-sign: --key goes with --self-signed; the CA's is --ca-key\$"
misused cert-sign --crl --pkcs12 --key d.key --password-file pass
says '^cert-sign: --crl or --pkcs12, not both$'
misused cert-sign --crl --ca-cert root.pem
says '^cert-sign: --crl needs --ca-cert and --ca-key$'
misused cert-sign --pkcs12 --key d.key
says '^cert-sign: --pkcs12 needs --password-file$'
for name in '' "$(printf 'a\377')" "$(printf 'a\nb')"; do
	misused cert-sign --pkcs12 --password-file pass --name="$name" d.pem
	says '^cert-sign: --name: .* empty, not UTF-8, or with a control'
done
misused cert-sign --pkcs12 --password-file pass --passphrase-file pass
says '^cert-sign: --passphrase-file opens --key, which is missing$'
for option in --self-signed --key=d.key --ca --path-length=1 --chain \
	--key-usage=cRLSign --extended-key-usage=1.2 --copy-usage --dns=a \
	--ip=192.0.2.1 --uri=urn:a --email=a@example.com --serial=1 \
	--not-before=2026-01-01 --not-after=2027-01-01 --name=x \
	--password-file=pass; do
	misused cert-sign --crl --ca-cert root.pem --ca-key root.key $option
	says "^cert-sign: ${option%%=*} does not go with --crl\$"
done
for option in --self-signed --ca-cert=a --ca-key=b --duration=1d --ca --chain \
	--from=x --number=1; do
	misused cert-sign --pkcs12 --key d.key --password-file pass $option
	says "^cert-sign: ${option%%=*} does not go with --pkcs12\$"
done
for option in --from=x --number=1 --name=x --password-file=pass; do
	misused cert-sign --self-signed --key d.key $option d.csr
	says "^cert-sign: ${option%%=*} does not go with a certificate\$"
done
misused cert-sign --self-signed --key d.key --chain d.csr
says '^cert-sign: --chain needs a CA$'
misused cert-sign --self-signed --key d.key --path-length 1 d.csr
says '^cert-sign: --path-length is for a CA: --ca is missing$'
for length in '' x -1 1x 2147483648 99999999999999999999; do
	misused cert-sign --self-signed --ca --key d.key \
		--path-length="$length" d.csr
	says "^cert-sign: --path-length: '.*': not a number from 0 to 2147483647\$"
done
for number in '' x -1 +1 18446744073709551616; do
	misused cert-sign --crl --ca-cert root.pem --ca-key root.key \
		--number="$number"
	says "^cert-sign: --number: '.*': not a number from 0 to"
done
for list in '' digitalSignatur 'digitalSignature,' ',' 'a b' clientAuth; do
	misused cert-sign --ca-cert root.pem --ca-key root.key \
		--key-usage="$list" d.csr
	says "^cert-sign: --key-usage: '.*': no key usage: there are digitalSig"
done
for list in '' clientAut 'clientAuth,' 1 1. 1.40 3.1 1.2. 1..2 01.2 1.02 \
	1.2.99999999999; do
	misused cert-sign --ca-cert root.pem --ca-key root.key \
		--extended-key-usage="$list" d.csr
	says "^cert-sign: --extended-key-usage: '.*': no extended key usage: there"
done
misused cert-sign --ca-cert root.pem --ca-key root.key \
	--key-usage keyCertSign d.csr
says '^cert-sign: --key-usage: keyCertSign is for a CA: --ca is missing$'
misused cert-sign --ca --ca-cert root.pem --ca-key root.key \
	--key-usage cRLSign d.csr
says '^cert-sign: --key-usage: a CA without keyCertSign can sign nothing$'
for option in '--dns=a b' --ip=1.2.3 --uri=nothing '--email=a b'; do
	misused cert-sign --self-signed --key d.key "$option" d.csr
	says "^cert-sign: ${option%%=*}: "
done
misused cert-sign --self-signed --key - -
says '^cert-sign: standard input can be only one of the files$'
misused cert-sign --self-signed --key -
misused cert-sign --ca-cert - --ca-key - d.csr
misused cert-sign --pkcs12 --key d.key --password-file - -
misused cert-sign --crl --ca-cert root.pem --ca-key root.key --from -
misused cert-sign --crl --ca-cert root.pem --ca-key root.key a b
done_testing
