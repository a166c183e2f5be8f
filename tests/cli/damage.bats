# Every kind of bundle, hurt in every field, through each verb that reads it.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && room_ready && do_seal
}

teardown_file() {
	end_file
}

setup() {
	begin_test
	bring_key offline alice
	bring_key online oscar
}

# hurt MACHINE PERSON FILE STATUS COMMAND...
hurt() {
	local machine=$1 person=$2
	shift 2
	on "$machine" env PASSPHRASE="$(passphrase "$person")" \
	    "$python" "$GAPSEAL_TOP/tests/lib/damage.py" "$@"
}

room() {
	hurt offline alice "$1" "$2" gapseal-offline "${@:3}"
}

alice="--as ../alice.key --passphrase-fd 9"

@test "a hurt plan is not anchored" {
	rm -r "$CEREMONY/offline/state"
	room plan.gsb 3 plan anchor --confirm "$(paper plan)"
}

@test "a hurt plan is not signed by the next officer" {
	room plan.gsb 3 plan approve plan.json $alice \
	    --confirm "$(file_sha256 offline plan.json)"
}

@test "under a hurt plan nothing is signed" {
	room plan.gsb 3 cosign request.gsb $alice \
	    --confirm "$(paper request)"
}

@test "under a hurt plan nothing is sealed" {
	rm "$dir/transfer.gsb"
	room plan.gsb 3 seal $alice --confirm "$(paper request)"
}

@test "verify finds the fault in a hurt plan" {
	room plan.gsb 3 verify
}

@test "a hurt request is not signed" {
	room request.gsb 3 cosign request.gsb $alice \
	    --confirm "$(paper request)"
}

@test "a hurt request is not sealed" {
	rm "$dir/transfer.gsb"
	room request.gsb 3 seal $alice --confirm "$(paper request)"
}

@test "verify finds the fault in a hurt request" {
	room request.gsb 3 verify
}

@test "a hurt transfer is not signed" {
	room transfer.gsb 3 cosign transfer.gsb $alice \
	    --confirm "$(paper transfer)"
}

@test "a hurt transfer is in the way of sealing, and stays" {
	room transfer.gsb 1,3 seal $alice --confirm "$(paper request)"
}

@test "verify finds the fault in a hurt transfer" {
	room transfer.gsb 3 verify
}
