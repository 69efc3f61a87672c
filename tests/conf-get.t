#!/bin/sh
# conf-get: the default, the file, the environment, the command line, and which
# wins; what a shell, jq and a reader get of it; and each way in which a file can
# be wrong. What --set and --unset do is in conf-edit.t.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck disable=SC2016 # what is in quotes is for no shell
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
file=$T/etc/certcycle.conf

# conf FORMAT [ARGUMENT...]: the configuration file, as printf writes it
conf() {
	# shellcheck disable=SC2059 # it is a format
	printf "$@" >"$file"
}

# gets KEY VALUE [OPTION...]: what is in effect for KEY
gets() {
	key=$1 value=$2
	shift 2
	exits 0 conf-get "$@" "$key"
	same "$key is $(describe "$value")" "$(cat out)" "$value"
}

# wrong WHERE WHY: the file cannot be used; WHERE is its line, or nothing
wrong() {
	exits 78 conf-get --list
	says "^conf-get: $file:${1:+$1:} $2"
	silent
}

# shell NAME [OPTION...]: what a shell has in NAME after it took all
shell() (
	name=$1
	shift
	set -eu
	assignments=$(conf-get --shell "$@")
	eval "$assignments"
	eval "printf '%s.' \"\$$name\""
)

introduces conf-get --config-dir --profile '-o, --option' --list --shell \
	--json --doc --origin --profiles --check --set --unset

# --- defaults ---

exits 0 conf-get --list
grep -v '=/' out >rest
same 'the defaults' "$(cat rest)" "$(
	cat <<-EOT
	c8y.bridge.topic_prefix=c8y
	c8y.http=
	c8y.mqtt=
	c8y.mtls=
	c8y.token_via=auto
	c8y.url=
	c8y.verify_via=auto
	certificate.ca_path=
	certificate.key_type=ec-p256
	certificate.organization=
	certificate.organization_unit=
	certificate.rekey=never
	certificate.validity.minimum_duration=30d
	certificate.validity.requested_duration=365d
	device.group=
	device.id=
	device.key_passphrase_path=
	device.key_uri=
	device.one_time_password_path=
	device.owner=
	enroll.max_timeout=10m
	enroll.retry_every=30s
	est.bootstrap_cert_path=
	est.bootstrap_key_path=
	est.digest=no
	est.label=
	est.password_path=
	est.url=
	est.user=
	hooks.services=
	hooks.timeout=60s
	issuer=c8y
	issuer.timeout=5m
	local_ca.cert_path=
	local_ca.key_path=
	log.syslog=no
	metrics.path=
	microservice.url=
	mqtt.client.host=
	mqtt.client.port=1883
	renewal.expired=alarm
	renewal.retry.initial_interval=10m
	renewal.retry.maximum_interval=1d
	renewal.spread=10%
	EOT
)"
for path in 'c8y.root_cert_path=/' \
	'device.cert_path=/.*/device-certs/default-certificate.pem' \
	'device.csr_path=/.*/certcycle/default/certcycle.csr' \
	'device.key_path=/.*/device-certs/default-private-key.pem' 'est.root_cert_path=/' \
	'microservice.root_cert_path=/' \
	'state.path=/.*/certcycle/default' 'state.run_path=/.*/certcycle'; do
	prints "^$path"
done
same 'and no key more' "$(grep -c '=/' out)" 8
alike 'sorted' "$(sed 's/=.*//' out)" "$(sed 's/=.*//' out | sort)"
sed -e 's/=.*//' -e 'y/./_/' out >names
exits 0 conf-get --shell
alike '--shell has the same keys' "$(sed 's/=.*//' out)" "$(cat names)"
gets issuer c8y --config-dir "$T/missing"

# --- the file ---

conf '%s\n' '# a comment' '; another' '' '[device]' 'id = dev1' \
	'[certificate]' 'organization = Acme & Sons; since 1900 ; a comment' \
	'validity.minimum_duration = 33%' '[certificate.validity]' \
	'requested_duration = 1y' '[issuer]' 'timeout=90' '[hooks]' \
	'timeout    =   2m   '
