# verify: the whole chain from files alone, by what an auditor was given. Each
# file missing, edited, spliced; journals cut; and the same by stock tools.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && cloud_up || return
	other_ceremony || return
	sealed_for_cloud --bucket prod-us payments-archive && do_import &&
	    do_grant || return
	machine auditor
	cp "$(in_dir online)"/*.gsb "$(in_dir online)"/*.jsonl \
	    "$(in_dir offline)"/*.jsonl "$(in_dir auditor)"
}

teardown_file() {
	end_file
}

setup() {
	begin_test
	evidence=$(in_dir auditor)
	other=$CEREMONY/other
}

# Bundles of another plan, by the same people, and journals of its machines.
other_ceremony() {
	sealed_for_cloud --name other-plan --jq \
	    '.targets[0].alias = "alias/other"' && do_import || return
	mkdir "$CEREMONY/other"
	cp "$(in_dir online)"/*.gsb "$(in_dir online)"/*.jsonl \
	    "$(in_dir offline)"/*.jsonl "$CEREMONY/other"
	rm "$(in_dir online)"/* "$(in_dir offline)"/*
}

# The auditor has the digest of the plan from paper.
audit() {
	on auditor gapseal-online verify --plan "$(paper plan)" "$@"
}

# found CHECK TEXT: the ceremony does not verify, and that is why.
found() {
	refused 3 "the ceremony does not verify" "keep all files as they are" \
	    audit --json
	jq -e --arg check "$1" --arg text "$2" '.ok == false and
	    any(.findings[]; .ok == false and .check == $check and
	        (.message | contains($text)))' <<<"$stdout" >/dev/null ||
	    complain "no finding of $1 says: $2"
}

# good [PENDING...]: it verifies, with exactly these steps to come.
good() {
	assert_ok audit --json
	jq -e '.ok and all(.findings[]; .ok) and .pending == $ARGS.positional' \
	    --args "$@" <<<"$stdout" >/dev/null ||
	    complain "not ok, or pending otherwise than: $*"
}

covers() {
	jq -e --arg check "$1" --arg text "$2" 'any(.findings[];
	    .check == $check and (.message | contains($text)))' \
	    <<<"$stdout" >/dev/null || complain "no $1 says: $2"
}

@test "the whole ceremony verifies, for an auditor and on both machines" {
	good
	covers journal-offline "unbroken to line"
	covers journal-online "unbroken to line"
	covers receipt-2.gsb "imported, proof round-trip, asserted"
	covers grants "1 of 1"
	assert_says "The whole ceremony verifies."
	assert_ok on online gapseal-online verify
	assert_ok on offline gapseal-offline verify
	cp "$evidence"/*.gsb "$dir"
	assert_ok on offline gapseal-offline verify
}

@test "verify changes nothing, and needs no network, key or state" {
	before=$(every_file)
	good
	assert_ok audit
	[[ $before == "$(every_file)" ]]
	[[ ! -e $CEREMONY/auditor/state/gapseal/plans ]]
}

@test "without an anchor nothing is judged; the paper's digest does it" {
	refused 3 "does not verify" "" on auditor gapseal-online verify --json
	jq -e '.findings == [{check: "plan.gsb", ok: false,
	    message: "plan not anchored"}]' <<<"$stdout"
	refused 3 "does not verify" "" on auditor gapseal-online verify \
	    --plan "$(paper request)"
	grep -q "BAD plan.gsb: .* has not the digest" <<<"$stdout"
	refused 2 "--plan takes a digest" "officers' paper" \
	    on auditor gapseal-online verify --plan 1234
}

@test "what is missing is said: bad, pending or not covered" {
	mv "$evidence/plan.gsb" "$CEREMONY"
	refused 1 "'plan.gsb': cannot open" "-C DIR" audit
	mv "$CEREMONY/plan.gsb" "$evidence"
	mv "$evidence/tokens.gsb" "$CEREMONY"
	good
	covers tokens.gsb "not here; it stays on the importing machine"
	mv "$evidence/receipt-2.gsb" "$CEREMONY"
	good "grant for 'prod-us'"
	mv "$CEREMONY/receipt-2.gsb" "$evidence"
	mv "$evidence"/journal-o*.jsonl "$CEREMONY"
	good
	covers journal-offline "not covered: it is not here"
	covers journal-online "not covered: it is not here"
}

@test "a link that is missing from the middle is a fault" {
	mv "$evidence/receipt-1.gsb" "$CEREMONY"
	found receipt-1.gsb "cannot open 'receipt-1.gsb'"
	mv "$CEREMONY/receipt-1.gsb" "$evidence"
	mv "$evidence/request.gsb" "$CEREMONY"
	found request.gsb "it is not here, and what answers it is"
	mv "$CEREMONY/request.gsb" "$evidence"
	mv "$evidence/transfer.gsb" "$CEREMONY"
	found transfer.gsb "the transfer that they name is not"
}

@test "a file of another ceremony in the place of ours" {
	for file in request tokens transfer receipt-1 receipt-2; do
		[[ -e $other/$file.gsb ]] || cp "$other/receipt-1.gsb" \
		    "$other/$file.gsb"
		cp "$evidence/$file.gsb" "$CEREMONY"
		cp "$other/$file.gsb" "$evidence"
		found $file.gsb ceremony
		cp "$CEREMONY/$file.gsb" "$evidence"
	done
	cp "$other/plan.gsb" "$evidence"
	found plan.gsb "digest"
}

@test "a bundle of our own in the place of another" {
	cp "$evidence/request.gsb" "$evidence/transfer.gsb"
	found transfer.gsb "it is a request, not a transfer"
	cp "$BATS_FILE_TMPDIR/base/auditor/ceremony/transfer.gsb" "$evidence"
	cp "$evidence/receipt-1.gsb" "$evidence/receipt-2.gsb"
	found receipt-2.gsb "number: is 1, wanted 2"
}

# edited FILE FILTER PERSON...: another payload, signed by the same people.
edited() {
	forge payload "$evidence/$1.gsb" | jq -c "$2" |
	    forge_bundle "${1%-*}" "$3" "$evidence/$1.gsb"
}

restore() {
	cp "$BATS_FILE_TMPDIR/base/auditor/ceremony"/* "$evidence"
}

@test "another request, signed by all the same people, breaks the chain" {
	edited request '.nonce = "00" * 16' "oscar alice bob"
	found transfer.gsb "request: names"
}

@test "another transfer, signed by all the same people, breaks the chain" {
	edited transfer '.program.version = "0.0.0"' "alice bob"
	found receipt-2.gsb "transfer: names"
}

@test "another first receipt, signed by the same operator, breaks it too" {
	edited receipt-1 '.targets[0].deviations = ["none of it happened"]' \
	    oscar
	found receipt-2.gsb "previous: names"
}

@test "people who signed too few, too late or in a wrong role" {
	edited transfer . alice
	found transfer.gsb "no quorum: 1 of 2 signatures by officers"
	restore
	edited request . "oscar alice"
	found request.gsb "no quorum: 1 of 2 signatures by officers"
	restore
	edited request . "alice bob"
	found request.gsb "no quorum: 0 of 1 signatures by operators"
	restore
	edited receipt-1 . anna
	# An auditor's signature is beside the operators', not in their place.
	found receipt-1.gsb "no quorum: 0 of 1 signatures by operators"
	restore
	edited transfer . "oscar olga"
	found transfer.gsb "0 of 2 signatures by officers"
}

@test "officers who did not approve are not in approved_by" {
	local oscar
	oscar=$(forge payload "$evidence/plan.gsb" | jq -r \
	    '.people[] | select(.name == "oscar") | .key' | base64 -d |
	    sha256sum | cut -c1-64)
	edited transfer ".approved_by[0] = \"$oscar\"" "alice bob"
	found transfer.gsb "approved_by[0]"
}

@test "grants that are not in the plan, states that are no import" {
	edited receipt-2 '.grants[0].name = "another-bucket"' oscar
	found receipt-2.gsb "is not in the plan: nothing else may be granted"
	restore
	edited receipt-2 '.targets[0].state = "alarm"' oscar
	found receipt-2.gsb "target 'prod-us' is alarm"
	restore
	edited receipt-2 '.targets[0].state = "unproven"' oscar
	found receipt-2.gsb "target 'prod-us' is unproven"
}

@test "a journal that was cut no longer meets its head" {
	local lines
	for side in offline online; do
		lines=$(wc -l <"$evidence/journal-$side.jsonl")
		sed -i "2,\$d" "$evidence/journal-$side.jsonl"
		found journal-$side "does not hold line"
		restore
		# Later lines may be missing: nothing has named them yet.
		[[ $side == online ]] || {
			sed -i "\$d" "$evidence/journal-$side.jsonl"
			good
		}
		restore
	done
}

@test "a journal that was edited, spliced or torn" {
	local journal=$evidence/journal-offline.jsonl
	sed -i '2s/alice/mallory/; 2s/"time":"2/"time":"3/' "$journal"
	found journal-offline "is not the hash of the line before"
	restore
	sed -i '2{h;d}; 3G' "$journal"
	found journal-offline "'journal-offline.jsonl'"
	restore
	sed -i '2d' "$journal"
	found journal-offline "'journal-offline.jsonl'"
	restore
	printf '{"n":' >>"$journal"
	found journal-offline "its last line is not finished"
	restore
	cp "$other/journal-offline.jsonl" "$journal"
	found journal-offline "does not hold line"
	restore
	: >"$journal"
	found journal-offline "does not hold line"
}

@test "a journal that was set aside under its other name still counts" {
	mv "$evidence/journal-offline.jsonl" \
	    "$evidence/journal-offline-0123abcd.jsonl"
	cp "$other/journal-offline.jsonl" "$evidence"
	good
}

@test "lines after the last bundle are allowed, and reported" {
	local journal=$evidence/journal-offline.jsonl lines head
	lines=$(wc -l <"$journal")
	head=$(tail -n 1 "$journal" | tr -d '\n' | sha256sum | cut -c1-64)
	printf '{"n":%d,"step":"later","prev":"%s"}\n' $((lines + 1)) "$head" \
	    >>"$journal"
	good
	covers journal-offline "lines after it, not sealed: 3"
}

# The ceremony as it stood earlier: only these bundles are there yet.
only() {
	restore
	find "$evidence" -name '*.gsb' -delete
	for file; do
		cp "$BATS_FILE_TMPDIR/base/auditor/ceremony/$file.gsb" \
		    "$evidence"
	done
}

@test "a ceremony under way is good, with its pending steps" {
	only plan
	good request
	only plan request
	good seal
	only plan request
	edited request . oscar
	good "cosign request.gsb by 2 more of: alice, bob"
	edited request . "oscar bob"
	good "cosign request.gsb by 1 more of: alice"
	only plan request tokens transfer
	good import
	edited transfer . alice
	good "cosign transfer.gsb by 1 more of: bob"
	only plan request tokens transfer receipt-1
	good "grant for 'prod-us'"
	assert_says "the pending steps are still to do"
}

@test "a request that nobody sealed in time has to be renewed" {
	only plan request
	edited request '.made = "2026-01-01T00:00:00Z" |
	    .targets[].valid_to = "2026-01-02T00:00:00Z"' "oscar alice bob"
	assert_ok audit --json
	assert_json '.ok and (.pending[0] | startswith("request --renew"))'
}

@test "stock tools verify every signature of what was exported" {
	local bundle kind name i
	for bundle in plan request tokens transfer receipt-1 receipt-2; do
		kind=${bundle%-*}
		on online gapseal-online export $bundle.gsb --to x/$bundle \
		    >/dev/null
		cd "$online_dir/x/$bundle"
		# The digest that people compare is that of the signed bytes.
		assert_equal "$(digest_of $bundle.gsb online)" \
		    "$(sha256sum <$kind.signed | cut -c1-64)"
		gzip -t $kind.payload.gz
		zcat $kind.payload.gz | jq -e . >/dev/null
		jq -r .payload $kind.dsse.json | base64 -d |
		    cmp - $kind.payload.gz
		type=$(jq -r .payloadType $kind.dsse.json)
		{
			printf 'DSSEv1 %d %s %d ' ${#type} "$type" \
			    "$(stat -c %s $kind.payload.gz)"
			cat $kind.payload.gz
		} | cmp - $kind.signed
		i=0
		for name in *.pem; do
			id=$(openssl pkey -pubin -in "$name" -outform DER |
			    sha256sum | cut -c1-64)
			jq -r --arg id "$id" '.signatures[] |
			    select(.keyid == $id) | .sig' $kind.dsse.json |
			    base64 -d >sig
			openssl pkeyutl -verify -pubin -inkey "$name" -rawin \
			    -in $kind.signed -sigfile sig
			i=$((i + 1))
		done
		((i == $(jq '.signatures | length' $kind.dsse.json)))
	done
	zcat "$online_dir/x/plan/plan.payload.gz" | cmp - "$dir/plan.json"
}

@test "stock tools follow the chain from the plan to the last receipt" {
	local before=null digest
	for bundle in plan request transfer receipt-1 receipt-2; do
		on online gapseal-online export $bundle.gsb --to x/$bundle \
		    >/dev/null
	done
	cd "$online_dir/x"
	digest() { sha256sum <"$1/${1%-*}.signed" | cut -c1-64; }
	says() { zcat "$1/${1%-*}.payload.gz" | jq -r "$2"; }
	assert_equal "$(digest plan)" "$(says request .plan)"
	assert_equal "$(digest request)" "$(says transfer .request)"
	assert_equal "$(digest transfer)" "$(says receipt-1 .transfer)"
	assert_equal null "$(says receipt-1 .previous)"
	assert_equal "$(digest receipt-1)" "$(says receipt-2 .previous)"
}

@test "stock tools follow the journals to the heads that were signed" {
	local line prev n=0 wanted
	for side in offline online; do
		prev=$(printf '0%.0s' {1..64}) n=0
		[[ $side == offline ]] && bundle=transfer || bundle=receipt-2
		wanted=$(forge payload "$evidence/$bundle.gsb" |
		    jq -r '"\(.journal.line) \(.journal.head)"')
		while IFS= read -r line; do
			assert_equal "$prev" "$(jq -r .prev <<<"$line")"
			prev=$(printf %s "$line" | sha256sum | cut -c1-64)
			n=$((n + 1))
			[[ "$n $prev" != "$wanted" ]] || wanted=met
		done <"$evidence/journal-$side.jsonl"
		assert_equal met "$wanted"
	done
}
