#!/bin/sh
# conf-get --set and --unset: where a value goes, what stays as it is, what an
# INI file cannot hold, and that a file is changed whole or not at all.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck disable=SC2016 # what is in quotes is for no shell, or for another
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
file=$T/etc/certcycle.conf

# conf FORMAT [ARGUMENT...]: the configuration file, as printf writes it
conf() {
	# shellcheck disable=SC2059 # it is a format
	printf "$@" >"$file"
}

# becomes FORMAT [ARGUMENT...]: that is what the file is now
becomes() {
	# shellcheck disable=SC2059 # it is a format
	printf "$@" >expected
	cmp -s expected "$file"
	result $? 'the file is as it should be'
	cmp -s expected "$file" || diff expected "$file" | sed 's/^/# /'
}

# edit OPTION...: it is done, without a word
edit() {
	exits 0 conf-get "$@"
	same 'without a word' "$(cat out err)" ''
}

# kept KEY VALUE: it is set, and reads the same
kept() {
	edit --set "$1=$2"
	conf-get "$1" >value
	printf '%s\n' "$2" | cmp -s - value
	result $? "$1 reads as it was set"
}

# refused CODE WHY OPTION...: nothing is changed, and nothing is left over
refused() {
	cp "$file" before
	ls etc >names
	code=$1 why=$2
	shift 2
	fails "$code" "$why" conf-get "$@"
	ok 'the file is untouched' cmp before "$file"
	same 'and alone' "$(ls etc)" "$(cat names)"
}

# --- the line of the key ---

conf '# top\n\n[device]\n# who\nid = dev1\n\n[hooks]\ntimeout=60s\n'
edit --set device.id=dev2
becomes '# top\n\n[device]\n# who\nid = dev2\n\n[hooks]\ntimeout=60s\n'
edit --set hooks.timeout='1h 30m'
becomes '# top\n\n[device]\n# who\nid = dev2\n\n[hooks]\ntimeout=1h 30m\n'
conf '[certificate.validity]\nminimum_duration : 30d\n[certificate]\nvalidity.requested_duration\t=\t1y\n'
edit --set certificate.validity.minimum_duration=33% \
	--set certificate.validity.requested_duration=2y
becomes '[certificate.validity]\nminimum_duration : 33%%\n[certificate]\nvalidity.requested_duration\t=\t2y\n'
conf '[device]\n  id   =   dev1   ; the gateway\n'
edit --set device.id=dev2
becomes '[device]\n  id   =   dev2   ; the gateway\n'
edit --set device.id=
becomes '[device]\n  id   =   ; the gateway\n'
conf '[device]\nid =\n[c8y]\nurl=\n[certificate]\norganization = ; none\n'
edit --set device.id=dev1 --set c8y.url=t --set certificate.organization='A B'
becomes '[device]\nid = dev1\n[c8y]\nurl=t\n[certificate]\norganization = A B ; none\n'
conf '[certificate]\norganization = a;b ;c; d ; e\n'
edit --set certificate.organization='x;y'
becomes '[certificate]\norganization = x;y ;c; d ; e\n'
conf '[device]\nid = dev1'
edit --set device.id=dev2
becomes '[device]\nid = dev2\n'
conf '[device]\r\n# who\r\nid = dev1\r\n'
edit --set device.id=dev2 --set hooks.services=a
becomes '[device]\r\n# who\r\nid = dev2\r\n\r\n[hooks]\r\nservices = a\r\n'
conf '\357\273\277issuer = c8y\n[device]\nid = dev1\n'
edit --set issuer=est --set device.id=dev2
becomes '\357\273\277issuer = est\n[device]\nid = dev2\n'

# --- a line that was commented out ---

conf '[issuer]\n# #timeout = no\n# timeout = prose\n#timeout = 5m\n[hooks]\n\n# how long\n;timeout=60s ; see there\n#timeout = 1s\n'
edit --set hooks.timeout=2m
becomes '[issuer]\n# #timeout = no\n# timeout = prose\n#timeout = 5m\n[hooks]\n\n# how long\ntimeout=2m ; see there\n#timeout = 1s\n'
edit --set issuer.timeout=7m
becomes '[issuer]\n# #timeout = no\n# timeout = prose\ntimeout = 7m\n[hooks]\n\n# how long\ntimeout=2m ; see there\n#timeout = 1s\n'
# one that would break what it stands in is no place
conf '[hooks]\nservices = a\n#timeout = 60s\n  b\n'
edit --set hooks.timeout=2m
becomes '[hooks]\nservices = a\n#timeout = 60s\n  b\ntimeout = 2m\n'

