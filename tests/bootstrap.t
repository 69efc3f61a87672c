#!/bin/sh
# bootstrap: says what is missing and installs nothing when told not to.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
bootstrap=$source_dir/bootstrap

exits 0 "$bootstrap" --help
prints '^usage: ./bootstrap'
exits 64 "$bootstrap" frobnicate
says 'frobnicate: not understood'
exits 64 "$bootstrap" --no-such-option

# a machine on which one package is not installed, by what dpkg-query says
mkdir fake
cat >fake/dpkg-query <<'X'
#!/bin/sh
case $* in
*libinih-dev) exit 1 ;;
*mandoc) printf 'config-files' ;;
*) printf 'installed' ;;
esac
X
for program in apt-get sudo make; do
	printf '#!/bin/sh\ntouch %s/called\n' "$T" >"fake/$program"
done
chmod 755 fake/*
PATH=$T/fake:$PATH
exits 78 "$bootstrap" --no-install --build="$T/b" build
same 'it lists what is missing for a build' libinih-dev "$(cat out)"
exits 78 "$bootstrap" --no-install --build="$T/b" check
same 'and for the tests' "$(printf 'libinih-dev\nmandoc')" "$(cat out)"
exits 78 "$bootstrap" --no-install fuzz
same 'and for fuzzing' libinih-dev "$(cat out)"
exits 1 test -e called
exits 1 test -e b
done_testing