gets device.id dev1
gets certificate.organization 'Acme & Sons; since 1900'
gets certificate.validity.minimum_duration 33%
gets certificate.validity.requested_duration 1y
gets issuer.timeout 90
gets hooks.timeout 2m
gets issuer c8y
: >"$file"
gets issuer c8y
conf '\n'
gets issuer c8y
conf 'issuer = est\n[device]\nid = dev1'
gets issuer est
gets device.id dev1
conf '[certificate.validity]\nminimum_duration = 12h\n'
gets certificate.validity.minimum_duration 12h
conf '\357\273\277[device]\r\nid = dev1\r\n[hooks]\r\nservices = a\r\n  b\r\n'
gets device.id dev1
gets hooks.services 'a b'
mkdir elsewhere
printf '[device]\nid = dev2\n' >elsewhere/certcycle.conf
gets device.id dev2 --config-dir elsewhere
gets device.id dev1

# long values go on in indented lines
conf '[hooks]\nservices = one\n  two\n\tthree\n  # a comment\n\n four\n[device]\nid = dev1\n'
gets hooks.services 'one two three four'
gets device.id dev1
# a bracket in such a line begins no section
conf '[hooks]\nservices = one\n  [two]\n  three\n'
gets hooks.services 'one [two] three'
conf '[hooks]\n  services = one\n  two\n  [device]\nid = dev1\n'
wrong 5 'hooks.id: no such key$'
part=$(printf '%0150d' 0)
conf '[hooks]\nservices = %s\n  %s\n  %s\n' "$part" "$part" "$part"
gets hooks.services "$part $part $part"
conf '[device]\ncert_path =\n  /etc/ssl/dev1.pem\n'
gets device.cert_path /etc/ssl/dev1.pem

# --- the environment and the command line ---

conf '[device]\nid = of-file\n[certificate]\norganization = of-file\n'
for key in device.id certificate.organization; do
	name=CERTCYCLE_$(printf '%s' "$key" | tr 'a-z.' 'A-Z_')
	gets "$key" of-file
	exits 0 env "$name=of-environment" conf-get "$key"
	prints '^of-environment$'
	exits 0 env "$name=of-environment" conf-get -o "$key=of-line" "$key"
	prints '^of-line$'
	exits 0 env "$name=" conf-get "$key"
	prints '^of-file$'
	gets "$key" of-line -o "$key=of-line"
	gets "$key" second --option "$key=first" --option="$key=second"
	gets "$key" '' -o "$key="
done
exits 0 env CERTCYCLE_CERTIFICATE_VALIDITY_MINIMUM_DURATION=7d \
	conf-get certificate.validity.minimum_duration
prints '^7d$'
gets certificate.organization a=b=c -o certificate.organization=a=b=c
exits 0 env CERTCYCLE_NO_SUCH_KEY=1 conf-get device.id
exits 0 env CERTCYCLE_CONFIG_DIR="$T/elsewhere" conf-get device.id
prints '^dev2$'
rm "$file"

# --- what follows from c8y.url ---

# follows URL HTTP MQTT MTLS [OPTION...]
follows() {
	url=$1 http=$2 mqtt=$3 mtls=$4
	shift 4
	exits 0 conf-get -o "c8y.url=$url" "$@" --list
	same "c8y.url=$url" "$(grep -E '^c8y.(http|mqtt|mtls)' out)" \
		"$(printf '%s\n' "c8y.http=$http" "c8y.mqtt=$mqtt" \
			"c8y.mtls=$mtls")"
}
t=tenant.example.com
follows $t $t:443 $t:8883 $t:8443
follows $t:1443 $t:1443 $t:8883 $t:8443
follows 192.0.2.7 192.0.2.7:443 192.0.2.7:8883 192.0.2.7:8443
follows '[2001:db8::1]' '[2001:db8::1]:443' '[2001:db8::1]:8883' \
	'[2001:db8::1]:8443'
follows '[::1]:1443' '[::1]:1443' '[::1]:8883' '[::1]:8443'
follows $t $t:443 broker:8883 $t:8443 -o c8y.mqtt=broker
follows $t web:80 broker:1 '[::2]:3' -o c8y.mqtt=broker:1 -o c8y.http=web:80 \
	-o 'c8y.mtls=[::2]:3'
follows '' '' '' ''
gets c8y.url $t:1443 -o c8y.url=$t:1443

# --- for a shell ---

same 'a length of time is a number of seconds' \
	"$(shell hooks_timeout -o hooks.timeout='1h 30m')" 5400.
