#!/bin/sh
# A certificate that the broker, and who gives tokens, do not know at first is
# promoted when they do: it is not thrown away.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2154 # tap.sh sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device
count=$(issued)
exits 0 certcycle renew
sandbox fault strange 20
begun=$(date +%s)
exits 0 certcycle run
ok 'it was refused for 20 s' [ $(($(date +%s) - begun)) -ge 20 ]
same 'one certificate was issued' $((count + 1)) "$(issued)"
exits 1 test -e state/rejected.pem
exits 0 cert-check --match "$key" --later-than "$cert.old" "$cert"
done_testing
