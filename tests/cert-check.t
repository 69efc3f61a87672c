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
issue ca ca 'cn = "Test CA"' ca cert_signing_key crl_signing_key "$later"
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

introduces cert-check '-d, --due' --spread --valid --match --passphrase-file \
	--same-subject --cn --later-than --trusted --usage --not-revoked --not \
	--clock --show --json --table '--expire-in\[=UNIT\]' --print-cn \
	--names --files-from '-0, --null' --at

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
exits 71 cert-check /proc/self/mem
says '^cert-check: /proc/self/mem: Input/output error$'

# a month that is none
start=$(openssl asn1parse -inform DER -in dev1.der |
	sed -n 's/^ *\([0-9]*\):.*UTCTIME *:250411000000Z$/\1/p')
cp dev1.der odd.der
printf 99 | dd of=odd.der bs=1 seek=$((start + 4)) conv=notrunc 2>err
fails 65 '^cert-check: odd.der: (not a certificate|.*a date of no calendar)$' \
	cert-check --valid odd.der

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
# both: the longer one counts
due 1 until-33*day-1 33%,30d
due 0 until-33*day 33%,30d
due 0 until-33*day 30d,33%
due 1 until-40*day-1 33%,40d
due 0 until-40*day '33%, 40d'
due 0 until-40*day 40d,33%
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
trusted 0 - dev1.pem <ca.pem
trusted 0 - dev1.pem <both.pem
trusted 1 - dev1.pem <other.pem
says '^cert-check: dev1.pem: '
trusted 65 - dev1.pem <dev1.key
says '^cert-check: standard input: no trust anchor in it$'
trusted 65 - dev1.pem </dev/null
says '^cert-check: standard input: empty$'
openssl x509 -in ca.pem -outform DER -out ca.der
trusted 0 ca.der dev1.pem
trusted 0 - dev1.pem <ca.der
# what is read once answers for all that are asked about
exits 0 cert-check --trusted - --at "$from" dev1.pem chain.pem dev2.pem <ca.pem
same 'two of three' "$(printf 'dev1.pem\nchain.pem')" "$(cat out)"
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

# --- the whole chain ---

issue brief ca 'cn = "Brief CA"' ca cert_signing_key \
	'expiration_date = "2025-02-01 00:00:00 UTC"'
issue dev4 brief 'cn = dev4'
issue lasting ca 'cn = "Lasting CA"' ca cert_signing_key "$later"
issue dev5 lasting 'cn = dev5'
cat dev4.pem brief.pem >first.pem
cat dev4.pem ca.pem self.pem brief.pem >mixed.pem
cat dev1.pem brief.pem short.pem >stranger.pem
cat dev5.pem lasting.pem ca.pem >full.pem
cat dev3.pem short.pem >root.pem
brief=$((from + 31 * day))
for file in first mixed; do
	exits 1 cert-check --due 10d --at $((brief - 10 * day - 1)) $file.pem
	exits 0 cert-check --due 10d --at $((brief - 10 * day)) $file.pem
	says "^cert-check: $file.pem: its issuer CN=Brief CA ends first, on Sat, 01 Feb 2025 00:00:00 \\+0000\$"
	silent
	exits 0 cert-check --valid --at $brief $file.pem
	exits 1 cert-check --valid --at $((brief + 1)) $file.pem
	says "^cert-check: $file.pem: its issuer CN=Brief CA expired\$"
