#!/bin/sh
# A cut, or an error, at each call by which a file changes, on the whole way of
# `certcycle run` and `certcycle enroll` and in cert-promote: the pair in use is
# whole, no key is lost, and the next run ends well and leaves nothing behind.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2094,SC2015 # what campaign calls; not the same file; as meant
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs_cut
enrolled_device
# which campaigns, and every which point of each; where each begins is its own,
# and CUTS_FIRST moves that
cuts=${CUTS:-promote run errors enroll}
step=${CUTS_STEP:-181} number=${CUTS_FIRST:-0}
kinds='ENOSPC EROFS' more=''
! torture || step=${CUTS_STEP:-1} kinds='ENOSPC EIO EROFS EACCES' \
	more='EDQUOT EPERM'
home=$T/home
reason='/.*(No space left on device|I(nput)?/(output|O) error|Read-only file system|Permission denied|Disk quota exceeded|Operation not permitted)'

# chosen NAME: that campaign is to be run
chosen() {
	case " $cuts " in *" $1 "*) ;; *) return 1 ;; esac
}

# row NAME POINTS TRIES FAILURES: a line of the table
row() {
	printf '%-40s %6s %6s %6s\n' "$@" >>table
}
row command points tries failures

# --- a home with all files of a device, plain or by symbolic links ---

sed -e "s|$device|$home/device|" -e "s|$T/state|$home/state|" \
	-e "s|$T/run|$home/run|" etc/certcycle.conf >conf
