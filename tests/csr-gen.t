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

introduces csr-gen --key --passphrase-file --new-key --key-only --from \
	--from-csr --cn --organization --organization-unit --country --state \
	--locality --serial-number --email-address --dns --ip --uri --email \
	--key-usage --extended-key-usage --challenge-password-file --profile

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
makes rsa-3072 '3072 bits'
makes rsa-4096 '4096 bits'
same 'the key is PKCS#8' "$(head -n 1 ec-p256.key)" \
	'-----BEGIN PRIVATE KEY-----'
same 'the label of the request is that of RFC 7468' \
	"$(head -n 1 ec-p256.csr)" '-----BEGIN CERTIFICATE REQUEST-----'
same 'the subject is the common name' "$(parts ec-p256.csr)" CN=dev1
key=ec-p256.key

for umask in 000 022 077 277; do
	exits 0 with_umask $umask csr-gen --key "born-$umask" \
		--new-key ec-p256 --cn dev1
	same "born 0600 with umask $umask" "$(stat -c %A born-$umask)" -rw-------
done
exits 0 csr-gen --key other.key --new-key ec-p256 --key-only
silent
same 'a key alone is the owner'"'"'s too' "$(stat -c %A other.key)" -rw-------
exits 0 csr-gen --key other.key --cn dev1
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

# killed CALL NUMBER: csr-gen, as it makes its NUMBERth call of that name; its first two
# writes are for the kernel, that no core has the key
killed() {
	rm -f killed.key
	code=0
	strace -o trace -E ASAN_OPTIONS=detect_leaks=0 -e "inject=$1:signal=KILL:when=$2" \
		csr-gen --key killed.key --new-key ec-p256 --cn dev1 \
		>killed.csr 2>err || code=$?
}

# A kill in the middle leaves no key or a whole one; in the end it is there, as
# nobody knows whether the request got out.
if command -v strace >/dev/null && strace -o trace true 2>err; then
	bad=0 kept=0
	for at in 'fchmod 1' 'write 3' 'fsync 1' 'linkat 1' 'fsync 2' \
		'write 4'; do
		killed "${at% *}" "${at#* }"
		[ "$code" = 137 ] || bad=$((bad + 1))
		[ ! -e killed.key ] || kept=$((kept + 1))
		[ ! -e killed.key ] ||
			openssl pkey -noout -in killed.key 2>err ||
			bad=$((bad + 1))
	done
	same 'killed while it makes a key, it leaves none or a whole one' \
		0 "$bad"
	same 'the key is there once it has its name' 2 "$kept"
	rm -f killed.key
	exits 0 strace -o trace -E ASAN_OPTIONS=detect_leaks=0 -P /proc/self/fd \
		-e inject=access:error=ENOENT \
		csr-gen --key killed.key --new-key ec-p256 --key-only
	ok 'without /proc too' openssl pkey -noout -in killed.key
	exits 71 strace -o trace -E ASAN_OPTIONS=detect_leaks=0 -P /proc/self/fd \
		-e inject=access:error=ENOENT \
		csr-gen --key killed.key --new-key ec-p256 --key-only
	says 'is there already, and is never overwritten$'
	for call in fchmod:1 write:3 fsync:1 linkat:1 fsync:2; do
		rm -f killed.key
		fails 71 '^csr-gen: killed.key: ' strace -o trace \
			-E ASAN_OPTIONS=detect_leaks=0 \
			-e "inject=${call%:*}:error=EIO:when=${call#*:}" \
			csr-gen --key killed.key --new-key ec-p256 --cn dev1
		ok "no key is left when $call fails" [ ! -e killed.key ]
	done
	fails 71 '^csr-gen: killed.key: ' strace -o trace \
		-E ASAN_OPTIONS=detect_leaks=0 -P /proc/self/fd \
		-P "$T/killed.key.part" -e inject=access:error=ENOENT \
		-e inject=write:error=EIO \
		csr-gen --key killed.key --new-key ec-p256 --cn dev1
	ok 'nor without /proc' [ ! -e killed.key ]
