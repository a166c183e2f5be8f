# Every kind of bundle, hurt in every field, through the online program's
# verbs. Nothing of this makes a call.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && cloud_up && sealed_for_cloud || return
	cp -a "$CEREMONY" "$BATS_FILE_TMPDIR/unimported"
	do_import
}

teardown_file() {
	end_file
}

setup() {
	begin_test
	bring_key online oscar
	control "$STANDIN_URL" log/reset '{}' >/dev/null
}

teardown() {
	assert_equal '{}' "$(control "$STANDIN_URL" counts | jq -c .)"
}

# Before the import, the same ceremony.
unimported() {
	rm -r "$CEREMONY"
	cp -a "$BATS_FILE_TMPDIR/unimported" "$CEREMONY"
	bring_key online oscar
}

# hurt FILE STATUS COMMAND...
hurt() {
	on online env PASSPHRASE="$(passphrase oscar)" "$python" \
	    "$GAPSEAL_TOP/tests/lib/damage.py" "$1" "$2" gapseal-online "${@:3}"
}

oscar="--as ../oscar.key --passphrase-fd 9"

@test "under a hurt plan nothing is asked for, imported or granted" {
	hurt plan.gsb 3 request $oscar
	hurt plan.gsb 3 import $oscar --confirm "$(paper transfer)"
	hurt plan.gsb 3 grant $oscar
}

@test "a hurt plan is not anchored" {
	rm -r "$CEREMONY/online/state"
	hurt plan.gsb 3 plan anchor --confirm "$(paper plan)"
}

@test "a hurt request is not signed, and stands in the way of a new one" {
	hurt request.gsb 3 cosign request.gsb $oscar \
	    --confirm "$(paper request)"
	hurt request.gsb 1 request $oscar
}

@test "nothing is imported for a hurt request" {
	unimported
	hurt request.gsb 3 import $oscar --confirm "$(paper transfer)"
}

@test "hurt tokens are not signed, and stand in the way of new ones" {
	hurt tokens.gsb 3 cosign tokens.gsb $oscar \
	    --confirm "$(digest_of tokens.gsb online)"
	hurt tokens.gsb 1 request $oscar
}

@test "nothing is imported with hurt tokens" {
	unimported
	hurt tokens.gsb 3 import $oscar --confirm "$(paper transfer)"
}

@test "nothing of a hurt transfer is imported" {
	unimported
	hurt transfer.gsb 3 import $oscar --confirm "$(paper transfer)"
}

@test "nothing is granted after a hurt transfer" {
	hurt transfer.gsb 3 grant $oscar
}

@test "a hurt receipt is not signed, and nothing granted after it" {
	hurt receipt-1.gsb 3 cosign receipt-1.gsb $oscar \
	    --confirm "$(digest_of receipt-1.gsb online)"
	hurt receipt-1.gsb 3 grant $oscar
	hurt receipt-1.gsb 3 import $oscar --confirm "$(paper transfer)"
}

@test "verify finds the fault in each of them" {
	for file in request tokens transfer receipt-1; do
		hurt $file.gsb 3 verify
	done
}

@test "inspect finds the fault in each of them" {
	for file in request tokens transfer receipt-1; do
		hurt $file.gsb 3 inspect $file.gsb
	done
}