done
issue under brief 'cn = "Under CA"' ca cert_signing_key
issue dev8 under 'cn = dev8'
cat dev8.pem under.pem brief.pem >deep.pem
exits 1 cert-check --valid --at $((brief + 1)) deep.pem
says '^cert-check: deep.pem: its issuer CN=Brief CA expired$'
exits 0 cert-check --valid --at $((brief + 1)) dev4.pem
exits 0 cert-check --due 1s --at $((until + 1)) first.pem
# a share is one of the certificate's own life, up to where the chain ends
exits 1 cert-check --due 50% --at $((from + 15 * day)) first.pem
exits 0 cert-check --due 50% --at $((from + 16 * day)) first.pem
exits 1 cert-check --due 33% --at $((until - 33 * day - 1)) full.pem
exits 0 cert-check --due 33% --at $((until - 33 * day)) full.pem
same 'which is its own end' "$(cat err)" ''
# what is no part of the chain does not count; a root that is does
exits 0 cert-check --valid --at $((brief + 1)) stranger.pem
exits 1 cert-check --valid --at $((brief + 1)) root.pem
says '^cert-check: root.pem: its issuer CN=Short CA expired$'
exits 0 cert-check --show --at $((brief - 3 * day)) first.pem
prints '^Status: +EXPIRES SOON \(expires in: 3d\)$'
prints '^Valid until: +Fri, 11 Apr 2025 00:00:00 \+0000$'
says '^cert-check: first.pem: its issuer CN=Brief CA ends first'
exits 0 cert-check --show --at $((brief + 60)) first.pem
prints '^Status: +EXPIRED \(since: 1m\)$'
# several of one name, and no key id to tell them apart
request() {
	openssl req -new -key "$1.key" -subj "/CN=$2" 2>err
}
request other 'Twin CA' | openssl x509 -req -signkey other.key -days 100 \
	-out twin.pem 2>err
request other 'Twin CA' | openssl x509 -req -signkey other.key -days 2 \
	-out former.pem 2>err
request short 'Twin CA' | openssl x509 -req -signkey short.key -days 2 \
	-out false.pem 2>err
request dev1 dev1 | openssl x509 -req -CA twin.pem -CAkey other.key \
	-set_serial 1 -days 50 -out twins.pem 2>err
soon=$(($(date +%s) + 9 * day))
for others in 'false' 'false twin' 'twin false' 'twin former' 'former twin'; do
	cat twins.pem >try.pem
	for other in $others; do
		cat "$other.pem" >>try.pem
	done
	exits 0 cert-check --valid --at $soon try.pem
done
request short 'Twin CA' | openssl x509 -req -signkey short.key -days 100 \
	-out lying.pem 2>err
for other in false lying; do
	cat twins.pem "$other.pem" former.pem >try.pem
	exits 1 cert-check --valid --at $soon try.pem
	says '^cert-check: try.pem: its issuer CN=Twin CA expired$'
done
# thousands of them, which is a lot to try, but not for long
cat twins.pem >try.pem
# shellcheck disable=SC2046 # a name a thousand times
cat $(awk 'BEGIN { while (n++ < 1000) print "false.pem" }') >>try.pem
within 20 exits 0 cert-check --valid --at $soon try.pem
# two that issue each other: no circle
issue ring1 ca 'cn = "Ring"' ca cert_signing_key
openssl x509 -in ring1.pem -pubkey -noout >ring.pub
request lasting Other | openssl x509 -req -CA ring1.pem -CAkey ring1.key \
	-set_serial 2 -days 9 -out ring2.pem 2>err
request ring1 Ring | openssl x509 -req -CA ring2.pem -CAkey lasting.key \
	-set_serial 3 -days 8 -out ring3.pem 2>err
cat ring3.pem ring2.pem ring1.pem ring3.pem >ring.pem
within 5 exits 1 cert-check --due 1d --at "$(($(date +%s) + 60))" ring2.pem
within 5 exits 0 cert-check --due 8d ring.pem

# --- a share of the spread, which is the device's own: 20 bits of the digest of
# its subject, which is put together here by hand ---
# share CN: in 1,048,576ths
share() {
	len=${#1}
	printf '%b' "$(printf '\\60\\%o\\61\\%o\\60\\%o\\6\\3\\125\\4\\3\\23\\%o' \
		$((len + 11)) $((len + 9)) $((len + 7)) "$len" |
		sed 's/\\/\\0/g')$1" >subject.der
	printf '%d\n' "0x$(openssl dgst -sha256 -r <subject.der | cut -c 1-5)"
}
one=1048576
# part SECONDS: that share of them; a shell may count up to 2^31 only
part() {
	awk -v "all=$1" -v "share=$share" -v "one=$one" \
		'BEGIN { printf "%d\n", all * share / one }'
}
share=$(share dev2)
start=$((until - 10 * day - $(part $((20 * day)))))
ok "the share of dev2 is no end of the scale: $share of $one" \
	[ "$share" -gt 10000 ] && [ "$share" -lt 1000000 ]