else
	skip 'kills in the middle' 'strace does not run here'
fi
exits 71 to_full csr-gen --key kept.key --new-key ec-p256 --cn dev1
exits 0 csr-gen --key kept.key --cn dev1

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

# what other tools put around a key, or in it
sed 's/$/\r/' pkcs8.key >crlf.key
{ printf 'Bag Attributes\n    friendlyName: dev1\n' && cat pkcs8.key; } >bag.key
openssl req -x509 -new -key pkcs8.key -days 30 -subj /CN=dev1 >pkcs8.pem 2>err
cat pkcs8.pem pkcs8.key >pair.key
for file in crlf.key bag.key pair.key; do
	exits 0 csr-gen --key $file --cn dev1
	cp out request
	alike "$file: the request is for that key" "$(public pkey pkcs8.key)" \
		"$(public req request)"
done
openssl genpkey -algorithm X25519 >x25519.key
openssl ecparam -genkey -noout -name secp256k1 >secp256k1.key
fails 65 '^csr-gen: x25519.key: a key that signs nothing: ' \
	csr-gen --key x25519.key --cn dev1
fails 65 '^csr-gen: secp256k1.key: a private key that GnuTLS cannot read: ' \
	csr-gen --key secp256k1.key --cn dev1

# a key whose halves do not belong together: what it signs is wrong, and seen
openssl ec -in pkcs8.key -outform DER >one.der 2>err
openssl ecparam -genkey -noout -name prime256v1 -outform DER >two.der
half=$(openssl asn1parse -inform DER -in one.der |
	sed -n 's/ *\([0-9]*\):.*BIT STRING.*/\1/p')
{ dd if=one.der bs=1 count="$half" && dd if=two.der bs=1 skip="$half"; } \
	>mixed.der 2>err
fails 65 'mixed.der: the key does not sign right: ' \
	csr-gen --key mixed.der --cn dev1

# --- encrypted keys ---

umask 077
printf 'Zo\303\253 x\r\nmore\n' >pass
printf 'another\n' >wrong
umask 022
phrase=$(printf 'Zo\303\253 x')
openssl pkcs8 -topk8 -in pkcs8.key -passout "pass:$phrase" >enc-pkcs8.key
openssl pkcs8 -topk8 -in pkcs8.key -passout "pass:$phrase" -outform DER \
	>enc-pkcs8.der
openssl pkcs8 -topk8 -in pkcs8.key -passout "pass:$phrase" -v2 aes128 \
	-v2prf hmacWithSHA512 >enc-sha512.key
openssl ec -aes256 -in sec1.key -passout "pass:$phrase" >enc-sec1.key 2>err
openssl rsa -traditional -aes128 -passout "pass:$phrase" -in pkcs1.key \
	>enc-pkcs1.key 2>err
openssl rsa -traditional -des3 -passout "pass:$phrase" -in pkcs1.key \
	>enc-des3.key 2>err
same 'some are encrypted in the way of PEM' \
	"$(grep -l 'Proc-Type: 4,ENCRYPTED' enc-* | tr '\n' ' ')" \
	'enc-des3.key enc-pkcs1.key enc-sec1.key '
for file in enc-pkcs8.key enc-pkcs8.der enc-sha512.key enc-sec1.key \
	enc-pkcs1.key enc-des3.key; do
	exits 0 csr-gen --key $file --passphrase-file pass --cn dev1
	cp out request
	alike "$file: the request is for that key" \
		"$(openssl pkey -pubout -passin "pass:$phrase" -in $file)" \
		"$(public req request)"
	fails 65 "^csr-gen: $file: the passphrase does not open it\$" \
		csr-gen --key $file --passphrase-file wrong --cn dev1
	fails 65 "$file: encrypted, and no passphrase .*--passphrase-file" \
		csr-gen --key $file --cn dev1