mkdir -p saved.plain saved.links/store saved.empty
mv device state run saved.plain
mv conf etc/certcycle.conf
key=$home/device/dev1.key cert=$home/device/dev1.pem
rm -f saved.plain/run/*
cp -RPp saved.plain/* saved.links
for file in dev1.key dev1.pem; do
	mv saved.links/device/$file saved.links/store
	ln -s ../store/$file saved.links/device/$file
done

# place LAYOUT: the device as it was
place() {
	rm -rf home
	cp -RPp "saved.$1" home
}

# pair: what is in use is a pair
pair() {
	cert-check --valid --match "$key" --cn dev1 "$cert"
}

# kept FILE: it is still there, whatever its name
kept() {
	for other in home/device/* home/store/*; do
		! cmp -s "$1" "$other" || return 0
	done
	printf '%s: lost\n' "$1" >&2
	return 1
}

# in_order: as a cut may leave it at the worst
in_order() {
	pair 2>torn || [ -s home/device/dev1.pem.journal ] ||
		[ -s home/store/dev1.pem.journal ] || {
		cat torn >&2
		return 1
	}
	kept saved.plain/device/dev1.key && in_place && readable
}

# in_place: a link is still one
in_place() {
	[ ! -d home/store ] || { [ -L "$key" ] && [ -L "$cert" ]; }
}

# readable: what was noted; and that something is to be done is no failure
readable() {
	noted=0
	certcycle status >status 2>said || noted=$?
	[ "$noted" -le 1 ] && certcycle history >history 2>>said &&
		! grep -q 'counts as not there' said || {
		cat said >&2
		return 1
	}
}

# left_over [-e NAME]...: what is there and should not be
left_over() {
	find home ! -type d | sed 's|^home/||' | grep -vxE -e 'run/default.lock' \
		-e 'state/(state|history|ca.pem)' \
		-e '(device|store)/dev1.(key|pem)(.old)?' "$@" -e device/dev1.csr >left
	[ -s left ] || return 0
	sed 's/^/left over: /' left >&2
	return 1
}

# well COMMAND...: it ends with 0
well() {
	"$@" >printed 2>words || {
		ended=$?
		printf 'then exit %s: %s: %s\n' "$ended" "$*" \
			"$(tail -n 1 words)" >&2
		return 1
	}
}

# next_run N: the next one, or what the boot does first; then whatever is next,
# for that it may leave a key and an answer, and nothing more
next_run() {
	[ $((($1 + ${#when}) % 2)) = 0 ] || well certcycle recover || return
	well certcycle run && pair || return
	! [ -e "$cert.new" ] && ! [ -e home/device/dev1.pem.journal ] &&
		! [ -e home/store/dev1.pem.journal ] || {
		printf 'the next run has not finished it\n' >&2
		return 1
	}
	[ $((($1 + ${#when}) % 2)) = 0 ] || left_over -e device/dev1.key.new \
		-e state/reply || return
	well certcycle run --force && all_well
}

# all_well: as if nothing had been
all_well() {
	pair && kept saved.plain/device/dev1.key && in_place && readable &&
		well certcycle status && left_over
}

before=:

# campaign NAME LAYOUT CHECK OPTION... COMMAND...: at each point. CHECK is
# called with the number of the point, and the exit code; it says what is wrong.
campaign() {
	name=$1 layout=$2 check=$3
	shift 3
	number=$((number + 13))
	nth=$((number % (step < 20 ? step : 20) + 1)) tries=0 bad=0
	: >wrong
	while :; do
		place "$layout"
		$before
		code=0
		"$cut" --under "$home/" --log log "$when" ${kind:+$kind} $nth \
			"$@" >printed 2>words || code=$?
		if [ "$(sed -n '$=' log)" -lt $nth ]; then
			[ $tries = 0 ] && [ $nth -gt 1 ] || break
			nth=1
			continue
		fi
		tries=$((tries + 1))
		$check $nth $code 2>why || {
			bad=$((bad + 1))
			{
				sed -n "${nth}p" log
				printf 'exit %s: %s\n' "$code" \
					"$(tail -n 1 words)"
				cat why
			} >>wrong
		}
		nth=$((nth + step))
	done
	rm -f out err
	row "$name, $layout $when${kind:+ $kind}" "$(sed -n '$=' log)" $tries $bad
	same "$name, $layout $when${kind:+ $kind}: nothing goes wrong" 0 $bad
	ok 'and it was tried' [ $tries -gt 0 ]
	sed "s|$T/||g; s/^/# /" wrong
}

# --- cert-promote alone ---

# with_candidate NAME LAYOUT [KEY]: the home of that layout, with a candidate for
# the key there or for KEY, as saved.NAME
with_candidate() {
	cp -RPp "saved.$2" "saved.$1"
	[ $# -lt 3 ] || cp -p "$3" "saved.$1/device/dev1.key.new"
	csr-gen --key "${3:-saved.plain/device/dev1.key}" --cn dev1 |
		cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
			>"saved.$1/device/dev1.pem.new"
}

# promoted: both keys are kept, and to recover leads to one of the two pairs; from
# there the same command leads on
promoted() {
	in_order && kept "$pair_secret" || return
	well cert-promote --recover "$cert" && pair && in_place || return
	[ ! -e "$cert.new" ] || well promote || return
	pair && kept saved.plain/device/dev1.key && kept "$pair_secret" &&
		cmp "saved.$layout/device/dev1.pem.new" "$cert" >&2 &&
		left_over -e state/post-renew.pending
}

promote_cut() {
	[ "$2" = 137 ] && promoted
}

promote_failed() {
	[ "$when" != --error ] || pair || return
	case $2 in
	0) cmp "saved.$layout/device/dev1.pem.new" "$cert" >&2 || return ;;
	71) tail -n 1 words | grep -qE "$reason" || {
		cat words >&2
		return 1
	} ;;
	*) return 1 ;;
	esac
	promoted
}

promote() {
	"$cut" ${lacking:+"$lacking"} cert-promote --mark "$home/state/post-renew.pending" \
		--key "$pair_key" "$cert.new" "$cert"
}

# promote_each CHECK: with the same key and a new one, in both layouts
promote_each() {
	for layout in plain.same plain.next links.same links.next; do
		pair_key=$key pair_secret=saved.plain/device/dev1.key
		[ "${layout#*.}" = same ] ||
			pair_key=$key.new:$key pair_secret=next.key
		campaign "cert-promote${lacking:+ $lacking}" "$layout" "$1" \
			${lacking:+"$lacking"} cert-promote \
			--mark "$home/state/post-renew.pending" \
			--key "$pair_key" "$cert.new" "$cert"
	done
}

kind='' lacking=''
! chosen promote || {
	long=$step step=$((step < 7 ? step : 7))
	csr-gen --key next.key --new-key ec-p256 --key-only
	for layout in plain links; do
		with_candidate $layout.same $layout
		with_candidate $layout.next $layout next.key
	done
	for when in --before --after; do
		promote_each promote_cut
	done
	for lacking in --no-tmpfile --no-link; do
		promote_each promote_cut
	done
	lacking=
	for when in --error --from; do
		for kind in $kinds $more; do
			promote_each promote_failed
		done
	done
	step=$long
}

# --- a cut on the way of a renewal ---

cut_off() {
	[ "$2" = 137 ] && in_order && next_run "$1"
}

run_forced() {
	campaign "run, rekey $rekey${lacking:+ $lacking}" "$layout" "$1" \
		${lacking:+"$lacking"} \
		certcycle -o certificate.rekey=$rekey run --force
}

kind='' lacking=''
! chosen run || for layout in plain links; do
	for rekey in never always; do
		for when in --before --after; do
			run_forced cut_off
		done
	done
done
# without files that have no name yet, and without links
! chosen run || {
	layout=plain rekey=always when=--before
	for lacking in --no-tmpfile --no-link; do
		run_forced cut_off
	done
	lacking=
}

# --- an error there ---

# failed: with a code that says so, and file and reason in its last line; or all
# the same it was done. Where the disk stays broken the note cannot be written
# either, from which the last line, that of a hook, has its reason.
failed() {
	case $when in
	--error)
		pair || return
		tail -n 1 words >last
		;;
	*) cp words last ;;
	esac
	in_order || return
	case $2 in
	0) ! cmp -s saved.plain/device/dev1.pem "$cert" || {
		printf 'exit 0, and nothing was done\n' >&2
		return 1
	} ;;
	71) grep -qE "$reason" last || {
		cat words >&2
		return 1
	} ;;
	*) [ "$2" = 70 ] && grep -q '20-space: .*/' last || {
		cat words >&2
		return 1
	} ;;
	esac
	# with a new key once more the key from before would be none of the two
	well certcycle run --force && all_well
}

