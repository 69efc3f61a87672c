#!/bin/sh
# Fifty at once, of everything that changes a file: one does it, or one after the
# other; nothing is lost, and whoever looks meanwhile sees a whole pair. SEED says
# in which order.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2154,SC2317,SC2016 # tap.sh sets them; what crowd calls; for others to expand
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device
many=12 seconds=3 fleet=6
! torture || many=50 seconds=60 fleet=50
seconds=${CROWD_SECONDS:-$seconds}
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
printf '# SEED=%s\n' "$seed"
printf '%-30s %5s %5s %5s %5s\n' what count 'done' busy other >table

# crowd COUNT COMMAND...: so many of it, in the same moment; each sees its own $n.
# What they print and their exit codes are in crowd/N.out, .err, .code.
crowd() {
	size=$1
	shift
	rm -rf crowd
	mkdir crowd
	mkfifo crowd/gate
	n=0 pids=
	while [ "$n" -lt "$size" ]; do
		n=$((n + 1))
		(
			: >"crowd/$n.here"
			: <crowd/gate
			code=0
			"$@" >"crowd/$n.out" 2>"crowd/$n.err" || code=$?
			echo "$code" >"crowd/$n.code"
		) &
		pids="$pids $!"
	done
	until_true all_here
	exec 9>crowd/gate
	# shellcheck disable=SC2086 # a word for each
	wait $pids
	exec 9>&-
	printf '%-30s %5s %5s %5s %5s\n' "$(describe "$@" | cut -c 1-30)" \
		"$size" "$(ended 0)" "$(ended 79)" \
		$((size - $(ended 0) - $(ended 79))) >>table
}
all_here() {
	set -- crowd/*.here
	[ $# = "$size" ]
}

# ended CODE: how many did with that
ended() {
	cat crowd/*.code | grep -cx "$1" || :
}

# only CODE...: all ended with one of these, and some with the first
only() {
	first=$1 wanted=
	for code; do
		wanted="$wanted -e $code"
	done
	# shellcheck disable=SC2086 # options
	cat crowd/*.code | grep -vx $wanted >others || :
	same "they end with $*" '' "$(sort others | uniq -c)"
	[ ! -s others ] || sed 's/^/# /' crowd/*.err
	ok "some with $first" [ "$(ended "$first")" -gt 0 ]
}

# is_whole: the pair that is there
is_whole() {
	cert-check --valid --match "$key" --cn dev1 "$cert"
}

# one_line_each: who could not says so in a line, and who had nothing to do is
# silent
one_line_each() {
	bad=0
	for said in crowd/*.err; do
		case $(cat "${said%.err}.code") in
		79) [ "$(wc -l <"$said")" -eq 1 ] &&
			grep -q '^lock-run: .*: held by ' "$said" ;;
		*) ! grep -v ' is active$' "$said" ;;
		esac >/dev/null || bad=$((bad + 1))
	done
	same 'and say so in one line' 0 $bad
}

# --- one profile ---
age 10d
count=$(issued)
crowd "$many" certcycle run
only 0 79
one_line_each
same 'exactly one certificate was issued' $((count + 1)) "$(issued)"
ok 'the pair is whole' is_whole
for rekey in never always; do
	before=$(issued)
	crowd "$many" certcycle -o certificate.rekey=$rekey run --force
	only 0 79
	one_line_each
	same 'one for each that says it did' $((before + $(ended 0))) "$(issued)"
	ok 'the pair is whole' is_whole
done
crowd "$many" certcycle run
only 0
same 'nothing is left to do, or to lock' '' "$(cat crowd/*.err)"

# the first certificate
certcycle remove --yes
sandbox register dev1 otp >/dev/null
before=$(issued) posts=$(asked)
crowd "$many" certcycle enroll
only 0 79
same 'one certificate' $((before + 1)) "$(issued)"
same 'the password was shown once' $((posts + 1)) "$(asked)"
same 'one key, and no other' dev1.key "$(cd "$device" && ls -- *.key*)"
ok 'the pair is whole' is_whole

# who takes the lock file away takes the order away, not the pair
hook pre-renew.d/50-wait <<X
: >>$T/inside
until [ "\$(wc -c <$T/entered)" -ge 2 ]; do sleep 0.05; done
X
sed -i "s|^: .*|printf x >>$T/entered|" etc/hooks/pre-renew.d/50-wait
: >entered
certcycle run --force 2>err &
first=$!
until_true [ -s entered ]
rm run/default.lock
timeout 60 certcycle run --force 2>>err || :
wait "$first" || :
rm etc/hooks/pre-renew.d/50-wait
same 'a lock file that is removed lets a second one in' xx "$(cat entered)"
exits 0 certcycle run
ok 'the pair is whole' is_whole

# --- all that there is to do with a profile, at random, while somebody looks ---
# look STRICT: until `stop` is there. A pair that does not match counts; where keys
# change and go, only if it is not just being changed: it is the same at a second
# look, and there is no journal as between the two renames of a new key.
identity() {
	ls -i "$key" "$cert" 2>&1
	[ ! -e "$cert.journal" ] || cat /proc/sys/kernel/random/uuid
}
stays_torn() {
	before=$(identity) code=0
	cert-check --match "$key" "$cert" 2>seen || code=$?
	[ "$code" != 0 ] && [ "$before" = "$(identity)" ] &&
		! grep -q 'No such file' seen
}
look() {
	looks=0 torn=0
	while [ ! -e stop ]; do
		looks=$((looks + 1))
		printf x >>looks
		code=0
		cert-check --match "$key" "$cert" 2>seen || code=$?
		[ "$code" != 0 ] || continue
		[ "$1" = strict ] || stays_torn || continue
		torn=$((torn + 1))
		sed "s/^/$code: /" seen >>torn
	done
	echo "$looks $torn" >looked
}

# works NUMBER OPERATION...: one after the other, at random
works() {
	random=$((seed + $1 * 7919))
	number=$1
	shift
	while [ ! -e stop ]; do
		random=$(((random * 1103515245 + 12345) % 2147483648))
		eval "what=\${$((random / 65536 % $# + 1))}"
		code=0
		# shellcheck disable=SC2086 # a word for each
		timeout 60 certcycle $what >"work.$number.out" \
			2>"work.$number.err" || code=$?
		echo "$what $code" >>"work.$number"
		# or nobody would get to do anything
		[ "$code" != 79 ] || sleep 0.1
		case $code,$what in
		0,* | 79,* | 65,* | 1,status | 1,needs-renewal) ;;
		*)
			echo "$what: $code" >>unexpected
			cat "work.$number.err" >>unexpected
			;;
		esac
	done
}

# comes_and_goes: the device is removed and enrolled once more, all the time
comes_and_goes() {
	while [ ! -e stop ]; do
		sleep 0.5
		certcycle remove --yes 2>/dev/null || continue
		sandbox register dev1 otp >/dev/null
		until timeout 60 certcycle enroll >enroll.out 2>enroll.err; do
			grep -q ' held by ' enroll.err ||
				cat enroll.err >>unexpected
		done
		echo 'remove, enroll 0' >>work.0
	done
}

# mix HOW OPERATION...: five do that, and one looks
mix() {
	how=$1
	shift
	rm -f stop work.* torn looks
	: >unexpected
	look "$how" &
	pids=$!
	for number in 1 2 3 4 5; do
		works "$number" "$@" &
		pids="$pids $!"
	done
	[ "$how" = strict ] || {
		comes_and_goes &
		pids="$pids $!"
	}
	sleep "$seconds"
	# a machine may be busy
	until_true looked_enough || until_true looked_enough
	: >stop
	# shellcheck disable=SC2086 # a word for each
	wait $pids
	read -r looks torn <looked
	cat work.[0-9] | sort | uniq -c >>table
	printf '%-30s %5s %5s torn\n' "looks, $how" "$looks" "$torn" >>table
	ok "somebody looked $looks times" [ "$looks" -ge 20 ]
	same 'the pair was whole at every look' 0 "$torn"
	[ ! -e torn ] || sed 's/^/# /' torn
	same 'nothing ended in a way of its own' '' "$(cat unexpected)"
	exits 0 certcycle recover
	exits 0 certcycle run
	ok 'the pair is whole' is_whole
	same 'no temporary file is left' '' \
		"$(find "$device" state etc -name '*.tmp' -o -name '*.??????')"
}
looked_enough() {
	[ "$(wc -c <looks)" -ge 20 ]
}
former=$(cksum <"$key")
mix strict run 'run --force' renew verify promote rollback recover status show \
	needs-renewal 'config set renewal.spread=5%' history
same 'the key is the same one' "$former" "$(cksum <"$key")"
rekey='-o certificate.rekey=always run --force'
mix rekey "$rekey" "$rekey" "$rekey" run 'renew --rekey' verify promote \
	rollback recover show

# --- many profiles ---
mkdir etc/conf.d
hook post-renew.d/50-count <<X
echo "\$CERTCYCLE_PROFILE" >>$T/renewed
X
seq -f 'p%02.0f' "$fleet" >profiles
while read -r name; do
	printf '%s\n' 'issuer = self-signed' '[device]' "id = $name" \
		"key_path = $device/$name.key" "cert_path = $device/$name.pem" \
		"csr_path = $device/$name.csr" '[c8y]' 'verify_via = none' \
		'[certificate]' 'ca_path =' '[state]' "path = $T/state-$name" \
		>"etc/conf.d/$name.conf"
	certcycle --profile "$name" enroll >/dev/null 2>>err
	# in use is one that is due
	csr-gen --key "$device/$name.key" --from "$device/$name.pem" |
		cert-sign --self-signed --key "$device/$name.key" \
			--duration 20d >aged
	mv aged "$device/$name.pem"
done <profiles
rm -f renewed
all_due() {
	# two for all of them, and one for each alone
	if [ "$n" -le 2 ]; then
		certcycle run --all
	else
		certcycle --profile "$(sed -n "$((n - 2))p" profiles)" run
	fi
}
crowd $((fleet + 2)) all_due
only 0 79
same 'each was renewed once' "$(cat profiles)" "$(grep ^p renewed | sort)"
rm -f etc/conf.d/* etc/hooks/post-renew.d/50-count

# --- the helpers alone ---
many=50
new_key() {
	csr-gen --key new.key --new-key ec-p256 --cn "n$n"
}
crowd $many new_key
only 0 71
same 'one made the key' 1 "$(ended 0)"
winner=$(grep -lx 0 crowd/*.code)
alike 'and has the request for it' "$(openssl pkey -in new.key -pubout)" \
	"$(openssl req -in "${winner%.code}.out" -noout -pubkey)"

make_pair active
cp active.pem first.pem
for n in $(seq $many); do
	csr-gen --key active.key --cn active |
		cert-sign --self-signed --key active.key >"$n.new"
done
mkdir all
cp ./*.new first.pem all
promote() {
	cert-promote --key active.key "$n.new" active.pem
}
in_order() {
	lock-run -w 60s order cert-promote --key active.key "$n.new" active.pem
}
crowd $many in_order
only 0
cp all/*.new .
known() {
	for file in all/*; do
		! cmp -s "$1" "$file" || return 0
	done
	return 1
}
ok 'one of them is active' known active.pem
ok 'and another one the former' known active.pem.old
crowd $many promote
ok 'without order one of them is active, too' known active.pem
ok 'and whole' cert-check --match active.key active.pem
exits 0 cert-promote --recover active.pem
exits 0 cert-check --match active.key active.pem

mkdir -p hooks/verify.d
printf '#!/bin/sh\necho "$CERTCYCLE_PROFILE" >&2\nexit %s\n' \
	'$((CERTCYCLE_PROFILE % 2 * 75))' >hooks/verify.d/10-a
chmod 755 hooks/verify.d/10-a
run_hook() {
	CERTCYCLE_PROFILE=$n hook-run -d "$T/hooks" verify
}
crowd $many run_hook
only 0 75
same 'half of them failed' $((many / 2)) "$(ended 75)"
n=0 wrong=0
while [ "$n" -lt "$many" ]; do
	n=$((n + 1))
	[ "$(cat "crowd/$n.err")" = "$n" ] || wrong=$((wrong + 1))
done
same 'each heard its own' 0 $wrong

# a counter that is wrong as soon as two have it; every third holder is killed
echo 0 >counter
add_one() {
	lock-run -w 120s lock sh -c 'read -r x <counter
		echo $((x + 1)) >counter
		[ $(($1 % 3)) != 0 ] || kill -s KILL $$' sh "$n"
}
crowd $many add_one
only 0 137
same 'all were counted' $many "$(cat counter)"

# no change of the configuration is lost
conf-get --list | grep '=.' | head -n $many >settings
change() {
	certcycle config set "$(sed -n "${n}p" settings)"
}
crowd "$(wc -l <settings)" change
only 0
conf-get --list | grep -Fxf settings >found
same 'all are there' "$(cat settings)" "$(cat found)"
conf-get --list --origin | grep -c "certcycle.conf" >from
same 'in the file' yes "$([ "$(cat from)" -ge "$(wc -l <settings)" ] && echo yes)"
same_key() {
	certcycle config set "device.id=dev$n"
}
crowd $many same_key
only 0
same 'one key has one value' 1 "$(grep -c '^id = dev[0-9]*$' etc/certcycle.conf)"
exits 0 certcycle config check

# --- root, and who it belongs to ---
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ "$@"
}
theirs() {
	CERTCYCLE_CONFIG_DIR=$T/theirs/etc "$@"
}
chmod 755 "$T"
if [ "$(id -u)" = 0 ] && nobody "$build_dir/helpers/cert-check" --version \
	>err 2>&1 && nobody test -x "$T/stage/bin/certcycle"; then
	mkdir -p theirs/etc theirs/run
	printf '%s\n' 'issuer = self-signed' '[device]' 'id = theirs' \
		"key_path = $T/theirs/device/their.key" \
		"cert_path = $T/theirs/device/their.pem" \
		"csr_path = $T/theirs/device/their.csr" \
		'[c8y]' 'verify_via = none' \
		'[state]' "path = $T/theirs/state" "run_path = $T/theirs/run" \
		>theirs/etc/certcycle.conf
	chown -R 65534:65534 theirs
	# a certificate that certifies itself counts in seconds
	mkdir -p theirs/etc/hooks/pre-renew.d
	printf '#!/bin/sh\nexec sleep 1\n' \
		>theirs/etc/hooks/pre-renew.d/50-second
	chmod 755 theirs/etc/hooks/pre-renew.d/50-second
	exits 0 theirs nobody certcycle enroll
	# as after a boot, and root is the first
	rm theirs/run/*
	exits 0 theirs certcycle run --force
	same 'the lock is not for root alone' '65534 65534 600' \
		"$(stat -c '%u %g %a' theirs/run/default.lock)"
	: >theirs/run/there
	exits 0 lock-run theirs/run/there true
	same 'what was there is not given away' 0 \
		"$(stat -c %u theirs/run/there)"
	rm theirs/run/there
	exits 0 theirs nobody certcycle run --force
	either() {
		if [ $((n % 2)) = 0 ]; then
			theirs nobody certcycle run --force
		else
			theirs certcycle run --force
		fi
	}
	crowd 10 either
	only 0 79
	exits 0 theirs nobody cert-check --match theirs/device/their.key \
		theirs/device/their.pem
	exits 0 theirs nobody certcycle run --force
	same 'nothing of it is root'\''s' '' \
		"$(find theirs -user 0 ! -path '*/hooks*')"
else
	skip 'two users' 'not root, or a tree that nobody else can read'
fi
publish crowd.txt table
done_testing
