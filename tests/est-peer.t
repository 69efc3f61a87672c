#!/bin/sh
# est-post against EST servers that share no code with it: tests/est-peer, once
# as strict as servers of the field are, once as sloppy; and through proxies.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl python3

# --- CAs, a device, servers ---
csr-gen --key tls.key --new-key ec-p256 --cn 'Example TLS CA' |
	cert-sign --self-signed --ca --key tls.key >tls.pem
csr-gen --key ca.key --new-key ec-p256 --cn 'Example CA' |
	cert-sign --self-signed --ca --key ca.key >ca.pem
csr-gen --key alien.key --new-key ec-p256 --cn 'Example CA' |
	cert-sign --self-signed --ca --key alien.key >alien.pem
csr-gen --key server.key --new-key ec-p256 --cn localhost --dns localhost |
	cert-sign --ca-cert tls.pem --ca-key tls.key >server.pem
csr-gen --key dev.key --new-key ec-p256 --cn dev1 >dev.csr
cert-sign --ca-cert ca.pem --ca-key ca.key dev.csr >dev.pem
csr-gen --key next.key --new-key ec-p256 --cn dev1 >next.csr
csr-gen --key other.key --new-key ec-p256 --cn dev2 >other.csr
printf 'secret\n' >password
printf 'wrong\n' >wrong
chmod 600 password wrong

# start PROGRAM NAME [ARGUMENT...]: its port is in NAME.port, and in $port
start() {
	program=$1 name=$2
	shift 2
	"$program" "$@" 2>"$name.err" &
	pid=$!
	at_end "{ kill $pid; wait $pid; } 2>/dev/null"
	until_true test -s "$name.port" || {
		sed 's/^/# /' "$name.err"
		printf 'Bail out! %s does not start\n' "$name"
		exit 1
	}
	port=$(cat "$name.port")
}

# peer NAME [OPTION...]: a server at $url; what it heard is in NAME.log
peer() {
	name=$1
	shift
	rm -f "$name.port"
	: >"$name.log"
	start "$source_dir/tests/est-peer" "$name" --port-file "$T/$name.port" \
		--log "$T/$name.log" --cert server.pem --key server.key \
		--ca ca.pem --ca-key ca.key "$@"
	url=https://localhost:$port
}

# post OPERATION [OPTION...]: to the latest server
post() {
	operation=$1
	shift
	est-post "--$operation" --url "$url" --ca tls.pem --timeout 20s "$@"
}

# good KEY TEXT: what was printed is a certificate of the CA for KEY
good() {
	cp out good.pem
	cert-check --valid --match "$1" --trusted ca.pem good.pem 2>"$T/err"
	result $? "$2"
}

# heard NAME PATTERN: a line of what the server NAME heard
heard() {
	grep -qE -e "$2" "$1.log"
	result $? "$1 heard: $(describe "$2")"
}
unheard() {
	! grep -qiE -e "$2" "$1.log"
	result $? "$1 did not hear: $(describe "$2")"
}

mtls='--cert dev.pem --key dev.key'
basic='--user dev1 --password-file password'