# the run directory is in memory, and no part of the disk that fails
export CERTCYCLE_STATE_RUN_PATH="$T/run"
! chosen errors || for rekey in never always; do
	for when in --error --from; do
		for kind in $kinds; do
			layout=plain
			run_forced failed
		done
	done
done
kind=''
unset CERTCYCLE_STATE_RUN_PATH

# --- a cut on the way to the first certificate ---

# first_cut: what there is of a pair is one; the next run ends with it. Where the
# answer is lost between the server and the disk, with the password that is spent
# for it, that is said, and the same key gets the next one.
first_cut() {
	[ "$2" = 137 ] || return
	rm -f key
	[ ! -e "$key" ] || cp "$key" key
	[ ! -e "$cert" ] || pair || return
	ended=0
	certcycle enroll >printed 2>words || ended=$?
	if [ "$ended" = 75 ] && tail -n 1 words |
		grep -q 'may be spent: register the device again'; then
		lost=$((lost + 1))
		sed -n "$1p" log | grep -qE 'state/reply(\.asked|\.part)?	' || {
			printf 'the answer is lost, and need not be\n' >&2
			return 1
		}
		register_again
		ended=0
		certcycle enroll >printed 2>words || ended=$?
	fi
	[ "$ended" = 0 ] || {
		printf 'then exit %s: %s\n' "$ended" "$(tail -n 1 words)" >&2
		return 1
	}
	[ ! -e key ] || cmp key "$key" >&2 || return
	well certcycle run && well certcycle run --force && pair && readable &&
		well certcycle status && left_over
}

register_again() {
	sandbox register dev1 otp >registered 2>&1
}

! chosen enroll || {
	layout=empty before=register_again
	for when in --before --after; do
		lost=0
		campaign enroll empty first_cut certcycle enroll
		row '  of them: the answer was lost' '' $lost -
	done
	when=--before
	campaign 'enroll --no-tmpfile' empty first_cut --no-tmpfile certcycle enroll
}
before=:

# --- what of this a power cut leaves, which takes with it what is not synced ---

# synced: a file was synced before it got its name, and the directory after that,
# and before the next file of a pair gets its own. The request is made anew.
synced() {
	awk -F '\t' '
	function dir(path) { sub("/[^/]*$", "", path); return path }
	function wrong(what) { print what; bad = 1 }
	$3 ~ /write|range|trunc|sendfile/ { dirty[$4] = 1 }
	$3 ~ /^f.*sync$/ { delete dirty[$4]; delete moved[$4] }
	$3 ~ /^sync/ { split("", dirty); split("", moved) }
	$3 ~ /^(rename|link)/ && $5 !~ /\.csr$/ {
		n++
		if (dirty[$4])
			wrong($5 ": was not synced")
		if ($5 ~ /dev1\.(key|pem)$/)
			for (name in moved)
				wrong(moved[name] ": not synced before " $5)
		moved[dir($5)] = $5
	}
	$3 ~ /^rename/ { dirty[$5] = dirty[$4]; delete dirty[$4] }
	END {
		for (name in moved)
			wrong(moved[name] ": its directory was not synced")
		for (name in dirty)
			if (dirty[name] && name ~ /(key|pem|new|old|state|history|reply|pending|journal)$/)
				wrong(name ": is not synced at the end")
		exit bad || n < least
	}' least="$1" log
}

# all_synced LEAST NAME COMMAND...: so it is, in at least so many renames and links
all_synced() {
	least=$1 name=$2
	shift 2
	exits 0 "$cut" --under "$home/" --log log "$@"
	ok "$name: all is synced" synced "$least"
}

for layout in plain links; do
	for lacking in '' --no-tmpfile --no-link; do
		place $layout
		all_synced 4 "run, $layout $lacking" ${lacking:+$lacking} \
			certcycle run --force
		place $layout
		all_synced 10 "run, rekey, $layout $lacking" \
			${lacking:+$lacking} certcycle \
			-o certificate.rekey=always run --force
	done
done
place empty
sandbox register dev1 otp >registered 2>&1
all_synced 6 enroll certcycle enroll

same 'no failure in all of it' '' "$(awk 'NR > 1 && $NF != 0 && $NF != "-"' table)"
publish cuts.txt table
done_testing
