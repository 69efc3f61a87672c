#!/bin/sh
# Trusted certificates of the sandbox: what the tenant answers, and what follows
# for who connects.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs curl openssl mosquitto
start_sandbox
base=https://localhost:$https/tenant
certs=$base/tenants/t1000/trusted-certificates
access=https://localhost:$mtls/devicecontrol/deviceAccessToken

# call OPTION...: as the operator
call() {
	rest-call --ca "$tls_ca" --netrc sandbox/netrc "$@"
}
# answers STATUS WORDS OPTION...: the tenant says so
answers() {
	status=$1 words=$2
	shift 2
	ok "$status: $(describe "$@")" call --expect "$status" "$@"
	prints "$words"
}
# fingerprint FILE
fingerprint() {
	openssl x509 -in "$1" -outform DER | openssl sha1 -r | cut -d ' ' -f 1
}
# upload FILE OPTION...
upload() {
	file=$1
	shift
	call --url "$certs" --text-file certInPemFormat="$file" "$@"
}
# from_ca CA NAME [OPTION...]: NAME.pem, signed by CA
from_ca() {
	signer=$1 file=$2
	shift 2
	csr-gen --key "$file.key" --new-key ec-p256 --cn "$file" |
		cert-sign --ca-cert "$signer.pem" --ca-key "$signer.key" "$@" \
			>"$file.pem"
}
# by_mqtt NAME, by_https NAME: who has NAME.pem connects
by_mqtt() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$1.pem" --key "$1.key" --timeout 9s
}
by_https() {
	jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
		--cert "$1.pem" --key "$1.key"
}
# gets_in NAME, stays_out NAME: by both ways
gets_in() {
	exits 0 by_https "$1"
	exits 0 by_mqtt "$1"
}
stays_out() {
	fails 77 "status 401: $2" by_https "$1"
	fails 77 'CONNACK 5' by_mqtt "$1"
}
untrusted='No client certificate that this tenant trusts'
unknown='The certificate is for no device of this tenant'

# --- who may ask ---
answers 200 '"name":"t1000"' --url "$base/currentTenant"
fails 77 'status 401: Full authentication' rest-call --ca "$tls_ca" \
	--url "$base/currentTenant"
fails 77 'status 401: Full authentication' rest-call --ca "$tls_ca" \
	--url "$certs"
answers 403 'Access is denied' --url "$base/tenants/t2000/trusted-certificates"
answers 404 notFound --url "$base/tenants/t1000/nothing"
mode=$(find sandbox/netrc sandbox/operator -perm 600 | wc -l)
same 'the login is for its owner alone' 2 "$((mode))"

# --- the tenant's own CA ---
exits 0 call --url "$certs?certificateAuthority=true" --print certificates
own=$(fingerprint sandbox/ca.pem)
prints "^\[\{\"fingerprint\":\"$own\",.*\"tenantCertificateAuthority\":true"

# --- upload ---
make_pair self
self=$(fingerprint self.pem)
stays_out self "$untrusted"
answers 404 "Cannot find certificate with fingerprint $self\\." --url "$certs/$self"
answers 400 'not JSON' --url "$certs" --method POST --content-type text/plain \
	self.pem
answers 422 'mandatory' --url "$certs" --text status=ENABLED
answers 422 'mandatory' --url "$certs" --text-file certInPemFormat=self.pem
for odd in nonsense '' '-----BEGIN CERTIFICATE-----' 'AAAA'; do
	answers 422 'not a certificate' --url "$certs" --text status=ENABLED \
		--text "certInPemFormat=$odd"
done
answers 422 'ENABLED or DISABLED' --url "$certs" --text status=ON \
	--text-file certInPemFormat=self.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout leaf.key -subj '/CN=leaf' -out leaf.pem \
	-addext basicConstraints=critical,CA:FALSE 2>/dev/null
answers 422 'CA:true' --url "$certs" --text status=ENABLED \
	--text-file certInPemFormat=leaf.pem
csr-gen --key leaf.key --cn leaf >leaf.csr
openssl x509 -req -in leaf.csr -signkey leaf.key -out first.pem 2>/dev/null
answers 422 'version 3' --url "$certs" --text status=ENABLED \
	--text-file certInPemFormat=first.pem
csr-gen --key leaf.key --cn leaf | cert-sign --self-signed --key leaf.key \
	--not-before 2001-01-01 --not-after 2002-01-01 >past.pem