for kind in strict sloppy; do
	strict=
	[ "$kind" != strict ] || strict=--strict
	# --- Basic, and what goes over the wire ---
	# shellcheck disable=SC2086 # options, word by word
	{
		peer $kind-basic $strict --auth basic --clients ca.pem
		exits 0 post enroll $basic dev.csr
		good dev.key "$kind: enrolled"
		heard $kind-basic '^POST /.well-known/est/simpleenroll HTTP/1.1$'
		heard $kind-basic '^Content-Length: [1-9]'
		heard $kind-basic '^Content-Type: application/pkcs10$'
		unheard $kind-basic '^(Transfer-Encoding|Expect|Cookie|body: -)'
		sed -n 's/^body: //p' $kind-basic.log >sent
		openssl req -in dev.csr -outform DER | openssl base64 >lines
		printf '\n' >>lines
		cmp -s sent lines
		result $? "$kind: the body is base64 in lines of 64, each with its end"
		exits 0 post enroll $basic --label profile-1 dev.csr
		heard $kind-basic '^POST /.well-known/est/profile-1/simpleenroll '
		exits 0 post reenroll $basic $mtls dev.csr
		good dev.key "$kind: re-enrolled, with password and certificate"
		heard $kind-basic '^client certificate: .*dev1'
		heard $kind-basic '^Authorization: Basic '
		fails 77 'simpleenroll: status 401' post enroll --user dev1 \
			--password-file wrong dev.csr
		fails 77 'simplereenroll: status 401' post reenroll $mtls dev.csr

		# --- CA certificates, attributes ---
		exits 0 post cacerts
		openssl x509 -in ca.pem >ca.want
		openssl x509 -in out >ca.got
		same "$kind: the CA's certificate" "$(cat ca.want)" "$(cat ca.got)"
		heard $kind-basic '^GET /.well-known/est/cacerts HTTP/1.1$'
		exits 0 post csrattrs
		silent

		# --- Digest: asked, and answered with the whole body ---
		peer $kind-digest $strict --auth digest
		exits 0 post enroll --digest $basic dev.csr
		good dev.key "$kind: enrolled by Digest"
		heard $kind-digest '^Authorization: Digest '
		unheard $kind-digest '^Authorization: Basic|^(Transfer-Encoding|Expect)'
		fails 77 'status 401' post enroll --digest --user dev1 \
			--password-file wrong dev.csr
		fails 77 'status 401' post enroll $basic dev.csr
		grep -q 'wants Digest authentication: --digest' err
		result $? "$kind: says that --digest is needed"

		# --- a token ---
		peer $kind-bearer $strict --auth bearer --login a-token \
			--clients ca.pem
		printf 'a-token\n' >token
		[ -z "$strict" ] || printf a-token | openssl base64 >token
		chmod 600 token
		exits 0 post reenroll $mtls --token-file token dev.csr
		good dev.key "$kind: with token and certificate"

		# --- a client certificate alone, also for the next key ---
		peer $kind-mtls $strict --clients ca.pem
		exits 0 post reenroll $mtls next.csr
		good next.key "$kind: the next key, by the present one"

		# --- approved by hand ---
		peer $kind-manual $strict --pending 1
		exits 75 post enroll dev.csr
		same "$kind: the seconds of a 202" 1 "$(cat out)"
		exits 0 post enroll dev.csr
		good dev.key "$kind: the same bytes again are signed"
		csr-gen --key dev.key --cn dev1 >again.csr
		within 15 exits 0 post enroll --poll 9s again.csr
		good dev.key "$kind: --poll waits for it"

		# --- a key made there ---
		exits 75 post serverkeygen --key-out $kind.made other.csr
		exits 1 test -e $kind.made
		exits 0 post serverkeygen --key-out $kind.made \
			--save-reply $kind.reply other.csr
		good $kind.made "$kind: a key and its certificate"
		same 'the key is for its owner alone' $kind.made \
			"$(find $kind.made -perm 600)"
		exits 0 openssl pkey -in $kind.made -noout
		same 'and the saved answer too' $kind.reply \
			"$(find $kind.reply -perm 600)"
		exits 0 est-post --serverkeygen --reply $kind.reply \
			--key-out $kind.again dev.csr
		cmp -s $kind.made $kind.again
		result $? "$kind: the saved answer is read to the same end"
	}
done
manual=$url

# --- certcycle with such a server: the issuer est ---
for strict in '' --strict; do
	# shellcheck disable=SC2086 # options, word by word
	peer issuer$strict $strict --auth basic --clients ca.pem
	home=$T/home$strict
	cat >etc/certcycle.conf <<-X
		issuer = est
		[device]
		id = dev1
		key_path = $home/dev1.key
		cert_path = $home/dev1.pem
		csr_path = $home/dev1.csr
		one_time_password_path = $T/password
		[est]
		url = $url
		root_cert_path = $T/tls.pem
		[c8y]
		verify_via = none
		[state]
		path = $home/state
		run_path = $home/run
	X
	exits 0 certcycle enroll
	exits 0 cert-check --match "$home/dev1.key" --trusted ca.pem \
		"$home/dev1.pem"
	peer renewer$strict $strict --clients ca.pem
	exits 0 certcycle -o "est.url=$url" run --force
	heard renewer$strict '^client certificate: .*dev1'
	ok 'the former one is kept' [ -s "$home/dev1.pem.old" ]
	peer wrong$strict $strict --foreign-key --clients ca.pem
	before=$(cat "$home/dev1.pem")
	exits 76 certcycle -o "est.url=$url" run --force
	same 'the active one is as it was' "$before" "$(cat "$home/dev1.pem")"
	exits 0 test -s "$home/state/reply"
	exits 76 certcycle -o "est.url=$url" run --force
	exits 0 test -s "$home/state/rejected.reply"
