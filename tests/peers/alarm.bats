# Each cheat of whoever owns the requesting machine, the account or the stick,
# played against the import: it ends in the alarm, as unproven, or refused, and
# never in a grant.

source "$BATS_TEST_DIRNAME/../lib/peers.bash"
# shellcheck source=tests/lib/repeat.bash
source "$GAPSEAL_TOP/tests/lib/repeat.bash"

setup_file() {
	begin_repeat_file
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 \
	    -out "$BATS_FILE_TMPDIR/attackers.pem" 2>/dev/null
}

setup() {
	another
	cd "$BATS_TEST_TMPDIR"
}

teardown_file() {
	end_file
}

arn() {
	statement request.gsb ".targets[${1:-0}].key_arn"
}

# Another plan than that of this file.
other_plan() {
	rm -f "$CEREMONY"/o*/ceremony/* && rm -r "$CEREMONY"/o*/state
	sealed "$@" && carry offline online transfer.gsb request.gsb
}

# state_is STATE [RECEIPT [TARGET]]
state_is() {
	assert_equal "$1" "$(statement "receipt-${2:-1}.gsb" \
	    ".targets[${3:-0}].state")"
}

why() {
	statement receipt-1.gsb ".targets[${1:-0}].deviations[0]"
}

# A step that fails, and leaves a receipt all the same.
fails() {
	local wanted=$1 status=0
	shift
	capture "$@" || status=$?
	assert_equal "$wanted" "$status"
}

# alarm_everywhere: by import, once more, and by every later step.
alarm_everywhere() {
	local before
	fails 4 import
	assert_tells "ALARM: "
	assert_tells "Treat the key as EXPOSED; nothing was granted"
	assert_tells "hint: stop here and keep all files as evidence. Destroy \
the escrow, make a new plan with a new key, and request it from a clean machine"
	before=$(calls ImportKeyMaterial)
	fails 4 import
	assert_tells "ALARM: "
	assert_equal "$before" "$(calls ImportKeyMaterial)"
	assert_refused 3 "a receipt tells of the alarm" "EXPOSED" \
	    on online gapseal-online grant @oscar
	assert_refused 3 "a receipt tells of the alarm" "EXPOSED" \
	    on online gapseal-online grant @oscar \
	    --confirm "$(paper transfer)"
	fails 3 on online gapseal-online verify
	assert_equal "0 0" "$(calls PutKeyPolicy) $(addon_calls)"
	[[ ! -e $(in_dir online)/receipt-2.gsb ]]
}

# The wrapping key ---------------------------------------------------------

# substitute [KEY-ARN]: whoever has the requesting machine puts in his own.
substitute() {
	act "$(jq -n --arg pem "$(openssl pkey -pubout \
	    -in "$BATS_FILE_TMPDIR/attackers.pem")" \
	    '{act: "substitute", pem: $pem, times: 1}')"
}

@test "a wrapping key that is not KMS's: the alarm" {
	substitute
	a_transfer
	# He would have had the key.
	statement transfer.gsb '.targets[0].wrapped' | base64 -d |
	    "$python" "$GAPSEAL_TOP/tests/lib/open_wrapped.py" \
	        RSAES_OAEP_SHA_256 "$BATS_FILE_TMPDIR/attackers.pem" |
	    "$python" "$GAPSEAL_TOP/tests/lib/open_wrapped.py" commitment \
	        "$(paper plan)" >commitment
	assert_equal "$(<commitment)" \
	    "$(statement transfer.gsb .key.commitment)"
	alarm_everywhere
	assert_equal 1 "$(calls ImportKeyMaterial)"
	state_is alarm
	why | grep -q "wrapped to a key that is not KMS's"
}

@test "the alarm at one target stops the others" {
	substitute
	other_plan --target prod-b us-east-1 --target prod-c eu-central-1
	alarm_everywhere
	assert_equal 1 "$(calls ImportKeyMaterial)"
	state_is alarm
	state_is pending 1 1
	state_is pending 1 2
}