exits 0 conf-get --shell -o certificate.validity.minimum_duration=33%
prints '^enroll_max_timeout=600$'
prints '^certificate_validity_requested_duration=31536000$'
prints "^certificate_validity_minimum_duration='33%'\$"
exits 0 conf-get --shell -o certificate.validity.minimum_duration=33%,30d
prints "^certificate_validity_minimum_duration='33%,30d'\$"
for value in "it's" "'" "''" '$(touch ran)' '`touch ran`' '";touch ran;"' \
	"';touch ran;'" ' blanks  ' "\\" 'a\nb' '$HOME' '*' '~' '-n' '#' '%s' \
	'!x' "Zo$(printf '\303\253')" "it's \"\$(touch ran)\" \`touch ran\`\\"; do
	same "unharmed: $(describe "$value")" "$value." "$(shell \
		certificate_organization -o "certificate.organization=$value")"
	same 'and as one line' "$(CERTCYCLE_CERTIFICATE_ORGANIZATION=$value \
		conf-get certificate.organization && echo .)" "$value
."
done
ok 'and nothing ran' [ ! -e ran ]
conf "[certificate]\norganization = it's \$(touch ran) \`touch ran\`\n"
same 'from the file too' "$(shell certificate_organization)" \
	"it's \$(touch ran) \`touch ran\`."
ok 'and nothing ran' [ ! -e ran ]
exits 0 conf-get --shell
same 'nothing but assignments' "$(grep -cvE "^[a-z0-9_]+=([0-9]+|'.*')\$" out)" 0

# --- as JSON ---

conf '[certificate]\norganization = a "b" \\ c \303\253\n[hooks]\ntimeout = 1h 30m\n'
exits 0 conf-get --json -o enroll.max_timeout=
cp out all
exits 0 conf-get --json --list -o enroll.max_timeout=
same '--list or not' "$(cat out)" "$(cat all)"
if command -v jq >/dev/null; then
	same 'text is as it was' "$(jq -r '."certificate.organization"' all)" \
		"$(printf 'a "b" \\ c \303\253')"
	same 'a length of time is a number of seconds' \
		"$(jq '."hooks.timeout" + 1' all)" 5401
	same 'an empty one is null' "$(jq '."enroll.max_timeout"' all)" null
	same 'an empty text is one' "$(jq '."device.id"' all)" '""'
	exits 0 conf-get --list
	same 'it has the keys of --list' "$(jq -r 'keys_unsorted[]' all)" \
		"$(sed 's/=.*//' out)"
	same 'and its values, but for lengths of time' "$(jq -r 'to_entries[] |
		select(.value | type == "string") | "\(.key)=\(.value)"' all)" \
		"$(grep -vE '^(enroll|hooks.timeout|issuer.timeout|certificate.validity.req|renewal.retry)' out)"
else
	skip 'what jq makes of it' 'no jq here'
fi
exits 0 conf-get --json issuer
same 'one alone' "$(cat out)" '"c8y"'
exits 0 conf-get --json hooks.timeout
same 'a number alone' "$(cat out)" 5400
fails 78 '^conf-get: no.such.key: no such key$' conf-get --json no.such.key
exits 71 to_full conf-get --json

# --- where it comes from ---

conf '# one\n\n[device]\nid = dev1\n[hooks]\nservices = a\n  b\n[c8y]\nurl = t\nmqtt =\n'
# origin KEY WHERE [OPTION...]
origin() {
	key=$1 where=$2
	shift 2
	exits 0 conf-get --origin "$@" "$key"
	same "$key is from $(describe "$where")" "$(cat out)" "$where"
}
origin device.id "$file:4"
origin hooks.services "$file:6"
origin issuer default
origin c8y.http 'default, from c8y.url'
origin c8y.mqtt "$file:10"
origin c8y.http 'command line' -o c8y.http=web
origin c8y.http 'default, from c8y.url' -o c8y.url=other
origin c8y.http default -o c8y.url=
origin device.id 'command line' -o device.id=
exits 0 env CERTCYCLE_CERTIFICATE_VALIDITY_MINIMUM_DURATION=7d \
	conf-get --origin certificate.validity.minimum_duration
prints '^CERTCYCLE_CERTIFICATE_VALIDITY_MINIMUM_DURATION$'
exits 0 conf-get --list
cp out listed
exits 0 env CERTCYCLE_ISSUER=est conf-get --list --origin \
	-o certificate.organization='a = b'
prints "^issuer=est	CERTCYCLE_ISSUER\$"
prints "^c8y.mtls=t:8443	default, from c8y.url\$"
prints "^certificate.organization=a = b	command line\$"
same 'each key in its place' "$(sed 's/=.*//' out)" "$(sed 's/=.*//' listed)"

# --- what it is for: the table, the shipped file and the page say the same ---

