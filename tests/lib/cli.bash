# shellcheck shell=bash
#
# What the files of tests/cli share: a ceremony that is built once a file and
# copied for each test. At the head of such a file:
#
#   source "$BATS_TEST_DIRNAME/../lib/cli.bash"
#   setup_file() { begin_file && room_ready; }
#   setup() { begin_test; }
#   teardown_file() { end_file; }
#
# At its end all that the file's tests wrote, on any machine or on the screen,
# is searched for secrets; what they bring in is under $CEREMONY/secrets.
#
# The offline program has its own network namespace in the rehearsal; here it
# has only its filter, for each namespace costs more than what is tested.

bats_require_minimum_version 1.5.0
GAPSEAL_TOP=${GAPSEAL_TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
BUILD=${BUILD:-build}
CEREMONY=${BATS_FILE_TMPDIR:-/nowhere}/base
# shellcheck disable=SC2034 # ceremony.bash reads it
ceremony_isolation=
# shellcheck source=tests/lib/ceremony.bash
source "$GAPSEAL_TOP/tests/lib/ceremony.bash"

# shellcheck source=tests/lib/doubles.bash
source "$GAPSEAL_TOP/tests/lib/doubles.bash"

python=$GAPSEAL_TOP/.venv/bin/python

begin_file() {
	mkdir -p "$CEREMONY"
	machine offline online
	mkdir "$CEREMONY/secrets"
}

end_file() {
	stop_doubles "$BATS_FILE_TMPDIR/cloud"
	"$GAPSEAL_TOP/tests/lib/search-secrets.bash" \
	    "$BATS_RUN_TMPDIR"/{file,test,*.out}
}

# Each test has the ceremony for itself; dir is the room's directory in it.
# shellcheck disable=SC2034 # for the tests
begin_test() {
	cp -a "$BATS_FILE_TMPDIR/base" "$BATS_TEST_TMPDIR/ceremony"
	CEREMONY=$BATS_TEST_TMPDIR/ceremony
	dir=$(in_dir offline)
	online_dir=$(in_dir online)
}

forge() {
	"$python" "$GAPSEAL_TOP/tests/lib/forge.py" "$@"
}

# forge_request [NAME=VALUE...]: oscar's request lies in the room, with his
# digest of it on paper; the cloud's half of the keys is in $CEREMONY/wrapping.
# shellcheck disable=SC2120 # the tests give it some
forge_request() {
	forge request "$(in_dir offline)/plan.gsb" "$CEREMONY/wrapping" "$@" \
	    >"$CEREMONY/request.json" || return
	forge_bundle request oscar "$(in_dir offline)/request.gsb" \
	    <"$CEREMONY/request.json" || return
	note request "$(forge digest "$(in_dir offline)/request.gsb")"
}

# forge_bundle KIND PERSONS FILE [--real]: JSON from stdin, signed by them.
forge_bundle() {
	local name kind=$1 persons=$2 file=$3
	local -a by=()
	shift 3
	for name in $persons; do
		people "$name" || return
		by+=(--by "$CEREMONY_STICKS/$name.key" "$(passphrase "$name")")
	done
	forge pack "$kind" "$@" "${by[@]}" >"$file.forged" || return
	mv "$file.forged" "$file"
}

# The digest of a bundle in the room, or on another machine.
digest_of() {
	forge digest "$(in_dir "${2:-offline}")/$1"
}

# A plan that a test is quick with, anchored in the room; then the request of
# a cloud that need not be there, approved by both officers.
plan_ready() {
	rm -f "$(in_dir offline)"/*.gsb
	write_plan --wrap RSAES_OAEP_SHA_256 RSA_2048 "$@" &&
	    approve_and_anchor offline
}

# shellcheck disable=SC2119 # all of them are the plan's
room_ready() {
	plan_ready "$@" && forge_request && approve_request
}

# cloud_up [OPTION...]: the strict stand-in for AWS, and oscar's credentials on
# the machine called online. The tests of the file share it.
cloud_up() {
	start_standin "$BATS_FILE_TMPDIR/cloud" --rsa-pool 2 "$@" &&
	    cloud_env online "$STANDIN_URL" AKIDOSCAR0EXAMPLE0 \
	        oscars-secret-key
}

# act JSON: what somebody does in the cloud behind the operators' backs.
act() {
	control "$STANDIN_URL" act "$1"
}

# requested [OPTION of write_plan...]: a plan of its own, anchored on both
# machines, and a request for it from the cloud.
requested() {
	rm -f "$(in_dir offline)"/*.gsb "$(in_dir online)"/*.gsb
	# shellcheck disable=SC2119 # it takes options, and none are wanted
	write_plan --wrap RSAES_OAEP_SHA_256 RSA_2048 "$@" &&
	    approve_and_anchor offline online && do_request
}

# sealed_for_cloud [OPTION of write_plan...]: the same, up to a transfer with
# its quorum that lies on the importing machine.
sealed_for_cloud() {
	# shellcheck disable=SC2119 # likewise
	requested "$@" && approve_request && do_seal &&
	    carry offline online transfer.gsb request.gsb
}

# The ARN of the request's only key.
key_arn() {
	forge payload "$(in_dir online)/request.gsb" |
	    jq -r '.targets[0].key_arn'
}

# refused STATUS TEXT HINT COMMAND...: as assert_refused, with some hint, and
# not even a line of a journal was written.
refused() {
	local before
	before=$(every_file)
	assert_refused "$@" || return
	[[ $stderr == *": hint: "* ]] || complain "there is no hint" || return
	[[ $before == "$(every_file)" ]] ||
	    complain "files changed:" "$(diff <(echo "$before") <(every_file))"
}

every_file() {
	(cd "$CEREMONY" && find ./*/ceremony ./*/state -type f \
	    -printf '%m ' -exec sha256sum {} \; | sort -k 3)
}