for second in 0 1; do
	exits "$second" cert-check --due 10d --spread 20d \
		--at $((start + 1 - 2 * second)) dev2.pem
	exits "$second" cert-check --due 10d --spread 20% \
		--at $((start + 1 - 2 * second)) dev2.pem
	exits "$second" cert-check --due 10d --spread 0 \
		--at $((until - 10 * day - second)) dev2.pem
	# no more than half of what was before: 45 days
	exits "$second" cert-check --due 10d --spread 900d \
		--at $((until - 10 * day - $(part $((45 * day))) + 1 - 2 * second)) \
		dev2.pem
	# a window beyond the beginning is due from there on, not before
	exits "$second" cert-check --due 100d --spread 900d \
		--at $((from - second)) dev2.pem
done
exits 0 cert-check --json --due 110d --spread 20d --at $from dev2.pem
prints '"due_from": "2024-12-22T00:00:00Z"'
issue again middle 'cn = dev2'
exits 1 cert-check --due 10d --spread 20d --at $((start - 1)) again.pem
exits 0 cert-check --due 10d --spread 20d --at $((start + 1)) again.pem
ok 'another device has another share' [ "$(share dev3)" != "$share" ]
exits 0 cert-check --show --due 10d --spread 20d --at $((start + 1)) dev2.pem
prints '^Status: +EXPIRES SOON'
exits 0 cert-check --show --due 10d --spread 20d --at $((start - 1)) dev2.pem
prints '^Status: +VALID'

# --- the common name ---
exits 0 cert-check --print-cn dev1.pem
same 'the common name and nothing else' dev1 "$(cat out)"
exits 0 cert-check --print-cn dev1.pem self.pem
prints '^dev1	dev1.pem$'
prints '^self	self.pem$'
exits 1 cert-check --print-cn --cn other dev1.pem
silent
issue nameless ca 'organization = Acme'
fails 65 '^cert-check: nameless.pem: .*common name' \
	cert-check --print-cn nameless.pem
issue bell ca "$(printf 'cn = "a\001b"')"
exits 0 cert-check --print-cn bell.pem
prints '^a\\x01b$'

# --- for what use? ---

issue client ca 'cn = client' tls_www_client signing_key
issue server ca 'cn = server' tls_www_server encryption_key
# extended NAME EXTENSION: NAME.pem with that one alone
extended() {
	printf '%s\n' "$2" >extension
	request dev1 "$1" | openssl x509 -req -CA twin.pem -CAkey other.key \
		-set_serial 9 -extfile extension -out "$1.pem" 2>err
}
extended agree keyUsage=keyAgreement
extended encipher keyUsage=keyEncipherment
extended any extendedKeyUsage=anyExtendedKeyUsage
extended signer basicConstraints=CA:true
issue mail ca 'cn = mail' email_protection_key signing_key
# usable USE NAME...: those of them that are for it, and no others
usable() {
	use=$1
	shift
	for name in client server agree encipher any signer mail dev1 twins \
		ca; do
		code=1
		case " $* " in *" $name "*) code=0 ;; esac
		exits $code cert-check --usage "$use" "$name.pem"
		[ $code = 0 ] ||
			says "^cert-check: $name.pem: not for use as $use\$"
	done
}
usable client client any signer dev1 twins
usable server server encipher any signer dev1 twins
usable ca ca signer

# --- is it revoked? ---