# the shipped file: each key finds its place, and --unset brings it back
cp "$build_dir/conf/certcycle.conf" "$file"
exits 0 conf-get --list --doc
cp out docs
words='https|rsa-4096|always|enroll|yes'
while IFS='	' read -r key kind fallback about; do
	case $kind in
	text) value='one two' ;;
	id | issuer) value=other ;;
	path) value=/elsewhere/file ;;
	token) value=pkcs11:token=elsewhere ;;
	port) value=7 ;;
	span | window) value=7h ;;
	host) value=host.example.com:7 ;;
	url) value=https://host.example.com ;;
	word) value=$(printf '%s' "$about" | grep -oE "$words" | head -n 1) ;;
	esac
	: "$fallback"
	printf '%s=%s\n' "$key" "$value"
done <docs >settings
set --
while read -r setting; do
	set -- "$@" --set "$setting"
done <settings
edit "$@"
exits 0 conf-get --list
alike 'all are set' "$(cat out)" "$(cat settings)"
same 'no line is added' "$(grep -c '' "$file")" \
	"$(grep -c '' "$build_dir/conf/certcycle.conf")"
same 'and no comment is touched' "$(grep -E '^(# |$|\[)' "$file")" \
	"$(grep -E '^(# |$|\[)' "$build_dir/conf/certcycle.conf")"
exits 0 conf-get --list --origin
same 'each comes from the file' "$(grep -vc "	$file:[0-9]*\$" out)" 0
set --
while IFS='=' read -r key value; do
	set -- "$@" --unset "$key"
done <settings
edit "$@"
ok 'unset, it is as it was shipped' cmp "$build_dir/conf/certcycle.conf" "$file"

# --- a line of its own ---

rm "$file"
edit --set device.id=dev1
becomes '[device]\nid = dev1\n'
same 'a new file is for all to read' "$(stat -c %a "$file")" 644
edit --set device.key_path=/key --set issuer=est
becomes 'issuer = est\n\n[device]\nid = dev1\nkey_path = /key\n'
edit --set hooks.services='a b' --set hooks.timeout=1m
becomes 'issuer = est\n\n[device]\nid = dev1\nkey_path = /key\n\n[hooks]\nservices = a b\ntimeout = 1m\n'
edit --set certificate.validity.minimum_duration=7d
becomes 'issuer = est\n\n[device]\nid = dev1\nkey_path = /key\n\n[hooks]\nservices = a b\ntimeout = 1m\n\n[certificate]\nvalidity.minimum_duration = 7d\n'
conf '[certificate.validity]\nminimum_duration = 7d\n\n[device]\n'
edit --set certificate.validity.requested_duration=1y --set device.id=dev1
becomes '[certificate.validity]\nminimum_duration = 7d\nrequested_duration = 1y\n\n[device]\nid = dev1\n'
conf '[hooks]\nservices = a\n  b\n# about c\n  c\n\n# the next\n[device]\nid = dev1'
edit --set hooks.timeout=1m --set device.csr_path=/csr
becomes '[hooks]\nservices = a\n  b\n# about c\n  c\ntimeout = 1m\n\n# the next\n[device]\nid = dev1\ncsr_path = /csr\n'
conf '# what this is\n\n# the device\n[device]\nid = dev1\n'
edit --set issuer=est
becomes '# what this is\n\nissuer = est\n\n# the device\n[device]\nid = dev1\n'
conf '[device]\nid = dev1\n'
edit --set issuer=est
becomes 'issuer = est\n\n[device]\nid = dev1\n'
conf '\357\273\277[device]\nid = dev1\n'
edit --set issuer=est
becomes '\357\273\277issuer = est\n\n[device]\nid = dev1\n'
conf '# nothing yet'
edit --set issuer=est
becomes '# nothing yet\nissuer = est\n'
for empty in '' '\n'; do
	conf "$empty"
	edit --set c8y.url=t
	becomes "$empty"'[c8y]\nurl = t\n'
done
# the same section twice: where the key is, or else the last
conf '[device]\nid = dev1\n[hooks]\n[device]\n'
edit --set device.key_path=/key
becomes '[device]\nid = dev1\n[hooks]\n[device]\nkey_path = /key\n'

# --- what is so already ---

conf '[device]\nid = dev1   ; a comment\n'
ls -i "$file" >inode
edit --set device.id=dev1
edit --unset hooks.timeout
edit --set device.id=dev2 --set device.id=dev1
same 'it is not even replaced' "$(ls -i "$file")" "$(cat inode)"
rm "$file"
edit --unset device.id
ok 'no file is made for nothing' [ ! -e "$file" ]

