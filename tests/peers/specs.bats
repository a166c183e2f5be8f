# Every key spec with every wrapping that may carry it, imported and proved: a
# ceremony for each spec, with a target for each wrapping. Against the strict
# stand-in all of them; against MiniStack each spec and each algorithm once.

source "$BATS_TEST_DIRNAME/../lib/peers.bash"
# shellcheck source=tests/peers/servers.bash
source "$GAPSEAL_TOP/tests/peers/servers.bash"

setup_file() {
	begin_file standin && start_ministack "$BATS_FILE_TMPDIR/servers"
}

setup() {
	begin_test
}

teardown_file() {
	end_file
	stop_servers "$BATS_FILE_TMPDIR/servers"
}

oaep="RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256"
kwp="RSA_AES_KEY_WRAP_SHA_1 RSA_AES_KEY_WRAP_SHA_256"

# wrappings SPEC: the algorithms that may carry it.
wrappings() {
	case $1 in
	SYMMETRIC_DEFAULT | HMAC_*) echo "$oaep" ;;
	RSA_*) echo "$kwp" ;;
	*) echo "$oaep $kwp" ;;
	esac
}

# all_wraps SPEC: "ALGORITHM SIZE" lines, the whole table.
all_wraps() {
	local algorithm size
	for algorithm in $(wrappings "$1"); do
		for size in RSA_2048 RSA_3072 RSA_4096; do
			[[ $1,$algorithm,$size == \
			    ECC_NIST_P521,RSAES_OAEP_*,RSA_2048 ]] ||
			    echo "$algorithm $size"
		done
	done
}

# few_wraps SPEC: each algorithm once, mostly under small keys: MiniStack makes
# a new one for every call.
few_wraps() {
	local algorithm
	for algorithm in $(wrappings "$1"); do
		case $1,$algorithm in
		SYMMETRIC_DEFAULT,*_256) echo "$algorithm RSA_4096" ;;
		ECC_NIST_P521,RSAES_* | HMAC_384,*_256)
			echo "$algorithm RSA_3072"
			;;
		*) echo "$algorithm RSA_2048" ;;
		esac
	done
}

# targets WRAPS SPEC: the filter that gives the plan a target for each line.
targets() {
	local algorithm size name all=
	while read -r algorithm size; do
		name=${algorithm,,}-${size,,}
		name=${name//_/-}
		all+="\$t + {name: \"$name\", alias: \"alias/$name\", wrapping:
		    {algorithm: \"$algorithm\", spec: \"$size\"}},"
	done < <("$1" "$2")
	echo ".targets[0] as \$t | .targets = [${all%,}]"
}

# ceremony WRAPS SPEC USAGE: all of it; then every target of receipt-1 is
# imported, and proved as the spec allows.
ceremony() {
	local wraps=$1 spec=$2 usage=$3 n
	n=$("$wraps" "$spec" | wc -l)
	sealed --spec "$spec" --usage "$usage" \
	    --jq "$(targets "$wraps" "$spec")"
	assert_ok do_import
	statement receipt-1.gsb '.targets | map(select(.state == "imported" and
	    .proof.result == "match" and
	    .proof.kind == "'"$kind"'" and
	    .proof.strength == "'"$strength"'")) | length' >"$CEREMONY/proved"
	assert_equal "$n" "$(<"$CEREMONY/proved")"
	assert_says "proof: $kind ($strength)"
}

# everywhere SPEC USAGE KIND STRENGTH
everywhere() {
	local kind=$3 strength=$4
	ceremony all_wraps "$1" "$2"
	same_bytes_everywhere "$1"
	asked_as_planned "$1"
	assert_ok on online gapseal-online verify

	CEREMONY=$BATS_TEST_TMPDIR/ministack
	mkdir "$CEREMONY"
	machine offline online
	cloud_env online "$MINISTACK_URL"
	curl --silent --noproxy '*' -XPOST "$MINISTACK_URL/_ministack/reset" \
	    >/dev/null
	ceremony few_wraps "$1" "$2"
}

# One material, of the right length, in every key that was made, and no other.
same_bytes_everywhere() {
	assert_equal "$(all_wraps "$1" | wc -l)" "$(cloud '.keys |
	    map(select(.state == "Enabled" and .spec == "'"$1"'" and
	        .origin == "EXTERNAL" and (.materials | length == 1))) |
	    length')"
	assert_equal 1 "$(cloud '[.keys[].materials[].sha256] | unique |
	    length')"
	[[ $1 != SYMMETRIC_DEFAULT && $1 != HMAC_* ]] ||
	    assert_equal "$(length_of "$1")" \
	        "$(cloud '.keys[0].materials[].length')"
}

