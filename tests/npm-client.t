#!/bin/sh
# The sandbox as a program sees it that knows Cumulocity only: the JavaScript
# client of its vendor, from npm, lists, uploads, proves and revokes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2154 # start_sandbox sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs node npm openssl
version=1023.77.1
npm install --prefix "$T/npm" --ignore-scripts --no-audit --no-fund \
	"@c8y/client@$version" >npm.log 2>&1 || {
	printf '1..0 # SKIP npm has no @c8y/client %s for us here\n' "$version"
	exit 0
}
enrolled_device
csr-gen --key root.key --new-key ec-p256 --cn 'Example Root' |
	cert-sign --self-signed --ca --key root.key >root.pem
printf '%s\n' 'ID;AUTH_TYPE;ENROLLMENT_OTP' 'npm-two;CERTIFICATES;secret-two' \
	'npm-three;CERTIFICATES;secret-three' 'npm-four;CERTIFICATES;short' >many.csv
# the device shows its certificate once: from then on the tenant lists it
jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
	--cert "$cert" --key "$key" >token
before=$tests
NODE_EXTRA_CA_CERTS=$tls_ca NODE_PATH=$T/npm/node_modules \
	node "$source_dir/tests/npm-client.js" "https://localhost:$https" \
	"$(cut -d : -f 1 sandbox/operator)" "$(cut -d : -f 2 sandbox/operator)" \
	root.pem root.key dev1 many.csv >steps 2>err || cat err >&2
cat steps
tests=$(grep -cE '^(not )?ok ' steps)
[ "$tests" -gt "$before" ] || result 1 'the client ran'

# what it revoked is over for the device
same 'the serial is that of the device' "$(cat npm.serial)" \
	"$(openssl x509 -in "$cert" -noout -serial | sed 's/.*=0*//' |
		tr '[:upper:]' '[:lower:]')"
openssl crl -inform DER -in npm.crl -noout -text >crl.txt
ok 'and on the list' grep -qi "Serial Number: 0*$(cat npm.serial)" crl.txt
fails 77 'revoked' jwt-get --via https --url "https://localhost:$mtls" \
	--ca "$tls_ca" --cert "$cert" --key "$key"
done_testing
