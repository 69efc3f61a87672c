#!/bin/sh
# csr-gen: a request for every kind of key, which other tools verify; names are
# carried byte for byte, or refused.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl certtool

# verifies REQUEST: openssl finds its signature right
verifies() {
	openssl req -verify -noout -in "$1" 2>&1 | grep 'verify OK'
}

# subject KIND FILE: the subject as it is encoded, types and all
subject() {
	openssl "$1" -noout -subject -nameopt RFC2253,dump_all,dump_der,oid \
		-in "$2" | sed 's/^subject= *//'
}

# parts REQUEST: the parts of its subject in their order
parts() {
	openssl req -noout -subject -nameopt RFC2253,-dn_rev -in "$1" |
		sed 's/^subject= *//'
}

# alternatives KIND FILE: the alternative names
alternatives() {
	openssl "$1" -noout -text -in "$2" |
		sed -n '/Subject Alternative Name/{s/.*Name: *//;p;n;s/^ *//;p;}'
}

# public KIND FILE: the public key
public() {
	case $1 in
	pkey) openssl pkey -pubout -in "$2" ;;
	*) openssl "$1" -noout -pubkey -in "$2" ;;
	esac
}

with_umask() (
	umask "$1"
	shift
	"$@"
)

introduces csr-gen --key --new-key --from --cn --organization \
	--organization-unit --dns --ip

# --- new keys ---

# makes TYPE WHAT: a key of TYPE, which certtool calls WHAT
makes() {
	exits 0 csr-gen --key "$1.key" --new-key "$1" --cn dev1
	cp out "$1.csr"
	ok "$1: the request is signed right" verifies "$1.csr"
	certtool -k --infile "$1.key" >out 2>err
	prints "$2"
	alike "$1: the request is for that key" "$(public pkey "$1.key")" \
		"$(public req "$1.csr")"
	same "$1: the key is the owner's" "$(stat -c %A "$1.key")" -rw-------
}
makes ec-p256 SECP256R1
makes ec-p384 SECP384R1
makes ec-p521 SECP521R1
makes ed25519 'EdDSA \(Ed25519\)'
makes rsa-2048 'RSA$'
prints '2048 bits'
same 'the key is PKCS#8' "$(head -n 1 ec-p256.key)" \
	'-----BEGIN PRIVATE KEY-----'
same 'the label of the request is that of RFC 7468' \
	"$(head -n 1 ec-p256.csr)" '-----BEGIN CERTIFICATE REQUEST-----'
same 'the subject is the common name' "$(parts ec-p256.csr)" CN=dev1
key=ec-p256.key

for umask in 000 022 077; do
	exits 0 with_umask $umask csr-gen --key "born-$umask" \
		--new-key ec-p256 --cn dev1
	same "born 0600 with umask $umask" "$(stat -c %A born-$umask)" -rw-------
done
csr-gen --key other.key --new-key ec-p256 --cn dev1 >other.csr
ok 'two new keys are two keys' [ "$(cat other.key)" != "$(cat $key)" ]

cp $key before
exits 71 csr-gen --key $key --new-key ec-p256 --cn dev1
says "^csr-gen: $key: is there already, and is never overwritten\$"
silent
ok 'the key that was there is as it was' cmp $key before
ln -s nowhere dangling
exits 71 csr-gen --key dangling --new-key ec-p256 --cn dev1
says 'dangling: is there already'
ok 'no key is made through a link' [ ! -e nowhere ]
exits 71 csr-gen --key before/new.key --new-key ec-p256 --cn dev1
says '^csr-gen: before/new.key: Not a directory$'
silent
exits 71 csr-gen --key missing/new.key --new-key ec-p256 --cn dev1
says '^csr-gen: missing/new.key: No such file or directory$'
exits 71 csr-gen --key /proc/new.key --new-key ec-p256 --cn dev1
says '^csr-gen: /proc/new.key: '

# --- keys of other tools ---

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 >pkcs8.key
openssl pkey -in pkcs8.key -outform DER >pkcs8.der
openssl ecparam -genkey -noout -name secp384r1 >sec1.key
openssl ecparam -genkey -name prime256v1 >parameters.key 2>/dev/null
openssl ec -in sec1.key -outform DER >sec1.der 2>/dev/null
openssl genrsa -traditional 2048 >pkcs1.key 2>/dev/null
openssl rsa -traditional -in pkcs1.key -outform DER >pkcs1.der 2>/dev/null
same 'the fixtures are of three forms' \
	"$(sed -n '/BEGIN/s/-----BEGIN//p' pkcs8.key sec1.key pkcs1.key)" \
	' PRIVATE KEY-----
 EC PRIVATE KEY-----
 RSA PRIVATE KEY-----'
