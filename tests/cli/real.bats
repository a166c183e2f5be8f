# A ceremony in the real format, over TLS on loopback: the plan names its
# endpoints, {region} among them, and the authority that vouches for them.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && authority && start_tls && real_ceremony
}

teardown_file() {
	end_file
}

setup() {
	begin_test
}

tls=$BATS_FILE_TMPDIR/tls

# An authority of our own, and a certificate for the names on loopback.
authority() {
	mkdir "$tls" && cd "$tls" || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem \
	    -subj "/CN=a test authority" -days 2 2>/dev/null &&
	    certificate server \
	        IP:127.0.0.1,DNS:localhost,DNS:*.us-east-1.localhost &&
	    certificate elsewhere DNS:elsewhere.example
}

# certificate NAME SUBJECT-ALTERNATIVE-NAMES
certificate() {
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" \
	    -subj "/CN=$1" 2>/dev/null &&
	    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -days 2 \
	        -CAcreateserial -out "$1.pem" 2>/dev/null \
	        -extfile <(echo "subjectAltName=$2")
}

start_tls() {
	start_standin "$BATS_FILE_TMPDIR/cloud" --rsa-pool 2 \
	    --cert "$tls/server.pem" --key "$tls/server.key" || return
	start_heroku "$BATS_FILE_TMPDIR/cloud" --cert "$tls/server.pem" \
	    --key "$tls/server.key" --kms "$STANDIN_URL" \
	    --kms-ca "$tls/ca.pem"
}

port() {
	echo "${1##*:}"
}

real_plan() {
	write_plan --real --wrap RSAES_OAEP_SHA_256 RSA_2048 \
	    --valid "$(date -u -d '-1 day' +%FT%TZ)" \
	        "$(date -u -d '+9 days' +%FT%TZ)" \
	    --addon prod-us payments-prod payments-db \
	    --bucket prod-us payments-archive \
	    --endpoint kms "https://kms.{region}.localhost:$(port "$STANDIN_URL")" \
	    --endpoint sts "https://sts.{region}.localhost:$(port "$STANDIN_URL")" \
	    --endpoint s3 "https://s3.{region}.localhost:$(port "$STANDIN_URL")" \
	    --endpoint heroku "https://localhost:$(port "$HEROKU_URL")" \
	    --endpoint ca_sha256 "$(sha256sum <"$tls/ca.pem" | cut -c1-64)" \
	    "$@"
}

real_ceremony() {
	real_plan && approve_and_anchor offline online || return
	machine_env online AWS_ACCESS_KEY_ID=AKIDOSCAR0EXAMPLE0 \
	    AWS_SECRET_ACCESS_KEY=oscars-secret-key \
	    HEROKU_API_KEY=HRKU-00000000-0000-0000-0000-000000000000
	# Before anything: without the authority there is no call.
	on online gapseal-online request @oscar 2>"$BATS_FILE_TMPDIR/no-ca" &&
	    return 1
	machine_env online AWS_CA_BUNDLE="$tls/ca.pem"
	do_request && approve_request && do_seal && do_import && do_grant
}

online() {
	on online gapseal-online "$@"
}

receipt() {
	forge payload "$online_dir/receipt-$1.gsb"
}

ask_cloud() {
	curl --silent --cacert "$tls/ca.pem" --noproxy '*' \
	    "https://localhost:$(port "$STANDIN_URL")/_control/$1"
}

@test "from the plan to the grant, in the real format" {
	receipt 1 | jq -e '.targets[0].state == "imported" and
	    .targets[0].proof.kind == "round-trip" and
	    .targets[0].proof.strength == "asserted"'
	receipt 2 | jq -e '[.grants[] | [.what, .result]] | sort ==
	    [["heroku-addon", "changed"], ["key-policy", "changed"],
	     ["s3-encryption", "changed"]]'
	for file in plan request tokens transfer receipt-1 receipt-2; do
		assert_equal GSB \
		    "$(head -c 4 "$online_dir/$file.gsb" | tail -c 3)"
	done
}

@test "the cloud holds one key, of the plan's kind, with its alias" {
	ask_cloud state | jq -e '(.keys | length) == 1 and
	    .keys[0].state == "Enabled" and .keys[0].origin == "EXTERNAL" and
	    .aliases["111122223333/us-east-1/alias/prod-us"] == .keys[0].arn'
}