# list NAME CA FROM UNTIL [CERT...]: NAME.crl, in which each CERT is revoked
list() {
	name=$1 by=$2
	printf '%s\n' "crl_this_update_date = \"$3\"" \
		"crl_next_update_date = \"$4\"" 'crl_number = 7' >"$1.template"
	shift 4
	: >revoked.pem
	for cert; do
		cat "$cert.pem" >>revoked.pem
	done
	set --
	[ ! -s revoked.pem ] || set -- --load-certificate revoked.pem
	certtool --generate-crl --load-ca-certificate "$by.pem" \
		--load-ca-privkey "$by.key" --template "$name.template" \
		--outfile "$name.crl" "$@" 2>err
}
jan='2025-01-01 00:00:00 UTC' apr='2025-04-11 00:00:00 UTC'
list none ca "$jan" "$apr"
list one ca "$jan" "$apr" longer dev1 equal
list old ca '2024-01-01 00:00:00 UTC' "$jan" longer
list wrong other "$jan" "$apr" dev1
list above ca "$jan" "$apr" lasting
issue lister ca 'cn = "Lister CA"' ca cert_signing_key crl_signing_key
issue dev6 lister 'cn = dev6'
cat dev6.pem lister.pem >listed.pem
list below lister "$jan" "$apr"
list gone lister "$jan" "$apr" dev6
list higher ca "$jan" "$apr" lister
list silent lasting "$jan" "$apr" dev5
cat none.crl one.crl >two.crl
cat old.crl one.crl >three.crl
cat gone.crl higher.crl >both.crl
cat below.crl higher.crl >middle.crl
openssl crl -in one.crl -outform DER -out one.der 2>err
# revoked CODE CRL CERT [AT]
revoked() {
	exits "$1" cert-check --not-revoked "$2" --trusted ca.pem \
		--at=$((${4:-from})) "$3"
}
revoked 0 none.crl dev1.pem
silent
revoked 1 one.crl dev1.pem
says '^cert-check: dev1.pem: revoked$'
revoked 1 one.der dev1.pem
exits 1 cert-check --not-revoked - --trusted ca.pem --at $from dev1.pem <one.der
revoked 1 one.crl longer.pem
revoked 0 one.crl middle.pem
revoked 1 three.crl dev1.pem
revoked 1 one.crl dev1.pem from+99*day
revoked 76 one.crl dev1.pem until+1
says '^cert-check: dev1.pem: one.crl: out of date'
silent
revoked 1 old.crl longer.pem
revoked 76 old.crl longer.pem from+1
revoked 80 one.crl dev1.pem from-301
says '^cert-check: dev1.pem: one.crl: a revocation list of the future: the clock is behind$'
revoked 1 one.crl dev1.pem from-300
# each of many, in whatever order they stand
of_ca='dev1 longer equal middle brief lasting client server mail lister'
# shellcheck disable=SC2086 # names
list many ca "$jan" "$apr" $of_ca
for name in $of_ca; do
	revoked 1 many.crl "$name.pem"
done
revoked 0 many.crl ring1.pem
# who has signed it?
revoked 76 wrong.crl dev1.pem
says '^cert-check: dev1.pem: wrong.crl: a revocation list whose signature no certificate at hand confirms'
exits 76 cert-check --not-revoked one.crl --at $from dev1.pem
cat dev1.pem ca.pem >with-ca.pem
exits 1 cert-check --not-revoked one.crl --at $from with-ca.pem
revoked 1 both.crl listed.pem
says '^cert-check: listed.pem: revoked$'
revoked 1 middle.crl listed.pem
says '^cert-check: listed.pem: its issuer CN=Lister CA is revoked$'
revoked 0 below.crl listed.pem
revoked 65 none.crl listed.pem
says '^cert-check: listed.pem: none.crl: no revocation list of its issuer$'
# its issuer may sign certificates, but no lists
exits 76 cert-check --not-revoked silent.crl --at $from full.pem
for file in missing empty garbage dev1.pem ca.key; do
	revoked 65 $file dev1.pem
	says "^cert-check: $file: (No such file or directory|empty|not a revocation list)\$"
done
dd if=one.der of=cut.der bs=100 count=2 2>err
revoked 65 cut.der dev1.pem
dd if=one.der of=changed.der 2>err
size=$(wc -c <changed.der)
printf '\001\002' | dd of=changed.der bs=1 seek=$((size - 4)) conv=notrunc \
	2>err
revoked 76 changed.der dev1.pem
cat >ca.conf <<'EOT'
[ca]
default_ca = here
[here]
database = index.txt
default_md = sha256
crl_extensions = part
[part]
issuingDistributionPoint = critical,@point
[point]
onlyuser = TRUE
EOT
: >index.txt
openssl ca -gencrl -config ca.conf -cert ca.pem -keyfile ca.key -crldays 9 \
	-out part.crl 2>err
revoked 65 part.crl dev1.pem
says '^cert-check: part.crl: a revocation list with the critical extension 2\.5\.29\.28, which is not understood$'

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

