# tap.sh: what every test shares. A test sources it first, says each thing that
# it shows by `ok`, `exits`, `says` or `same`, and ends with `done_testing`.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2319 # the tests use them; $? of a condition is meant
set -u
LC_ALL=C TZ=UTC0
export LC_ALL TZ
umask 022
for name in $(env | sed -n 's/^\(CERTCYCLE_[A-Z0-9_]*\)=.*/\1/p'); do
	unset "$name"
done
unset name https_proxy HTTPS_PROXY all_proxy ALL_PROXY

# `make check` says where the trees are; by hand, build/ beside tests/ is it
source_dir=$(cd "${srcdir:-${0%/*}/..}" && pwd)
build_dir=$(cd "${builddir:-$source_dir/build}" && pwd)

# at_end COMMAND: run when the test ends, however it ends
at_end() {
	cleanups="$1
$cleanups"
}

clean_up() {
	status=$?
	trap - EXIT
	eval "$cleanups"
	cd / && rm -rf "$T"
	exit "$status"
}

# a fresh directory; everything a test makes is in it, and goes with it
T=$(mktemp -d "${TMPDIR:-/tmp}/certcycle-test.XXXXXX") || exit 99
cleanups=
trap 'clean_up' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM
"$source_dir/tests/stage" "$build_dir" "$source_dir" "$T/stage" || exit 99
# mosquitto is in /usr/sbin, which is in no user's PATH
PATH=$T/stage/bin:$PATH:/usr/sbin:/sbin
libexec=$T/stage/libexec
CERTCYCLE_CONFIG_DIR=$T/etc
export PATH CERTCYCLE_CONFIG_DIR
mkdir "$T/etc"
cd "$T" || exit 99

tests=0 patience=1
[ -z "${VALGRIND:-}" ] || patience=10

# result CODE TEXT: one line of TAP; what the command printed, if it failed
result() {
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		printf 'ok %d - %s\n' "$tests" "$2"
		return
	fi
	printf 'not ok %d - %s\n' "$tests" "$2"
	for printed in out err; do
		[ -s "$T/$printed" ] && sed "s/^/# $printed: /" "$T/$printed"
	done
	:
}

# ok TEXT COMMAND...: it ends with 0
ok() {
	text=$1
	shift
	code=0
	"$@" >"$T/out" 2>"$T/err" || code=$?
	result "$code" "$text"
}

# exits CODE COMMAND...: it ends with exactly that code; a crash is no failure
# that was meant. What it printed is in out and err.
exits() {
	want=$1
	shift
	code=0
	"$@" >"$T/out" 2>"$T/err" || code=$?
	[ "$code" = "$want" ]
	result $? "exit $want: $(describe "$@")"
	[ "$code" = "$want" ] || printf '# exit code %s\n' "$code"
}

# The command line, short and on one line, without the paths of this run.
describe() {
	printf '%s ' "$@" | sed -e "s|$T/||g" -e 's/ $//' |
		tr '\n\t#\134' '  __' | tr -c '[:print:]' '?' | cut -c 1-120
}

# says PATTERN: the last command's last line on standard error matches
says() {
	tail -n 1 "$T/err" | grep -qE -e "$1"
	result $? "says: $(describe "$1")"
}

# prints PATTERN: a line of the last command's standard output matches
prints() {
	grep -qE -e "$1" "$T/out"
	result $? "prints: $(describe "$1")"
}

# mentions PATTERN: a line of its standard error matches
mentions() {
	grep -qE -e "$1" "$T/err"
	result $? "mentions: $(describe "$1")"
}

# wordless: it printed nothing at all
wordless() {
	same 'nothing is said' '' "$(cat "$T/out" "$T/err")"
}

# silent: the last command printed nothing on standard output
silent() {
	[ ! -s "$T/out" ]
	result $? "nothing on standard output"
}