done

# --- the request goes out as it is: not a byte of it is made anew ---
cat >two.conf <<-'X'
	[req]
	distinguished_name = dn
	attributes = at
	prompt = no
	[dn]
	CN = dev1
	[at]
	challengePassword = first
	unstructuredName = second
X
openssl req -new -key dev.key -config two.conf -outform DER >two.der
python3 - <<-'X'
	def item(data, at):
	    """Where the contents of the item at AT begin and end."""
	    size, head = data[at + 1], at + 2
	    if size > 127:
	        count = size - 128
	        size, head = int.from_bytes(data[head:head + count], "big"), head + count
	    return head, head + size
	data = open("two.der", "rb").read()
	at, end = item(data, item(data, 0)[0])
	while data[at] != 0xa0:
	    at = item(data, at)[1]
	first, last = item(data, at)
	middle = item(data, first)[1]
	open("swapped.der", "wb").write(
	    data[:first] + data[middle:last] + data[first:middle] + data[last:])
X
peer exact
# its signature is no longer good, which is for the server to find
fails 77 'status 400' post enroll swapped.der
sed -n 's/^body: //p' exact.log | openssl base64 -d >arrived.der
cmp -s swapped.der arrived.der
result $? 'a request arrives byte by byte'

# --- what only one of them does ---
# shellcheck disable=SC2086 # options, word by word
{
	peer picky --clients ca.pem
	fails 77 'status 403: client certificate must be provided' \
		post reenroll dev.csr
	fails 77 'status 403: Subject and SubjectAltName' \
		post reenroll $mtls other.csr
	peer basic-only --auth basic
	fails 77 'status 401' post enroll --digest $basic dev.csr
	grep -q 'wants Basic authentication' err
	result $? 'says that --digest is not'
	unheard basic-only "$(printf dev1:secret | openssl base64)"
	# so large that libcurl would ask first whether it may be sent
	{
		printf '[req]\ndistinguished_name = dn\nreq_extensions = ext\n'
		printf '[dn]\n[ext]\nsubjectAltName = @names\n[names]\n'
		seq 40000 | sed 's/.*/DNS.& = device-&.example.com/'
	} >big.conf
	openssl req -new -key dev.key -subj /CN=dev1 -config big.conf >big.csr
	exits 0 post enroll $basic big.csr
	good dev.key 'a large request'
	unheard basic-only '^(Expect|Transfer-Encoding)'
	peer later --pending 'Fri, 31 Dec 2100 23:59:59 GMT'
	exits 75 post enroll --poll 3s dev.csr
	prints '^[1-9][0-9]{3,}$'
	peer hour --pending 3600
	within 5 exits 75 post enroll --poll 30m dev.csr
	same 'no wait that leads nowhere' 3600 "$(cat out)"
	peer patient --pending 2
	est-post --enroll --url "$url" --ca tls.pem --poll 60s -v dev.csr \
		>patient.out 2>patient.err &
	client=$!
	until_true grep -q 'again in 2 s' patient.err
	kill -TERM $client
	code=0
	wait $client 2>/dev/null || code=$?
	same 'a signal ends the waiting' 143 "$code"
}

