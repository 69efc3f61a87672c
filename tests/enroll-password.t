#!/bin/sh
# The one-time password: from a file, standard input, the environment, a person;
# or made here, and shown with the link to register by. And that it is seen by
# nobody whom it does not concern.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs python3 setsid
start_sandbox
sed '/^one_time_password_path/d' etc/certcycle.conf >made.conf
mv made.conf etc/certcycle.conf
link=https://localhost:$https/apps/devicemanagement/index.html
link="$link#/deviceregistration"
printf 'secret-for-dev1\n' >otp
chmod 600 otp

# fresh: a device that was never enrolled, and is registered
fresh() {
	certcycle remove --yes 2>/dev/null
	sandbox register dev1 otp >register.log 2>&1
}
# on_terminal [AWAITED ANSWER]... -- COMMAND...: what it showed is in shown
on_terminal() {
	python3 "$source_dir/tests/terminal" shown "$@"
}
# unseen: the secret that the user gave is in no message and no file but his own
unseen() {
	cat out err >said
	exits 1 grep -rF secret-for-dev1 said state run device etc
}

# --- made here ---
# on a disk that is full it is not shown: the next run would have another
full() {
	(
		trap '' XFSZ
		ulimit -f 0
		"$@"
	) 2>&1 | cat >said
	grep -q ': exit code 71' said
}
ok 'a full disk' full certcycle enroll
exits 1 grep -q 'one-time password [A-Za-z0-9]*$' said
exits 1 test -e state/one-time-password
exits 75 certcycle enroll
cp err first
made=$(sed -n 's/.*one-time password \([A-Za-z0-9]*\)$/\1/p' first)
same 'it has 32 letters and digits' 32 "${#made}"
ok 'and the link has it' grep -qxF \
	"certcycle enroll: for example here: $link?externalId=dev1&one-time-password=$made" \
	first
same 'it is kept for its owner alone' -rw------- \
	"$(stat -c %A state/one-time-password)"
exits 75 certcycle enroll --no-registration-url
cp err second
ok 'the next run has the same' grep -q "one-time password $made\$" second
exits 1 grep -F "$link" second
printf '%s\n' "$made" >made
chmod 600 made
exits 0 sandbox register dev1 made
exits 0 certcycle enroll
prints '^Subject: +CN=dev1$'
prints '^Status: +VALID'
exits 1 test -e state/one-time-password
# what a power cut left of it goes with the next run
printf '%s\n' "$made" >state/one-time-password
exits 0 certcycle enroll
exits 1 test -e state/one-time-password
certcycle remove --yes
exits 75 certcycle enroll
exits 1 grep -F "$made" err
other=$(cat state/one-time-password)
exits 75 certcycle enroll --device-id="d'e=v(1),.?_*@!%"
cp err encoded
ok 'the id is percent-encoded in the link' grep -qF \
	"externalId=d%27e%3Dv%281%29%2C.%3F_%2A%40%21%25&" encoded
same 'another device has another' '' "$(grep -F "$other" state/one-time-password)"
exits 69 certcycle enroll --url=localhost:443
cp err plain
ok 'port 443 is not named' grep -qF 'https://localhost/apps/' plain
# an issuer that knows none is given none
exits 0 certcycle -o issuer=self-signed -o c8y.mtls= -o c8y.mqtt= \
	-o certificate.ca_path= enroll
exits 1 grep -q 'one-time password' err

# --- given ---
fresh
exits 0 certcycle enroll --one-time-password-file=otp
unseen
fresh
exits 0 certcycle enroll --one-time-password-file="$T/otp"
fresh
exits 0 certcycle enroll --one-time-password-file=- <otp
unseen
exits 1 test -e run/default.one-time-password
for name in CERTCYCLE_ONE_TIME_PASSWORD DEVICE_ONE_TIME_PASSWORD; do
	fresh
	exits 0 env "$name=secret-for-dev1" certcycle enroll
	unseen
	exits 1 test -e run/default.one-time-password
done
certcycle remove --yes
exits 75 env CERTCYCLE_ONE_TIME_PASSWORD=secret-for-dev1 certcycle enroll
cp err given
ok 'the link of a device that is not registered has no password' grep -qxF \
	"certcycle enroll: for example here: $link?externalId=dev1&one-time-password=" \
	given
exits 1 test -e run/default.one-time-password
unseen
printf '\n' >nothing
exits 65 certcycle enroll --one-time-password-file=nothing
cp err nothing.err
ok 'an empty first line is named' grep -q \
	'^certcycle enroll: .*/nothing: no one-time password in its' nothing.err
exits 65 certcycle enroll --one-time-password-file=- </dev/null
exits 65 certcycle enroll --one-time-password-file=no-such-file

# --- asked for ---
exits 64 certcycle enroll --prompt --one-time-password-file=otp
says '--prompt: a one-time password is given'
exits 64 setsid certcycle enroll --prompt </dev/null
says '--prompt: there is no terminal'
fresh
exits 0 on_terminal 'One-time password: ' 'secret-for-dev1\n' \
	-- certcycle enroll --prompt
exits 1 grep -F secret-for-dev1 shown
ok 'what is typed is shown again' grep -q 'echo is on' shown
unseen
certcycle remove --yes
# yash hears it at the end of the line
exits 130 on_terminal 'One-time password: ' '\x03\r' \
	-- certcycle enroll --prompt
ok 'after an interrupt too' grep -q 'echo is on' shown
exits 1 test -e run/default.one-time-password

mkdir -p none
printf '#!/bin/sh\nexit 1\n' >none/stty
chmod 755 none/stty
exits 71 on_terminal -- env PATH="$T/none:$PATH" certcycle enroll --prompt
exits 1 grep -q 'One-time password: ' shown

# --- the picture of the link ---
if command -v qrencode >/dev/null; then
	exits 75 on_terminal -- certcycle enroll
	qrencode -t UTF8 "$(sed -n 's/.*for example here: \(.*[^\r]\)\r*$/\1/p' \
		shown | tr -d '\r')" >picture
	ok 'there is a code on a terminal' grep -qF "$(sed -n 3p picture)" shown
	exits 75 certcycle enroll
	exits 1 grep -qF "$(sed -n 3p picture)" err
	exits 75 on_terminal -- certcycle enroll --no-registration-url
	exits 1 grep -qF "$(sed -n 1p picture)" shown
else
	skip 'a code on a terminal' 'no qrencode here'
fi

# --- nothing of it on a command line ---
if grep -q __asan_init "$build_dir/helpers/csr-gen"; then
	skip 'command lines' 'the leak checker cannot work under strace'
elif command -v strace >/dev/null; then
	fresh
	exits 0 env CERTCYCLE_ONE_TIME_PASSWORD=secret-for-dev1 strace -f -qq \
		-v -s 4096 -e trace=execve -o traced certcycle enroll
	ok 'what runs was seen' grep -q est-post traced
	exits 1 sh -c 'sed "s/\], \[.*//" traced | grep -F secret-for-dev1'
	certcycle remove --yes
	exits 75 strace -f -qq -s 4096 -e trace=execve -o traced certcycle enroll
	exits 1 grep -F "$(head -n 1 state/one-time-password)" traced
else
	skip 'command lines' 'no strace here'
fi
done_testing