# fails CODE PATTERN COMMAND...: it ends with that code and no answer, and its
# last line on standard error matches
fails() {
	want=$1 pattern=$2
	shift 2
	exits "$want" "$@"
	says "$pattern"
	silent
}

# within SECONDS COMMAND...: one of the above, and it takes no longer; below
# Valgrind, ten times that
within() {
	limit=$(($1 * patience)) begin=$(date +%s)
	shift
	"$@"
	[ $(($(date +%s) - begin)) -le "$limit" ]
	result $? "within $limit s"
}

# same TEXT A B: two strings are the same
same() {
	[ "$2" = "$3" ]
	result $? "$1"
	[ "$2" = "$3" ] || printf '%s\n' "first: $2" "second: $3" | sed 's/^/# /'
}

# alike TEXT A B: the same, and something at all: what two commands found
alike() {
	[ -n "$2" ] && [ "$2" = "$3" ]
	result $? "$1"
	[ -n "$2" ] || printf '# the first is empty\n'
	[ "$2" = "$3" ] || printf '%s\n' "first: $2" "second: $3" | sed 's/^/# /'
}

# misused COMMAND...: a wrong command line: 64, nothing on standard output, and
# on standard error the usage and then the reason, a line each
misused() {
	code=0
	"$@" >"$T/out" 2>"$T/err" </dev/null || code=$?
	[ "$code" = 64 ] && [ ! -s "$T/out" ] &&
		[ "$(sed -n '$=' "$T/err")" = 2 ] &&
		head -n 1 "$T/err" | grep -q "^usage: $1 "
	result $? "wrong command line: $(describe "$@")"
	[ "$code" = 64 ] || printf '# exit code %s\n' "$code"
}

# introduces TOOL OPTION...: what each tool says of itself. --help names every
# option, in its short form too where the tool has one, and those of all tools
introduces() {
	tool=$1
	shift
	exits 0 "$tool" --help
	for option in "$@" '-v, --verbose' '-h, --help' '-V, --version'; do
		grep -qE -e "^ +$option(=[A-Z=]+)? +[^ ]" "$T/out"
		result $? "--help has $option"
	done
	same 'and no option more' "$(grep -cE '^ +(-., )?--' "$T/out")" \
		"$(($# + 3))"
	same '--help begins with the usage' \
		"$(sed -n '1s/ .*//p' "$T/out")" 'usage:'
	exits 0 "$tool" --version
	same 'one line of version' "$(sed -n '$=' "$T/out")" 1
	prints "^$tool \\(certcycle\\) [0-9]+\\.[0-9]"
	misused "$tool" --no-such-option
	says 'no-such-option: no such option'
	exits 71 to_full "$tool" --help
	says '^[a-z-]+: standard output: '
}

