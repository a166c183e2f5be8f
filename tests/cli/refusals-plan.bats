# What is refused about plans: approving, anchoring, and acting without one.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

setup_file() {
	begin_file && plan_ready
}

teardown_file() {
	end_file
}

setup() {
	begin_test
}

offline() {
	on offline gapseal-offline "$@"
}

# A machine that was never told of any plan, with the officers' files.
stranger() {
	machine offline-stranger online-stranger
	cp "$dir/plan.gsb" "$(in_dir offline-stranger)"
	cp "$dir/plan.gsb" "$(in_dir online-stranger)"
}

# approved DIGEST...: plan.json of the room as it is now, signed by them there.
approved() {
	local who digest
	digest=$(file_sha256 offline plan.json)
	for who; do
		offline plan approve plan.json "@$who" --confirm "$digest"
	done
}

@test "no step acts on a machine where no plan is anchored" {
	stranger
	for verb in "cosign request.gsb" seal; do
		refused 3 "no practice plan is anchored on this machine" \
		    "gapseal-offline plan anchor" \
		    on offline-stranger gapseal-offline $verb @alice
	done
	for verb in request import grant "cosign request.gsb"; do
		refused 3 "'plan.gsb': no practice plan is anchored" \
		    "gapseal-online plan anchor" \
		    on online-stranger gapseal-online $verb @oscar
	done
}

@test "another plan than the anchored one is refused by every step" {
	write_plan --wrap RSAES_OAEP_SHA_256 RSA_3072
	mv "$dir/plan.gsb" "$dir/first.gsb"
	approved alice bob
	for verb in "cosign request.gsb" seal verify; do
		[[ $verb == verify ]] && words=() || words=(@alice)
		refused 3 "$([[ $verb == verify ]] &&
		    echo does not verify ||
		    echo not the plan that was anchored on this machine)" \
		    "" offline $verb "${words[@]}"
	done
}

@test "a plan without its officers' quorum is not anchored" {
	stranger
	rm "$dir/plan.gsb"
	approved alice
	cp "$dir/plan.gsb" "$(in_dir offline-stranger)"
	refused 3 "1 of 2 signatures by officers" "'plan approve': bob" \
	    on offline-stranger gapseal-offline plan anchor \
	    --confirm "$(digest_of plan.gsb)"
}

@test "signatures by keys that the plan does not name do not count" {
	stranger
	forge_bundle plan "mallory trudy" "$(in_dir offline-stranger)/plan.gsb" \
	    <"$dir/plan.json"
	refused 3 "keys that are not in the plan do not count" "alice, bob" \
	    on offline-stranger gapseal-offline plan anchor \
	    --confirm "$(digest_of plan.gsb offline-stranger)"
}

@test "the words on the paper decide: another digest anchors nothing" {
	stranger
	refused 3 "not the digest of the plan" "stop and compare" \
	    on offline-stranger gapseal-offline plan anchor \
	    --confirm "$(file_sha256 offline plan.json)"
	refused 2 "64 hex digits" "digest of the plan" \
	    on offline-stranger gapseal-offline plan anchor --confirm abcd
}

@test "without terminal or --confirm nothing is anchored, and it exits 2" {
	stranger
	refused 2 "nothing was changed" "--confirm" \
	    on offline-stranger gapseal-offline plan anchor
	[[ $stderr == *"The plan 'payments-2026-11', version 1, for PRACTICE"* ]]
	[[ $stderr != *"$(digest_of plan.gsb)"* ]]
}

@test "a bundle of another kind is not taken for a plan" {
	stranger
	forge_bundle request oscar "$(in_dir offline-stranger)/plan.gsb" <<<'{}'
	refused 3 "'plan.gsb': it is a request, not a plan" "" \
	    on offline-stranger gapseal-offline plan anchor
}

