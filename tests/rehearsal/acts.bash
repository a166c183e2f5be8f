# shellcheck shell=bash
#
# The two acts of the rehearsal. In the first, alice, bob and oscar make a key
# for Heroku and S3 in two Regions. In the second, a key that exists already
# goes to KMS, and another operator than the one who asked imports it.

weeks_before() {
	step alice offline 'makes her signing identity, on a stick of her own;
so do bob, here, and oscar and olga on their own machines.'
	identity offline gapseal-offline alice
	identity offline gapseal-offline bob
	identity online gapseal-online oscar
	identity online2 gapseal-online olga
	crossing 'by mail, public keys' offline online ../alice.pub ../bob.pub
	crossing 'by mail, a public key' online2 online ../olga.pub

	step oscar online "writes plan.json: one key, for two Regions, a database
at Heroku and a bucket. The programs check it."
	write_plan --to "$(in_dir online)/plan.json" --name payments-2026-11 \
	    --target prod-eu eu-central-1 \
	    --addon prod-us payments-prod payments-db \
	    --bucket prod-us payments-archive
	doing online gapseal-online plan check plan.json
	crossing 'a stick' online offline plan.json
	approve_plan '1,$'
	know_the_plan offline online
}

# identity MACHINE PROGRAM NAME: made in its owner's home there; the stick
# keeps it for the other machines and the plan.
identity() {
	doing --show 1 "$1" "$2" identity "../$3" "+$3"
	cp "$CEREMONY/$1/$3.key" "$CEREMONY/$1/$3.pub" "$CEREMONY_STICKS"
}

# approve_plan SHOW: which lines of what alice reads.
approve_plan() {
	local sum
	sum=$(file_sha256 offline plan.json)
	step alice offline 'reads the plan and approves it; then bob does.'
	doing --show "$1" offline gapseal-offline plan approve plan.json @alice \
	    --confirm "$sum"
	doing --show '/has its quorum/,$' offline gapseal-offline plan approve \
	    plan.json @bob --confirm "$sum"
	note plan "$(said_digest)"
}

# know_the_plan MACHINE...: the first one has plan.gsb.
know_the_plan() {
	local from=$1 machine
	for machine; do
		[[ $machine == "$from" ]] ||
		    crossing 'a stick' "$from" "$machine" plan.gsb
		step 'whoever sets it up' "$machine" \
		    'types the digest of the plan from the paper, once.'
		doing --show '/This machine/,$' "$machine" \
		    "$(program_of "$machine")" plan anchor \
		    --confirm "$(paper plan)"
	done
}

ask_for_parameters() {
	step oscar online 'asks the cloud for keys to wrap with.'
	doing --show "$1" online gapseal-online request @oscar
	note request "$(said_digest)"
	cloud_answered online request.gsb '.targets[] |
	    "GetParametersForImport \(.request_id) \(.name)"'
	crossing 'a stick; the tokens stay' online offline request.gsb
}

# The calls by which AWS would find them in its own log, CloudTrail.
cloud_answered() {
	printf '\nWhat the cloud answered, by its request ids:\n'
	statement "$@" | while read -r operation id what; do
		printf '%-22s %s %s\n' "$operation" "$id" "$what"
	done | wrapped '  ' ''
}

in_the_room() {
	local first=$1
	shift
	step alice offline "compares the request with oscar's paper and approves
it; then bob does. Without both nothing is wrapped."
	doing --show "$first" offline gapseal-offline cosign request.gsb \
	    @alice --confirm "$(paper request)"
	doing --show '/ signed: /,$' offline gapseal-offline cosign request.gsb \
	    @bob --confirm "$(paper request)"

	step alice offline 'seals, in one process: the key is made or received,
wrapped for every target, and gone. Then bob signs the transfer, too.'
	doing --show '/^WARNING/,$' offline gapseal-offline seal @alice "$@" \
	    --confirm "$(paper request)"
	note transfer "$(said_digest)"
	doing --show '/ signed: /,$' offline gapseal-offline cosign transfer.gsb \
	    @bob --confirm "$(paper transfer)"
}

# Somebody changes one bit of the transfer on its way.
changed_on_the_way() {
	local file
	file=$(in_dir online)/transfer.gsb
	step oscar online "would import. But on the way somebody changed one bit
of the transfer:"
	printf '%b' "\\x$(printf %02x $((0x$(xxd -s 300 -l 1 -p "$file") ^ 1)))" |
	    dd of="$file" bs=1 seek=300 conv=notrunc status=none
	doing --status 3 --show '/^gapseal/,$' online gapseal-online import @oscar \
	    --confirm "$(paper transfer)"
	crossing 'the stick again, unharmed' offline online transfer.gsb
}

