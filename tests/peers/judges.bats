# Other people's programs judge what ours made: AWS's own client reads and uses
# the keys, openssl and PyCryptodome open what was wrapped to a key that the
# test holds, openssl and securesystemslib verify what was signed, and a live
# OpenBao exports the keys that `seal` receives.

source "$BATS_TEST_DIRNAME/../lib/peers.bash"
# shellcheck source=tests/peers/servers.bash
source "$GAPSEAL_TOP/tests/peers/servers.bash"

setup_file() {
	begin_file standin && start_bao "$BATS_FILE_TMPDIR/servers" || return
	bao POST sys/mounts/transit '{"type": "transit"}'
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 \
	    -out "$BATS_FILE_TMPDIR/test-held.pem" 2>/dev/null
}

setup() {
	begin_test
	cd "$BATS_TEST_TMPDIR"
}

teardown_file() {
	end_file
	stop_servers "$BATS_FILE_TMPDIR/servers"
}

aws_kms() {
	on online aws --region us-east-1 --output json kms "$@"
}

bao() {
	curl --silent --show-error --fail --noproxy '*' -X "$1" \
	    -H 'X-Vault-Token: root' ${3+--data "$3"} "$BAO_ADDR/v1/$2"
}

key_arn() {
	statement request.gsb '.targets[0].key_arn'
}

# AWS's client -------------------------------------------------------------

@test "the aws CLI reads the key's state, names and policy" {
	imported
	local arn
	arn=$(key_arn)
	aws_kms describe-key --key-id alias/prod-us |
	    jq -e --arg arn "$arn" '.KeyMetadata | .Arn == $arn and
	        .KeyState == "Enabled" and .Origin == "EXTERNAL" and
	        .ExpirationModel == "KEY_MATERIAL_DOES_NOT_EXPIRE" and
	        .KeySpec == "SYMMETRIC_DEFAULT"'
	aws_kms describe-key --key-id "$arn" |
	    jq -re .KeyMetadata.CurrentKeyMaterialId >id
	assert_equal "$(<id)" \
	    "$(statement receipt-1.gsb '.targets[0].key_material_id')"
	aws_kms list-resource-tags --key-id "$arn" |
	    jq -e --arg plan "$(paper plan)" '[.Tags[] |
	        {(.TagKey): .TagValue}] | add == {
	            "gapseal:ceremony": "payments-2026-11",
	            "gapseal:plan": $plan, "gapseal:target": "prod-us"}'
	aws_kms get-key-policy --key-id "$arn" --policy-name default |
	    jq -rj .Policy | sha256sum >policy
	assert_equal "$(cut -c 1-64 policy)" \
	    "$(statement request.gsb '.targets[0].policy_sha256')"
}

@test "the aws CLI encrypts and decrypts with a symmetric key" {
	imported
	echo hello >text
	aws_kms encrypt --key-id alias/prod-us --plaintext "fileb://$PWD/text" |
	    jq -re .CiphertextBlob | base64 -d >blob
	# Bytes 5 to 36 of a ciphertext name the material that it needs.
	assert_equal "$(statement receipt-1.gsb '.targets[0].key_material_id')" \
	    "$(xxd -s 5 -l 32 -p -c 64 blob)"
	aws_kms decrypt --ciphertext-blob "fileb://$PWD/blob" >answer
	assert_equal hello "$(jq -r .Plaintext answer | base64 -d)"
}

@test "an expiry of the plan is what the aws CLI sees" {
	local until
	until=$(date -u -d '+100 days' +%Y-%m-%dT00:00:00Z)
	imported --expires "$until"
	aws_kms describe-key --key-id alias/prod-us |
	    jq -re '.KeyMetadata | select(.ExpirationModel ==
	        "KEY_MATERIAL_EXPIRES") | .ValidTo | floor' >seen
	assert_equal "$(date -d "$until" +%s)" "$(<seen)"
}

@test "the aws CLI's MAC is the one in the transfer" {
	imported --spec HMAC_384 --usage GENERATE_VERIFY_MAC
	{
		printf 'gapseal import check v1\0'
		xxd -r -p <<<"$(paper request)"
	} >message
	aws_kms generate-mac --key-id "$(key_arn)" --mac-algorithm \
	    HMAC_SHA_384 --message "fileb://$PWD/message" >answer
	assert_equal "$(statement transfer.gsb .key.mac)" \
	    "$(jq -r .Mac answer)"
}

