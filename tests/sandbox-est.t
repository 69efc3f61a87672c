#!/bin/sh
# The sandbox's plain EST server (RFC 7030, RFC 8951) as it is on the wire, by
# curl and openssl: paths, bodies, logins, renewal, approval, and the settings.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # ok and exits call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl curl mosquitto
start_sandbox
est=$(sed -n 's/^# A plain EST server (RFC 7030): //p' "$T/out")
ca=$T/sandbox/ca.pem
root=/.well-known/est
media='Content-Type: application/pkcs10'
certs_only='Content-Type: application/pkcs7-mime; smime-type=certs-only'
base64='Content-Transfer-Encoding: base64'

admin() {
	"$libexec/sandbox-admin" --dir "$T/sandbox" "$@"
}
# call PATH [OPTION...]: leaves $status, and the files headers and body
call() {
	where=$est$1
	shift
	rm -f body
	status=$(curl -sS --max-time 10 --cacert "$tls_ca" -D head.raw -o body \
		-w '%{http_code}' "$@" "$where" 2>err) || cat err >&2
	[ -e body ] || : >body
	tr -d '\r' <head.raw >headers
}
# post OPERATION BODY [OPTION...]
post() {
	path=$root/$1 sent=$2
	shift 2
	call "$path" -H "$media" --data-binary "@$sent" "$@"
}
# answers TEXT STATUS [HEADER...]: what the latest call came back with
answers() {
	what=$1 want=$2
	shift 2
	same "$what: status" "$want" "$status"
	[ "$status" = "$want" ] || sed 's/^/# body: /' body
	for header; do
		grep -qixF "$header" headers
		result $? "$what: $header"
	done
}
# refuses TEXT STATUS PATTERN: with a sentence, as text
refuses() {
	answers "$1" "$2" 'Content-Type: text/plain'
	grep -qE "^$3\$" body
	result $? "$1: says so"
}
# issues TEXT KEY: a certificate of the tenant's CA for KEY, in the file issued
issues() {
	answers "$1" 200 "$certs_only" "$base64"
	openssl base64 -d <body >unpacked
	openssl pkcs7 -inform DER -in unpacked -print_certs >issued 2>"$T/err"
	exits 0 cert-check --valid --match "$2" --trusted "$ca" issued
}
# csr NAME CN [OPTION...]: NAME.key, NAME.csr, and NAME.b64, which goes to a server
csr() {
	name=$1 cn=$2
	shift 2
	csr-gen --key "$name.key" --new-key ec-p256 --cn "$cn" "$@" >"$name.csr"
	sed '/^-----/d' "$name.csr" >"$name.b64"
}
# again ID: its one-time password is good again
again() {
	admin register "$1" --password-file "$T/password" >/dev/null
}
printf 'secret-of-it\n' >password
chmod 600 password
one=-udev1:secret-of-it
csr dev1 dev1 --dns dev1.example.com
csr dev2 dev2

# --- where it is ---
tenant=https://localhost:$https
for operation in cacerts csrattrs; do
	same "the tenant itself has no $operation" 404 "$(curl -sS --cacert \
		"$tls_ca" -o /dev/null -w '%{http_code}' \
		"$tenant$root/$operation")"
done
port=${est##*:}
same 'it is open on 127.0.0.1 alone' 0100007F "$(awk -v port="$(printf \
	':%04X' "$port")" 'substr($2, 9) == port && $4 == "0A" {
		print substr($2, 1, 8) }' /proc/net/tcp)"
for path in / $root $root/ $root/fullcmc $root/a/b/cacerts $root/label/ \
	$root//cacerts $root/cacerts/csrattrs $root/cacerts/; do
	call "$path"
	refuses "GET $path" 404 'There is nothing on this path\.'
done
call $root/simpleenroll
refuses 'GET simpleenroll' 405 'GET is not for simpleenroll\.'
answers 'GET simpleenroll' 405 'Allow: POST'
call $root/cacerts --data-binary @dev1.b64
answers 'POST cacerts' 405 'Allow: GET, HEAD'

# --- cacerts, csrattrs ---
for path in $root/cacerts $root/any-label/cacerts "$root/cacerts?x=y"; do
	call "$path"
	answers "$path" 200 "$certs_only" "$base64"
	openssl base64 -d <body | openssl pkcs7 -inform DER -print_certs |
		openssl x509 >got
	alike 'the CA is in it' "$(openssl x509 -in "$ca")" "$(cat got)"