done
for file in pkcs8.key pkcs8.der sec1.der pkcs1.der; do
	exits 0 csr-gen --key $file --passphrase-file pass --cn dev1
done
openssl pkcs8 -topk8 -in pkcs8.key -passout "pass:$phrase" -scrypt >scrypt.key
fails 65 'scrypt.key: encrypted in a way that GnuTLS cannot read$' \
	csr-gen --key scrypt.key --passphrase-file pass --cn dev1
exits 0 csr-gen --key enc-pkcs8.key --passphrase-file - --cn dev1 <pass
exits 0 csr-gen --key enc-pkcs8.key --passphrase-file /dev/fd/3 --cn dev1 3<pass
exits 0 csr-gen --key - --passphrase-file pass --cn dev1 <enc-sec1.key
for type in ec-p256 ed25519; do
	exits 0 csr-gen --key enc-$type.key --new-key $type \
		--passphrase-file pass --cn dev1
	cp out request
	same 'a new key is encrypted' "$(head -n 1 enc-$type.key)" \
		'-----BEGIN ENCRYPTED PRIVATE KEY-----'
	alike 'and openssl opens it' \
		"$(openssl pkey -pubout -passin "pass:$phrase" \
			-in enc-$type.key)" "$(public req request)"
done
: >nothing
for file in nothing missing; do
	fails 65 "^csr-gen: $file: (empty|No such file)" \
		csr-gen --key enc-pkcs8.key --passphrase-file $file --cn dev1
	fails 65 "^csr-gen: $file: " csr-gen --key unborn.key \
		--new-key ec-p256 --passphrase-file $file --cn dev1
done
ok 'and no key is made' [ ! -e unborn.key ]
chmod 644 wrong
exits 65 csr-gen --key enc-pkcs8.key --passphrase-file wrong --cn dev1
head -n 1 err | grep -q 'wrong: a secret that every user can read'
result $? 'a passphrase that all can read is worth a word'

# the passphrase is read before the key, for which it waits here
mkfifo waiting.key waiting.pass
csr-gen --key waiting.key --passphrase-file waiting.pass --cn dev1 >request \
	2>err &
pid=$!
cat pass >waiting.pass
has_read() {
	! find "/proc/$1/fd" -exec readlink {} + | grep waiting.pass
}
until_true has_read $pid >out
tr '\0' '\n' <"/proc/$pid/cmdline" >seen
ok 'its command line can be read' grep -q passphrase-file seen
tr '\0' '\n' <"/proc/$pid/environ" >>seen
same 'there is no secret in it, nor in its environment' \
	"$(grep -F "$phrase" seen)" ''
cat enc-sec1.key >waiting.key
wait $pid
ok 'and it goes on' verifies request

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
refuses 'over 64 characters' "12345$sixty"
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
exits 0 csr-gen --key $key --dns more.example.com --from utf8.pem
cp out request
alternatives req request >out
prints 'DNS:dev1.example.com.*DNS:more.example.com'

# parts of several attributes, of no string type that anyone makes today, none
openssl req -x509 -new -key $key -days 30 -multivalue-rdn \
	-subj '/O=Acme+CN=dev1/DC=com+serialNumber=5' >multi.pem 2>err
{
	config pkix ''
	printf '%s\n' 'CN = dev1'
} | sed 's/pkix/MASK:0x4/' >teletex.cnf
sed 's/MASK:0x4/MASK:0x800/' teletex.cnf >bmp.cnf
issue teletex
issue bmp
openssl req -x509 -new -key $key -days 30 -subj / \
	-addext 'subjectAltName = critical, DNS:dev1.example.com' \
	>nameless.pem 2>err
