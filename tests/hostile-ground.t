#!/bin/sh
# The ground that a program stands on: an environment, descriptors, signals,
# limits and places that nobody in his senses gives it. A run renews, or ends with
# a code and leaves all as it was; no child, lock or temporary file is left; the
# next one ends well. A share of it; all with torture.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs python3
enrolled_device
ours=$(command -v certcycle)
cp -p "$cert" good.pem
cp -p "$key" good.key
traceable
# odd WORD... -- PROGRAM...: in a state that no shell makes, see tests/hostile
printf '#!/bin/sh\nexec python3 "%s" exec "$@"\n' "$source_dir/tests/hostile" >stage/bin/odd
chmod 755 stage/bin/odd
est=$(sed -n 's/^# A plain EST server.*: //p' etc/certcycle.conf)
hook failed.d/50-note <<'X'
printf '%s\n' "$CERTCYCLE_OUTCOME" >>"$CERTCYCLE_CONFIG_DIR/../failed"
X
hook issuer/own <<X
[ "\$1" = issue ] || exit 0
[ ! -e "$T/hold" ] || { echo \$\$ >"$T/begun"; while [ -e "$T/hold" ]; do sleep 0.1; done; }
exec '$libexec/hooks/issuer/local-ca' issue
X
# the quick way: a CA here, and nobody asked whether it connects
local_ca() {
	certcycle -o issuer=own -o "local_ca.cert_path=$T/sandbox/ca.pem" \
		-o "local_ca.key_path=$T/sandbox/ca.key" -o c8y.verify_via=none "$@"
}

# what stands on the command line of a run and its children, and not on grep's
printf '%s\n' "$T/etc/hooks" "$T/stage/libexec/hooks" \
	"$T/stage/libexec/certcycle-run" >words
# left: what a run has left behind: children, a lock, temporary files, empty ones
left() {
	grep -alF -f "$T/words" /proc/[0-9]*/cmdline 2>/dev/null
	! [ -e run/default.lock ] || lock-run run/default.lock true 2>&1
	find "$device" state run ! -name '*.lock' \
		\( -name '*.tmp' -o -name '*.??????' -o -size 0 \) -type f
}
clean() {
	[ -z "$(left)" ]
}
# whole TEXT: the active pair is one, and nothing is left
whole() {
	until_true clean
	same "$1: nothing is left" '' "$(left)"
	cert-check --valid --match "$key" --cn dev1 "$cert" 2>whole.err
	result $? "$1: a whole pair"
}
# renews TEXT COMMAND...: it ends well, and the certificate is another one, which
# runs longer than one of this second
renews() {
	age 10d
	renewing=$1 before=$(serial)
	shift
	code=0
	("$@") >out 2>err </dev/null || code=$?
	[ "$code" = 0 ] && [ "$(serial)" != "$before" ]
	result $? "renewed with $renewing: $code"
}
# some N: is it the turn of this point? Each with torture, else one of N
point=0
some() {
	point=$((point + 1))
	torture || [ $((point % $1)) -eq 0 ]
}

# --- the environment ---
printf 'touch "%s/ran"\n' "$T" >envfile
printf 'garbage [[[\n' >garbage
big=$(head -c 120000 /dev/zero | tr '\0' x)
env_run() {
	renews "$1" env "$@" "$ours" run --force
}
env_run PATH= IFS='/.e' PS4='$(touch ran)' CDPATH=/:/tmp POSIXLY_CORRECT=1 \
	"ENV=$T/envfile" "BASH_ENV=$T/envfile"
env_run -u PATH -u HOME -u USER
env_run TZ=:/../garbage LC_ALL=xx_YY LANG=tr_TR.UTF-8 LANGUAGE=tr \
	"TMPDIR=/no/such 'place\"" COLUMNS=-1 TERM='$(touch ran)'
env_run CURL_CA_BUNDLE=/no SSL_CERT_FILE=/no SSL_CERT_DIR=/no CURL_HOME=/no \
	NETRC=/no GNUTLS_SYSTEM_PRIORITY_FILE="$T/garbage" GNUTLS_DEBUG_LEVEL=9 \
	GNUTLS_NO_IMPLICIT_INIT=1 GNUTLS_CPUID_OVERRIDE=1 "OPENSSL_CONF=$T/garbage"
