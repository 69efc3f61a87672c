#!/bin/sh
# The calls around trust: the tenant's CA, revoked certificates, chains,
# features, options and audit, as a foreign client sees them, and what follows
# for who connects.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2317,SC2319 # jq has variables of its own; ok and
# exits call the functions; $? is meant
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl curl jq mosquitto
start_sandbox
ca=$T/sandbox/ca.pem
operator=$(cat sandbox/operator)
certs=/tenant/tenants/t1000/trusted-certificates
crl=/tenant/trusted-certificates/settings/crl
verify=/tenant/trusted-certificates/verify-cert-chain
feature=/features/certificate-authority
audit=/audit/auditRecords
options=/tenant/options
access=/devicecontrol/deviceAccessToken
error=application/vnd.com.nsn.cumulocity.error+json

# curl_to PORT PATH [OPTION...]: leaves $status and $media, and the file body
curl_to() {
	where=https://localhost:$1$2
	shift 2
	: >body
	status=$(curl -sS --max-time 20 --cacert "$tls_ca" -o body \
		-w '%{http_code} %{content_type}' "$@" "$where" 2>err) || cat err >&2
	media=${status#* } status=${status%% *}
}
# call METHOD PATH [OPTION...]: as the first user
call() {
	method=$1 path=$2
	shift 2
	curl_to "$https" "$path" -X "$method" --user "$operator" "$@"
}
# send METHOD PATH JSON [OPTION...]
send() {
	method=$1 path=$2 json=$3
	shift 3
	call "$method" "$path" -H 'Content-Type: application/json' \
		--data-binary "$json" "$@"
}
# answers TEXT STATUS [MEDIA]: the latest call came back so
answers() {
	same "$1: status" "$2" "$status"
	[ -z "${3:-}" ] || same "$1: media type" "$3" "$media"
	[ "$status" = "$2" ] || printf '# %s\n' "$(tr '\n' ' ' <body)"
}
# restart: with the same state, on other ports
restart() {
	sandbox stop --keep >"$T/out" 2>"$T/err"
	exits 0 sandbox start
	https=$(sed -n 's/^url = localhost://p' out)
	mtls=$(sed -n 's/^mtls = localhost://p' out)
	mqtt=$(sed -n 's/^mqtt = localhost://p' out)
}
# refuses TEXT STATUS PATTERN: with an error object whose message is like that
refuses() {
	answers "$1" "$2" "$error"
	jq -r .message <body 2>&1 | grep -qxE "$3"
	result $? "$1: the message says so"
}
# has TEXT FILTER WANT: what jq finds in the body
has() {
	same "$1" "$3" "$(jq -rc "$2" <body 2>&1)"
}
# setting NAME=VALUE
setting() {
	exits 0 "$libexec/sandbox-admin" --dir "$T/sandbox" set "$1"
}
# enrol ID: ID.key and ID.pem, by the one-time password; leaves $status
enrol() {
	printf 'secret-for-%s\n' "$1" >otp
	chmod 600 otp
	sandbox register "$1" otp >register.out
	[ -e "$1.csr" ] ||
		csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" >"$1.csr"
	post "$1"
}
post() {
	curl_to "$https" /.well-known/est/simpleenroll \
		--user "$1:secret-for-$1" -H 'Content-Type: application/pkcs10' \
		-H 'Accept: application/pkcs10' --data-binary "@$1.csr"
	cp body "$1.pem"
}
# token NAME: who has NAME.pem asks for one
token() {
	curl_to "$mtls" "$access" -X POST --cert "$1.pem" --key "$1.key"
}
# by_mqtt NAME
by_mqtt() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$1.pem" --key "$1.key" --timeout 9s
}
# gets_in NAME, stays_out NAME MESSAGE: by both ways
gets_in() {
	token "$1"
	answers "$1 gets a token" 200
	exits 0 by_mqtt "$1"
}
stays_out() {
	token "$1"
	refuses "$1 gets no token" 401 "$2"
	exits 77 by_mqtt "$1"
}
# of FILE WHAT: openssl's word for that
of() {
	openssl x509 -in "$1" -noout "-$2" | sed "s/^[^=]*=//"
}
# hex FILE: its serial number
hex() {
	of "$1" serial | tr 'A-F' 'a-f' | sed 's/^0*//'
}
print_of() {
	openssl x509 -in "$1" -outform DER | openssl sha1 -r | cut -d ' ' -f 1
}
# claim NAME: a number that the token in body claims
claim() {
	middle=$(jq -r .accessToken <body | cut -d . -f 2 | tr -- '-_' '+/')
	while [ $((${#middle} % 4)) -ne 0 ]; do
		middle=$middle=
	done
	printf %s "$middle" | openssl base64 -d -A | jq ".$1"
}

# --- the tenant's CA, as start makes it ---
no_keypair='Failed to retrieve tenant keypair'
no_renewal='Certificate Authority is not found or not eligible for renewal for tenant t1000'
same 'its names' 'O = localhost, CN = t1000' "$(of "$ca" subject)"
same 'its key is for its owner alone' 1 \
	"$(($(find sandbox/ca.key -perm 600 | wc -l)))"
enrol dev1
answers 'a device enrols' 200
gets_in dev1
send POST /certificate-authority ''
refuses 'there is one' 409 '.*t1000'
send POST /certificate-authority/renew ''
refuses 'it is too early to renew it' 422 "$no_renewal"
setting authority.renew.status=404
send POST /certificate-authority/renew ''
refuses 'or so' 404 "$no_renewal"
first=$(print_of "$ca")

# --- removed ---
call GET "$certs/$first"
has 'it is shown as the tenant CA' .tenantCertificateAuthority true
call DELETE "$certs/$first"
answers 'removed' 204
exits 1 test -e sandbox/ca.key
exits 1 test -e sandbox/ca.pem
call GET "$certs?certificateAuthority=true"
has 'it is in no list' '.certificates | length' 0
stays_out dev1 'No client certificate that this tenant trusts'
enrol dev2
refuses 'without a CA nobody enrols' 404 "$no_keypair"
call GET "$crl"
refuses 'nor is there a CRL' 404 "$no_keypair"
send POST /certificate-authority/renew ''
refuses 'nor anything to renew' 404 "$no_renewal"
restart
exits 1 test -e sandbox/ca.pem
post dev2
refuses 'it stays away over a restart' 404 "$no_keypair"

# --- a new one ---
curl_to "$https" /certificate-authority -X POST
refuses 'without a login' 401 'Full authentication .*'
setting authority.subject=2025
send POST /certificate-authority '' -H 'Accept: application/json'
answers 'a new CA' 201 application/json
has 'it is the tenant CA, and registers devices' \
	'[.tenantCertificateAuthority, .autoRegistrationEnabled, .status]' \
	'[true,true,"ENABLED"]'
same 'what is shown is what is there' "$(print_of "$ca")" \
	"$(jq -r .fingerprint <body)"
same 'the names of 2025' 'C = United States, O = Cumulocity, CN = t1000' \
	"$(of "$ca" subject)"
same 'its key is for its owner alone' 1 \
	"$(($(find sandbox/ca.key -perm 600 | wc -l)))"
ok '1095 days' openssl x509 -in "$ca" -noout -checkend $((1095 * 86400 - 60))
exits 1 openssl x509 -in "$ca" -noout -checkend $((1095 * 86400 + 1))
exits 0 cert-check --match sandbox/ca.key "$ca"
post dev2
answers 'it issues at once' 200
gets_in dev2
stays_out dev1 'No client certificate that this tenant trusts'
csr-gen --key new.key --new-key ec-p256 --cn new |
	cert-sign --ca-cert "$ca" --ca-key sandbox/ca.key >new.pem
gets_in new

# --- what it issues is a setting ---
same 'none' '' "$(openssl x509 -in dev2.pem -noout -text | grep extensions)"
setting issue.extensions=usual
enrol dev3
answers 'with extensions' 200
openssl x509 -in dev3.pem -noout -text >text
for extension in 'CA:FALSE' 'Digital Signature' 'Subject Key Identifier' \
	'Authority Key Identifier'; do
	ok "has $extension" grep -q "$extension" text
done
setting enroll.status=201
enrol dev4
answers 'another status' 201
setting enroll.status=200
echo none >bad.csr
enrol bad
refuses 'no certificate request' 400 '.*'
setting enroll.bad-request.status=422
post bad
refuses 'by another status' 422 '.*'

# --- renewed ---
# aged DAYS: the CA has so many left
aged() {
	csr-gen --key sandbox/ca.key --from "$ca" |
		cert-sign --self-signed --ca --key sandbox/ca.key \
			--duration "${1}d" >aged.pem
	cp aged.pem "$ca"
	restart
}
aged 731
send POST /certificate-authority/renew ''
refuses 'with 24 months left' 404 "$no_renewal"
aged 729
call GET "$certs"
has 'the CA is one, in its new form' '.certificates | length' 1
before=$(openssl x509 -in "$ca" -noout -pubkey)
serial=$(of "$ca" serial)
subject=$(of "$ca" subject)
cp sandbox/ca.key kept.key
send POST /certificate-authority/renew '' -H 'Accept: application/json'
answers 'with less it is renewed' 200 application/json
same 'it is shown' "$(print_of "$ca")" "$(jq -r .fingerprint <body)"
has 'it goes on registering' .autoRegistrationEnabled true
same 'the same key' "$before" "$(openssl x509 -in "$ca" -noout -pubkey)"
exits 0 cmp kept.key sandbox/ca.key
same 'the same names' "$subject" "$(of "$ca" subject)"
same 'the same serial number' "$serial" "$(of "$ca" serial)"
ok 'and 1095 days' openssl x509 -in "$ca" -noout -checkend \
	$((1095 * 86400 - 60))
call GET "$certs?certificateAuthority=true"
has 'still one' '.certificates | length' 1
gets_in dev2
enrol dev5
gets_in dev5

# --- too short a time ---
short='Tenant CA certificate is either missing, expired, or has a validity of less than one year'
aged 300
enrol dev6
answers 'with less than a year it issues' 200
setting authority.short=refuse
enrol dev6
refuses 'unless it is told not to' 422 "$short"
setting enroll.no-authority.status=500
post dev6
refuses 'by any status' 500 "$short"
setting authority.short=issue
post dev6
answers 'the password was not spent' 200

# --- what a power cut leaves: a key without a certificate is no CA ---
mv "$ca" away.pem
restart
exits 1 test -e sandbox/ca.key
call GET "$certs"
has 'nor is it trusted' '.certificates | length' 0
setting authority.auto-registration=false
setting authority.subject=2026
send POST /certificate-authority '' -H 'Accept: application/json'
answers 'the next CA' 201
has 'without auto-registration' .autoRegistrationEnabled false

# --- features ---
call GET "$feature"
answers 'the feature' 200 application/json
has 'is on, by default' '[.active, .key, .strategy]' \
	'[true,"certificate-authority","DEFAULT"]'
call GET /features
has 'it is in the list' '.[].key' certificate-authority
call GET /features/nonsense
refuses 'another is not' 404 '.*'
curl_to "$https" "$feature"
refuses 'without a login' 401 'Full authentication .*'
send PUT "$feature/by-tenant" '{"active":"no"}'
refuses 'neither true nor false' 422 '.*'
send PUT "$feature/by-tenant/t2000" '{"active":false}'
refuses 'another tenant' 404 '.*'
send PUT "$feature/by-tenant" '{"active":false}'
answers 'off' 200
call GET "$feature"
has 'is off, as the tenant says' '[.active, .strategy]' '[false,"TENANT"]'
enrol dev7
answers 'no EST' 404 text/html
ok 'but a page' grep -q '<html>' body
send POST /certificate-authority ''
answers 'no CA' 404 text/html
send PUT "$feature/by-tenant/t1000" '{"active":true}'
answers 'on again' 200
post dev7
answers 'EST' 200
call GET "$feature/by-tenant"
has 'what the tenant says' . '[{"tenantId":"t1000","active":true}]'
call DELETE "$feature/by-tenant"
answers 'the tenant says nothing' 204
call GET "$feature"
has 'the default' .strategy DEFAULT

# --- options ---
one=application/vnd.com.nsn.cumulocity.option+json
call GET "$options/configuration/crl.offline.check.enabled"
refuses 'an option that is not set' 404 '.*'
send PUT "$options/alpha/one" '{"value":"1"}'
answers 'it is set' 200 "$one"
has 'to this' '[.category, .key, .value, .self]' \
	'["alpha","one","1","/tenant/options/alpha/one"]'
send POST "$options" '{"category":"alpha","key":"two.three","value":"23"}'
answers 'another' 200 "$one"
call GET "$options/alpha"
has 'a category is one flat object' . '{"one":"1","two.three":"23"}'
send PUT "$options/alpha" '{"one":"one","four":"4"}'
answers 'several at once' 200
has 'they are there' . '{"four":"4","one":"one","two.three":"23"}'
send PUT "$options/alpha" '{"one":"no","four":4}'
refuses 'a number is no text' 422 '.*'
call GET "$options/alpha/one"
has 'then none is changed' .value one
call GET "$options?pageSize=2&withTotalPages=true"
answers 'all' 200 application/vnd.com.nsn.cumulocity.optioncollection+json
has 'in pages' '[(.options | length), .statistics.totalPages]' '[2,2]'
has 'with a next one' '.next | test("currentPage=2")' true
call DELETE "$options/alpha/one"
answers 'removed' 204
call DELETE "$options/alpha/one"
refuses 'once' 404 '.*'
call GET "$options?pageSize=100"
has 'no setting is among them' '[.options[] | select(.category == "sandbox")]' '[]'
call GET "$options/sandbox"
refuses 'not by its name' 404 '.*'
send PUT "$options/sandbox/enroll.status" '{"value":"201"}'
refuses 'nor can it be set here' 404 '.*'
send POST "$options" '{"category":"alpha","key":"five"}'
refuses 'no value' 422 '.*'
call GET /tenant/system/options/system/version
answers 'the platform' 200
life=$options/oauth.internal/device-token.lifespan.seconds
for bad in 299 none 400s ''; do
	send PUT "$life" "{\"value\":\"$bad\"}"
	refuses "a token's life of '$bad'" 422 '.*300.*'
done
send PUT "$life" '{"value":"300"}'
answers 'five minutes' 200
token dev7
same 'are what a token has' 300 "$(($(claim exp) - $(claim iat)))"
call DELETE "$life"
token dev7
same 'an hour is the default' 3600 "$(($(claim exp) - $(claim iat)))"

# --- the CRL ---
# listed SERIAL: the date with which the CRL names it
listed() {
	call GET "$crl"
	openssl crl -inform DER -in body -noout -text >text 2>err
	sed -n "/Serial Number: 0*$(printf %s "$1" | tr 'a-f' 'A-F')\$/{n;s/.*Date: //p;}" text
}
call GET "$crl"
answers 'the CRL' 200 application/pkix-crl
ok 'its signature is that of the tenant CA' openssl crl -inform DER -in body \
	-noout -CAfile "$ca"
ok 'it is empty' sh -c 'openssl crl -inform DER -in body -noout -text |
	grep "No Revoked Certificates"'
curl_to "$https" "$crl" -X PUT --data '{"crls":[]}'
refuses 'without a login' 401 'Full authentication .*'
for bad in 'no JSON' '[]' '{}' '{"crls":{}}' '{"crls":[{}]}' \
	'{"crls":[{"serialNumberInHex":"xyz"}]}' \
	'{"crls":[{"serialNumberInHex":""}]}' '{"crls":[{"serialNumberInHex":1}]}'; do
	send PUT "$crl" "$bad"
	refuses "revoke $bad" 400 '.*'
done
for bad in yesterday 2023-01-11 2023-01-11T16:12:36Z 2023-13-11T16:12:36.288Z; do
	send PUT "$crl" "{\"crls\":[{\"serialNumberInHex\":\"77\"},{\"serialNumberInHex\":\"78\",\"revocationDate\":\"$bad\"}]}"
	refuses "the date $bad" 400 'Unsupported date time format'
done
same 'and nothing of it is taken' '' "$(listed 77)"
send PUT "$crl" '{"crls":[{"serialNumberInHex":"00AB1000","revocationDate":"2023-01-11T16:12:36.288Z"},{"serialNumberInHex":"2000"},{"serialNumberInHex":"3000","revocationDate":"2099-01-11T16:12:36.288Z"}]}'
answers 'revoked' 204
same 'with its date' 'Jan 11 16:12:36 2023 GMT' "$(listed ab1000)"
year=$(date +%Y)
ok 'now, where none is given' sh -c "case '$(listed 2000)' in *$year*) ;; *) exit 1 ;; esac"
ok 'now, where it is ahead' sh -c "case '$(listed 3000)' in *$year*) ;; *) exit 1 ;; esac"
send PUT "$crl" '{"crls":[{"serialNumberInHex":"ab1000","revocationDate":"2024-01-11T16:12:36.288Z"}]}'
answers 'again' 204
same 'the first date stays' 'Jan 11 16:12:36 2023 GMT' "$(listed ab1000)"
printf 'SERIAL NO.,REVOCATION DATE\r\n4000,2023-02-11T16:12:36.288Z\r\n"4001"\r\n\r\n' >list.csv
call PUT "$crl" -F file=@list.csv
answers 'by a table' 204
same 'a row with a date' 'Feb 11 16:12:36 2023 GMT' "$(listed 4000)"
ok 'and one without' sh -c "[ -n '$(listed 4001)' ]"
printf 'SERIALNO;DATE\n5000;2023-03-11T16:12:36.288Z' >list.csv
call PUT "$crl" -F "file=@list.csv;type=text/csv"
answers 'with semicolons' 204
same 'is the same' 'Mar 11 16:12:36 2023 GMT' "$(listed 5000)"
printf 'SERIALNO;DATE\n5001\n5002;no\n' >list.csv
call PUT "$crl" -F file=@list.csv
refuses 'a wrong row' 400 'Unsupported date time format'
same 'and none of the others is taken' '' "$(listed 5001)"
call PUT "$crl" -F other=@list.csv
refuses 'no file' 400 '.*'
call PUT "$crl" -H 'Content-Type: multipart/form-data' --data-binary @list.csv
refuses 'no form' 400 '.*'
awk 'BEGIN { print "SERIAL NO.,REVOCATION DATE"; for (i = 0; i < 5000; i++)
	printf "f%05x,2023-01-11T16:12:36.288Z\n", i }' >many.csv
call PUT "$crl" -F file=@many.csv
answers '5000 rows' 204
call GET "$crl"
same 'are all in the CRL' 5000 "$(openssl crl -inform DER -in body -noout \
	-text | grep -c 'Serial Number: 0*F0[0-9A-F]\{4\}$')"
ok 'which is signed' openssl crl -inform DER -in body -noout -CAfile "$ca"
printf '7000,\n' >>many.csv
call PUT "$crl" -F file=@many.csv
refuses '5001' 400 '.*5000.*'

# --- who is revoked stays out ---
send PUT "$crl" "{\"crls\":[{\"serialNumberInHex\":\"$(hex dev7.pem)\"}]}"
answers 'a device is revoked' 204
gets_in dev7
send PUT "$options/configuration/crl.offline.check.enabled" '{"value":"true"}'
answers 'the tenant looks at it' 200
stays_out dev7 'The certificate is revoked'
enrol dev8
gets_in dev8
restart
stays_out dev7 'The certificate is revoked'

# --- chains ---
make_pair root
csr-gen --key middle.key --new-key ec-p256 --cn middle |
	cert-sign --ca --ca-cert root.pem --ca-key root.key >middle.pem
csr-gen --key leaf.key --new-key ec-p256 --cn leaf |
	cert-sign --ca-cert middle.pem --ca-key middle.key >leaf.only
cat leaf.only middle.pem >chain.pem
# entry FILE: an upload of it
entry() {
	jq -cn --rawfile pem "$1" --arg name "$1" \
		'{name: $name, certInPemFormat: $pem, status: "ENABLED", autoRegistrationEnabled: true}'
}
call POST "$verify" -F file=@chain.pem
refuses 'a chain to nowhere' 401 '.*not valid'
send POST "$certs" "$(entry root.pem)" -H 'Accept:'
answers 'its root is uploaded' 201
same 'without a word to who wants none' '' "$(cat body)"
call POST "$verify" -F file=@chain.pem
answers 'a chain' 200 application/json
has 'is good' . \
	'{"successfullyValidated":true,"tenantId":"t1000","issuer":"CN=middle","subject":"CN=leaf"}'
call POST "$verify" -F tenantId=t1000 -F file=@chain.pem
answers 'for this tenant' 200
call POST "$verify" -F tenantId=t2000 -F file=@chain.pem
refuses 'for another' 404 '.*'
call POST "$verify" -F file=@leaf.only
refuses 'with a gap' 401 '.*not valid'
# header FILE...: as the header wants it
header() {
	for file; do
		tr '\n' ' ' <"$file"
		printf ,
	done | sed 's/,$//'
}
call POST "$verify" -H "X-Cumulocity-Client-Cert-Chain: $(header leaf.only middle.pem)"
answers 'by a header' 200
call POST "$verify" -H "X-Cumulocity-Client-Cert-Chain: $(header leaf.only middle.pem middle.pem middle.pem middle.pem root.pem)"
refuses 'six in a header' 400 '.*'
for _ in 1 2 3 4 5 6 7 8 9; do
	cat middle.pem
done >many.pem
cat leaf.only many.pem >ten.pem
cat ten.pem middle.pem >eleven.pem
call POST "$verify" -F file=@ten.pem
answers 'ten in a file' 200
call POST "$verify" -F file=@eleven.pem
refuses 'eleven' 400 '.*'
call POST "$verify" -F file=@list.csv
refuses 'no certificates' 400 '.*'
call POST "$verify"
refuses 'nothing' 400 '.*'
cp chain.pem leaf.pem
gets_in leaf
send PUT "$crl" "{\"crls\":[{\"serialNumberInHex\":\"$(hex root.pem)\"}]}"
answers 'the root is revoked' 204
stays_out leaf 'The certificate is revoked'
call POST "$verify" -F file=@chain.pem
refuses 'so is the chain' 401 '.*revoked'
send PUT "$crl" "{\"crls\":[{\"serialNumberInHex\":\"$(hex "$ca")\"}]}"
answers 'the tenant CA is revoked' 204
stays_out dev8 'The certificate is revoked'
send PUT "$options/configuration/crl.offline.check.enabled" '{"value":"false"}'
gets_in dev8

# --- several at once, and pages ---
for name in m1 m2 m3 m4 m5; do
	make_pair "$name"
done
bulk() {
	for file; do
		entry "$file"
	done | jq -cs '{certificates: .}'
}
send POST "$certs/bulk" "$(bulk m1.pem m2.pem m3.pem m4.pem m5.pem)" \
	-H 'Accept: application/json'
answers 'several' 201 application/json
has 'all of them' '[.certificates[].name]' \
	'["m1.pem","m2.pem","m3.pem","m4.pem","m5.pem"]'
make_pair m6
send POST "$certs/bulk" "$(bulk m6.pem m1.pem)"
refuses 'one is there' 409 '.*'
call GET "$certs/$(print_of m6.pem)"
refuses 'then none is added' 404 '.*'
send POST "$certs/bulk" '{"certificates":1}'
refuses 'no list' 422 '.*'
call GET "$certs?withTotalPages=true"
has 'a page has five' '[(.certificates | length), .statistics.totalPages]' '[5,2]'
call GET "$certs?currentPage=2&pageSize=5"
has 'the rest' '.certificates | length' 2
has 'and back' '.prev | test("currentPage=1")' true
call GET "$certs?pageSize=0"
refuses 'a page of none' 422 '.*'
pop=$certs-pop/$(print_of m1.pem)
call POST "$pop/confirmed" -H 'Accept: application/json'
answers 'confirmed without a proof' 200 application/json
has 'is as good' .proofOfPossessionValid true
call POST "$certs-pop/$(print_of m6.pem)/confirmed"
refuses 'what is not there' 404 '.*'

# --- who may what ---
# person NAME ROLE...
person() {
	person=$1
	shift
	send POST /user/t1000/users \
		"{\"userName\":\"$person\",\"password\":\"secret-for-$person\"}"
	for role; do
		send POST "/user/t1000/users/$person/roles" \
			"{\"role\":{\"self\":\"/user/roles/$role\"}}"
	done
	answers "$person" 201
}
person nobody
person reader ROLE_TENANT_MANAGEMENT_READ ROLE_OPTION_MANAGEMENT_READ \
	ROLE_AUDIT_READ
person tenant ROLE_TENANT_ADMIN
# METHOD PATH, and what nobody, the reader and the tenant's admin get for it
while read -r method path nobody reader tenant; do
	for pair in "nobody $nobody" "reader $reader" "tenant $tenant"; do
		user=${pair% *}
		curl_to "$https" "$path" -X "$method" \
			--user "$user:secret-for-$user"
		same "$user: $method $path" "${pair#* }" "$status"
	done
done <<EOT
POST /certificate-authority 403 403 409
POST /certificate-authority/renew 403 403 404
GET $certs 403 200 200
POST $certs 403 403 400
POST $certs/bulk 403 403 400
DELETE $certs/ab 403 403 404
POST $certs-pop/ab/confirmed 403 403 403
GET $crl 403 200 200
PUT $crl 403 403 400
POST $verify 403 400 400
GET $feature 200 200 200
PUT $feature/by-tenant 403 403 403
DELETE $feature/by-tenant 403 403 403
GET $options 403 200 403
PUT $options/alpha/one 403 403 403
DELETE $options/alpha/one 403 403 403
GET $audit 403 200 403
EOT

# --- audit ---
call GET "$audit?type=TenantCertificateAuthority&source=dev8&withTotalElements=true"
answers 'the record of a device' 200 \
	application/vnd.com.nsn.cumulocity.auditrecordcollection+json
has 'there is one' .statistics.totalElements 1
has 'what was done' '.auditRecords[0].activity' \
	'Tenant certificate authority (CA) signed certificate for device'
has 'with the serial number' \
	".auditRecords[0].text | test(\"Certificate serial number hex: '$(hex dev8.pem)'\")" true
id=$(jq -r '.auditRecords[0].id' <body)
call GET "$audit/$id"
answers 'it alone' 200 application/vnd.com.nsn.cumulocity.auditrecord+json
has 'is that one' .source.id dev8
call GET "$audit/0"
refuses 'no such one' 404 '.*'
call GET "$audit?pageSize=2000&revert=true"
has 'the oldest first' '.auditRecords[0].id' 1
for activity in \
	'Tenant certificate authority (CA) created' \
	'Tenant certificate authority (CA) renewed' \
	'Tenant certificate authority (CA) removed' \
	'Certificate revocation list (CRL) updated' \
	'Trusted certificate added' 'Trusted certificate proved' \
	'Option updated' 'Option removed' 'Feature updated'; do
	ok "tells of: $activity" jq -e --arg a "$activity" \
		'[.auditRecords[] | select(.activity == $a)] | length > 0' body
done
has 'who did it' '[.auditRecords[] | select(.type == "Option")][0].user' admin
call GET "$audit?user=admin&pageSize=1"
has 'by user' '.auditRecords[0].user' admin
call GET "$audit?dateFrom=2099-01-01T00:00:00.000Z"
has 'from a date on' '.auditRecords | length' 0
call GET "$audit?dateTo=2001-01-01"
has 'up to a date' '.auditRecords | length' 0
call GET "$audit?dateFrom=soon"
refuses 'a date that is none' 422 '.*'
curl_to "$https" "$audit"
refuses 'not for everybody' 401 'Full authentication .*'
done_testing
