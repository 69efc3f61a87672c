#!/bin/sh
# Certificates, chains, requests, keys and revocation lists that someone made to do
# harm: whatever reads them ends with a code of its page, in time, and prints no
# byte that a terminal, a table, a monitor or a reader of JSON would take for
# something else. A share of the questions; all of them with torture.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs python3 openssl
hostile=$source_dir/tests/hostile
h=$T/h
mkdir "$h"
exits 0 python3 "$hostile" make "$h"
# the sanitizers' address space has no bound
memory=1000
! grep -q __asan_init "$build_dir/helpers/cert-check" || memory=0


# few EVERY: one in so many of the lines, all of them with torture
few() {
	if torture; then cat; else awk -v n="$1" 'NR % n == 1'; fi
}

# asked NAME FILE: asks the cases of that file, a line of TAP each
asked() {
	python3 "$hostile" ask "$memory" 600 <"$2" >answers 2>err ||
		result 1 "$1: the runner"
	while IFS=' ' read -r bad text; do
		result "$bad" "$1: $text"
	done <answers
	same "$1: each was asked" "$(wc -l <"$2")" "$(wc -l <answers)"
	publish "hostile-$1.txt" slowest
	rm -f answers err
}

# --- cert-check: each question about each of them ---
awk -v h="$h" -v all="$(torture && echo 1 || echo 0)" '
	# form, codes beside those of the file, options
	BEGIN {
		n = split("none||;show||--show;json||--json;line|65|--print-cn;" \
		"none|1,65|--cn=dev1;line|80|--table;line|65,80|--expire-in;" \
		"none|1,65|--trusted=" h "/dev1.pem;none|1,65|--match=" h "/dev1.key;" \
		"none|1,65|--usage=client;none|1,65,80|--due=30d;" \
		"none|1,65,76,80|--not-revoked=" h "/crl-plain.crl;" \
		"none|1|--same-subject=" h "/dev1.pem;none|1,80|--valid;" \
		"none|1|--later-than=" h "/dev1.pem", question, ";")
	}
	function put(form, codes, words) {
		print form, codes, "h/" file, words, "h/" file
	}
	{
		file = $3
		sub(/.*\//, "", file)
		# seconds of PBKDF2, or of lists that GnuTLS goes through
		if (!all && file ~ /iterations-10m|10000|1024k/)
			next
	}
	$1 == "cert" || $1 == "form" {
		for (i = 1; i <= n; i++)
			# a name may come to harm wherever it is printed
			if (all || (NR + i) % n == 0 ||
				(file ~ /-cn-/ && i > 1 && i < 5)) {
				split(question[i], part, "|")
				put(part[1], $2 (part[2] == "" ? "" : "," part[2]),
					"cert-check " part[3])
			}
	}
	$1 == "csr" || $1 == "key" {
		if (all || NR % 2)
			put("show", $2, "cert-check --show")
		if (all || NR % 2 == 0)
			put("json", $2, "cert-check --json")
	}
	$1 == "key" && (all || NR % 3 == 0) {
		print "none", "0,1,65", "h/" file, "cert-check", \
			"--match=h/" file, h "/dev1.pem"
	}
	$1 == "crl" {
		print "none", "0,1,65,76,80", "h/" file, "cert-check", \
			"--not-revoked=h/" file, h "/dev1.pem"
	}' h/list >cases
asked check cases

# what a name holds behind a NUL does not make it another one; nor does what looks
# like one
for name in nul nul-first nul-last bmp-nul t61-nul printable-nul spaces return \
	newline tab escape dn bidi cut; do
	exits 1 cert-check --cn dev1 "h/cert-cn-$name.pem"
	exits 1 cert-check --same-subject h/dev1.pem "h/cert-cn-$name.pem"
done
exits 0 cert-check --cn dev1 h/cert-cn-bmp.pem
exits 1 cert-check --same-subject h/dev1.pem h/cert-cn-bmp.pem
exits 0 cert-check --print-cn h/cert-cn-bidi.pem
prints '^dev1\\xe2\\x80\\xaegnp'
exits 0 cert-check --show h/cert-cn-newline.pem
same 'a name makes no line' 1 "$(grep -c '^Subject:' out)"

# a directory of them: a row or an object for each, or a line that says why not
mkdir many
cp h/cert-cn-*.pem many
files=$(find many -name '*.pem' | wc -l)
for form in table json; do
	cert-check --$form many >rows 2>told
	same "--$form: each once" "$files" $(($(wc -l <rows) + $(wc -l <told)))
	ok "--$form: most of them are rows" [ "$(wc -l <rows)" -ge 40 ]
done
same 'an object holds one name' "$(wc -l <rows)" \
	"$(grep -c '^{"name": "many/cert-cn-[a-z0-9-]*.pem", "kind": "certificate", ' rows)"
cert-check --table many >rows 2>told
exits 1 grep -vE '^ *[0-9]+  2099-01-01T00:00:00Z  valid          many/cert-cn-[a-z0-9-]*.pem$' \
	rows

# --- what is made of them ---
mkdir moved
{
	grep -v 'iterations-10m' h/list | few 6 | while read -r kind codes file; do
		name=${file##*/}
		[ "$kind" != crl ] || continue
		case $kind in
		cert | form)
			cp "$file" "moved/$name" # it goes to its place
			printf '%s\n' "none 0,65 $name cert-promote moved/$name promoted.pem" \
				"pem 0,65 - csr-gen --key=h/dev1.key --from=$file" \
				"pem 0,65 $name cert-sign --ca-cert=$file --ca-key=h/dev1.key h/csr-cn-spaces.csr"
			;;
		csr)
			printf '%s\n' "pem 0,65 $name csr-gen --key=h/dev1.key --from-csr=$file" \
				"pem 0,65 $name cert-sign --ca-cert=h/ca.pem --ca-key=h/dev1.key $file" \
				"pem 0,65 $name cert-sign --self-signed --key=h/dev1.key $file"
			;;
		key)
			printf '%s\n' "pem 0,65 $name csr-gen --key=$file --cn=dev1" \
				"line 0,65 $name key-sign --key=$file h/dev1.pem"
			;;
		esac
	done
} >cases
asked made cases
for list in h/crl-*.crl; do
	printf '%s\n' "pem 0,65,76 - cert-sign --crl --ca-cert=h/ca.pem \
		--ca-key=h/dev1.key --from=$list"