# --- CSR attributes, for people ---
rfc='MEEGCSqGSIb3DQEJBzASBgcqhkjOPQIBMQcGBSuBBAAiMBYGCSqGSIb3DQEJDjEJBgcrBgEBAQEWBggqhkjOPQQDAw=='
for strict in '' --strict; do
	# shellcheck disable=SC2086
	peer attrs$strict $strict --attrs "$rfc"
	exits 0 post csrattrs
	cat >want <<-'X'
		challengePassword (1.2.840.113549.1.9.7)
		ecPublicKey (1.2.840.10045.2.1): secp384r1 (1.3.132.0.34)
		extensionRequest (1.2.840.113549.1.9.14): macAddress (1.3.6.1.1.1.1.22)
		ecdsa-with-SHA384 (1.2.840.10045.4.3.3)
	X
	same 'the attributes of RFC 7030, 4.5.2' "$(cat want)" "$(cat out)"
	exits 0 post csrattrs --raw
	same 'and as they came' "$rfc" "$(tr -d '\n' <out)"
done
peer none --no-attrs 204
exits 0 post csrattrs
silent
peer nowhere --no-attrs 404
fails 77 'csrattrs: status 404' post csrattrs
# attributes FILE WANT: the lines of a saved answer
attributes() {
	exits 0 est-post --csrattrs --reply "$1"
	same "$1: its lines" "$2" "$(cat out)"
}
printf '0\200\0\0' >indefinite
printf '0\003\006\001' >short
printf '0' >stump
printf '0\002\005\0' >null
printf '0\004\006\002*\003x' >behind
printf '0\0120\010\006\002*\0031\002\037\037' >no-length
printf 'no attributes\n' >text
for form in indefinite short stump null behind no-length text; do
	fails 76 "^est-post: $form: no CSR attributes" \
		est-post --csrattrs --reply "$form"
done
# an unknown one, with values of several kinds
cat >odd.conf <<-X
	asn1 = SEQUENCE:all
	[all]
	a = OID:1.2.3.4
	b = SEQUENCE:odd
	[odd]
	a = OID:1.2.3.5
	b = SET:values
	[values]
	a = UTF8:two$(printf '\033')words
	b = INTEGER:5
	c = BOOL:TRUE
X
openssl asn1parse -genconf odd.conf -noout -out odd.der
attributes odd.der "$(printf '%s\n' 1.2.3.4 '1.2.3.5: #0101ff, 5, two\x1bwords')"
openssl base64 -in odd.der | tr '\n' ' ' >odd.blanks
attributes odd.blanks "$(printf '%s\n' 1.2.3.4 '1.2.3.5: #0101ff, 5, two\x1bwords')"

# --- a key made there, in other orders, and not as it should be ---
peer first --certs-first
exits 0 post serverkeygen --key-out first.key dev.csr
good first.key 'the certificate may come first'
fails 71 'first.key: is there already' \
	post serverkeygen --key-out first.key dev.csr
fails 71 'no-such-dir' post serverkeygen --key-out no-such-dir/key dev.csr
same 'before anything is asked for' 1 "$(grep -c '^POST' first.log)"
: >public.reply
fails 71 'public.reply: others may use it' post serverkeygen \
	--key-out safe.key --save-reply public.reply dev.csr
peer foreign --foreign-key
fails 76 'no certificate in the answer is for this key' \
	post serverkeygen --key-out foreign.key dev.csr
exits 1 test -e foreign.key
peer cms --encrypted-key
fails 76 'the key is encrypted' post serverkeygen --key-out cms.key dev.csr
exits 71 sh -c 'est-post --serverkeygen --reply strict.reply \
	--key-out full.key dev.csr >/dev/full'
sed '/^--/d' strict.reply >no-parts
sed '/^--.*--$/d' strict.reply >no-end
awk '/^--/ { n++ } n != 1' strict.reply >no-key
awk '/^--/ { n++ } n != 2' strict.reply >no-cert
{
	sed '/^--.*--$/d' strict.reply
	sed 1d strict.reply
} >twice
for form in no-parts no-end no-key no-cert twice; do
	fails 76 "^est-post: $form: " est-post --serverkeygen --reply $form \
		--key-out none.key dev.csr
	exits 1 test -e none.key
done

