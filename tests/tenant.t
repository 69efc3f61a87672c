#!/bin/sh
# certcycle tenant: who asks, and how; registrations; trusted certificates.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3 setsid
start_sandbox
sed 's/^admin://' sandbox/operator >password
printf 'no-such-secret\n' >wrong
chmod 600 password wrong
netrc=$T/sandbox/netrc
base=https://localhost:$https

tenant() {
	certcycle tenant "$@"
}
admin() {
	certcycle tenant --netrc="$netrc" "$@"
}
# on_terminal [AWAITED ANSWER]... -- COMMAND...: what it shows is in screen
on_terminal() {
	python3 "$source_dir/tests/terminal" screen "$@"
}
# shows PATTERN: a line on the screen matches
shows() {
	tr -d '\r' <screen | grep -qE -e "$1"
	result $? "shows: $(describe "$1")"
}

# --- the command line ---
exits 0 tenant
prints '^  register +register a device'
cp out list
exits 0 tenant --help
same '--help is the same list' "$(cat list)" "$(cat out)"
exits 0 certcycle
prints "^  tenant +do an operator's work"
for verb in audit ca crl devices disable enable feature issued register revoke \
	trust unregister; do
	ok "$verb is in the list" grep -qE "^  $verb +[a-z]" list
	exits 0 tenant "$verb" --help
	prints "^usage: certcycle tenant $verb "
	exits 64 tenant "$verb" --nonsense
	says "^certcycle tenant $verb: --nonsense: not understood\$"
done
exits 64 tenant nonsense
says 'nonsense: no such verb'
exits 64 tenant ../x
says '../x: no such verb'
exits 64 tenant --netrc=x
says 'a verb is missing'
for odd in 'devices x' 'feature on off' 'issued a b' 'crl get x' 'crl check on x' \
	'ca create x' 'trust list x' 'trust add a b' 'audit x' 'register a b'; do
	# shellcheck disable=SC2086 # words
	exits 64 tenant $odd
	says 'one operand too many'
done
for odd in 'feature maybe' 'crl check maybe' 'ca auto-registration maybe' \
	'trust auto-registration x maybe'; do
	# shellcheck disable=SC2086 # words
	exits 64 tenant $odd
	says 'maybe: neither on nor off'
done
while IFS=/ read -r line words; do
	# shellcheck disable=SC2086 # words
	exits 64 admin $line
	says "$words"
done <<'X'
issued/which device
disable/which device
enable/which device
unregister/which device
register/which device
register --bulk/--bulk: which file
register a --bulk=b/the devices are in its file
revoke/which certificates
revoke --bulk/--bulk: which
revoke --device/--device: which
revoke 1a --device=x/not two of them
revoke --bulk=x --device=x/not two of them
revoke 1g/1g: not a serial number
crl/get or check
crl nonsense/nonsense: no such verb
crl check --pem/--pem: not with check
ca/create, show, renew
ca nonsense/nonsense: no such verb
ca show --auto-registration=yes/not with show
ca auto-registration/on or off
trust/list, add, enable
trust nonsense x/nonsense: no such verb
trust add/which file
trust enable/which certificate
trust prove x/--key is missing
trust auto-registration x/on or off
devices --user=x/--netrc says both
devices --token-file=x/--token-file takes no other login
X

# --- who asks ---
exits 0 admin devices
exits 0 tenant devices --user=admin --password-file=password
exits 0 tenant --user=admin devices --password-file=password
from_pipe() {
	# shellcheck disable=SC2002 # it is to be a pipe
	cat password | tenant trust list --user=admin --password-file="$1"
}
exits 0 from_pipe -
exits 0 from_pipe /dev/fd/0
exits 0 env CERTCYCLE_TENANT_NETRC="$netrc" certcycle tenant devices
exits 0 env CERTCYCLE_TENANT_USER=admin \
	CERTCYCLE_TENANT_PASSWORD_FILE=password certcycle tenant devices
fails 77 'status 401' env CERTCYCLE_TENANT_NETRC="$netrc" certcycle tenant \
	--user=admin --password-file=wrong devices
mentions 'single sign-on'
fails 65 'no-such-file: No such file' tenant --netrc=no-such-file devices
fails 65 'no-such-file: No such file' tenant --user=a \
	--password-file=no-such-file devices
exits 64 setsid certcycle tenant devices
says 'no terminal to ask'
printf 'a.b.c\n' >token
chmod 600 token
fails 77 'status 401' tenant --token-file=token devices
fails 77 'status 401' env CERTCYCLE_TENANT_TOKEN_FILE=token certcycle tenant \
	devices
