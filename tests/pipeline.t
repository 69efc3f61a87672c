#!/bin/sh
# The lines that must work: the helpers alone, composed by a shell.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
url=https://localhost:$https
printf 'secret-for-dev1\n' >otp
chmod 600 otp
ca=$tls_ca
sandbox register dev1 otp >/dev/null
openssl s_client -connect "localhost:$https" -showcerts </dev/null \
	>/dev/null 2>&1

first() {
	csr-gen --key dev.key --new-key ec-p256 --cn dev1 |
		est-post --enroll --url "$url" --ca "$ca" --user dev1 \
			--password-file otp >dev.pem
}
ok 'first certificate: key, request, one call with a one-time password' first
exits 0 cert-check --valid --match dev.key --cn dev1 dev.pem

exits 1 cert-check --due 30d dev.pem
exits 0 cert-check --due 366d dev.pem

renewal() {
	jwt-get --via https --url "https://localhost:$mtls" --ca "$ca" \
		--cert dev.pem --key dev.key >token &&
		csr-gen --key dev.key --from dev.pem |
		est-post --reenroll --url "$url" --ca "$ca" \
			--token-file token >dev.pem.new
}
ok 'renewal: same key, same subject, a token from the certificate' renewal

promotion() {
	cert-check --match dev.key --same-subject dev.pem --later-than dev.pem \
		--trusted "$T/sandbox/ca.pem" dev.pem.new &&
		mqtt-probe --host localhost --port "$mqtt" --ca "$ca" \
			--cert dev.pem.new --key dev.key &&
		cert-promote dev.pem.new dev.pem
}
ok 'the candidate fits, connects, and is promoted' promotion
exits 1 test -e dev.pem.new
exits 0 cert-check --later-than dev.pem.old --match dev.key dev.pem

# a service of one's own in place of est-post
mkdir -p www/cgi-bin
fill_in="s|^#!/bin/sh|#!$(command -v sh)|"
sed "$fill_in" "$source_dir/demo/microservice" >www/cgi-bin/renew
chmod 755 www/cgi-bin/renew
port=$("$libexec/sandbox-admin" free-port)
CA_DIR=$T/sandbox busybox httpd -f -p "127.0.0.1:$port" -h www &
at_end "kill $!"
until_true curl -so /dev/null "http://127.0.0.1:$port/"
by_service() {
	csr-gen --key dev.key --from dev.pem |
		curl -fsS --data-binary @- \
			"http://127.0.0.1:$port/cgi-bin/renew" >dev.pem.new
}
ok 'a microservice in place of est-post' by_service
ok 'its certificate fits, connects, and is promoted' promotion

done_testing