answers 422 'has expired' --url "$certs" --text status=ENABLED \
	--text-file certInPemFormat=past.pem
exits 0 upload self.pem --text status=DISABLED --text name=one --accept ''
same 'nothing to who does not ask for an answer' '' "$(cat out)"
answers 409 'uploaded already' --url "$certs" --text status=ENABLED \
	--text-file certInPemFormat=self.pem
exits 0 call --url "$certs/$self"
cp out one
for fact in '"name":"one"' '"status":"DISABLED"' '"version":3' \
	'"autoRegistrationEnabled":false' '"tenantCertificateAuthority":false' \
	'"proofOfPossessionValid":false' '"subject":"CN=self"' \
	'"issuer":"CN=self"' '"algorithmName":"SHA256withECDSA"' \
	"\"fingerprint\":\"$self\"" "\"self\":\"/tenant/.*$self\"" \
	'"not(Before|After)":"20[0-9-]*T[0-9:]*.000Z"'; do
	ok "has $fact" grep -qE "$fact" one
done
same 'its PEM has no armour' \
	"$(openssl x509 -in self.pem -outform DER | openssl base64 -A)" \
	"$(call --url "$certs/$self" --print certInPemFormat)"

# --- what follows: at once, and without a restart ---
stays_out self "$untrusted"
answers 200 ENABLED --url "$certs/$self" --method PUT --text status=ENABLED
stays_out self "$unknown"
answers 200 'Enabled":true' --url "$certs/$self" --method PUT \
	--json autoRegistrationEnabled=true
gets_in self
answers 200 '"id":"self","status":"ACCEPTED"' \
	--url "https://localhost:$https/devicecontrol/newDeviceRequests/self"
answers 200 two --url "$certs/$self" --method PUT --text name=two
exits 0 by_mqtt self
answers 200 DISABLED --url "$certs/$self" --method PUT --text status=DISABLED
stays_out self "$untrusted"
exits 0 call --url "$certs/$self" --method DELETE
answers 404 notFound --url "$certs/$self" --method DELETE
answers 404 notFound --url "$certs/$self" --method PUT --text name=three
stays_out self "$untrusted"
# in all the forms that clients write, and by the words of the documentation
tr -d '\n' <self.pem >line.pem
sed '/^-----/d' self.pem >bare.pem
for form in self.pem line.pem bare.pem; do
	exits 0 upload "$form" --text status=ENABLED \
		--text autoRegistrationEnabled=true --print fingerprint
	same "$form is the same certificate" "$self" "$(cat out)"
	exits 0 by_https self
	exits 0 call --url "$certs/$self" --method DELETE
done

# a session that is resumed would show no chain: the broker gives none to keep
exits 0 upload self.pem --text status=ENABLED \
	--text autoRegistrationEnabled=true
openssl s_client -connect "localhost:$mqtt" -tls1_2 -CAfile "$tls_ca" \
	-cert self.pem -key self.key -sess_out session >seen 2>&1 </dev/null
ok 'there was one' grep -q '^New, ' seen
exits 1 test -e session
exits 0 call --url "$certs/$self" --method DELETE

# --- chains: a CA, one below it, and a device of that ---
csr-gen --key root.key --new-key ec-p256 --cn Root |
	cert-sign --self-signed --ca --key root.key >root.pem
csr-gen --key below.key --new-key ec-p256 --cn Below |
	cert-sign --ca --ca-cert root.pem --ca-key root.key >below.pem
from_ca below dev2
cp dev2.pem alone.pem
cp dev2.key alone.key
cat below.pem >>dev2.pem
stays_out dev2 "$untrusted"
exits 0 upload root.pem --text status=ENABLED \
	--json autoRegistrationEnabled=true
gets_in dev2
fails 77 "$untrusted" by_https alone
# the rest of the chain may come in a header
exits 0 curl -sSf --cacert "$tls_ca" --cert alone.pem --key alone.key -X POST \
	-H "X-Ssl-Cert-Chain: $(tr '\n' ' ' <dev2.pem)" "$access"
prints '"accessToken":"'
curl -sS --cacert "$tls_ca" --cert alone.pem --key alone.key -X POST \
	-H 'X-Ssl-Cert-Chain: nonsense' "$access" >out