for file in pkcs8.key pkcs8.der sec1.key sec1.der parameters.key pkcs1.key \
	pkcs1.der; do
	exits 0 csr-gen --key "$file" --cn dev1
	cp out request
	ok "$file: the request is signed right" verifies request
	alike "$file: and for that key" "$(public pkey "$file")" \
		"$(public req request)"
done
exits 0 csr-gen --key - --cn dev1 <$key
cp out request
alike 'a key from standard input' "$(public pkey $key)" "$(public req request)"

# --- names ---

exits 0 csr-gen --key $key --organization Acme --organization-unit Device \
	--cn dev1
cp out request
same 'the order is that of the options' "$(parts request)" \
	O=Acme,OU=Device,CN=dev1
exits 0 csr-gen --key $key --cn=dev1 --organization-unit=Device \
	--organization=Acme --dns dev1.example.com --ip 192.0.2.7 \
	--dns '*.example.com' --ip 2001:db8::1
cp out request
same 'whichever it is' "$(parts request)" CN=dev1,OU=Device,O=Acme
alternatives req request >out
prints 'DNS:dev1.example.com, IP Address:192.0.2.7, DNS:\*.example.com, IP Address:2001:DB8:0:0:0:0:0:1$'
exits 0 csr-gen --key $key --organization Acme
cp out request
same 'a subject without a common name is one' "$(parts request)" O=Acme

# carries CN: it is in the request, byte for byte
carries() {
	exits 0 csr-gen --key $key --cn "$1"
	same 'carried byte for byte' "$1" "$(openssl asn1parse <out |
		sed -n '/commonName/{n;s/^.*STRING *://p;}')"
}
sixty=$(printf '%060d' 0)
carries "1234$sixty"
# shellcheck disable=SC2016 # nothing in them is for this shell
for cn in '$(touch ran)' '`touch ran`' ';touch ran;' '| touch ran' "it's" \
	'a "b" c' ../../etc/passwd -rf --help '%s%n%d' 'a,b+c=d\e#f' \
	' blank ' '*' "Zo$(printf '\303\253')"; do
	carries "$cn"
done
same 'and nothing of it ran' "$(find . -name 'ran*')" ''

# refuses WHY VALUE: as any part of the subject
refuses() {
	for part in cn organization organization-unit; do
		exits 65 csr-gen --key $key --cn dev1 --$part "$2"
		says "^csr-gen: (CN|O|OU): .*$1"
		silent
	done
}
refuses 'over 64 bytes' "12345$sixty"
refuses empty ''
refuses 'control character' 'a
b'
refuses 'control character' "$(printf 'a\tb')"
refuses 'a\\x1b\[2Jb: not UTF-8, or with a control character' \
	"$(printf 'a\033[2Jb')"
refuses 'a\\x7f' "$(printf 'a\177')"
refuses 'a\\xc2\\x9b2J: not UTF-8' "$(printf 'a\302\2332J')"
refuses 'not UTF-8' "$(printf 'a\377b')"
refuses 'not UTF-8' "$(printf '\300\257')"
refuses 'not UTF-8' "$(printf '\355\240\200')"
exits 65 csr-gen --key $key --cn dev1 --ip 192.0.2
says '^csr-gen: 192.0.2: not an IP address$'
exits 65 csr-gen --key $key --cn dev1 --ip ''
exits 65 csr-gen --key $key --cn dev1 --dns "$(printf 'a\377b')"
exits 65 csr-gen --key $key --cn dev1 --dns ''
exits 65 csr-gen --key $key --cn dev1 --dns 'a.example.com
b.example.com'
exits 65 csr-gen --key $key --cn dev1 --dns "$(printf 'a\033[2J')"

# --- names of a certificate ---

