# What is refused online: without a quorum, a good transfer, a known signer or
# the right credentials, and when somebody was at the key. The cloud is the
# strict stand-in; where no call may be made, its log is asked.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && cloud_up && sealed_for_cloud
}

teardown_file() {
	end_file
}

setup() {
	begin_test
	control "$STANDIN_URL" log/reset '{}' >/dev/null
	control "$STANDIN_URL" faults >/dev/null
}

online() {
	on online gapseal-online "$@"
}

import() {
	online import @oscar --confirm "$(paper transfer)" "$@"
}

calls() {
	control "$STANDIN_URL" counts | jq -c .
}

# heard [OPERATION]: how many calls are in the cloud's log.
heard() {
	control "$STANDIN_URL" "log${1:+?operation=$1}" |
	    jq '[.. | objects | select(has("operation"))] | length'
}

# uncalled STATUS TEXT HINT COMMAND...: refused, and the cloud heard nothing.
uncalled() {
	refused "$@"
	assert_equal 0 "$(heard)"
}

# unimported STATUS TEXT HINT [COMMAND...]: calls may be made, but no key
# material is sent.
unimported() {
	local -a command=("${@:4}")
	((${#command[@]})) || command=(import)
	assert_refused "$1" "$2" "$3" "${command[@]}"
	[[ $stderr == *": hint: "* ]]
	assert_equal 0 "$(heard ImportKeyMaterial)"
}

# With other credentials on the machine.
as_aws() {
	machine_env online AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2"
}

@test "the control: what the tests here refuse is imported as it is" {
	assert_ok import
	[[ -e $online_dir/receipt-1.gsb ]]
	assert_equal 1 "$(heard ImportKeyMaterial)"
}

@test "only operators act online, and no officer unlocks an identity" {
	rm "$online_dir"/*.gsb
	cp "$dir/plan.gsb" "$online_dir"
	uncalled 3 "'anna' has no role in the plan that may do this" people \
	    online request @anna
	uncalled 3 "'../mallory.key' is nobody's in the plan" "public key" \
	    online request @mallory
	# In practice an officer is only in the wrong role.
	uncalled 3 "'alice' has no role" "" online request @alice
}

@test "outside practice an officer's identity is exposed online" {
	rm "$online_dir"/*.gsb "$dir"/*.gsb
	write_plan --real
	approve_and_anchor offline online
	uncalled 3 "'alice' is an officer, whose identity must never" \
	    "Treat this identity as exposed" online request @alice
}

@test "nobody without a passphrase, or with a wrong one" {
	bring_key online oscar
	uncalled 3 "wrong passphrase for '../oscar.key'" "" online import \
	    --confirm "$(paper transfer)" --as ../oscar.key \
	    --passphrase-fd 3 3<<<"not his"
	uncalled 3 "the passphrase from descriptor 3 is empty" "" online \
	    import --confirm "$(paper transfer)" --as ../oscar.key \
	    --passphrase-fd 3 3</dev/null
	uncalled 2 "who signs is not said" "--as NAME.key" online import \
	    --confirm "$(paper transfer)"
}

@test "the transfer's digest is confirmed, or nothing is imported" {
	uncalled 3 "not the digest of the transfer: not confirmed" \
	    "stop and compare" online import @oscar \
	    --confirm "$(paper request)"
	uncalled 2 "nothing was changed" "--confirm" online import @oscar
	[[ $stderr != *"$(paper transfer)"* ]]
}

@test "a transfer without its officers' quorum is not imported" {
	forge payload "$online_dir/transfer.gsb" |
	    forge_bundle transfer alice "$online_dir/transfer.gsb"
	uncalled 3 "the transfer has no quorum: 1 of 2 signatures by officers" \
	    "bob" online import @oscar --confirm "$(paper transfer)"
}

@test "nor with a request that no officer approved" {
	forge payload "$online_dir/request.gsb" |
	    forge_bundle request oscar "$online_dir/request.gsb"
	uncalled 3 "the request has no quorum: 0 of 2 signatures by officers" \
	    "alice, bob" import
}

@test "a transfer of another request is not imported" {
	forge payload "$online_dir/transfer.gsb" | jq -c '.request = "00" * 32' |
	    forge_bundle transfer "alice bob" "$online_dir/transfer.gsb"
	uncalled 3 "'transfer.gsb': request: names 0000000000000000" "" import
}

@test "material that was wrapped to another key is not sent" {
	forge payload "$online_dir/transfer.gsb" |
	    jq -c '.targets[0].wrapping_key_sha256 = "00" * 32' |
	    forge_bundle transfer "alice bob" "$online_dir/transfer.gsb"
	uncalled 3 "wrapping_key_sha256: is not the hash of the request's" "" \
	    import
}

@test "tokens that are not the request's are not used" {
	forge payload "$online_dir/tokens.gsb" |
	    jq -c '.targets[0].token |= sub("^....."; "AAAAA")' |
	    forge_bundle tokens oscar "$online_dir/tokens.gsb"
	uncalled 3 "token: is not the token that the request names" "" import
	rm "$online_dir/tokens.gsb"
	uncalled 1 "cannot open 'tokens.gsb'" "copy the tokens" import
}

@test "each file that import needs is named when it is not there" {
	for file in request transfer; do
		mv "$online_dir/$file.gsb" "$CEREMONY"
		uncalled 1 "cannot open '$file.gsb'" \
		    "copy the $file from the other machine" import
		mv "$CEREMONY/$file.gsb" "$online_dir"
	done
}

@test "a machine without credentials says where it looked" {
	as_aws "" ""
	unimported 1 "credentials" ""
	rm "$online_dir"/{request,tokens,transfer}.gsb
	uncalled 1 "credentials" "" online request @oscar
}

@test "half of the credentials is a mistake" {
	as_aws AKIDOSCAR0EXAMPLE0 ""
	unimported 1 "without AWS_SECRET_ACCESS_KEY" "set both"
}

@test "wrong credentials are the cloud's to refuse" {
	as_aws AKIDOSCAR0EXAMPLE0 not-his-secret
	unimported 4 "SignatureDoesNotMatch" ""
	as_aws AKIDUNKNOWN0EXAMPL not-his-secret
	unimported 4 "InvalidClientTokenId" ""
	machine_env online AWS_SESSION_TOKEN="TOKEN/EXPIRED=="
	as_aws ASIAEXPIREDEXAMPLE expired-role-key
	unimported 4 "ExpiredToken" ""
}

@test "credentials of another account are refused before anything is made" {
	as_aws AKIDMALLORYEXAMPLE mallorys-secret-key
	unimported 3 "target 'prod-us' is in account 111122223333" \
	    "AWS_PROFILE"
	rm "$online_dir"/{request,tokens,transfer}.gsb
	assert_refused 3 "of account 444455556666" "AWS_PROFILE" \
	    online request @oscar
	assert_equal '{"GetCallerIdentity":2}' "$(calls | jq -c \
	    'to_entries | map({(.key): .value}) | add')"
}

@test "credentials that may nothing" {
	as_aws AKIDNOBODYEXAMPLE0 nobodys-secret-key
	unimported 4 "AccessDenied" ""
}

# sealed_anew NAME: a key of its own, for somebody to have been at.
sealed_anew() {
	sealed_for_cloud --name "$1" --jq ".targets[0].alias = \"alias/$1\"" \
	    2>/dev/null
}

@test "a grant that somebody planted on the key" {
	sealed_anew planted-grant
	act "{\"act\": \"plant_grant\", \"key\": \"$(key_arn)\",
	    \"grantee\": \"arn:aws:iam::444455556666:user/mallory\",
	    \"operations\": [\"Decrypt\"]}" >/dev/null
	unimported 3 "list of grants changed since the request" \
	    "nothing was imported"
}

@test "a principal that somebody planted in the key's policy" {
	sealed_anew planted-policy
	act "{\"act\": \"put_policy\", \"key\": \"$(key_arn)\", \"policy\":
	    {\"Version\": \"2012-10-17\", \"Statement\": [
	    {\"Sid\": \"Enable IAM User Permissions\", \"Effect\": \"Allow\",
	     \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:root\"},
	     \"Action\": \"kms:*\", \"Resource\": \"*\"},
	    {\"Sid\": \"more\", \"Effect\": \"Allow\",
	     \"Principal\": {\"AWS\": \"arn:aws:iam::444455556666:root\"},
	     \"Action\": \"kms:Decrypt\", \"Resource\": \"*\"}]}}" >/dev/null
	unimported 3 "the key's policy changed since the request" \
	    "find out who changed them"
}

@test "material that somebody else imported is the alarm, with a receipt" {
	sealed_anew others-material
	act "{\"act\": \"import_material\", \"key\": \"$(key_arn)\",
	    \"material\": \"$(head -c 32 /dev/urandom | base64)\"}" >/dev/null
	local status=0
	capture import || status=$?
	assert_equal 4 "$status"
	assert_says "ALARM"
	assert_says "EXPOSED"
	assert_says "hint: stop here and keep all files as evidence"
	forge payload "$online_dir/receipt-1.gsb" |
	    jq -e '.targets[0].state == "alarm"'
	# After an alarm nothing is granted, whatever is confirmed.
	assert_refused 3 "alarm" "" online grant @oscar \
	    --confirm "$(paper transfer)"
}

@test "a wrapping key that was not the cloud's is the alarm" {
	rm "$online_dir"/*.gsb "$dir"/*.gsb
	openssl genrsa 2048 2>/dev/null | openssl rsa -pubout \
	    -out "$CEREMONY/evil.pem" 2>/dev/null
	act "$(jq -n --rawfile pem "$CEREMONY/evil.pem" \
	    '{act: "substitute", pem: $pem, times: 1}')" >/dev/null
	sealed_anew substituted
	local status=0
	capture import || status=$?
	assert_equal 4 "$status"
	assert_says "ALARM: the wrapping key was not the cloud's"
	forge payload "$online_dir/receipt-1.gsb" |
	    jq -e '.targets[0].state == "alarm"'
	capture import || status=$?
	assert_equal 4 "$status"
	assert_refused 3 "alarm" "" online grant @oscar
}

@test "a key that was disabled or is another kind is not used" {
	sealed_anew deleted-key
	control "$STANDIN_URL" faults "{\"operation\": \"DescribeKey\",
	    \"fault\": \"set\", \"member\": \"KeyMetadata.KeySpec\",
	    \"value\": \"RSA_2048\"}" >/dev/null
	unimported 3 "the key's spec is RSA_2048, the plan says" "mend the plan"
}

@test "an alias that is another key's is left alone" {
	rm "$online_dir"/*.gsb "$dir"/*.gsb
	write_plan --name second-plan --wrap RSAES_OAEP_SHA_256 RSA_2048
	approve_and_anchor offline online
	assert_refused 4 "'alias/prod-us' already names another key" \
	    "choose another alias" online request @oscar
	assert_equal 0 "$(calls | jq '.CreateKey // 0')"
}

@test "grant waits for the import" {
	assert_refused 3 "" "" online grant @oscar
	[[ $stderr == *": hint: "* ]]
}

@test "a file that is in request's or import's way stays" {
	echo "my notes" >"$online_dir/receipt-1.gsb"
	uncalled 3 "'receipt-1.gsb': not a whole bundle" "fetch it again" \
	    import
	rm "$online_dir"/{request,tokens,transfer}.gsb
	for file in request tokens; do
		echo "my notes" >"$online_dir/$file.gsb"
		uncalled 1 "a file that does not belong here is in the way" \
		    "look what '$file.gsb' is" online request @oscar
		rm "$online_dir/$file.gsb"
	done
}

# The operator's paper is what the officers compare: only our own words.
@test "a request that this machine did not make gives no words" {
	rm "$online_dir"/journal-online.jsonl
	refused 1 "'request.gsb' is there, and this machine did not make it" \
	    "do not copy its words" \
	    on online gapseal-online request @oscar
	[[ $stderr != *"digest"* ]]
}