prints 'chain of certificates is not readable'
exits 0 call --url "$certs/$(fingerprint root.pem)" --method DELETE
stays_out dev2 "$untrusted"
# one that is uploaded is an anchor, whoever signed it
exits 0 upload below.pem --text status=ENABLED
gets_in dev2
exits 0 by_https alone
from_ca below late --not-before 2001-01-01 --not-after 2002-01-01
stays_out late "$untrusted"
# a certificate with the same names by another key
csr-gen --key twin.key --new-key ec-p256 --cn Below |
	cert-sign --self-signed --ca --key twin.key >twin.pem
csr-gen --key dev3.key --new-key ec-p256 --cn dev2 |
	cert-sign --ca-cert twin.pem --ca-key twin.key >dev3.pem
fails 77 "$untrusted" by_https dev3
exits 77 mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
	--cert dev3.pem --key dev3.key --client-id dev2

# --- what the tenant's CA issued ---
sandbox register dev4 >otp
chmod 600 otp
csr-gen --key dev4.key --new-key ec-p256 --cn dev4 |
	est-post --enroll --url "https://localhost:$https" --ca "$tls_ca" \
		--user dev4 --password-file otp >dev4.pem
gets_in dev4
answers 200 DISABLED --url "$certs/$own" --method PUT --text status=DISABLED
stays_out dev4 "$untrusted"

# --- proof of possession ---
exits 0 upload self.pem --text status=ENABLED
pop=$certs-pop/$self
member=proofOfPossessionUnsignedVerificationCode
first=$(call --url "$certs/$self" --print $member)
exits 0 call --url "$pop/verification-code" --method POST --print $member
alike 'the new code stays' "$(cat out)" "$(call --url "$certs/$self" --print $member)"
[ "$first" != "$(cat out)" ]
result $? 'it is another'
printf '%s' "$(cat out)" >code
# signed KEY [FILE]: what to send
signed() {
	printf 'proofOfPossessionSignedVerificationCode=%s' \
		"$(key-sign --key "$1" "${2:-code}")"
}
answers 422 'Wrong proof of possession .* usage not granted' --url "$pop/pop" --text "$(signed leaf.key)"
printf '%s' "$first" >former
answers 422 'Wrong proof of possession .* usage not granted' --url "$pop/pop" --text "$(signed self.key former)"
for odd in '' '!' ; do
	answers 400 'not base64' --url "$pop/pop" \
		--text "proofOfPossessionSignedVerificationCode=$odd"
done
answers 400 'not base64' --url "$pop/pop" --text other=1
answers 404 notFound --url "$certs-pop/00/pop" --text "$(signed self.key)"
answers 404 notFound --url "$certs-pop/00/verification-code" --method POST
answers 403 'denied' --url "$base/tenants/t2/trusted-certificates-pop/$self/pop" \
	--text "$(signed self.key)"
exits 0 call --url "$certs/$self" --print proofOfPossessionValid
same 'nothing of that was proof' false "$(cat out)"
answers 200 'Valid":true' --url "$pop/pop" --text "proofOfPossessionSignedVerificationCode=$(
	openssl dgst -sha256 -sign self.key code | openssl base64 -A)"
answers 422 'no verification code' --url "$pop/pop" --text "$(signed self.key)"
for type in rsa-2048 ed25519; do
	csr-gen --key $type.key --new-key $type --cn $type |
		cert-sign --self-signed --key $type.key >$type.pem
	exits 0 upload $type.pem --text status=ENABLED --print $member
	printf '%s' "$(cat out)" >code
	answers 200 'Valid":true' --url "$certs-pop/$(fingerprint $type.pem)/pop" \
		--text "$(signed $type.key)"
done

# --- it is in the state ---
kill -9 "$(cat sandbox/server.pid)"
exits 0 sandbox stop --keep
exits 0 sandbox start
https=$(sed -n 's/^url = localhost://p' out)
mtls=$(sed -n 's/^mtls = localhost://p' out)
mqtt=$(sed -n 's/^mqtt = localhost://p' out)
certs=https://localhost:$https/tenant/tenants/t1000/trusted-certificates
exits 0 call --url "$certs/$self" --print proofOfPossessionValid
same 'proof stays' true "$(cat out)"
exits 0 call --url "$certs/$own" --print status
same 'the CA stays disabled' DISABLED "$(cat out)"
exits 0 by_mqtt self
stays_out dev4 "$untrusted"
done_testing
