#!/bin/sh
# conf-get with several profiles: which layer wins, what is not taken over from
# the main file, which profiles there are, and that no two share a file.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck disable=SC2016 # what is in quotes is for no shell
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
file=$T/etc/certcycle.conf
d=$T/etc/conf.d
mkdir "$d"

# conf FORMAT [ARGUMENT...]: the main file, as printf writes it
conf() {
	# shellcheck disable=SC2059 # it is a format
	printf "$@" >"$file"
}

# profile NAME FORMAT [ARGUMENT...]: the file of the profile
profile() {
	name=$1
	shift
	# shellcheck disable=SC2059 # it is a format
	printf "$@" >"$d/$name.conf"
}

# gets KEY VALUE [OPTION...]: what is in effect for KEY
gets() {
	key=$1 value=$2
	shift 2
	exits 0 conf-get "$@" "$key"
	same "$key is $(describe "$value")" "$(cat out)" "$value"
}

# checks [LINE...]: what --check says, which is nothing where all is well
checks() {
	want=78
	[ $# -gt 0 ] || want=0
	exits "$want" conf-get --check
	silent
	same 'it says' "$(cat err)" \
		"$([ $# = 0 ] || printf 'conf-get: %s\n' "$@")"
}

# profiles NAME...: these there are
profiles() {
	exits 0 conf-get --profiles
	same "the profiles $*" "$(tr '\n' ' ' <out)" "$* "
}

# --- which layer wins ---

# wins VALUE WHERE: from where, for the profile gate, with what is set by then
wins() {
	exits 0 conf-get --profile gate -o issuer=est certificate.organization
	same "$1 wins" "$(cat out)" "$1"
	exits 0 conf-get --profile gate --origin certificate.organization
	same "it is from $(describe "$2")" "$(cat out)" "$2"
}
key=certificate.organization
: >"$file"
profile gate ''
wins '' default
conf '\n[certificate]\norganization = main\n'
wins main "$file:3"
profile gate '[certificate]\n\n\norganization = own\n'
wins own "$d/gate.conf:4"
export CERTCYCLE_CERTIFICATE_ORGANIZATION=environment
wins environment CERTCYCLE_CERTIFICATE_ORGANIZATION
export CERTCYCLE_SETTINGS="$key=settings
"
wins settings 'command line'
gets "$key" option --profile gate -o "$key"=option
gets "$key" settings
export CERTCYCLE_CERTIFICATE_ORGANIZATION=
wins settings 'command line'
unset CERTCYCLE_SETTINGS
wins own "$d/gate.conf:4"
profile gate '[certificate]\norganization =\n'
wins '' "$d/gate.conf:2"
gets "$key" main
gets "$key" main --profile default
gets "$key" '' --profile=gate
exits 0 env CERTCYCLE_PROFILE=gate conf-get --origin "$key"
prints "^$d/gate.conf:2\$"
exits 0 env CERTCYCLE_PROFILE=gate conf-get --profile default "$key"
prints '^main$'
exits 0 env CERTCYCLE_PROFILE= conf-get "$key"
prints '^main$'

# one layer may say half of it: the host here, the port there
conf '[c8y]\nurl = main.example.com\nmqtt = broker.example.com\n'
profile gate '[c8y]\nurl = gate.example.com:1443\n'
gets c8y.http gate.example.com:1443 --profile gate
gets c8y.mtls gate.example.com:8443 --profile gate
gets c8y.mqtt broker.example.com:8883 --profile gate
gets c8y.http main.example.com:443
exits 0 conf-get --profile gate --list --origin
prints "^c8y.http=gate.example.com:1443	default, from c8y.url\$"
prints "^c8y.url=gate.example.com:1443	$d/gate.conf:2\$"
prints "^c8y.mqtt=broker.example.com:8883	$file:3\$"

# --- CERTCYCLE_SETTINGS ---

# settings TEXT [OPTION...]: conf-get under that
settings() (
	export CERTCYCLE_SETTINGS="$1"
	shift
	conf-get "$@"
)
rm "$file"
exits 0 settings 'hooks.timeout=1m' hooks.timeout
prints '^1m$'
exits 0 settings 'hooks.timeout=1m
device.id=dev7

hooks.timeout=2m
certificate.organization=a = b;c
hooks.services=' --list
prints '^hooks.timeout=2m$'
prints '^device.id=dev7$'
prints '^certificate.organization=a = b;c$'
exits 0 settings 'hooks.timeout=
issuer=' --list --origin
prints '^hooks.timeout=	command line$'
prints '^issuer=	command line$'
exits 0 settings '' issuer
prints '^c8y$'
fails 78 '^conf-get: no.such.key: no such key$' settings 'no.such.key=1' --list
fails 78 '^conf-get: device.id: not KEY=VALUE$' settings 'issuer=est
device.id' --list
fails 78 '^conf-get: : no such key$' settings '=x' --list
fails 78 '^conf-get: hooks.timeout: x: not a length' settings \
	'hooks.timeout=x' --profile gate --list
fails 78 '^conf-get: no.such.key: no such key$' settings 'no.such.key=1' --check
fails 78 '^conf-get: no.such.key: no such key$' settings 'no.such.key=1' \
	--profiles

# --- %p, and what is not taken over ---

own='device.cert_path device.csr_path device.key_path
	device.one_time_password_path state.path'
profile gate ''
for key in $own; do
	conf '[%s]\n%s = /main/of\n' "${key%%.*}" "${key#*.}"
	gets "$key" /main/of
	was=$(conf-get --config-dir none "$key" | sed 's/default/gate/')
	gets "$key" "$was" --profile gate
	exits 0 conf-get --origin --profile gate "$key"
	prints '^default$'
	conf '[%s]\n%s = /main/%%p/of/%%p\n' "${key%%.*}" "${key#*.}"
	gets "$key" /main/default/of/default
	gets "$key" /main/gate/of/gate --profile gate
	exits 0 conf-get --origin --profile gate "$key"
	prints "^$file:2\$"
	profile gate '[%s]\n%s = /gate/of\n' "${key%%.*}" "${key#*.}"
	gets "$key" /gate/of --profile gate
	profile gate '[%s]\n%s = /gate/%%p.of\n' "${key%%.*}" "${key#*.}"
	gets "$key" /gate/gate.of --profile gate
	gets "$key" /line/gate -o "$key=/line/%p" --profile gate
	gets "$key" /line/of -o "$key=/line/of" --profile gate
	profile gate ''
done
conf '[device]\nkey_uri = pkcs11:token=main\n'
gets device.key_uri pkcs11:token=main
gets device.key_uri '' --profile gate
conf '[device]\nkey_uri = pkcs11:token=main;object=%%p\n'
gets device.key_uri 'pkcs11:token=main;object=gate' --profile gate
profile gate '[device]\nkey_uri = pkcs11:token=a?pin-value=1234\n'
fails 78 "^conf-get: $d/gate.conf:2: device.key_uri: a PIN in it" \
	conf-get --profile gate --list
# a path that can be shared is taken over; a text has no %p
conf '[state]\nrun_path = /run/of/%%p\n[certificate]\nca_path = /ca\norganization = %%p\n'
profile gate ''
gets state.run_path /run/of/gate --profile gate
gets certificate.ca_path /ca --profile gate
gets certificate.organization %p --profile gate
gets certificate.organization_unit '100%%' --profile gate \
	-o certificate.organization_unit=100%%

# --- names, and files that cannot be used ---

longest=$(printf '%032d' 0)
for name in a 0 A-b_C "$longest" Default conf; do
	profile "$name" '[device]\nid = of-%s\n' "$name"
	gets device.id "of-$name" --profile "$name"
	rm "$d/$name.conf"
done
for name in . .. ../etc/x a/b -a _a 'a b' a.b '%p' "0$longest" \
	"$(printf 'a\nb')" "$(printf 'a\033b')" "$(printf '\303\251')"; do
	fails 78 'not a profile.s name: 1 to 32 letters' \
		conf-get --profile="$name" --list
	fails 78 'not a profile.s name: 1 to 32 letters' \
		env "CERTCYCLE_PROFILE=$name" conf-get --list
	fails 78 'not a profile.s name: 1 to 32 letters' \
		conf-get --profile="$name" --set device.id=x
done
misused conf-get --profile= --list
says '^conf-get: --profile: empty$'
misused conf-get --profile
says '^conf-get: --profile: its argument is missing$'
fails 78 "^conf-get: nobody: no such profile: $d/nobody.conf is not there\$" \
	conf-get --profile nobody --list
fails 78 "^conf-get: nobody: no such profile: none/conf.d/nobody.conf is" \
	conf-get --config-dir none --profile nobody --list
exits 0 conf-get --profile nobody --doc device.id
# the default profile has no file there
profile default '[device]\nid = stray\n'
gets device.id '' --profile default
checks "$d/default.conf: not what a profile can be called"
rm "$d/default.conf"

profile gate '[device]\nid = dev1\nidd = dev1\n'
fails 78 "^conf-get: $d/gate.conf:3: device.idd: no such key\$" \
	conf-get --profile gate --list
profile gate '[hooks]\ntimeout = x\n'
fails 78 "^conf-get: $d/gate.conf:2: hooks.timeout: x: not a length" \
	conf-get --profile gate --list
exits 0 conf-get --list
conf 'garbage\n'
fails 78 "^conf-get: $file:1: neither" conf-get --profile gate --list
rm "$file"
ln -sf nowhere "$d/gate.conf"
fails 78 "^conf-get: $d/gate.conf: a symbolic link that leads nowhere\$" \
	conf-get --profile gate --list
checks "$d/gate.conf: a symbolic link that leads nowhere"
rm "$d/gate.conf"
mkdir "$d/gate.conf"
fails 78 "^conf-get: $d/gate.conf: not a regular file\$" \
	conf-get --profile gate --list
rmdir "$d/gate.conf"
if [ "$(id -u)" != 0 ]; then
	profile gate ''
	chmod 0 "$d/gate.conf"
	fails 71 'gate.conf: Permission denied$' conf-get --profile gate --list
	chmod 0 "$d"
	fails 71 'conf.d: Permission denied$' conf-get --profiles
	fails 71 'conf.d: Permission denied$' conf-get --check
	chmod 755 "$d"
	rm -f "$d/gate.conf"
else
	skip 'what is closed' 'root may read it'
fi

# --- which profiles there are ---

conf '[device]\ncert_path = %s/certs/%%p.pem\nkey_path = %s/certs/%%p.key\n[state]\npath = %s/state/%%p\n' "$T" "$T" "$T"
profiles default
mkdir -p certs state
for name in b a B 10 9; do
	profile "$name" ''
done
profiles 10 9 B a b
touch "$d/README" "$d/a.conf~" "$d/a.conf.rpmsave" "$d/.c.conf" "$d/c.confx" \
	"$d/.conf" "$d/conf"
profiles 10 9 B a b
touch certs/default.pem
profiles 10 9 B a b default
rm certs/default.pem
mkdir state/default
profiles 10 9 B a b
touch state/default/state
profiles 10 9 B a b default
rm -r state/default
ln -s nowhere certs/default.pem
profiles 10 9 B a b default
rm certs/default.pem
exits 0 env CERTCYCLE_PROFILE=a conf-get --profiles
same 'whichever is asked about' "$(grep -c . out)" 5
touch certs/state
exits 0 conf-get -o state.path="$T/certs" --profiles
rm certs/state
prints '^default$'
checks
# one that cannot be used is one still
profile b 'garbage\n'
profiles 10 9 B a b
checks "$d/b.conf:1: neither [section] nor key = value"
profile 9 '[hooks]\ntimeout = x\n'
checks "$d/9.conf:2: hooks.timeout: x: not a length of time, which is written like 30d or 1h 30m" \
	"$d/b.conf:1: neither [section] nor key = value"
rm "$d/9.conf" "$d/b.conf"
# somebody waits for a profile of that name
touch "$d/my gate.conf"
fails 78 "^conf-get: $d/my gate.conf: not what a profile can be called\$" \
	conf-get --profiles
checks "$d/my gate.conf: not what a profile can be called"
rm "$d/my gate.conf"
touch "$d/$(printf 'a\nb').conf"
checks "$d/a\\x0ab.conf: not what a profile can be called"
rm "$d/$(printf 'a\nb').conf"
# the directory itself
mv "$d" elsewhere
profiles default
checks
ln -s nowhere "$d"
fails 78 "^conf-get: $d: a symbolic link that leads nowhere\$" \
	conf-get --profiles
ln -sfn "$file" "$d"
fails 78 "^conf-get: $d: Not a directory\$" conf-get --check
ln -sfn "$T/elsewhere" "$d"
profiles 10 B a
exits 0 conf-get --config-dir none --profiles
same 'without anything: the default one' "$(cat out)" default
exits 71 to_full conf-get --profiles
for two in '--profiles --list' '--check --json' '--check --set issuer=est' \
	'--profiles --doc' '--check --profile a' '--profiles issuer' \
	'--profiles --check'; do
	# shellcheck disable=SC2086 # they are two
	misused conf-get $two
done

# --- two that share a file ---

rm "$d" elsewhere/*
mv elsewhere "$d"
profile a ''
profile b ''
checks
# share KEY-OF-A VALUE KEY-OF-B VALUE [PATH]: they are told, each of both; PATH
# is how the first value is shown where that differs
share() {
	profile a '[%s]\n%s = %s\n' "${1%%.*}" "${1#*.}" "$2"
	profile b '[%s]\n%s = %s\n' "${3%%.*}" "${3#*.}" "$4"
	shown=${5:-$2}
	checks "a: $1: $shown: shared with $3 of the profile b, $4" \
		"b: $3: $4: shared with $1 of the profile a, $shown"
}
for key in $own; do
	share "$key" /of/both "$key" /of/both
done
share device.key_uri pkcs11:token=a device.key_uri pkcs11:token=a
share device.cert_path /of/both device.key_path /of/both
share device.csr_path /of/both state.path /of/both
share device.key_path //of/.///both/. device.key_path /of/both /of/both
share device.cert_path "$T/certs/b.key" device.key_path "$T/certs/b.key"
share device.cert_path /x.pem device.cert_path /x.pem.new
share device.cert_path /x.pem.old device.key_path /x.pem
share device.key_path /x.new device.csr_path /x
profile a '[device]\ncert_path = /x\n'
for path in /y /x/y /x.pem /x.new.new /x.newer /.new /X; do
	profile b '[device]\nkey_path = %s\n' "$path"
	checks
done
# one that is empty is no file, and what is no profile's own may be shared
profile a '[device]\none_time_password_path =\n[certificate]\nca_path = /of/both\n'
profile b '[device]\none_time_password_path =\n[certificate]\nca_path = /of/both\n'
checks
# a profile may have certificate and key in one file
profile a '[device]\ncert_path = /of/a\nkey_path = /of/a\n'
checks
# with the default one, which takes part
touch certs/default.pem
profile a '[device]\ncert_path = %s/certs/default.pem\n' "$T"
checks "a: device.cert_path: $T/certs/default.pem: shared with device.cert_path of the profile default, $T/certs/default.pem" \
	"default: device.cert_path: $T/certs/default.pem: shared with device.cert_path of the profile a, $T/certs/default.pem"
rm certs/default.pem
checks
# three; and one of them is broken, too
for name in a b c; do
	profile "$name" '[device]\ncert_path = /of/all\n'
done
checks 'a: device.cert_path: /of/all: shared with device.cert_path of the profile b, /of/all' \
	'b: device.cert_path: /of/all: shared with device.cert_path of the profile a, /of/all' \
	'c: device.cert_path: /of/all: shared with device.cert_path of the profile a, /of/all'
profile a 'garbage\n'
checks "$d/a.conf:1: neither [section] nor key = value" \
	'b: device.cert_path: /of/all: shared with device.cert_path of the profile c, /of/all' \
	'c: device.cert_path: /of/all: shared with device.cert_path of the profile b, /of/all'
rm "$d/a.conf" "$d/b.conf" "$d/c.conf"

# --- to change the file of a profile ---

cp "$file" before
rm -r "$d"
(umask 077 && conf-get --profile gate --set device.id=dev7 \
	--set state.path=/data/%p) >out 2>err
same 'without a word' "$(cat out err)" ''
same 'the file is made' "$(cat "$d/gate.conf")" '[device]
id = dev7

[state]
path = /data/%p'
same 'for all to read' "$(stat -c %a "$d" "$d/gate.conf" | tr '\n' ' ')" \
	'755 644 '
ok 'and the main one is as it was' cmp "$file" before
gets state.path /data/gate --profile gate
exits 0 env CERTCYCLE_PROFILE=gate conf-get --unset state.path --set issuer=est
same 'changed' "$(cat "$d/gate.conf")" "issuer = est

[device]
id = dev7

[state]
#path = $(conf-get --doc state.path | cut -f 3)"
exits 0 conf-get --profile default --set device.id=dev8
gets device.id dev8
gets device.id dev7 --profile gate
fails 78 '^conf-get: nobody: no such profile' \
	conf-get --profile nobody --unset device.id
fails 78 '^conf-get: device.id: device id: a/b' \
	conf-get --profile nobody --set device.id=a/b
ok 'nothing is made of a mistake' [ ! -e "$d/nobody.conf" ]
rm -r "$d"
fails 78 '^conf-get: no.such.key: no such key' \
	conf-get --profile nobody --set no.such.key=1
ok 'not even the directory' [ ! -e "$d" ]
fails 71 '^conf-get: none: No such file or directory$' \
	conf-get --config-dir none --profile gate --set device.id=dev7
ln -s nowhere "$d"
fails 78 "^conf-get: $d: a symbolic link that leads nowhere\$" \
	conf-get --profile gate --set device.id=dev7
rm "$d"
# many at the same time, where there is nothing yet: none is lost
at_once() {
	pids=
	for key in $own; do
		conf-get --profile gate --set "$key=/$key" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || return
	done
}
exits 0 at_once
exits 0 conf-get --profile gate --list
for key in $own; do
	prints "^$key=/$key\$"
done

# --- many ---

rm "$d"/*
i=0
while [ $i -lt 200 ]; do
	i=$((i + 1))
	printf '[device]\nid = dev%s\n' $i >"$d/p$i.conf"
done
checks
profile p200 '[state]\npath = %s/state/p7\n' "$T"
checks "p200: state.path: $T/state/p7: shared with state.path of the profile p7, $T/state/p7" \
	"p7: state.path: $T/state/p7: shared with state.path of the profile p200, $T/state/p7"
done_testing
