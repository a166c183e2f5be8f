# Letting Heroku and S3 use the key: only what was confirmed is changed, all
# else in the policy stays as it was, and running it again changes nothing. The
# stand-in judges policies, so that Heroku's account can be asked.

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

arn() {
	statement request.gsb '.targets[0].key_arn'
}

look() {
	on online gapseal-online grant @oscar --json
}

# heroku_setting JSON, heroku_fault JSON, heroku_error STATUS ID [MEMBERS]
heroku_setting() {
	control "$HEROKU_URL" settings "$1" >/dev/null
}

heroku_fault() {
	control "$HEROKU_URL" faults "$1" >/dev/null
}

# only_addon, only_bucket BUCKET: an imported key with just that in its plan.
imported_for() {
	rm -f "$CEREMONY"/o*/ceremony/* && rm -r "$CEREMONY"/o*/state
	imported "$@"
}

# The policy ---------------------------------------------------------------

put_policy() {
	act "$(jq -n --arg key "$(arn)" --argjson policy "$1" \
	    '{act: "put_policy", key: $key, policy: ($policy | tojson)}')"
}

policy() {
	cloud '.keys[0].policy | fromjson'
}

# The rest of the policy is what it was; ours are there once.
merged_into() {
	local before=$1
	jq -ne --argjson before "$before" --argjson after "$(policy)" '
	    def list: if type == "array" then . else [.] end;
	    ($before.Statement | list) as $were |
	    ($after | del(.Statement)) == ($before | del(.Statement)) and
	    $after.Statement[:$were | length] == $were and
	    [$after.Statement[$were | length:][] | .Principal.AWS] ==
	        ["arn:aws:iam::021876802972:root",
	         "arn:aws:iam::021876802972:root"]' >/dev/null
}

root='{"Sid": "Enable IAM User Permissions", "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "kms:*", "Resource": "*"}'
auditors='{"Effect": "Allow", "Principal": {"AWS":
    ["arn:aws:iam::111122223333:role/auditors", "111122223333"]},
    "Action": ["kms:DescribeKey", "kms:List*"], "Resource": ["*"],
    "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a", "b"]},
        "Bool": {"aws:MultiFactorAuthPresent": "true"}}}'
deny='{"Sid": "Never deleted", "Effect": "Deny", "Principal": "*",
    "Action": "kms:ScheduleKeyDeletion", "Resource": "*",
    "Condition": {"NumericLessThan":
        {"kms:ScheduleKeyDeletionPendingWindowInDays": "30"}}}'

@test "all sorts of policies stay what they were, with ours behind" {
	local before
	for before in "{\"Version\": \"2012-10-17\", \"Statement\": $root}" \
	    "{\"Statement\": [$deny, $root, $auditors], \"Id\": \"own\",
	        \"Version\": \"2012-10-17\"}" \
	    "{\"Version\": \"2012-10-17\", \"Id\": \"\", \"Statement\":
	        [$root, $(jq '.Sid = "Allow use of the key" |
	            .Action = "kms:Verify" | .Condition = {}' <<<"$auditors" |
	            jq 'del(.Condition)')]}"; do
		another
		an_import
		put_policy "$before"
		assert_ok grant
		merged_into "$before"
		nothing_more_to_grant
	done
	# The last one's Sid was taken.
	policy | jq -e '[.Statement[].Sid] | (unique | length == 4) and
	    index("Allow use of the key for Heroku") == 2'
}

@test "statements that say the same already are left alone" {
	local same
	an_import
	grant >/dev/null 2>&1
	same=$(policy | jq '.Statement |= (reverse | map(.Action |=
	    if type == "array" then reverse else . end |
	    if .Principal.AWS == "arn:aws:iam::021876802972:root"
	    then .Principal.AWS = ["021876802972"] | .Sid += " too" else . end))')
	put_policy "$same"
	control "$STANDIN_URL" log/reset '' >/dev/null
	assert_ok look
	assert_json '.changes == []'
	assert_ok grant
	assert_equal 0 "$(calls PutKeyPolicy)"
	policy | jq -e --argjson same "$same" '. == $same'
}

