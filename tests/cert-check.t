#!/bin/sh
# cert-check: every question, both answers, at the very second where the answer
# changes; certificates made by other tools, some of them to deceive.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # what ok and exits call
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl certtool

from=1735689600  # 2025-01-01 00:00:00
until=1744329600 # 2025-04-11 00:00:00, 100 days later
day=86400

# issue NAME ISSUER LINE...: NAME.key and NAME.pem, signed by ISSUER (NAME: by
# itself), by certtool's template; valid for the hundred days
issue() {
	name=$1 issuer=$2
	shift 2
	printf '%s\n' 'activation_date = "2025-01-01 00:00:00 UTC"' "$@" \
		>"$name.template"
	case $* in
	*expiration_date*) ;;
	*) echo 'expiration_date = "2025-04-11 00:00:00 UTC"' \
		>>"$name.template" ;;
	esac
	openssl ecparam -genkey -noout -name prime256v1 >"$name.key"
	how=--generate-certificate
	[ "$issuer" != "$name" ] || how=--generate-self-signed
	certtool $how --load-privkey "$name.key" --template "$name.template" \
		--load-ca-certificate "$issuer.pem" \
		--load-ca-privkey "$issuer.key" --outfile "$name.pem" 2>err
}
later='expiration_date = "2027-01-01 00:00:00 UTC"'
issue ca ca 'cn = "Test CA"' ca cert_signing_key "$later"
issue other other 'cn = "Test CA"' ca cert_signing_key "$later"
issue short short 'cn = "Short CA"' ca cert_signing_key \
	'expiration_date = "2025-02-01 00:00:00 UTC"'
issue middle ca 'cn = "Middle CA"' ca cert_signing_key
issue dev1 ca 'cn = dev1' 'organization = "Acme, Inc"' \
	'unit = "Device"' 'serial = 0x4f02030405060708090a0b0c0d0e0f1011121314'
issue dev2 middle 'cn = dev2'
issue dev3 short 'cn = dev3'
issue impostor dev1 'cn = dev1'
issue longer ca 'cn = dev1' "$later"
issue equal ca 'cn = dev1'
issue self self 'cn = self'
cat dev2.pem middle.pem >chain.pem
cat impostor.pem dev1.pem >impostor-chain.pem
: >empty
printf 'garbage\n' >garbage

introduces cert-check '-d, --due' --valid --match --same-subject --cn \
	--later-than --trusted --clock --show --at

# --- is it a certificate? ---

exits 0 cert-check dev1.pem
silent
openssl x509 -in dev1.pem -outform DER >dev1.der
exits 0 cert-check dev1.der
exits 0 cert-check - <dev1.pem
exits 0 cert-check <dev1.pem
exits 0 cert-check --cn dev1 - <dev1.der
{
	printf 'text before it\n'
	cat dev1.pem
} >text.pem
exits 0 cert-check --cn dev1 text.pem
for file in missing empty garbage dev1.key garbage/dev1.pem; do
	exits 65 cert-check $file
	says "^cert-check: $file: (No such file or directory|empty|not a certificate|Not a directory)\$"
	silent
done
exits 65 cert-check </dev/null
says '^cert-check: standard input: empty$'
exits 65 cert-check - <garbage
says '^cert-check: standard input: not a certificate$'
exits 65 cert-check /dev/zero
says '^cert-check: /dev/zero: over 16777216 bytes$'
dd if=dev1.der of=cut.der bs=100 count=2 2>err
exits 65 cert-check cut.der
exits 71 cert-check .
says '^cert-check: \.: Is a directory$'

# --- is it due? ---