@test "a plan that lint finds fault with is not anchored, whoever signed" {
	stranger
	jq '.quorum.plan = 9' "$dir/plan.json" |
	    forge_bundle plan "alice bob" "$(in_dir offline-stranger)/plan.gsb"
	refused 3 "quorum.plan" "" \
	    on offline-stranger gapseal-offline plan anchor
}

@test "a second plan of the same name must replace the first" {
	mv "$dir/plan.gsb" "$dir/plan-$(digest_of plan.gsb | head -c 8).gsb"
	write_plan --wrap RSAES_OAEP_SHA_256 RSA_3072
	approved alice bob
	refused 3 "version 1) is anchored on this machine, and this one does" \
	    "names the digest of the anchored one as 'previous'" \
	    offline plan anchor --confirm "$(digest_of plan.gsb)"
}

@test "a version that names its previous one replaces it; old one stays" {
	local old
	old=$(digest_of plan.gsb)
	mv "$dir/plan.gsb" "$dir/plan-${old:0:8}.gsb"
	write_plan --version 2 --previous "$old"
	approved alice bob
	assert_ok offline plan anchor --confirm "$(digest_of plan.gsb)"
	assert_says "version 2, from now on"
	[[ -e $dir/plan-${old:0:8}.gsb ]]
	mv "$dir/plan.gsb" "$dir/plan-2.gsb"
	mv "$dir/plan-${old:0:8}.gsb" "$dir/plan.gsb"
	refused 3 "not the plan that was anchored" "" offline seal @alice
}

@test "a new version needs the officers of the version before" {
	local old
	old=$(digest_of plan.gsb)
	mv "$dir/plan.gsb" "$dir/plan-${old:0:8}.gsb"
	people trudy mallory
	write_plan --version 2 --previous "$old" --jq \
	    "(.people[] | select(.name == \"alice\") | .key) =
	    \"$(grep -v -e '^---' "$CEREMONY_STICKS/trudy.pub")\""
	approved bob trudy
	refused 3 "by the officers of the plan before: the plan has no quorum" \
	    "alice" offline plan anchor --confirm "$(digest_of plan.gsb)"
	rm "$dir/plan-${old:0:8}.gsb"
	refused 1 "cannot open 'plan-${old:0:8}.gsb'" "rename that one's" \
	    offline plan anchor --confirm "$(digest_of plan.gsb)"
}

@test "only officers approve a plan, and only people in it" {
	local digest
	digest=$(file_sha256 offline plan.json)
	refused 3 "'oscar' has no role in the plan that may do this" people \
	    offline plan approve plan.json @oscar --confirm "$digest"
	refused 3 "'../mallory.key' is nobody's in the plan" "public key" \
	    offline plan approve plan.json @mallory --confirm "$digest"
}

@test "who comes second approves the same bytes or nothing" {
	jq . "$dir/plan.json" >"$dir/other.json"
	echo >>"$dir/other.json"
	refused 3 "'plan.gsb': it does not hold the file that is being approved" \
	    "compare the two" offline plan approve other.json @bob \
	    --confirm "$(file_sha256 offline other.json)"
}

@test "approving needs the file's own SHA-256" {
	refused 3 "not the digest of the plan's file (not for the paper)" "" \
	    offline plan approve plan.json @alice \
	    --confirm "$(digest_of plan.gsb)"
	refused 2 "nothing was changed" "--confirm with the digest of" \
	    offline plan approve plan.json @alice
}

@test "a plan that cannot be carried out is not approved" {
	write_plan --expires 2030-01-01T00:00:00Z
	rm "$dir/plan.gsb"
	refused 3 "'plan.json': targets[0].expires" \
	    "'plan check plan.json' lists every finding" offline plan approve \
	    plan.json @alice --confirm "$(file_sha256 offline plan.json)"
}

