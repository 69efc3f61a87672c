#!/bin/sh
# certcycle doctor: all well on a healthy device, and each thing that it looks at
# made to fail once; each says what to do.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
printf 'secret-for-dev1\n' >otp
chmod 600 otp
key=$device/dev1.key cert=$device/dev1.pem

# doctor [OPTION...]: without MQTT, which has a part of its own
doctor() {
	certcycle "$@" -o c8y.mqtt= doctor
}

# shows STATE CHECK WHAT MEND: the last doctor had this line, and below it this
# advice
shows() {
	state=$1 check=$2 what=$3 mend=$4 awk '
		expected { if ($0 ~ "^ .*" ENVIRON["mend"]) found = 1; expected = 0 }
		$1 == ENVIRON["state"] && $2 == ENVIRON["check"] &&
			$0 ~ ENVIRON["what"] { expected = 1 }
		END { exit !found }' "$T/out"
	result $? "$1: $2: $3"
}

# finds CODE CHECK WHAT MEND [COMMAND...]: a problem with that exit code; a warning
# where that is 0
finds() {
	code=$1 check=$2 what=$3 mend=$4
	shift 4
	[ $# -gt 0 ] || set -- doctor
	exits "$code" "$@"
	state=problem
	[ "$code" != 0 ] || state=warning
	shows "$state" "$check" "$what" "$mend"
}

# --- before the first certificate ---
finds 65 certificate 'dev1.pem: not there' 'certcycle enroll gets the first one$'
finds 65 certificate 'dev1.pem: not there' 'config set device.id' \
	doctor -o device.id=
prints '^skipped  key .*certcycle enroll makes it$'
prints '^skipped  token '
exits 1 test -e "$T/state"

# --- a healthy device ---
sandbox register dev1 otp >/dev/null
certcycle enroll >/dev/null 2>/dev/null
all_issued() {
	"$libexec/sandbox-admin" --dir "$T/sandbox" devices
}
sessions() {
	grep -c 'New client connected' sandbox/broker.log
}
all_issued >before
find etc device state | sort >tree
touch mark
exits 0 certcycle doctor
cp out healthy
for check in configuration certificate chain key password directories \
	space state last-run hooks issuer trust server https token mqtt; do
	grep -q "^ok       $check  *[^ ]" healthy
	result $? "$check is all right"
done
# where systemd knows of a clock that is not set, that is a warning
prints '^(ok     |warning)  clock +[0-9]{4}-'
prints '^skipped  session +it would throw the device off .*--mqtt'
exits 1 grep -q '^problem' healthy
ok 'all lines are aligned' awk 'substr($0, 23, 1) != " " ||
	substr($0, 24, 1) == " " { exit 1 }' healthy
same 'nothing is written' '' "$(find etc device state run -newer mark)"
same 'nor made' "$(cat tree)" "$(find etc device state | sort)"
same 'no certificate is asked for' "$(cat before)" "$(all_issued)"
same 'and nobody is thrown off' 0 "$(sessions)"
exits 0 certcycle doctor --mqtt
prints '^ok       session '
same '--mqtt opens a session' 1 "$(sessions)"

# on a terminal, in colour
coloured() {
	grep -c "$(printf '\033')\[32mok" out
}
same 'no colour in a file' 0 "$(cp healthy out && coloured)"
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	exits 0 script -qec 'certcycle -o c8y.mqtt= doctor' /dev/null </dev/null
	ok 'colour on a terminal' [ "$(coloured)" -gt 5 ]
	exits 0 env NO_COLOR=1 script -qec 'certcycle -o c8y.mqtt= doctor' \
		/dev/null </dev/null
	same 'and none where NO_COLOR says so' 0 "$(coloured)"
else
	skip 'colour on a terminal' 'no program that makes one'
fi

# with nothing but busybox around it
if command -v busybox >/dev/null; then
	mkdir busybox
	busybox --install -s "$T/busybox"
	exits 0 env "PATH=$T/busybox" "$(command -v certcycle)" doctor
	for file in out healthy; do
		sed -e 's/20..-.*//' -e '/^[a-z]* *scheduler/,$d' "$file" \
			>"$file.dateless"
	done
	same 'the same with busybox alone' "$(cat healthy.dateless)" \
		"$(cat out.dateless)"
else
	skip 'with busybox alone' 'there is none'
fi

# --- the configuration ---
finds 78 configuration 'no.key: no such key' 'mend what' \
	doctor -o no.key=1
mkdir etc/conf.d
printf '[device]\ncert_path = %s\n' "$cert" >etc/conf.d/other.conf
finds 78 configuration 'other.*device.cert_path' 'mend what'
printf '[device]\nnot-a-key = 1\n' >etc/conf.d/other.conf
finds 78 configuration 'other.conf:2: ' 'mend what'
rm -r etc/conf.d

# --- the clock ---
long_ago() {
	faketime '1999-01-01 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! long_ago cert-check --version >"$T/out" 2>"$T/err"; then
	skip 'a clock that was never set' 'faketime cannot start a build with sanitizers'
else
	finds 80 clock '1999-01-01 .*clock' 'set the time' \
		long_ago certcycle -o c8y.mqtt= doctor
	prints '^skipped  certificate  *the clock'
	prints '^skipped  trust '
	shows problem https 'not yet valid' 'is the clock right'
fi

# --- certificate and chain ---
finds 0 certificate 'due$' 'certcycle run' \
	doctor -o certificate.validity.minimum_duration=366d
csr-gen --key "$key" --from "$cert" | cert-sign --self-signed --key "$key" \
	--not-before 2024-01-01T00:00:00Z --not-after 2025-01-01T00:00:00Z \
	>old.pem
finds 65 certificate 'expired$' 'certcycle run tries' \
	doctor -o "device.cert_path=$T/old.pem"
prints '^skipped  chain  *the certificate has expired$'
finds 65 certificate 'none.pem: not there' 'certcycle enroll' \
	doctor -o "device.cert_path=$T/none.pem"
prints '^skipped  token '
printf 'no certificate\n' >bad.pem
finds 65 certificate 'bad.pem: ' 'put the former one' \
	doctor -o "device.cert_path=$T/bad.pem"
finds 0 name 'dev2' 'device.id names another' doctor -o device.id=dev2
finds 76 chain 'dev1.pem: ' 'put the certificate of its authority into' \
	doctor -o "certificate.ca_path=$tls_ca"
finds 65 chain 'none.pem: ' 'certificate.ca_path must' \
	doctor -o "certificate.ca_path=$T/none.pem"

# --- key and secrets ---
chmod 644 "$key"
finds 71 key 'for its owner alone: -rw-r--r--' "chmod 600 $key"
chmod 640 "$key"
finds 0 key 'its group can read it' 'chmod 600 .*device.group'
exits 0 doctor -o "device.group=$(id -gn)"
prints '^ok       key '
chmod 600 "$key"
finds 65 key 'none.key: not there' 'certcycle enroll --force' \
	doctor -o "device.key_path=$T/none.key"
make_pair dev2
finds 65 key 'dev1.pem: ' 'are device.key_path' \
	doctor -o "device.key_path=$T/dev2.key"
chmod 604 otp
finds 71 password 'otp: not for its owner alone' 'chmod 600 .*otp'
chmod 600 otp
finds 65 passphrase 'none: not there' 'put it there' \
	doctor -o "device.key_passphrase_path=$T/none"
finds 65 bootstrap 'none.key: not there' 'put it there' \
	doctor -o issuer=est -o "est.url=https://localhost:$https" \
	-o "est.root_cert_path=$tls_ca" -o "est.bootstrap_key_path=$T/none.key"

# --- directories ---
printf 'a file\n' >file
finds 71 directories 'file/state: cannot be written' 'mend state.path' \
	doctor -o "state.path=$T/file/state"
for left in "$cert.new" "$cert.journal" state/reply state/post-renew.pending; do
	: >"$left"
	finds 0 state "${left##*/}: " 'certcycle run goes on'
	rm "$left"
done

sandbox fault refused
exits 77 certcycle run --force
finds 0 last-run '77 REFUSED.*status 403' \
	'certcycle history tells more; certcycle run --force tries'
mv "$cert" away.pem
finds 65 certificate 'not there' 'certcycle enroll'
shows warning last-run '77 REFUSED' '; certcycle enroll tries again'
mv away.pem "$cert"
exits 0 certcycle run --force
exits 0 doctor
prints '^ok       last-run '

# --- hooks and issuer ---
mkdir -p etc/hooks/once.d etc/hooks/issuer
printf '#!/bin/sh\n' >etc/hooks/once.d/50-mine
chmod 777 etc/hooks/once.d/50-mine
finds 70 hooks '50-mine: writable by others: chmod go-w' 'no hook of once runs'
rm etc/hooks/once.d/50-mine
rmdir etc/hooks/once.d
printf 'a file\n' >etc/hooks/once.d
finds 71 hooks 'once.d: Not a directory' 'mend that directory'
rm etc/hooks/once.d
printf '#!/bin/sh\n' >etc/hooks/issuer/mine
finds 70 issuer 'mine: refused: not executable' 'nothing can be issued' \
	doctor -o issuer=mine
chmod 755 etc/hooks/issuer/mine
exits 0 doctor -o issuer=mine
prints '^ok       issuer +mine$'
ln -sf /dev/null etc/hooks/issuer/mine
finds 78 issuer 'masked' 'remove the link' doctor -o issuer=mine
finds 78 issuer 'issuer none: there is none' 'certcycle hooks' \
	doctor -o issuer=none
rm etc/hooks/issuer/mine
for issuer in local-ca microservice; do
	cp "$libexec/hooks/issuer/self-signed" "etc/hooks/issuer/$issuer"
done
finds 78 issuer 'est.url is not set' 'certcycle config set est.url ' \
	doctor -o issuer=est
finds 78 issuer 'microservice.url is not set' 'config set' \
	doctor -o issuer=microservice
finds 78 issuer 'c8y.url is not set' 'config set' doctor -o c8y.http=
exits 0 doctor -o issuer=self-signed
exits 1 grep -q '^[a-z]* *server' out
local_ca() {
	doctor -o issuer=local-ca -o "local_ca.cert_path=$T/sandbox/ca.pem" \
		-o "local_ca.key_path=$1"
}
ok 'a local CA that is whole' local_ca "$T/sandbox/ca.key"
finds 65 issuer 'local-ca: ' 'local_ca.cert_path must be' local_ca "$key"
finds 65 CA-key 'none.key: not there' 'put it there' local_ca "$T/none.key"

# --- trust, name, connection, TLS ---
finds 65 trust 'none.pem: not there' "put the CA.s certificate there" \
	doctor -o "c8y.root_cert_path=$T/none.pem"
: >empty.pem
finds 65 trust 'empty.pem: no certificate' 'c8y.root_cert_path must' \
	doctor -o "c8y.root_cert_path=$T/empty.pem"
finds 69 server 'name not found' 'is c8y.http right.*resolv.conf' \
	doctor -o c8y.http=name.invalid
free=$("$libexec/sandbox-admin" free-port)
finds 69 server 'connection refused' 'is the port of c8y.http right' \
	doctor -o "c8y.http=localhost:$free"
finds 69 https 'connection refused' 'is the port of c8y.mtls right' \
	doctor -o "c8y.mtls=localhost:$free"
finds 76 server 'not trusted' 'put the CA of the server into c8y.root_cert' \
	doctor -o "c8y.root_cert_path=$T/sandbox/ca.pem"
trusted_pair elsewhere elsewhere.example.com
tls_server elsewhere
finds 76 server 'not trusted.*name' 'write c8y.http as' \
	doctor -o "c8y.http=localhost:$port"
trusted_pair late localhost --not-before 2024-01-01T00:00:00Z \
	--not-after 2025-01-01T00:00:00Z
tls_server late
finds 76 server 'not trusted.*expired' 'is the clock right' \
	doctor -o "c8y.http=localhost:$port"

# --- tokens, MQTT ---
stranger() {
	certcycle -o "device.cert_path=$T/dev2.pem" -o certificate.ca_path= \
		-o "device.key_path=$T/dev2.key" -o device.id= "$@"
}
finds 77 token 'localhost' 'it does not take this certificate' \
	stranger -o c8y.mqtt= doctor
exits 0 stranger -o c8y.token_via=mqtt -o c8y.verify_via=none -o c8y.mqtt= doctor
exits 1 grep -q '^[a-z]* *https' out
finds 77 session 'localhost' 'it does not take' \
	stranger -o c8y.mtls= doctor --mqtt
csr-gen --key dev2.key --cn dev2 | cert-sign --ca-cert sandbox/ca.pem \
	--ca-key sandbox/ca.key >dev2.pem
finds 77 session 'localhost' 'it does not take' stranger doctor --mqtt
# one who says later, and one with a fault, when the second of two connections asks
trusted_pair slow localhost
tls_server slow
for case in '429 75' '500 69'; do
	: >slow.heard
	{
		until_true grep -q deviceAccessToken slow.heard
		printf 'HTTP/1.1 %s Busy\r\nContent-Length: 0\r\n\r\n' \
			"${case% *}" 1<>slow.feed
	} &
	finds "${case#* }" token "status ${case% *}" 'look again later' \
		doctor -o "c8y.mtls=localhost:$port"
done
finds 69 mqtt 'connection refused' 'is the port of c8y.mqtt right' \
	certcycle -o "c8y.mqtt=localhost:$free" -o c8y.verify_via=both doctor
finds 0 mqtt 'connection refused' 'is the port of c8y.mqtt right' \
	certcycle -o "c8y.mqtt=localhost:$free" doctor
local_broker() {
	doctor -o mqtt.client.host=localhost -o "mqtt.client.port=$free" "$@"
}
finds 0 broker 'localhost' 'are the broker and its bridge' local_broker
finds 69 broker 'localhost' 'are the broker and its bridge' \
	local_broker -o c8y.token_via=broker

# --- what starts it, what logs ---
if [ -S /dev/log ] && command -v logger >/dev/null; then
	exits 0 doctor -o log.syslog=yes
	prints '^ok       syslog '
else
	finds 0 syslog 'log.syslog = yes' 'start a syslog' \
		doctor -o log.syslog=yes
fi

# --- many profiles ---
mkdir etc/conf.d
printf '[device]\nid = dev1\n' >etc/conf.d/two.conf
exits 65 certcycle -o "device.cert_path=$device/%p.pem" -o c8y.mqtt= doctor --all
prints '^default:$'
prints '^two:$'
same 'each is told' 2 "$(grep -c '^ok  *issuer' out)"
exits 64 certcycle doctor --everything
silent

done_testing