# due CODE AT WINDOW
due() {
	exits "$1" cert-check --due="$3" --at=$(($2)) dev1.pem
	silent
}
due 1 until-30*day-1 30d
same 'not due is no news' "$(cat err)" ''
due 0 until-30*day 30d
same 'nor is due' "$(cat err)" ''
due 1 until-12*3600-1 12h
due 0 until-12*3600 12h
due 1 until-46 45s
due 0 until-45 45
due 0 until-5400 '1h 30m'
due 1 until-5401 1h30m
due 0 until-14*day 2w
due 1 until-14*day-1 2w
due 0 from 1y
due 1 until-33*day-1 33%
due 0 until-33*day 33%
due 1 until-day-1 1%
due 0 until-day 1%
due 1 from+day-1 99%
due 0 from+day 99%
due 1 until-1 0
due 0 until 0
due 0 until+1 30d
due 0 until+1000*day 30d
due 1 from 30d
due 1 from-300 30d
due 80 from-301 30d
says '^cert-check: dev1.pem: not valid yet: the clock is behind$'
due 80 -1 30d
exits 0 cert-check -d 101d --at $from dev1.pem
exits 1 cert-check -v -d 99d --at $from dev1.pem
says '^cert-check: dev1.pem: due in 86400 s$'

# --- is it valid? ---

exits 1 cert-check --valid --at $((from - 301)) dev1.pem
says '^cert-check: dev1.pem: not valid yet$'
exits 0 cert-check --valid --at $((from - 300)) dev1.pem
exits 0 cert-check --valid --at $until dev1.pem
silent
exits 1 cert-check --valid --at $((until + 1)) dev1.pem
says '^cert-check: dev1.pem: expired$'

# --- for this key, of this name? ---

exits 0 cert-check --match dev1.key dev1.pem
exits 1 cert-check --match dev2.key dev1.pem
says '^cert-check: dev1.pem: not for the key in dev2.key$'
exits 0 cert-check --same-subject equal.pem longer.pem
exits 0 cert-check --same-subject dev1.der dev1.pem
exits 1 cert-check --same-subject dev1.pem equal.pem
says '^cert-check: equal.pem: another subject than dev1.pem$'
exits 0 cert-check --cn dev1 dev1.pem
for cn in dev dev11 DEV1 '' 'dev*'; do
	exits 1 cert-check --cn "$cn" dev1.pem
	says '^cert-check: dev1.pem: its common name is dev1, not '
done
exits 0 cert-check --cn dev2 chain.pem
exits 1 cert-check --cn 'Middle CA' chain.pem
exits 0 cert-check --later-than equal.pem longer.pem
exits 1 cert-check --later-than longer.pem equal.pem
says '^cert-check: equal.pem: does not run longer than longer.pem$'
exits 1 cert-check --later-than dev1.pem equal.pem

# what is asked with must be what it should be, too
for file in missing empty garbage; do
	for question in match same-subject later-than trusted; do
		exits 65 cert-check --$question $file dev1.pem
		says "^cert-check: $file: (No such file|empty|not a|no trust)"
		silent
	done
done
exits 65 cert-check --match dev1.pem dev1.pem
says '^cert-check: dev1.pem: not a private key'
exits 65 cert-check --trusted dev1.key dev1.pem
says '^cert-check: dev1.key: no trust anchor in it$'

# --- does it chain up? ---

# trusted CODE ANCHORS CERT [AT]
trusted() {
	exits "$1" cert-check --trusted "$2" --at=$((${4:-from})) "$3"
}
mkdir anchors none
cp ca.pem anchors/ca.pem
cp garbage anchors/readme
cat other.pem ca.pem >both.pem
trusted 0 ca.pem dev1.pem
trusted 0 anchors dev1.pem
trusted 0 both.pem dev1.pem
trusted 0 ca.pem chain.pem
trusted 0 anchors chain.pem
trusted 0 middle.pem dev2.pem
trusted 0 self.pem self.pem
trusted 1 ca.pem dev2.pem
says '^cert-check: dev2.pem: .*issuer is unknown'
trusted 1 ca.pem self.pem
trusted 1 other.pem dev1.pem
says '^cert-check: dev1.pem: '
trusted 1 ca.pem impostor-chain.pem
says '^cert-check: impostor-chain.pem: '
trusted 0 dev1.pem dev1.pem
trusted 65 none dev1.pem
says '^cert-check: none: no trust anchor in it$'
trusted 0 ca.pem dev1.pem until
trusted 1 ca.pem dev1.pem until+1
says '^cert-check: dev1.pem: .*expired'
trusted 0 ca.pem dev1.pem from-300
trusted 1 ca.pem dev1.pem from-301
says '^cert-check: dev1.pem: .*not yet valid'
trusted 0 short.pem dev3.pem from+30*day
trusted 1 short.pem dev3.pem from+60*day
says '^cert-check: dev3.pem: .*expired'