# --- unset ---

conf '[device]\nid = dev1 ; the gateway\n  key_path\n'
edit --unset device.id
becomes '[device]\n#id = ; the gateway\n'
conf '[hooks]\nservices = a\n# about b\n  b\n\n  c\ntimeout=1s\n'
edit --unset hooks.services --unset hooks.timeout
becomes '[hooks]\n#services =\n# about b\n\n#timeout=60s\n'
edit --set hooks.timeout=3s --unset hooks.timeout --set hooks.services=x
becomes '[hooks]\nservices = x\n# about b\n\n#timeout=60s\n'
exits 0 conf-get hooks.timeout
prints '^60s$'

# --- long values ---

words() {
	seq -f "service-number-%g$1" -s ' ' "$2"
}
conf '[hooks]\n# services\nservices = a\n  b\n# timeout\ntimeout = 1m\n'
kept hooks.services "$(words '' 100)"
same 'no line is too long' "$(awk 'length > 198' "$file")" ''
same 'the comments are there' "$(grep '^#' "$file")" '# services
# timeout'
edit --set hooks.services=c
becomes '[hooks]\n# services\nservices = c\n# timeout\ntimeout = 1m\n'
# what fills the line to the last byte, and one more
for long in 186 187 188 190 197; do
	kept hooks.services "$(printf "%0${long}d" 0)"
	kept hooks.services "$(printf "%0${long}d" 0) a"
	kept hooks.services "$(printf "a %0${long}d b" 0)"
	conf '[hooks]\r\ntimeout = 1m\r\n'
	[ "$long" = 197 ] || kept hooks.services "$(printf "%0${long}d" 0) a"
	conf '[hooks]\n'
done
conf '[device]\ncert_path = /a ; the first of all\n'
kept device.cert_path "/$(printf '%0185d' 0)"
becomes '[device]\n; the first of all\ncert_path = /%0185d\n' 0
kept device.cert_path /b
conf '[hooks]\n'
kept hooks.services "$(words '  x' 60)"
kept hooks.services "$(words ';' 60)"
kept hooks.services "$(words ' #' 60)"
kept hooks.services "$(words ' [x]' 60)"
kept hooks.services "$(words ' a=b :' 60)"
conf '[hooks]\n'
refused 78 'hooks.services: .*: over 197 bytes without a blank' \
	--set hooks.services="$(printf '%0198d' 0)"
refused 78 'over 197 bytes without a blank' \
	--set hooks.services="$(printf 'a %0198d b' 0)"
refused 78 'over 197 bytes without a blank' \
	--set hooks.services="$(words '' 60 | sed 's/ /  /g')"
conf '[hooks]\r\n'
refused 78 'no way to write this so that it reads the same$' \
	--set hooks.services="$(printf '%0197d' 0)"

# --- odd values ---

conf '[certificate]\n'
for value in "it's" '"quoted"' 'a;b' '=x' ': x' '#x' 'a # b' '[x]' 'a=b:c' \
	"\\" 'a  b' '%s%n' "Zo$(printf '\303\253')" 'a[device]' '$HOME' '-o'; do
	kept certificate.organization "$value"
done
for value in ' a' 'a ' ' '; do
	refused 78 'certificate.organization: .*: begins or ends with a blank' \
		--set "certificate.organization=$value"
done
for value in ';' ';a' 'a ;b' 'a ; b'; do
	refused 78 "certificate.organization: .*: what begins with ';' would be" \
		--set "certificate.organization=$value"
done
for value in "$(printf 'a\tb')" "$(printf 'a\nid = b')" \
	"$(printf 'a\r')" "$(printf 'a\377')" "$(printf 'a\033[2J')"; do
	refused 78 'certificate.organization: .*: not UTF-8, or with a control' \
		--set "certificate.organization=$value"
done

# --- what is refused ---

conf '[device]\nid = dev1\n'
refused 78 '^conf-get: device.name: no such key$' --set device.name=x
refused 78 '^conf-get: device.name: no such key$' --unset device.name
refused 78 '^conf-get: : no such key$' --set =x
refused 78 '^conf-get: device.id: device id: a/b: character 2' --set device.id=a/b
refused 78 '^conf-get: hooks.timeout: x: not a length' --set hooks.timeout=x
refused 78 '^conf-get: hooks.timeout: x: not a length' --set device.id=dev2 \
	--set hooks.timeout=x