@test "who approves sees every endpoint that is not the cloud's own" {
	rm "$dir/plan.gsb"
	write_plan --endpoint sts https://sts.example \
	    --jq '.targets[0].endpoints = {kms: "https://kms.{region}.example",
	        ca_sha256: "'"$(printf '0a%.0s' {1..32})"'"}'
	assert_ok offline plan approve plan.json @alice \
	    --confirm "$(file_sha256 offline plan.json)"
	assert_says "    STS https://sts.example"
	assert_says "        KMS https://kms.{region}.example"
	assert_says "0a0a0a0a0a0a0a"
}

@test "approving again changes nothing and says how it stands" {
	local before
	before=$(file_sha256 offline plan.gsb)
	assert_ok offline plan approve plan.json @alice --json \
	    --confirm "$(file_sha256 offline plan.json)"
	assert_json '.signatures == 2'
	assert_equal "$before" "$(file_sha256 offline plan.gsb)"
}

@test "two people may approve in one run, one person not twice" {
	rm "$dir/plan.gsb"
	local digest
	digest=$(file_sha256 offline plan.json)
	refused 3 "'../alice.key' and '../alice.key' are the same identity" "" \
	    offline plan approve plan.json @alice @alice --confirm "$digest"
	assert_ok offline plan approve plan.json @alice @bob --json \
	    --confirm "$digest"
	assert_json '.signatures == 2'
}

@test "wrong, empty and missing passphrases unlock nothing" {
	local digest
	digest=$(file_sha256 offline plan.json)
	bring_key offline alice
	refused 3 "wrong passphrase for '../alice.key'" "nothing was signed" \
	    offline plan approve plan.json --as ../alice.key \
	    --passphrase-fd 3 --confirm "$digest" 3<<<"not hers"
	refused 3 "the passphrase from descriptor 3 is empty" "" \
	    offline plan approve plan.json --as ../alice.key \
	    --passphrase-fd 3 --confirm "$digest" 3<<<""
	refused 1 "cannot read a passphrase from descriptor 9" "" \
	    offline plan approve plan.json --as ../alice.key \
	    --passphrase-fd 9 --confirm "$digest"
	refused 2 "no terminal to ask at" "" \
	    offline plan approve plan.json --as ../alice.key \
	    --confirm "$digest"
}

@test "an identity is an encrypted Ed25519 key and nothing else" {
	local digest
	digest=$(file_sha256 offline plan.json)
	refused 1 "cannot open '../nobody.key'" "" offline plan approve \
	    plan.json --as ../nobody.key --passphrase-fd 3 \
	    --confirm "$digest" 3<<<"it"
	openssl genpkey -algorithm ED25519 -out "$CEREMONY/offline/plain.key"
	refused 3 "holds no encrypted private key" "without a passphrase" \
	    offline plan approve plan.json --as ../plain.key \
	    --passphrase-fd 3 --confirm "$digest" 3<<<"it"
	openssl genpkey -algorithm X25519 | openssl pkcs8 -topk8 -scrypt \
	    -scrypt_N 1024 -passout pass:it -out "$CEREMONY/offline/x.key"
	refused 3 "does not hold an Ed25519 key" "" offline plan approve \
	    plan.json --as ../x.key --passphrase-fd 3 --confirm "$digest" \
	    3<<<"it"
}

@test "a step before or after the plan's valid time is refused" {
	local span
	for span in "2020-01-01T00:00:00Z 2020-02-01T00:00:00Z past" \
	    "2090-01-01T00:00:00Z 2090-02-01T00:00:00Z future"; do
		read -r from until name <<<"$span"
		rm -f "$dir/plan.gsb"
		write_plan --name "$name" --valid "$from" "$until"
		forge_bundle plan "alice bob" "$dir/plan.gsb" <"$dir/plan.json"
		forge_request
		offline plan anchor --confirm "$(digest_of plan.gsb)" || {
			# Lint may know that the time is over: as good.
			[[ $name == past ]]
			continue
		}
		refused 3 "valid" "" offline cosign request.gsb @alice
		refused 3 "valid" "" offline seal @alice --utc \
		    "$(date -u +%FT%TZ)" --confirm "$(paper request)"
	done
}