done
same 'lines of 64' 0 "$(grep -c '.\{65\}' body)"
same 'each with its end' '' "$(tail -c 1 body | tr -d '\n')"
exits 1 grep -q "$(printf '\r')" body
call $root/cacerts --head
answers 'HEAD cacerts' 200 "$certs_only"
admin set est.lines=none
call $root/cacerts
same 'est.lines=none: one line, without an end' 0 "$(wc -l <body)"
openssl base64 -d -A <body | openssl pkcs7 -inform DER -print_certs |
	openssl x509 >got
alike 'the same CA' "$(openssl x509 -in "$ca")" "$(cat got)"
admin set est.lines=64
call $root/csrattrs
answers 'no attributes are wanted' 204
admin set est.csrattrs=sample
call $root/csrattrs
answers 'attributes' 200 'Content-Type: application/csrattrs' "$base64"
openssl base64 -d <body | openssl asn1parse -inform DER >parsed
for wanted in challengePassword id-ecPublicKey prime256v1 \
	'Extension Request' ecdsa-with-SHA256; do
	exits 0 grep -q "OBJECT *:$wanted\$" parsed
done
admin set est.csrattrs=none

# --- who may ask ---
post simpleenroll dev1.b64
refuses 'nobody' 401 'A login or a client certificate is needed\.'
answers 'nobody' 401 'WWW-Authenticate: Basic realm="estrealm"'
for algorithm in SHA-256 MD5; do
	grep -qiE "^www-authenticate: Digest realm=\"estrealm\", qop=\"auth\", algorithm=$algorithm, nonce=\"[0-9a-f]+\"$" headers
	result $? "a challenge for $algorithm"
done
post simpleenroll dev1.b64 "$one"
refuses 'not registered' 401 'Name or password is wrong\.'
again dev1
post simpleenroll dev1.b64 --user dev1:guess
refuses 'a wrong password' 401 'Name or password is wrong\.'
post simpleenroll dev2.b64 "$one"
refuses 'for another device' 403 'The common name .* must be the device id\.'
post simpleenroll dev1.b64 -H 'Authorization: Bearer nonsense'
refuses 'a token that is none' 401 'The token is not good\.'
post simpleenroll dev1.b64 -H 'Authorization: Negotiate abc'
answers 'a scheme that is not known' 401
post simpleenroll dev1.b64 "$one"
issues 'Basic' dev1.key
same 'its password is spent' 1 "$(admin devices |
	awk '$1 == "dev1" { print $3 }')"
openssl x509 -in issued -noout -text >text
for line in 'CA:FALSE' 'Digital Signature' 'TLS Web Client Authentication' \
	'DNS:dev1.example.com' 'X509v3 Subject Key Identifier' \
	'X509v3 Authority Key Identifier'; do
	exits 0 grep -q "$line" text
done
post simpleenroll dev1.b64 "$one"
refuses 'a password that is spent' 401 'Name or password is wrong\.'
cp issued dev1.pem
exits 0 jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
	--cert dev1.pem --key dev1.key

# --- bodies ---
admin set est.login=none
tr -d '\n' <dev1.b64 >line
sed 's/$/\r/' dev1.b64 >crlf
sed 's/^/  /' dev1.b64 >blanks
for form in line crlf blanks dev1.csr; do
	post simpleenroll $form
	issues "the body as $form" dev1.key
done
post simpleenroll dev1.b64 -H 'Transfer-Encoding: chunked'
issues 'a body in chunks' dev1.key
post simpleenroll dev1.b64 -H 'Expect: 100-continue'
issues 'a body that waits to be asked for' dev1.key
call $root/simpleenroll --data-binary @dev1.b64 \
	-H 'Content-Type: application/pkcs10; charset=us-ascii'
issues 'a parameter of the media type' dev1.key
openssl req -in dev1.csr -outform DER >der
dd if=der of=changed bs=1 count=$(($(wc -c <der) - 1)) 2>"$T/err"
printf x >>changed
openssl base64 <changed >forged
: >empty
for form in der empty forged dev1.pem password; do
	post simpleenroll $form
	refuses "no request: $form" 400 '.*\.'
done
call $root/simpleenroll --data-binary @dev1.b64 \
	-H 'Content-Type: application/x-pem-file'
refuses 'another media type' 400 'Content-Type must be application/pkcs10\.'
csr-gen --key dev1.key --cn dev1 --key-usage keyCertSign,digitalSignature >ca.csr
post simpleenroll ca.csr
refuses 'who asks to be a CA' 400 '.*which the signer alone decides\.'

