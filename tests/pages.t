#!/bin/sh
# The examples of the manual, run as they stand there.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
printf 'secret-for-once\n' >otp
chmod 600 otp

# What the examples find: an enrolled device, a candidate for it, a local CA,
# the one-time password of a device that is registered, and the operator's login;
# in the tenant also a device dev4, whose certificate is of no more use.
mkdir fixtures
cp "$tls_ca" fixtures/ca.pem
cp sandbox/ca.pem fixtures/tenant-ca.pem
cp otp fixtures/otp
cp -p sandbox/netrc fixtures/netrc
(
	cd fixtures || exit
	sandbox register dev2 "$T/otp" >/dev/null
	csr-gen --key dev.key --new-key ec-p256 --cn dev2 >dev.csr
	enroll() {
		est-post --enroll --url "https://localhost:$https" --user dev2 \
			--ca ca.pem --password-file otp dev.csr
	}
	enroll >dev.pem
	sandbox register dev2 "$T/otp" >/dev/null
	enroll >dev.pem.new
	sandbox register dev4 "$T/otp" >/dev/null
	csr-gen --key "$T/dev4.key" --new-key ec-p256 --cn dev4 | est-post \
		--enroll --url "https://localhost:$https" --user dev4 \
		--ca ca.pem --password-file otp >"$T/dev4.pem"
	csr-gen --key ca.key --new-key ec-p256 --cn 'Example CA' |
		cert-sign --self-signed --key ca.key >local-ca.pem
)
export URL="https://localhost:$https" MTLS="https://localhost:$mtls" \
	HOST=localhost PORT="$mqtt"

# examples PAGE: each literal block of its EXAMPLES, as PAGE.N
examples() {
	awk -v name="${1##*/}" '
		/^\.Sh / { on = $0 == ".Sh EXAMPLES" }
		on && /^\.Bd -literal/ { n++; out = name "." n; next }
		/^\.Ed/ { out = ""; next }
		out != "" {
			gsub(/\\e/, "\\")
			gsub(/\\-/, "-")
			gsub(/\\&/, "")
			gsub(/\\\(aq/, "\047")
			print >out
		}' "$1"
}

for page in "$source_dir"/man/*.[1-8]; do
	examples "$page"
	for example in "${page##*/}".[0-9]*; do
		[ -e "$example" ] || continue
		rm -rf here state run
		cp -R fixtures here
		sandbox register dev1 "$T/otp" >/dev/null
		(cd here && exec ${TEST_SHELL:-sh} -eu "../$example") \
			>out 2>err </dev/null
		result $? "the example $example"
	done
done
for page in cert-check cert-promote cert-sign conf-get csr-gen est-post \
	hook-run json-get jwt-get key-sign lock-run mqtt-probe rest-call tick-due \
	tick-note tick-status tls-probe; do
	ok "$page(1) has an example" [ -s "$page.1.1" ]
done
done_testing
