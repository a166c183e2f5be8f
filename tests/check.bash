#!/usr/bin/env bash
# All that make check runs, after everything is built; the last line is the
# count of all. One run.bash per build, because they differ in BUILD.
set -u
cd "$(dirname "$0")/.." || exit

log=$(mktemp "${TMPDIR:-/tmp}/gapseal-count-XXXXXX")
trap 'rm -f "$log"' EXIT
passed=0 failed=0

part() {
	tests/run.bash "$@" | tee "$log"
	if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]
	then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
	else
		failed=$((failed + 1))
	fi
}

echo "== the programs as they ship"
part build unit cli user peers
echo "== under the address and undefined-behaviour sanitizers"
part build-asan unit cli
echo "== every fuzzer for a moment"
part build-fuzz fuzz
echo "== all"
echo "$passed passed, $failed failed"
((failed == 0))
