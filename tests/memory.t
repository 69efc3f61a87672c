#!/bin/sh
# Memory runs out at each allocation that a helper makes, one after the other:
# it gives the answer that is right, or none and exit code 71; never another
# answer, a crash, or a file that is half of something.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # functions are called by name
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
oom=$build_dir/tests/torture/oom.so
! grep -q __asan_init "$build_dir/helpers/csr-gen" || {
	printf '1..0 # SKIP sanitizers bring a malloc of their own\n'
	exit 0
}

# every one in a campaign; else so many, spread over all of them
points=${MEMORY_POINTS:-12}
! torture || points=1000000

untouched() {
	:
}

# judged CODE: what a run that lacked memory did is right, or nothing
judged() {
	if [ "$1" = "$want" ] && cmp -s said wanted; then
		right=$((right + 1))
	elif [ "$1" = 71 ] && [ ! -s said ]; then
		refused=$((refused + 1))
	else
		return 1
	fi
	"$intact" "$1"
}

# lacks MODE: a run of COMMAND for each point
lacks() {
	mode=$1
	shift
	at=1
	while [ "$at" -le "$total" ]; do
		"$before" && code=0
		env OOM_OWN=1 OOM_AT="$at" ${mode:+"$mode"} LD_PRELOAD="$oom" \
			"$@" >said 2>why <"$input" || code=$?
		judged "$code" || {
			bad=$((bad + 1))
			printf '%s %s: code %s: ' "${mode:-one}" "$at" "$code"
			tail -n 1 why
			printf '\n'
		} >>"$T/wrong"
		at=$((at + step))
	done
}

# starved NAME CODE COMMAND...: it ends with CODE where there is memory enough;
# $before lays out its files, $intact CODE says whether they are as they should
starved() {
	name=$1 want=$2
	shift 2
	right=0 refused=0 bad=0 code=0
	: >"$T/wrong"
	"$before"
	OOM_OWN=1 OOM_COUNT=$T/total LD_PRELOAD=$oom "$@" >wanted 2>why \
		<"$input" || code=$?
	same "$name: exit code $want where memory is enough" "$want" "$code"
	total=$(cat total)
	step=$((total / points + 1))
	lacks '' "$@"
	lacks OOM_ON=1 "$@"
	cp "$T/wrong" "$T/err" && : >"$T/out"
	[ "$bad" = 0 ] && [ "$refused" -gt 0 ]
	result $? "$name: $total allocations: a right answer, or none"
	printf '%-28s %5d %7d %7d %5d\n' "$name" "$total" "$right" "$refused" \
		"$bad" >>table
}

# never_yes NAME COMMAND...: the same at all allocations, those of the libraries
# too, which may crash over it, or take a part of a file for the whole: whatever
# comes of that, what is not so is not said to be so
never_yes() {
	name=$1 right=0 refused=0 bad=0 crashed=0
	shift
	: >"$T/wrong"
	exits 1 "$@"
	OOM_COUNT=$T/total LD_PRELOAD=$oom "$@" >/dev/null 2>&1
	total=$(cat total) at=1
	step=$((total / (points * 5) + 1))
	while [ "$at" -le "$total" ]; do
		code=0
		env OOM_AT="$at" LD_PRELOAD="$oom" "$@" >said 2>why ||
			code=$?
		case $code in
		0)
			bad=$((bad + 1))
			printf '%s: says yes\n' "$at" >>"$T/wrong"
			;;
		1) right=$((right + 1)) ;;
		13[49]) crashed=$((crashed + 1)) ;;
		*) refused=$((refused + 1)) ;;
		esac
		at=$((at + step))
	done 2>/dev/null
	cp "$T/wrong" "$T/err" && : >"$T/out"
	same "$name: at none of $total allocations it says yes" 0 "$bad"
	printf '%-28s %5d %7d %7d %5d (%d crashes in a library)\n' \
		"$name" "$total" "$right" "$refused" "$bad" "$crashed" >>table
}

before=untouched intact=untouched input=/dev/null
printf '%-28s %5s %7s %7s %5s\n' command asked right refused wrong >table
make_pair ca
csr-gen --key dev1.key --new-key rsa-2048 --cn dev1 >dev1.csr
cert-sign --ca-cert ca.pem --ca-key ca.key dev1.csr >dev1.pem
cat dev1.pem ca.pem >chain.pem
cert-sign --ca-cert ca.pem --ca-key ca.key --crl >ca.crl
printf '[device]\nid = dev1\n[c8y]\nurl = tenant.example\n' \
	>etc/certcycle.conf
mkdir etc/conf.d
printf '[device]\nid = dev2\ncert_path = /x/dev2.pem\nkey_path = /x/dev2.key\n' \
	>etc/conf.d/two.conf
printf '{"list":[{"id":1,"name":"a b"},{"id":22,"name":"c"}]}\n' >list.json

