#!/bin/sh
# The fuzz targets: each takes its seeds, and what was a finding once, in every
# build; `make fuzz` goes on from there.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl certtool
targets=$build_dir/tests/fuzz
[ -x "$targets/x509" ] || {
	printf '1..0 # SKIP no targets here: make check builds them\n'
	exit 0
}

exits 0 sh "$source_dir/tests/fuzz/seeds" "$T/seeds"
same 'no seed is empty' '' "$(find seeds -type f -size 0)"
for target in $(cd "$source_dir/tests/fuzz" &&
	grep -l '^LLVMFuzzerTestOneInput' ./*.c); do
	target=${target#./}
	target=${target%.c}
	ok "$target has seeds" [ -d "seeds/$target" ]
	exits 0 "$targets/$target" seeds/"$target"/*
	# each cut short at seven places
	rm -rf cut
	mkdir cut
	for seed in seeds/"$target"/*; do
		size=$(wc -c <"$seed")
		for part in 1 2 3 4 5 6 7; do
			head -c $((size * part / 8 + 1)) "$seed" \
				>"cut/${seed##*/}.$part"
		done
	done
	exits 0 "$targets/$target" cut/*
done
for seeds in seeds/*; do
	ok "${seeds#*/} has a target" [ -x "$targets/${seeds#*/}" ]
done
exits 1 "$targets/x509" "$T/none"
done_testing
