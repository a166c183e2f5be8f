#!/usr/bin/env bash
# Run suites of tests, one file per core at a time, and close with the count
# of all: "N passed, N failed". A skipped test is named; with NOSKIP=1 it fails.
#
#   run.bash BUILD SUITE...    suites: unit cli peers user fuzz
#
# BUILD is the folder of the programs, as build or build-asan. The suite "user"
# is cli once more, as an unprivileged user with 8 MiB of lockable memory.
set -u
cd "$(dirname "$0")/.." || exit
export BUILD=$1
shift
export GAPSEAL_TOP=$PWD

out=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-check-XXXXXX") || exit
trap 'rm -rf "$out"' EXIT
chmod 755 "$out"
passed=0 failed=0 skipped=0

# One file of tests, by its kind; speaks TAP.
run_file() {
	local file=$1
	case $file in
	*.bats) bats --tap "$file" ;;
	*.py) .venv/bin/python tests/peers/tap.py "$file" ;;
	*/fuzz_*) tests/fuzz/short.bash "$file" ;;
	*) CMOCKA_MESSAGE_OUTPUT=TAP "$file" ;;
	esac
}

# Its output goes to files named after it; an exit without a word is a failure.
run_one() {
	local out=$1 file=$2 status name
	name=$out/$(tr '/' '_' <<<"$file")
	run_file "$file" >"$name.tap" 2>"$name.err" </dev/null
	status=$?
	# cmocka's status counts what was skipped, too.
	if ((status != 0)) && ! grep -q '^not ok' "$name.tap"; then
		echo "not ok - $file ended with status $status" >>"$name.tap"
	fi
}
export -f run_one run_file

list() {
	case $1 in
	unit) find "$BUILD/tests/unit" -name 'test_*' -type f -executable ;;
	cli | user) ls tests/cli/*.bats ;;
	peers) ls tests/peers/*.bats tests/peers/test_*.py ;;
	fuzz) find "$BUILD/fuzz" -name 'fuzz_*' -type f -executable ;;
	esac 2>/dev/null
}

report() {
	local suite=$1 dir=$2 ok bad skip file
	# cmocka says "not ok" of a test that it skipped.
	sed -i -E 's/^not (ok.*# [Ss][Kk][Ii][Pp])/\1/' "$dir"/*.tap
	skip=$(cat "$dir"/*.tap 2>/dev/null | grep -ciE '^ok.*# skip')
	ok=$(cat "$dir"/*.tap 2>/dev/null | grep -c '^ok')
	bad=$(cat "$dir"/*.tap 2>/dev/null | grep -c '^not ok')
	ok=$((ok - skip))
	for file in "$dir"/*.tap; do
		grep -q '^not ok' "$file" || continue
		echo "--- $suite: $(basename "$file" .tap)"
		grep -vE '^ok ' "$file" | head -n 60
		head -n 60 "${file%.tap}.err"
	done
	grep -hiE '^ok.*# skip' "$dir"/*.tap 2>/dev/null
	echo "$suite: $ok passed, $bad failed, $skip skipped"
	passed=$((passed + ok)) failed=$((failed + bad))
	skipped=$((skipped + skip))
}

run_suite() {
	local suite=$1 dir=$out/$1
	mkdir "$dir"
	chmod 777 "$dir"
	if [[ $suite == user ]]; then
		tests/as-user.bash "$dir" || return
	else
		# shellcheck disable=SC2016 # for the inner shell
		list "$suite" | xargs -r -P "$(nproc)" -I{} \
		    bash -c 'run_one "$0" "$1"' "$dir" {}
	fi
	report "$suite" "$dir"
}

# as-user.bash calls this script again, inside, for one suite and no count.
if [[ ${GAPSEAL_INSIDE:-} != "" ]]; then
	# shellcheck disable=SC2016 # for the inner shell
	list cli | xargs -r -P "$(nproc)" -I{} \
	    bash -c 'run_one "$0" "$1"' "$GAPSEAL_INSIDE" {}
	exit 0
fi

for suite; do
	run_suite "$suite"
done
[[ ${NOSKIP:-} == "" ]] || failed=$((failed + skipped))
((passed > 0)) || failed=$((failed + 1))
echo "$passed passed, $failed failed" >"$BUILD/check.count.$$"
cat "$BUILD/check.count.$$" && rm -f "$BUILD/check.count.$$"
((failed == 0))