done | few 4 >cases
asked lists cases

# --- certcycle, with one of them as its certificate ---
mkdir device
cp h/dev1.key device
cat >etc/certcycle.conf <<EOT
issuer = own
[device]
key_path = $T/device/dev1.key
cert_path = $T/device/dev1.pem
csr_path = $T/device/dev1.csr
[c8y]
verify_via = none
[state]
path = $T/state
run_path = $T/run
[renewal]
retry.initial_interval = 0
retry.maximum_interval = 0
EOT
cp h/dev1.pem device
exits 1 certcycle needs-renewal
grep -E '^(cert|form) ' h/list | few 40 | while read -r kind codes each; do
	have="- certcycle -o device.cert_path=$each"
	printf '%s\n' "show $codes $have show" "text 0,1,65,71,80 $have status" \
		"object 0,1,65,71,80 $have status --json" \
		"nagios 0,1,2,3 $have status --nagios" \
		"metrics 0,1,65,71,80 $have metrics" \
		"none 0,1,65,80 $have needs-renewal" \
		"none 65 $have verify"
done >cases
asked certcycle cases

# --- and as what its issuer gives: it becomes active, or nothing does ---
hook issuer/own <<'X'
[ "$1" = issue ] || exit 0
exec cat "$CERTCYCLE_CONFIG_DIR/../given"
X
# taken: the run with $was_given ended with $code, and what is active is whole; says what is wrong
taken() {
	case $code in
	0) ! cmp -s device/dev1.pem h/dev1.pem || echo "$was_given: 0, and nothing new" ;;
	65 | 70 | 75 | 76 | 77)
		cmp -s device/dev1.pem h/dev1.pem || echo "$was_given: $code, and another"
		;;
	*) echo "$was_given: exit code $code" ;;
	esac
	cert-check --valid --same-subject h/dev1.pem --match h/dev1.key device/dev1.pem
	find device state -name '*.tmp'
}
grep -E '^(cert|form) ' h/list | few 25 | cut -d ' ' -f 3 >files
while read -r was_given; do
	rm -f device/dev1.pem.*
	cp h/dev1.pem device/dev1.pem
	cp "$was_given" given
	code=0
	timeout 300 certcycle run --force >>said 2>&1 || code=$?
	taken
