#!/bin/sh
# Every shipped hook and issuer, in every shell that is here: an event that it
# does not know, and each of its variables empty in turn. Then the templates:
# copied, made executable, and run.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"

make_pair dev1
cp dev1.key key
csr-gen --key key --from dev1.pem >request
mkdir -p state
printf 'default\nsecond\n' >changed
printf 'secret\n' >password
chmod 600 password
# a port that nobody listens on: what asks somebody has no answer, at once
closed=1

# set_to NAME VALUE: the variable CERTCYCLE_NAME, as certcycle would set it
set_to() {
	export "CERTCYCLE_$1=$2"
}
set_all() {
	set_to PROFILE default
	set_to STATE_DIR "$T/state"
	set_to DEVICE_ID dev1
	set_to CERT "$T/dev1.pem"
	set_to KEY "$T/key"
	set_to CANDIDATE "$T/dev1.pem"
	set_to CANDIDATE_KEY "$T/key"
	set_to PASSPHRASE_FILE "$T/password"
	set_to FORMER "$T/dev1.pem"
	set_to CA "$T/dev1.pem"
	set_to ISSUER_CA "$T/dev1.pem"
	set_to CACERTS "$T/dev1.pem"
	set_to URL "https://localhost:$closed"
	set_to URL_CA "$T/dev1.pem"
	set_to MTLS "https://localhost:$closed"
	set_to MQTT "localhost:$closed"
	set_to BROKER "localhost:$closed"
	set_to TOPIC_PREFIX c8y
	set_to TOKEN_VIA auto
	set_to VERIFY_VIA auto
	set_to PASSWORD_FILE "$T/password"
	set_to EST_LABEL label
	set_to EST_USER dev1
	set_to EST_PASSWORD_FILE "$T/password"
	set_to EST_DIGEST no
	set_to BOOTSTRAP_CERT "$T/dev1.pem"
	set_to BOOTSTRAP_KEY "$T/key"
	set_to LOCAL_CA_CERT "$T/dev1.pem"
	set_to LOCAL_CA_KEY "$T/key"
	set_to DURATION 3600
	set_to SERVICES certcycle-no-such-service
	set_to SYSLOG no
	set_to CHANGED "$T/changed"
	set_to OUTCOME 69
}
set_all
sed -n '/^static const char \*const documented/,/^};/s/.*"\(CERT.*\)".*/\1/p' \
	"$source_dir/helpers/hook-run.c" >documented
grep -vE '_(API|EVENT|CONFIG_DIR|REASON)$' documented >given
while read -r name; do
	eval "[ -n \"\${$name:-}\" ]"
	result $? "$name is set here"
done <given

# run_one KIND NAME WORD: the hook or issuer, alone
run_one() {
	case $1 in
	issuer) hook-run --dir hooks --issuer "$2" "$3" <request ;;
	*)
		rm -rf alone
		mkdir -p "alone/$3.d"
		cp "hooks/$1/$2" "alone/$3.d/$2"
		hook-run --dir alone "$3"
		;;
	esac
}

# fit KIND: the last one ended with a code that its page names, without a word of
# the shell's own, and without half an answer
fit() {
	case $1,$code in
	*,0 | *,69 | *,75 | *,76 | *,77) ;;
	issuer,65 | issuer,71 | issuer,78 | issuer,80) ;;
	issuer,*) return 1 ;;
	*,70) ;;
	*) return 1 ;;
	esac
	! grep -qiE 'unbound|parameter not set|parameter null|not found|substitution|syntax' err &&
		case $code in
		0) [ ! -s out ] || cert-check --match key out 2>/dev/null ;;
		*) [ ! -s out ] ;;
		esac
}

# try KIND NAME WORD VARIABLE: with it empty
try() {
	set_to "$4" ''
	rm -rf state && mkdir state
	code=0
	run_one "$1" "$2" "$3" >out 2>err || code=$?
	fit "$1" || {
		printf '%s/%s %s, %s, without %s: %s\n' "$1" "$2" "$3" \
			"$CERTCYCLE_REASON" "$4" "$code"
		cat err
	} >>bad
	tried=$((tried + 1))
}