@test "a wrapping key of his by a KWP wrap is found as well" {
	substitute
	other_plan --spec ECC_NIST_P256 --usage SIGN_VERIFY \
	    --wrap RSA_AES_KEY_WRAP_SHA_256 RSA_4096
	alarm_everywhere
}

# Material of somebody else's ----------------------------------------------

import_theirs() {
	act "$(jq -n --arg key "$(arn)" --arg material \
	    "$(openssl rand "${1:-32}" | base64 -w 0)" \
	    '{act: "import_material", key: $key, material: $material}')"
}

@test "a key that others filled before us: the alarm, and no import" {
	a_transfer
	import_theirs
	alarm_everywhere
	assert_equal 0 "$(calls ImportKeyMaterial)"
	why | grep -q "holds material that this machine never imported"
}

@test "a key that others filled and emptied again: the alarm" {
	a_transfer
	import_theirs
	act "{\"act\": \"delete_material\", \"key\": \"$(arn)\"}"
	alarm_everywhere
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

# Between our look and our call: KMS itself says that it is bound.
@test "a key that others fill while we import: the alarm" {
	a_transfer
	fault '{"operation": "ImportKeyMaterial", "fault": "error",
	    "type": "IncorrectKeyMaterialException", "message": ""}'
	alarm_everywhere
	why | grep -q "bound to other material"
}

# Our intent is in the journal, and still it was not we who filled the key.
@test "a key that others fill after our failed import: the alarm" {
	a_transfer
	fault '{"operation": "ImportKeyMaterial", "fault": "error",
	    "type": "AccessDeniedException"}'
	fails 4 import
	import_theirs
	alarm_everywhere
	why | grep -q "bound to other material"
}

@test "another material than ours in the list of all: the alarm" {
	a_transfer
	fault "$(jq -n --arg arn "$(arn)" '{operation: "ListKeyRotations",
	    fault: "set", member: "Rotations", value: [{KeyId: $arn,
	        KeyMaterialId: ("ab" * 32), KeyMaterialState: "CURRENT"}]}')"
	alarm_everywhere
	why | grep -q "other material besides"
}

@test "another current material than ours: the alarm" {
	a_transfer
	# The second look at the key is the first of the proof.
	fault '{"operation": "DescribeKey", "fault": "set", "nth": 2,
	    "member": "KeyMetadata.CurrentKeyMaterialId",
	    "value": "'"$(printf 'ab%.0s' {1..32})"'"}'
	alarm_everywhere
	why | grep -q "current material is not the imported one"
}

@test "a ciphertext that opens to something else: the alarm" {
	a_transfer
	fault '{"operation": "Decrypt", "fault": "set", "member": "Plaintext",
	    "value": "AAAA"}'
	alarm_everywhere
}

@test "another MAC than the room's: the alarm" {
	other_plan --spec HMAC_256 --usage GENERATE_VERIFY_MAC
	fault '{"operation": "GenerateMac", "fault": "set", "member": "Mac",
	    "value": "'"$(head -c 32 /dev/zero | base64)"'"}'
	alarm_everywhere
	why | grep -q "another MAC than the room did"
}

@test "another public key than the room's, or another signer: the alarm" {
	local spki
	other_plan --spec ECC_NIST_P256 --usage SIGN_VERIFY
	spki=$(openssl genpkey -algorithm EC -pkeyopt \
	    ec_paramgen_curve:P-256 | openssl pkey -pubout -outform DER |
	    base64 -w 0)
	fault '{"operation": "GetPublicKey", "fault": "set",
	    "member": "PublicKey", "value": "'"$spki"'"}'
	alarm_everywhere
	why | grep -q "another public key than the room's"
}

@test "a signature of another private key: the alarm" {
	other_plan --spec ECC_NIST_P256 --usage SIGN_VERIFY
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	    -out other.pem
	fault '{"operation": "Sign", "fault": "set", "member": "Signature",
	    "value": "'"$(openssl dgst -sha256 -sign other.pem </dev/null |
	        base64 -w 0)"'"}'
	alarm_everywhere
	why | grep -q "cannot use the private half"
}

