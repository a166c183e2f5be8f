# One operator's word, where the plan asks for no more: what receipts can tell
# and what they cannot. Here somebody has the key of an operator, the files of
# the ceremony and access to the cloud; the other operator is honest.

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

forge() {
	"$python" "$GAPSEAL_TOP/tests/lib/forge.py" "$@"
}

# olga_writes NUMBER FROM FILTER: a receipt as olga would have it, made from
# another file; after the first it follows that one.
olga_writes() {
	local from to
	from=$(in_dir online)/$2 to=$(in_dir online)/receipt-$1.gsb
	people olga
	forge payload "$from" | jq -c --argjson n "$1" \
	    --arg previous "$(forge digest "$from")" \
	    "del(.journal) | .number = \$n |
	     .previous = if \$n > 1 then \$previous else null end | $3" |
	    forge pack receipt --by "$CEREMONY_STICKS/olga.key" \
	        "$(passphrase olga)" >"$to.forged"
	mv "$to.forged" "$to"
}

# unverified TEXT: verify finds it, on the operators' machine.
unverified() {
	assert_refused 3 "the ceremony does not verify" "" \
	    on online gapseal-online verify
	grep -q "^BAD .*$1" <<<"$stdout" || complain "verify does not say: $1"
}

# ungranted TEXT: nobody gets the key, and nothing was asked of the cloud.
ungranted() {
	control "$STANDIN_URL" log/reset '' >/dev/null
	assert_refused 3 "$1" "" grant
	[[ $stderr == *": hint: "* ]] || complain "there is no hint"
	assert_equal "0 0" "$(calls PutKeyPolicy) $(addon_calls)"
}

@test "the control: olga's receipt that tells the same is as good" {
	an_import
	olga_writes 2 receipt-1.gsb .
	assert_ok grant
	[[ -s $(in_dir online)/receipt-3.gsb ]]
}

@test "a receipt cannot put another key in the place of the transfer's" {
	local other
	an_import
	other=$(on online aws --region us-east-1 kms create-key |
	    jq -r .KeyMetadata.Arn)
	olga_writes 2 receipt-1.gsb ".targets[0].key_arn = \"$other\""
	ungranted "'receipt-2.gsb': targets[0] 'prod-us': key_arn: wanted"
	unverified "receipt-2.gsb.*key_arn: wanted the transfer's"
	olga_writes 2 receipt-1.gsb ".grants = [{target: \"prod-us\", what: \"key-policy\",
	    name: \"$other\", result: \"changed\"}]"
	ungranted "'receipt-2.gsb': grants[0].name"
	unverified "receipt-2.gsb.: grants"
}

# alarmed: KMS cannot open what it was sent, and a receipt says so.
alarmed() {
	a_transfer
	fault '{"operation": "ImportKeyMaterial", "fault": "error", "type":
	    "InvalidCiphertextException", "message": "", "status": 400}'
	alarm_again receipt-1.gsb
}

# alarm_again FILE: import ends with it and says it in that receipt.
alarm_again() {
	local status=0
	capture import || status=$?
	assert_equal 4 "$status"
	assert_says "ALARM"
	statement "$1" '.targets[0].state == "alarm"' >/dev/null
}

imported_filter='.targets[0] |= (.state = "imported" | .deviations = [] |
    .imported_by = "arn:aws:iam::111122223333:user/oscar" |
    .proof = {kind: "round-trip", strength: "asserted", result: "match"})'

@test "the machine that met the alarm remembers it without its files" {
	local dir
	dir=$(in_dir online)
	alarmed
	mv "$dir/receipt-1.gsb" "$dir/alarm.gsb"
	olga_writes 1 alarm.gsb "$imported_filter"
	ungranted "this machine's own record tells of the alarm"
	# Neither its record nor its journal is enough to lose.
	mv "$CEREMONY/online/state/gapseal/alarms" "$CEREMONY"
	ungranted "this machine's own record tells of the alarm"
	mv "$CEREMONY/alarms" "$CEREMONY/online/state/gapseal"
	rm "$dir/journal-online.jsonl"
	ungranted "this machine's own record tells of the alarm"
	# And import says it anew, without another call.
	control "$STANDIN_URL" log/reset '' >/dev/null
	alarm_again receipt-2.gsb
	assert_equal 0 "$(calls ImportKeyMaterial)"
	ungranted "a receipt tells of the alarm"
}

@test "the alarm is remembered, whatever check it was that met it" {
	a_transfer
	act "{\"act\": \"import_material\", \"key\": $(cloud .keys[0].arn |
	    jq -R .), \"material\": \"$(head -c 32 /dev/urandom | base64)\"}"
	alarm_again receipt-1.gsb
	mv "$(in_dir online)/receipt-1.gsb" "$(in_dir online)/alarm.gsb"
	olga_writes 1 alarm.gsb "$imported_filter"
	ungranted "this machine's own record tells of the alarm"
	rm "$(in_dir online)"/{receipt-1.gsb,journal-online.jsonl}
	alarm_again receipt-1.gsb
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

@test "a receipt cannot tell of an import that this machine began and lost" {
	a_transfer
	fault '{"operation": "ImportKeyMaterial", "fault": "error", "type":
	    "ExpiredImportTokenException", "message": "", "status": 400}'
	capture import && false
	statement receipt-1.gsb '.targets[0].state == "unproven"' >/dev/null
	olga_writes 2 receipt-1.gsb "$imported_filter"
	ungranted "its journal holds no answer of KMS for target 'prod-us'"
}