for name in multi teletex bmp nameless; do
	exits 0 csr-gen --key $key --from $name.pem
	cp out $name.csr
	alike "$name: the subject has the same bytes" \
		"of $(subject x509 $name.pem)" "of $(subject req $name.csr)"
	ok "$name: the request is signed right" verifies $name.csr
	exits 0 csr-gen --key ed25519.key --from-csr $name.csr
	cp out request
	alike "$name: from a request too" \
		"of $(subject req $name.csr)" "of $(subject req request)"
	ok "$name: and signed right" verifies request
done
same 'the subjects are what they should be' \
	"$(subject req multi.csr | tr -cd +)$(subject req teletex.csr)$(
		subject req bmp.csr | grep -o '#1E08')$(
		subject req nameless.csr)" '++2.5.4.3=#140464657631#1E08'
same 'a nameless one has its alternative name' \
	"$(alternatives x509 nameless.pem)" "$(alternatives req nameless.csr)"
for file in rsa-2048.key pkcs8.key; do
	exits 0 csr-gen --key $file --from multi.pem --uri urn:example:5 \
		--key-usage digitalSignature
	cp out request
	ok 'and more beside it is signed right' verifies request
	alternatives req request >out
	prints URI:urn:example:5
done
openssl req -x509 -new -key $key -days 30 -subj / >nobody.pem 2>err
fails 65 'nobody.pem: it names nobody' csr-gen --key $key --from nobody.pem
openssl req -new -key $key -subj / >nobody.csr 2>err
fails 65 'nobody.csr: it names nobody' csr-gen --key $key --from-csr nobody.csr

exits 0 csr-gen --key $key --cn dev1 --dns a.example.com --key-usage cRLSign \
	--challenge-password-file pass
cp out whole.csr
exits 0 csr-gen --key $key --from-csr whole.csr
openssl req -noout -text -in out >text
ok 'names are copied' grep -q DNS:a.example.com text
ok 'and nothing else' [ "$(grep -c 'CRL Sign\|challenge' text)" = 0 ]
exits 0 csr-gen --key $key --from-csr - <whole.csr
openssl req -in whole.csr -outform DER >whole.der
exits 0 csr-gen --key $key --from-csr whole.der
for file in missing empty garbage utf8.pem; do
	[ -e $file ] || [ $file = missing ] || : >$file
	fails 65 "^csr-gen: $file: (No such file|empty|not a certificate req)" \
		csr-gen --key $key --from-csr "$file"
done

# --- every part, usage, challenge ---

exits 0 csr-gen --key $key --cn dev1 --country DE --state Nordrhein-Westfalen \
	--locality "D$(printf '\303\274')sseldorf" \
	--serial-number 'SN: 00/17' --email-address ops@example.com \
	--organization One --organization Two
cp out request
same 'each part has its type, in its order' "$(openssl req -noout -subject \
	-nameopt RFC2253,dump_all,dump_der,-dn_rev -in request)" \
	"subject=CN=#130464657631,C=#13024445,$(
	)ST=#13134E6F7264726865696E2D5765737466616C656E,$(
	)L=#0C0B44C3BC7373656C646F7266,$(
	)serialNumber=#1309534E3A2030302F3137,$(
	)emailAddress=#160F6F7073406578616D706C652E636F6D,$(
	)O=#13034F6E65,O=#130354776F"
umlauts=$(printf '%032d' 0 | sed "s/0/$(printf '\303\274')$(printf '\303\266')/g")
carries "$umlauts"
exits 65 csr-gen --key $key --cn "x$umlauts"
says 'over 64 characters$'
long=$(printf '%0128d' 0)
exits 0 csr-gen --key $key --cn dev1 --state "$long" --locality "$long"
fails 65 '^csr-gen: ST: 0*: over 128 characters$' \
	csr-gen --key $key --state "0$long"
fails 65 '^csr-gen: L: 0*: over 128' csr-gen --key $key --locality "0$long"
for country in D DEU D1 '' "$(printf '\303\274')"; do
	fails 65 '^csr-gen: C: ' csr-gen --key $key --country "$country"
