#!/bin/sh
# The command certcycle itself: its list, its options, and what every
# sub-command answers.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"

exits 0 certcycle
for command in config doctor enroll history hooks metrics needs-renewal \
	promote recover renew rollback run show status verify; do
	prints "^  $command  +[a-z]"
	ok "$command --help" certcycle "$command" --help
	prints "^usage: certcycle $command"
	exits 64 certcycle "$command" --no-such-option
	says "^certcycle $command: --no-such-option"
	silent
	certcycle >"$T/out"
done
exits 0 certcycle --help
exits 0 certcycle --version
prints '^certcycle '

exits 64 certcycle no-such-command
says '^certcycle: no-such-command: no such command'
exits 64 certcycle ../../bin/conf-get
exits 64 certcycle --frobnicate
# nobody hears it: the code is the same
exits 64 sh -c 'certcycle --frobnicate 2>/dev/full'
exits 64 sh -c 'certcycle promote --frobnicate 2>/dev/full'
exits 65 sh -c "certcycle -o state.path='$T/apart' \
	-o state.run_path='$T/apart' promote 2>/dev/full"
exits 64 certcycle -o
exits 64 certcycle --config-dir
exits 78 certcycle --config-dir="$T/none" show
says '^certcycle: --config-dir: .*/none: no such directory$'
if [ -c /dev/full ]; then
	full() {
		certcycle "$@" >/dev/full
	}
	exits 71 full
	exits 71 full doctor
fi
exits 64 certcycle --profile
says '^certcycle: --profile: its argument is missing$'
exits 64 certcycle --profile= show
says '^certcycle: --profile: empty$'
exits 64 certcycle -o device.id show
says '^certcycle: -o: device.id: not KEY=VALUE$'
exits 64 certcycle -o 'device.id=dev1
issuer=/evil' show
says '^certcycle: -o: device.id: a line end in it$'
exits 64 certcycle enroll --device-id='dev1
issuer=/evil'
says '^certcycle enroll: device.id: a line end in it$'
exits 64 certcycle sandbox
exits 64 certcycle sandbox frobnicate

exits 78 certcycle -o no.such=key show
says 'no.such: no such key'
exits 78 certcycle -o device.id=a/b show
says 'device id: a/b: character 2'

make_pair dev1
exits 0 certcycle -o "device.cert_path=$T/dev1.pem" show
prints '^Subject: +CN=dev1$'
exits 0 certcycle -o "device.cert_path=$T/dev1.pem" show --json
prints '^\{.*"subject": "CN=dev1"'
cp dev1.pem dev1.pem.new
exits 0 certcycle -o "device.cert_path=$T/dev1.pem" show --json --new
prints '"name": ".*/dev1.pem.new"'
rm dev1.pem.new
exits 65 certcycle -o "device.cert_path=$T/none.pem" show
says 'none.pem: No such file'
exits 1 certcycle -o "device.cert_path=$T/dev1.pem" needs-renewal
exits 0 certcycle -o "device.cert_path=$T/dev1.pem" \
	-o certificate.validity.minimum_duration=366d needs-renewal
exits 65 certcycle -o "device.cert_path=$T/none.pem" needs-renewal

# --- due by the spread, too; and what a timer asks: is there something to do? ---
mkdir tick
cat >tick/certcycle.conf <<EOF
[device]
cert_path = $T/dev1.pem
[state]
path = $T/tick/state/%p
[certificate]
validity.minimum_duration = 180d
EOF
tick() {
	certcycle --config-dir="$T/tick" "$@"
}
exits 1 tick -o renewal.spread=0 needs-renewal
exits 1 tick -o renewal.spread= needs-renewal
due=0
cert-check --due 180d --spread 360d dev1.pem || due=$?
exits "$due" tick -o renewal.spread=360d needs-renewal
exits "$due" tick -o renewal.spread=360d needs-renewal --condition
share=$(cert-check --due 180d --spread 360d --json dev1.pem |
	sed -n 's/.*"due_from": "\([^"]*\)".*/\1/p')
plain=$(cert-check --due 180d --json dev1.pem |
	sed -n 's/.*"due_from": "\([^"]*\)".*/\1/p')
ok "the spread counts: $share, not $plain" [ "$share" != "$plain" ]
exits 0 tick -o renewal.spread=360d status
prints "^Due: .*$(printf '%s' "$share" | sed 's/.*T\(.*\)Z/\1/')"
exits 1 tick needs-renewal --condition
same 'silent' '' "$(cat out err)"
: >dev1.pem.new
exits 0 tick needs-renewal --condition
exits 1 tick -o renewal.spread=0 needs-renewal
rm dev1.pem.new
exits 255 tick -o no.such=key needs-renewal --condition
says 'no.such: no such key'
exits 255 tick --profile nosuch needs-renewal --condition
exits 0 tick -o certificate.validity.minimum_duration=366d \
	needs-renewal --condition