@test "no later receipt makes an alarm undone for verify" {
	alarmed
	olga_writes 2 receipt-1.gsb "$imported_filter"
	unverified "receipt-1.gsb: target 'prod-us' is alarm"
}

@test "a grant that is told twice is not two" {
	local bucket
	bucket='{target: "prod-us", what: "s3-encryption",
	    name: "payments-archive", result: "changed"}'
	an_import
	olga_writes 2 receipt-1.gsb ".grants = [$bucket, $bucket]"
	unverified "receipt-2.gsb.: grants: tell of the s3-encryption of target"
	ungranted "'receipt-2.gsb': grants: tell of"
	# Nor does a policy, or another target's, stand for the add-on.
	olga_writes 2 receipt-1.gsb ".grants = [$bucket, {target: \"prod-us\",
	    what: \"key-policy\", name: .targets[0].key_arn,
	    result: \"changed\"}]"
	assert_ok on online gapseal-online verify --json
	assert_json '.pending == ["grant for '"'prod-us'"'"]'
}

# mallory_is_in: the key's policy serves a stranger too; its new digest.
mallory_is_in() {
	act "$(cloud '.keys[0] | .policy |= fromjson' | jq '{act: "put_policy",
	    key: .arn, policy: (.policy | .Statement += [{Effect: "Allow",
	    Principal: {AWS: "arn:aws:iam::444455556666:root"},
	    Action: "kms:*", Resource: "*", Sid: "x"}] | tojson)}')"
	cloud '.keys[0].policy' | head -c -1 | sha256sum | cut -c1-64
}

@test "a receipt cannot make a planted policy one that we left" {
	local planted
	a_transfer
	planted=$(mallory_is_in)
	assert_refused 3 "the key's policy changed since the request" "" import
	# About another transfer, so that no key in it is compared.
	people olga
	forge payload "$(in_dir online)/transfer.gsb" | jq -c \
	    --arg after "$planted" '{type: "gapseal/receipt/v1", ceremony,
	    plan, transfer: ("ab" * 32), number: 1, previous: null, made,
	    approved_by, endpoints: {}, targets: [{name: "prod-us",
	    key_arn: .targets[0].key_arn, state: "pending", deviations: [],
	    calls: []}], grants: [{target: "prod-us", what: "key-policy",
	    name: .targets[0].key_arn, result: "changed",
	    after_sha256: $after}]}' |
	    forge pack receipt --by "$CEREMONY_STICKS/olga.key" \
	        "$(passphrase olga)" >"$(in_dir online)/receipt-1.gsb"
	assert_refused 3 "the key's policy changed since the request" "" import
	assert_equal 0 "$(calls ImportKeyMaterial)"
	olga_writes 1 receipt-1.gsb ".transfer = \"$(paper transfer)\""
	assert_refused 3 "the key's policy changed since the request" "" import
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

# renewed: parameters anew, and the room once more with what --from names.
renewed() {
	note request "$(on online gapseal-online request @oscar --renew \
	    --pace 0)"
	carry online offline request.gsb
	quietly approve_request
	quietly do_seal "$@"
	rm "$(in_dir online)/transfer.gsb"
	carry offline online transfer.gsb request.gsb
}

@test "a received key is sent again for a renewed request: no alarm" {
	rm -rf "$CEREMONY"/o*/ceremony/* "$CEREMONY"/o*/state
	head -c 32 /dev/urandom | xxd -p -c 64 >"$CEREMONY/key"
	planned --source receive "${grants[@]}"
	note request "$(request)"
	carry online offline request.gsb
	quietly approve_request
	quietly do_seal --from ../../key
	carry offline online transfer.gsb request.gsb
	assert_ok import
	assert_ok grant
	# The policy is as our own grant left it, the material as we sent it.
	renewed --from ../../key
	assert_ok import
	statement receipt-3.gsb '.targets[0].state == "imported"' >/dev/null
	assert_equal 2 "$(calls ImportKeyMaterial)"
}

# uncosigned TEXT FILE: oscar does not put his name to it.
uncosigned() {
	assert_refused 3 "$1" "do not act on it" on online gapseal-online \
	    cosign "$2" @oscar --confirm "$(forge digest "$(in_dir online)/$2")"
}

@test "nobody cosigns a receipt that does not fit" {
	local dir
	dir=$(in_dir online)
	an_import
	olga_writes 2 receipt-1.gsb '.targets[0].key_arn |=
	    sub("111122223333"; "999999999999")'
	uncosigned "key_arn: belongs to another account" receipt-2.gsb
	olga_writes 2 receipt-1.gsb ".transfer = \"$(paper plan)\""
	uncosigned "transfer: names" receipt-2.gsb
	olga_writes 2 receipt-1.gsb ".previous = \"$(paper plan)\""
	uncosigned "previous: names" receipt-2.gsb
	olga_writes 2 receipt-1.gsb '.grants = [{target: "prod-us",
	    what: "s3-encryption", name: "mallorys", result: "changed"}]'
	uncosigned "nothing else may be granted" receipt-2.gsb
	# The same where only plan and receipt are.
	mv "$dir/transfer.gsb" "$dir/receipt-1.gsb" "$CEREMONY"
	uncosigned "nothing else may be granted" receipt-2.gsb
	mv "$CEREMONY"/*.gsb "$dir"
	olga_writes 2 receipt-1.gsb .
	assert_ok on online gapseal-online cosign receipt-2.gsb @oscar \
	    --confirm "$(forge digest "$dir/receipt-2.gsb")"
}