@test "what is confirmed is shown first: the policy's new lines, all of them" {
	an_import
	assert_refused 2 "not confirmed" "--confirm" look
	assert_json '[.changes[] | .what] ==
	    ["key-policy", "heroku-addon", "s3-encryption"]'
	assert_tells "+ Statement: Allow use of the key + Effect: Allow"
	assert_tells "+ Condition Bool kms:GrantIsForAWSResource: true"
	assert_tells "+ Add-on: payments-db + App: payments-prod"
	assert_tells "- Algorithm: AES256 + Algorithm: aws:kms"
	[[ $stderr != *'- Statement'* ]]
	# The policy that is put is the one in the list, byte for byte.
	jq -rj '.changes[0].policy' <<<"$stdout" >shown
	assert_equal "0 0" "$(calls PutKeyPolicy) $(addon_calls)"
	quietly grant
	cmp shown <(cloud '.keys[0].policy' | head -c -1)
	statement receipt-2.gsb '.grants[] |
	    select(.what == "key-policy") | .after_sha256' >after
	assert_equal "$(sha256sum <shown | cut -c 1-64)" "$(<after)"
}

@test "another digest than that of the changes changes nothing" {
	local digest
	an_import
	digest=$(look 2>/dev/null | jq -r .sha256) || true
	assert_refused 3 "" "" on online gapseal-online grant @oscar \
	    --confirm "${digest/[0-7]/8}"
	# Nor does the right one, when somebody changed the policy meanwhile.
	put_policy "{\"Version\": \"2012-10-17\", \"Statement\":
	    [$root, $auditors]}"
	assert_refused 3 "" "" on online gapseal-online grant @oscar \
	    --confirm "$digest"
	assert_equal "0 0" "$(calls PutKeyPolicy) $(addon_calls)"
}

@test "a policy that is not stored as it was sent: not believed" {
	an_import
	fault '{"operation": "PutKeyPolicy", "fault": "http", "status": 200,
	    "body": "{}", "times": 0}'
	assert_refused 4 "" "" grant
	assert_equal 0 "$(addon_calls)"
	[[ ! -e $(in_dir online)/receipt-2.gsb ]]
}

@test "a stranger in the policy is pointed out" {
	an_import
	put_policy "{\"Version\": \"2012-10-17\", \"Statement\": [$root,
	    {\"Effect\": \"Allow\", \"Action\": \"kms:Decrypt\",
	     \"Resource\": \"*\",
	     \"Principal\": {\"AWS\": \"arn:aws:iam::444455556666:root\"}}]}"
	look >/dev/null 2>said || true
	cat said
	tr -s ' \n' '  ' <said |
	    grep -q "gives rights to arn:aws:iam::444455556666:root"
}

# as WHO COMMAND...: AWS's own client with that principal's keys.
as() {
	local keys
	case $1 in
	heroku) keys=(AKIDHEROKU0EXAMPLE heroku-secret-key) ;;
	volumes) keys=(AKIDHEROKUVOLUMES0 volumes-secret-key) ;;
	mallory) keys=(AKIDMALLORYEXAMPLE mallorys-secret-key) ;;
	esac
	on online env AWS_ACCESS_KEY_ID="${keys[0]}" \
	    AWS_SECRET_ACCESS_KEY="${keys[1]}" aws --region us-east-1 kms "${@:2}"
}

encrypt_as() {
	as "$1" encrypt --key-id "$(arn)" --plaintext hello
}

attach_as() {
	as "$1" create-grant --key-id "$(arn)" --operations Decrypt \
	    --grantee-principal arn:aws:iam::021876802972:root
}

@test "Heroku's account can use the key after the grant, and not before" {
	an_import
	run ! encrypt_as heroku
	[[ $output == *AccessDenied* ]]
	run ! attach_as volumes
	quietly grant
	encrypt_as heroku
	attach_as volumes
	# For its volumes only, and nobody else but them.
	run ! attach_as heroku
	run ! encrypt_as mallory
	[[ $output == *AccessDenied* ]]
}

# Before it ----------------------------------------------------------------

@test "nothing is granted before the import" {
	a_transfer
	control "$STANDIN_URL" log/reset '' >/dev/null
	assert_refused 3 "no receipt tells that this transfer was imported" \
	    "run import" grant
	# Nobody was even asked.
	assert_equal 0 "$(control "$STANDIN_URL" log | jq '.calls | length')"
}

# Heroku -------------------------------------------------------------------