length_of() {
	case $1 in
	SYMMETRIC_DEFAULT | HMAC_256) echo 32 ;;
	HMAC_224) echo 28 ;;
	HMAC_384) echo 48 ;;
	HMAC_512) echo 64 ;;
	esac
}

# KMS was asked for just those parameters.
asked_as_planned() {
	assert_equal "$(all_wraps "$1" | sort)" "$(control "$STANDIN_URL" \
	    'log?operation=GetParametersForImport' | jq -r '.calls[].request |
	        "\(.WrappingAlgorithm) \(.WrappingKeySpec)"' | sort)"
}

@test "a symmetric key: round trip, asserted" {
	everywhere SYMMETRIC_DEFAULT ENCRYPT_DECRYPT round-trip asserted
	assert_tells "asserted by this machine and KMS alone"
	assert_tells "shown only by a second operator's import"
	# MiniStack lists no materials, and the receipt says so.
	assert_tells "NOTE: ListKeyRotations is not answered"
	statement receipt-1.gsb '.targets | all(.deviations[0] |
	    startswith("ListKeyRotations is not answered"))'
}

@test "the symmetric key's id is the one that KMS tells everywhere" {
	sealed
	do_import
	statement receipt-1.gsb '.targets[0].key_material_id' \
	    >"$CEREMONY/id"
	assert_equal "$(cloud '.keys[0].materials | keys[0]')" \
	    "$(<"$CEREMONY/id")"
	# Nothing to add where KMS lists its materials.
	statement receipt-1.gsb '.targets[0].deviations == []'
}

@test "HMAC_224: KMS gives the room's MAC" {
	everywhere HMAC_224 GENERATE_VERIFY_MAC mac independent
	assert_tells "KMS computed the MAC that the room computed"
	assert_tells "It does not show that nobody else"
}

@test "HMAC_256: KMS gives the room's MAC" {
	everywhere HMAC_256 GENERATE_VERIFY_MAC mac independent
}

@test "HMAC_384: KMS gives the room's MAC" {
	everywhere HMAC_384 GENERATE_VERIFY_MAC mac independent
}

@test "HMAC_512: KMS gives the room's MAC" {
	everywhere HMAC_512 GENERATE_VERIFY_MAC mac independent
}

@test "RSA_2048 for signing: the public key, and a signature" {
	everywhere RSA_2048 SIGN_VERIFY public-key independent
	assert_tells "KMS has the room's public key and used its private half"
}

@test "RSA_3072 for decryption: the public key, and a decryption" {
	everywhere RSA_3072 ENCRYPT_DECRYPT public-key independent
	assert_equal 0 "$(calls Sign)"
	assert_equal 6 "$(calls Decrypt)"
}

@test "RSA_4096 for signing: the public key, and a signature" {
	everywhere RSA_4096 SIGN_VERIFY public-key independent
	assert_equal 6 "$(calls Sign)"
}

@test "ECC_NIST_P256: the public key, and a signature" {
	everywhere ECC_NIST_P256 SIGN_VERIFY public-key independent
	assert_equal 12 "$(calls Sign)"
}

@test "ECC_NIST_P384: the public key, and a signature" {
	everywhere ECC_NIST_P384 SIGN_VERIFY public-key independent
}

@test "ECC_NIST_P521: the public key, and a signature" {
	everywhere ECC_NIST_P521 SIGN_VERIFY public-key independent
}

@test "ECC_SECG_P256K1: the public key, and a signature" {
	everywhere ECC_SECG_P256K1 SIGN_VERIFY public-key independent
}

@test "ECC_NIST_EDWARDS25519: the public key, and a signature" {
	everywhere ECC_NIST_EDWARDS25519 SIGN_VERIFY public-key independent
}

@test "a key for agreement: the public key, and no more is claimed" {
	local kind=public-key strength=independent
	ceremony few_wraps ECC_NIST_P384 KEY_AGREEMENT
	assert_tells "KMS shows the room's public key"
	assert_tells "the private half was not tried"
	assert_equal 0 "$(calls Sign)"
}