# traceable: from here on the helpers can be traced, those in hooks too, which
# have an environment of their own: what looks for leaks of memory cannot be
traceable() {
	grep -q __asan_init "$build_dir/helpers/csr-gen" || return 0
	for helper in "$T"/stage/bin/*; do
		[ -L "$helper" ] || continue
		real=$(readlink "$helper")
		rm "$helper"
		printf '#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 exec "%s" "$@"\n' \
			"$real" >"$helper"
		chmod 755 "$helper"
	done
}

# needs_cut: the whole test is skipped where no process can be traced; $cut is what
# cuts one at a call
needs_cut() {
	cut=$build_dir/tests/torture/cut
	if [ ! -x "$cut" ]; then
		printf '1..0 # SKIP no cut here: make check builds it\n'
		exit 0
	fi
	"$cut" true 2>"$T/err" || {
		printf '1..0 # SKIP no process can be traced here: %s\n' \
			"$(cat "$T/err")"
		exit 0
	}
	traceable
}

# to_full COMMAND...: with nowhere left to write its answer
to_full() {
	"$@" >/dev/full
}

# needs PROGRAM...: the whole test is skipped where one is not there
needs() {
	for program in "$@"; do
		command -v "$program" >/dev/null && continue
		printf '1..0 # SKIP no %s here\n' "$program"
		exit 0
	done
}

# skip TEXT WHY
skip() {
	tests=$((tests + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tests" "$1" "$2"
}

# unblemished: Valgrind watched, if it should, and had nothing to say
unblemished() {
	[ -n "${VALGRIND:-}" ] || return 0
	# what is still there ends first, and says what it lost
	eval "$cleanups"
	cleanups=
	watched=$T/stage/valgrind
	: >"$T/out" && : >"$T/err"
	find "$watched" -type f -name '*.*' ! -path '*/seen/*' >runs
	ok "Valgrind watched $(sed -n '$=' runs) runs" [ -s runs ]
	find "$watched" -type f ! -path '*/seen/*' -size +0 \
		-exec cat {} + >"$T/out"
	[ ! -s "$T/out" ]
	result $? 'and found nothing'
}

done_testing() {
	unblemished
	printf '1..%d\n' "$tests"
	exit 0
}

# until_true COMMAND...: tries it for half a minute, as a machine may be busy, times
# $patience
until_true() {
	end=$(($(date +%s) + 30 * patience))
	until "$@"; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# make_pair NAME [CN]: NAME.key and a self-signed NAME.pem
make_pair() {
	csr-gen --key "$1.key" --new-key ec-p256 --cn "${2:-$1}" |
		cert-sign --self-signed --key "$1.key" >"$1.pem"
}

# make_token NAME: a token of SoftHSM's by that name with the PIN 1234, which is
# in the file NAME.pin; it is in this test's directory, and alone there.
make_token() {
	forgive_modules
	export SOFTHSM2_CONF="$T/softhsm2.conf"
	# a TPM that is not there is no news
	export TSS2_LOG=all+none TPM2_PKCS11_STORE="$T" TPM2_PKCS11_LOG_LEVEL=0
	mkdir -p "$T/tokens"
	printf 'directories.tokendir = %s/tokens\n' "$T" >"$SOFTHSM2_CONF"
	softhsm2-util --init-token --free --label "$1" --pin 1234 \
		--so-pin 5678 >/dev/null
	(umask 077 && printf '1234\n' >"$1.pin")
}

# first FILE...: the first that is there
first() {
	for file in "$@"; do
		[ ! -e "$file" ] || {
			printf '%s\n' "$file"
			return
		}
	done
}

# forgive_modules: the modules of tokens forget some bytes, and OpenSSL's engine
# does when it goes; they are not ours
forgive_modules() {
	printf 'leak:%s\n' pkcs11-spy.so libtpm2_pkcs11.so libsofthsm2.so \
		libcrypto.so libp11-kit.so p11-kit-proxy.so >"$T/leaks"
	export LSAN_OPTIONS="suppressions=$T/leaks:print_suppressions=0"
}

# start_tpm: a TPM 2 that swtpm plays, on $port; its second port may be someone
# else's, then it is gone at once
start_tpm() {
	mkdir "$T/tpm"
	for try in 1 2 3 4 5; do
		port=$("$libexec/sandbox-admin" free-port)
		swtpm socket --tpm2 --tpmstate "dir=$T/tpm" \
			--server "type=tcp,port=$port,bindaddr=127.0.0.1" \
			--ctrl "type=tcp,port=$((port + 1)),bindaddr=127.0.0.1" \
			--flags not-need-init,startup-clear >"tpm.$try" 2>&1 &
		tpm=$!
		at_end "{ kill $tpm; wait $tpm; } 2>/dev/null"
		until_true tpm_settled
		kill -0 "$tpm" 2>/dev/null && return
	done
}

# tpm_settled: the TPM waits for clients on both its ports, or is gone
tpm_settled() {
	! kill -0 "$tpm" 2>/dev/null ||
		{ listens "$port" && listens $((port + 1)); }
}

# tpm_token NAME: a token of the TPM by that name, whose PIN is not set yet; $tpm_url
# is its URI
tpm_token() {
	tpm_url=$(p11tool --provider "$tpm_module" --list-tokens 2>"$T/err" |
		sed -n 's/.*URL: \(.*token=\)$/\1/p' | head -n 1)
	p11tool --provider "$tpm_module" --initialize --label "$1" \
		--set-so-pin 5678 "$tpm_url" >"$T/out" 2>"$T/err"
	tpm_url=$(p11tool --provider "$tpm_module" --list-tokens 2>"$T/err" |
		sed -n "s/.*URL: \(.*token=$1\)\$/\1/p")
}

# make_tpm NAME: a token of a TPM 2 by that name with the PIN 1234, which is in
# the file NAME.pin. False where there is no such TPM here.
make_tpm() {
	tpm_module=$(first /usr/lib/*/pkcs11/libtpm2_pkcs11.so \
		/usr/lib*/pkcs11/libtpm2_pkcs11.so)
	[ -n "$tpm_module" ] && [ -x "$libexec/sandbox-admin" ] &&
		command -v swtpm >/dev/null || return 1
	start_tpm
	export TSS2_LOG=all+none TPM2_PKCS11_LOG_LEVEL=0
	export TPM2_PKCS11_TCTI="swtpm:port=$port" TPM2_PKCS11_STORE="$T/tpm"
	tpm_token "$1"
	p11tool --provider "$tpm_module" --initialize-pin --set-so-pin 5678 \
		--set-pin 1234 "$tpm_url" >"$T/out" 2>"$T/err"
	(umask 077 && printf '1234\n' >"$1.pin")
}