# heroku_says STATUS ID HINT [TEXT]: to the making of the add-on, which then
# is not made; when it is over, the same command finishes the job.
heroku_says() {
	local text=${4:-"Some words of Heroku's."}
	another
	an_import
	echo "Heroku says $1 $2"
	heroku_fault "$(jq -n --arg id "$2" --arg text "$text" \
	    --argjson status "$1" '{operation: "addons.create",
	        fault: "error", id: $id, message: $text, status: $status}')"
	assert_refused 4 "Heroku says $1 $2: $text (request id " "$3" grant
	assert_equal "1 0" "$(addon_calls) $(heroku '.addons | length')"
	control "$HEROKU_URL" log/reset '' >/dev/null
	assert_ok grant
	assert_equal 1 "$(addon_calls)"
}

@test "Heroku's errors by their ids, each with what to do" {
	heroku_says 401 unauthorized "HEROKU_API_KEY"
	heroku_says 402 delinquent "bill to be paid"
	heroku_says 402 verification_required "needs a way to pay"
	heroku_says 403 forbidden "needs rights on the app"
	heroku_says 403 two_factor "authorizations:create"
	heroku_says 404 not_found "compare the plan's app"
	heroku_says 422 invalid_params "must be free in all of Heroku"
	granted_once
}

@test "a token that Heroku does not know, and none at all" {
	an_import
	machine_env online HEROKU_API_KEY=HRKU-wrong
	assert_refused 4 "401" "HEROKU_API_KEY" grant
	assert_equal 0 "$(calls PutKeyPolicy)"
	sed -zi '/^HEROKU_API_KEY/d' "$CEREMONY/online/.environment"
	assert_refused 1 "" "HEROKU_API_KEY" grant
	assert_equal 0 "$(calls PutKeyPolicy)"
}

@test "the token from ~/.netrc, of the host that it is for" {
	local netrc=$CEREMONY/online/.netrc
	an_import
	sed -zi '/^HEROKU_API_KEY/d' "$CEREMONY/online/.environment"
	printf '%s\n' 'machine api.heroku.com' '  login ops@example.com' \
	    '  password HRKU-00000000-0000-0000-0000-000000000000' >"$netrc"
	chmod 600 "$netrc"
	assert_refused 1 "no Heroku token" "HEROKU_API_KEY" grant
	assert_equal 0 "$(addon_calls)"
	sed -i 's/api.heroku.com/127.0.0.1/' "$netrc"
	assert_ok grant
	granted_once
}

@test "Heroku wants the app confirmed: by its name, or not at all" {
	an_import
	heroku_setting '{"confirm": true}'
	assert_refused 4 "Heroku wants app 'payments-prod' confirmed: This \
add-on is not automatically networked" "--confirm-app payments-prod" grant
	assert_equal 0 "$(heroku '.addons | length')"
	confirmed() {
		on online gapseal-online grant @oscar --confirm-app "$1" \
		    --confirm "$(look 2>/dev/null | jq -r .sha256)"
	}
	assert_refused 4 "confirmed" "--confirm-app payments-prod" \
	    confirmed payments-eu
	assert_ok confirmed payments-prod
	assert_equal 1 "$(heroku '.addons | length')"
}

@test "Heroku wants another app confirmed: refused" {
	an_import
	heroku_setting '{"confirm": true, "confirm_header": "somebody-elses"}'
	assert_refused 4 "Heroku wants 'somebody-elses' confirmed" \
	    "nothing was made" grant
	assert_equal 0 "$(heroku '.addons | length')"
}

limit='{"operation": "addons.create", "fault": "error", "id": "rate_limit",
    "status": 429'

@test "Heroku's rate limit: waited for as long as it says" {
	an_import
	heroku_fault "$limit, \"headers\": {\"Retry-After\": \"2\"}}"
	SECONDS=0
	assert_ok grant
	((SECONDS >= 2))
	assert_equal "2 1" "$(addon_calls) $(heroku '.addons | length')"
}

@test "Heroku's rate limit: without a time, not longer than --wait" {
	an_import
	heroku_fault "$limit, \"times\": 0}"
	hurried() {
		on online gapseal-online grant @oscar --wait 5 \
		    --confirm "$(look 2>/dev/null | jq -r .sha256)"
	}
	assert_refused 4 "429 rate_limit" "wait some minutes" hurried
	assert_equal 1 "$(addon_calls)"
}

@test "an add-on that Heroku gives up on" {
	an_import
	heroku_setting '{"final_state": "deprovisioned"}'
	heroku_fault '{"operation": "addons.info", "fault": "set", "times": 0,
	    "member": "state", "value": "deprovisioned"}'
	assert_refused 4 "Heroku did not provision add-on 'payments-db'" \
	    "heroku addons:destroy payments-db" grant
	[[ ! -e $(in_dir online)/receipt-2.gsb ]]
}

