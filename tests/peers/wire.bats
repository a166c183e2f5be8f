# What comes over the wire, and what is made of it: what may be over in a moment
# is tried again, all else ends the step with exit status 4, the service's own
# words and a hint. The stand-in's log shows what was sent, and how often.

source "$BATS_TEST_DIRNAME/../lib/peers.bash"
# shellcheck source=tests/lib/repeat.bash
source "$GAPSEAL_TOP/tests/lib/repeat.bash"

setup_file() {
	begin_repeat_file
}

setup() {
	another
	cd "$BATS_TEST_TMPDIR"
}

teardown_file() {
	end_file
}

# The calls of each step, in their order.
of_request="GetCallerIdentity ListKeys ListAliases CreateKey CreateAlias
    GetParametersForImport GetKeyPolicy ListGrants"
of_import="GetCallerIdentity DescribeKey GetKeyPolicy ListGrants
    ImportKeyMaterial Encrypt Decrypt ListKeyRotations"

# counts: "OPERATION NUMBER" lines of what the stand-in saw.
counts() {
	control "$STANDIN_URL" counts |
	    jq -r 'to_entries[] | "\(.key) \(.value)"' | sort
}

# each_once FAULT OPERATION...: each of those calls is spoilt once.
each_once() {
	local spec=$1
	shift
	fault "$(printf '%s\n' "$@" | jq -Rn --argjson spec "$spec" \
	    '[inputs | $spec + {operation: .}]')"
}

# without WORD WORD...: the words that are not the first one.
without() {
	local word
	for word in "${@:2}"; do
		[[ $word == "$1" ]] || echo "$word"
	done
}

# A wait that the answer itself says keeps these tests short.
soon='"headers": {"Retry-After": "0"}'
momentary=(
	'{"fault": "error", "type": "ThrottlingException", '"$soon"'}'
	'{"fault": "error", "type": "TooManyRequestsException",
	    "status": 429, '"$soon"'}'
	'{"fault": "html", "status": 503, '"$soon"'}'
	'{"fault": "empty", "status": 500, '"$soon"'}'
	'{"fault": "http", "status": 502, "body": "x", '"$soon"'}'
	'{"fault": "html", "status": 504, '"$soon"'}'
	'{"fault": "error", "type": "KMSInternalException", "status": 500,
	    '"$soon"'}'
	'{"fault": "close_before"}'
	'{"fault": "reset_after"}'
	'{"fault": "cut_headers"}'
	'{"fault": "cut_body"}'
)

# repeatable SPEC: the calls of a request that are simply sent again. What may
# have been made is looked for first; lost.bats has that.
repeatable() {
	local op
	for op in $of_request; do
		case $op,$1 in
		*,*Throttl* | *,*TooMany*) echo "$op" ;;
		CreateKey,* | CreateAlias,*_after* | CreateAlias,*cut_*) ;;
		*) echo "$op" ;;
		esac
	done
}

@test "request tries again what may be over in a moment" {
	local spec
	local -a ops=()
	assert_ok request
	counts >usual
	for spec in "${momentary[@]}"; do
		another
		echo "each call once: $spec"
		mapfile -t ops < <(repeatable "$spec")
		each_once "$spec" "${ops[@]}"
		assert_ok request
		for op in "${ops[@]}"; do
			assert_equal \
			    "$(($(awk -v op="$op" '$1 == op { print $2 }' \
			        usual) + 1))" "$(calls "$op")"
		done
		assert_equal "1 1" "$(made)"
	done
}

@test "import tries again what may be over in a moment" {
	local spec
	for spec in "${momentary[0]}" "${momentary[2]}" "${momentary[3]}" \
	    "${momentary[9]}"; do
		another
		a_transfer
		echo "each call once: $spec"
		each_once "$spec" $of_import
		assert_ok import
		assert_equal 2 "$(calls ImportKeyMaterial)"
		finish_from_import
	done
}

@test "after three tries it gives up" {
	local spec
	for spec in "${momentary[0]}" "${momentary[2]}" "${momentary[6]}"; do
		another
		fault "$(jq '. + {operation: "GetParametersForImport",
		    times: 0}' <<<"$spec")"
		assert_refused 4 "GetParametersForImport: " "" request
		assert_equal 3 "$(calls GetParametersForImport)"
		assert_hinted
	done
}

# Nobody is left without a word on what to do.
assert_hinted() {
	grep -q '^gapseal-online: hint: .' <<<"$stderr" ||
	    complain "no hint"
}

# final SPEC STEP TEXT OPERATION...: each, spoilt so, ends the step; it was not
# sent again, nor anything after it.
final() {
	local spec=$1 step=$2 text=$3 op before
	shift 3
	for op; do
		[[ $step != request ]] || another
		before=$(calls "$op")
		echo "$step, $op: $spec"
		each_once "$spec" "$op"
		assert_refused 4 "$op: $text" "" "$step"
		assert_hinted
		assert_equal "$((before + 1))" "$(calls "$op")"
	done
}

refusal='{"fault": "error", "type": "AccessDeniedException", "status": 400,
    "message": "Not \u001b[31mfor you\u0007"}'

