#!/bin/sh
# A device id that would be something else to a shell, a path or a header: it
# is refused or carried through unharmed, never run, never a path.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2094,SC2013 # functions are called by exits and ok
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
printf 'secret-for-all\n' >otp
chmod 600 otp
newline='a
b'
number=0
for id in 'a b' "a'b" 'a"b' "$newline" '$(touch run)' '`touch run`' '../dev1' \
	'../../etc/x' '-x' '--help' 'a;touch run' 'a|b' 'a&b' 'a\b' 'a:b' '*' \
	'?' "$(printf 'a\033[31mb')" "$(printf 'a\tb')" \
	'0123456789012345678901234567890123456789012345678901234567890123' \
	'01234567890123456789012345678901234567890123456789012345678901234' \
	"=',()-._@!%"; do
	number=$((number + 1))
	find . ! -path './sandbox/*' ! -name out ! -name err \
		! -name before | sort >before
	sandbox register -- "$id" otp >/dev/null 2>&1
	key=$device/$number.key cert=$device/$number.pem
	code=0
	CERTCYCLE_DEVICE_KEY_PATH=$key CERTCYCLE_DEVICE_CERT_PATH=$cert \
		certcycle enroll --device-id="$id" >out 2>err || code=$?
	case $code in
	0)
		exits 0 cert-check --cn "$id" --match "$key" "$cert"
		;;
	78)
		grep -q 'device id: ' err
		result $? "refused, with the reason: $(describe "$id")"
		exits 1 test -e "$cert"
		;;
	64)
		grep -q 'device.id: a line end in it' err
		result $? "refused, with the reason: $(describe "$id")"
		exits 1 test -e "$cert"
		;;
	*)
		result 1 "exit code $code for $(describe "$id")"
		;;
	esac
	rm -rf "$device"
	find . ! -path './sandbox/*' ! -name out ! -name err \
		! -path './state*' ! -path './run*' | sort |
		sed '/^\.\/run/d' >after
	grep -vx -F -f before after |
		grep -vx -e './device' -e './after' -e './before' >new
	same 'no other file was made' '' "$(cat new)"
done
done_testing