# --- what can be read once only ---
from() {
	input=$1
	shift
	{ cat && :; } <"$input" | "$@"
}
from_three() {
	from "$1" sh -c 'shift; "$@" 3<&0 </dev/null' sh "$@"
}
peer once --auth basic --clients ca.pem
# shellcheck disable=SC2086 # options, word by word
{
	for option in --ca --proxy-ca --cert; do
		fails 65 '^est-post: standard input: not a certificate$' \
			from password post enroll $basic $mtls $option - dev.csr
		fails 65 '^est-post: standard input: empty$' \
			from /dev/null post enroll $basic $mtls $option - dev.csr
	done
	fails 65 '^est-post: /dev/fd/3: not a certificate$' from_three password \
		est-post --cacerts --url "$url" --ca /dev/fd/3
	fails 65 '^est-post: standard input: not a private key' \
		from password post enroll $basic $mtls --key - dev.csr
	fails 65 '^est-post: dev.pem: does not match the key in standard input$' \
		from other.key post enroll $basic $mtls --key - dev.csr
	fails 65 '^est-post: standard input: does not match the key in dev.key$' \
		from ca.pem post enroll $basic $mtls --cert - dev.csr
	fails 65 '^est-post: standard input: no trust anchor in it$' \
		from password post enroll $basic --anchors - dev.csr
	same 'nothing was asked for' '' "$(cat once.log)"
	for option in '--ca - tls' '--anchors - ca' '--cert - dev'; do
		exits 0 from "${option##* }.pem" \
			post enroll $basic $mtls ${option% *} dev.csr
		good dev.key "${option% *}: from a pipe"
	done
	heard once '^client certificate: .*dev1'
	# each try is a connection of its own, and the files are needed again
	peer again --pending 1 --clients ca.pem
	exits 0 from dev.key post reenroll --poll 60s $mtls --key - dev.csr
	same 'the client certificate, twice' 2 \
		"$(grep -c '^client certificate: .*dev1' again.log)"
	peer again-ca --pending 1
	exits 0 from tls.pem post enroll --poll 60s --ca - dev.csr
	good dev.key 'anchors for more than one connection'
}

# --- anchors for what is issued, apart from TLS trust ---
url=$manual
exits 75 post enroll --anchors ca.pem next.csr
exits 0 post enroll --anchors ca.pem --save-reply kept next.csr
mkdir anchors
cp ca.pem anchors/ca.pem
exits 0 est-post --reply kept --anchors anchors next.csr
for anchors in alien.pem tls.pem; do
	fails 76 "does not chain up to $anchors" \
		est-post --reply kept --anchors $anchors next.csr
done
fails 65 'no-such-file' post enroll --anchors no-such-file dev.csr
fails 65 'dev.csr: no trust anchor' post enroll --anchors dev.csr dev.csr
openssl x509 -in ca.pem -outform DER -out ca.der
exits 0 est-post --reply kept --anchors ca.der next.csr
fails 76 'does not chain up to standard input' \
	from alien.pem est-post --reply kept --anchors - next.csr
mkdir none
peer unasked
fails 65 '^est-post: none: no trust anchor in it' \
	post enroll --anchors none next.csr
unheard unasked '^POST'

# --- proof of possession ---
attrs=MAsGCSqGSIb3DQEJBw==
for strict in '' --strict; do
	# shellcheck disable=SC2086 # options, word by word
	{
		peer pop$strict $strict --pop --attrs $attrs --clients ca.pem
		fails 77 'Proof of Possession Mismatch' post enroll dev.csr
		grep -q 'wants proof of possession: --pop' err
		result $? 'says that --pop is needed'
		: >pop$strict.log
		exits 0 post enroll --pop --key dev.key dev.csr
		good dev.key 'proved: the binding is in the request'
		same 'on one connection' 1 "$(grep -c '^connection' pop$strict.log)"
		heard pop$strict '^connection .* TLSv1.2$'
		exits 0 post reenroll --pop $mtls dev.csr
		good dev.key 'with a client certificate too'
		exits 0 from dev.key post enroll --pop --key - dev.csr
		good dev.key 'by a key from a pipe'
		exits 0 from dev.key post enroll --pop $mtls --key - dev.csr
		fails 65 '^est-post: standard input: not a private key' \
			from password post enroll --pop --key - dev.csr
		fails 65 'next.key: not the key of the request' \
			post enroll --pop --key next.key dev.csr
	}