@test "an add-on in a state that nobody knows is waited for, then left" {
	an_import
	heroku_fault '{"operation": "addons.info", "fault": "set", "times": 0,
	    "member": "state", "value": "pondering\u001b[1m"}'
	hurried() {
		on online gapseal-online grant @oscar --wait 3 \
		    --confirm "$(look 2>/dev/null | jq -r .sha256)"
	}
	assert_refused 4 "is still 'pondering" "goes on waiting" hurried
	[[ $stderr != *$'\e'* ]]
	control "$HEROKU_URL" faults '[]' >/dev/null
	curl -s -XDELETE "$HEROKU_URL/_control/faults" >/dev/null
	assert_ok grant
	granted_once
}

@test "a database under another key, or none of ours, is refused" {
	an_import
	heroku_setting '{"data_key":
	    "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"}'
	assert_refused 3 "'payments-db' uses another key: arn:aws:kms" \
	    "make a new one under another name" grant
	[[ ! -e $(in_dir online)/receipt-2.gsb ]]
	heroku_setting '{"data_key": null, "hide_data_key": true}'
	assert_refused 3 "'payments-db' uses no key of ours" "" grant
	assert_equal 1 "$(addon_calls)"
}

plant_addon() {
	control "$HEROKU_URL" addons "$(jq -n --arg key "$1" --arg plan "$2" \
	    '{name: "payments-db", app: "payments-prod", plan: $plan,
	      config: {"encryption-key": $key}, state: "provisioned"}')" \
	    >/dev/null
}

@test "an add-on that is there already is left alone" {
	an_import
	plant_addon "$(arn)" heroku-postgresql:private-7
	assert_ok grant
	assert_equal 0 "$(addon_calls)"
	statement receipt-2.gsb '.grants[] |
	    select(.what == "heroku-addon") | .result' >result
	assert_equal unchanged "$(<result)"
}

@test "an add-on of another plan under that name is refused" {
	an_import
	plant_addon "$(arn)" heroku-postgresql:private-0
	assert_refused 3 "payments-db" "give the plan's add-on another name" \
	    grant
	assert_equal "0 0" "$(addon_calls) $(calls PutKeyPolicy)"
}

@test "an app in another Region, or in no Space, is refused at first" {
	imported_for --addon prod-us payments-eu payments-db
	assert_refused 3 "'payments-eu' runs in eu-central-1, and the key is \
in us-east-1" "a key of its own region" grant
	another
	imported_for --addon prod-us no-space payments-db
	assert_refused 3 "'no-space' runs in no Private Space" "" grant
	another
	imported_for --addon prod-us somebody-elses payments-db
	assert_refused 4 "403 forbidden" "needs rights" grant
	assert_equal "0 0" "$(addon_calls) $(calls PutKeyPolicy)"
}

@test "a database's password is seen and never kept" {
	local marker=marker-password-that-must-never-be-kept
	an_import
	quietly grant
	# The answer that names the key has the password in it.
	curl -s -H 'Accept: application/vnd.heroku+json; version=3' \
	    -H "Authorization: Bearer HRKU-00000000-0000-0000-0000-000000000000" \
	    "$HEROKU_URL/client/v11/databases/$(heroku '.addons[0].id')" |
	    grep -q "$marker"
	run ! grep -rq "$marker" "$CEREMONY"
	run ! grep -rq HRKU-00000000 "$CEREMONY"/online/{ceremony,state}
}

# S3 -----------------------------------------------------------------------

@test "a bucket in another Region is refused" {
	imported_for --bucket prod-us payments-eu
	assert_refused 4 "bucket 'payments-eu' is in eu-central-1" \
	    "in one region" grant
}

@test "a bucket of another account is refused" {
	imported_for --bucket prod-us foreign-bucket
	assert_refused 4 "bucket 'foreign-bucket'" "" grant
}

@test "a bucket's encryption that was not stored is not believed" {
	imported_for --bucket prod-us payments-archive
	fault '{"operation": "PutBucketEncryption", "fault": "http",
	    "status": 200, "body": ""}'
	assert_refused 4 "bucket 'payments-archive'" "" grant
	[[ ! -e $(in_dir online)/receipt-2.gsb ]]
	assert_ok grant
	cloud '.buckets[] | select(.name == "payments-archive") | .encryption' |
	    grep -qF "$(arn)"
}