# signs_for SPEC KMS-ALGORITHM OPENSSL-COMMAND...: what the CLI has signed by
# KMS, openssl verifies under the room's public key.
signs_for() {
	local spec=$1 algorithm=$2
	shift 2
	imported --spec "$spec" --usage SIGN_VERIFY \
	    --wrap RSA_AES_KEY_WRAP_SHA_256 RSA_4096
	statement transfer.gsb .key.public_key | base64 -d >public.der
	echo 'what was agreed' >message
	aws_kms sign --key-id alias/prod-us --signing-algorithm "$algorithm" \
	    --message "fileb://$PWD/message" |
	    jq -re .Signature | base64 -d >signature
	"$@" -verify -pubin -inkey public.der -keyform DER -rawin \
	    -in message -sigfile signature
	echo 'and changed' >>message
	run ! "$@" -verify -pubin -inkey public.der -keyform DER -rawin \
	    -in message -sigfile signature
}

@test "openssl verifies what an imported P-256 key signs" {
	signs_for ECC_NIST_P256 ECDSA_SHA_256 \
	    openssl pkeyutl -digest sha256
}

@test "openssl verifies what an imported RSA key signs" {
	signs_for RSA_2048 RSASSA_PSS_SHA_256 openssl pkeyutl -digest sha256 \
	    -pkeyopt rsa_padding_mode:pss
}

@test "openssl verifies what an imported Ed25519 key signs" {
	signs_for ECC_NIST_EDWARDS25519 ED25519_SHA_512 openssl pkeyutl
}

# A wrapping key that the test holds ---------------------------------------

# wrapped_for FILE [WRITE-PLAN-OPTION...]: received and wrapped for four (two)
# targets, all with the public key of the test.
wrapped_for() {
	local file=$1
	shift
	act "$(jq -n --arg pem "$(openssl pkey -pubout \
	    -in "$BATS_FILE_TMPDIR/test-held.pem")" \
	    '{act: "substitute", pem: $pem}')"
	requested --source receive "$@"
	cp "$file" "$CEREMONY/offline/tmp/"
	quietly do_seal --from "../tmp/${file##*/}"
	carry offline online transfer.gsb
}

# targets ALGORITHM...: for write_plan's --jq, one for each.
targets() {
	printf '.targets[0] as $t | .targets = ['
	printf '%s\n' "$@" | jq -Rsr 'split("\n") | map(select(. != "") |
	    (ascii_downcase | gsub("_"; "-")) as $name |
	    "$t + {name: \"\($name)\", alias: \"alias/\($name)\", wrapping:
	        {algorithm: \"\(.)\", spec: \"RSA_3072\"}}") | join(",")'
	printf ']'
}

# opened_by_openssl ALGORITHM < wrapped
opened_by_openssl() {
	local hash=sha256 key=$BATS_FILE_TMPDIR/test-held.pem
	[[ $1 != *_SHA_1 ]] || hash=sha1
	cat >blob
	head -c 384 blob | openssl pkeyutl -decrypt -inkey "$key" \
	    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:$hash \
	    -pkeyopt rsa_mgf1_md:$hash >inner || return
	if [[ $1 == RSAES_* ]]; then
		assert_equal 384 "$(stat -c %s blob)" && cat inner
		return
	fi
	tail -c +385 blob | openssl enc -d -id-aes256-wrap-pad -iv A65959A6 \
	    -K "$(xxd -p -c 64 inner)"
}

# everybody_opens MATERIAL ALGORITHM...: and finds just that.
everybody_opens() {
	local material=$1 algorithm i=0
	shift
	for algorithm; do
		statement transfer.gsb ".targets[$i].wrapped" |
		    base64 -d >wrapped
		i=$((i + 1))
		opened_by_openssl "$algorithm" <wrapped | cmp - "$material"
		"$python" "$GAPSEAL_TOP/tests/lib/open_wrapped.py" "$algorithm" \
		    "$BATS_FILE_TMPDIR/test-held.pem" <wrapped |
		    cmp - "$material"
	done
	assert_equal "$("$python" "$GAPSEAL_TOP/tests/lib/open_wrapped.py" \
	    commitment "$(paper plan)" <"$material")" \
	    "$(statement transfer.gsb .key.commitment)"
}

@test "openssl and PyCryptodome open what was received: 32 bytes, OAEP" {
	local -a ways=(RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256)
	openssl rand 32 >material
	wrapped_for material --jq "$(targets "${ways[@]}")"
	everybody_opens material "${ways[@]}"
}

