#!/bin/sh
# The sandbox's calls, as a foreign client sees them: statuses, headers and
# bodies of EST, registration and tokens, over HTTPS and MQTT; and that its
# state outlives a crash.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2319 # ok and exits call the functions; $? is meant
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl curl mosquitto mosquitto_sub mosquitto_rr
start_sandbox
ca=$T/sandbox/ca.pem
operator=$(cat sandbox/operator)
enroll=/.well-known/est/simpleenroll
reenroll=/.well-known/est/simplereenroll
requests=/devicecontrol/newDeviceRequests
access=/devicecontrol/deviceAccessToken
no_request='No newDeviceRequest found for this ID. It may already be registered, check the audit logs for details.'
no_login='Full authentication is required to access this resource'

# call PORT PATH [OPTION...]: leaves $status, and the files head and body
call() {
	where=https://localhost:$1$2
	shift 2
	rm -f body
	status=$(curl -sS --max-time 10 --cacert "$tls_ca" -D head.raw -o body \
		-w '%{http_code}' "$@" "$where" 2>err) || cat err >&2
	[ -e body ] || : >body
	tr -d '\r' <head.raw >headers
}
media='Content-Type: application/pkcs10'
# request ID BODY PATH [OPTION...]: an EST request as the device ID
request() {
	id=$1 sent=$2 path=$3
	shift 3
	call "$https" "$path" --user "$id:secret-for-$id" -H "$media" \
		--data-binary "@$sent" "$@"
}
# answers TEXT STATUS [HEADER...]: what the latest call came back with
answers() {
	what=$1 want=$2
	shift 2
	same "$what: status" "$want" "$status"
	for header; do
		grep -qixF "$header" headers
		result $? "$what: $header"
	done
}
# refuses TEXT STATUS PATTERN: the same with an error object
refuses() {
	answers "$1" "$2" \
		'Content-Type: application/vnd.com.nsn.cumulocity.error+json'
	grep -qE "^\{\"error\":\"[A-Za-z]+/[A-Za-z]+\",\"message\":\"$3\"\}\$" body
	result $? "$1: the error says so"
	[ "$status" = "$2" ] || printf '# %s\n' "$(tr '\n' ' ' <body)"
}
# csr NAME CN: NAME.key, NAME.csr and NAME.b64, which is what goes to a server
csr() {
	csr-gen --key "$1.key" --new-key ec-p256 --cn "$2" >"$1.csr"
	sed '/^-----/d' "$1.csr" >"$1.b64"
}
# unpack FILE: the certificates in an EST answer
unpack() {
	openssl base64 -d <"$1" >unpacked.der
	openssl pkcs7 -inform DER -in unpacked.der -print_certs
}
# field NAME: a text in the JSON of body
field() {
	sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" body
}
# claims: those of the token on standard input
claims() {
	middle=$(cut -d . -f "${1:-2}" | tr -- '-_' '+/')
	while [ $((${#middle} % 4)) -ne 0 ]; do
		middle=$middle=
	done
	printf %s "$middle" | openssl base64 -d -A
}
number() {
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" claims.json
}
for name in dev1 dev2 dev3; do
	csr "$name" "$name"
done
csr other dev2
tr -d '\n' <dev1.b64 >dev1.line

# --- registration ---
register() {
	call "$https" "$requests" -H 'Content-Type: application/json' \
		--data-binary "$1" --user "$operator"
}
call "$https" "$requests" --data-binary '{"id":"dev1"}'
refuses 'registration without a login' 401 "$no_login"
call "$https" "$requests" --data-binary '{"id":"dev1"}' --user admin:guess
refuses 'registration with a wrong login' 401 'Invalid credentials'
call "$https" "$requests"
refuses 'a list without a login' 401 "$no_login"
register 'no JSON'
refuses 'a body that is no JSON' 400 '.*JSON.*'
register '{"id":"plain"}'
answers 'no password: a device that will ask for its credentials' 201
call "$https" "$requests/plain" -X DELETE --user "$operator"
answers 'which can be removed' 204
register '{"id":"dev1","enrollmentToken":12345678}'
refuses 'a password that is no text' 422 '.*enrollmentToken.*'
register '{"enrollmentToken":"secret-for-dev1"}'
refuses 'no id' 422 '.*id.*'
for id in 'de:v1' 'de v1' 'a/b' '-dev1' '' 'd\u0007'; do
	register "{\"id\":\"$id\",\"enrollmentToken\":\"secret-for-dev1\"}"
	refuses "the id '$id'" 422 'device id.*'
done
for otp in short12 123456789-123456789-123456789-123 'with blank'; do
	register "{\"id\":\"dev1\",\"enrollmentToken\":\"$otp\"}"
	refuses "the password '$otp'" 422 'one-time password.*'
	exits 1 grep -qF -e "$otp" body
done
for otp in eight-ch 123456789-123456789-123456789-12; do
	register "{\"id\":\"limits\",\"enrollmentToken\":\"$otp\"}"
	answers "the password '$otp'" 201
	call "$https" "$requests/limits" -X DELETE --user "$operator"
	answers 'removed' 204
done
register '{"id":"dev1","type":"c8y_Test","enrollmentToken":"secret-for-dev1"}'
answers 'registration' 201 'Content-Type: application/vnd.com.nsn.cumulocity.newdevicerequest+json'
same 'the id' dev1 "$(field id)"
same 'the status' WAITING_FOR_CONNECTION "$(field status)"
same 'the type' c8y_Test "$(field type)"
exits 1 grep -F secret-for-dev1 body
register '{"id":"dev1","enrollmentToken":"another-secret"}'
refuses 'a second registration' 409 '.*'
call "$https" "$requests/dev1" --user "$operator"
answers 'one of them' 200
same 'is still as it was' dev1,WAITING_FOR_CONNECTION \
	"$(field id),$(field status)"
call "$https" "$requests/dev1"
refuses 'one of them without a login' 401 "$no_login"
call "$https" "$requests/nobody" --user "$operator"
refuses 'one that is not there' 404 '.*'
call "$https" "$requests/nobody" -X DELETE --user "$operator"
refuses 'removal of what is not there' 404 '.*'
call "$https" "$requests" --user "$operator"
answers 'all of them' 200 'Content-Type: application/vnd.com.nsn.cumulocity.newdevicerequestcollection+json'
ok 'are in a list' grep -qE '"newDeviceRequests":\[\{.*"id":"dev1".*\}\]' body

# --- refused enrolment, which costs no password ---
call "$https" "$enroll" -H 'Content-Type: application/pkcs10' \
	--data-binary @dev1.b64
refuses 'no login' 401 "$no_login"
request dev2 dev2.b64 "$enroll"
refuses 'not registered' 401 "$no_request"
request dev1 dev1.b64 "$enroll" --user dev1:no-such-secret
refuses 'a wrong password' 401 "$no_request"
request dev1 dev1.b64 "$enroll" --user t1000/dev1:secret-for-dev1
refuses 'a tenant prefix' 401 "$no_request"
right=$media
for media in 'Content-Type: text/plain' 'Content-Type: application/pkcs100' \
	'Content-Type:'; do
	request dev1 dev1.b64 "$enroll"
	refuses "'$media'" 400 '.*application/pkcs10'
done
media=$right
request dev1 dev1.key "$enroll"
refuses 'no request' 400 '.*'
request dev1 /dev/null "$enroll"
refuses 'an empty body' 400 '.*'
request dev1 other.b64 "$enroll"
refuses 'another CN than the id' 422 'The CN of .*'
openssl req -in dev1.csr -outform DER >dev1.der
{
	head -c $(($(wc -c <dev1.der) - 1)) dev1.der
	printf x
} >forged.der
openssl base64 -in forged.der >forged.b64
request dev1 forged.b64 "$enroll"
refuses "a signature that is not the request's own" 400 '.*'
call "$https" "$enroll" --user dev1:secret-for-dev1
refuses 'GET' 404 '.*'
for path in cacerts csrattrs; do
	call "$https" "/.well-known/est/$path"
	refuses "$path" 404 '.*'
done

# --- enrolment ---
before=$(date +%s)
request dev1 dev1.b64 "$enroll"
answers 'enrolment with the same password' 200 \
	'Content-Type: application/pkcs7-mime;smime-type=certs-only' \
	'Content-Transfer-Encoding: base64'
after=$(date +%s)
cp body answer
same 'lines of 64, the last one not longer' '' \
	"$(awk '{ line[NR] = length } END {
		for (i = 1; i < NR; i++) if (line[i] != 64) print i, line[i]
		if (line[NR] > 64 || line[NR] == 0) print NR, line[NR] }' answer)"
same 'base64 and line feeds, nothing else' '' \
	"$(tr -d 'A-Za-z0-9+/=\n' <answer)"
same 'no line feed at the end' "$(grep -c '' answer)" \
	"$(($(tr -dc '\n' <answer | wc -c) + 1))"
unpack answer >dev1.all
result $? 'it is PKCS#7'
same 'with the leaf alone' 1 "$(grep -c 'BEGIN CERT' dev1.all)"
openssl x509 -in dev1.all >dev1.pem
same 'BER, of indefinite length' '30 80 06 09 2a 86 48 86 f7 0d 01 07 02 a0 80 30 80' \
	"$(od -An -v -tx1 -N17 unpacked.der | xargs)"
same 'no signer, and all lengths ended' '00 00 31 00 00 00 00 00 00 00' \
	"$(tail -c 10 unpacked.der | od -An -v -tx1 | xargs)"
request dev1 dev1.b64 "$enroll"
refuses 'the password is spent' 401 "$no_request"
call "$https" "$requests/dev1" --user "$operator"
same 'the device is accepted' ACCEPTED "$(field status)"

# --- the certificate ---
openssl x509 -in dev1.pem -noout -text >text
exits 1 grep extensions text
ok 'the signature' grep -q 'Signature Algorithm: ecdsa-with-SHA256' text
same 'the issuer' "$(openssl x509 -in "$ca" -noout -subject | sed 's/^subject//')" \
	"$(openssl x509 -in dev1.pem -noout -issuer | sed 's/^issuer//')"
exits 0 cert-check --match dev1.key --cn dev1 --valid --trusted "$ca" dev1.pem
ok 'a year' openssl x509 -in dev1.pem -noout -checkend $((365 * 86400 - 60))
exits 1 openssl x509 -in dev1.pem -noout -checkend $((365 * 86400 + 1))
serial=$(openssl x509 -in dev1.pem -noout -serial | sed 's/.*=//')
serial=$((0x${serial:-0} / 1000))
[ "$serial" -ge "$before" ] && [ "$serial" -le "$after" ]
result $? 'the serial is the time in milliseconds'

# --- forms of body and answer ---
register '{"id":"dev2","enrollmentToken":"secret-for-dev2"}'
answers 'another device' 201
request dev2 dev2.b64 "$enroll" -H 'Accept: application/pkcs10'
answers 'as PEM' 200 'Content-Type: application/pkcs10'
cp body dev2.pem
same 'is PEM from the first byte' '-----BEGIN CERTIFICATE-----' \
	"$(head -n 1 dev2.pem)"
exits 0 cert-check --match dev2.key --cn dev2 dev2.pem
register '{"id":"dev1","enrollmentToken":"secret-for-dev1"}'
answers 'registered again' 201
request dev1 dev1.line "$enroll" -H 'Content-Transfer-Encoding: base64'
answers 'a body on one line' 200
unpack body >line.pem
exits 0 cert-check --match dev1.key --later-than dev1.pem line.pem

# --- tokens over HTTPS ---
call "$mtls" "$access" -X POST
refuses 'no certificate' 401 '.*certificate.*'
make_pair alien dev1
call "$mtls" "$access" -X POST --cert alien.pem --key alien.key
refuses 'a certificate of another authority' 401 '.*certificate.*'
call "$mtls" "$access" -X POST --cert dev1.pem --key dev1.key \
	-H 'Accept: application/json'
answers 'a token' 200 'Content-Type: application/json'
field accessToken >token
ok 'of three parts' grep -qE '^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$' token
claims <token >claims.json
claims 1 <token >head.json
ok 'signed with RS256' grep -q '"alg":"RS256"' head.json
for claim in '"jti":null' '"iss":"localhost"' '"aud":"localhost"' \
	'"sub":"device_dev1"' '"tfa":false' '"ten":"t1000"' '"tci":"' \
	'"xsrfToken":"'; do
	ok "has $claim" grep -qF "$claim" claims.json
done
end=$(number exp) begin=$(number iat)
same 'for an hour' 3600 $((${end:-0} - ${begin:-0}))
same 'from now on' "$(number iat)" "$(number nbf)"

# --- renewal ---
bearer() {
	call "$https" "$reenroll" -H 'Content-Type: application/pkcs10' \
		-H "Authorization: Bearer $1" --data-binary "@$2"
}
call "$https" "$reenroll" -H 'Content-Type: application/pkcs10' \
	--data-binary @dev1.b64
refuses 'no token' 401 "$no_login"
call "$https" "$reenroll" -H 'Content-Type: application/pkcs10' \
	--data-binary @dev1.b64 --cert dev1.pem --key dev1.key
refuses 'the certificate alone' 401 "$no_login"
bearer "$(cat token)" dev1.b64
answers 'renewal' 200 \
	'Content-Type: application/pkcs7-mime;smime-type=certs-only' \
	'Content-Transfer-Encoding: base64'
unpack body >next.pem
exits 0 cert-check --match dev1.key --same-subject dev1.pem \
	--later-than line.pem next.pem
bearer "$(cat token)" dev2.b64
refuses "another device's name" 422 'The CN of .*'
bearer "$(cat token)x" dev1.b64
refuses 'a token that was changed' 401 'token: .*'
none=$(printf '{"alg":"none"}' | openssl base64 -A | tr '+/' '-_' | tr -d '=')
bearer "$none.$(cut -d . -f 2 token)." dev1.b64
refuses 'a token that no one signed' 401 'token: .*'
bearer not.a.token dev1.b64
refuses 'no token at all' 401 'token: .*'

# --- misbehaviour ---
exits 0 sandbox fault pending
request dev1 dev1.b64 "$enroll"
answers 'pending' 202 'Retry-After: 1'
exits 0 sandbox fault busy 2
for _ in 1 2; do
	request dev1 dev1.b64 "$enroll"
	answers 'busy, as often as it was told' 503 'Retry-After: 1'
done
request dev1 dev1.b64 "$enroll"
refuses 'and no longer' 401 "$no_request"
exits 64 sandbox fault nonsense

# --- MQTT ---
log=$T/sandbox/broker.log
# client PROGRAM NAME [OPTION...]: in the place of the shell that calls it
client() {
	program=$1 name=$2
	shift 2
	exec "$program" -h localhost -p "$mqtt" -V mqttv311 --cafile "$tls_ca" \
		--cert "$name.pem" --key "$name.key" -i "$name" "$@"
}
(client mosquitto_sub dev1 -t s/dat) >dev1.heard 2>&1 &
listener=$!
at_end "kill $listener 2>/dev/null"
until_true grep -q 'Sending SUBACK to dev1' "$log"
code=0
(client mosquitto_rr dev2 -t s/uat -e s/dat -n -W 5) >dev2.heard || code=$?
same 'who asks is answered' 0 "$code"
sandbox fault strange 60
exits 77 mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev2.pem --key dev2.key
call "$mtls" "$access" -X POST --cert dev2.pem --key dev2.key
refuses 'a device that is not known yet' 401 '.*not known yet'
sandbox fault strange 0
call "$mtls" "$access" -X POST --cert dev2.pem --key dev2.key
answers 'known again' 200
exits 0 mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev2.pem --key dev2.key
ok 'a token for who asks' grep -qE '^71,[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$' \
	dev2.heard
sed 's/^71,//' dev2.heard | claims >claims.json
ok 'in its name' grep -q '"sub":"device_dev2"' claims.json
exits 1 grep 'Sending PUBLISH to dev1' "$log"
same 'and for no one else' '' "$(cat dev1.heard)"
exits 0 kill -0 "$listener"
exits 1 grep 'already connected' "$log"
exits 0 mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev1.pem --key dev1.key
ok 'a second session throws out the first' \
	until_true grep -q 'Client dev1 already connected, closing old' "$log"
kill "$listener"
wait "$listener" 2>/dev/null
(client mosquitto_sub dev1 -t '#' -W 5) >all.out 2>all.err
ok 'a device does not hear all' grep -qi 'denied' all.out all.err

# --- the end of the authority is the end of what it signs ---
# short_lived NAME SPAN: a server whose authority has so long to live
short_lived() {
	mkdir "$1"
	csr-gen --key "$1/ca.key" --new-key ec-p256 --cn t1000 |
		cert-sign --self-signed --key "$1/ca.key" --duration "$2" \
			>"$1/ca.pem"
	"$libexec/sandbox-admin" --dir "$T/$1" init
	cp sandbox/server.pem sandbox/server.key "$1"
	"$libexec/sandbox-server" --dir "$T/$1" >"$1/log" 2>&1 &
	at_end "kill $! 2>/dev/null"
	until_true [ -s "$1/server.ports" ]
	short=$(sed -n 's/^https=//p' "$1/server.ports")
	printf 'secret-for-dev1\n' >otp
	chmod 600 otp
	"$libexec/sandbox-admin" --dir "$T/$1" register --password-file otp dev1 \
		>register.out
}
short_lived over 1s
end=$(openssl x509 -in over/ca.pem -noout -enddate)
until_true cert-check --due 0s over/ca.pem
over=$short
short_lived brief 100d
call "$short" "$enroll" --user dev1:secret-for-dev1 \
	-H 'Content-Type: application/pkcs10' --data-binary @dev1.b64
answers 'an authority that ends before a year' 200
unpack body >brief.pem
same 'ends the certificate too' \
	"$(openssl x509 -in brief/ca.pem -noout -enddate)" \
	"$(openssl x509 -in brief.pem -noout -enddate)"
call "$over" "$enroll" --user dev1:secret-for-dev1 \
	-H 'Content-Type: application/pkcs10' --data-binary @dev1.b64
refuses "an authority that has ended ($end)" 422 'Tenant CA certificate is either missing, expired, or has a validity of less than one year'

# --- the state outlives a crash ---
register '{"id":"dev3","enrollmentToken":"secret-for-dev3"}'
answers 'registered before the crash' 201
kill -9 "$(cat sandbox/server.pid)"
gone() {
	! kill -0 "$1" 2>/dev/null
}
ok 'it is gone' until_true gone "$(cat sandbox/server.pid)"
exits 0 sandbox stop --keep
exits 0 sandbox start
https=$(sed -n 's/^url = localhost://p' out)
mtls=$(sed -n 's/^mtls = localhost://p' out)
request dev3 dev3.b64 "$enroll"
answers 'who was registered enrols' 200
request dev1 dev1.b64 "$enroll"
refuses 'what was spent stays spent' 401 "$no_request"
bearer "$(cat token)" dev1.b64
answers 'a token from before is good' 200
call "$mtls" "$access" -X POST --cert next.pem --key dev1.key
answers 'and so is a certificate' 200
call "$https" "$requests/dev1" -X DELETE --user "$(cat sandbox/operator)"
answers 'a device is removed' 204
call "$mtls" "$access" -X POST --cert next.pem --key dev1.key
refuses 'its certificate does not count any more' 401 '.*'
bearer "$(cat token)" dev1.b64
refuses 'nor does its token' 401 '.*'
done_testing