done <files >wrong 2>&1
same "each of $(wc -l <files) was taken whole, or not at all" '' "$(cat wrong)"
cp h/dev1.pem device/dev1.pem
printf '%s\n' "text 0 - cat said" "text 0 - cat state/state" \
	"history 0 - certcycle history" "text 0,1 - certcycle status" \
	"object 0,1 - certcycle status --json" "metrics 0 - certcycle metrics" >cases
asked history cases

# --- servers that show one ---
needs_sandbox
start_sandbox
# shows FILE: a TLS server does, on $port; false where OpenSSL cannot
shows() {
	port=$("$libexec/sandbox-admin" free-port)
	openssl s_server -quiet -accept "127.0.0.1:$port" -cert "$1" \
		-key h/dev1.key </dev/null >served.log 2>&1 &
	server=$!
	until_true listens_or_gone && kill -0 "$server" 2>/dev/null
}
listens_or_gone() {
	listens "$port" || ! kill -0 "$server" 2>/dev/null
}
shows_no_more() {
	{ kill "$server" && wait "$server"; } 2>/dev/null
}
count=0
: >all
grep '^cert ' h/list | few 40 >files
while read -r kind codes file; do
	if shows "$file"; then
		count=$((count + 1))
		at="https://localhost:$port --timeout=60s"
		printf '%s\n' "none 0,65,69,76 - tls-probe --ca=$file --url=$at" \
			"none 69,76 - tls-probe --ca=h/ca.pem --url=$at" \
			"none 69,76 - mqtt-probe --ca=h/ca.pem --cert=h/dev1.pem \
			--key=h/dev1.key --host=localhost --port=$port --timeout=60s" \
			>cases
		python3 "$hostile" ask "$memory" 120 <cases >>all
	fi
	shows_no_more
done <files
while IFS=' ' read -r bad text; do
	result "$bad" "a server: $text"
done <all
same "each of $count was asked three times" $((3 * count)) "$(wc -l <all)"
ok 'some were shown' [ "$count" -ge 3 ]
for name in nul nul-last newline; do
	ok "a server shows host-$name" shows "h/cert-host-$name.pem"
	exits 76 tls-probe --url "https://localhost:$port" \
		--ca "h/cert-host-$name.pem"
	exits 76 mqtt-probe --host localhost --port "$port" \
		--ca "h/cert-host-$name.pem" --cert h/dev1.pem --key h/dev1.key
	shows_no_more
done
ok 'a server shows host-good' shows h/cert-host-good.pem
exits 0 tls-probe --url "https://localhost:$port" --ca h/cert-host-good.pem
shows_no_more

# --- the sandbox gets them ---
printf 'secret-word\n' >otp
chmod 600 otp
sandbox register dev1 otp >/dev/null
url=https://localhost:$https
{
	grep '^csr ' h/list | few 12 | while read -r kind codes file; do
		printf '%s\n' "pem 0,65,69,75,76,77 - est-post --enroll --url=$url \
			--ca=$tls_ca --user=dev1 --password-file=otp $file"
	done
	grep '^cert ' h/list | few 60 | while read -r kind codes file; do
		printf '%s\n' "none 65,69,76,77 - jwt-get --via=https --cert=$file \
			--url=https://localhost:$mtls --ca=$tls_ca --key=h/dev1.key" \
			"text 0,1,64,65,69,77,78 - certcycle sandbox --dir=sandbox \
			trust $file"
	done
	printf '%s\n' "text 0 - certcycle sandbox --dir=sandbox log" \
		"text 0 - certcycle sandbox --dir=sandbox devices"
} >cases
asked sandbox cases
sandbox register good otp >/dev/null
csr-gen --key good.key --new-key ec-p256 --cn good >good.csr
exits 0 est-post --enroll --url "$url" --ca "$tls_ca" --user good \
	--password-file otp good.csr
exits 1 grep -E 'ERROR: AddressSanitizer|runtime error' sandbox/server.log
done_testing