conf 'garbage\n'
exits 0 conf-get --list --doc
rm "$file"
cp out docs
same 'each key has its line' "$(cut -f 1 docs)" "$(sed 's/=.*//' listed)"
same 'of four fields' "$(awk -F '\t' 'NF != 4 || $4 !~ /^[A-Z].*[.]$/' docs)" ''
exits 0 conf-get --doc device.id
same 'one alone' "$(cat out)" "$(grep '^device.id	' docs)"
exits 0 conf-get --list
cut -f 1,3 docs | sed -e 's/	c8y.url, port.*/	/' -e 's/	/=/' \
	-e 's/%p/default/' >defaults
same 'its default is what is in effect' "$(cat defaults)" "$(cat out)"
fails 78 '^conf-get: no.such.key: no such key$' conf-get --doc no.such.key
# each "#name = value", and the comment right above it
awk '
	/^\[/ { section = substr($0, 2, index($0, "]") - 2) "." }
	/^# / { text = text (text == "" ? "" : " ") substr($0, 3); next }
	/^#[a-z]/ {
		name = substr($0, 2)
		sub(/ *=.*/, "", name)
		print section name "\t" text
	}
	{ text = "" }' "$source_dir/conf/certcycle.conf.in" | sort >shipped
cut -f 1,4 docs | sort >said
same 'conf/certcycle.conf says what --doc says' "$(cat shipped)" "$(cat said)"
# each ".It Ic KEY Pq KIND, DEFAULT", and what begins below it
awk '
	function plain(line) {
		if (!sub(/^\.[A-Z][a-z] /, "", line))
			return line
		gsub(/ (Pa|Cm|No) /, " ", line)
		gsub(/ [,.;:]/, "\034&", line)
		gsub(/\034 /, "", line)
		return line
	}
	function finish() {
		if (key != "")
			print key "\t" head "\t" text
		key = text = ""
	}
	/^\.(It|Ss|Sh|El)/ { finish() }
	/^\.It Ic/ { key = $3; head = plain($0); sub(/.* Pq /, "", head); next }
	key != "" { text = text (text == "" ? "" : " ") plain($0) }' \
	"$source_dir/man/certcycle.conf.5" | sort >page