for shell in dash 'busybox sh' 'bash --posix' mksh; do
	command -v "${shell%% *}" >/dev/null || {
		skip "the hooks in $shell" "no ${shell%% *} here"
		continue
	}
	rm -rf other hooks
	TEST_SHELL=$shell "$source_dir/tests/stage" "$build_dir" "$source_dir" \
		"$T/other"
	ln -s other/libexec/hooks hooks
	tried=0
	: >bad
	for hook in hooks/*/*; do
		name=${hook##*/}
		kind=${hook%/*}
		kind=${kind##*/}
		code=0
		run_one "$kind" "$name" some-word >out 2>err </dev/null || code=$?
		[ "$code" = 0 ] && [ ! -s out ] && [ ! -s err ] ||
			printf '%s: some-word: %s\n' "$hook" "$code" >>bad
		word=${kind%.d}
		[ "$kind" != issuer ] || word=issue
		grep -o 'CERTCYCLE_[A-Z_]*' "$hook" | sort -u | cut -c 11- >named
		for reason in enroll renew; do
			set_to REASON $reason
			while read -r variable; do
				try "$kind" "$name" "$word" "$variable"
				set_all
				set_to REASON $reason
			done <named
		done
	done
	same "$shell: each ends as it should" '' "$(cat bad)"
	ok "$shell: and many were tried: $tried" [ "$tried" -gt 80 ]
done

# --- the templates: a copy of each, made executable ---

rm -rf state hooks
mkdir state
rm -f named
# template NAME DIR HOOK
template() {
	rm -rf own
	mkdir -p "own/$2"
	cp "$source_dir/hooks/templates/$1" "own/$2/$3"
	sed -i "1s|.*|$(head -n 1 "$libexec/certcycle-run")|" "own/$2/$3"
	chmod 755 "own/$2/$3"
	printf '%s\n' "$1" >>named
}
# own WORD
own() {
	hook-run --dir own "$1"
}
for name in pre-renew verify post-renew failed once; do
	template $name some-event.d 50-$name
	exits 0 own some-event
	same "the template $name does nothing for others" '' "$(cat out err)"
done

template pre-renew pre-renew.d 50-hold
exits 0 own pre-renew
: >state/hold
fails 75 'state/hold: is there: later' own pre-renew

template verify verify.d 50-usage
exits 0 own verify
cert-sign --self-signed --key key --extended-key-usage serverAuth request >server.pem
set_to CANDIDATE "$T/server.pem"
exits 76 own verify
set_to CANDIDATE "$T/none.pem"
exits 69 own verify

template post-renew post-renew.d 50-copy
exits 0 own post-renew
ok 'the copy is there' cmp dev1.pem state/program.pem
exits 0 own post-renew
cp server.pem state/program.pem
exits 0 own post-renew
ok 'and is the new one' cmp dev1.pem state/program.pem

template failed failed.d 50-alarm
exits 0 own failed
ok 'what passes is no alarm' [ ! -e state/alarm ]
set_to OUTCOME 77
exits 0 own failed
same 'what does not is' "$(cat state/alarm)" "renew of $T/dev1.pem: exit code 77"

template once once.d 50-line
exits 0 own once
says '^50-line: new certificates: default second$'

template issuer issuer mine
offline() {
	hook-run --dir own --issuer mine "$@" <request
}
exits 0 offline cacerts
silent
exits 0 offline some-word
silent
fails 75 'state/outbox.csr: waits for .*/state/inbox.pem$' offline
ok 'the request waits' cmp request state/outbox.csr
csr-gen --key other.key --new-key ec-p256 --cn dev1 |
	cert-sign --self-signed --key other.key >state/inbox.pem
exits 75 offline
silent
cp dev1.pem state/inbox.pem
exits 0 offline
alike 'the certificate is its answer' "$(cat out)" "$(cat dev1.pem)"
for name in "$source_dir"/hooks/templates/*; do
	ok "the template ${name##*/} was tried" grep -qx "${name##*/}" named
done
done_testing