conf '[device]\nid = dev1\nid = dev2\n'
refused 78 "^conf-get: $file:3: device.id: set twice\$" --set device.id=dev3
conf '[device]\nname = dev1\n'
refused 78 "^conf-get: $file:2: device.name: no such key\$" --set device.id=dev3
conf '[device]\nid = dev1\0\n'
refused 78 "^conf-get: $file: a NUL byte in it\$" --set device.id=dev3
conf '[hooks]\ntimeout = x\n[issuer]\ntimeout = y\n'
refused 78 "^conf-get: $file:4: issuer.timeout: y: not" --set hooks.timeout=1s
edit --set hooks.timeout=1s --unset issuer.timeout
becomes '[hooks]\ntimeout = 1s\n[issuer]\n#timeout = 5m\n'

# --- the file itself ---

conf '[device]\nid = dev1\n'
chmod 640 "$file"
[ "$(id -u)" != 0 ] || chown 54321:54322 "$file"
stat -c '%a %u %g' "$file" >before
edit --set device.id=dev2
same 'owner, group and mode stay' "$(stat -c '%a %u %g' "$file")" "$(cat before)"
mkdir real
mv "$file" real/settings
ln -s ../real/settings "$file"
edit --set device.id=dev3
ok 'a link stays one' [ -L "$file" ]
same 'and its target is changed' "$(sed -n 2p real/settings)" 'id = dev3'
same 'with its owner and mode' "$(stat -c '%a %u %g' real/settings)" "$(cat before)"
ln -sf nowhere "$file"
fails 78 'etc/certcycle.conf: a symbolic link that leads nowhere$' \
	conf-get --set device.id=dev4
ok 'nothing is made there' [ ! -e etc/nowhere ]
ln -sf /dev/null "$file"
fails 78 'null: not a regular file$' conf-get --set device.id=dev4
ok 'the device is one still' [ -c /dev/null ]
rm "$file"
fails 71 '^conf-get: missing: No such file or directory$' \
	conf-get --config-dir missing --set device.id=dev4
ok 'no directory is made' [ ! -e missing ]
fails 71 'Not a directory$' conf-get --config-dir real/settings --set issuer=est

# where nothing can be written
if [ "$(id -u)" = 0 ]; then
	skip 'a directory that is closed' 'root may write there'
else
	conf '[device]\nid = dev1\n'
	chmod 555 etc
	refused 71 'Permission denied$' --set device.id=dev4
	chmod 755 etc
fi
in_mount() {
	unshare -rm sh -eu -c 'mount -t tmpfs -o size=64k none etc
		cp settings etc/certcycle.conf
		"$@"' sh "$@"
}
printf '[device]\nid = dev1\n' >settings
if in_mount true 2>/dev/null; then
	on_full() {
		in_mount sh -c 'cat /dev/zero >etc/filler 2>/dev/null
			code=0
			conf-get --set device.id=dev9 || code=$?
			cmp -s settings etc/certcycle.conf || code=99
			[ "$(ls etc | wc -l)" = 2 ] || code=98
			exit $code'
	}
	exits 71 on_full
	says 'No space left on device$'
	on_read_only() {
		in_mount sh -c 'mount -o remount,bind,ro etc
			conf-get --set device.id=dev9'
	}
	exits 71 on_read_only
	says 'Read-only file system$'
	in_place() {
		in_mount sh -c 'mount -o remount,bind,ro etc
			conf-get --set device.id=dev1'
	}
	exits 0 in_place
else
	skip 'a full disk, and one to read only' 'no mount here'
fi

# many at the same time: none is lost
conf ''
at_once() {
	pids=
	while IFS='=' read -r key value; do
		conf-get --set "$key=$value" &
		pids="$pids $!"
	done <settings
	for pid in $pids; do
		wait "$pid" || return
	done
}
conf-get --list --doc | awk -F '\t' '$2 == "path" { print $1 "=/" $1 }' >settings
exits 0 at_once
conf-get --list | grep -Ff settings >found
alike 'changes at the same time are all there' "$(cat found)" "$(cat settings)"

# --- the command line ---

for two in --list --shell --json --doc --origin '-o device.id=x' device.id; do
	# shellcheck disable=SC2086 # some are two
	misused conf-get --set issuer=est $two
done
misused conf-get --set device.id
says '^conf-get: device.id: not KEY=VALUE$'
misused conf-get --unset device.id=x
says '^conf-get: device.id=x: --unset takes a KEY alone$'
exits 0 conf-get -v --unset device.id
says 'certcycle.conf: nothing to change$'
done_testing