# Journals -----------------------------------------------------------------

# A line behind the journal's last one, chained as it should be: whoever has
# the stick can write that.
plant_answer() {
	local journal prev
	journal=$(in_dir online)/journal-online.jsonl
	prev=$(tail -n 1 "$journal" | head -c -1 | sha256sum)
	tail -n 1 "$journal" | jq -c --arg transfer "$(paper transfer)" \
	    --arg arn "$(arn)" --arg prev "${prev%% *}" '
	    {n: (.n + 1), time, person, machine, step: "import",
	     result: "answered", transfer: $transfer, target: "prod-us",
	     key_arn: $arn, request_id: "x", key_material_id: ("ab" * 32),
	     prev: $prev}' >>"$journal"
}

@test "a journal that claims an import is no import" {
	a_transfer
	plant_answer
	assert_ok import
	assert_equal 1 "$(calls ImportKeyMaterial)"
	state_is imported
	# What was there is kept as evidence.
	compgen -G "$(in_dir online)/journal-online-*.jsonl"
}

@test "a journal that claims what others imported: the alarm" {
	a_transfer
	import_theirs
	plant_answer
	alarm_everywhere
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

# Another machine's import is not ours, even if its journal is brought along.
@test "another machine's journal, receipts left out: the alarm" {
	a_transfer
	machine online2
	cloud_env online2 "$STANDIN_URL" "${olga_keys[@]}"
	carry online online2 plan.gsb request.gsb tokens.gsb transfer.gsb
	do_anchor online2
	quietly do_import online2 olga
	cp "$(in_dir online2)/journal-online.jsonl" "$(in_dir online)"
	alarm_everywhere
	assert_equal 1 "$(calls ImportKeyMaterial)"
}

# Tokens -------------------------------------------------------------------

@test "a token that KMS refuses: unproven, no grant, a new request mends it" {
	local code
	for code in InvalidImportTokenException ExpiredImportTokenException; do
		another
		a_transfer
		fault '{"operation": "ImportKeyMaterial", "fault": "error",
		    "type": "'$code'"}'
		fails 4 import
		assert_tells "not every target was imported and proven"
		assert_tells "count the key as possibly exposed"
		state_is unproven
		why | grep -q "refused the import token: $code"
		assert_refused 3 "'prod-us' is unproven" "run import" \
		    on online gapseal-online grant @oscar
	done
	assert_ok renewed_import
	state_is imported 2
}

# The key is still empty: new parameters, and the room once more.
renewed_import() {
	local old
	old=$(paper transfer)
	note request "$(on online gapseal-online request @oscar --renew \
	    --pace 0)" || return
	carry online offline request.gsb
	approve_request >/dev/null && do_seal >/dev/null || return
	[[ -e $(in_dir offline)/transfer-${old:0:8}.gsb ]] || return
	rm "$(in_dir online)/transfer.gsb"
	do_import
}