@test "Heroku's account can use the key, as its double found out" {
	curl --silent --cacert "$tls/ca.pem" --noproxy '*' \
	    "https://localhost:$(port "$HEROKU_URL")/_control/state" |
	    jq -e '[.. | objects | select(.name? == "payments-db")] |
	        length > 0'
}

@test "the receipts name the endpoints as used, and the authority" {
	for number in 1 2; do
		receipt $number | jq -e --arg ca \
		    "$(sha256sum <"$tls/ca.pem" | cut -c1-64)" \
		    '.endpoints.ca_sha256 == $ca and
		    (.endpoints.kms |
		        test("^https://kms.\\{region\\}.localhost:[0-9]+$"))'
	done
	receipt 2 | jq -e '.endpoints | has("heroku") and has("s3")'
}

@test "the whole verifies, on both machines and for an auditor" {
	assert_ok online verify --json
	assert_json '.ok and .pending == []'
	machine auditor
	cp "$online_dir"/*.gsb "$online_dir"/*.jsonl "$dir"/*.jsonl \
	    "$(in_dir auditor)"
	assert_ok on auditor gapseal-online verify --plan "$(paper plan)" \
	    --json
	assert_json '.ok and .pending == []'
}

@test "run again, each step says that it is done, and changes nothing" {
	before=$(every_file)
	assert_ok online request @oscar
	assert_says "The request is made already."
	assert_ok online import @oscar --confirm "$(paper transfer)"
	assert_says "There is a receipt for this import already."
	assert_ok online grant @oscar
	[[ $before == "$(every_file)" ]]
}

@test "without the plan's authority no call is made" {
	grep -q "the plan wants the CAs with SHA-256" \
	    "$BATS_FILE_TMPDIR/no-ca"
	grep -q "AWS_CA_BUNDLE is not set" "$BATS_FILE_TMPDIR/no-ca"
	grep -q "hint: set AWS_CA_BUNDLE to the path of that PEM file" \
	    "$BATS_FILE_TMPDIR/no-ca"
}

# With another plan version in which nothing was asked for yet.
anew() {
	rm "$online_dir"/*.gsb "$dir"/*.gsb
	real_plan --name "$1" --jq ".targets[0].alias = \"alias/$1\"" "${@:2}"
	approve_and_anchor offline online 2>/dev/null
}

@test "another authority than the plan's is refused" {
	anew other-authority
	cat "$tls/ca.pem" "$tls/server.pem" >"$CEREMONY/more.pem"
	machine_env online AWS_CA_BUNDLE="$CEREMONY/more.pem"
	refused 3 "AWS_CA_BUNDLE is refused" "that the plan's ca_sha256" \
	    online request @oscar
}

@test "an endpoint whose certificate another authority signed" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$CEREMONY/x.key" \
	    -out "$CEREMONY/x.pem" -subj "/CN=x" 2>/dev/null
	anew not-vouched-for --endpoint ca_sha256 \
	    "$(sha256sum <"$CEREMONY/x.pem" | cut -c1-64)"
	machine_env online AWS_CA_BUNDLE="$CEREMONY/x.pem"
	assert_refused 4 "ertificate" "" online request @oscar
}

@test "an endpoint with somebody else's certificate" {
	start_standin "$BATS_TEST_TMPDIR/other" \
	    --cert "$tls/elsewhere.pem" --key "$tls/elsewhere.key"
	anew other-name --endpoint kms "$STANDIN_URL" \
	    --endpoint sts "$STANDIN_URL"
	assert_refused 4 "" "" online request @oscar
	grep -qi "certificate\|subject" <<<"$stderr"
	stop_doubles "$BATS_TEST_TMPDIR/other"
}

@test "an endpoint that speaks no TLS" {
	start_standin "$BATS_TEST_TMPDIR/other"
	anew no-tls --endpoint kms "https://localhost:$(port "$STANDIN_URL")" \
	    --endpoint sts "https://localhost:$(port "$STANDIN_URL")"
	assert_refused 4 "" "" online request @oscar
	stop_doubles "$BATS_TEST_TMPDIR/other"
}

@test "a variable that says what the plan says is no disagreement" {
	anew agreeing
	machine_env online AWS_ENDPOINT_URL_KMS=\
"https://kms.us-east-1.localhost:$(port "$STANDIN_URL")"
	assert_ok online request @oscar
	machine_env online AWS_ENDPOINT_URL_KMS=\
"https://kms.us-east-1.localhost:1"
	refused 3 "AWS_ENDPOINT_URL_KMS is refused: it says" "leave it out" \
	    online request @oscar --renew
}
