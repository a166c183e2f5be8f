# What is refused in the room: signing requests and transfers, sealing.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && room_ready
}

teardown_file() {
	end_file
}

setup() {
	begin_test
}

offline() {
	on offline gapseal-offline "$@"
}

# The request that lies in the room, made again with other members.
request_with() {
	jq -c "$1" "$CEREMONY/request.json" |
	    forge_bundle request "${2:-oscar alice bob}" "$dir/request.gsb"
	note request "$(digest_of request.gsb)"
}

seal() {
	offline seal @alice --confirm "$(paper request)" "$@"
}

@test "only an officer of the plan signs a request in the room" {
	refused 3 "'oscar' has no role in the plan that may do this" people \
	    offline cosign request.gsb @oscar --confirm "$(paper request)"
	refused 3 "'anna' has no role in the plan" people \
	    offline cosign request.gsb @anna --confirm "$(paper request)"
	refused 3 "'../mallory.key' is nobody's in the plan" "public key" \
	    offline cosign request.gsb @mallory --confirm "$(paper request)"
	refused 3 "'oscar' has no role in the plan that may do this" people \
	    offline seal @oscar --confirm "$(paper request)"
}

@test "who signs is said, by --as" {
	refused 2 "seal: who signs is not said" "--as NAME.key" \
	    offline seal --confirm "$(paper request)"
	refused 2 "each --passphrase-fd belongs to one --as" "" \
	    offline seal @alice --passphrase-fd 3 --confirm "$(paper request)"
}

@test "one officer who signs twice is still one" {
	forge_bundle request "oscar" "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
	approve_request alice alice
	refused 3 "1 of 2 signatures by officers" "cosign': bob" seal
}

@test "a request that no officer approved is not sealed" {
	forge_bundle request oscar "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
	refused 3 "the request has no quorum: 0 of 2 signatures by off" \
	    "alice, bob" seal
}

@test "nor is one that no operator of the plan signed" {
	forge_bundle request "alice bob" "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
	refused 3 "0 of 1 signatures by operators" "oscar, olga" seal
	forge_bundle request "alice bob mallory" "$dir/request.gsb" \
	    <"$CEREMONY/request.json"
	refused 3 "keys that are not in the plan do not count" "oscar, olga" \
	    seal
}

@test "what nobody in the plan vouches for is not even inflated" {
	forge_bundle request mallory "$dir/request.gsb" <<<"not JSON"
	refused 3 "0 of 1 signatures by operators" "" \
	    offline cosign request.gsb @alice --confirm "$(paper request)"
	assert_ok offline inspect request.gsb --json
	assert_json '.statement == null and .signatures[0].person == null'
}

@test "the wrong confirmation, and none, leave everything as it was" {
	local wrong
	wrong=$(paper plan)
	for verb in "cosign request.gsb" seal; do
		refused 3 "not the digest of the request: not confirmed" \
		    "stop and compare" offline $verb @alice --confirm "$wrong"
		refused 2 "nothing was changed" "--confirm with the digest" \
		    offline $verb @alice
		[[ $stderr != *"$(paper request)"* ]]
		refused 2 "64 hex digits" "" \
		    offline $verb @alice --confirm "${wrong:2}"
	done
}

@test "wrong and empty passphrases seal nothing" {
	bring_key offline alice
	refused 3 "wrong passphrase for '../alice.key'" "nothing was signed" \
	    offline seal --as ../alice.key --passphrase-fd 3 \
	    --confirm "$(paper request)" 3<<<"not hers"
	refused 3 "the passphrase from descriptor 3 is empty" "" \
	    offline seal --as ../alice.key --passphrase-fd 3 \
	    --confirm "$(paper request)" 3</dev/null
	refused 2 "takes the number of a descriptor" "3<FILE" \
	    offline seal --as ../alice.key --passphrase-fd three \
	    --confirm "$(paper request)"
}

@test "a request for another plan or ceremony is refused" {
	request_with '.plan = "00" * 32'
	refused 3 "'request.gsb': plan: names 0000000000000000" "" seal
	request_with '.ceremony = "other-2026"'
	refused 3 "'request.gsb': it belongs to the ceremony 'other-2026', and "\
"the plan here is 'payments-2026-11'" "the wrong stick, or directory?" seal
}

@test "a request for another target than the plan's is refused" {
	request_with '.targets[0].name = "prod-eu"'
	refused 3 "targets[0] 'prod-us': name" "" seal
	request_with '.targets[0].key_arn |= sub("111122223333"; "444455556666")'
	refused 3 "targets[0] 'prod-us': key_arn" "" seal
	request_with '.targets[0].key_arn |= sub("us-east-1"; "eu-west-1")'
	refused 3 "wanted a key of 111122223333 in us-east-1" "" seal
	request_with '.targets += [.targets[0]]'
	refused 3 "targets: are 2, wanted the plan's 1" "" seal
}

@test "a request for weaker wrapping than the plan's is refused" {
	request_with '.targets[0].wrapping_algorithm = "RSAES_OAEP_SHA_1"'
	refused 3 "wanted the plan's 'RSAES_OAEP_SHA_256'" "" seal
	local short
	short=$(openssl genrsa 1024 2>/dev/null |
	    openssl rsa -pubout -outform DER 2>/dev/null | base64 -w 0)
	request_with ".targets[0].public_key = \"$short\""
	refused 3 "targets[0] 'prod-us': public_key" "" seal
}

