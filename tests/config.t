#!/bin/sh
# certcycle config: what conf-get says and does, for the profile that is
# selected, in words that those of tedge know.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
file=$T/etc/certcycle.conf
lab=$T/etc/conf.d/lab.conf

# gives VALUE COMMAND...: it prints that, and says nothing
gives() {
	value=$1
	shift
	exits 0 "$@"
	same "it prints $(describe "$value")" "$(cat out err)" "$value"
}

# usage REASON WORD...: no such command line
usage() {
	reason=$1
	shift
	exits 64 certcycle config "$@"
	says "$reason"
	same 'with the usage' "$(sed -n '1s/ .*//p' err)" usage:
	silent
}

# --- get and set ---

gives c8y certcycle config get issuer
gives '' certcycle config set device.id dev1
gives dev1 certcycle config get device.id
gives '' certcycle config set device.id=dev2 hooks.services='a  b'
gives dev2 certcycle config get device.id
gives 'a  b' certcycle config get hooks.services
gives '' certcycle config set certificate.organization 'a=b c'
gives 'a=b c' certcycle config get certificate.organization
gives '' certcycle config set certificate.organization=
gives '' certcycle config get certificate.organization
gives '' certcycle config set certificate.organization ''
same 'it is in the file' "$(sed 's/ *$//' "$file")" '[device]
id = dev2

[hooks]
services = a  b

[certificate]
organization ='
gives '' certcycle config unset certificate.organization hooks.services
gives '' certcycle config get hooks.services
gives '' certcycle config unset certificate.organization
gives dev7 certcycle -o device.id=dev7 config get device.id
gives dev7 env CERTCYCLE_DEVICE_ID=dev7 certcycle config get device.id
gives '' certcycle config set device.key_path '/data/%p.key'
gives /data/default.key certcycle config get device.key_path
fails 78 '^conf-get: device.idd: no such key$' certcycle config get device.idd
fails 78 '^conf-get: device.idd: no such key$' \
	certcycle config set device.id=dev3 device.idd=dev3
fails 78 '^conf-get: device.idd: no such key$' \
	certcycle config unset device.id device.idd
fails 78 '^conf-get: hooks.timeout: x: not a length' \
	certcycle config set hooks.timeout x
gives dev2 certcycle config get device.id
fails 78 '^certcycle: --config-dir: none: no such directory$' \
	certcycle --config-dir=none config set device.id dev3
fails 71 '^conf-get: none: No such file or directory$' \
	env CERTCYCLE_CONFIG_DIR=none certcycle config set device.id dev3

# --- the profile ---

gives '' certcycle --profile lab config set device.id lab1
same 'its own file' "$(cat "$lab")" '[device]
id = lab1'
same 'for all to read' "$(stat -c %a "$lab" "$T/etc/conf.d" | tr '\n' ' ')" \
	'644 755 '
gives lab1 certcycle --profile lab config get device.id
gives lab1 env CERTCYCLE_PROFILE=lab certcycle config get device.id
gives dev2 certcycle config get device.id
gives /data/lab.key certcycle --profile lab config get device.key_path
gives "device.id=lab1	$lab:2" \
	certcycle --profile lab config list --origin device.id
fails 78 '^conf-get: nobody: no such profile' \
	certcycle --profile nobody config get device.id
gives lab certcycle config profiles
mkdir state
: >state/state
gives 'default
lab' certcycle -o "state.path=$T/state" config profiles
gives '' certcycle config check
certcycle --profile lab config set device.key_path=/data/default.key
fails 78 '^conf-get: lab: device.key_path: /data/default.key: shared with' \
	certcycle -o "device.cert_path=$T/state" config check

# --- list ---

certcycle config list >out
conf-get --list >listed
alike 'all keys' "$(cat out)" "$(cat listed)"
gives 'device.key_path=/data/default.key
device.key_uri=' certcycle config list 'device.key_??[it]'
gives 'device.key_path=/data/default.key' certcycle config list 'd*.key_path'
gives "device.key_path=/data/default.key	$file:3" \
	certcycle config list --origin 'd*.key_path'
gives "$(conf-get --doc device.id)" certcycle config list --doc device.id
gives "$(conf-get --list --doc)" certcycle config list --doc
gives "$(conf-get --list --origin)" certcycle config list --origin
exits 0 certcycle config list retry
same 'what has it in its name' "$(wc -l <out)" 3
# a name is meant, not what is behind it
fails 78 '^certcycle config: list: dev2: no key has that in it$' \
	certcycle config list dev2
fails 78 'no key has that in it$' certcycle config list --doc 'Time limit'
fails 78 'no key has that in it$' certcycle config list ''"'"
fails 78 '^conf-get: no.such.key: no such key$' \
	certcycle -o no.such.key=1 config list device
exits 71 to_full certcycle config list

# --- the command line ---

usage 'get, set, unset, list, profiles or check.$'
usage '^certcycle config: frobnicate: not understood$' frobnicate
usage '^certcycle config: get: which KEY.$' get
usage '^certcycle config: get: which KEY.$' get --list
usage '^certcycle config: get: issuer: one KEY at a time$' get device.id issuer
usage '^certcycle config: set: needs KEY VALUE, or KEY=VALUE...$' set
usage 'set: needs KEY VALUE, or KEY=VALUE...$' set device.id
usage 'set: needs KEY VALUE, or KEY=VALUE...$' set device.id dev1 dev2
usage '^conf-get: dev2: not KEY=VALUE$' set device.id=dev1 dev2
usage '^certcycle config: unset: which KEY.$' unset
usage '^conf-get: device.id=x: --unset takes a KEY alone$' unset device.id=x
usage '^certcycle config: list: --all: not understood$' list --all
usage 'list: --origin: not understood$' list --doc --origin
usage '^certcycle config: list: id: one pattern at a time$' list device id
usage '^certcycle config: check: lab: not understood$' check lab
usage '^certcycle config: profiles: lab: not understood$' profiles lab
gives dev2 certcycle config get device.id
done_testing
