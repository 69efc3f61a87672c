#!/bin/sh
# A tick of many profiles: each is tried, whatever the others come to; the once
# hooks; what would be done; what two profiles may not share; syslog.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
# shellcheck disable=SC2086 # options, a word each
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device

# profile NAME: dev-NAME, enrolled, with a certificate that is due
mkdir etc/conf.d
profile() {
	cat >"etc/conf.d/$1.conf" <<-X
	[device]
	id = dev-$1
	cert_path = $device/$1.pem
	key_path = $device/$1.key
	csr_path = $T/state.$1/csr
	one_time_password_path = $T/otp.$1
	[state]
	path = $T/state.$1
	X
	cp -p otp "otp.$1"
	sandbox register "dev-$1" otp >/dev/null
	certcycle --profile "$1" enroll 2>err || sed 's/^/# /' err
	(
		cert=$device/$1.pem key=$device/$1.key
		age 10d
	)
}
for name in a b c; do
	profile $name
done
hook post-renew.d/60-note <<'X'
printf '%s\n' "$CERTCYCLE_PROFILE" >>"$CERTCYCLE_CONFIG_DIR/../renewed"
X
hook once.d/50-note <<'X'
printf '%s %s\n' "$CERTCYCLE_EVENT" "$(tr '\n' ' ' <"$CERTCYCLE_CHANGED")" \
	>>"$CERTCYCLE_CONFIG_DIR/../once"
X
hook failed.d/50-note <<'X'
printf '%s %s\n' "$CERTCYCLE_PROFILE" "$CERTCYCLE_OUTCOME" \
	>>"$CERTCYCLE_CONFIG_DIR/../failed"
X

# --- what it would do ---
cp -Rp state.a before
rm -rf run
exits 0 certcycle run --all --dry-run
for line in '^a: due: would$' '^b: due' '^c: due' \
	'^  run the pre-renew hook .*/10-clock$' '^  ask the issuer .*/c8y$' \
	'^  make a request with the present key$' \
	"^  make $device/a.pem.new the active certificate" \
	'^  run the post-renew hook .*/60-note$'; do
	prints "$line"
done
same 'in this order' 'pre-renew make ask verify make post-renew' \
	"$(awk '/^a:/ { on = 1 } /^b:/ { on = 0 } !on { next }
	{ what = $2 == "the" && $1 == "run" ? $3 : $1 }
	/^ / && what != last { line = line " " what; last = what }
	END { print substr(line, 2) }' out)"
exits 0 certcycle run --dry-run
prints '^default: nothing to do: the certificate is not due$'
exits 0 certcycle -o renewal.spread= run --dry-run
prints '^default: nothing to do: the certificate is not due$'
exits 0 certcycle --profile a run --dry-run --force
prints '^a: due: would$'
exits 0 certcycle -o certificate.rekey=always --profile a run --dry-run
prints 'a new key, .*a.key.new$'
same 'nothing was written' '' "$(diff -r before state.a)"
exits 1 test -e "$device/a.pem.new"
exits 1 test -e run
exits 1 test -e renewed

# --- one fails, the others go on ---
hook pre-renew.d/50-not-b <<'X'
[ "$CERTCYCLE_PROFILE" != b ] || exit 69
X
exits 69 certcycle run --all
same 'the others are renewed' 'a c' "$(sort renewed | tr '\n' ' ' | sed 's/ $//')"
same 'the failed hooks saw the one' 'b 69' "$(cat failed)"
same 'the once hooks ran once, for both' 'once a c ' "$(cat once)"
exits 1 test -e state/once.pending
rm -f renewed once failed
exits 69 certcycle run --all
exits 1 test -e once
rm etc/hooks/pre-renew.d/50-not-b
exits 0 certcycle run --all
same 'now it, too' 'once b ' "$(cat once)"
rm -f once renewed
exits 0 certcycle run --all
exits 1 test -e once

# the worst of several codes
hook pre-renew.d/50-codes <<'X'
case $CERTCYCLE_PROFILE in
a) exit 69 ;;
b) exit 77 ;;
c) exit 75 ;;
esac
X
exits 77 certcycle run --all --force
rm etc/hooks/pre-renew.d/50-codes
same 'the default one had none' default "$(cat renewed)"

# --- the once hooks fail: the list stays, and nothing is issued for it ---
hook once.d/60-broken <<'X'
[ -e "$CERTCYCLE_CONFIG_DIR/../repaired" ]
X
rm -f once
exits 70 certcycle run --all --force
same 'the list stays' 'a b c default' \
	"$(tr '\n' ' ' <state/once.pending | sed 's/ $//')"
count=$(asked)
exits 70 certcycle run --all
touch repaired
exits 0 certcycle run --all
exits 0 certcycle run --all
same 'they ran three times' 3 "$(grep -c 'once a b c default' once)"
same 'and nothing was asked for' "$count" "$(asked)"
exits 1 test -e state/once.pending
# a change behind which the hooks of the one before it are owed still
hook post-renew.d/70-broken <<'X'
exit 1
X
rm -f once
exits 70 certcycle run --all --force
(
	cert=$device/a.pem key=$device/a.key
	age 10d
)
exits 70 certcycle run --all
same 'it is told as well' 'once a b c default once a' \
	"$(tr '\n' ' ' <once | sed -e 's/  / /g' -e 's/ $//')"