@test "openssl and PyCryptodome open what was received: P-256, all ways" {
	local -a ways=(RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256
		RSA_AES_KEY_WRAP_SHA_1 RSA_AES_KEY_WRAP_SHA_256)
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	    -out key.pem
	openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out material
	wrapped_for key.pem --spec ECC_NIST_P256 --usage SIGN_VERIFY \
	    --jq "$(targets "${ways[@]}")"
	everybody_opens material "${ways[@]}"
}

@test "openssl and PyCryptodome open what was received: RSA-4096, KWP" {
	local -a ways=(RSA_AES_KEY_WRAP_SHA_1 RSA_AES_KEY_WRAP_SHA_256)
	openssl genrsa -traditional -out key.pem 4096 2>/dev/null
	openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out material
	wrapped_for key.pem --spec RSA_4096 --usage SIGN_VERIFY \
	    --jq "$(targets "${ways[@]}")"
	everybody_opens material "${ways[@]}"
}

@test "each wrap draws its own seed and AES key" {
	openssl rand 32 >material
	wrapped_for material --jq "$(targets RSAES_OAEP_SHA_256) |
	    .targets += [.targets[0] + {name: \"twin\", alias: \"alias/twin\"}]"
	statement transfer.gsb '[.targets[].wrapped] | unique | length == 2'
	# As long as the mask hides it, nothing of the key shows in the clear.
	"$GAPSEAL_TOP/tests/lib/find_secret.py" material "$CEREMONY/online"
}

# What was signed ----------------------------------------------------------

# exported FILE...: in exported/FILE, without our extension.
exported() {
	local file
	for file; do
		quietly on online gapseal-online export "$file" \
		    --to "../exported/${file%.gsb}" || return
	done
	ln -s "$CEREMONY/online/exported" exported
}

# good_signatures DIR KIND: how many openssl finds good, by the exported keys.
good_signatures() {
	local pem id sig count=0
	for pem in "$1"/*.pem; do
		id=$(openssl pkey -pubin -in "$pem" -outform DER | sha256sum)
		sig=$(jq -r --arg id "${id%% *}" '.signatures[] |
		    select(.keyid == $id) | .sig' "$1/$2.dsse.json")
		[[ -n $sig ]] || continue
		base64 -d <<<"$sig" >signature
		openssl pkeyutl -verify -pubin -inkey "$pem" -rawin \
		    -in "$1/$2.signed" -sigfile signature >/dev/null || continue
		count=$((count + 1))
	done
	echo "$count"
}

@test "openssl verifies every exported signature" {
	imported
	exported plan.gsb request.gsb tokens.gsb transfer.gsb receipt-1.gsb
	assert_equal 2 "$(good_signatures exported/plan plan)"
	assert_equal 3 "$(good_signatures exported/request request)"
	assert_equal 1 "$(good_signatures exported/tokens tokens)"
	assert_equal 2 "$(good_signatures exported/transfer transfer)"
	assert_equal 1 "$(good_signatures exported/receipt-1 receipt)"
	printf x >>exported/transfer/transfer.signed
	assert_equal 0 "$(good_signatures exported/transfer transfer)"
}

@test "sha256sum and zcat read what was exported" {
	local kind
	imported
	exported plan.gsb request.gsb transfer.gsb
	for kind in plan request transfer; do
		assert_equal "$(paper $kind)" \
		    "$(sha256sum <exported/$kind/$kind.signed | cut -c 1-64)"
	done
	zcat exported/plan/plan.payload.gz |
	    cmp - "$(in_dir offline)/plan.json"
	zcat exported/transfer/transfer.payload.gz |
	    jq -e --arg request "$(paper request)" '.request == $request'
}

judge() {
	"$python" "$GAPSEAL_TOP/tests/lib/dsse_judge.py" "$@"
}

@test "securesystemslib takes the envelope by two, and no changed one" {
	local dir=exported/transfer
	imported
	exported transfer.gsb plan.gsb
	judge $dir/transfer.dsse.json 2 $dir/alice.pem $dir/bob.pem
	# A stranger's key is no second one, nor is the same key twice.
	openssl genpkey -algorithm ED25519 | openssl pkey -pubout >stranger.pem
	run ! judge $dir/transfer.dsse.json 2 $dir/alice.pem stranger.pem
	jq '.signatures[1] = .signatures[0]' $dir/transfer.dsse.json >twice
	run ! judge twice 2 $dir/alice.pem $dir/bob.pem
	jq '.payload |= (.[:100] + "AAAA" + .[104:])' \
	    $dir/transfer.dsse.json >changed
	run ! judge changed 2 $dir/alice.pem $dir/bob.pem
	# A practice envelope is none of the real kind.
	jq '.payloadType |= sub("practice."; "")' $dir/transfer.dsse.json >real
	run ! judge real 2 $dir/alice.pem $dir/bob.pem
	run ! judge real 1 $dir/alice.pem $dir/bob.pem
}

# A live OpenBao -----------------------------------------------------------

# bao_key TYPE PATH: a new exportable key, its export in export.json.
bao_key() {
	local name=$1-$BATS_TEST_NUMBER
	bao POST "transit/keys/$name" \
	    "{\"type\": \"$1\", \"exportable\": true}" >/dev/null
	bao GET "transit/export/$2/$name" >export.json
}

# received SPEC USAGE ALGORITHM [SEAL-OPTION...]: seal takes export.json, and
# the operator imports it.
received() {
	requested --source receive --spec "$1" --usage "$2" --wrap "$3" RSA_3072
	cp export.json "$CEREMONY/offline/tmp/"
	assert_ok do_seal --from ../tmp/export.json "${@:4}"
	statement transfer.gsb .key.way offline >way
	assert_equal vault-export "$(<way)"
	quietly do_import
}

# KMS holds exactly the bytes of that file.
kms_holds() {
	assert_equal "$(sha256sum <"$1" | cut -c 1-64)" \
	    "$(cloud '.keys[0].materials[].sha256')"
}

@test "OpenBao's AES key arrives in KMS" {
	bao_key aes256-gcm96 encryption-key
	received SYMMETRIC_DEFAULT ENCRYPT_DECRYPT RSAES_OAEP_SHA_256
	jq -r '.data.keys["1"]' export.json | base64 -d >material
	kms_holds material
}

@test "OpenBao's AES key arrives in the version that was named" {
	local name=aes256-gcm96-$BATS_TEST_NUMBER
	bao_key aes256-gcm96 encryption-key
	bao POST "transit/keys/$name/rotate" >/dev/null
	bao GET "transit/export/encryption-key/$name" >export.json
	received SYMMETRIC_DEFAULT ENCRYPT_DECRYPT RSAES_OAEP_SHA_256 \
	    --key-version 2
	jq -r '.data.keys["2"]' export.json | base64 -d >material
	kms_holds material
}

# pkcs8_of_export: openssl's PKCS#8 of the exported PEM.
pkcs8_of_export() {
	jq -r '.data.keys["1"]' export.json |
	    openssl pkcs8 -topk8 -nocrypt -outform DER -out material
}

@test "OpenBao's RSA key arrives in KMS" {
	bao_key rsa-2048 signing-key
	received RSA_2048 SIGN_VERIFY RSA_AES_KEY_WRAP_SHA_256
	pkcs8_of_export
	kms_holds material
}

@test "OpenBao's P-256 key arrives in KMS" {
	bao_key ecdsa-p256 signing-key
	received ECC_NIST_P256 SIGN_VERIFY RSA_AES_KEY_WRAP_SHA_256
	pkcs8_of_export
	kms_holds material
}

# 64 bytes, Go's way: the seed and the public key. RFC 8410 wraps the seed.
@test "OpenBao's Ed25519 key arrives in KMS, and signs as there" {
	bao_key ed25519 signing-key
	received ECC_NIST_EDWARDS25519 SIGN_VERIFY RSAES_OAEP_SHA_256
	{
		xxd -r -p <<<302e020100300506032b657004220420
		jq -r '.data.keys["1"]' export.json | base64 -d | head -c 32
	} >material
	kms_holds material
	# Ed25519 has one signature for a key and a message.
	echo agreed >message
	aws_kms sign --key-id alias/prod-us --signing-algorithm \
	    ED25519_SHA_512 --message "fileb://$PWD/message" |
	    jq -re .Signature >by-kms
	bao POST "transit/sign/ed25519-$BATS_TEST_NUMBER" \
	    "{\"input\": \"$(base64 message)\"}" |
	    jq -re '.data.signature | ltrimstr("vault:v1:")' >by-bao
	cmp by-kms by-bao
}
