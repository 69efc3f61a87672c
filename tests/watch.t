#!/bin/sh
# The watcher sees each kind of leak, be it for a millisecond, by programs that
# leak on purpose; and in a whole life of a device and a tenant it sees none.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2317 # $ for the inner shell; ok calls the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
! grep -q __asan_init "$build_dir/helpers/csr-gen" || {
	printf '1..0 # SKIP the watcher does not run in a build with sanitizers\n'
	exit 0
}
watch=$build_dir/tests/torture/watch/watch
[ -x "$watch" ] || {
	printf '1..0 # SKIP make check builds what this needs\n'
	exit 0
}
# --- the life that is watched, by this same test ---
if [ "${1:-}" = life ]; then
	enrolled_device
	tenant() {
		certcycle tenant --netrc="$T/sandbox/netrc" "$@"
	}
	exits 0 certcycle run --force
	exits 0 certcycle -o c8y.token_via=mqtt renew
	exits 0 certcycle renew --rekey
	exits 0 certcycle -o certificate.rekey=always run --force
	exits 0 certcycle rollback
	exits 0 tenant register dev2
	exits 0 tenant register dev3 --one-time-password-file=otp
	exits 0 certcycle -o device.id=dev3 -o "device.key_path=$T/three/key" \
		-o "device.cert_path=$T/three/pem" -o "state.path=$T/three" enroll
	sandbox register dev1 otp >/dev/null
	exits 0 env "CERTCYCLE_ONE_TIME_PASSWORD=$(cat otp)" certcycle \
		--profile default enroll --force
	exits 0 env "C8Y_HOST=localhost:$https" C8Y_USER=admin "C8Y_PASSWORD=$(
		sed 's/^admin://' sandbox/operator)" certcycle tenant devices
	exits 0 tenant revoke --yes --device dev3
	exits 0 tenant devices
	exits 75 certcycle enroll --force
	exits 0 sandbox status
	exits 0 certcycle doctor
	done_testing
fi

watched() {
	"$watch" -o "$T/report" "$@"
}
code=0
watched true >out 2>err || code=$?
if [ "$code" = 3 ]; then
	printf '1..0 # SKIP it may not watch here: %s\n' "$(tail -n 1 err)"
	exit 0
fi
same 'true is run, and that is all' '1 programs (0 ours)' \
	"$(sed -n 's/^watched: \(.*ours)\), .*, 0 findings$/\1/p' report)"
exits 2 watched false
exits 3 watched
exits 2 watched "$T/none"

# --- programs that leak, where a program of ours would be ---
mkdir -p leak/stage/bin
printf 'ThePasswordOfNobody\n' >word
chmod 600 word
csr-gen --key secret.key --new-key ec-p256 --key-only
token=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJkZXYxIn0.c2lnbmF0dXJl

# leaky: the rest of standard input is the program that runs next, it knows of
# the password by an option as ours do
leaky() {
	{
		printf '#!/bin/sh\numask 022\nword=ThePasswordOfNobody token=%s\n' \
			"$token"
		cat
	} >leak/stage/bin/leaky
	chmod 755 leak/stage/bin/leaky
}

# tells TEXT WHAT: the watcher says so of it, in one finding
tells() {
	code=0
	watched sh -c 'exec "$@" >out 2>err' sh "$T/leak/stage/bin/leaky" \
		"--password-file=$T/word" "$T/secret.key" >out 2>err || code=$?
	[ "$code" = 1 ] && grep -qE "^finding: -: $2" report
	code=$?
	result "$code" "seen: $1"
	[ "$code" = 0 ] || sed 's/^/# /' report
}

# hushes TEXT: it says nothing
hushes() {
	code=0
	watched sh -c 'exec "$@" >out 2>err' sh "$T/leak/stage/bin/leaky" \
		"--password-file=$T/word" "$T/secret.key" >out 2>err || code=$?
	same "nothing to see: $1" '0 ' "$code $(grep '^finding' report)"
}

leaky <<'EOT'
/bin/true "$word"
EOT
tells 'an argument, for as long as true runs' '.*: password in an argument$'
leaky <<'EOT'
(/bin/true "--with=$token" &) &
EOT
tells 'that of a grandchild that nobody waits for' '.*: token in an argument$'
leaky <<'EOT'
/bin/true "$(cat "$2")"
EOT
tells 'a key' '.*: private key in an argument$'
leaky <<'EOT'
/bin/true "$(sed -n 2p "$2")"
EOT
cat >>leak/stage/bin/leaky <<'EOT'
(umask 077 && cat "$2" >"$TMPDIR/mine")
EOT
tells 'a part of it, before it is known' '.*: private key in an argument$'
leaky <<'EOT'
SECRET=$word
export SECRET
sh -c ': "$0"; (/bin/true &)'
EOT
tells 'a variable' 'sh: password in the environment$'
tells 'that of a grandchild' 'true: password in the environment$'
leaky <<'EOT'
printf '%s\n' "$word" >"$TMPDIR/a"; rm "$TMPDIR/a"
EOT
tells 'a file, as long as rm takes' '.*: password in a file of mode 644'
leaky <<'EOT'
printf '%s\n' "$token" >"$TMPDIR/a"; : >"$TMPDIR/a"
EOT
tells 'a file, until it is truncated' '.*: token in a file of mode 644'
leaky <<'EOT'
cat "$2" >"$TMPDIR/a"; chmod 600 "$TMPDIR/a"
EOT
tells 'a file, until its mode is set' '.*: private key in a file of mode 644'
leaky <<'EOT'
(umask 077 && cat "$2" >"$TMPDIR/a"); chmod 640 "$TMPDIR/a"; rm "$TMPDIR/a"
EOT
tells 'a file whose mode was set' '.*: private key in a file of mode 640'
leaky <<'EOT'
printf '%s\n' "$word" >/dev/shm/watch.$$; rm /dev/shm/watch.$$
EOT
tells 'a file elsewhere' '.*: password in a file of mode 644: /dev/shm/'
leaky <<'EOT'
umask 077
sh -c 'printf "%s\n" "Authorization: Basic ZGV2MTp4" >&2' 2>"$TMPDIR/log"
EOT
tells 'a log that nobody else can read' '.*: login in a log of mode 600'
leaky <<'EOT'
cd "$TMPDIR"
ulimit -c unlimited
sh -c 'x=$(cat "$0"); kill -ABRT $$' "$2"
EOT
case $(cat /proc/sys/kernel/core_pattern) in
core*) tells 'the image of a crash' '.*: private key in a file of mode 600: .*core' ;;
*) skip 'the image of a crash' 'it is not left in a file' ;;
esac
leaky <<'EOT'
cat "$2"; printf '%s\n' "$token"
(umask 077; printf '%s\n' "$word" >"$TMPDIR/a"; chmod 400 "$TMPDIR/a")
cat "$2" >&1
exec 3<"$2"
/bin/true --password-file="$2" eyJhbGciOiJub25lIn0
EOT
hushes 'standard output, what is its own, the beginning of a token'

# --- what does not leak ---
exits 0 watched sh "$source_dir/tests/watch.t" life
cp out life
sed 's/^/# /' report
same 'nothing shows in a whole life' 0 "$(grep -c '^finding' report)"
ok 'which was lived' [ "$(grep -c '^ok ' life)" -ge 10 ]
same 'and went well' '' "$(grep -A 9 '^not ok ' life)"
ok 'it was seen' grep -qE '\([0-9]{3,} ours\).* [0-9]{2,} secrets known' report
done_testing
