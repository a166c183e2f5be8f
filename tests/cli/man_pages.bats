#!/usr/bin/env bats
# The manual pages and the programs' own help name the same commands, options
# and members of JSON.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	BUILD=$(cd "${BUILD:-build}" && pwd)
}

commands() {
	"$BUILD/$1" help | sed -n -e 's/ bash|.*//' \
	    -e 's/^  \([a-z]\+\( [a-z]\+\)\?\).*/\1/p'
}

# "command --option" for each that the help of program $1 knows.
known_options() {
	local command
	commands "$1" | while read -r command; do
		# shellcheck disable=SC2086 # two words are two operands
		"$BUILD/$1" help $command |
		    sed -n "s/^  --\([a-z-]*\).*/$command --\1/p"
	done | sort
}

# The same for each that the SYNOPSIS of its page knows.
written_options() {
	awk '
		/^\.Sh SYNOPSIS/ { inside = 1; next }
		/^\.Sh/ { inside = 0 }
		!inside { next }
		/^\.Cm/ { sub(/^\.Cm /, ""); command = $0 }
		/Fl -/ { match($0, /-[a-z-]+/)
			print command " -" substr($0, RSTART, RLENGTH) }
	' "docs/$1.1" | sort
}

@test "the pages know every command, and no other" {
	local program
	for program in gapseal-offline gapseal-online; do
		diff <(commands $program | sort) \
		    <(awk '/^\.Sh SYN/ { on = 1 } /^\.Sh DES/ { on = 0 }
			on && /^\.Cm [a-z]+( [a-z]+)?$/ {
			sub(/^\.Cm /, ""); print }' docs/$program.1 | sort)
	done
}

@test "the synopses know every option, and no other" {
	local program
	for program in gapseal-offline gapseal-online; do
		diff <(known_options $program) <(written_options $program)
	done
}

@test "every option that only one command has is explained in its page" {
	local option
	for option in renew pace confirm-app wait heroku-url; do
		grep -q "^\.It.*Fl -$option" docs/gapseal-online.1
	done
	for option in utc from format key-version; do
		grep -q "^\.It.*Fl -$option" docs/gapseal-offline.1
	done
}
