# shellcheck shell=bash
#
# The judges of the rehearsal: other people's programs that look at what
# gapseal left behind. Each function is a claim, true when it returns 0.

# statement MACHINE FILE FILTER: from what a bundle says.
statement() {
	on "$1" gapseal-online inspect --json "$2" 2>/dev/null |
	    jq -er ".statement | $3"
}

# evidence FILE FILTER: the same of what the auditor has, by zcat and jq.
evidence() {
	zcat "$(in_dir auditor)/evidence/${1%.gsb}"/*.payload.gz | jq -er "$2"
}

# aws_reads REGION COMMAND...: AWS's own client, by the auditor's credentials.
aws_reads() {
	on auditor aws --region "$1" --output json "${@:2}"
}

# each_target COMMAND...: with NAME REGION ARN behind it.
each_target() {
	local name arn region count=0
	while read -r name arn; do
		IFS=: read -r _ _ _ region _ <<<"$arn"
		"$@" "$name" "$region" "$arn" || return
		count=$((count + 1))
	done < <(evidence transfer.gsb '.targets[] | "\(.name) \(.key_arn)"')
	((count > 0))
}

no_network_offline() {
	local devices
	devices=$(on offline cat /proc/net/dev | tail -n +3 |
	    grep -cvE '^ *lo: *0 ') || true
	[[ $devices == 0 && -z $(on offline tail -n +2 /proc/net/route) ]] &&
	    curl --silent --noproxy '*' -o /dev/null "$MINISTACK_URL" &&
	    ! on offline curl --silent --noproxy '*' "$MINISTACK_URL"
}

key_is_enabled() {
	aws_reads "$2" kms describe-key --key-id "$3" | tee /dev/stderr |
	    jq -e '.KeyMetadata | .KeyState == "Enabled" and
	        .Origin == "EXTERNAL"' >/dev/null
}

key_has_names() {
	local plan
	plan=$(paper plan)
	aws_reads "$2" kms list-aliases --key-id "$3" |
	    jq -e --arg a "alias/$1" '[.Aliases[].AliasName] == [$a]' &&
	    aws_reads "$2" kms list-resource-tags --key-id "$3" |
	    tee /dev/stderr |
	    jq -e --arg plan "$plan" --arg target "$1" \
	        '[.Tags[].TagValue] | index($plan) and index($target)'
}

only_key() {
	aws_reads "$2" kms list-keys | tee /dev/stderr |
	    jq -e --arg arn "$3" '[.Keys[].KeyArn] == [$arn]' >/dev/null
}

nothing_twice() {
	each_target only_key &&
	    [[ ! -e $(in_dir online)/receipt-3.gsb ]]
}

# KMS encrypts with what was imported, and gets it back.
key_works() {
	echo rehearsal >"$CEREMONY/.plain"
	aws_reads "$2" kms encrypt --key-id "$3" \
	    --plaintext "fileb://$CEREMONY/.plain" |
	    jq -r .CiphertextBlob | base64 -d >"$CEREMONY/.blob" &&
	    aws_reads "$2" kms decrypt --key-id "$3" \
	        --ciphertext-blob "fileb://$CEREMONY/.blob" |
	    jq -r .Plaintext | base64 -d | cmp - "$CEREMONY/.plain"
}

# proof_is RECEIPT KIND STRENGTH
proof_is() {
	evidence "$1" ".targets | all(.state == \"imported\" and
	    .proof.kind == \"$2\" and .proof.strength == \"$3\")"
}

# The journal knows of one attempt for each target: the one that succeeded.
no_call_refused() {
	grep -q 'does not verify' "$CEREMONY/said" &&
	    jq -s '[.[] | select(.step == "import" and .result == "begin")] |
	        length == 2' "$(in_dir online)/journal-online.jsonl" |
	    grep -x true
}

# The account's own statement is untouched and Heroku's are there.
policy_grants_heroku() {
	aws_reads us-east-1 kms get-key-policy --key-id alias/prod-us \
	    --policy-name default | jq -r .Policy | tee /dev/stderr |
	    jq -e '[.Statement[].Principal.AWS] ==
	        ["arn:aws:iam::111122223333:root",
	         "arn:aws:iam::021876802972:root",
	         "arn:aws:iam::021876802972:root"]'
}

bucket_uses_key() {
	local arn
	arn=$(evidence request.gsb '.targets[0].key_arn') &&
	    aws_reads us-east-1 s3api get-bucket-encryption \
	        --bucket payments-archive | tee /dev/stderr |
	    jq -e --arg arn "$arn" '.ServerSideEncryptionConfiguration.Rules[0] |
	        .BucketKeyEnabled and
	        .ApplyServerSideEncryptionByDefault.KMSMasterKeyID == $arn'
}

addon_uses_key() {
	local arn
	arn=$(evidence request.gsb '.targets[0].key_arn') &&
	    control "$HEROKU_URL" state | tee /dev/stderr |
	    jq -e --arg arn "$arn" '.addons | length == 1 and
	        (tostring | contains($arn) and contains("payments-db"))'
}

# The plan's keys, with gunzip, jq and openssl alone: KEY-ID.pem each.
plan_keys() {
	local key
	zcat plan/plan.payload.gz | jq -r '.people[] | .key // empty' |
	    while read -r key; do
		    base64 -d <<<"$key" >key.der &&
		        openssl pkey -pubin -inform DER -in key.der \
		            -out "$(sha256sum <key.der | cut -c 1-64).pem" ||
		        return
	    done
}

# signed_by_openssl DIR KIND COUNT: as many signatures, all of them good.
signed_by_openssl() {
	local id sig count=0
	while read -r id sig; do
		base64 -d <<<"$sig" >signature &&
		    openssl pkeyutl -verify -pubin -inkey "$id.pem" -rawin \
		        -in "$1/$2.signed" -sigfile signature || return
		count=$((count + 1))
	done < <(jq -r '.signatures[] | "\(.keyid) \(.sig)"' \
	    "$1/$2.dsse.json")
	((count == $3)) || return
	# The envelope's payload is the signed one.
	cmp <(jq -r .payload "$1/$2.dsse.json" | base64 -d) \
	    "$1/$2.payload.gz" &&
	    cmp <(tail -c "$(stat -c %s "$1/$2.payload.gz")" \
	        "$1/$2.signed") "$1/$2.payload.gz"
}

# envelopes_verify RECEIPTS: what the auditor exported, in evidence/.
envelopes_verify() (
	cd "$(in_dir auditor)/evidence" && plan_keys &&
	    signed_by_openssl plan plan 2 &&
	    signed_by_openssl request request 3 &&
	    signed_by_openssl transfer transfer 2 || return
	for ((i = 1; i <= $1; i++)); do
		signed_by_openssl "receipt-$i" receipt 1 || return
	done
)

# What was signed is what was read aloud, by sha256sum.
digests_agree() (
	cd "$(in_dir auditor)/evidence" || return
	for kind in plan request transfer; do
		[[ $(sha256sum <$kind/$kind.signed) == "$(paper $kind)"* ]] ||
		    return
	done
)

# The key that was received, by openssl, is the one that KMS shows and uses.
same_public_key() {
	aws_reads us-east-1 kms get-public-key --key-id alias/signer |
	    jq -r .PublicKey | base64 -d | cmp - "$SECRETS/public.der"
}

signature_verifies() {
	echo rehearsal >"$CEREMONY/.plain"
	aws_reads us-east-1 kms sign --key-id alias/signer \
	    --signing-algorithm ECDSA_SHA_256 \
	    --message "fileb://$CEREMONY/.plain" | jq -r .Signature |
	    base64 -d >"$CEREMONY/.signature" &&
	    openssl dgst -sha256 -keyform DER -verify "$SECRETS/public.der" \
	        -signature "$CEREMONY/.signature" "$CEREMONY/.plain"
}

two_operators() {
	local asked imported
	asked=$(evidence request.gsb '.targets[0].requested_by') &&
	    imported=$(evidence receipt-1.gsb \
	        '.targets[0].imported_by') || return
	echo "asked: $asked, imported: $imported"
	[[ $asked == *:user/oscar && $imported == *:user/olga ]]
}

# Every file of every machine, and all that was said. The search must be able
# to find what it looks for: one copy is planted, for the length of a search.
nothing_secret() {
	local secret place=$CEREMONY/online/tmp/planted
	local -a places=("$CEREMONY"/{offline,online,online2,auditor,paper,said})
	for secret in "$SECRETS"/*.secret; do
		base64 -w 0 "$secret" >"$place"
		! tests/lib/find_secret.py "$secret" "${places[@]}" ||
		    return
		rm "$place"
		tests/lib/find_secret.py "$secret" "${places[@]}" ||
		    return
	done
}