# requests and keys, in any form
csr-gen --key new.key --new-key ec-p384 --cn 'Acme, Inc' --dns dev1.example.com \
	--ip 192.0.2.1 --ip 2001:db8::1 >new.csr
openssl req -in new.csr -outform DER -out new-csr.der
openssl pkey -in new.key -outform DER -out new-key.der
id=$(openssl pkey -in new.key -pubout -outform DER | openssl sha256 -r |
	cut -d ' ' -f 1)
for file in new.csr new-csr.der; do
	exits 0 cert-check --show $file
	cat >want <<-EOT
	Certificate request: $file
	Subject:       CN=Acme\\, Inc
	Names:         DNS:dev1.example.com, IP:192.0.2.1, IP:2001:db8::1
	Public key:    EC P-384, 384 bits
	Key id:        $id
	Signature:     GOOD
	EOT
	same 'a request for people' "$(cat out)" "$(cat want)"
done
for file in new.key new-key.der; do
	exits 0 cert-check --show $file
	cat >want <<-EOT
	Key:           $file
	Public key:    EC P-384, 384 bits
	Key id:        $id
	EOT
	same 'a key for people, and nothing secret' "$(cat out)" "$(cat want)"
done
exits 0 cert-check --show <new.key
prints '^Key: +-$'
size=$(wc -c <new-csr.der)
cp new-csr.der bad-csr.der
printf '\001' | dd of=bad-csr.der bs=1 seek=$((size - 9)) conv=notrunc 2>err
exits 0 cert-check --show bad-csr.der
prints '^Signature: +BAD \(not by this public key\)$'
exits 0 cert-check --json bad-csr.der
prints '"signature_good": false}$'
for type in 'rsa-2048 RSA, 2048' 'ed25519 Ed25519, 256' 'ec-p521 EC P-521, 521'; do
	csr-gen --key "${type%% *}" --new-key "${type%% *}" --cn x >out
	exits 0 cert-check --show "${type%% *}"
	prints "^Public key: +${type#* } bits\$"
done
printf 'open sesame\n' >pass
chmod 600 pass
openssl pkcs8 -topk8 -in new.key -passout file:pass -out locked.key
fails 65 '^cert-check: locked.key: encrypted, and no passphrase is given' \
	cert-check --show locked.key
exits 0 cert-check --show --passphrase-file pass locked.key
prints "^Key id: +$id\$"
printf 'wrong\n' >wrong
fails 65 '^cert-check: locked.key: the passphrase does not open it$' \
	cert-check --json --passphrase-file wrong locked.key
openssl req -x509 -key new.key -subj /CN=new -days 9 -out new.pem 2>err
exits 0 cert-check --match locked.key --passphrase-file pass new.pem
exits 0 cert-check --match - --passphrase-file pass new.pem <locked.key
exits 1 cert-check --match locked.key --passphrase-file pass dev1.pem
fails 65 '^cert-check: locked.key: encrypted, and no passphrase is given' \
	cert-check --match locked.key new.pem
fails 65 '^cert-check: locked.key: the passphrase does not open it$' \
	cert-check --match locked.key --passphrase-file wrong new.pem
# a question is one about certificates
for file in new.csr new.key; do
	fails 65 "^cert-check: $file: not a certificate\$" \
		cert-check --show --valid $file
	fails 65 "^cert-check: $file: not a certificate\$" \
		cert-check --table $file
done
fails 65 '^cert-check: garbage: not a certificate, request or key$' \
	cert-check --json garbage
sed 's/^MI/XX/' dev1.pem >broken.pem
fails 65 '^cert-check: broken.pem: not a certificate$' \
	cert-check --show broken.pem
if command -v softhsm2-util >/dev/null; then
	make_token box
	exits 0 csr-gen --key 'pkcs11:token=box;object=k;type=private' \
		--new-key ec-p256 --passphrase-file box.pin --cn hsm
	cp out hsm.csr
	uri='pkcs11:token=box;object=k;type=private'
	exits 0 cert-check --show --passphrase-file box.pin "$uri"
	prints '^Key: +pkcs11:token=box;object=k;type=private$'
	hsm=$(sed -n 's/^Key id: *//p' out)
	exits 0 cert-check --show hsm.csr
	prints "^Key id: +$hsm\$"
	openssl x509 -req -in hsm.csr -CA ca.pem -CAkey ca.key -set_serial 5 \
		-out hsm.pem 2>err
	exits 0 cert-check --match "$uri" --passphrase-file box.pin hsm.pem
	exits 1 cert-check --match "$uri" --passphrase-file box.pin new.pem
	exits 71 cert-check --match "$uri" --passphrase-file pass hsm.pem