env_run http_proxy=http://127.0.0.1:1 HTTP_PROXY=http://127.0.0.1:1 \
	ftp_proxy=x NO_PROXY= MALLOC_ARENA_MAX=x MALLOC_PERTURB_=165
env_run 'PATH=.:x:' CERTCYCLE_NO_SUCH_KEY="$big"
set -- A=
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
	set -- "$@" "V$n=$big"
done
env_run "$@"
unset big
ok 'nothing in it was run' [ ! -e ran ]
renews 'names that are none' odd 'env=A B=x' env==x env=noequal env=PATH=/no \
	env=IFS=x 'env=a-b=$(touch ran)' -- "$ours" run --force
renews 'a variable twice' odd env=CERTCYCLE_C8Y_VERIFY_VIA=wrong \
	env=CERTCYCLE_C8Y_VERIFY_VIA=none -- "$ours" run --force
# a configuration in it that is none is told, and nothing is done
newline='a
b'
for variable in "CERTCYCLE_DEVICE_ID=$newline" "CERTCYCLE_SETTINGS=x${newline}y=" \
	'CERTCYCLE_STATE_PATH="; touch ran' "CERTCYCLE_PROFILE=../x$newline" \
	"CERTCYCLE_DEVICE_CERT_PATH=$T/$newline" CERTCYCLE_RENEWAL_SPREAD=-1; do
	before=$(serial)
	exits 78 env "$variable" certcycle run --force
	same 'nothing is done' "$before" "$(serial)"
done
ok 'nothing in it was run, again' [ ! -e ran ]
# GnuTLS that ends the program itself ends it with 1: that is no answer
strict() {
	GNUTLS_SYSTEM_PRIORITY_FAIL_ON_INVALID=1 \
		GNUTLS_SYSTEM_PRIORITY_FILE="$T/garbage" "$@"
}
fails 71 '^cert-check: GnuTLS: ' strict cert-check --due 30d "$cert"
fails 71 '^est-post: GnuTLS: ' strict est-post --cacerts --url https://localhost:1
fails 71 '^tls-probe: GnuTLS: ' strict tls-probe --url https://localhost:1
exits 71 strict certcycle run --force
# no argument at all, not even a name
for helper in cert-check csr-gen est-post lock-run conf-get; do
	code=0
	(exec odd bare -- "$(command -v "$helper")") >out 2>err </dev/null || code=$?
	ok "$helper without an argv: $code" [ "$code" -lt 128 ]
done

# --- descriptors: what is closed stays closed; no answer ends in a file or in a
# connection. A helper says so with 71, and a run does without ---
mkdir streams
umask 022
# shut WHICH COMMAND...: without those descriptors; what is left is in out, err
shut() {
	case $1 in
	0) shift && "$@" <&- ;;
	1) shift && "$@" >&- ;;
	2) shift && "$@" 2>&- ;;
	01) shift && "$@" <&- >&- ;;
	02) shift && "$@" <&- 2>&- ;;
	12) shift && "$@" >&- 2>&- ;;
	012) shift && "$@" <&- >&- 2>&- ;;
	esac
}
mtls_url=https://localhost:$mtls url=https://localhost:$https
for which in 0 1 2 01 02 12 012; do
	case $which in
	*1*) answers=71 ;;
	*) answers=0 ;;
	esac
	new=streams/$which
	exits "$answers" shut $which csr-gen -v --key "$new.key" --new-key ec-p256 \
		--cn "$which"
	ok "closed $which: the key is a key, and no more" grep -qx \
		-e '-----END PRIVATE KEY-----' "$new.key"
	same 'from its first line on' '-----BEGIN PRIVATE KEY-----' \
		"$(head -n 1 "$new.key")"
	exits 0 csr-gen --key "$new.key" --cn x
	exits "$answers" shut $which jwt-get -v --via https --url "$mtls_url" \
		--ca "$tls_ca" --cert "$cert" --key "$key"
	exits "$answers" shut $which est-post -v --cacerts --url "$est" --ca "$tls_ca"
	! some 3 || {
		exits "$answers" shut $which cert-check --show "$cert"
		exits "$answers" shut $which conf-get device.id
		exits "$answers" shut $which key-sign --key "$key" good.pem
		exits "$answers" shut $which tick-status
		exits 0 shut $which tls-probe -v --url "$url" --ca "$tls_ca"
		exits 0 shut $which mqtt-probe -v --host localhost --port "$mqtt" \
			--ca "$tls_ca" --cert "$cert" --key "$key"
	}
	cp good.pem "$new.new"
	exits 0 shut $which cert-promote -v "$new.new" "$new.pem"
	ok 'the certificate is one, and no more' cmp good.pem "$new.pem"
	! some 4 || {
		before=$(serial)
		exits 0 shut $which certcycle run --force
		ok "closed $which: renewed" [ "$(serial)" != "$before" ]
		# within one second, the next one would not run longer
		age 10d
		exits 0 shut $which certcycle -o issuer=own \
			-o "local_ca.cert_path=$T/sandbox/ca.pem" \
			-o "local_ca.key_path=$T/sandbox/ca.key" \
			-o c8y.verify_via=none run --force
		whole "closed $which"
	}