@test "request ends with the service's own refusal" {
	final "$refusal" request "AccessDeniedException: Not" $of_request
	# Control characters are made visible; the id leads to AWS's log.
	[[ $stderr != *$'\e'* && $stderr != *$'\a'* ]]
	control "$STANDIN_URL" "log?operation=ListGrants" |
	    jq -r '.calls[-1].request_id' >id
	assert_tells "(request id $(<id))"
	assert_tells "these credentials lack the right"
}

@test "import ends with the service's own refusal, and goes on after it" {
	a_transfer
	final "$refusal" import "AccessDeniedException: Not" \
	    $(without ListKeyRotations $of_import)
	assert_ok import
	imported_once
	assert_equal 2 "$(calls ImportKeyMaterial)"
}

@test "a quota of the account is no reason to try again" {
	final '{"fault": "error", "type": "LimitExceededException"}' request \
	    LimitExceededException CreateKey CreateAlias
	assert_tells "a quota of the account is used up"
	final '{"fault": "http", "status": 429, "body": ""}' request \
	    "HTTP status 429" ListKeys
}

@test "no redirect is followed" {
	final "{\"fault\": \"redirect\", \"location\": \"$STANDIN_URL/\"}" \
	    request "HTTP status 307" $of_request
	assert_tells "redirects are not followed"
	final "{\"fault\": \"redirect\", \"status\": 301,
	    \"location\": \"$STANDIN_URL/\"}" request "HTTP status 301" \
	    ListKeys
}

@test "a proxy's page is shown by its first line" {
	final '{"fault": "html", "status": 403}' request \
	    "HTTP status 403: <html><head><title>Unavailable" ListKeys \
	    GetParametersForImport
}

# What KMS never says, an answer of status 200 notwithstanding.
not_whole=(
	'{"fault": "truncated_json"}'
	'{"fault": "garbage"}'
	'{"fault": "not_json"}'
)

@test "request takes only whole answers" {
	local spec
	for spec in "${not_whole[@]}"; do
		final "$spec" request "the answer is not whole" \
		    GetCallerIdentity ListKeys ListAliases \
		    GetParametersForImport GetKeyPolicy ListGrants
	done
}

@test "import takes only whole answers" {
	local spec
	for spec in "${not_whole[@]}"; do
		another
		a_transfer
		final "$spec" import "the answer is not whole" \
		    $(without ImportKeyMaterial $of_import)
		assert_ok import
		finish_from_import
	done
}

# The member that each answer is good for.
members="ListKeys:Keys ListAliases:Aliases GetParametersForImport:ImportToken GetParametersForImport:PublicKey
    GetParametersForImport:ParametersValidTo GetParametersForImport:KeyId
    GetKeyPolicy:Policy ListGrants:Grants"

@test "request wants each member once, of its type" {
	local place op member
	for place in $members; do
		IFS=: read -r op member <<<"$place"
		final "{\"fault\": \"drop\", \"member\": \"$member\"}" \
		    request "the answer is not whole: $member" "$op"
		final "{\"fault\": \"set\", \"member\": \"$member\",
		    \"value\": {}}" request "the answer is not whole: $member" \
		    "$op"
		final "{\"fault\": \"duplicate\", \"member\": \"$member\"}" \
		    request "the answer is not whole" "$op"
	done
}

@test "import wants each member once, of its type" {
	local place op member
	a_transfer
	for place in DescribeKey:KeyMetadata DescribeKey:KeyMetadata.KeyState \
	    ImportKeyMaterial:KeyId Encrypt:CiphertextBlob Decrypt:Plaintext \
	    ListKeyRotations:Rotations; do
		IFS=: read -r op member <<<"$place"
		final "{\"fault\": \"drop\", \"member\": \"$member\"}" import \
		    "the answer is not whole: $member" "$op"
		final "{\"fault\": \"duplicate\", \"member\": \"$member\"}" \
		    import "the answer is not whole" "$op"
	done
	assert_ok import
	finish_from_import
}

# Whoever stands between could answer about a key of his own.
@test "an answer about another key is none" {
	local other='"value":
	    "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"'
	final '{"fault": "set", "member": "KeyId", '"$other"'}' request \
	    "" GetParametersForImport
	another
	a_transfer
	final '{"fault": "set", "member": "KeyMetadata.Arn", '"$other"'}' \
	    import "" DescribeKey
	final '{"fault": "set", "member": "KeyId", '"$other"'}' import "" \
	    ImportKeyMaterial Encrypt Decrypt
}

@test "an answer without end is not taken in" {
	fault '{"operation": "ListKeys", "fault": "huge", "times": 0}'
	assert_refused 4 "ListKeys: the answer of '$STANDIN_URL/' is larger \
than" "" request
}

@test "slow answers and small chunks are whole answers" {
	each_once '{"fault": "slow", "interval": 0.0005}' ListKeys CreateKey \
	    GetParametersForImport
	assert_ok request
	another
	each_once '{"fault": "chunked"}' $of_request
	assert_ok request
}

@test "one connection carries all calls, but for what is never repeated" {
	on online strace -qq -f -e trace=connect -o "$CEREMONY/connects" \
	    gapseal-online request @oscar --pace 0 >/dev/null 2>&1
	assert_equal 2 "$(grep -c AF_INET "$CEREMONY/connects")"
}