else
	skip 'a key on a token' 'softhsm2-util is not installed'
fi

# --- for programs ---

exits 0 cert-check --json --at $from first.pem
cat >want <<EOT
{"name": "first.pem", "kind": "certificate", "subject": "CN=dev4",\
 "alternative_names": [], "issuer": "CN=Brief CA", "status": "valid",\
 "not_before": "2025-01-01T00:00:00Z", "not_after": "2025-04-11T00:00:00Z",\
 "chain_not_after": "2025-02-01T00:00:00Z", "ends_first": "CN=Brief CA",\
 "expires_in": 2678400, "due": false, "due_from": "2025-01-02T00:00:00Z",\
 "serial": "$(cert-check --show first.pem 2>err | sed -n 's/^Serial.*: \(.*\) .*/\1/p')",\
 "serial_hex": "$(openssl x509 -in dev4.pem -noout -serial |
	sed 's/serial=0*//' | tr A-F a-f)",\
 "thumbprint": "$(openssl x509 -in dev4.pem -noout -fingerprint -sha1 |
	sed -e 's/.*=//' -e 's/://g')",\
 "sha256": "$(openssl x509 -in dev4.pem -noout -fingerprint -sha256 |
	sed -e 's/.*=//' -e 's/://g')",\
 "ca": false, "public_key": {"type": "EC P-256", "bits": 256,\
 "id": "$(openssl x509 -in dev4.pem -noout -pubkey |
	openssl pkey -pubin -outform DER | openssl sha256 -r |
	cut -d ' ' -f 1)"}, "certificates": 2}
EOT
same 'every member of a certificate' "$(cat out)" "$(cat want)"
# member NAME AT [OPTION...]: that of dev1.pem
member() {
	name=$1 at=$(($2))
	shift 2
	cert-check --json --at=$at "$@" dev1.pem |
		sed "s/.*\"$name\": \"*\([^,\"]*\).*/\1/"
}
same 'the status soon' "$(member status until-30*day)" expires-soon
same 'due then' "$(member due until-30*day)" true
same 'as --due says it' "$(member due until-30*day --due 29d)" false
same 'the status expired' "$(member status until+1)" expired
same 'less than nothing left' "$(member expires_in until+5)" -5
same 'the status not yet' "$(member status from-1)" not-yet-valid
same 'a subject with what JSON escapes' "$(member subject from)" "O=Acme\\\\"
exits 0 cert-check --json new.csr
same 'every member of a request' "$(cat out)" '{"name": "new.csr", "kind":'\
' "request", "subject": "CN=Acme\\, Inc", "alternative_names":'\
' ["DNS:dev1.example.com", "IP:192.0.2.1", "IP:2001:db8::1"], "public_key":'\
' {"type": "EC P-384", "bits": 384, "id": "'"$id"'"}, "signature_good": true}'
exits 0 cert-check --json new.key
same 'every member of a key' "$(cat out)" '{"name": "new.key", "kind":'\
' "key", "public_key": {"type": "EC P-384", "bits": 384, "id": "'"$id"'"}}'
exits 1 cert-check --json --cn other dev1.pem
silent