# --- questions ---
starved 'cert-check --due, yes' 0 cert-check --due 4000d dev1.pem
starved 'cert-check --due, no' 1 cert-check --due 1d dev1.pem
starved 'cert-check --match' 0 cert-check --match dev1.key dev1.pem
starved 'cert-check --match, no' 1 cert-check --match ca.key dev1.pem
starved 'cert-check --trusted' 0 cert-check --trusted ca.pem dev1.pem
starved 'cert-check --trusted, no' 1 cert-check --trusted dev1.pem ca.pem
starved 'cert-check --not-revoked' 0 cert-check --trusted ca.pem \
	--not-revoked ca.crl dev1.pem
now=$(date +%s)
starved 'cert-check --show' 0 cert-check --show --at "$now" chain.pem
starved 'cert-check --json' 0 cert-check --json --at "$now" chain.pem
starved 'cert-check --json, of a request' 0 cert-check --json dev1.csr
starved 'cert-check --json, of a key' 0 cert-check --json dev1.key
starved 'conf-get KEY' 0 conf-get device.id
starved 'conf-get --shell' 0 conf-get --shell
starved 'conf-get --profile' 0 conf-get --profile two --list
input=list.json
starved 'json-get --table' 0 json-get --rows=list --table id name
input=/dev/null

# --- what is made ---
starved 'csr-gen' 0 csr-gen --key dev1.key --cn dev1 --dns dev1.example
starved 'csr-gen --from' 0 csr-gen --key dev1.key --from dev1.pem
starved 'key-sign' 0 key-sign --key dev1.key list.json
not_there() {
	rm -f new.key
}
# no_key CODE: without an answer there is no key, or a whole one
no_key() {
	left=$(find "$T" -maxdepth 1 -name '*new.key*' ! -name new.key)
	[ -z "$left" ] || return
	[ ! -e new.key ] || grep -q 'END PRIVATE KEY' new.key
}
before=not_there intact=no_key
starved 'csr-gen --new-key' 0 csr-gen --key new.key --new-key ed25519 --key-only

# --- an edit of a file, a promotion: the former, or the new, and nothing beside ---
laid_out() {
	printf '[device]\nid = dev1\n' >edit/certcycle.conf
}
# edited CODE: the file is what it was, or what it should be; it may be that
# already where only its directory could not be synced
edited() {
	[ "$(echo edit/*)" = edit/certcycle.conf ] || return
	printf '[device]\nid = dev2\n' | cmp -s - edit/certcycle.conf ||
		{ [ "$1" = 71 ] && printf '[device]\nid = dev1\n' |
			cmp -s - edit/certcycle.conf; }
}
mkdir edit place
before=laid_out intact=edited
starved 'conf-get --set' 0 conf-get --config-dir edit --set device.id=dev2
cert-sign --ca-cert ca.pem --ca-key ca.key dev1.csr >next.pem
candidate() {
	rm -f place/*
	cp dev1.pem place/dev1.pem
	cp dev1.key place/dev1.key
	cp next.pem place/dev1.pem.new
}
# promoted CODE: the active certificate is one of both, and the former one is
# kept once --recover has run; a candidate that is not active yet is still there
promoted() {
	cert-promote --recover place/dev1.pem || return
	if cmp -s place/dev1.pem next.pem; then
		cmp -s place/dev1.pem.old dev1.pem
	else
		[ "$1" = 71 ] && cmp -s place/dev1.pem dev1.pem &&
			cmp -s place/dev1.pem.new next.pem
	fi && cmp -s place/dev1.key dev1.key
}
before=candidate intact=promoted
starved 'cert-promote' 0 cert-promote place/dev1.pem.new place/dev1.pem
# renewed: a new key with its certificate, as it should be
csr-gen --key next.key --new-key rsa-2048 --cn dev1 |
	cert-sign --ca-cert ca.pem --ca-key ca.key >next.pem
with_key() {
	candidate
	cp next.key place/dev1.key.new
}
# in_step CODE: the pair is the former or the new one; what is between is what
# --recover finishes
in_step() {
	cert-promote --recover place/dev1.pem || return
	if cmp -s place/dev1.pem next.pem; then
		cmp -s place/dev1.key next.key
	else
		[ "$1" = 71 ] && cmp -s place/dev1.key dev1.key
	fi
}
before=with_key intact=in_step
starved 'cert-promote --key' 0 cert-promote \
	--key place/dev1.key.new:place/dev1.key place/dev1.pem.new place/dev1.pem

# --- servers that are not there ---
before=untouched intact=untouched
printf 'secret\n' >otp
chmod 600 otp
starved 'est-post, nobody there' 69 est-post --enroll \
	--url https://127.0.0.1:1 --ca ca.pem --user dev1 --password-file otp \
	dev1.csr
starved 'jwt-get, nobody there' 69 jwt-get --via https \
	--url https://127.0.0.1:1 --ca ca.pem --cert dev1.pem --key dev1.key

# --- what libraries make of it ---
cert-sign --ca-cert ca.pem --ca-key ca.key --crl dev1.pem >revoked.crl
never_yes 'all: --not-revoked, no' cert-check --trusted ca.pem \
	--not-revoked revoked.crl dev1.pem
never_yes 'all: --trusted, no' cert-check --trusted dev1.pem ca.pem
never_yes 'all: --match, no' cert-check --match ca.key dev1.pem
publish memory.txt table
done_testing
