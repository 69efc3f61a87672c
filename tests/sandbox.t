#!/bin/sh
# The sandbox: starts on free ports, says how to reach it, keeps its state over
# a restart when asked, and leaves nothing behind.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2094,SC2013 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs curl openssl mosquitto
needs_sandbox
at_end 'sandbox stop >/dev/null 2>&1'

exits 1 sandbox status
says 'does not run'
exits 0 sandbox stop
exits 0 sandbox start
prints '^url = localhost:[0-9]+$'
prints '^mtls = localhost:[0-9]+$'
prints '^mqtt = localhost:[0-9]+$'
prints "^root_cert_path = $T/sandbox/tls-ca.pem"
cp out started
pids=$(cat sandbox/*.pid)
exits 0 sandbox status
same 'status says what start said' "$(cat started)" "$(cat out)"
exits 79 sandbox start
says 'runs already'
exits 0 cp started etc/certcycle.conf
exits 0 conf-get c8y.mqtt
for file in sandbox/*; do
	same "$file is for its owner alone" -rw------- \
		"$(stat -c %A "$file")"
done
# loopback only
# hears PORT: the addresses at which somebody listens there, in hexadecimal
hears() {
	for name in tcp tcp6; do
		awk -v port=":$(printf '%04X' "$1")" '$4 == "0A" &&
			substr($2, length($2) - 4) == port {
			print substr($2, 1, length($2) - 5) }' "/proc/net/$name"
	done
}
https=$(sed -n 's/^url = localhost://p' started)
mtls=$(sed -n 's/^mtls = localhost://p' started)
mqtt=$(sed -n 's/^mqtt = localhost://p' started)
for port in $https $mtls $mqtt; do
	same "port $port is open on 127.0.0.1 alone" 0100007F "$(hears "$port")"
done

exits 0 sandbox register dev1
prints '^[A-Za-z0-9]{32}$'
exits 65 sandbox register 'a b'
exits 65 sandbox register dev2 no-such-file
exits 64 sandbox register
exits 64 sandbox fault
exits 64 sandbox fault no-such-kind
exits 64 sandbox start extra operands too many

exits 64 sandbox start --https-port=many
exits 64 sandbox start --https-port=65536
exits 64 sandbox start --listen=
exits 64 sandbox stop --force
exits 64 sandbox status now
exits 64 sandbox no-such-command
exits 64 sandbox --no-such-option
exits 64 sandbox
exits 0 sandbox --help
prints '--listen=ADDR'
exits 0 sandbox devices
prints '^dev1	WAITING_FOR_CONNECTION	0$'
exits 0 sandbox register dev0
exits 0 sandbox remove dev0
exits 0 sandbox devices
same 'one is left' 1 "$(wc -l <out)"

# --- settings ---
exits 0 sandbox settings
prints '^enroll\.status	200	200|201	'
exits 0 sandbox set enroll.status=201 enroll.bad-request.status=422
exits 64 sandbox set enroll.status=200 enroll.bad-request.status=499
says 'enroll.bad-request.status: 499: not one of 400.422'
exits 0 sandbox settings
prints '^enroll\.status	201	' # all or none
prints '^enroll\.bad-request\.status	422	'
exits 64 sandbox set no.such=1
exits 64 sandbox set enroll.status
exits 64 sandbox set
exits 64 sandbox settings all

# --- users ---
# asks USER PASSWORD PATH: the status of a REST call
asks() {
	curl -sS --cacert sandbox/tls-ca.pem -o body -w '%{http_code}' \
		--user "$1:$2" "https://localhost:$https$3"
}
requests=/devicecontrol/newDeviceRequests
exits 0 sandbox users
prints '^admin	enabled	ROLE_TENANT_ADMIN '
exits 0 sandbox user ada --role=ROLE_DEVICE_CONTROL_READ
prints '^[A-Za-z0-9]{32}$'
password=$(cat out)
same 'she may look' 200 "$(asks ada "$password" "$requests")"
same 'but not at everything' 403 "$(asks ada "$password" \
	/tenant/tenants/t1000/trusted-certificates)"
printf 'another one\n' >password
chmod 600 password
exits 0 sandbox user ada --password-file=password
silent
same 'the old password is none' 401 "$(asks ada "$password" "$requests")"
same 'her role is left' 200 "$(asks ada 'another one' "$requests")"
exits 0 sandbox user ada --role=ROLE_TENANT_MANAGEMENT_READ \
	--role=ROLE_AUDIT_READ
silent
same 'until she has others' 403 "$(asks ada 'another one' "$requests")"
exits 0 sandbox users
prints '^ada	enabled	ROLE_TENANT_MANAGEMENT_READ ROLE_AUDIT_READ$'
exits 64 sandbox user ada --role=ROLE_KING
exits 64 sandbox user ada --remove --role=ROLE_AUDIT_READ
exits 64 sandbox user
exits 65 sandbox user device_dev1
exits 65 sandbox user bob --password-file=none
exits 0 sandbox user ada --remove
exits 65 sandbox user ada --remove
same 'she is one no longer' 401 "$(asks ada 'another one' "$requests")"

# --- the log ---
exits 0 sandbox log
prints "^20[0-9TZ:.-]+	https	GET	$requests	-	200	[0-9.]+	-\$"
ok 'no secret is in it' sh -c "! grep -qE 'another one|$password' out"
same 'as many lines as were asked for' 2 "$(sandbox log --lines=2 | wc -l)"
same 'the last' 401 "$(sandbox log --lines=1 | cut -f 6)"
exits 0 sandbox log --json --lines=1
prints '^\{"time":"20[^"]*","port":"https","method":"GET","path":"[^"]*","device":"","status":401,"ms":[0-9.]+,"note":""\}$'
exits 0 sandbox log --device=dev9
silent
(exec certcycle sandbox log --dir="$T/sandbox" --follow --lines=1 >followed) &
follower=$!
at_end "kill $follower 2>/dev/null"
until_true [ -s followed ]
asks dev9 password /tenant/currentTenant >status
ok 'what comes is followed' until_true grep -q currentTenant followed
kill -INT "$follower"
code=0
wait "$follower" || code=$?
same 'until somebody ends it' 0 "$code"
same 'a line of old, and what came' 2 "$(wc -l <followed)"
mkfifo pipe
(exec certcycle sandbox log --dir="$T/sandbox" --follow --json >pipe) &
follower=$!
head -n 1 pipe >first
ok 'until no one reads' until_true sh -c '! kill -0 "$0"' "$follower"
exits 64 sandbox log --lines=-1
exits 64 sandbox log --remove
exits 64 sandbox log today

# --- a server that is killed has forgotten no serial that it gave ---
sandbox set enroll.status=200
url=https://localhost:$https
umask 077
csr-gen --key dev1.key --new-key ec-p256 --cn dev1 >dev1.csr
(while sandbox register dev1 >otp && est-post --enroll --url "$url" \
	--ca sandbox/tls-ca.pem --user dev1 --password-file otp dev1.csr \
	>one 2>/dev/null; do cat one >>issued; done) &
until_true sh -c '[ "$(grep -c BEGIN issued)" -gt 20 ]' 2>/dev/null
kill -9 "$(cat sandbox/server.pid)"
wait $!
umask 022
exits 1 sandbox status
exits 0 sandbox stop --keep
for pid in $pids; do
	# a zombie that nobody has taken yet has no command line
	left=$({ tr -d '\0' <"/proc/$pid/cmdline"; } 2>/dev/null)
	same 'its process has ended' '' "$left"
done
exits 1 sandbox status
ok 'its state is kept' [ -s sandbox/sandbox.db ]
ca=$(cat sandbox/ca.pem)
exits 0 sandbox start
same 'it is the same tenant again' "$ca" "$(cat sandbox/ca.pem)"
https=$(sed -n 's/^url = localhost://p' out)
# given_or_known: how many certificates dev1 has, and how many are known
given=$(grep -c BEGIN issued)
known=$(sandbox devices | awk '$1 == "dev1" { print $3 }')
ok "it knows all $given that it gave" [ "$known" -ge "$given" ]
sandbox register dev1 >otp
chmod 600 otp
exits 0 est-post --enroll --url "https://localhost:$https" \
	--ca sandbox/tls-ca.pem --user dev1 --password-file otp dev1.csr
cat out issued | awk '/BEGIN/ { n++ } { print >("crt." n) }'
for one in crt.*; do
	openssl x509 -in "$one" -noout -serial
done >serials
same 'and a new one has a new serial' '' "$(sort serials | uniq -d)"
same 'the highest' "$(head -n 1 serials)" "$(sort serials | tail -n 1)"
"$libexec/sandbox-admin" --dir "$T/sandbox" devices >devices
grep -q '^dev1	' devices
result $? 'the device is still registered'

# a server that died is no sandbox that runs
died=$(cat sandbox/server.pid)
kill -9 "$died"
until_true sh -c '! tr -d "\0" <"/proc/$0/cmdline" | grep -q .' "$died" \
	2>/dev/null
exits 1 sandbox status
exits 0 sandbox stop
exits 1 test -e sandbox

# --- addresses and ports of one's own ---
port=$("$libexec/sandbox-admin" free-port)
exits 64 "$libexec/sandbox-admin" free-port localhost
exits 71 "$libexec/sandbox-admin" free-port 203.0.113.1
exits 64 sandbox start --listen=localhost
exits 71 sandbox start --listen=203.0.113.1
exits 0 sandbox start --listen=127.0.0.2 --https-port="$port"
prints "^url = 127\.0\.0\.2:$port\$"
prints '^mqtt = 127\.0\.0\.2:'
ok 'loopback is no reason to warn' [ ! -s err ]
same 'it listens there' 0200007F "$(hears "$port")"
same 'and is believed there' 200 "$(curl -sS -o body -w '%{http_code}' \
	--cacert sandbox/tls-ca.pem --netrc-file sandbox/netrc \
	"https://127.0.0.2:$port/tenant/currentTenant")"
exits 0 sandbox stop --keep
exits 0 sandbox start
prints "^url = 127\.0\.0\.2:$port\$"
former=$(cat sandbox/server.pem)
exits 0 sandbox stop --keep
exits 0 sandbox start --https-port=0
prints '^url = 127\.0\.0\.2:'
same 'its certificate is the same' "$former" "$(cat sandbox/server.pem)"
exits 0 sandbox stop --keep
if [ -n "$(cat /proc/net/if_inet6)" ]; then
	exits 0 sandbox start --listen=::1
	prints '^url = \[::1\]:'
	port=$(sed -n 's/^url = .*://p' out)
	same 'the certificate is for it' 200 "$(curl -gsS -o body \
		--cacert sandbox/tls-ca.pem -w '%{http_code}' \
		--netrc-file sandbox/netrc \
		"https://[::1]:$port/tenant/currentTenant")"
	exits 0 sandbox stop --keep
fi
exits 0 sandbox start --listen=0.0.0.0
prints '^url = localhost:'
port=$(sed -n 's/^url = localhost://p' out)
says "^certcycle sandbox: 0\.0\.0\.0: others can reach .*$port.* for testing"
ok "this machine's name is in the certificate" sh -c \
	'openssl x509 -in sandbox/server.pem -noout -text | grep -q "DNS:$(uname -n)"'
# a port that is taken
exits 69 certcycle sandbox start --dir="$T/second" --https-port="$port"
says 'the HTTPS server did not start: .*cannot listen'
exits 69 certcycle sandbox start --dir="$T/second" --https-port=0 \
	--mqtt-port="$port"
exits 0 certcycle sandbox stop --dir="$T/second"
exits 0 sandbox stop
exits 1 test -e "$T/sandbox"

# somebody's directory is not taken for one
mkdir full
touch full/precious
exits 65 certcycle sandbox start --dir="$T/full"
exits 0 certcycle sandbox stop --dir="$T/full"
ok 'and what is in it stays' [ -e full/precious ]
exits 71 certcycle sandbox start --dir=/proc/none
done_testing