# the page has the paths of another installation
awk -F '\t' -v OFS='\t' '
	NR == FNR { kind[$1] = $2; is[$1] = $3; about[$1] = $4; next }
	{
		want = kind[$1] (is[$1] == "" ? ", no default" : \
			is[$1] ~ /, port/ ? ", default: " is[$1] : \
			", default " is[$1])
		if (kind[$1] == "path" && is[$1] != "") {
			sub(/default \/(etc|var|run)\//, "default ", $2)
			tail = substr($2, index($2, "default ") + 8)
			at = length(is[$1]) - length(tail) + 1
			if (at < 1 || substr(is[$1], at) != tail)
				print $1, $2, is[$1]
		} else if ($2 != want)
			print $1, $2, want
		if (index($3, about[$1]) != 1)
			print $1, $3, about[$1]
	}' docs page >differ
same 'certcycle.conf(5) has kind and default, and begins with the same words' \
	"$(cat differ)" ''
same 'of each key' "$(cut -f 1 page)" "$(sort docs | cut -f 1)"
sed -n '/^\.Ss Kinds/,/^\.Sh/s/^\.It \([a-z]*\)$/\1/p' \
	"$source_dir/man/certcycle.conf.5" | sort >kinds
same 'and explains each kind' "$(cut -f 2 docs | sort -u)" "$(cat kinds)"
# a word that may be set is one of those that are told
awk -F '\t' '$2 == "word" { print $1 }' docs >wordy
while read -r key; do
	conf-get -o "$key=x" "$key" 2>&1 | sed -n 's/.*not one of//p' |
		tr ' ' '\n' | sed '/^$/d' >words
	[ -s words ] || printf '%s takes none\n' "$key"
	while read -r word; do
		conf-get --doc "$key" | grep -qE " ${word}[ ,.]" ||
			printf '%s %s\n' "$key" "$word"
	done <words
done <wordy >untold
same 'each word is told' "$(cat untold)" ''
ok 'there are some' [ -s wordy ]

# --- a file that is wrong ---

conf '[device]\nname = dev1\n'
wrong 2 'device.name: no such key$'
conf '# x\n\n[devcie]\nid = dev1\n'
wrong 4 'devcie.id: no such key$'
conf 'id = dev1\n'
wrong 1 'id: no such key$'
conf '[device]\nID = dev1\n'
wrong 2 'device.ID: no such key$'
conf '[device]\nid = dev1\nid = dev1\n'
wrong 3 'device.id: set twice$'
conf '[device]\nid = dev1\n[hooks]\n[device]\nid = dev2\n'
wrong 5 'device.id: set twice$'
conf '[certificate]\norganization = A\n[certificate]\n  organization = B\n'
wrong 4 'certificate.organization: set twice$'
conf '[certificate]\nvalidity.minimum_duration = 1d\n[certificate.validity]\nminimum_duration = 1d\n'
wrong 4 'certificate.validity.minimum_duration: set twice$'
conf '[device]\n\nid dev1\n'
wrong 3 'neither \[section\] nor key = value$'
conf '[device\nid = dev1\n'
wrong 1 'neither \[section\] nor key = value$'
conf 'garbage\n'
wrong 1 'neither'
conf '[device]\nid = dev1\0\n'
wrong '' 'a NUL byte in it$'

line='services = '
most=$(printf '%0187d' 0)
conf '[hooks]\n%s%s\n' "$line" "$most"
gets hooks.services "$most"
conf '[hooks]\n%s%s' "$line" "$most"
gets hooks.services "$most"
conf '[hooks]\n%s0%s\n' "$line" "$most"
wrong 2 'line: too long'
conf '[hooks]\n%s0%s' "$line" "$most"
wrong 2 'line: too long'
conf '[hooks]\nservices = one\n           0%s\n' "$most"
wrong 3 'line: too long'
conf '[hooks]\n%s%s%s%s%s\n' "$line" "$most" "$most" "$most" "$most"
wrong 2 'line: too long'
conf '\n# %s%s\n' "$most" "$most"
wrong 2 'line: too long'
name=$(printf '%048d' 0)
conf '[device]\n%s = 1\n' "$name"
wrong 2 "device.$name: no such key\$"
conf '[device]\n0%s = 1\n' "$name"
wrong 2 "0$name: a name over 48 bytes\$"
conf '[%s]\nid = 1\n' "$name"
wrong 2 "$name.id: no such key\$"
conf '[0%s]\nid = 1\n' "$name"
wrong 2 "0$name: a name over 48 bytes\$"

rm "$file"
mkdir "$file"
wrong '' 'not a regular file$'
rmdir "$file"
mkfifo "$file"
wrong '' 'not a regular file$'
rm "$file"
ln -s /dev/null "$file"
wrong '' 'not a regular file$'
rm "$file"
ln -s certcycle.conf "$file"
wrong '' 'Too many levels of symbolic links$'
ln -sf nowhere "$file"
wrong '' 'a symbolic link that leads nowhere$'
rm "$file"
ln -s nowhere lost
fails 78 "^conf-get: lost: a symbolic link that leads nowhere\$" \
	conf-get --config-dir lost --list
conf '[device]\nid = dev3\n'
mv "$file" target
ln -s ../target "$file"
gets device.id dev3
rm "$file"
exits 78 conf-get --config-dir "$T/elsewhere/certcycle.conf" --list
says 'elsewhere/certcycle.conf/certcycle.conf: Not a directory$'
if [ "$(id -u)" = 0 ]; then
	skip 'a file that cannot be read' 'root may read it'
else
	conf '[device]\nid = dev1\n'
	chmod 0 "$file"
	fails 71 "^conf-get: $file: Permission denied\$" conf-get --list
	rm -f "$file"
	mkdir closed
	chmod 0 closed
	fails 71 '^conf-get: closed/certcycle.conf: Permission denied$' \
		conf-get --config-dir closed --list
	chmod 700 closed
fi

# --- a value that is wrong, wherever it stands ---

# bad KEY VALUE: in the file, in the environment, on the command line
bad() {
	conf '[%s]\n%s = %s\n' "${1%.*}" "${1##*.}" "$2"
	case $1 in
	issuer) conf '\nissuer = %s\n' "$2" ;;
	esac
	wrong 2 "$1: .+"
	rm "$file"
	name=CERTCYCLE_$(printf '%s' "$1" | tr 'a-z.' 'A-Z_')
	exits 78 env "$name=$2" conf-get --list
	says "^conf-get: $name: .+"
	exits 78 conf-get -o "$1=$2" --list
	says "^conf-get: $1: .+"
	silent
}
bad device.cert_path relative/path
bad state.path ./path
bad certificate.organization "$(printf 'a\tb')"
bad certificate.organization "$(printf 'a\033[2J')"
bad certificate.organization "$(printf 'a\302\2332J')"
bad certificate.organization "$(printf 'a\377b')"
for span in x -1 1.5h 33% '1h 30' 30x; do
	bad hooks.timeout "$span"