done
fails 65 '^csr-gen: serialNumber: a_b: character 2 is not allowed there$' \
	csr-gen --key $key --serial-number a_b
fails 65 '^csr-gen: emailAddress: .*: character 3 is not allowed' \
	csr-gen --key $key --email-address "ab$(printf '\303\274')@example.com"
for twice in cn country state locality serial-number; do
	misused csr-gen --key $key --$twice XX --$twice XX
	says ': XX: a subject has one of them, and this is the second$'
done

exits 0 csr-gen --key $key --cn dev1 --dns dev1.example.com --ip 192.0.2.7 \
	--uri https://dev1.example.com/ --uri urn:example:dev1 \
	--email ops@example.com --ip ::1
cp out request
alternatives req request >out
prints '^DNS:dev1.example.com, IP Address:192.0.2.7, URI:https://dev1.example.com/, URI:urn:example:dev1, email:ops@example.com, IP Address:0:0:0:0:0:0:0:1$'
for uri in '' example.com urn: ://x 1x:y 'urn:a b' "urn:$(printf '\303\274')" \
	'urn:<a>'; do
	fails 65 'not a URI with a scheme' csr-gen --key $key --cn dev1 \
		--uri "$uri"
done
for email in '' ops @example.com ops@ 'a b@example.com' '<a@example.com>' \
	'ops@a b' "ops@$(printf '\303\274')"; do
	fails 65 'not an email address|not the name of a host' \
		csr-gen --key $key --cn dev1 --email "$email"
done

exits 0 csr-gen --key $key --cn dev1 --challenge-password-file pass \
	--key-usage digitalSignature,keyAgreement \
	--extended-key-usage 'clientAuth, 1.3.6.1.4.1.99999.1'
openssl req -noout -text -in out >text
grep -A 1 'Key Usage: critical' text >out
prints '^ *Digital Signature, Key Agreement$'
grep -A 1 'Extended Key Usage: $' text >out
prints '^ *TLS Web Client Authentication, 1.3.6.1.4.1.99999.1$'
same 'the challenge password is the first line of its file' \
	"$(sed -n 's/^ *challengePassword *://p' text)" \
	"$phrase"
exits 0 csr-gen --key $key --cn dev1 --challenge-password-file - <pass
for list in '' nothing digitalSignature,nothing; do
	misused csr-gen --key $key --cn dev1 --key-usage "$list"
	says 'no key usage: there are digitalSignature,'
	misused csr-gen --key $key --cn dev1 --extended-key-usage "$list"
	says 'no extended key usage: there are clientAuth,'
done
printf '%0256d\n' 0 >long
printf 'a\tb\n' >tab
fails 65 '^csr-gen: challenge password: over 255 characters$' \
	csr-gen --key $key --cn dev1 --challenge-password-file long
fails 65 '^csr-gen: challenge password: not UTF-8, or with a control' \
	csr-gen --key $key --cn dev1 --challenge-password-file tab
fails 65 '^csr-gen: empty: empty$' \
	csr-gen --key $key --cn dev1 --challenge-password-file empty

# --- a profile ---

exits 0 csr-gen --key $key --profile c8y --organization Acme \
	--cn "$sixty'=()"
exits 0 csr-gen --key $key --profile c8y --cn ',-.?_*@!%'
fails 65 '^csr-gen: device id: .*: over 64 bytes$' \
	csr-gen --key $key --profile c8y --cn "$sixty'=(),"
