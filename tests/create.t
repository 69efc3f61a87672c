#!/bin/sh
# certcycle create and create-csr: what they make, what they leave alone, and
# whose name is in it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl
key=$T/device/own.key cert=$T/device/own.pem csr=$T/state/own.csr
conf() {
	cat <<-EOT
	[device]
	key_path = $key
	cert_path = $cert
	csr_path = $csr
	[certificate]
	organization = Example Works
	organization_unit = Devices
	validity.requested_duration = 100d
	[state]
	path = $T/state
	run_path = $T/run
	EOT
}
conf >etc/certcycle.conf

# --- create ---
exits 78 certcycle create
says 'device.id: not set'
exits 1 test -e "$key"
exits 78 certcycle create --device-id=dev:1
long_ago() {
	faketime '1970-01-02 00:00:00' "$@"
}
if long_ago cert-check --help >out 2>err; then
	exits 80 long_ago certcycle create --device-id=dev1
	exits 1 test -e "$cert"
else
	skip 'a clock that was never set' 'faketime cannot start this build'
fi
exits 0 certcycle create --device-id=dev1
prints '^Subject: +CN=dev1, O=Example Works, OU=Devices$'
prints '^Issuer: +CN=dev1, O=Example Works, OU=Devices$'
exits 0 cert-check --valid --match "$key" --cn dev1 "$cert"
exits 0 cert-check --due 101d "$cert"
exits 1 cert-check --due 99d "$cert"
same 'the key is for its owner alone' -rw------- "$(stat -c %A "$key")"
same 'all may read the certificate' -rw-r--r-- "$(stat -c %A "$cert")"
# what Cumulocity wants to see of one that it is to trust
openssl x509 -in "$cert" -noout -text >text
ok 'version 3' grep -q 'Version: 3' text
ok 'and a CA' grep -q 'CA:TRUE' text
exits 0 openssl verify -purpose sslclient -CAfile "$cert" "$cert"
before=$(cat "$cert" "$key")
exits 71 certcycle create --device-id=dev2
says "^certcycle create: $cert: is there already: certcycle remove"
same 'what is there stays' "$before" "$(cat "$cert" "$key")"
exits 1 test -e "$cert.tmp"
exits 64 certcycle create extra
# the key that is there is used
rm "$cert"
before=$(cat "$key")
exits 0 certcycle create --device-id=dev1
same 'a key that is there stays' "$before" "$(cat "$key")"
exits 0 cert-check --match "$key" "$cert"
rm "$cert"
mv "$key" kept.key
printf 'not a key\n' >"$key"
exits 65 certcycle create --device-id=dev1
exits 1 test -e "$cert"
mv kept.key "$key"
ln -s "$T/nowhere" "$cert"
exits 71 certcycle create --device-id=dev1
rm "$cert"
printf 'open\n' >passphrase
chmod 600 passphrase
exits 0 certcycle -o "device.key_path=$T/device/sealed.key" \
	-o "device.cert_path=$T/device/sealed.pem" \
	-o "device.key_passphrase_path=$T/passphrase" create --device-id=dev1
ok 'a key with a passphrase' grep -q 'BEGIN ENCRYPTED' device/sealed.key
if [ "$(id -u)" = 0 ]; then
	exits 0 certcycle -o "device.key_path=$T/device/given.key" \
		-o "device.cert_path=$T/device/given.pem" \
		-o device.owner=nobody create --device-id=dev1
	same 'for who is configured' 'nobody nobody' "$(stat -c %U \
		device/given.key device/given.pem | tr '\n' ' ' | sed 's/ $//')"
	exits 71 certcycle -o "device.key_path=$T/device/none.key" \
		-o "device.cert_path=$T/device/none.pem" \
		-o device.owner=no-such-user create --device-id=dev1
	exits 1 test -e device/none.pem
fi

# --- create-csr ---
rm -rf device state
exits 0 certcycle create-csr --device-id=dev1
silent
exits 0 openssl req -in "$csr" -noout -verify -subject
ok 'the key was made' [ -s "$key" ]
exits 1 test -e "$cert"
exits 0 certcycle create --device-id=dev1
before=$(cat "$cert" "$key")
# shown FILE: its subject
shown() {
	openssl req -in "$1" -noout -subject -nameopt RFC2253
}
half() {
	openssl req -in "$1" -noout -pubkey
}
exits 0 certcycle -o certificate.organization=Other create-csr
same 'the names of the certificate' \
	'subject=OU=Devices,O=Example Works,CN=dev1' "$(shown "$csr")"
