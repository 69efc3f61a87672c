#!/bin/sh
# The command certcycle itself: its list, its options, and what every
# sub-command answers.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"

exits 0 certcycle
for command in doctor enroll hooks needs-renewal promote renew run show verify; do
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
exits 64 certcycle -o
exits 64 certcycle --config-dir
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

# a cron job's environment: nothing but a poor PATH
exits 0 env -i PATH=/bin "$(command -v certcycle)" --config-dir="$T" \
	-o "device.cert_path=$T/dev1.pem" show

done_testing
