# shellcheck shell=bash
#
# What the files of tests/peers share: the servers that a file starts for
# itself, and ceremonies against them. At the head of such a file:
#
#   source "$BATS_TEST_DIRNAME/../lib/peers.bash"
#   setup_file() { begin_file standin heroku; }
#   setup() { begin_test; }
#   teardown_file() { end_file; }
#
# Each test finds the servers as just started and the machines offline and
# online empty; oscar acts on online, olga on online2 where a test makes it.

bats_require_minimum_version 1.5.0
GAPSEAL_TOP=${GAPSEAL_TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
BUILD=${BUILD:-build}
[[ $BUILD == /* ]] || BUILD=$GAPSEAL_TOP/$BUILD
CEREMONY=${BATS_TEST_TMPDIR:-${BATS_FILE_TMPDIR:-/nowhere}}/ceremony
CEREMONY_STICKS=${BATS_FILE_TMPDIR:-/nowhere}/sticks
# A namespace each would cost more than what is tested; the filter is there.
# shellcheck disable=SC2034 # ceremony.bash reads it
ceremony_isolation=
# shellcheck source=tests/lib/ceremony.bash
source "$GAPSEAL_TOP/tests/lib/ceremony.bash"
# shellcheck source=tests/lib/doubles.bash
source "$GAPSEAL_TOP/tests/lib/doubles.bash"

# shellcheck disable=SC2034 # the tests do
python=$GAPSEAL_TOP/.venv/bin/python
standin_rsa=(--rsa-cache "$BUILD/standin-rsa.json")
oscar_keys=(AKIDOSCAR0EXAMPLE0 oscars-secret-key)
# shellcheck disable=SC2034 # the tests do
olga_keys=(AKIDOLGA00EXAMPLE0 olgas-secret-key)

# begin_file SERVER...: standin, heroku (asks the stand-in about keys).
begin_file() {
	local server
	for server; do
		case $server in
		standin)
			start_standin "$BATS_FILE_TMPDIR" "${standin_rsa[@]}" ||
			    return
			;;
		heroku)
			start_heroku "$BATS_FILE_TMPDIR" \
			    --kms "$STANDIN_URL" || return
			;;
		esac
	done
}

end_file() {
	stop_doubles "$BATS_FILE_TMPDIR"
}

begin_test() {
	mkdir -p "$CEREMONY"
	machine offline online
	if [[ -v STANDIN_URL ]]; then
		control "$STANDIN_URL" reset '' >/dev/null &&
		    cloud_env online "$STANDIN_URL" "${oscar_keys[@]}"
	fi
	if [[ -v HEROKU_URL ]]; then
		control "$HEROKU_URL" reset '' >/dev/null &&
		    heroku_env online "$HEROKU_URL"
	fi
}

# quietly COMMAND...: what it says is shown only when it fails.
quietly() {
	"$@" >"$CEREMONY/.quiet" 2>&1 && return
	echo "failed: $*" >&2
	tail -n 12 "$CEREMONY/.quiet" >&2
	return 1
}

# planned [OPTION...]: a plan, known to both machines.
planned() {
	write_plan "$@" && quietly approve_and_anchor offline online
}

# requested: as far as a request that the officers approved; sealed: as far
# as a transfer of all officers; imported: one step more.
requested() {
	planned "$@" && quietly do_request online oscar --pace 0 &&
	    quietly approve_request
}

sealed() {
	requested "$@" && quietly do_seal
}

imported() {
	sealed "$@" && quietly do_import
}

# What the stand-in says, through jq.
cloud() {
	control "$STANDIN_URL" state | jq -er "$1"
}

heroku() {
	control "$HEROKU_URL" state | jq -er "$1"
}

# calls OPERATION: how many of them the stand-in saw.
calls() {
	control "$STANDIN_URL" "log?operation=$1" | jq '.calls | length'
}

# fault JSON, act JSON: of the stand-in's.
fault() {
	control "$STANDIN_URL" faults "$1" >/dev/null
}

act() {
	control "$STANDIN_URL" act "$1" >/dev/null
}

# statement FILE FILTER [MACHINE]: what a bundle there says.
statement() {
	on "${3:-online}" "$(program_of "${3:-online}")" inspect --json "$1" \
	    2>/dev/null | jq -er ".statement | $2"
}

# assert_tells TEXT: as assert_says, however the lines were broken.
assert_tells() {
	local told
	told=$(tr -s ' \n' '  ' <<<"$stderr")
	[[ $told == *"$1"* ]] || complain "stderr has no '$1'"
}
