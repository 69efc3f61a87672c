#!/bin/sh
# Each fault of the sandbox against each command that talks to it: what it ends
# with, what it says, how long it takes, and what it leaves behind.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2154,SC2046,SC2086 # cell calls the commands; tap.sh; words
# shellcheck disable=SC2010,SC2254 # ls says where a link leads; patterns are from tables
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
enrolled_device
admin=$libexec/sandbox-admin
url=https://localhost:$https
est=$(sed -n 's/^# A plain EST server.*: //p' sandbox/certcycle.conf)
netrc=$T/sandbox/netrc
long=6 # seconds that nobody waits: the limits below are shorter
# what there is, and what is right
tables=$source_dir/tests/faults
for table in kinds commands exceptions; do
	grep -v '^#' "$tables/$table" >$table
done
same 'each kind is in the table' "$($admin --dir sandbox fault --list | cut -f 1 | sort)" \
	"$(cut -d ' ' -f 1 kinds | sort -u)"
for verb in "$source_dir"/scripts/tenant-*.in; do
	verb=${verb##*/tenant-}
	ok "so is the verb ${verb%.in}" grep -qE "^${verb%.in}[ -]" commands
done

# --- the commands themselves ---
cell_run() {
	limits="-o issuer.timeout=$limit -o hooks.timeout=$limit"
	case $command in
	est-enroll)
		est-post --enroll --url "$url" --ca "$tls_ca" --user dev2 \
			--password-file "$T/otp2" --timeout "$limit" "$T/dev2.csr"
		;;
	est-reenroll)
		est-post --reenroll --url "$url" --ca "$tls_ca" \
			--token-file "$T/token" --timeout "$limit" "$device/dev1.csr"
		;;
	est-cacerts) est-post --cacerts --url "$est" --ca "$tls_ca" ;;
	jwt-https)
		jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
			--cert "$cert" --key "$key" --timeout "$limit"
		;;
	jwt-mqtt)
		jwt-get --via mqtt --host localhost --port "$mqtt" --ca "$tls_ca" \
			--cert "$cert" --key "$key" --timeout "$limit"
		;;
	mqtt-probe)
		mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
			--cert "$cert" --key "$key"
		;;
	tls-probe) tls-probe --url "$url" --ca "$tls_ca" ;;
	rest-call)
		rest-call --url "$url/tenant/currentTenant" --ca "$tls_ca" \
			--netrc "$netrc" --print name
		;;
	enroll | download) certcycle $limits $command ;;
	enroll-wait)
		certcycle $limits enroll --retry-every=1s --max-timeout=6s
		;;
	run) certcycle $limits run --force ;;
	due | waiting) certcycle $limits run ;;
	rekey) certcycle $limits -o certificate.rekey=always run --force ;;
	renew | verify) certcycle $limits $command ;;
	verify-*) certcycle $limits -o c8y.verify_via="${command#*-}" verify ;;
	doctor) certcycle doctor --mqtt ;;
	upload)
		certcycle -o device.cert_path="$T/own.pem" \
			-o device.key_path="$T/own.key" upload --netrc="$netrc"
		;;
	register) operate register dev3 --replace ;;
	unregister) operate unregister dev3 ;;
	disable | enable) operate "$command" dev4 ;;
	issued) operate issued dev1 ;;
	revoke) operate revoke 0abc --yes ;;
	ca-show | trust-list | crl-get | crl-check)
		operate "${command%-*}" "${command#*-}"
		;;
	*) operate "$command" ;;
	esac
}
operate() {
	certcycle tenant "$@" --netrc="$netrc"
}

# --- what there is before ---
printf 'secret-for-dev2\n' >otp2
chmod 600 otp2
csr-gen --key dev2.key --new-key ec-p256 --cn dev2 >dev2.csr
$admin --dir sandbox register dev4 otp2 >out
csr-gen --key dev2.key --cn dev4 |
	est-post --enroll --url "$url" --ca "$tls_ca" --user dev4 \
		--password-file otp2 >out
make_pair own
mkdir cell begin
# keep NAME: what the device has now, to begin with
keep() {
	mkdir "begin/$1"
	cp -a device state "begin/$1"
}
keep gold
certcycle renew 2>err || sed 's/^/# /' err
keep next
rm -rf device state
cp -a begin/gold/device begin/gold/state .
age 10d
keep aged
mkdir -p begin/none/device begin/none/state

# prepare: the device as COMMAND finds it
prepare() {
	rm -rf device state
	cp -a "begin/$begins/device" "begin/$begins/state" .
	case $command in
	enroll* | download) $admin --dir sandbox register dev1 otp >out ;;
	est-enroll) $admin --dir sandbox register dev2 otp2 >out ;;
	est-reenroll)
		jwt-get --via https --url "https://localhost:$mtls" \
			--ca "$tls_ca" --cert "$cert" --key "$key" >token
		chmod 600 token
		;;
	unregister) $admin --dir sandbox register dev3 otp2 >out ;;
	esac
}