# --- Digest ---
admin set est.login=device
again dev1
post simpleenroll dev1.b64 --digest --user dev1:guess
refuses 'Digest with a wrong password' 401 'Name or password is wrong\.'
post simpleenroll dev1.b64 --digest "$one"
issues 'Digest by SHA-256' dev1.key
hash() {
	printf %s "$2" | openssl dgst "-$1" -r | cut -d ' ' -f 1
}
# nonce: a new one of the server's
nonce() {
	post simpleenroll empty
	sed -n 's/.*nonce="\([0-9a-f]*\)".*/\1/p' headers | head -n 1
}
# digest NONCE [NAME=VALUE...]: a login of dev1 by MD5; what is given is said
# in place of what is right
digest() {
	value=$1 realm=estrealm uri=$root/simpleenroll qop=auth nc=00000001
	shift
	for said; do
		case $said in
		realm=*) realm=${said#*=} ;;
		uri=*) uri=${said#*=} ;;
		qop=*) qop=${said#*=} ;;
		nc=*) nc=${said#*=} ;;
		esac
	done
	ha1=$(hash md5 "dev1:$realm:secret-of-it")
	ha2=$(hash md5 "POST:$uri")
	response=$(hash md5 "$ha1:$value:$nc:me:$qop:$ha2")
	login="Authorization: Digest username=\"dev1\", realm=\"$realm\", nonce=\"$value\", uri=\"$uri\", response=\"$response\", cnonce=\"me\", qop=$qop, nc=$nc"
}
again dev1
fresh=$(nonce)
for wrong in realm=other uri=/elsewhere qop=auth-int nc=1; do
	digest "$fresh" $wrong
	post simpleenroll dev1.b64 -H "$login"
	refuses "Digest with $wrong" 401 'Name or password is wrong\.'
	exits 1 grep -q stale headers
done
digest 00000000000000000000000000000000000000000000000
post simpleenroll dev1.b64 -H "$login"
refuses 'a nonce that is not ours' 401 'The nonce is too old\.'
grep -qi 'algorithm=MD5, nonce="[0-9a-f]*", stale=true$' headers
result $? 'and the password need not be asked for again'
for broken in 'username' 'username="dev1' 'username="dev1"' \
	"${login#*Digest }, nc=00000002"; do
	post simpleenroll dev1.b64 -H "Authorization: Digest $broken"
	refuses 'Digest that is not well-formed' 400 'Digest: .*\.'
done
admin set est.nonce-life=1
old=$(nonce)
admin set est.nonce-life=300
digest "$old"
post simpleenroll dev1.b64 -H "$login"
issues 'Digest by MD5' dev1.key
again dev1
admin set est.nonce-life=1
is_over() {
	post simpleenroll dev2.b64 -H "$login"
	grep -q stale=true headers
}
digest "$(nonce)" nc=00000002
ok 'a nonce gets too old' until_true is_over
admin set est.nonce-life=300

# --- the next certificate ---
again dev1
post simpleenroll dev1.b64 "$one"
issues 'another first one' dev1.key
cp issued before.pem
again dev1
post simpleenroll dev1.b64 "$one"
issues 'and one more' dev1.key
cp issued dev1.pem
shown='--cert dev1.pem --key dev1.key'
# shellcheck disable=SC2086 # options, word by word
{
	post simplereenroll dev1.b64 $shown
	issues 'the next one, by the present one' dev1.key
	csr next dev1 --dns dev1.example.com
	post simplereenroll next.b64 $shown
	issues 'for another key' next.key
	post label/simplereenroll dev1.b64 $shown
	issues 'with a label' dev1.key
	csr-gen --key dev1.key --cn dev1 --dns other.example.com >other.csr
	csr-gen --key dev1.key --cn dev1 >none.csr
	csr-gen --key dev1.key --cn dev1 --organization x \
		--dns dev1.example.com >more.csr
	for file in other none more; do
		post simplereenroll $file.csr $shown
		refuses "other names: $file" 403 'Subject and SubjectAltName .*'
	done
	post simplereenroll dev2.b64 $shown
	refuses 'another device' 403 '.* must be the device id\.'
}
post simplereenroll dev1.b64
refuses 'the next one by nobody' 401 'A login or a client certificate .*'
jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
	--cert dev1.pem --key dev1.key >token