# patch FILE TEXT BYTE OFFSET: one byte of a certificate in DER, at OFFSET in
# each string of it that reads TEXT
patch() {
	openssl asn1parse -inform DER -in "$1" |
		sed -n "s/^ *\([0-9]*\):.*STRING *:$2\$/\1/p" >offsets
	while read -r start; do
		# shellcheck disable=SC2059 # it is an escape
		printf "$3" | dd of="$1" bs=1 seek=$((start + 2 + $4)) \
			conv=notrunc 2>/dev/null
	done <offsets
	[ -s offsets ]
}
cp dev1.der forged.der
ok 'a certificate with a byte changed' patch forged.der dev1 D 0
exits 0 cert-check --cn Dev1 forged.der
trusted 1 ca.pem forged.der
says '^cert-check: forged.der: '

# --- several at once ---

exits 0 cert-check --match dev1.key --same-subject dev1.pem --cn dev1 \
	--later-than short.pem --trusted ca.pem --valid --due 99% \
	--at $((from + 50 * day)) dev1.pem
exits 1 cert-check --match dev1.key --cn other --trusted ca.pem --valid \
	--at $from dev1.pem
same 'what is not so is said, and no more' "$(cat err)" \
	'cert-check: dev1.pem: its common name is dev1, not other'
exits 1 cert-check --match dev2.key --cn other --later-than longer.pem \
	--valid --same-subject dev2.pem --trusted other.pem \
	--at $((until + 1)) dev1.pem
same 'all that is not so is said' "$(sed -n '$=' err)" 6
exits 1 cert-check --valid --due 1d --at $from dev1.pem
exits 1 cert-check --valid --due 1d --at $((until + 1)) dev1.pem
exits 65 cert-check --cn other --match missing dev1.pem

# --- for people ---

# status AT [OPTION...]: that line
status() {
	at=$(($1))
	shift
	cert-check --show --at=$at "$@" dev1.pem | sed -n 's/^Status: *//p'
}
exits 0 cert-check --show --at $from dev1.pem
cat >want <<EOT
Certificate:   dev1.pem
Subject:       O=Acme\\, Inc, OU=Device, CN=dev1
Issuer:        CN=Test CA
Status:        VALID (expires in: 100d)
Valid from:    Wed, 01 Jan 2025 00:00:00 +0000
Valid until:   Fri, 11 Apr 2025 00:00:00 +0000
Serial number: 451055135090145082998761052028801782098236150548 (0x4f02030405060708090a0b0c0d0e0f1011121314)
Thumbprint:    $(openssl x509 -in dev1.pem -noout -fingerprint -sha1 |
	sed -e 's/.*=//' -e 's/://g')
EOT
same 'every line as it should be' "$(cat out)" "$(cat want)"
same 'soon: thirty days before the end' "$(status until-30*day)" \
	'EXPIRES SOON (expires in: 30d)'
same 'not a second earlier' "$(status until-30*day-1)" \
	'VALID (expires in: 30d 1s)'
same '--due says what is soon' "$(status until-30*day --due 29d)" \
	'VALID (expires in: 30d)'
same 'also as a share' "$(status until-50*day --due 50%)" \
	'EXPIRES SOON (expires in: 50d)'
same 'the last second' "$(status until)" 'EXPIRES SOON (expires in: 0s)'
same 'and the one after it' "$(status until+1)" 'EXPIRED (since: 1s)'
same 'every unit' "$(status until+365*day+2*day+3*3600+4*60+5)" \
	'EXPIRED (since: 1y 2d 3h 4m 5s)'
same 'the second before it is valid' "$(status from-1)" \
	'NOT VALID YET (will be in: 1s)'
same 'the second when it is' "$(status from)" 'VALID (expires in: 100d)'
exits 0 cert-check --show --valid --cn dev1 --at $from - <dev1.pem
prints '^Certificate:   -$'
exits 0 cert-check --show --at $from chain.pem
same 'the first of a chain alone' "$(grep -c . out)" 8
prints '^Subject:       CN=dev2$'
exits 1 cert-check --show --valid --at $((until + 1)) dev1.pem
silent
exits 65 cert-check --show garbage
silent
exits 71 to_full cert-check --show dev1.pem
says '^cert-check: standard output: No space left on device$'