# issue NAME: NAME.pem with the names that NAME.cnf says
issue() {
	openssl req -x509 -new -key $key -days 30 -config "$1.cnf" \
		-out "$1.pem" 2>err
}
config() {
	cat <<-EOT
	[req]
	distinguished_name = subject
	prompt = no
	string_mask = $1
	$2
	[subject]
	EOT
}
{
	config utf8only 'x509_extensions = extensions'
	printf '%s\n' 'O = Acme' 'OU = Device' 'CN = dev1' '[extensions]' \
		'subjectAltName = DNS:dev1.example.com, IP:192.0.2.7'
} >utf8.cnf
{
	config nombstr 'x509_extensions = extensions'
	printf '%s\n' 'CN = dev1' 'O = Acme' '[extensions]' \
		'subjectAltName = critical, URI:urn:example:dev1, email:a@example.com'
} >printable.cnf
{
	config utf8only ''
	printf '%s\n' '0.DC = com' '1.DC = example' 'serialNumber = 5' \
		'0.OU = one' '1.OU = two' 'emailAddress = a@example.com' \
		'CN = dev1'
} >many.cnf
for name in utf8 printable many; do
	issue $name
	exits 0 csr-gen --key $key --from $name.pem
	cp out request
	alike "$name: the subject has the same bytes" \
		"$(subject x509 $name.pem)" "$(subject req request)"
	same "$name: the alternative names are the same" \
		"$(alternatives x509 $name.pem)" "$(alternatives req request)"
	[ $name = many ] || ok 'and there are some' \
		[ -n "$(alternatives req request)" ]
	ok "$name: the request is signed right" verifies request
done
alternatives x509 printable.pem >out
prints critical
ok 'the two subjects differ by their types' [ "$(subject x509 utf8.pem |
	grep -c '=#0C0464657631')$(subject x509 printable.pem |
	grep -c '=#130464657631')" = 11 ]
openssl x509 -in utf8.pem -outform DER >utf8.der
exits 0 csr-gen --key $key --from utf8.der
exits 0 csr-gen --key $key --from - <utf8.pem
exits 0 csr-gen --key sec1.key --from utf8.pem
cp out request
alike 'another key has its names too' "$(subject x509 utf8.pem)" \
	"$(subject req request)"
exits 0 csr-gen --key $key --from utf8.pem --dns more.example.com
cp out request
alternatives req request >out
prints 'DNS:dev1.example.com'
prints 'DNS:more.example.com'
exits 64 csr-gen --key $key --dns more.example.com --from utf8.pem
says 'goes before --dns and --ip'
exits 64 csr-gen --key $key --from utf8.pem --cn dev1
says 'a subject of its own'
openssl req -x509 -new -key $key -days 30 -subj '/O=Acme+CN=dev1' \
	-multivalue-rdn >multi.pem 2>err
exits 65 csr-gen --key $key --from multi.pem
says 'a subject that cannot be copied'
silent

# --- files that are not what they should be ---

: >empty
printf 'garbage\n' >garbage
openssl pkcs8 -topk8 -in pkcs8.key -passout pass:x >encrypted.key
openssl rsa -traditional -aes128 -passout pass:x -in pkcs1.key \
	>encrypted-pkcs1.key 2>err
dd if=$key of=cut.key bs=60 count=1 2>err
for file in missing empty garbage encrypted.key encrypted-pkcs1.key cut.key \
	utf8.pem; do
	exits 65 csr-gen --key $file --cn dev1
	says "^csr-gen: $file: (No such file|empty|not a private key without passphrase)"
	silent
done
for file in missing empty garbage $key; do
	exits 65 csr-gen --key $key --from "$file"
	says "^csr-gen: $file: (No such file|empty|not a certificate)"
	silent
done
exits 65 csr-gen --key - --cn dev1 </dev/null
says '^csr-gen: standard input: empty$'
exits 71 csr-gen --key . --cn dev1
says '^csr-gen: \.: Is a directory$'
exits 71 to_full csr-gen --key $key --cn dev1
says '^csr-gen: standard output: No space left on device$'

# --- the command line ---

exits 64 csr-gen
misused csr-gen --cn dev1
says '^csr-gen: --key is missing$'
misused csr-gen --key $key
says '^csr-gen: a subject is missing: --cn or --from$'
misused csr-gen --key $key --dns dev1.example.com
says 'a subject is missing'
misused csr-gen --key $key --from utf8.pem --cn dev1
says '^csr-gen: --from, or a subject of its own, not both$'
misused csr-gen --key $key --organization Acme --from utf8.pem
misused csr-gen --key $key --cn dev1 more
says '^csr-gen: more: one operand too many$'
misused csr-gen --key $key --cn
says '^csr-gen: --cn: its argument is missing$'
misused csr-gen --key new.key --new-key rsa-1024 --cn dev1
says 'rsa-1024: .*there are ec-p256, ec-p384,'
ok 'and no key is made' [ ! -e new.key ]
done_testing