alike 'its key' "$(openssl x509 -in "$cert" -noout -pubkey)" "$(half "$csr")"
same 'certificate and key stay' "$before" "$(cat "$cert" "$key")"
exits 0 certcycle create-csr --output-path=mine.csr
same 'the same in a file of one'\''s own' "$(shown "$csr")" "$(shown mine.csr)"
exits 0 certcycle create-csr --output-path="$T/there/mine.csr"
ok 'by its whole path' [ -s there/mine.csr ]
exits 0 certcycle create-csr --device-id=dev2
same 'another id is no copy' 'subject=OU=Devices,O=Example Works,CN=dev2' \
	"$(shown "$csr")"
for mine in "$key" "$cert"; do
	fails 78 "$mine: a key or a certificate: not replaced" \
		certcycle create-csr --output-path="$mine"
done
same 'which a wrong path does not cost' "$before" "$(cat "$cert" "$key")"
exits 64 certcycle create-csr extra
exits 64 certcycle create-csr --output-path=
# keys of other kinds, made elsewhere
for make in 'genrsa -out rsa.key 2048' \
	'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key' \
	'ecparam -name secp384r1 -genkey -noout -out sec1.key'; do
	# shellcheck disable=SC2086 # words are meant
	openssl $make 2>/dev/null
	made=${make##*out }
	made=${made%% *}
	exits 0 certcycle -o "device.key_path=$T/$made" \
		create-csr --device-id=dev3 --output-path="$made.csr"
	alike "the key in $made is used" \
		"$(openssl pkey -in "$made" -pubout)" "$(half "$made.csr")"
done

# --- whose name: option, environment, certificate, configuration; and the same
# with a profile ---
mkdir -p etc/conf.d
# says_who PROFILE OPTION ENVIRONMENT CERTIFICATE CONFIGURATION: what each of
# these says, - nothing; the first is who the device is
says_who() {
	profile=$1
	shift
	rm -rf device state second etc/conf.d/second.conf
	conf >etc/certcycle.conf
	file=etc/certcycle.conf
	if [ "$profile" = second ]; then
		file=etc/conf.d/second.conf
		sed "s|$T/|&second/|" etc/certcycle.conf >"$file"
	fi
	who=
	for name; do
		[ -n "$who" ] || [ "$name" = - ] || who=$name
	done
	[ "$3" = - ] || certcycle --profile "$profile" create \
		--device-id="$3" >made 2>&1
	[ "$4" = - ] || {
		sed "/^\[device\]/a id = $4" "$file" >with-id
		mv with-id "$file"
	}
	option="--device-id=$1"
	[ "$1" != - ] || option=
	environment="CERTCYCLE_DEVICE_ID=$2"
	[ "$2" != - ] || environment=NONE=
	exits 0 env "$environment" certcycle --profile "$profile" create-csr \
		${option:+"$option"} --output-path=who.csr
	same "$profile: $*: is $who" "subject=OU=Devices,O=Example Works,CN=$who" \
		"$(shown who.csr)"
}
for profile in default second; do
	says_who "$profile" opt env cert conf
	says_who "$profile" opt - cert conf
	says_who "$profile" opt - - conf
	says_who "$profile" opt - - -
	says_who "$profile" - env cert conf
	says_who "$profile" - env - -
	says_who "$profile" - - cert conf
	says_who "$profile" - - cert -
	says_who "$profile" - - - conf
done
# an expired certificate says it too, one that cannot be read does not
conf >etc/certcycle.conf
rm -rf device state
certcycle -o certificate.validity.requested_duration=1s create \
	--device-id=dev5 >made 2>&1
until_true cert-check --due 0s "$cert"
exits 0 certcycle create-csr
same 'an expired one' 'subject=OU=Devices,O=Example Works,CN=dev5' \
	"$(shown "$csr")"
: >"$cert"
exits 78 certcycle create-csr
says 'device.id: not set'
done_testing
