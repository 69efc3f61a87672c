#!/bin/sh
# certcycle tenant: the feature and the certificate authority, from its making to
# its end; what was done, and who may not.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3 setsid
start_sandbox
export CERTCYCLE_TENANT_NETRC="$T/sandbox/netrc"

tenant() {
	certcycle tenant "$@"
}
# enrolled ID: a new device gets a certificate, or the exit code
enrolled() {
	tenant register "$1" --replace | cut -f 2 >"$1.otp"
	rm -f "$1.key"
	csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" >"$1.csr"
	est-post --enroll --url "https://localhost:$https" --user "$1" \
		--ca "$tls_ca" --password-file "$1.otp" "$1.csr" >"$1.pem"
}

# --- the feature ---
exits 0 tenant feature
same 'it is on' on "$(cat out)"
exits 0 tenant feature off
wordless
exits 0 tenant feature
same 'it is off' off "$(cat out)"
exits 77 enrolled dev1
exits 0 tenant feature off
exits 0 tenant feature on
exits 0 tenant feature --json
same 'as the tenant says it' 'certificate-authority	true' \
	"$(json-get key active <out)"

# --- the certificate authority ---
# shown MEMBER: of the one that there is
shown() {
	tenant ca show --json | json-get --rows=certificates "$1"
}
exits 0 tenant ca show
first=$(cut -f 1 out)
same 'a line of seven columns' 7 "$(tr '\t' '\n' <out | grep -c .)"
exits 0 tenant ca create
mentions 'there is one already'
same 'what is there is shown' "$first" "$(cut -f 1 out)"
before=$(shown autoRegistrationEnabled)
exits 0 tenant ca create
same 'and stays as it is' "$before" "$(shown autoRegistrationEnabled)"
for case in yes:true no:false; do
	exits 0 tenant ca create --auto-registration="${case%:*}"
	same "auto-registration: ${case%:*}" "${case#*:}" "$(cut -f 3 out)"
done
exits 0 tenant ca auto-registration on
wordless
same 'on' true "$(shown autoRegistrationEnabled)"
exits 0 tenant ca auto-registration on
exits 0 tenant ca auto-registration off
same 'off' false "$(shown autoRegistrationEnabled)"
fails 77 'status 422: .*not eligible' tenant ca renew
exits 0 enrolled dev1
exits 0 cert-check --trusted sandbox/ca.pem dev1.pem
sandbox stop --keep
csr-gen --key sandbox/ca.key --from sandbox/ca.pem | cert-sign --self-signed \
	--ca --key sandbox/ca.key --duration 700d >aged.pem
cp aged.pem sandbox/ca.pem
start_sandbox
exits 0 tenant ca renew
first=$(shown fingerprint)
same 'it is shown' "$first" "$(cut -f 1 out)"
exits 0 cert-check --match sandbox/ca.key sandbox/ca.pem
exits 1 cert-check --due 1000d sandbox/ca.pem
exits 64 setsid certcycle tenant ca delete
says "Delete the certificate authority $first, .*: cannot be undone: --yes"
same 'nothing is done' "$first" "$(shown fingerprint)"
exits 1 python3 "$source_dir/tests/terminal" screen '[y/N] ' 'no\n' -- \
	certcycle tenant ca delete
ok 'the end says so' grep -q 'nothing is done' screen
exits 0 python3 "$source_dir/tests/terminal" screen '[y/N] ' 'yes\n' -- \
	certcycle tenant ca delete
exits 1 tenant ca show
says 'has no certificate authority: certcycle tenant ca create$'
silent
exits 0 tenant ca delete --yes
mentions 'has no certificate authority'
fails 77 'has no certificate authority' tenant ca auto-registration on
fails 77 'status 4' tenant ca renew
exits 77 enrolled dev2
exits 0 tenant ca create --auto-registration=yes
same 'another one' no "$([ "$(cut -f 1 out)" = "$first" ] && echo yes || echo no)"
same 'as asked for' true "$(cut -f 3 out)"
exits 0 enrolled dev2

# --- what was done ---
exits 0 tenant audit
prints '^20[0-9T:.-]*Z	TenantCertificateAuthority	device_dev2	dev2	Tenant certificate authority \(CA\) signed certificate for device	.*Certificate serial number hex:'
cp out all
exits 0 tenant audit --device=dev2
same 'of one device' "$(grep '	dev2	' all)" "$(cat out)"
exits 0 tenant audit --type=Tenant
same 'of one type' Tenant "$(cut -f 2 out | sort -u)"
exits 0 tenant audit --from=2031-01-01T00:00:00.000Z
same 'of no time yet' '' "$(cat out)"
exits 0 tenant audit --to=2031-01-01T00:00:00.000Z
cmp -s out all
result $? 'of all time'
exits 0 tenant audit --device=dev2 --json
same 'in JSON' dev2 "$(json-get --rows=auditRecords source.id <out | sort -u)"
exits 77 tenant audit --from=yesterday
exits 0 python3 "$source_dir/tests/terminal" screen -- certcycle tenant audit \
	--device=dev2
ok 'a table' grep -q '^TIME  *TYPE  *USER  *ABOUT  *ACTIVITY  *TEXT' screen
done_testing
