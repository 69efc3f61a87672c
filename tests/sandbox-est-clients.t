#!/bin/sh
# The sandbox's plain EST server and the clients of it: est-post, certcycle with
# its issuer est, and strongSwan's pki.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
start_sandbox
est=$(sed -n 's/^# A plain EST server (RFC 7030): //p' "$T/out")
ca=$T/sandbox/ca.pem
printf 'secret-of-it\n' >password
printf 'wrong-secret\n' >wrong
chmod 600 password wrong

admin() {
	"$libexec/sandbox-admin" --dir "$T/sandbox" "$@"
}
again() {
	admin register "$1" --password-file "$T/password" >/dev/null
}
# ask OPERATION [OPTION...]: by est-post
ask() {
	operation=$1
	shift
	est-post "--$operation" --url "$est" --ca "$tls_ca" --timeout 20s "$@"
}
# good KEY TEXT: what was printed is a certificate of the tenant for KEY
good() {
	cp out good.pem
	cert-check --valid --match "$1" --trusted "$ca" good.pem 2>"$T/err"
	result $? "$2"
}
# approve_soon: once something waits
approve_soon() {
	{ until_true waits && admin approve --all; } &
}
waits() {
	admin pending | grep -q WAITING
}

# --- est-post ---
csr-gen --key dev1.key --new-key ec-p256 --cn dev1 >dev1.csr
csr-gen --key next.key --new-key ec-p256 --cn dev1 >next.csr
csr-gen --key dev2.key --new-key ec-p256 --cn dev2 >dev2.csr
basic='--user dev1 --password-file password'
pair='--cert dev1.pem --key dev1.key'
exits 0 ask cacerts
alike 'the CA' "$(cat "$ca")" "$(cat out)"
exits 0 ask csrattrs
silent
admin set est.csrattrs=sample
exits 0 ask csrattrs
prints '^ecPublicKey \(1\.2\.840\.10045\.2\.1\): secp256r1 '
admin set est.csrattrs=none
# shellcheck disable=SC2086 # options, word by word
{
	fails 77 'simpleenroll: status 401' ask enroll dev1.csr
	fails 77 'Name or password is wrong' ask enroll $basic dev1.csr
	again dev1
	fails 77 'status 401' ask enroll --user dev1 --password-file wrong dev1.csr
	exits 0 ask enroll $basic dev1.csr
	good dev1.key 'by Basic'
	again dev1
	exits 0 ask enroll $basic --digest --label profile-1 dev1.csr
	good dev1.key 'by Digest, with a label'
	cp good.pem dev1.pem
	exits 0 ask reenroll $pair dev1.csr
	good dev1.key 'by the present certificate'
	exits 0 ask reenroll $pair next.csr
	good next.key 'for the next key'
	fails 77 'must be the device id' ask reenroll $pair dev2.csr
	again dev1
	exits 0 ask reenroll $pair $basic dev1.csr
	good dev1.key 'by both'
	exits 0 jwt-get --via https --url "https://localhost:$mtls" \
		--ca "$tls_ca" $pair
	cp out token
	exits 0 ask reenroll --token-file token dev1.csr
	good dev1.key 'by a token'
	exits 0 ask serverkeygen $pair --key-out made dev1.csr
	good made 'a key that is made there'

	# --- proof of possession ---
	admin set est.proof-of-possession=required
	fails 77 'tls-unique of TLS 1.2' ask reenroll $pair dev1.csr
	exits 0 ask reenroll $pair --pop dev1.csr
	good dev1.key 'with a proof'

	# the proof is base64, whatever bytes it has
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		ask reenroll $pair --pop dev1.csr || break
	done >out 2>err
	same "ten of ten proofs" 10 "$(grep -c BEGIN out)"

	# --- a person approves ---
	admin set est.approval=manual
	admin set est.retry-after=1
	exits 75 ask reenroll $pair --pop dev1.csr
	same 'the seconds' 1 "$(cat out)"
	approve_soon
	exits 0 ask reenroll $pair --pop --poll 15s dev1.csr
	good dev1.key 'approved, each time with another proof'
	admin set est.proof-of-possession=off
	exits 75 ask enroll $pair dev1.csr
	admin deny --all
	fails 77 'The request was denied' ask enroll $pair --poll 5s dev1.csr
}
admin set est.approval=auto

# --- certcycle ---
home=$T/home
again dev3
cat >etc/certcycle.conf <<X
issuer = est
[device]
id = dev3
key_path = $home/dev3.key
cert_path = $home/dev3.pem
csr_path = $home/dev3.csr
one_time_password_path = $T/password
[est]
url = $est
root_cert_path = $tls_ca
[c8y]
verify_via = none
[enroll]
retry_every = 1s
[state]
path = $home/state
run_path = $home/run
X
admin set est.approval=manual
approve_soon
exits 0 certcycle enroll
exits 0 cert-check --valid --match "$home/dev3.key" --trusted "$ca" \
	"$home/dev3.pem"
cp "$home/dev3.pem" first.pem
exits 75 certcycle run --force
admin approve dev3
exits 0 certcycle run --force
exits 0 cert-check --later-than first.pem --match "$home/dev3.key" \
	--trusted "$ca" "$home/dev3.pem"
admin set est.approval=auto
exits 0 certcycle run --force
same 'three certificates' 3 "$(admin devices | awk '$1 == "dev3" { print $3 }')"

# --- strongSwan: it takes no line ends in base64 ---
# swan COMMAND...: pki, without what it says of its plugins
swan() {
	pki "$@" 2>swan.err || {
		code=$?
		grep -v plugin swan.err >&2
		return "$code"
	}
}
if ! command -v pki >/dev/null ||
	! pki --gen --type ecdsa --size 256 --outform pem >s.key 2>err; then
	skip 'strongSwan' 'no pki with ECDSA here'
	done_testing
fi
admin set est.lines=none
for file in "$tls_ca" "$ca"; do
	openssl x509 -in "$file" -outform DER >"$(basename "$file" .pem).der"
done
exits 0 swan --estca --url "$est" --cacert "$tls_ca" --caout estca.pem \
	--outform pem
alike 'pki --estca: the CA' "$(cat "$ca")" "$(openssl x509 -in estca.pem)"
pki --req --in s.key --type ecdsa --dn CN=dev4 --san dev4.example.com \
	>s.csr 2>err
again dev4
# enrolls [OPTION...]
enrolls() {
	swan --est --url "$est" --in s.csr --cacert "$tls_ca" --cacert "$ca" \
		--outform pem "$@"
}
exits 1 enrolls --userpass dev4:wrong
exits 0 enrolls --userpass dev4:secret-of-it
good s.key 'pki --est: a first certificate'
cp good.pem s.pem
exits 0 enrolls --cert s.pem --key s.key
good s.key 'and the next one by it'
admin set est.approval=manual
approve_soon
exits 0 enrolls --cert s.pem --key s.key --interval 1 --maxpolltime 15
good s.key 'and one that waited'
same 'the server never failed' 0 "$(grep -c ' 500$' sandbox/server.log)"
done_testing