done
openssl req -new -key dev.key -subj /CN=dev1 -addext subjectAltName=DNS:a \
	>san.csr
exits 0 post enroll --pop --key dev.key san.csr
printf '[req]\ndistinguished_name = dn\nattributes = at\nprompt = no\n[dn]\nCN = dev1\n[at]\nchallengePassword = mine\n' >own.conf
openssl req -new -key dev.key -config own.conf >own.csr
fails 65 'it has a challengePassword' post enroll --pop --key dev.key own.csr
peer closing --pop --attrs $attrs --close
fails 77 'Proof of Possession Mismatch' post enroll --pop --key dev.key dev.csr
grep -q 'closes the connection' err
result $? 'says that the connection was closed'
same 'tried once more' 2 "$(grep -c '^POST' closing.log)"
fails 77 'Proof of Possession Mismatch' \
	from dev.key post enroll --pop --key - dev.csr
same 'by a key from a pipe too' 4 "$(grep -c '^POST' closing.log)"
peer modern --pop --attrs $attrs --tls 1.3
fails 76 "^est-post: $url" post enroll --pop --key dev.key dev.csr
grep -q 'Proof of possession takes' err
result $? 'says that it takes TLS 1.2'
for status in 204 404; do
	peer want-$status --no-attrs $status
	exits 0 post enroll --pop --key dev.key dev.csr
	good dev.key "status $status: no proof is wanted"
done
peer broken --no-attrs 500
fails 69 'csrattrs: status 500' post enroll --pop --key dev.key dev.csr
unheard broken '^POST'

# --- keys that are encrypted, or on a token ---
printf 'open\n' >passphrase
chmod 600 passphrase
openssl pkcs8 -topk8 -in dev.key -passout file:passphrase -out locked.key
peer keys --clients ca.pem --pop --attrs $attrs
exits 0 post reenroll --pop --cert dev.pem --key locked.key \
	--passphrase-file passphrase dev.csr
good dev.key 'an encrypted key logs in, and proves'
heard keys '^client certificate: .*dev1'
exits 0 from locked.key post reenroll --pop --cert dev.pem --key - \
	--passphrase-file passphrase dev.csr
good dev.key 'and so it does from a pipe'
fails 65 '^est-post: standard input: encrypted, and no passphrase' \
	from locked.key post reenroll --cert dev.pem --key - dev.csr
fails 65 'locked.key: encrypted, and no passphrase' \
	post reenroll --cert dev.pem --key locked.key dev.csr
fails 65 'locked.key: the passphrase does not open it' post reenroll \
	--cert dev.pem --key locked.key --passphrase-file wrong dev.csr
fails 65 'dev.pem: does not match the key in next.key' \
	post reenroll --cert dev.pem --key next.key dev.csr
if command -v softhsm2-util >/dev/null; then
	make_token device
	token='pkcs11:token=device;object=dev1;type=private'
	csr-gen --key "$token" --passphrase-file device.pin \
		--new-key ec-p256 --cn dev1 >token.csr
	cert-sign --ca-cert ca.pem --ca-key ca.key token.csr >token.pem
	: >keys.log
	exits 0 post reenroll --pop --cert token.pem --key "$token" \
		--passphrase-file device.pin token.csr
	cp out good.pem
	exits 0 cert-check --same-subject token.pem --trusted ca.pem good.pem
	heard keys '^client certificate: .*dev1'
	printf '9999\n' >bad.pin
	chmod 600 bad.pin
	fails 71 'pkcs11:token=device' post reenroll --cert token.pem \
		--key "$token" --passphrase-file bad.pin token.csr
	if command -v p11tool >/dev/null; then
		GNUTLS_PIN=1234 p11tool --batch --login --write \
			--load-certificate token.pem --label dev1 \
			'pkcs11:token=device' >p11.log 2>&1
		: >keys.log
		exits 0 post reenroll --pop \
			--cert 'pkcs11:token=device;object=dev1;type=cert' \
			--key "$token" --passphrase-file device.pin token.csr
		heard keys '^client certificate: .*dev1'
		fails 65 'object=dev1: does not match the key in dev.key' \
			post reenroll --key dev.key \
			--cert 'pkcs11:token=device;object=dev1' token.csr
		fails 65 'object=dev2;type=cert: no such certificate' \
			post reenroll --key "$token" \
			--cert 'pkcs11:token=device;object=dev2;type=cert' \
			--passphrase-file device.pin token.csr
	fi
