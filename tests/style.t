#!/bin/sh
# The rules that a machine can hold: the exit codes are written once and the
# same everywhere, every option is on its page, and the text is what it should
# be.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2094,SC2013 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
s=$source_dir
helpers='cert-check cert-promote cert-sign conf-get csr-gen est-post hook-run
	json-get jwt-get key-sign lock-run mqtt-probe rest-call tick-due tick-note
	tick-status tls-probe'

# --- exit codes: header, shell, page ---
sed -n 's/^[ \t]*EXIT_\([A-Z]*\) = \([0-9]*\).*/\2 \1/p' \
	"$s/helpers/lib/exit.h" >header
grep -oE '\bE_[A-Z]*=[0-9]+' "$s/scripts/lib/common.sh.in" |
	sed 's/E_\([A-Z]*\)=\([0-9]*\)/\2 \1/' >shell
sed -n 's/^\.It \([0-9][0-9]*\) \([A-Z]*\)$/\1 \2/p' "$s/man/certcycle.7" >page
ok 'there are 13 exit codes' [ "$(wc -l <header)" -eq 13 ]
same 'scripts/lib/common.sh.in has the codes of exit.h, but YES' \
	"$(grep -v ' YES$' header)" "$(cat shell)"
same 'certcycle(7) has the codes of exit.h' "$(cat header)" "$(cat page)"
grep -nE 'exit\((6[4-9]|7[0-9]|80)\)|return (6[4-9]|7[0-9]|80);' \
	"$s"/helpers/*.c "$s"/helpers/*/*.c "$s"/helpers/*/*/*.c >numbers
same 'no program writes a code as a number' '' "$(cat numbers)"

# exercised TEST: its command lines, but for those that only name an option
exercised() {
	awk '
		!going { counts = !/^(introduces|misused|says|prints|#)/ }
		counts
		{ going = /\\$/ }' "$1"
}

# --- options: --help against page, page against --help, and each in a test ---
for helper in $helpers; do
	"$helper" --help | grep -o -e '--[a-z][a-z0-9-]*' | sort -u >has
	sed -n 's/^\.It.* Fl -\([a-z][a-z0-9-]*\).*/--\1/p' \
		"$s/man/$helper.1" | sort -u >says
	same "$helper(1) has the options of $helper --help" "$(cat has)" \
		"$(cat says)"
	also=
	case $helper in
	cert-check) also='cert-check-many' ;;
	conf-get) also='conf-edit conf-profiles' ;;
	est-post) also='est-peer' ;;
	esac
	for test in $helper $also; do
		exercised "$s/tests/$test.t"
	done >lines
	for option in $(grep -vxE -e '--(help|verbose|version)' says); do
		ok "$helper: $option of its page has a test" \
			grep -qE -e "$option([= ]|\$)" lines
	done
	sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EX/s/^\.It \([0-9]*\).*/\1/p' \
		"$s/man/$helper.1" >codes
	grep -oE '(exits|fails|misused|ends) [0-9]+|misused' \
		"$s/tests/$helper.t" |
		sed -e 's/misused/exits 64/' -e 's/.* //' | sort -u >tested
	for code in $(cat codes); do
		ok "$helper: exit code $code of its page has a test" \
			grep -qx "$code" tested
	done
done
"$s/tests/stage" "$build_dir" "$s" "$T/stage"
for command in "$s"/scripts/certcycle-*.in; do
	command=${command##*/certcycle-}
	command=${command%.in}
	page=certcycle.1
	case $command in
	sandbox | tenant) page=certcycle-$command.1 ;;
	esac
	grep -qE "^\.(It|Nm|Ic).* ?$command" "$s/man/$page"
	result $? "$page speaks of $command"