# torture: whether a campaign takes all of its points, and not a share of them
torture() {
	[ -n "${TORTURE:-}" ]
}

# publish NAME FILE: a table that a campaign has made, for whoever reads the run;
# with torture it is kept, too, as torture/NAME in the build tree
publish() {
	sed 's/^/# /' "$2"
	torture || return 0
	mkdir -p "$build_dir/torture" && cp "$2" "$build_dir/torture/$1"
}

# needs_sandbox: the whole test is skipped in a build without it
needs_sandbox() {
	[ ! -e "$libexec/certcycle-sandbox" ] || return 0
	printf '1..0 # SKIP built without the sandbox\n'
	exit 0
}

# sandbox VERB...: the sandbox of this test
sandbox() {
	certcycle sandbox --dir="$T/sandbox" "$@"
}

# start_sandbox: starts it; $https, $mtls and $mqtt are its ports, and
# certcycle.conf knows it. A device dev1 has its place under $T/device.
start_sandbox() {
	needs_sandbox
	at_end 'sandbox stop >/dev/null 2>&1'
	sandbox start >"$T/out" 2>"$T/err" || {
		sed 's/^/# /' "$T/out" "$T/err" "$T"/sandbox/*.log
		printf 'Bail out! the sandbox does not start\n'
		exit 1
	}
	https=$(sed -n 's/^url = localhost://p' "$T/out")
	mtls=$(sed -n 's/^mtls = localhost://p' "$T/out")
	mqtt=$(sed -n 's/^mqtt = localhost://p' "$T/out")
	tls_ca=$T/sandbox/tls-ca.pem
	device=$T/device
	{
		cat "$T/out"
		cat <<-EOT
		[device]
		id = dev1
		key_path = $device/dev1.key
		cert_path = $device/dev1.pem
		csr_path = $device/dev1.csr
		one_time_password_path = $T/otp
		[state]
		path = $T/state
		run_path = $T/run
		[enroll]
		retry_every = 1s
		max_timeout = 0
		EOT
	} >"$T/etc/certcycle.conf"
}

# enrolled_device: the sandbox, and dev1 with its first certificate $cert, which
# is for $key. Failures cost no pause until a test says so.
enrolled_device() {
	start_sandbox
	{
		printf '[renewal]\nretry.initial_interval = 0\n'
		printf 'retry.maximum_interval = 0\n'
	} >>"$T/etc/certcycle.conf"
	printf 'secret-for-dev1\n' >otp
	chmod 600 otp
	key=$device/dev1.key cert=$device/dev1.pem
	sandbox register dev1 otp >/dev/null
	certcycle enroll >"$T/out" 2>"$T/err" || {
		sed 's/^/# /' "$T/err"
		printf 'Bail out! the device gets no certificate\n'
		exit 1
	}
}

# second_profile: another profile, second: the device dev2 with its password in
# otp2, and its files below second
second_profile() {
	mkdir "$T/etc/conf.d"
	cat >"$T/etc/conf.d/second.conf" <<-EOT
	[device]
	id = dev2
	key_path = $T/second/dev2.key
	cert_path = $T/second/dev2.pem
	csr_path = $T/second/dev2.csr
	one_time_password_path = $T/otp2
	[state]
	path = $T/second/state
	EOT
	printf 'secret-for-dev2\n' >"$T/otp2"
	chmod 600 "$T/otp2"
}

# age SPAN [OPTION...]: the active certificate is another one of the same
# authority, which ends in SPAN
age() {
	span=$1
	shift
	csr-gen --key "$key" --from "$cert" |
		cert-sign --ca-cert "$T/sandbox/ca.pem" \
			--ca-key "$T/sandbox/ca.key" --duration "$span" "$@" \
			>"$cert.aged"
	mv -f "$cert.aged" "$cert"
}

# serial: that of the active certificate
serial() {
	certcycle show | sed -n 's/^Serial number: //p'
}

# issued: how many certificates the tenant has issued to dev1
issued() {
	"$libexec/sandbox-admin" --dir "$T/sandbox" devices |
		awk '$1 == "dev1" { print $3 }'
}

# asked: how many requests for a certificate the tenant had
asked() {
	grep -c 'simple.*enroll' "$T/sandbox/server.log"
}

# hook EVENT.d/NAME: the rest of standard input as a user's hook
hook() {
	mkdir -p "$T/etc/hooks/${1%/*}"
	{
		printf '#!/bin/sh\n'
		cat
	} >"$T/etc/hooks/$1"
	chmod 755 "$T/etc/hooks/$1"
}

# noted KEY: what the state says of that
noted() {
	sed -n "s/^$1=//p" "$T/state/state"
}

# trusted_pair NAME HOST [OPTION...]: NAME.key and NAME.pem, what a server at HOST
# shows; the CA of the sandbox's own server has signed it
trusted_pair() {
	pair=$1 host=$2
	shift 2
	csr-gen --key "$pair.key" --new-key ec-p256 --cn "$host" --dns "$host" |
		cert-sign --ca-cert "$tls_ca" --ca-key "$T/sandbox/tls-ca.key" \
			"$@" >"$pair.pem"
}

# listens PORT: a process waits there for connections
listens() {
	grep -q ":$(printf %04X "$1") 00000000:0000 0A " /proc/net/tcp
}

# tls_server NAME [OPTION...]: a bare TLS server on $port, its process is $pid.
# What is written to NAME.feed (by 1<>, which waits for no reader) goes to its
# client of now or the next one, and what clients say is added to NAME.heard. It
# shows the certificate NAME.pem.
tls_server() {
	server=$1
	shift
	port=$("$libexec/sandbox-admin" free-port)
	mkfifo "$server.feed"
	openssl s_server -quiet -accept "127.0.0.1:$port" -cert "$server.pem" \
		-key "$server.key" "$@" <>"$server.feed" >"$server.heard" \
		2>"$server.log" &
	pid=$!
	at_end "{ kill -9 $pid; wait $pid; } 2>/dev/null"
	until_true listens "$port" || {
		sed 's/^/# /' "$server.log"
		printf 'Bail out! no TLS server on port %s\n' "$port"
		exit 1
	}
}