# files: the names and checksums of all that the device has
files() {
	find device state etc otp otp2 run -type f -exec cksum {} + | sort -k 3
}

# left: processes that the command has left behind
left() {
	ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -F " -> $T/cell"
}
nobody_left() {
	! left >/dev/null
}

# met: has the fault reached somebody? What lasts is in the log, a moment later;
# of others there is one less to come.
met() {
	case $place in
	strange | broker) [ "$(logged)" -gt "$noted" ] ;;
	*) [ "$(coming)" != "$times" ] ;;
	esac
}
logged() {
	$admin --dir sandbox log --lines=2000 | cut -f 8 |
		grep -cxE "$kind${refusal:+|$refusal}"
}
coming() {
	$admin --dir sandbox faults | sed -n "s/^$kind	\\([0-9]*\\)	.*/\\1/p"
}

# expect: $code and $words of $command with $fault, and whether it $meets it
expect() {
	meets=no code=0 words=-
	case " $places " in
	*" $place "*) meets=yes code=$means words=$text ;;
	esac
	[ "$meets" = yes ] || return 0
	while read -r whose which what why; do
		if fits "$command" "$whose" && fits "$fault" "$which"; then
			code=$what words=$why
			return
		fi
	done <exceptions
}

# fits WORD PATTERNS: with | between them
fits() (
	IFS='|'
	set -f
	for pattern in $2; do
		case $1 in
		$pattern) exit 0 ;;
		esac
	done
	exit 1
)

# begin_fault: orders $fault; one that lasts, and is not the last word, ends when
# it was met
begin_fault() {
	times=$often lifter='' refusal=''
	case $place in
	handshake) times=9 ;;
	strange) times=60 refusal='its certificate is not known yet' ;;
	broker) times=60 ;;
	esac
	[ "$times" != 60 ] || noted=$(logged)
	$admin --dir sandbox fault "$kind" "$times" $seconds
	[ "$times,$meets,$code" = 60,yes,0 ] || return 0
	{ until_true met && $admin --dir sandbox fault none; } &
	lifter=$!
}

# may_change CODE: the files that are documented to change, as a pattern
may_change() {
	notes='state/(state|history)'
	asked="device/dev1.csr|$notes|state/(reply|reply.asked|rejected.reply)"
	case $command,$1 in
	enroll*,0 | download,0) printf '%s\n' "device/dev1.(pem|key|csr)|$notes" ;;
	enroll*,70 | download,70)
		# the hook that judges it ran out of time: it is kept
		printf '%s\n' "device/dev1.(key|pem.new)|$asked"
		;;
	enroll*,* | download,*)
		printf '%s\n' "device/dev1.key|$asked|state/rejected.pem"
		;;
	run,0 | due,0) printf '%s\n' "device/dev1.pem(.old)?|device/dev1.csr|$notes" ;;
	waiting,0) printf '%s\n' "device/dev1.pem(.old|.new)?|state/reply|$notes" ;;
	rekey,0) printf '%s\n' "device/dev1.(pem|key)(.old)?|device/dev1.csr|$notes" ;;
	rekey,*) printf '%s\n' "device/dev1.key.new|$asked|state/rejected.pem" ;;
	run,* | due,*) printf '%s\n' "$asked|state/rejected.pem" ;;
	renew,0) printf '%s\n' "device/dev1.pem.new|$asked" ;;
	renew,*) printf '%s\n' "$asked" ;;
	verify*,* | waiting,*) printf '%s\n' "$notes" ;;
	*) printf 'nothing\n' ;;
	esac
}

# wrong TEXT: one more thing that is not as it should be
wrong() {
	faulty="$faulty
# $1"
}

# look_at_files: what has changed, and what must not be there
look_at_files() {
	files >after
	changed=$(diff before after | sed -n 's/^[<>] [0-9]* [0-9]* //p' |
		sort -u | grep -vxE -e "$(may_change "$got")")
	[ -z "$changed" ] || wrong "changed: $(printf '%s ' $changed)"
	[ -z "$(find device state run etc -name '*.tmp')" ] ||
		wrong 'a temporary file is left'
	case $command,$got,$place in
	rekey,*,certificate)
		[ ! -e "$key.new" ] || wrong 'the key of a candidate that was rejected'
		;;
	enroll*,0,* | download,0,* | run,0,* | due,0,* | rekey,0,* | waiting,0,*)
		cert-check --valid --match "$key" --cn dev1 "$cert" 2>>why ||
			wrong 'key and certificate are no pair'
		[ ! -e "$cert.new" ] || wrong 'the candidate is still there'
		;;
	esac
}