# odd AT WHAT ID: its character AT is WHAT
odd() {
	fails 65 "^csr-gen: device id: .*: character $1 is none of letters.*: it is '$2'\$" \
		csr-gen --key $key --profile c8y --cn "$3"
}
odd 2 : a:b
odd 1 ' ' ' a'
odd 4 "$(printf '\303\253')" "Zox$(printf '\303\253')y"
odd 3 '\+' ab+
odd 3 '/' ab/c
odd 3 '\\x07' "ab$(printf '\a')"
odd 3 '\\xff' "ab$(printf '\377')"
fails 65 "may not begin with '-'\$" csr-gen --key $key --profile c8y --cn=-a
exits 0 csr-gen --key $key --profile c8y --from utf8.pem
exits 0 csr-gen --key $key --profile c8y --from-csr whole.csr
exits 0 csr-gen --key $key --cn urn:dev:1 --organization Acme
cp out colon.csr
cert-sign --self-signed --key $key <colon.csr >colon.pem
fails 65 "^csr-gen: colon.pem: device id: .*character 4 .*: it is ':'\$" \
	csr-gen --key $key --profile c8y --from colon.pem
fails 65 "^csr-gen: colon.csr: device id: .*character 4 .*: it is ':'\$" \
	csr-gen --key $key --profile c8y --from-csr colon.csr
fails 65 'nameless.pem: .*no common name' \
	csr-gen --key $key --profile c8y --from nameless.pem
fails 65 'character 4' csr-gen --key unborn.key --new-key ec-p256 \
	--profile c8y --cn urn:dev:1
ok 'no key is made for an id that is none' [ ! -e unborn.key ]

# --- files that are not what they should be ---

: >empty
printf 'garbage\n' >garbage
dd if=$key of=cut.key bs=60 count=1 2>err
for file in missing empty garbage cut.key utf8.pem; do
	exits 65 csr-gen --key $file --cn dev1
	says "^csr-gen: $file: (No such file|empty|not a private key\$|a private key that GnuTLS cannot read: damaged)"
	silent
done
for file in missing empty garbage $key; do
	exits 65 csr-gen --key $key --from "$file"
	says "^csr-gen: $file: (No such file|empty|not a certificate)"
	silent
done
exits 65 csr-gen --key - --cn dev1 <empty
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
says '^csr-gen: a subject is missing: --cn, --from or --from-csr$'
misused csr-gen --key $key --dns dev1.example.com
says 'a subject is missing'
misused csr-gen --key $key --from utf8.pem --cn dev1
says '^csr-gen: --from, --from-csr, or a subject of its own: one of them$'
misused csr-gen --key $key --organization Acme --from utf8.pem
misused csr-gen --key $key --from-csr whole.csr --from utf8.pem
misused csr-gen --key $key --from-csr whole.csr --country DE
misused csr-gen --key-only --key new.key
says 'the type of the key is missing: --new-key'
for more in --cn=dev1 --from=utf8.pem --from-csr=whole.csr --dns=a \
	--key-usage=cRLSign --extended-key-usage=clientAuth \
	--challenge-password-file=pass --profile=c8y; do
	misused csr-gen --key-only --key new.key --new-key ec-p256 $more
	says '^csr-gen: --key-only: there is no request'
done
misused csr-gen --key $key --cn dev1 --profile azure
says '^csr-gen: --profile: azure: there is c8y$'
misused csr-gen --key $key --organization Acme --profile c8y
says 'a common name is missing'
misused csr-gen --key - --new-key ec-p256 --cn dev1
says '^csr-gen: --new-key: -: '
misused csr-gen --key - --passphrase-file - --cn dev1
says 'standard input can be one of the files only'
misused csr-gen --key $key --from - --challenge-password-file -
misused csr-gen --key $key --cn dev1 more
says '^csr-gen: more: one operand too many$'
misused csr-gen --key $key --cn
says '^csr-gen: --cn: its argument is missing$'
misused csr-gen --key new.key --new-key rsa-1024 --cn dev1
says 'rsa-1024: .*there are ec-p256, ec-p384,'
ok 'and no key is made' [ ! -e new.key ]
ok 'a trace says what is done' csr-gen -v --key $key --cn dev1
cp err said
ok 'of the key' grep -q "^csr-gen: $key: the key is read\$" said
ok 'and of the request' grep -q 'the request is signed, and verified' said
done_testing