else
	skip 'a key on a token' 'no softhsm2-util here'
fi

# --- secrets: what others see of est-post while it waits for a server that
# does not answer ---
printf 'proxy-secret\n' >proxy-password
chmod 600 proxy-password
peer still --clients ca.pem
kill -STOP "$pid"
est-post -v --enroll --url "$url" --ca tls.pem --user dev1 \
	--password-file password --cert dev.pem --key locked.key \
	--passphrase-file passphrase --proxy "http://127.0.0.1:$port" \
	--proxy-user me --proxy-password-file proxy-password dev.csr \
	>seen.out 2>seen.err &
client=$!
until_true grep -q POST seen.err
tr '\0' '\n' <"/proc/$client/cmdline" >seen
tr '\0' '\n' <"/proc/$client/environ" >>seen
ok 'looked at the right process' grep -q '^--proxy-password-file$' seen
{
	kill "$client"
	wait "$client"
	kill -CONT "$pid"
} 2>/dev/null
cat seen.out seen.err >>seen
exits 1 grep -E '^(secret|open|proxy-secret)$|:secret|:proxy-secret' seen
exits 1 grep -E "$(printf dev1:secret | openssl base64)" seen

# --- redirects ---
# shellcheck disable=SC2086 # options, word by word
{
	for status in 301 302 307 308; do
		peer moved-$status --auth basic --clients ca.pem --redirect \
			$status /moved/.well-known/est/simpleenroll
		fails 76 "status $status: it points to .*/moved/" post enroll $basic dev.csr
		cp err told
		exits 1 grep -q secret told
		exits 0 post enroll --follow $basic $mtls dev.csr
		good dev.key "$status: followed on the same server"
		heard moved-$status '^POST /moved/.well-known/est/simpleenroll '
		same 'with its body' 3 \
			"$(grep -c "^body: $(head -n 1 lines)" moved-$status.log)"
	done
	peer moved-303 --redirect 303 /moved/.well-known/est/simpleenroll
	fails 76 'status 303' post enroll --follow dev.csr
	unheard moved-303 '/moved'
	peer round --redirect 302 /.well-known/est/cacerts
	fails 76 'over 5 redirects' post cacerts --follow
	same 'six were sent' 6 "$(grep -c '^GET' round.log)"

	# to another server: what needs no credential goes there, without any
	peer thief --clients ca.pem
	thief=$url
	peer away --clients ca.pem --redirect 302 \
		"$thief/.well-known/est/cacerts"
	exits 0 post cacerts --follow $basic $mtls
	same 'the CA from there' "$(cat ca.want)" "$(openssl x509 -in out)"
	heard away '^Authorization: Basic'
	heard away '^client certificate: .*dev1'
	heard thief '^GET /.well-known/est/cacerts'
	unheard thief '^Authorization|^Cookie|^client certificate: .*dev1'
	exits 0 post cacerts --follow --digest $basic $mtls
	exits 0 post cacerts --follow --token-file token
	unheard thief '^Authorization|^Cookie|^client certificate: .*dev1'
	exits 0 from tls.pem post cacerts --follow --ca - --token-file token
	same 'anchors from a pipe, for both' "$(cat ca.want)" \
		"$(openssl x509 -in out)"
	# and not back to where it came from either
	peer back --auth basic --clients ca.pem --redirect 302 \
		"$url/moved/.well-known/est/cacerts"
	: >away.log
	exits 0 post cacerts --follow $basic $mtls
	heard away '/moved/'
	unheard away '^Authorization|^client certificate: .*dev1'
	peer post-away --redirect 307 "$thief/.well-known/est/simpleenroll"
	: >thief.log
	fails 76 "redirects to $thief.* another server" \
		post enroll --follow $basic $mtls dev.csr
	same 'a request goes to no other server' '' "$(cat thief.log)"
	peer plain --redirect 302 http://localhost:1/.well-known/est/cacerts
	fails 76 'not https' post cacerts --follow $basic
	peer named --redirect 302 \
		"https://me:you@localhost:${thief##*:}/.well-known/est/cacerts"
	same 'nothing went there' '' "$(cat thief.log)"
	exits 0 post cacerts --follow
	heard thief '^GET'
	unheard thief '^Authorization'
}