post simplereenroll dev1.b64 -H "Authorization: Bearer $(cat token)"
issues 'the next one by a token' dev1.key
post simplereenroll dev2.b64 -H "Authorization: Bearer $(cat token)"
refuses 'a token for another device' 403 '.* must be the device id\.'
make_pair stranger dev1
post simplereenroll dev1.b64 --cert stranger.pem --key stranger.key
refuses 'a certificate that is not trusted' 401 'The client certificate is .*'
again dev2
post simpleenroll dev2.b64 --cert stranger.pem --key stranger.key \
	--user dev2:secret-of-it
issues 'a login is enough without it' dev2.key
cp issued dev2.pem
admin remove dev2
post simplereenroll dev2.b64 --cert dev2.pem --key dev2.key
refuses 'a device that was removed' 401 'The client certificate is .*'
csr-gen --key dev1.key --from dev1.pem | cert-sign --ca-cert "$ca" \
	--ca-key "$T/sandbox/ca.key" --not-before 2026-01-01 --duration 1d \
	>over.pem
post simplereenroll dev1.b64 --cert over.pem --key dev1.key
refuses 'a certificate that is over' 401 'The client certificate is .*'

# --- what is revoked, what is no longer trusted ---
operator=$(cat sandbox/operator)
# rest METHOD PATH [JSON]: at the tenant; its status
rest() {
	curl -sS --max-time 10 --cacert "$tls_ca" --user "$operator" -X "$1" \
		-o answer -w '%{http_code}' -H 'Content-Type: application/json' \
		-H 'Accept: application/json' ${3:+--data "$3"} "$tenant$2"
}
trusted=/tenant/tenants/t1000/trusted-certificates/$(openssl x509 -in "$ca" \
	-outform DER | openssl dgst -sha1 -r | cut -d ' ' -f 1)
rest PUT /tenant/options/configuration/crl.offline.check.enabled \
	'{"value":"true"}' >"$T/out"
hex=$(openssl x509 -in before.pem -noout -serial | sed 's/.*=//')
same 'one is revoked' 204 "$(rest PUT \
	/tenant/trusted-certificates/settings/crl \
	"{\"crls\":[{\"serialNumberInHex\":\"$hex\"}]}")"
for whose in device user; do
	admin set est.login=$whose
	post simplereenroll dev1.b64 --cert before.pem --key dev1.key
	refuses "$whose: a certificate that is revoked" 401 'The client .*'
	# shellcheck disable=SC2086 # options, word by word
	post simplereenroll dev1.b64 $shown
	issues "$whose: not the other one of the device" dev1.key
	same 'the CA is disabled' 200 "$(rest PUT "$trusted" \
		'{"status":"DISABLED"}')"
	# shellcheck disable=SC2086 # options, word by word
	post simplereenroll dev1.b64 $shown
	refuses "$whose: a CA that is disabled" 401 'The client .*'
	rest PUT "$trusted" '{"status":"ENABLED"}' >"$T/out"
done

# --- users ---
admin set est.login=user
csr any 'Some thing, anywhere'
post simpleenroll any.b64 --user "$operator"
issues 'a user, for any subject' any.key
post simpleenroll any.b64 --digest --user "t1000/$operator"
issues 'by Digest, with the tenant' any.key
again dev1
post simpleenroll dev1.b64 "$one"
refuses 'a device is no user' 401 'Name or password is wrong\.'
post simplereenroll any.b64 --cert issued --key any.key
issues 'and the next one by it' any.key

# --- keys that are made there ---
admin set est.login=none
# made TEXT: a key in made.key and its certificate in issued
made() {
	answers "$1" 200 'Content-Type: multipart/mixed; boundary=certcycle-sandbox'
	tr -d '\r' <body | awk '/^Content-Type: application\/pkcs8$/ { key = 1 }
		/^--/ { key = text = 0 } key && text { print } /^$/ { text = 1 }' |
		openssl base64 -d | openssl pkey -inform DER >made.key 2>"$T/err"
	tr -d '\r' <body | awk '/^Content-Type: application\/pkcs7-/ { certs = 1 }
		/^--/ { certs = text = 0 } certs && text { print } /^$/ { text = 1 }' |
		openssl base64 -d >unpacked
	openssl pkcs7 -inform DER -in unpacked -print_certs >issued 2>"$T/err"
	exits 0 cert-check --match made.key --trusted "$ca" issued
}
for kind in ec-p256 ec-p384 rsa-2048 ed25519; do
	csr-gen --key $kind.key --new-key $kind --cn dev1 \
		--dns dev1.example.com >$kind.csr
	post serverkeygen $kind.csr
	made "a key like $kind"
	same 'of that kind' "$(openssl pkey -in $kind.key -noout -text |
		head -n 1)" "$(openssl pkey -in made.key -noout -text |
		head -n 1)"
	exits 1 cmp -s $kind.key made.key
	exits 0 cert-check --same-subject dev1.pem issued
