# print.awk: the cells of tests/fault-table.t, which are lines of command, fault, exit
# code and hundredths of a second, as tables of eight commands beside each other.
# SPDX-License-Identifier: Apache-2.0
{
	if (!($1 in column)) { column[$1] = ++columns; name[columns] = $1 }
	if (!($2 in line)) { line[$2] = ++lines; fault[lines] = $2 }
	cell[line[$2], column[$1]] = sprintf("%d/%.1f", $3, $4 / 100)
	count[$3]++
	time += $4 / 100
	if ($4 / 100 > most) most = $4 / 100
}
END {
	for (first = 1; first <= columns; first += 8) {
		printf "%-19s", "code/seconds"
		for (i = first; i < first + 8 && i <= columns; i++)
			printf " %12s", name[i]
		printf "\n"
		for (j = 1; j <= lines; j++) {
			printf "%-19s", fault[j]
			for (i = first; i < first + 8 && i <= columns; i++)
				printf " %12s", (j, i) in cell ? cell[j, i] : "."
			printf "\n"
		}
		printf "\n"
	}
	printf "%d cells:", NR
	for (code in count)
		printf " %d ended with %d,", count[code], code
	printf " the longest took %.1f s, all together %.0f s\n", most, time
}