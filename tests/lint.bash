#!/usr/bin/env bash
# Formatting, static checks, the dependency rule, man pages, shell scripts.
#
#   lint.bash BUILD
# Lists of words are meant to split; functions are called by their name.
# shellcheck disable=SC2016,SC2086,SC2317
set -u
cd "$(dirname "$0")/.." || exit
build=$1
bad=0

step() {
	local name=$1
	shift
	if "$@"; then
		echo "lint: $name: good"
	else
		echo "lint: $name: BAD"
		bad=1
	fi
}

sources=$(git ls-files '*.c' '*.h')
product=$(git ls-files 'common/*.c' 'bundle-format/*.c' 'offline/*.c' \
    'online/*.c')
includes='-Icommon -Ibundle-format -Ibundle-format/verbs -Ioffline -Ionline'

format() { clang-format --dry-run --Werror $sources; }

tidy() {
	printf '%s\n' $product | xargs -P "$(nproc)" -n 8 sh -c '
	    clang-tidy --quiet "$@" -- -std=c17 -D_GNU_SOURCE \
	    -DOPENSSL_NO_DEPRECATED $0 2>/dev/null' \
	    "$includes $(pkg-config --cflags libcurl libcjson)"
}

check_cpp() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr \
	    --enable=warning,portability --std=c11 $includes \
	    common bundle-format offline online
}

scripts() {
	git ls-files | while read -r file; do
		head -c 64 "$file" | head -n 1 | tr -d '\0' |
		    grep -qE '^#!.*\b(ba|z)?sh\b|^# shellcheck shell' &&
		    [[ $file != *.bats ]] && echo "$file"
	done | xargs shellcheck
}

man_pages() { mandoc -T lint -W warning docs/*.1; }

# shellcheck disable=SC2086 # lists of words are meant to split
step 'format' format
step 'clang-tidy' tidy
step 'cppcheck' check_cpp
step 'shellcheck' scripts
step 'mandoc' man_pages
step 'dependency rule' tests/dependency-rule.sh "$build"
exit $bad