done
for verb in "$s"/scripts/tenant-*.in; do
	verb=${verb##*/tenant-}
	verb=${verb%.in}
	ok "certcycle-tenant.1 has $verb" \
		grep -qE "^\.It Cm $verb( |\$)" "$s/man/certcycle-tenant.1"
	for option in $("$T/stage/libexec/tenant-$verb" --help |
		grep -oE -e '--[a-z][a-z-]*' | sort -u); do
		ok "certcycle-tenant.1 has $option of $verb" \
			grep -qE -e "Fl -${option#--}( |\$)" \
			"$s/man/certcycle-tenant.1"
	done
done
conf-get --list | sed 's/=.*//' | sort >keys
sed -n 's/^\.It Ic \([a-z0-9_.]*\).*/\1/p' "$s/man/certcycle.conf.5" |
	sort >says
same 'certcycle.conf(5) has the keys of conf-get' "$(cat keys)" "$(cat says)"
sed -n '/^static const char \*const documented/,/^};/s/.*"\(CERT.*\)".*/\1/p' \
	"$s/helpers/hook-run.c" | sort >has
grep '^\.It Ev CERTCYCLE_' "$s/man/certcycle-hooks.7" |
	grep -o 'CERTCYCLE_[A-Z_]*' | sort >says
same 'certcycle-hooks(7) has the variables of hook-run' "$(cat has)" \
	"$(cat says)"

# --- the shipped configuration: every key, at its default ---
sed 's/^#\([a-z_.]* *=\)/\1/' "$build_dir/conf/certcycle.conf" >certcycle.conf
exits 0 conf-get --config-dir "$T" --list
cp out filled
exits 0 conf-get --config-dir "$T/none" --list
same 'each key of conf/certcycle.conf stands at its default' \
	"$(cat out)" "$(cat filled)"
grep -c '^[a-z_.]* *=' certcycle.conf >count
same 'and none is left out' "$(wc -l <keys)" "$(cat count)"

# --- pages and scripts ---
if command -v mandoc >/dev/null; then
	for page in "$s"/man/*.[1-8]; do
		exits 0 mandoc -Tlint -W warning "$page"
	done
else
	skip 'mandoc -Tlint' 'mandoc is not installed'
fi
if [ "${LINT:-yes}" = no ]; then
	skip 'shellcheck' 'LINT=no'
elif command -v shellcheck >/dev/null; then
	cd "$s" || exit 99
	for script in scripts/*.in scripts/lib/*.in hooks/*/* tests/*.t tests/stage tests/tap.sh \
		tests/bench tests/analyze tests/watched.in demo/* examples/* bootstrap conf/thin-edge/* conf/cron/hourly.in \
		conf/openrc/* conf/procd/* conf/runit/* conf/sysvinit/*; do
		exits 0 shellcheck -x -s sh "$script"
	done
	cd "$T" || exit 99
else
	skip 'shellcheck' 'shellcheck is not installed'
fi
grep -rnE 'TODO|FIXME|XXX' "$s/helpers" "$s/scripts" "$s/hooks" "$s/man" \
	"$s/conf" "$s/demo" | grep -v '\.XXXXXX' >marks
same 'nothing is left for later' '' "$(cat marks)"

# --- C: functions and mains of a size to be read at once ---
for file in "$s"/helpers/*.c "$s"/helpers/*/*.c "$s"/helpers/*/*/*.c; do
	awk -v file="${file##*/}" '
		/^[a-z_]+\(/ { name = $0; sub(/\(.*/, "", name) }
		/^\{/ { start = NR }
		/^\}$/ && start {
			most = name == "main" ? 60 : 40
			if (NR - start - 1 > most)
				print file ": " name ": " NR - start - 1
			start = 0
		}' "$file"
done >long
same 'no function is longer than 40 lines, no main than 60' '' "$(cat long)"
for file in "$s"/scripts/*.in "$s"/scripts/lib/*.in "$s"/hooks/*/*; do
	[ "$(wc -l <"$file")" -le 150 ] || printf '%s\n' "${file##*/}"
done >long
same 'no script is longer than it should be' '' "$(cat long)"
done_testing