done
for window in x -1d 0% 100% '33 %' 30days; do
	bad certificate.validity.minimum_duration "$window"
done
for host in 'a b' a/b https://a a: :1 a:b a:1:2 -a ::1 '[::1' '[::1]x' \
	'[::1]:' "$(printf 'a\303\253')" '$(touch ran)' a:123456; do
	bad c8y.url "$host"
done
bad c8y.url a:99999
bad c8y.url '[a b]'
bad c8y.url '[$(touch ran)]'
bad c8y.url '[]'
bad c8y.mqtt a:x
for url in a http://a ftp://a //a HTTPS; do
	bad est.url "$url"
done
bad est.url https://
bad est.url 'https://a b'
for word in x AUTO 'auto https' aut; do
	bad c8y.token_via "$word"
done
bad c8y.verify_via never
for port in 0 65536 123456 x -1 +1 1883x; do
	bad mqtt.client.port "$port"
done
for uri in /key x pkcs12:token=a; do
	bad device.key_uri "$uri"
done
for uri in 'pkcs11:token=a?pin-value=1234' \
	'pkcs11:token=a;object=b?module-name=c&pin-value=1234'; do
	bad device.key_uri "$uri"
	says 'a PIN in it; put that into a file, and name it in'
	same 'which is not told' "$(grep -c 1234 err)" 0
done
gets device.key_uri 'pkcs11:token=a;object=b' \
	-o 'device.key_uri=pkcs11:token=a;object=b'
bad certificate.key_type rsa-1024
for issuer in ../evil a/b 'a b' .hidden '$(touch ran)'; do
	bad issuer "$issuer"
done
gets issuer /opt/issuer -o issuer=/opt/issuer
ok 'and nothing ran' [ ! -e ran ]
exits 78 env CERTCYCLE_DEVICE_CERT_PATH='/a
issuer=/evil' conf-get --list
silent

# --- device ids ---

sixty=$(printf '%060d' 0)
for id in d "1234$sixty" "AZaz09'=(),-.?_*@!%" % '?'; do
	conf '[device]\nid = %s\n' "$id"
	gets device.id "$id"
done
rm "$file"
for character in / : '#' '+' '$' '&' '"' '<' '>' "\\" '`' ';' '|' '{' '}' '[' \
	']' '^' '~' ' ' "$(printf '\303\251')" "$(printf '\033')" '
'; do
	exits 78 conf-get -o "device.id=dev${character}1" device.id
	says '^conf-get: device.id: device id: dev.*1: character 4 is none of'
	silent
done
bad device.id "12345$sixty"
says 'over 64 bytes$'
bad device.id -dev1
says "may not begin with '-'\$"

# --- the command line ---

exits 78 conf-get no.such.key
says '^conf-get: no.such.key: no such key$'
silent
misused conf-get -o device.id --list
says '^conf-get: device.id: not KEY=VALUE$'
misused conf-get -o '' --list
says "^conf-get: '': not KEY=VALUE\$"
misused conf-get --config-dir= --list
says '^conf-get: --config-dir: empty$'
for two in '--json --doc' '--json --origin' '--doc --origin' '--shell --json' \
	'--origin --shell'; do
	# shellcheck disable=SC2086 # they are two
	misused conf-get $two device.id
	says 'one at a time$'
done
misused conf-get --doc
says '^conf-get: an operand is missing$'
misused conf-get --origin
says '^conf-get: an operand is missing$'
misused conf-get --shell device.id
says '^conf-get: device.id: one operand too many$'
fails 78 '^conf-get: : no such key$' conf-get ''
exits 78 conf-get -o no.such.key=1 --list
says '^conf-get: no.such.key: no such key$'
exits 78 conf-get -o =1 --list
exits 64 conf-get
misused conf-get
says '^conf-get: an operand is missing$'
misused conf-get --list --shell
says '^conf-get: --shell or --list, not both$'
misused conf-get --list device.id
says '^conf-get: device.id: one operand too many$'
misused conf-get device.id device.cert_path
says '^conf-get: device.cert_path: one operand too many$'
misused conf-get --option
says '^conf-get: --option: its argument is missing$'
exits 71 to_full conf-get --list
says '^conf-get: standard output: No space left on device$'
done_testing