# --- proxies ---
proxy() {
	name=$1
	shift
	: >"$name.log"
	start "$source_dir/tests/proxy" "$name" "$T/$name.port" "$T/$name.log" "$@"
}
peer behind --auth basic --clients ca.pem
behind=$port
proxy open
# shellcheck disable=SC2086 # options, word by word
{
	exits 0 post enroll --proxy "http://localhost:$port" $basic $mtls dev.csr
	good dev.key 'through a proxy'
	heard open "^CONNECT localhost:$behind HTTP/1.1"
	sed '/^.$/,$d' open.log >said.log
	unheard said '^(Authorization|Proxy-Authorization|Content-Type|X-)'
	exits 1 grep -ac -e 'Authorization: Basic' open.log
	: >open.log
	exits 0 post enroll --proxy "socks5://localhost:$port" $basic dev.csr
	heard open "^SOCKS 7f000001 $behind$"
	: >open.log
	exits 0 post enroll --proxy "socks5h://localhost:$port" $basic dev.csr
	heard open "^SOCKS localhost $behind$"
	# by the variables
	: >open.log
	exits 0 env https_proxy="http://localhost:$port" est-post --enroll \
		--url "$url" --ca tls.pem $basic dev.csr
	heard open '^CONNECT'
	: >open.log
	exits 0 env https_proxy="http://localhost:$port" no_proxy=localhost \
		est-post --enroll --url "$url" --ca tls.pem $basic dev.csr
	same 'no_proxy is kept to' '' "$(cat open.log)"
	exits 0 env https_proxy=http://localhost:1 no_proxy=localhost \
		est-post --enroll --url "$url" --ca tls.pem $basic \
		--proxy "http://localhost:$port" dev.csr
	heard open '^CONNECT'
	fails 77 'its proxy: .*403' est-post --cacerts --url https://forbidden.example.com \
		--ca tls.pem --proxy "http://localhost:$port"

	proxy asking me:proxy-secret
	fails 77 'its proxy: .*407' post enroll --proxy "http://localhost:$port" $basic dev.csr
	exits 0 post enroll --proxy "http://localhost:$port" --proxy-user me \
		--proxy-password-file proxy-password $basic dev.csr
	good dev.key 'through a proxy with a password'
	unheard behind "$(printf me:proxy-secret | openssl base64)|^Proxy"
	unheard asking "$(printf dev1:secret | openssl base64)"
	fails 77 'its proxy: .*407' post enroll --proxy "http://localhost:$port" \
		--proxy-user me --proxy-password-file wrong $basic dev.csr
	fails 65 'me:too: a user name with a colon' post enroll \
		--proxy "http://localhost:$port" --proxy-user me:too \
		--proxy-password-file wrong dev.csr

	proxy secure - server.pem server.key
	fails 76 'certificate' post enroll --proxy "https://localhost:$port" \
		$basic dev.csr
	exits 0 post enroll --proxy "https://localhost:$port" \
		--proxy-ca tls.pem $basic $mtls dev.csr
	good dev.key 'through an https proxy'
	heard secure '^CONNECT'
	gone=$("$libexec/sandbox-admin" free-port)
	fails 69 'localhost' post enroll --proxy "http://localhost:$gone" dev.csr
	fails 69 'no-such-proxy.invalid' post enroll \
		--proxy http://no-such-proxy.invalid dev.csr
}

done_testing
