#!/bin/sh
# certcycle hooks: the list for people, the environment, and a try of an event.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016 # the hooks expand it
. "${srcdir:-${0%/*}/..}/tests/tap.sh"

make_pair dev1
{
	printf '[device]\nid = dev1\ncert_path = %s\nkey_path = %s\n' \
		"$T/dev1.pem" "$T/dev1.key"
	printf '[state]\npath = %s\nrun_path = %s\n' "$T/state" "$T/run"
} >etc/certcycle.conf
mkdir -p etc/hooks

# hook EVENT.d/NAME LINE...: a hook of the user's
hook() {
	file=etc/hooks/$1
	mkdir -p "${file%/*}"
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$file"
	chmod 755 "$file"
}

# --- the list ---
hook verify.d/20-connect 'exit 0'
mkdir etc/hooks/post-renew.d
ln -s /dev/null etc/hooks/post-renew.d/90-log
hook pre-renew.d/60-mine 'exit 0'
chmod 775 etc/hooks/pre-renew.d/60-mine
hook pre-renew.d/60-mine~ 'exit 0'
exits 0 certcycle hooks
prints '^  10-clock +runs +/.*/libexec/hooks/pre-renew.d/10-clock$'
prints '^  20-connect +runs +/.*/etc/hooks/verify.d/20-connect$'
prints '^ +in the place of /.*/libexec/hooks/verify.d/20-connect$'
prints '^  90-log +masked +/.*/etc/hooks/post-renew.d/90-log$'
prints '^ +a link to /dev/null; in the place of /.*/libexec/.*/90-log$'
prints '^  60-mine +refused +/'
prints '^ +writable by others: chmod go-w$'
prints '^ +its name is not NN-name$'
prints '^  c8y +runs +/.*/hooks/issuer/c8y$'
prints '^  /.*/etc/hooks$'
prints '^  /.*/share/templates$'
same 'all events, in their order' \
	'pre-renew:verify:post-renew:failed:once:issuer:' \
	"$(grep -E '^[a-z-]+:$' out | tr -d '\n')"
exits 0 certcycle hooks verify
same 'or one' 'verify:' "$(grep '^[a-z]' out)"
exits 78 certcycle -o issuer=none hooks
says 'issuer none: there is none of this name'

# --- an event is tried ---
for event in pre-renew verify post-renew failed once; do
	hook "$event.d/50-note" 'env | sort >"$CERTCYCLE_CONFIG_DIR/found"' \
		'cat "$CERTCYCLE_CHANGED" >"$CERTCYCLE_CONFIG_DIR/changed"'
done
# found VARIABLE: what the hook found there
found() {
	sed -n "s/^$1=//p" etc/found
}
chmod 755 etc/hooks/pre-renew.d/60-mine
rm etc/hooks/pre-renew.d/60-mine~
sed -i '/changed/d' etc/hooks/[pfv]*.d/50-note
mkdir state
for event in pre-renew verify post-renew failed once; do
	exits 0 certcycle hooks run "$event"
	same 'it saw the event' "$event" "$(found CERTCYCLE_EVENT)"
	cp etc/found before
	exits 0 certcycle hooks env "$event"
	grep -Ev '^(CERTCYCLE_CHANGED|PWD|SHLVL|_)=' before >ran
	sort out | grep -v '^CERTCYCLE_CHANGED=' >printed
	same 'and env prints what it found' "$(cat ran)" "$(cat printed)"
done
same 'once was told of this profile' default "$(cat etc/changed)"
exits 1 test -e "$(found CERTCYCLE_CHANGED)"
exits 0 certcycle hooks run verify
same 'without a candidate, the active one is looked at' "$T/dev1.pem enroll" \
	"$(found CERTCYCLE_CANDIDATE) $(found CERTCYCLE_REASON)"
cp dev1.pem dev1.pem.new
exits 76 certcycle hooks run verify
same 'a candidate is looked at where there is one' "$T/dev1.pem.new renew" \
	"$(certcycle hooks env verify |
		sed -n -e 's/^CERTCYCLE_CANDIDATE=//p' \
			-e 's/^CERTCYCLE_REASON=//p' | paste -sd ' ')"
ok 'and is not thrown away' [ -s dev1.pem.new ]
csr-gen --key dev1.key --from dev1.pem | cert-sign --self-signed \
	--key dev1.key --duration 700d >later.pem
exits 0 certcycle hooks run verify --candidate=later.pem
same 'or another file' "$T/later.pem" "$(found CERTCYCLE_CANDIDATE)"
exits 0 certcycle hooks run failed --outcome=75
same 'failed was told of the end' 75 "$(found CERTCYCLE_OUTCOME)"
same 'nothing was written' '' "$(ls -A state; ls -d run 2>/dev/null)"

# --- it does not go well ---
exits 65 certcycle hooks run verify --candidate=none.pem
says 'none.pem: there is no certificate to verify'
rm dev1.pem.new
exits 65 certcycle -o "device.cert_path=$T/none.pem" hooks run verify
hook verify.d/70-no 'exit 77'
exits 77 certcycle hooks run verify
hook verify.d/70-no 'exit 3'
exits 70 certcycle hooks run verify
hook verify.d/70-no 'exit 69'
exits 69 certcycle hooks run verify
hook verify.d/70-no 'exit 75'
exits 75 certcycle hooks run verify
exits 71 env TMPDIR="$T/none" certcycle hooks run once
mv etc/hooks/verify.d aside
printf 'a file\n' >etc/hooks/verify.d
exits 71 certcycle hooks verify
says 'verify.d: Not a directory'
hook once.d/60-slow 'sleep 30'
mkdir tmp
within 5 exits 124 env TMPDIR="$T/tmp" timeout 1 certcycle hooks run once
same 'a signal leaves no file behind' '' "$(ls -A tmp)"
misuse() {
	exits 64 certcycle hooks "$@"
	silent
}
misuse frobnicate
misuse verify failed
misuse --candidate=later.pem verify
misuse run
misuse env --outcome=1
misuse run verify --outcome=one
misuse run verify --candidate=
misuse run verify now
done_testing
