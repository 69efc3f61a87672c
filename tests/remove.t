#!/bin/sh
# certcycle remove: what goes, what stays, and who is asked before.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs python3 setsid
key=$T/device/own.key cert=$T/device/own.pem
cat >etc/certcycle.conf <<EOT
[device]
id = dev1
key_path = $key
cert_path = $cert
csr_path = $T/state/own.csr
[state]
path = $T/state
run_path = $T/run
EOT
# all_files: all that there can be, and what is somebody else's
all_files() {
	rm -rf device state
	certcycle create >made 2>&1
	touch "$cert.new" "$cert.old" "$cert.old.2" "$key.new" "$key.old" \
		state/reply state/reply.asked state/rejected.reply \
		state/rejected.pem state/post-renew.pending state/state \
		state/one-time-password state/ca.pem state/ca.pem.old \
		state/ca.pem.old.2
	# what a power cut left, and may be a key or a password
	touch "$key.old.tmp" "$cert.old.tmp" state/running.tmp \
		run/default.one-time-password
	touch device/other.pem "$cert.older" state/history
	find device state -type f | sort >before
}
left() {
	find device state -type f | sort | tr '\n' ' ' | sed 's/ $//'
}
kept='device/other.pem device/own.pem.older state/history'

exits 0 certcycle remove
says '^certcycle remove: nothing to remove$'
exits 0 certcycle remove --yes
exits 64 certcycle remove extra
all_files
exits 0 certcycle remove --yes
same 'all of it goes, and nothing else' "$kept" "$(left)"
exits 1 test -e run/default.one-time-password
touch "$key.tmp" state/one-time-password.tmp
exits 0 certcycle remove
same 'what was left half-way goes unasked' "$kept" "$(left)"
exits 0 certcycle remove --yes
says 'nothing to remove'

# --- a person is asked ---
# answered TEXT CODE: what was answered, and how it ends
answered() {
	all_files
	exits "$2" python3 "$source_dir/tests/terminal" shown \
		'[y/N] ' "$1" -- certcycle remove
	ok 'the files are named first' sh -c 'tr -d "\r" <shown | sed "/y\/N/q" |
		grep -qxF "$0"' "$key"
}
for text in 'y\n' 'Y\n' 'yes\n'; do
	answered "$text" 0
	same 'gone' "$kept" "$(left)"
done
for text in '\n' 'n\n' 'yesterday\n' '\x04'; do
	answered "$text" 1
	same 'nothing is deleted' "$(tr '\n' ' ' <before | sed 's/ $//')" \
		"$(left)"
done
exits 64 setsid certcycle remove </dev/null
says '--yes is needed where nobody can be asked'
same 'nothing is deleted' "$(tr '\n' ' ' <before | sed 's/ $//')" "$(left)"

# --- a certificate that leads nowhere, a key on a token, a run that goes on ---
rm -rf device state
mkdir device state
ln -s "$T/nowhere" "$cert"
exits 0 certcycle remove --yes
exits 1 test -L "$cert"
printf 'pkcs11:token=hsm;object=dev1\n' >"$key"
exits 0 certcycle remove --yes
says '^certcycle remove: the key stays on its token: pkcs11:token=hsm;object=dev1$'
exits 1 test -e "$key"
all_files
mkdir -p run
exits 79 lock-run "$T/run/default.lock" sh -c 'certcycle remove --yes; exit $?'
ok 'nothing is deleted meanwhile' [ -s "$key" ]
# after it all can be made again
exits 0 certcycle remove --yes
exits 0 certcycle create
exits 0 cert-check --valid --match "$key" "$cert"
done_testing