cp password open
chmod 644 open
exits 0 tenant --user=admin --password-file=open devices
mentions 'open: a secret that every user can read'
# a session of go-c8y-cli, for its host alone
session() {
	env "C8Y_HOST=$1" C8Y_USER=admin "C8Y_PASSWORD=$(cat password)" \
		certcycle tenant devices
}
exits 0 session "https://localhost:$https/"
exits 0 session "localhost:$https"
exits 64 setsid env C8Y_HOST=https://elsewhere.example.com C8Y_USER=admin \
	C8Y_PASSWORD=x certcycle tenant devices
exits 0 env "C8Y_HOST=localhost:$https" C8Y_USER=admin \
	"C8Y_PASSWORD=$(cat password)" certcycle -o c8y.url= -o c8y.http= \
	tenant devices
fails 77 'status 401' env "C8Y_HOST=localhost:$https" C8Y_TOKEN=a.b.c \
	certcycle tenant devices
exits 78 certcycle -o c8y.url= -o c8y.http= tenant --netrc="$netrc" devices
says 'c8y.url: not set'
exits 0 certcycle -o c8y.url= -o c8y.http= tenant --netrc="$netrc" \
	--url="localhost:$https" devices
fails 69 'Failed to connect|Connection refused' admin devices \
	--url="localhost:$("$libexec/sandbox-admin" free-port)"
exits 0 on_terminal 'User: ' 'admin\n' 'Password of admin: ' \
	"$(cat password)\\n" -- \
	certcycle tenant trust list
exits 1 grep -F -e "$(cat password)" screen
shows '^FINGERPRINT +STATUS +REGISTERS +PROVED +CA +UNTIL +NAME$'

# --- who may not is told which role it takes ---
printf 'password-of-reader\n' >reader
chmod 600 reader
exits 0 rest-call --ca "$tls_ca" --netrc "$netrc" \
	--url "$base/user/t1000/users" --text userName=reader \
	--text-file password=reader --json enabled=true
reader() {
	tenant --user=reader --password-file=reader "$@"
}
printf 'a,\n' >a.csv
make_pair any
while IFS=/ read -r line needed; do
	# shellcheck disable=SC2086 # words
	exits 77 reader $line
	says 'status 403: '
	silent
	mentions "^certcycle tenant [a-z]*: the user needs the role ROLE_$needed\$"
done <<'X'
feature off/TENANT_MANAGEMENT_ADMIN
ca create/TENANT_ADMIN or ROLE_TENANT_MANAGEMENT_ADMIN
ca show/TENANT_MANAGEMENT_READ
trust list/TENANT_MANAGEMENT_READ
trust add any.pem/TENANT_ADMIN or ROLE_TENANT_MANAGEMENT_ADMIN
register dev0/DEVICE_CONTROL_ADMIN
register --bulk a.csv/DEVICE_CONTROL_ADMIN
unregister dev0/DEVICE_CONTROL_ADMIN
devices/DEVICE_CONTROL_READ
disable dev0/USER_MANAGEMENT_ADMIN
enable dev0/USER_MANAGEMENT_ADMIN
issued dev0/USER_MANAGEMENT_READ
revoke 1a --yes/TENANT_ADMIN or ROLE_TENANT_MANAGEMENT_ADMIN
revoke --bulk=a.csv --yes/TENANT_ADMIN or ROLE_TENANT_MANAGEMENT_ADMIN
crl get/TENANT_MANAGEMENT_READ
crl check/OPTION_MANAGEMENT_READ
crl check on/OPTION_MANAGEMENT_ADMIN
audit/AUDIT_READ
X
exits 0 rest-call --ca "$tls_ca" --netrc "$netrc" \
	--url "$base/user/t1000/users/reader/roles" \
	--json 'role={"self":"/user/roles/ROLE_DEVICE_CONTROL_READ"}'
exits 0 reader devices
mentions 'needs the role ROLE_USER_MANAGEMENT_READ'

# --- registrations ---
exits 0 admin register dev1
same 'an id, a password, a link' "dev1 32 $base/apps/devicemanagement/index.html#/deviceregistration?externalId=dev1&one-time-password=$(cut -f 2 out)" \
	"$(awk -F '\t' '{ print $1, length($2), $3 }' out)"
cut -f 2 out >made
enroll() {
	chmod 600 made
	certcycle -o "device.one_time_password_path=$T/made" enroll
}
exits 0 enroll
exits 0 admin register dev2 --type=c8y_Pump
cut -f 2 out >before
fails 77 'dev2: a request waits already .WAITING_FOR_CONNECTION .*: --replace' \
	admin register dev2
exits 0 admin register dev2 --replace --json
cp out made
json-get oneTimePassword <out >after
exits 1 cmp -s before after
same 'a link in JSON' "$base/apps/devicemanagement/index.html#/deviceregistration?externalId=dev2&one-time-password=$(cat after)" \
	"$(json-get link <made)"