bring_in() {
	local machine=$1 who=$2
	step "$who" "$machine" "imports, after comparing the transfer with the
officers' paper."
	doing --show '/^Importing/,$' "$machine" gapseal-online import "@$who" \
	    --confirm "$(paper transfer)"
	cloud_answered "$machine" receipt-1.gsb '.targets[] |
	    {name, call: .calls[]} |
	    "\(.call.operation) \(.call.request_id) \(.name)"'
}

let_them_use_it() {
	local sum
	step oscar online "looks at what letting Heroku and S3 use the key would
change; nothing is changed yet."
	doing --status 2 online gapseal-online grant @oscar
	sum=$(on online gapseal-online grant @oscar --json 2>/dev/null |
	    jq -er .sha256) || [[ -n $sum ]] || stop 'no changes to confirm'
	step oscar online 'confirms just these changes, by their digest.'
	doing --show '/^  prod-us: /,$' online gapseal-online grant @oscar \
	    --confirm "$sum"
	printf '\nWhat the receipt says of it:\n'
	statement online receipt-2.gsb '.grants[] |
	    "  \(.what) \(.result): \(.name | split(":")[-1])"'
}

do_it_all_again() {
	step 'everybody' 'online" and "offline' 'runs each step once more, as after
a power cut: nothing happens twice.'
	doing --show '/already/' online gapseal-online request @oscar
	doing --show '/already/' offline gapseal-offline seal @alice \
	    --confirm "$(paper request)"
	doing --show '/already/' online gapseal-online import @oscar \
	    --confirm "$(paper transfer)"
	doing online gapseal-online grant @oscar
}

# audit RECEIPTS MACHINE: the auditor gets what the importing machine has, but
# for tokens, and judges by the paper alone.
audit() {
	local i
	local -a files=(plan.gsb request.gsb transfer.gsb)
	for ((i = 1; i <= $1; i++)); do
		files+=("receipt-$i.gsb")
	done
	crossing 'a stick, evidence' offline "$2" journal-offline.jsonl
	crossing 'a stick, evidence' "$2" auditor "${files[@]}" \
	    journal-offline.jsonl journal-online.jsonl
	step anna auditor "verifies it all by the plan's digest from her paper,
then takes the bundles apart for other people's programs."
	doing auditor gapseal-online verify --plan "$(paper plan)"
	for i in "${files[@]}"; do
		on auditor gapseal-online export "$i" \
		    --to "evidence/${i%.gsb}" >>"$CEREMONY/said" 2>&1 ||
		    stop "cannot export $i"
	done
}

first_act() {
	weeks_before
	chapter 'The day'
	ask_for_parameters '1,$'
	step alice offline 'tries every primitive against known answers.'
	doing --show '/all self-tests/,$' offline gapseal-offline selftest
	in_the_room '1,$'
	crossing 'a stick' offline online transfer.gsb request.gsb
	changed_on_the_way
	bring_in online oscar
	let_them_use_it
	do_it_all_again
	chapter 'Ever after'
	audit 2 online
}

second_act() {
	step alice offline "has a signing key already, made by openssl: a
certificate authority's, say. It shall move into KMS."
	doing offline openssl genpkey -algorithm EC -pkeyopt \
	    ec_paramgen_curve:P-256 -out ../tmp/old.pem
	remember_secret "$CEREMONY/offline/tmp/old.pem"
	step oscar online 'writes the plan; alice and bob approve it.'
	write_plan --to "$(in_dir online)/plan.json" --name signing-2026-11 \
	    --spec ECC_NIST_P256 --usage SIGN_VERIFY --source receive \
	    --independent --jq '.targets[0] += {name: "signer",
	        alias: "alias/signer", wrapping: {spec: "RSA_4096",
	        algorithm: "RSA_AES_KEY_WRAP_SHA_256"}}'
	doing online gapseal-online plan check plan.json
	crossing 'a stick' online offline plan.json
	approve_plan '/^next/,$'
	know_the_plan offline online online2
	ask_for_parameters '/^next/,$'
	in_the_room '/^Signed/,$' --from ../tmp/old.pem
	shred -u "$CEREMONY/offline/tmp/old.pem"
	crossing 'a stick that oscar never gets' offline online2 \
	    transfer.gsb request.gsb
	crossing 'another stick' online online2 tokens.gsb
	step oscar online2 'may not import what he himself asked for:'
	doing --status 3 --show '/^gapseal/,$' online2 gapseal-online import @oscar \
	    --confirm "$(paper transfer)"
	bring_in online2 olga
	audit 1 online2
}

# What the search for secrets looks for, and what the key's public half is.
remember_secret() {
	openssl pkcs8 -topk8 -nocrypt -outform DER -in "$1" |
	    tail -c +37 | head -c 32 >"$SECRETS/key.secret"
	openssl pkey -in "$1" -pubout -outform DER -out "$SECRETS/public.der"
}