exits 0 tick -o certificate.validity.minimum_duration=366d -o \
	renewal.spread=0 needs-renewal

# --- how it is ---
exits 0 tick -o renewal.spread=0 status
prints '^Status: +VALID \(expires in: '
exits 0 tick -o renewal.spread=0 status --nagios
prints '^CERTCYCLE OK - default: VALID'
exits 0 tick -o renewal.spread=0 status --json --all
prints '"version": 1'
exits 1 tick -o "device.cert_path=$T/none.pem" status
prints '^Attention: +no certificate$'
exits 2 tick -o "device.cert_path=$T/none.pem" status --nagios
exits 78 tick --profile nosuch status
exits 64 tick status --json --nagios
exits 0 tick history
silent
exits 0 env CERTCYCLE_CONFIG_DIR="$T/tick" tick-note --result=69 --step=issue
exits 0 tick history
prints '	renew	issue	69	'
exits 0 tick history --all
exits 0 tick metrics
prints '^certcycle_certificate_parse_ok\{profile="default"\} 1$'
exits 0 tick metrics --output="$T/out.prom"
silent
ok 'metrics in a file' grep -q parse_ok out.prom
exits 0 tick -o "metrics.path=$T/key.prom" metrics
silent
ok 'metrics where the configuration says' grep -q parse_ok key.prom
exits 71 tick -o "metrics.path=$T/none/key.prom" metrics
exits 78 tick -o no.such=key metrics

# the configuration directory, by option and by environment
mkdir other
printf '[device]\ncert_path = %s\n' "$T/dev1.pem" >other/certcycle.conf
exits 0 certcycle --config-dir="$T/other" show
exits 0 certcycle --config-dir "$T/other" show
exits 0 env CERTCYCLE_CONFIG_DIR="$T/other" certcycle show
exits 0 env "CERTCYCLE_DEVICE_CERT_PATH=$T/dev1.pem" certcycle show
printf 'device = yes\n' >other/certcycle.conf
exits 78 certcycle --config-dir="$T/other" show
says 'certcycle.conf:1: device: no such key'

# the profile, by option and by environment; each has its own certificate
rm other/certcycle.conf
mkdir other/conf.d
make_pair dev2
printf '[device]\ncert_path = %s\n' "$T/dev2.pem" >other/conf.d/gate.conf
export CERTCYCLE_CONFIG_DIR="$T/other" \
	CERTCYCLE_STATE_RUN_PATH="$T/run" CERTCYCLE_STATE_PATH="$T/state/%p"
exits 0 certcycle --profile=gate show
prints '^Subject: +CN=dev2$'
exits 0 certcycle --profile gate show
prints '^Subject: +CN=dev2$'
exits 0 env CERTCYCLE_PROFILE=gate certcycle show
prints '^Subject: +CN=dev2$'
exits 65 certcycle show
exits 65 env CERTCYCLE_PROFILE=gate certcycle --profile default show
exits 78 certcycle --profile lab show
says "^conf-get: lab: no such profile: $T/other/conf.d/lab.conf is not there\$"
exits 78 env CERTCYCLE_PROFILE=lab certcycle show
for name in ../gate 'a b' -x "$(printf '%033d' 0)"; do
	exits 78 certcycle --profile "$name" sandbox --help
	says 'not a profile.s name: 1 to 32 letters, digits, _ and -, the'
	silent
	exits 78 env "CERTCYCLE_PROFILE=$name" certcycle run
done
ok 'and no lock was made of it' [ ! -e run ]
# two profiles do not wait for each other
exits 65 certcycle --profile gate verify
ok 'its lock' [ -f run/gate.lock ]
ok 'its state' [ -d state/gate ]
same 'and no other' "$(echo run/* state/*)" 'run/gate.lock state/gate'

# -o: the last wins, and an empty one is empty; what a command's own option says
# stands behind it
exits 0 certcycle -o device.id=dev1 -o device.id=dev7 config get device.id
prints '^dev7$'
printf '[device]\nid = dev1\n' >other/certcycle.conf
exits 0 certcycle -o device.id= config get device.id
same 'empty is empty' "$(cat out)" ''
exits 0 env CERTCYCLE_DEVICE_ID=dev8 certcycle -o device.id= config get device.id
same 'over the environment, too' "$(cat out)" ''
exits 78 certcycle -o device.id=dev7 enroll --device-id=
says '^certcycle enroll: device.id: not set'
unset CERTCYCLE_STATE_PATH CERTCYCLE_STATE_RUN_PATH
CERTCYCLE_CONFIG_DIR=$T/etc

# a cron job's environment: nothing but a poor PATH
exits 0 env -i PATH=/bin "$(command -v certcycle)" --config-dir="$T" \
	-o "device.cert_path=$T/dev1.pem" show

done_testing
