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
# another one; the journal's place is left out.
olga_writes() {
	local dir to
	dir=$(in_dir online) to=$(in_dir online)/receipt-$1.gsb
	people olga
	forge payload "$dir/receipt-$2.gsb" | jq -c --argjson n "$1" \
	    --arg previous "$(forge digest "$dir/receipt-$2.gsb")" \
	    "del(.journal) | .number = \$n |
	     .previous = if \$n > $2 then \$previous else .previous end | $3" |
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
	olga_writes 2 1 .
	assert_ok grant
	[[ -s $(in_dir online)/receipt-3.gsb ]]
}

@test "a receipt cannot put another key in the place of the transfer's" {
	local other
	an_import
	other=$(on online aws --region us-east-1 kms create-key |
	    jq -r .KeyMetadata.Arn)
	olga_writes 2 1 ".targets[0].key_arn = \"$other\""
	ungranted "'receipt-2.gsb': targets[0] 'prod-us': key_arn: wanted"
	unverified "receipt-2.gsb: .*key_arn: wanted the transfer's"
	olga_writes 2 1 ".grants = [{target: \"prod-us\", what: \"key-policy\",
	    name: \"$other\", result: \"changed\"}]"
	ungranted "'receipt-2.gsb': grants[0].name"
	unverified "receipt-2.gsb: grants"
}
