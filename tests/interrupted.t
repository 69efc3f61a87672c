#!/bin/sh
# A signal at any moment, to whatever may be under way: it ends, with what it
# started; no lock, no temporary file and no half of a pair stays, and the next
# run ends well. SEED says which moments.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2154,SC2317 # tap.sh sets them; what cut_short calls
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
cut_off=$build_dir/tests/torture/cut-off
[ -x "$cut_off" ] || {
	printf '1..0 # SKIP tests/torture/cut-off is not built: make check does\n'
	exit 0
}
enrolled_device
each=${EACH:-2}
! torture || each=30
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
printf '# SEED=%s\n' "$seed"

# more profiles: two that certify themselves, and, in a configuration of its own,
# one that nobody registers
profile() {
	printf '%s\n' '[device]' "id = $1" "key_path = $device/$1.key" \
		"cert_path = $device/$1.pem" "csr_path = $device/$1.csr" \
		'one_time_password_path =' '[state]' "path = $T/state-$1"
}
mkdir etc/conf.d waiting
for name in one two; do
	{
		printf '%s\n' 'issuer = self-signed' '[c8y]' 'verify_via = none' \
			'[certificate]' 'ca_path ='
		profile "$name"
	} >"etc/conf.d/$name.conf"
	exits 0 certcycle --profile "$name" enroll
done
{
	sandbox status
	profile waits
	printf '%s\n' "run_path = $T/run" '[enroll]' 'max_timeout = 60s' \
		'retry_every = 1s'
} >waiting/certcycle.conf

# what hooks do that are hard to end: each of the three goes on when told not to
mkdir -p stubborn/verify.d
cat >stubborn/verify.d/10-stubborn <<'X'
#!/bin/sh
trap '' TERM HUP INT
(sleep 600 &) &
(trap '' TERM HUP INT; while :; do sleep 1; done) &
while :; do sleep 1; done
X
chmod 755 stubborn/verify.d/10-stubborn

# --- what is cut off: prepare makes it worth while, and go_on is what has to end
# with 0 after it ---
kinds='run rekey all loop waits hooks holds start'
prepare() {
	case $1 in
	loop) age 10d ;;
	start) rm -rf "$T/second" ;;
	esac
}
# play KIND [WORD...]: its command, behind these words
play() {
	kind=$1
	shift
	case $kind in
	run) set -- "$@" certcycle run --force ;;
	rekey) set -- "$@" certcycle -o certificate.rekey=always run --force ;;
	all) set -- "$@" certcycle run --all --force ;;
	loop) set -- "$@" certcycle loop --delay=0 --every=1 ;;
	waits) set -- "$@" certcycle --config-dir "$T/waiting" enroll ;;
	hooks) set -- "$@" hook-run -d "$T/stubborn" verify ;;
	holds) set -- "$@" lock-run -w 5s "$T/run/default.lock" sleep 60 ;;
	start) set -- "$@" certcycle sandbox start "--dir=$T/second" ;;
	esac
	"$@"
}
go_on() {
	case $1 in
	start)
		certcycle sandbox start "--dir=$T/second" >/dev/null &&
			certcycle sandbox stop "--dir=$T/second"
		;;
	all) certcycle run --all ;;
	waits) return 0 ;;
	*) certcycle run ;;
	esac
}

# whole: no file that is one only for a while, no lock, and three pairs
whole() {
	find "$device" state* run etc \( -name '*.tmp' -o \
		-name '*.[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]' \
		\) | grep . && return 1
	for lock in run/*.lock; do
		lock-run "$lock" true || return 1
	done
	for name in dev1 one two; do
		cert-check --valid --match "$device/$name.key" --cn "$name" \
			"$device/$name.pem" || return 1
	done
}

# centiseconds since the machine began
now_cs() {
	sed 's/ .*//; s/\.//' /proc/uptime
}

# what a whole one takes here and now, in milliseconds; what has no end of its own
# has come far by then
length() {
	case $1 in
	loop) length=$((2 * length)) && return ;;
	waits | hooks | holds) length=1000 && return ;;
	esac
	prepare "$1"
	begin=$(now_cs)
	play "$1" >said 2>&1
	length=$((10 * ($(now_cs) - begin)))
	[ "$1" != start ] || certcycle sandbox stop "--dir=$T/second"
}

# cut_short KIND: somewhere on its way; prints what is wrong with it
cut_short() {
	prepare "$1"
	# shellcheck disable=SC2086 # -g or nothing
	play "$1" "$cut_off" $group "$number" "$moment" >ended 2>said
	read -r code left <ended
	case $code,$1 in
	$((128 + number)),*) cuts=$((cuts + 1)) ;;
	0,run | 0,rekey | 0,all | 0,start) ;;
	*) printf 'ended with %s\n' "$code" ;;
	esac
	[ "$left" = 0 ] || [ "$1,$code" = start,0 ] ||
		printf '%s processes are left\n' "$left"
	whole 2>&1 || printf 'not whole\n'
	code=0
	go_on "$1" >next 2>&1 || code=$?
	[ "$code" = 0 ] || {
		printf 'the next ends with %s\n' "$code"
		cat next
	}
	whole 2>&1 || printf 'not whole after the next\n'
}

printf '%-8s %6s %6s %6s %6s\n' what length tries cut wrong >table
random=$seed
for kind in $kinds; do
	length "$kind"
	cuts=0 wrong=0 tries=0
	while [ "$tries" -lt "$each" ]; do
		tries=$((tries + 1))
		random=$(((random * 1103515245 + 12345) % 2147483648))
		dice=$((random / 65536))
		moment=$((dice % (length + 1)))
		case $((dice / 7 % 3)) in
		0) number=15 ;;
		1) number=2 ;;
		*) number=1 ;;
		esac
		group=
		[ $((dice / 3 % 2)) = 0 ] || group=-g
		cut_short "$kind" >wrong
		[ -s wrong ] || continue
		wrong=$((wrong + 1))
		printf '# %s, signal %s %s after %s ms\n' "$kind" "$number" \
			"$group" "$moment"
		sed 's/^/# /' wrong said
	done
	printf '%-8s %6s %6s %6s %6s\n' "$kind" "$length" "$tries" "$cuts" \
		"$wrong" >>table
	same "$kind: nothing is left, and the next ends well" 0 "$wrong"
	total=$((${total:-0} + cuts))
done
publish interrupted.txt table
ok 'some were cut off on their way' [ "$total" -gt "$each" ]

# who waited long enough
(umask 077 && printf 'word-of-waits\n' >word)
sandbox register waits word >/dev/null
exits 0 certcycle --config-dir "$T/waiting" enroll \
	--one-time-password-file=word
exits 0 cert-check --valid --match "$device/waits.key" "$device/waits.pem"
done_testing