rm etc/hooks/post-renew.d/70-broken
exits 0 certcycle run --all
# a single run owes them nothing
rm -f once
exits 0 certcycle run --force
exits 0 certcycle run --all
exits 1 test -e once

# --- what was listed for the once hooks was another change ---
rm -f repaired
hook post-renew.d/70-broken <<'X'
[ -e "$CERTCYCLE_CONFIG_DIR/../repaired" ]
X
rm etc/hooks/once.d/60-broken
exits 70 certcycle run --all --force
exits 70 certcycle --profile a rollback
touch repaired
rm -f once
exits 0 certcycle run --all
same 'a rollback is listed, too' 'once a ' "$(cat once)"
rm etc/hooks/post-renew.d/70-broken
printf 'a\nb\na\n' >state/once.pending
ln -s /dev/full state/once.pending.tmp
rm -f once
exits 71 certcycle run --all
same 'a full disk has the list as it is' 'once a b a ' "$(cat once)"
rm state/once.pending.tmp

# --- idle: nothing is written, not even a lock ---
rm -rf run
exits 0 env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace \
	-e trace=execve,openat,open,mkdir,rename,unlink certcycle run --all
same 'an idle tick writes no file' 0 \
	"$(grep -v /dev/null trace | grep -c -E 'O_CREAT|mkdir|rename|unlink')"
ran=$(sed -n 's/^\([0-9]*\) .*/\1/p' trace | sort -u | wc -l)
ok "it is at most five processes: $ran" [ "$ran" -le 5 ]

# --- metrics, where they are asked for ---
exits 0 certcycle -o "metrics.path=$T/all.prom" run --all
exits 1 test -e all.prom
(
	cert=$device/a.pem key=$device/a.key
	age 10d
)
exits 0 certcycle -o "metrics.path=$T/all.prom" run --all
ok 'they are those of all' [ "$(grep -c 'profile="[abc]"' all.prom)" -ge 3 ]
rm all.prom
exits 0 certcycle -o "metrics.path=$T/all.prom" --profile a run --force
ok 'a single run writes them as well' [ -s all.prom ]

# --- a signal ---
hook verify.d/30-slow <<'X'
echo $$ >"$CERTCYCLE_CONFIG_DIR/../begun"
while :; do sleep 1; done
X
certcycle run --all --force >out 2>err &
run=$!
until_true [ -s begun ]
sent=$(date +%s)
kill "$run"
wait "$run"
same 'a signal ends it' 143 $?
ok 'at once' [ $(($(date +%s) - sent)) -le 10 ]
exits 1 kill -0 "$(cat begun)"
rm etc/hooks/verify.d/30-slow
exits 0 certcycle run --all

# --- one at a time ---
mkdir -p run
exits 79 lock-run "$T/run/_all.lock" sh -c '"$@"; exit $?' sh \
	certcycle run --all --force
exits 79 lock-run "$T/run/b.lock" sh -c '"$@"; exit $?' sh \
	certcycle run --all --force

# --- a configuration that is wrong, and files that are shared ---
printf '[device]\nidd = x\n' >etc/conf.d/bad.conf
cp renewed before.renewed
exits 78 certcycle run --all --force
grep -q 'bad.conf:2: device.idd: no such key' err
result $? 'it is told'
ok 'and the others are renewed' [ "$(wc -l <renewed)" -gt \
	"$(wc -l <before.renewed)" ]
rm etc/conf.d/bad.conf
cp etc/conf.d/a.conf etc/conf.d/twin.conf
exits 78 certcycle run --all --force
grep -q "$device/a.*: shared with .* of the profile twin" err
result $? 'the file that two profiles name is told'
exits 78 certcycle --profile twin run --force
rm etc/conf.d/twin.conf

# --- syslog ---
mkdir bin
cat >bin/logger <<'X'
#!/bin/sh
printf '%s\n' "$*" >>"${0%/*}/../logged"
X
chmod 755 bin/logger
logged() {
	PATH=$T/stage/bin:$T/bin:$PATH certcycle "$@"
}
exits 0 logged --profile a run --force
exits 1 test -e logged
exits 0 logged -o log.syslog=yes --profile a run
exits 1 test -e logged
exits 0 logged -o log.syslog=yes --profile a run --force
same 'one line for a change' \
	"-t certcycle -p daemon.notice certcycle: renew: $device/a.pem is active" \
	"$(cat logged)"
sandbox fault refused
rm logged
exits 77 logged -o log.syslog=yes --profile a run --force
same 'and one for a failure' 1 "$(wc -l <logged)"
grep -q "daemon.err certcycle: renew of $device/a.pem failed: exit code 77: .*status 403" logged
result $? 'which says why'
done_testing