done
# no file that is opened takes their place
mkfifo waits
(exec cert-check waits <&- >&- 2>&-) &
reader=$!
exec 7>waits
for fd in 0 1 2; do
	same "what is closed as $fd is no file" /dev/null \
		"$(readlink "/proc/$reader/fd/$fd")"
done
cat good.pem >&7
exec 7>&-
wait "$reader"
same 'and it is read' 0 $?
# nowhere to write, with SIGPIPE ignored, too
for command in 'csr-gen --key good.key --cn x' 'cert-check --show good.pem' \
	'tick-status --json' 'conf-get --list' 'certcycle show' 'certcycle status'; do
	# shellcheck disable=SC2086 # words
	exits 71 to_full $command
	# shellcheck disable=SC2086
	(trap '' PIPE && sleep 0.2 && code=0 && { $command 2>err || code=$?; } &&
		echo "$code" >code) | :
	same "nobody reads it: $command" 71 "$(cat code)"
done

# --- signals that are blocked or ignored from the start ---
for state in ignore=all block=all ignore=CHLD ignore=PIPE block=ALRM block=TERM; do
	! some 3 || renews "$state" odd "$state" -- "$ours" run --force
done

# --- a signal in the middle ---
# sent SIGNAL CODE PHASE: a run that waits there gets it
sent() {
	at="SIG$1 in $3"
	rm -f begun failed
	: >hold
	[ "$3" = issuer ] || hook "$3.d/30-slow" <<-X
	[ -e "$T/hold" ] || exit 0
	echo \$\$ >"$T/begun"
	while [ -e "$T/hold" ]; do sleep 0.1; done
	X
	odd default -- "$ours" -o issuer=own \
		-o "local_ca.cert_path=$T/sandbox/ca.pem" \
		-o "local_ca.key_path=$T/sandbox/ca.key" -o c8y.verify_via=none \
		run --force >out 2>err &
	sent_to=$!
	# as long as it takes on a machine that is busy
	while [ ! -s begun ] && kill -0 "$sent_to" 2>/dev/null; do
		sleep 0.1
	done
	kill -"$1" "$sent_to"
	case $1 in
	PIPE | WINCH | CONT) rm hold ;;
	TSTP | STOP)
		sleep 0.2
		kill -CONT "$sent_to"
		rm hold
		;;
	esac
	code=0
	wait "$sent_to" 2>/dev/null || code=$?
	same "$at ends it with" "$2" "$code"
	[ "$2" = 0 ] || same "$at: the failed hooks saw it" "$2" "$(cat failed)"
	[ "$2" = 0 ] || same "$at: it is noted" "$2" "$(noted result)"
	whole "$at"
	rm -f hold etc/hooks/*/30-slow
	exits 0 local_ca run
}
for phase in pre-renew issuer verify post-renew; do
	for pair in HUP=129 INT=130 QUIT=131 USR1=138 USR2=140 ALRM=142 TERM=143 \
		PIPE=0 WINCH=0 TSTP=0 STOP=0; do
		! some 11 || sent "${pair%=*}" "${pair#*=}" $phase
	done
done

# --- limits ---
limited() {
	(ulimit "$1" "$2" && exec "$ours" -o issuer=own \
		-o "local_ca.cert_path=$T/sandbox/ca.pem" \
		-o "local_ca.key_path=$T/sandbox/ca.key" -o c8y.verify_via=none \
		run --force)
}
for limit in '-f 0' '-f 1' '-f 2' '-n 3' '-n 4' '-n 5' '-n 10' '-n 12' '-n 16' \
	'-n 32' '-v 3000' '-v 8000' '-v 20000' '-v 40000' '-s 16' '-s 64' '-t 1' \
	'-c 0' '-d 100' '-d 2000'; do
	some 4 || continue
	code=0
	# shellcheck disable=SC2086 # two words
	limited $limit >out 2>err || code=$?
	# a shell that cannot start, or that ends for want of something, has a code
	# of its own
	ok "ulimit $limit: $code: no crash" [ "$code" -lt 128 ]
	rm -f state/running.tmp run/default.words # of a shell that ended so
	whole "ulimit $limit"
	exits 0 local_ca run
done
exits 71 sh -c 'ulimit -f 0; exec csr-gen --key limited.key --new-key ec-p256 \
	--cn x'
ok 'no half of a key' [ ! -e limited.key ]
exits 71 sh -c 'ulimit -f 0; exec csr-gen --key good.key --cn x >limited.csr'
cp good.pem limited.new
# to put one in its place writes nothing
exits 0 sh -c 'ulimit -f 0; exec cert-promote limited.new limited.pem'
same 'no other file' './limited.csr ./limited.pem' \
	"$(find . -maxdepth 1 -name 'limited*' | sort | paste -s -d ' ' -)"

# --- places ---
for mask in 000 777 022 027; do
	! some 3 || renews "umask $mask" sh -c "umask $mask; exec certcycle run --force"
done
same 'the key is for its owner' '-rw-------' \
	"$(find "$key" -exec ls -l {} + | cut -c 1-10)"
in_gone() {
	mkdir gone
	cd gone && rmdir ../gone && certcycle run --force
}
renews 'a directory that is gone' in_gone
hard='a $(touch ran) '\''"*?[;&|\ü'
for name in "$hard" '-rf' '--help' ' ' '%s%n' '~' "$(printf 'x\377y')" \
	"$(printf '%0250d' 0)"; do
	mkdir -p "p/$name"
	cp good.pem "p/$name/x.pem"
	cp -p good.key "p/$name/x.key"
	code=0
	local_ca -o "device.cert_path=$T/p/$name/x.pem" \
		-o "device.key_path=$T/p/$name/x.key" \
		-o "device.csr_path=$T/p/$name/x.csr" -o "state.path=$T/p/$name/state" \
		run --force >out 2>err || code=$?
	shown=$(describe "$name")
	case $code in
	0) ok "renewed in $shown" sh -c '! cmp -s good.pem "p/$1/x.pem"' sh "$name" ;;
	*) same "refused: $shown" 78 "$code" ;;
	esac
	(cd "p/$name" && cp x.key ./-k && exec csr-gen --key=-k --cn x) >out 2>err
	result $? "a key in $shown"
	exits 0 cert-check -- "p/$name/x.pem"
	rm -rf p
done
for profile in 'a b' '*' -x ../x "$newline" '' '$(touch ran)' "$(printf '%0300d' 0)"; do
	code=0
	certcycle --profile="$profile" run >out 2>err || code=$?
	ok "no profile: $(describe "$profile"): $code" \
		sh -c 'case $1 in 64 | 78) ;; *) exit 1 ;; esac' sh "$code"
done
ok 'nothing in a name was run' [ ! -e ran ]
exits 0 certcycle run --force
done_testing
