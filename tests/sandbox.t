#!/bin/sh
# The sandbox: starts on free ports, says how to reach it, keeps its state over
# a restart when asked, and leaves nothing behind.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2094,SC2013 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
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
for file in sandbox/*.key sandbox/operator sandbox/sandbox.db; do
	same "$file is for its owner alone" -rw------- \
		"$(stat -c %A "$file")"
done
# loopback only
https=$(sed -n 's/^url = localhost://p' started)
mqtt=$(sed -n 's/^mqtt = localhost://p' started)
for port in $https $mqtt; do
	hex=$(printf '%04X' "$port")
	addresses=$(awk -v port=":$hex" 'substr($2, 9) == port && $4 == "0A" {
		print substr($2, 1, 8) }' /proc/net/tcp)
	same "port $port is open on 127.0.0.1 alone" 0100007F "$addresses"
done

exits 0 sandbox register dev1
prints '^[A-Za-z0-9]{32}$'
exits 65 sandbox register 'a b'
exits 65 sandbox register dev2 no-such-file
exits 64 sandbox register
exits 64 sandbox fault
exits 64 sandbox fault no-such-kind
exits 64 sandbox start extra operands too many

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

# somebody's directory is not taken for one
mkdir full
touch full/precious
exits 65 certcycle sandbox start --dir="$T/full"
exits 0 certcycle sandbox stop --dir="$T/full"
ok 'and what is in it stays' [ -e full/precious ]
exits 71 certcycle sandbox start --dir=/proc/none
done_testing
