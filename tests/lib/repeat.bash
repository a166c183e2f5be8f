# shellcheck shell=bash
#
# What the tests of killed steps and of lost answers share: the four steps that
# change something, the states they start from, and how the ceremony ends as
# if nothing had happened. Sourced after peers.bash.

begin_repeat_file() {
	begin_file standin heroku || return
	CEREMONY=$BATS_FILE_TMPDIR/base
	begin_test && planned "${grants[@]}"
}

grants=(--addon prod-us payments-prod payments-db
	--bucket prod-us payments-archive)

# The plan is anchored, and nothing has happened yet.
another() {
	CEREMONY=$BATS_TEST_TMPDIR/ceremony
	rm -rf "$CEREMONY"
	cp -a "$BATS_FILE_TMPDIR/base" "$CEREMONY"
	control "$STANDIN_URL" reset '' >/dev/null
	control "$HEROKU_URL" reset '' >/dev/null
	control "$HEROKU_URL" settings '{"polls": 0}' >/dev/null
}

# The steps; a tracer in front, where a test gives one.

# shellcheck disable=SC2120 # only tests give arguments
request() {
	on online "$@" gapseal-online request @oscar --pace 0
}

seal() {
	on offline "$@" gapseal-offline seal @alice \
	    --confirm "$(paper request)"
}

import() {
	on online "$@" gapseal-online import @oscar \
	    --confirm "$(paper transfer)"
}

# Confirmed is what it wants to do now, which is less the second time.
grant() {
	local status=0 changes
	changes=$(on online gapseal-online grant @oscar --json) || status=$?
	((status == 0 || status == 2)) || return "$status"
	on online "$@" gapseal-online grant @oscar \
	    --confirm "$(jq -er .sha256 <<<"$changes")"
}

# What they start from.

a_request() {
	# shellcheck disable=SC2119 # no tracer
	note request "$(request 2>/dev/null)" &&
	    carry online offline request.gsb && quietly approve_request
}

a_transfer() {
	a_request && quietly do_seal &&
	    carry offline online transfer.gsb request.gsb
}

an_import() {
	a_transfer && quietly import
}

# The rest of the ceremony is as if nothing had happened.
finish_from_request() {
	assert_equal "1 1" "$(made)"
	assert_equal "${creations:-1}" "$(calls CreateKey)"
	# shellcheck disable=SC2154 # asserts.bash sets it
	note request "$stdout"
	carry online offline request.gsb
	quietly approve_request
	quietly do_seal
	finish_from_seal
}

finish_from_seal() {
	[[ -s $(in_dir offline)/transfer.gsb ]]
	note transfer "$(on offline gapseal-offline inspect --json \
	    transfer.gsb 2>/dev/null | jq -r .digest)"
	quietly on offline gapseal-offline cosign transfer.gsb @bob \
	    --confirm "$(paper transfer)"
	carry offline online transfer.gsb request.gsb
	assert_ok import
	finish_from_import
}

finish_from_import() {
	assert_equal "1 1" "$(made)"
	assert_equal "${creations:-1}" "$(calls CreateKey)"
	imported_once
	quietly on offline gapseal-offline verify
	quietly on online gapseal-online verify
	no_leftovers
}

# Keys and aliases.
made() {
	cloud '"\(.keys | length) \(.aliases | length)"'
}

imported_once() {
	cloud '.keys[0] | .state == "Enabled" and (.materials | length == 1)' \
	    >/dev/null
	statement receipt-1.gsb '.targets[0] | .state == "imported" and
	    .proof.result == "match"' >/dev/null
	[[ ! -e $(in_dir online)/receipt-2.gsb ]]
}

# No half-written file stays, but for one that the next write throws away.
no_leftovers() {
	assert_equal "" "$(find "$CEREMONY"/o*/ceremony -name '*.new')"
}

granted_once() {
	assert_equal 1 "$(heroku '.addons | length')"
	assert_equal 1 "$(addon_calls)"
	cloud '.keys[0].policy | fromjson | [.Statement[].Sid] ==
	    ["Enable IAM User Permissions", "Allow use of the key",
	     "Allow attachment of persistent resources"]' >/dev/null
	statement "$(last_receipt)" '[.grants[] | .what] | sort ==
	    ["heroku-addon", "key-policy", "s3-encryption"]' >/dev/null
	statement "$(last_receipt)" '[.grants[] | .result] |
	    all(. == "changed")' >/dev/null
	quietly on online gapseal-online verify
	no_leftovers
	nothing_more_to_grant
}

addon_calls() {
	control "$HEROKU_URL" "log?operation=addons.create" |
	    jq '.calls | length'
}

last_receipt() {
	(cd "$(in_dir online)" && printf '%s\n' receipt-*.gsb | sort -V |
	    tail -n 1)
}

nothing_more_to_grant() {
	local puts receipt
	puts=$(calls PutKeyPolicy) receipt=$(last_receipt)
	assert_ok grant
	assert_equal "$puts $receipt 1" \
	    "$(calls PutKeyPolicy) $(last_receipt) $(addon_calls)"
}