done
for oid in 1.2.840.113549.1.9.16.2.37 1.2.840.113549.1.9.16.2.54; do
	cat >req.conf <<-X
	oid_section = oids
	[oids]
	wanted = $oid
	[req]
	prompt = no
	distinguished_name = name
	attributes = attributes
	[name]
	CN = dev1
	[attributes]
	wanted = abcd
	X
	openssl req -new -key dev1.key -config req.conf >wanted.csr 2>"$T/err"
	post serverkeygen wanted.csr
	refuses 'a key that shall be encrypted' 400 '.*which this server does not do\.'
done

# --- a person approves ---
admin set est.login=device
admin set est.approval=manual
admin set est.retry-after=30
again dev1
post simpleenroll dev1.b64 "$one"
refuses 'it waits' 202 'The request waits for approval\.'
answers 'it waits' 202 'Retry-After: 30'
post simpleenroll dev1.b64 "$one"
answers 'asked again, it waits' 202
csr-gen --key dev1.key --cn dev1 --dns dev1.example.com >resigned.csr
post simpleenroll resigned.csr "$one"
answers 'signed again, it waits' 202
exits 0 sandbox pending
same 'all that is one request' "1	dev1	simpleenroll	WAITING" "$(cat out)"
post simpleenroll next.b64 "$one"
answers 'another key waits too' 202
sandbox stop --keep >"$T/out" 2>"$T/err"
start_sandbox
est=$(sed -n 's/^# A plain EST server (RFC 7030): //p' "$T/out")
tenant=https://localhost:$https
exits 0 sandbox pending
same 'a restart forgets none' 2 "$(wc -l <out | tr -d ' ')"
exits 65 sandbox approve nobody
says 'nobody: no request of it waits'
exits 64 sandbox approve
exits 0 sandbox approve 1
post simpleenroll next.b64 "$one"
answers 'one is approved, the other waits' 202
post simpleenroll dev1.b64 "$one"
issues 'it is approved' dev1.key
same 'the answered one is gone' '2	dev1	simpleenroll	WAITING' \
	"$(sandbox pending)"
again dev1
exits 0 sandbox deny dev1
post simpleenroll next.b64 "$one"
refuses 'it is denied' 403 'The request was denied\.'
post simpleenroll dev1.b64 "$one"
answers 'the first one is a new one' 202
exits 0 sandbox approve --all
post simpleenroll dev1.b64 "$one"
issues 'all are approved' dev1.key
post serverkeygen dev1.b64 --cert dev1.pem --key dev1.key
answers 'a key waits as well' 202
exits 0 sandbox deny --all
post serverkeygen dev1.b64 --cert dev1.pem --key dev1.key
answers 'and is denied' 403
admin set est.approval=auto

# --- proof of possession ---
admin set est.login=none
admin set est.proof-of-possession=required
call $root/csrattrs
openssl base64 -d <body | openssl asn1parse -inform DER |
	grep -q ':challengePassword$'
result $? 'csrattrs wants the proof'
post simpleenroll dev1.b64 --tls-max 1.2
refuses 'no proof' 403 'Proof of possession .*: the challengePassword .*'
post simpleenroll dev1.b64 --tlsv1.3
refuses 'TLS 1.3' 403 'Proof of possession is required, .* of TLS 1\.2\.'
csr-gen --key dev1.key --cn dev1 --challenge-password-file password >proof.csr
post simpleenroll proof.csr --tls-max 1.2
refuses 'a proof that is none' 403 'Proof of possession .*: the challengePassword .*'

# --- no CA ---
same 'the CA is removed' 204 "$(rest DELETE "$trusted")"
call $root/cacerts
refuses 'cacerts without a CA' 404 'The tenant has no CA\.'
post simpleenroll dev1.b64
refuses 'simpleenroll without a CA' 404 'The tenant has no CA\.'

same 'the server never failed' 0 "$(grep -c ' 500$' sandbox/server.log)"
done_testing
