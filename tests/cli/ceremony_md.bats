#!/usr/bin/env bats
# docs/ceremony.md is what people hold in their hands: the commands in it are
# run here, in order, at a terminal, each block on its machine.

setup_file() {
	export CEREMONY=$BATS_FILE_TMPDIR
	cd "$BATS_TEST_DIRNAME/../.." || return
	load_all
	start_ministack "$CEREMONY/cloud"
	start_heroku "$CEREMONY/cloud"
	machine room operator auditor
	cloud_env operator "$MINISTACK_URL"
	heroku_env operator "$HEROKU_URL"
	mkdir "$CEREMONY/stick" "$CEREMONY/blocks"
	split_blocks docs/ceremony.md
}

teardown_file() {
	load_all
	stop_doubles "$CEREMONY/cloud"
	stop_servers "$CEREMONY/cloud"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	load_all
}

load_all() {
	source tests/peers/servers.bash
	source tests/lib/doubles.bash
	source tests/lib/ceremony.bash
}

# Every block to a file of its own, NN-MACHINE; the plan's place is NN-plan.
split_blocks() {
	awk -v dir="$CEREMONY/blocks" '
		/^<!-- test: plan.json is written here -->$/ {
			printf "" >sprintf("%s/%02d-plan", dir, ++n)
		}
		/^```$/ { file = "" }
		file != "" { print >file }
		/^```sh ceremony / {
			file = sprintf("%s/%02d-%s", dir, ++n, $3)
		}' "$1"
}

public_key() {
	sed -n 2p "$CEREMONY/$1/ceremony/$2.pub"
}

write_its_plan() {
	write_plan --to "$CEREMONY/operator/ceremony/plan.json" \
	    --addon prod-us payments-prod payments-db \
	    --jq "(.people[] | select(.name == \"alice\") .key) =
	              \"$(public_key room alice)\" |
	          (.people[] | select(.name == \"bob\") .key) =
	              \"$(public_key room bob)\" |
	          (.people[] | select(.name == \"oscar\") .key) =
	              \"$(public_key operator oscar)\" |
	          (.people[] | select(.name == \"anna\") .key) =
	              \"$(public_key auditor anna)\""
}

# At a terminal of that machine; the room has no network.
run_block() {
	local machine=${1##*-} env=() isolated=()
	if [[ $machine == plan ]]; then
		write_its_plan
		return
	fi
	machine_environment "$machine"
	if [[ $machine == room ]]; then
		find_isolation
		read -ra isolated <<<"$ceremony_isolation"
	fi
	(cd "$CEREMONY/$machine/ceremony" && exec env -i "${env[@]}" \
	    TERM=dumb STICK="$CEREMONY/stick" python3 \
	    "$ceremony_lib/typist.py" "$CEREMONY/screens" \
	    "${isolated[@]}" bash -eu -o pipefail -c "$(<"$1")")
}

@test "the commands of docs/ceremony.md lead from identities to evidence" {
	local block
	for block in "$CEREMONY"/blocks/*; do
		echo "== ${block##*/}"
		cat "$block"
		run_block "$block"
	done
}

@test "they were commands for every machine and every step" {
	local verb
	for verb in 'selftest' 'identity alice' 'plan check' 'plan approve' \
	    'plan anchor' 'request' 'cosign request.gsb' 'seal' \
	    'cosign transfer.gsb' 'import' 'grant' 'verify' 'export'; do
		grep -rqE "^gapseal-(offline|online) $verb" "$CEREMONY/blocks" || {
			echo "no block runs: $verb" >&2
			return 1
		}
	done
	grep -q 'The whole ceremony verifies.' "$CEREMONY/screens"
	[ "$(grep -c 'Signature Verified Successfully' "$CEREMONY/screens")" -eq 2 ]
}

@test "afterwards the cloud has the key, ready for use" {
	local arn
	arn=$(jq -r 'select(.result == "created").key_arn' \
	    "$(in_dir operator)/journal-online.jsonl")
	run on operator aws --endpoint-url "$MINISTACK_URL" \
	    --region us-east-1 kms describe-key --key-id "$arn" \
	    --query 'KeyMetadata.[KeyState,Origin]' --output text
	echo "$output"
	[ "$output" = $'Enabled\tEXTERNAL' ]
}

@test "the evidence that leaves has neither tokens nor a private key" {
	ls "$CEREMONY/stick/evidence"
	[ ! -e "$CEREMONY/stick/evidence/tokens.gsb" ]
	[ -e "$CEREMONY/stick/evidence/receipt-2.gsb" ]
	! grep -rl 'PRIVATE KEY' "$CEREMONY/stick"
}