printf 'secret-for-dev3\nsecond line\n' >otp
chmod 600 otp
exits 0 admin register "dev3@'" --one-time-password-file=otp
prints "externalId=dev3%40%27&one-time-password=\$"
same 'and no password that was given' '' "$(grep secret-for-dev3 out)"
given() {
	admin register dev4 --one-time-password-file=- <otp
}
exits 0 given
est_enroll() {
	csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" | est-post --enroll \
		--url "$base" --user "$1" --ca "$tls_ca" --password-file otp
}
exits 0 est_enroll dev4
fails 65 'no-such-file: No such file' admin register dev5 \
	--one-time-password-file=no-such-file
: >empty
fails 65 'empty: no one-time password' admin register dev5 \
	--one-time-password-file=empty
printf 'short\n' >short
chmod 600 short
exits 77 admin register dev5 --one-time-password-file=short
fails 78 "character 2 is none of letters" admin register 'a b'
exits 0 tenant register dev9 --link
prints 'externalId=dev9&one-time-password=.{32}$'
exits 0 admin devices
same 'a link makes no request' '' "$(grep dev9 out)"
prints '^dev2	WAITING_FOR_CONNECTION		20'
exits 0 on_terminal -- certcycle tenant --netrc="$netrc" devices
shows '^ID +REGISTRATION +ENABLED +SINCE$'
shows '^dev2 +WAITING_FOR_CONNECTION +- +20'
exits 0 admin devices --json
same 'or JSON' WAITING_FOR_CONNECTION \
	"$(json-get --rows=newDeviceRequests --where=id=dev2 status <out)"
exits 0 on_terminal -- certcycle tenant --netrc="$netrc" register dev6
shows '^Device: +dev6$'
shows '^One-time password: [A-Za-z0-9]{32}$'
shows '^Link: +https://.*externalId=dev6&'
exits 0 admin unregister dev2 dev6 dev-none
mentions 'dev-none: there is no such registration'
exits 0 admin devices
same 'they are gone' '' "$(grep -E '^dev[26]' out)"
if command -v qrencode >/dev/null; then
	exits 0 tenant register dev9 --link --qr
	mentions '█'
	exits 0 tenant register dev9 --link
	same 'no picture unless asked for' '' "$(cat err)"
fi

# --- trusted certificates ---
make_pair one
make_pair two 'Second One'
kept() {
	admin trust list | grep "	$1\$" | cut -f "$2"
}
exits 0 admin trust add one.pem
wordless
same 'enabled, registers nobody, not proved' 'ENABLED	false	false	false' \
	"$(kept one 2-5)"
exits 0 admin trust add one.pem --disabled
same 'what is there stays' ENABLED "$(kept one 2)"
exits 0 admin trust add two.pem --name='Number two' --disabled \
	--auto-registration=yes --key=two.key
same 'as it was told' 'DISABLED	true	true' "$(kept 'Number two' 2-4)"
exits 0 admin trust prove one --key=one.key
wordless
same 'proved' true "$(kept one 4)"
exits 0 admin trust prove one --key=two.key
same 'once is enough' true "$(kept one 4)"
exits 0 admin trust disable one.pem
same 'by its file' DISABLED "$(kept one 2)"
exits 0 admin trust enable "$(kept one 1)"
same 'by its fingerprint' ENABLED "$(kept one 2)"
exits 0 admin trust disable "$(kept one 1 | cut -c 1-8 | tr a-f A-F)"
same 'by the beginning of it' DISABLED "$(kept one 2)"
exits 0 admin trust auto-registration one on
same 'registers' true "$(kept one 3)"
exits 0 admin trust auto-registration one off
same 'and does not' false "$(kept one 3)"
fails 65 'zero: no certificate of this' admin trust enable zero
exits 64 admin trust enable ''
fails 65 ': not in PEM|No such file' admin trust add nothing.pem
make_pair three one
exits 0 admin trust add three.pem
fails 65 'one: could be one of 2' admin trust delete one --yes
exits 0 admin trust delete three.pem --yes
exits 64 setsid certcycle tenant --netrc="$netrc" trust delete one
says 'Delete the trusted certificate [0-9a-f]{40}, one: cannot be undone: --yes'
exits 1 on_terminal '[y/N] ' 'n\n' -- certcycle tenant --netrc="$netrc" trust \
	delete one
shows 'nothing is done'
same 'it is there' DISABLED "$(kept one 2)"
exits 0 on_terminal '[y/N] ' 'y\n' -- certcycle tenant --netrc="$netrc" trust \
	delete one
same 'it is gone' '' "$(kept one 2)"
fails 65 'one: no certificate' admin trust delete one --yes
exits 0 admin trust list --json
prints '^\{"certificates":\[\{.*"name":"Number two".*\}\]\}$'
done_testing
