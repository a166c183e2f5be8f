# Whose answer was lost on the wire, and what was there before us: whether it
# was done or not, the next look at the cloud tells, and nothing is made twice.

source "$BATS_TEST_DIRNAME/../lib/peers.bash"
# shellcheck source=tests/lib/repeat.bash
source "$GAPSEAL_TOP/tests/lib/repeat.bash"

setup_file() {
	begin_repeat_file
}

setup() {
	another
}

teardown_file() {
	end_file
}

@test "a lost answer to CreateKey: the key is found by its tags" {
	local fault
	for fault in close_after cut_headers cut_body reset_after \
	    truncated_json not_json; do
		another
		fault '{"operation": "CreateKey", "fault": "'$fault'"}'
		assert_ok request
		assert_tells "no answer to CreateKey; looking whether"
		assert_equal 1 "$(calls CreateKey)"
		finish_from_request
	done
}

@test "CreateKey is not repeated, whatever became of it" {
	local fault
	for fault in close_before html; do
		another
		fault '{"operation": "CreateKey", "fault": "'$fault'"}'
		assert_refused 4 "CreateKey was not answered" \
		    "it looks for the key before it makes one" request
		assert_equal 1 "$(calls CreateKey)"
	done
	# It looks again, finds none, and makes one.
	assert_ok request
	creations=2
	finish_from_request
}

@test "a key that becomes visible late is waited for" {
	control "$STANDIN_URL" settings '{"visible_after_seconds": 3}' \
	    >/dev/null
	fault '{"operation": "CreateKey", "fault": "close_after"}'
	assert_ok request
	assert_equal 1 "$(calls CreateKey)"
	finish_from_request
}

@test "an answer to CreateAlias is lost: done once, seen twice" {
	fault '{"operation": "CreateAlias", "fault": "close_after"}'
	assert_ok request
	finish_from_request
}

@test "an alias that names another key stops before a key is made" {
	cp "$(in_dir online)/journal-online.jsonl" "$CEREMONY/before"
	on online aws --region us-east-1 kms create-key >"$CEREMONY/key"
	on online aws --region us-east-1 kms create-alias --alias-name \
	    alias/prod-us --target-key-id \
	    "$(jq -r .KeyMetadata.KeyId "$CEREMONY/key")"
	control "$STANDIN_URL" log/reset '' >/dev/null
	assert_refused 4 "'alias/prod-us' already names another key" \
	    "choose another alias" request
	assert_equal 0 "$(calls CreateKey)"
}

# Two keys with our tags are nobody's to choose from.
@test "two keys with the target's tags: neither is taken" {
	local plan tags
	plan=$(paper plan)
	tags="TagKey=gapseal:ceremony,TagValue=payments-2026-11
	    TagKey=gapseal:plan,TagValue=$plan
	    TagKey=gapseal:target,TagValue=prod-us"
	for _ in 1 2; do
		# shellcheck disable=SC2086 # words
		on online aws --region us-east-1 kms create-key \
		    --origin EXTERNAL --tags $tags >/dev/null
	done
	control "$STANDIN_URL" log/reset '' >/dev/null
	assert_refused 4 "2 keys carry the tags of target 'prod-us'" \
	    "remove the tag gapseal:target from the others" request
	assert_equal 0 "$(calls CreateKey)"
}

@test "a lost answer to an import: the same call again" {
	local fault
	for fault in close_after cut_headers cut_body truncated_json; do
		another
		a_transfer
		fault '{"operation": "ImportKeyMaterial", "fault": "'$fault'"}'
		[[ $fault != truncated_json ]] ||
		    assert_refused 4 "the answer is not whole" "" import
		assert_ok import
		control "$STANDIN_URL" 'log?operation=ImportKeyMaterial' |
		    jq -e '.calls | length == 2 and
		        ([.[].request] | unique | length == 1)'
		finish_from_import
	done
}

@test "a receipt that was lost is made again without an import" {
	a_transfer
	quietly import
	rm "$(in_dir online)/receipt-1.gsb"
	assert_ok import
	assert_tells "imported before, by this machine"
	assert_equal 1 "$(calls ImportKeyMaterial)"
	finish_from_import
}

@test "a lost answer to PutKeyPolicy: it stands once" {
	local fault
	for fault in close_after cut_headers reset_after; do
		another
		an_import
		fault '{"operation": "PutKeyPolicy", "fault": "'$fault'"}'
		assert_ok grant
		granted_once
	done
}

@test "a lost answer of Heroku's: the add-on is found by its name" {
	local fault
	for fault in close_after cut_headers cut_body reset_after; do
		another
		an_import
		control "$HEROKU_URL" faults \
		    '{"operation": "addons.create", "fault": "'$fault'"}' \
		    >/dev/null
		assert_ok grant
		granted_once
	done
}

@test "each step that is done says so" {
	an_import
	quietly grant
	control "$STANDIN_URL" log/reset '' >/dev/null
	assert_ok request
	assert_tells "The request is made already"
	assert_ok seal
	assert_tells "already"
	assert_ok import
	assert_tells "There is a receipt for this import already"
	# Nobody was even asked.
	assert_equal 0 "$(control "$STANDIN_URL" log | jq '.calls | length')"
	assert_ok grant
	assert_equal 0 "$(calls PutKeyPolicy)"
}