# left AT [UNIT]: how much is left then
left() {
	cert-check --expire-in="${2:-s}" --at=$(($1)) dev1.pem
}
same 'seconds' "$(left until-86401)" 86401
same 'hours' "$(left until-86401 h)" 24
same 'days' "$(left until-86401 d)" 1
exits 0 cert-check --expire-in --at=$((until - 86401)) dev1.pem
same 'days, if nothing is said' "$(cat out)" 1
same 'the last second' "$(left until d)" 0
same 'over' "$(left until+1 s)" -1
same 'less than none from the first second on' "$(left until+1 d)" -1
same 'a day over' "$(left until+86400 d)" -1
same 'more than a day' "$(left until+86401 d)" -2
exits 0 cert-check --expire-in=d --at $from first.pem
prints '^31$'
says '^cert-check: first.pem: its issuer CN=Brief CA ends first'
exits 1 cert-check --expire-in --cn other dev1.pem
silent
exits 80 cert-check --expire-in --at=$((from - 301)) dev1.pem
silent
exits 0 cert-check --table --at=$from dev1.pem
same 'a row' "$(cat out)" '   100  2025-04-11T00:00:00Z  valid          dev1.pem'

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
exits 0 cert-check --clock --at $from dev1.pem
exits 80 cert-check --clock --at $((from - 301)) dev1.pem
says '^cert-check: dev1.pem: not valid yet: the clock is behind$'
exits 0 cert-check --clock --at $((until + 1)) dev1.pem
# the newest of a chain; and the one in use, beside which another is looked at
issue young ca 'cn = "Young CA"' ca cert_signing_key
sed -i 's/2025-01-01/2025-01-20/' young.template
certtool --generate-certificate --load-privkey young.key \
	--template young.template --load-ca-certificate ca.pem \
	--load-ca-privkey ca.key --outfile young.pem 2>err
issue dev7 young 'cn = dev7'
cat dev7.pem young.pem >renewed.pem
exits 80 cert-check --due 30d --at $((from + 19 * day - 301)) renewed.pem
exits 1 cert-check --due 30d --at $((from + 19 * day - 300)) renewed.pem
for other in --later-than --same-subject; do
	exits 80 cert-check --valid $other young.pem --at $((from + day)) \
		dev1.pem
	says '^cert-check: young.pem: not valid yet: the clock is behind$'
	exits 1 cert-check $other young.pem --at $((from + day)) dev1.pem
done
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

for window in ',' '33%,' ,30d 33%,x 0%,30d 100%,30d '30d,1d 12' 33%,30d,1d '' x 30x 1.5d -1d 30d5 '1d 12' '30d ,' 0% 100% 101% '33 %' % \
	33%% 3153600000001 100001y 99999999999999999999d; do
	misused cert-check --due="$window" dev1.pem
	says "^cert-check: --due: $window: (not a length of time|a share of)"
done
for window in 33%,34% 30d,40d; do
	misused cert-check --due="$window" dev1.pem
	says "^cert-check: --due: $window: not one share and one length of time\$"
done
for at in '' x 1x 0x10 1000000000001 9223372036854775807 \
	-9223372036854775808 \
	99999999999999999999 -99999999999999999999; do
	misused cert-check --at="$at" --valid dev1.pem
	says "^cert-check: --at: $at: not a number of seconds since 1970\$"
done
misused cert-check --usage=tls dev1.pem
says '^cert-check: --usage: tls: there are client, server and ca$'
for unit in x '' m days; do
	misused cert-check --expire-in="$unit" dev1.pem
	says "^cert-check: --expire-in: $unit: there are s, h and d\$"
done
for forms in '--show --json' '--table --show' '--json --expire-in' \
	'--print-cn --table'; do
	# shellcheck disable=SC2086 # two options
	misused cert-check $forms dev1.pem
	says '^cert-check: --show, .* or --print-cn, one of them$'
done
misused cert-check --spread 10d --valid dev1.pem
says '^cert-check: --spread goes with --due$'
misused cert-check --due 10d --spread soon dev1.pem
says '^cert-check: --spread: soon: not a length of time'
misused cert-check --not dev1.pem
says '^cert-check: --not: nothing is asked$'
misused cert-check --passphrase-file pass dev1.pem
says '^cert-check: --passphrase-file is for --match, --show and --json$'
misused cert-check --files-from names dev1.pem
says '^cert-check: dev1.pem: --files-from, or names, not both$'
for option in --match --same-subject --later-than --trusted --not-revoked; do
	misused cert-check $option - -
	says '^cert-check: -: standard input can be only one of the files$'
	misused cert-check $option -
done
misused cert-check --match - --passphrase-file - dev1.pem
misused cert-check --match - --files-from -
misused cert-check - -
misused cert-check --match
says '^cert-check: --match: its argument is missing$'
misused cert-check -x
says '^cert-check: -x: no such option'
exits 0 cert-check --at 253402300800 --due 30d dev1.pem
done_testing
