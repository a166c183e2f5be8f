# shellcheck shell=bash
#
# What tests claim about commands and files. Part of ceremony.bash. A check
# that fails says what it saw and returns 1, which ends a bats test.

# assert_refused STATUS TEXT HINT COMMAND...: it ends with that exit status,
# says TEXT in its message and HINT in its hint (both may be parts; an empty
# HINT asks for none), and changes no file of the ceremony but a journal.
# What it said is then in $stdout and $stderr.
assert_refused() {
	local wanted=$1 text=$2 hint=$3 status=0 before after
	shift 3
	before=$(snapshot)
	capture "$@" || status=$?
	after=$(snapshot)
	if ((status != wanted)); then
		complain "exit status $status, wanted $wanted"
	elif ! says "$text" 'gapseal-(online|offline): '; then
		complain "the message has no '$text'"
	elif ! says "$hint" 'gapseal-(online|offline): hint: '; then
		complain "the hint has no '$hint'"
	elif [[ $before != "$after" ]]; then
		complain "files changed:" \
		    "$(diff <(echo "$before") <(echo "$after"))"
	fi
}

# assert_ok COMMAND...: exit status 0; $stdout and $stderr as above.
assert_ok() {
	local status=0
	capture "$@" || status=$?
	((status == 0)) || complain "exit status $status, wanted 0"
}

# assert_says TEXT: the last captured command said it to the person.
assert_says() {
	[[ $stderr == *"$1"* ]] || complain "stderr has no '$1'"
}

# assert_json FILTER: jq finds it true of the last captured stdout.
assert_json() {
	jq -e "$1" <<<"$stdout" >/dev/null || complain "not true: $1"
}

# assert_equal WANTED FOUND
assert_equal() {
	[[ $1 == "$2" ]] || complain "found '$2', wanted '$1'"
}

# assert_mode MODE MACHINE FILE
assert_mode() {
	assert_equal "$1" "$(stat -c %a "$(in_dir "$2")/$3")"
}

capture() {
	local status=0
	captured=$*
	"$@" >"$CEREMONY/.stdout" 2>"$CEREMONY/.stderr" || status=$?
	stdout=$(tr -d '\0' <"$CEREMONY/.stdout")
	stderr=$(tr -d '\0' <"$CEREMONY/.stderr")
	cat "$CEREMONY/.stdout" "$CEREMONY/.stderr" >>"$CEREMONY/said"
	return "$status"
}

# Does a line that begins like that hold the text?
says() {
	[[ -z $1 ]] ||
	    grep -E "^$2" <<<"$stderr" | grep -qF -e "$1"
}

# Every file of every ceremony directory and what machines know, by digest;
# journals apart, where a refused step may leave its line.
snapshot() {
	(cd "$CEREMONY" && find ./*/ceremony ./*/state -type f \
	    ! -name 'journal-*.jsonl' ! -path '*/journals/*' \
	    -exec sha256sum {} + 2>/dev/null | sort -k 2)
}

complain() {
	{
		echo "$captured"
		echo "  $*"
		echo "  stdout: $stdout"
		echo "  stderr: $stderr"
	} >&2
	return 1
}