# look_at_words: the last line of standard error, or the doctor's last problem
look_at_words() {
	last=$(tail -n 1 err)
	[ "$command" != doctor ] || last=$(grep '^problem' out | tail -n 1)
	[ "$got" != 0 ] || return 0
	printf '%s\n' "$last" | grep -qE -e "$words" || wrong "it says: $last"
	printf '%s\n' "$last" |
		grep -qE '^(problem  )?[a-z0-9-]+( [a-z-]+)*(: | +[^ ])' ||
		wrong "not as a tool speaks: $last"
	! grep -qiE 'unknown error|syntax error|: line [0-9]|: not found$|parameter' err ||
		wrong "a shell's words: $(cat err)"
	case $command,$got in
	doctor,*) ;;
	*,75) grep -qvxE '[0-9]+' out && wrong "it prints $(head -c 99 out)" ;;
	*) [ ! -s out ] || wrong "it prints $(head -c 99 out)" ;;
	esac
}

# the clock in hundredths of a second
hundredths() {
	read -r up rest </proc/uptime
	printf '%s\n' "${up%.*}${up#*.}"
}

# play: $command once: $got and $took
play() {
	begun=$(hundredths)
	got=0
	(cd cell && cell_run) >out 2>err </dev/null || got=$?
	took=$(($(hundredths) - begun))
}

# recover: after the fault the same command ends well; a first certificate may
# take another registration, if it is said that this one is spent
recover() {
	play
	if [ "$got,$begins" = 75,none ] && [ "$place" != answer ]; then
		grep -q 'one-time password may be spent' err ||
			wrong "that the password is spent is not said: $(tail -n 1 err)"
		$admin --dir sandbox register dev1 otp >out
		play
	fi
	[ "$got" = 0 ] || wrong "afterwards: $got: $(tail -n 1 err)"
	cert-check --valid --match "$key" --cn dev1 "$cert" 2>>why ||
		wrong 'afterwards: key and certificate are no pair'
}

# cell: $command meets $fault
cell() {
	faulty='' limit=20s
	prepare
	expect
	case $fault,$meets in
	*/long,yes | token-refused,yes) limit=3s ;;
	esac
	begin_fault
	files >before
	play
	result=$got spent=$took
	[ "$got" = "$code" ] || wrong "exit code $got, not $code: $(tail -n 1 err)"
	[ "$took" -le "$most" ] || wrong "it took $took hundredths of a second"
	look_at_words
	until_true nobody_left || wrong "left: $(left)"
	look_at_files
	case $meets in
	yes) until_true met || [ -n "$lifter" ] || wrong 'it was not met' ;;
	no) ! met || wrong 'it was met' ;;
	esac
	[ -z "$lifter" ] || wait "$lifter" || wrong 'it was not met'
	$admin --dir sandbox fault none
	case $meets,$command,$got in
	*,0) ;;
	*,run,* | *,due,* | *,rekey,* | *,waiting,*) ! torture || recover ;;
	*,enroll*,* | *,download,*) recover ;;
	esac
	printf '%s %s %d %d\n' "$command" "$fault" "$result" "$spent" >>cells
	[ -z "$faulty" ]
	result $? "$command, $fault: $code"
	[ -z "$faulty" ] || printf '%s\n' "${faulty#?}"
}

# chosen: is it one of the share? Each fault meets one of the commands that get
# certificates, and one of all of them, in turn.
chosen() {
	torture && return
	case $meets,$fault,$command in
	*,*/long,* | no,*) ;;
	*,enroll) [ $((turn % 2)) -eq 0 ] && return ;;
	*,run) [ $((turn % 2)) -eq 1 ] && return ;;
	esac
	[ "$nth" -eq $((turn * 7 % 34)) ]
}

: >cells
most=4000 nth=0 turn=0
while read -r kind span place means text; do
	fault=$kind seconds=
	case $span in
	long) fault=$kind/long seconds=--seconds=$long ;;
	[0-9]*) seconds=--seconds=$span ;;
	esac
	[ -z "${FAULTS:-}" ] || fits "$fault" "$FAULTS" || continue
	turn=$((turn + 1)) nth=0
	while read -r command begins often places <&4; do
		[ -z "${COMMANDS:-}" ] || fits "$command" "$COMMANDS" || continue
		expect
		! chosen || cell
		nth=$((nth + 1))
	done 4<commands
done <kinds

# --- the table, from the run ---
awk -f "$tables/print.awk" cells >table
publish fault-table.txt table
done_testing