@test "a request with a member too many, too few or of another type" {
	request_with '.more = 1'
	refused 3 "'request.gsb': more" "" seal
	request_with 'del(.nonce)'
	refused 3 "'request.gsb': nonce" "" seal
	request_with '.targets[0].valid_to = 5'
	refused 3 "'request.gsb': targets[0].valid_to" "" seal
}

@test "parameters that are over, or not made yet, are not sealed" {
	forge_request made="2026-01-01T00:00:00Z" \
	    targets.0.valid_to="2026-01-02T00:00:00Z"
	approve_request
	refused 3 "its parameters were valid until 2026-01-02T00:00:00Z" \
	    "request --renew" seal
	# The witness' clock decides, not this machine's.
	assert_ok seal --utc 2026-01-01T12:00:00Z
}

@test "the witness' time must be within the parameters' time" {
	local past
	past=$(date -u -d '-6 minutes' +%FT%TZ)
	refused 3 "by the witness's clock: the request was made at" \
	    "the witness gave $past, this machine says" seal --utc "$past"
	refused 3 "its parameters were valid until" "typed right?" \
	    seal --utc 2030-01-01T00:00:00Z
	refused 2 "that is not a time in UTC" "2026-11-20T09:00:00Z" \
	    seal --utc "20 November, nine o'clock"
	assert_ok seal --utc "$(date -u +%FT%TZ)"
	forge payload "$dir/transfer.gsb" | jq -e '.clock == "witnessed"'
}

@test "a sealed request is not sealed again, but said to be done" {
	do_seal
	local before
	before=$(file_sha256 offline transfer.gsb)
	assert_ok seal
	assert_says "This request is sealed already."
	assert_equal "$before" "$(file_sha256 offline transfer.gsb)"
	rm "$dir/transfer.gsb"
	refused 3 "sealed before, and its transfer is not here any more" \
	    "bring back 'transfer.gsb'" seal
}

@test "a second request of one plan is refused, with or without transfer" {
	do_seal
	local first
	first=$(paper request)
	forge_request
	approve_request
	refused 3 "request ${first:0:8} was sealed before, and this request" \
	    "'request --renew'" seal
	rm "$dir/transfer.gsb"
	refused 3 "request ${first:0:8} was sealed before" "one plan is" seal
}

@test "a request that replaces the sealed one is sealed; the old one kept" {
	do_seal
	local first old
	first=$(paper request)
	old=$(digest_of transfer.gsb)
	forge_request "replaces=$first"
	approve_request
	assert_ok seal
	assert_says "kept as 'transfer-${old:0:8}.gsb'"
	assert_equal "$old" "$(digest_of "transfer-${old:0:8}.gsb")"
}

@test "a renewed request that replaces some other one is refused" {
	do_seal
	forge_request "replaces=$(paper plan)"
	approve_request
	refused 3 "this request does not replace it" "" seal
}

@test "a file that is not there is named, with where it comes from" {
	rm "$dir/request.gsb"
	refused 1 "cannot open 'request.gsb'" \
	    "copy the request from the other machine" seal
	rm "$dir/plan.gsb"
	refused 1 "'plan.gsb': cannot open" "-C DIR" seal
}

@test "seal's options must fit the plan" {
	refused 2 "the plan makes a new key, so none is received" \
	    "leave out --from" seal --from key.bin
	plan_ready --name receives --source receive
	refused 2 "where from is not said" "add --from FILE" seal
}

@test "what this version cannot do is said before anything is done" {
	local filter
	for filter in '.escrow = {scheme: "slip39", threshold: 2,
	        custodians: ["carol", "dave", "erin"]}' \
	    '.entropy = {method: "dice", contributors: ["alice"]}' \
	    '.key.source = "components"'; do
		rm "$dir"/*.gsb
		plan_ready --name "n$RANDOM" --jq "$filter"
		refused 1 "which this version cannot do" \
		    "approve a plan without it" seal
	done
}

@test "tokens and receipts are not signed in the room" {
	for kind in tokens receipt; do
		forge_bundle $kind oscar "$dir/$kind.gsb" <<<'{}'
		refused 3 "cosign does not sign" "in the room" \
		    offline cosign $kind.gsb @alice
	done
	refused 3 "cosign does not sign" "" \
	    offline cosign plan.gsb @alice
}

@test "a transfer that another officer's machine did not make here" {
	do_seal
	forge payload "$dir/transfer.gsb" >"$CEREMONY/transfer.json"
	jq -c '.key.commitment = "00" * 32 | .approved_by = []' \
	    "$CEREMONY/transfer.json" |
	    forge_bundle transfer alice "$dir/transfer.gsb"
	refused 3 "approved_by" "" offline cosign transfer.gsb @bob
	jq -c '.request = "00" * 32' "$CEREMONY/transfer.json" |
	    forge_bundle transfer alice "$dir/transfer.gsb"
	refused 3 "'transfer.gsb': request: names 0000000000000000" "" \
	    offline cosign transfer.gsb @bob
}
