#!/usr/bin/env bash
# A few seconds of one fuzzer, from its corpus; speaks TAP.
#
#   short.bash BUILD/fuzz/fuzz_NAME
set -u
name=$(basename "$1")
corpus=$(dirname "$0")/corpus/${name#fuzz_}
work=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-fuzz-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/new"
[[ -d $corpus ]] || corpus=$work/new
if "$1" -max_total_time="${SECONDS_EACH:-2}" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$work/" "$work/new" "$corpus" >"$work/log" 2>&1; then
	echo "ok 1 - $name ($(grep -oE '^Done [0-9]+ runs' "$work/log"))"
else
	echo "not ok 1 - $name"
	tail -n 40 "$work/log"
	for f in "$work"/crash-* "$work"/leak-* "$work"/timeout-*; do
		[[ -e $f ]] && { echo "# input:"; xxd "$f" | head -n 40; }
	done
	exit 1
fi