@test "a token that ran out before it was used: unproven, KMS is not asked" {
	a_transfer
	control "$STANDIN_URL" clock '{"advance": 90000}' >/dev/null
	fails 4 import
	state_is unproven
	why | grep -q "never imported before its token expired"
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

@test "tokens of another request are refused before any call" {
	a_request
	cp "$(in_dir online)/tokens.gsb" first.gsb
	quietly on online gapseal-online request @oscar --renew --pace 0
	note request "$(on online gapseal-online inspect --json request.gsb \
	    2>/dev/null | jq -r .digest)"
	carry online offline request.gsb
	quietly approve_request
	quietly do_seal
	carry offline online transfer.gsb request.gsb
	cp first.gsb "$(in_dir online)/tokens.gsb"
	control "$STANDIN_URL" log/reset '' >/dev/null
	assert_refused 3 "tokens.gsb" "" import
	assert_equal 0 "$(control "$STANDIN_URL" log | jq '.calls | length')"
}

# What was planted on the key ----------------------------------------------

@test "a principal planted in the policy: refused, nothing imported" {
	a_transfer
	act "$(cloud '.keys[0].policy | fromjson' | jq --arg key "$(arn)" '
	    .Statement += [{Effect: "Allow", Action: "kms:Decrypt",
	        Resource: "*", Principal:
	            {AWS: "arn:aws:iam::444455556666:root"}}] |
	    {act: "put_policy", key: $key, policy: tojson}')"
	assert_refused 3 "target 'prod-us': the key's policy changed" \
	    "nothing was imported" import
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

@test "a grant planted on the key: refused, nothing imported" {
	a_transfer
	act "$(jq -n --arg key "$(arn)" '{act: "plant_grant", key: $key,
	    grantee: "arn:aws:iam::444455556666:user/mallory"}')"
	assert_refused 3 "target 'prod-us': the key's list of grants changed" \
	    "nothing was imported" import
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

@test "another key than the plan's, by its description: refused" {
	local change
	a_transfer
	for change in '"KeySpec", "value": "HMAC_256"' \
	    '"KeyUsage", "value": "SIGN_VERIFY"' \
	    '"Origin", "value": "AWS_KMS"' '"MultiRegion", "value": true' \
	    '"KeyState", "value": "PendingDeletion"'; do
		fault '{"operation": "DescribeKey", "fault": "set",
		    "member": "KeyMetadata.'"${change#\"}}"
		assert_refused 3 "target 'prod-us': the key" "" import
	done
	assert_equal 0 "$(calls ImportKeyMaterial)"
}

# Two operators ------------------------------------------------------------

# The same session of another name, of the role that asked.
other_session() {
	control "$STANDIN_URL" principals '{
	    "access_key": "ASIAOSCARAGAINEXAM", "secret": "oscars-other-key",
	    "session_token": "TOKEN/AGAIN==", "arn":
	    "arn:aws:sts::111122223333:assumed-role/ceremony/evening"}' \
	    >/dev/null
}

@test "an independent import: another operator and another principal" {
	machine_env online AWS_ACCESS_KEY_ID=ASIAOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-role-key \
	    AWS_SESSION_TOKEN=TOKEN/OF+OSCAR==
	other_plan --independent
	machine online2
	carry online online2 plan.gsb request.gsb tokens.gsb
	do_anchor online2
	assert_refused 3 "'oscar' signed the request" "another operator" import
	# Olga with oscar's credentials, and with another session of his role.
	machine_env online2 AWS_ENDPOINT_URL="$STANDIN_URL" \
	    AWS_ACCESS_KEY_ID=ASIAOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-role-key \
	    AWS_SESSION_TOKEN=TOKEN/OF+OSCAR==
	carry offline online2 transfer.gsb request.gsb
	by_olga() {
		on online2 gapseal-online import @olga \
		    --confirm "$(paper transfer)"
	}
	assert_refused 3 "asked for the import parameters too" \
	    "other cloud credentials" by_olga
	other_session
	machine_env online2 AWS_ACCESS_KEY_ID=ASIAOSCARAGAINEXAM \
	    AWS_SECRET_ACCESS_KEY=oscars-other-key \
	    AWS_SESSION_TOKEN=TOKEN/AGAIN==
	assert_refused 3 "asked for the import parameters too" "" by_olga
	assert_equal 0 "$(calls ImportKeyMaterial)"
	machine_env online2 AWS_ACCESS_KEY_ID=ASIAOLGA00EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=olgas-role-key \
	    AWS_SESSION_TOKEN=TOKEN/OF+OLGA==
	assert_ok by_olga
	statement receipt-1.gsb '.targets[0].imported_by' online2 >by
	assert_equal \
	    arn:aws:sts::111122223333:assumed-role/ceremony-import/olga \
	    "$(<by)"
}