# --- to deceive ---

escape=$(printf '\033')
openssl req -x509 -new -key dev1.key -utf8 -days 30 -out evil.pem -subj \
	"/O=${escape}[2J$(printf '\302\2332J')/CN=dev1
Status:        VALID" 2>err
exits 0 cert-check --show evil.pem
prints '^Subject: +O=.x1b\[2J.xc2.x9b2J, CN=dev1.x0aStatus:        VALID$'
same 'a line feed in a name is no new line' "$(grep -c '^Status' out)" 1
ok 'no control character comes through' \
	[ -z "$(tr -d '\012\040-\176' <out)" ]
exits 1 cert-check --cn dev1 evil.pem
says '^cert-check: evil.pem: its common name is dev1.x0aStatus: +VALID, not dev1$'
cp dev1.pem "${escape}[2J.pem"
exits 1 cert-check --cn other "${escape}[2J.pem"
says '^cert-check: .x1b\[2J.pem: its common name'
exits 0 cert-check --show "${escape}[2J.pem"
prints '^Certificate: +.x1b\[2J.pem$'
openssl req -x509 -new -key dev1.key -utf8 -days 30 -subj '/CN=dev1~evil' \
	-outform DER -out nul.der 2>err
ok 'a name with a NUL in it' patch nul.der 'dev1~evil' '\000' 4
exits 1 cert-check --cn dev1 nul.der
openssl req -x509 -new -key dev1.key -utf8 -days 30 -out comma.pem \
	-subj '/O=a\\/OU=x,y/CN=d,e\+v' 2>err
exits 0 cert-check --cn 'd,e+v' comma.pem
exits 1 cert-check --cn 'd\,e\+v' comma.pem
exits 0 cert-check --show comma.pem
prints '^Subject: +O=a\\\\, OU=x\\,y, CN=d\\,e\\\+v$'
openssl req -x509 -new -key dev1.key -days 30 -out nameless.pem \
	-subj '/O=Acme' 2>err
exits 65 cert-check --cn dev1 nameless.pem
says '^cert-check: .*no common name'
long=$(printf '%0300d' 0)
issue long ca "cn = $long"
exits 0 cert-check --cn "$long" long.pem
exits 0 cert-check --show long.pem
prints "^Subject: +CN=$long\$"

# --- the clock ---

exits 0 cert-check --clock
silent
in_1999() {
	faketime '1999-01-01 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! in_1999 cert-check --version >out 2>err; then
	skip 'a clock that was never set' 'faketime cannot start a build with sanitizers'
else
	exits 80 in_1999 cert-check --clock
	says '^cert-check: the clock says a time before this program was built$'
	exits 80 in_1999 cert-check --due 30d dev1.pem
	silent
	exits 80 in_1999 cert-check --valid dev1.pem
	exits 80 in_1999 cert-check --show dev1.pem
	exits 0 in_1999 cert-check --valid --at $from dev1.pem
	exits 64 in_1999 cert-check --due x dev1.pem
fi

# --- the command line ---

for window in '' x 30x 1.5d -1d 30d5 '1d 12' '30d ,' 0% 100% 101% '33 %' % \
	33%% 3153600000001 100001y 99999999999999999999d; do
	misused cert-check --due="$window" dev1.pem
	says "^cert-check: --due: $window: (not a length of time|a share of)"
done
for at in '' x 1x 0x10 99999999999999999999 -99999999999999999999; do
	misused cert-check --at="$at" --valid dev1.pem
	says "^cert-check: --at: $at: not a number of seconds\$"
done
misused cert-check dev1.pem dev2.pem
says '^cert-check: dev2.pem: one operand too many$'
misused cert-check --match
says '^cert-check: --match: its argument is missing$'
misused cert-check -x
says '^cert-check: -x: no such option'
exits 0 cert-check --at 253402300800 --due 30d dev1.pem
done_testing
