# Received keys: what each form of them is taken for, and what is refused.
# That the right bytes arrive is judged by opening what was wrapped.

source "$BATS_TEST_DIRNAME/../lib/cli.bash"

key=9f4c1d7e02b86a35f1c04e9d7b2a68533c8ef017a4d95b26e0137fc8429ad6b1
vault=$GAPSEAL_TOP/tests/vectors/vault

setup_file() {
	begin_file && room_ready --source receive
}

teardown_file() {
	end_file
}

setup() {
	begin_test
	cd "$CEREMONY/secrets"
}

# seal FILE [OPTION...]: the file is brought into the room first; - is stdin.
seal() {
	local from=$1
	shift
	if [[ $from != - ]]; then
		bring "$from"
		from=../../secrets/stick
	fi
	on offline gapseal-offline seal @alice --confirm "$(paper request)" \
	    --from "$from" "$@"
}

# unsealed STATUS TEXT HINT FILE [OPTION...]: it is refused, no transfer made.
unsealed() {
	[[ $4 == - ]] || bring "$4"
	assert_refused "$1" "$2" "$3" seal "${@:4}"
	[[ $stderr == *": hint: "* ]]
	[[ ! -e $dir/transfer.gsb ]]
}

bring() {
	cp "$1" "$CEREMONY/secrets/stick"
}

bytes() {
	xxd -r -p <<<"${1:-$key}"
}

# sealed HEX WAY: what the cloud would unwrap, and what the transfer says.
sealed() {
	assert_equal "$1" "$(forge unwrap "$dir/transfer.gsb" prod-us \
	    "$CEREMONY/wrapping" | xxd -p -c 9999)"
	assert_equal "$2" \
	    "$(forge payload "$dir/transfer.gsb" | jq -r .key.way)"
}

# A ceremony for another kind of key: receives SPEC USAGE [WRAPPING].
receives() {
	rm -rf "$CEREMONY/offline"
	machine offline
	plan_ready --source receive --spec "$1" --usage "$2" \
	    --wrap "${3:-RSAES_OAEP_SHA_256}" RSA_2048
	forge_request
	approve_request
}

@test "raw bytes" {
	bytes >raw
	assert_ok seal raw
	assert_says "Received a key, read as raw."
	sealed $key file
}

@test "hex of either case, in one line or several" {
	fold -w 16 <<<"${key^^}" >hex
	assert_ok seal hex
	assert_says "read as hex"
	sealed $key file
}

@test "base64" {
	bytes | base64 >b64
	assert_ok seal b64
	assert_says "read as base64"
	sealed $key file
}

@test "from stdin, of which no file is left" {
	assert_ok seal - <<<"$key"
	sealed $key file
	run grep -r "$key" "$CEREMONY/offline"
	((status == 1))
}

@test "a form that is named is not guessed" {
	bytes >raw
	unsealed 3 "no key was received: it is not all hex digits" "" \
	    raw --format hex
	printf %s "$key" >hex
	unsealed 3 "it holds 64 bytes, and SYMMETRIC_DEFAULT wants exactly 32" \
	    "" hex --format raw
	unsealed 2 "no format is called 'pgp': raw, hex, base64, pem or vault" \
	    "" raw --format pgp
	assert_ok seal hex --format hex
	sealed $key file
}

@test "what can be read in two ways must be named" {
	# 32 characters that are hex digits: 16 bytes, or 32 as they are.
	printf %s "${key:0:32}" >both
	unsealed 3 "it can be read as hex, and as raw bytes" \
	    "--format hex|raw" both
}

@test "a line feed that an editor put behind raw bytes is noticed" {
	bytes >raw
	echo >>raw
	unsealed 3 "it holds 33 bytes" "its last byte is a line feed" raw
}

@test "nothing, too little, too much" {
	: >empty
	unsealed 3 "'../../secrets/stick' is empty" "" empty
	bytes "${key:0:62}" >short
	unsealed 3 "it holds 31 bytes" "" short
	head -c 100000 /dev/zero >long
	unsealed 3 "no key is that large" "" long
	unsealed 3 "is empty" "" - </dev/null
	assert_refused 1 "cannot open 'nowhere'" "" on offline \
	    gapseal-offline seal @alice --confirm "$(paper request)" \
	    --from nowhere
}

@test "Vault's export, with a warning of which key it is" {
	assert_ok seal "$vault/export-aes256.json"
	assert_says "read as vault"
	assert_says "WARNING: "
	sealed b15ead28c2cdaefe533a5d50284576a4522af15e1f9111b0260e841e65a03b23 \
	    vault-export
	forge payload "$dir/transfer.gsb" | jq -e .key.plaintext_networked
}

@test "Vault's export by its CLI's field" {
	assert_ok seal "$vault/cli-field-key.b64" --format vault
	sealed b15ead28c2cdaefe533a5d50284576a4522af15e1f9111b0260e841e65a03b23 \
	    vault-export
}

@test "of several versions one has to be named" {
	unsealed 2 "it holds 3 versions of the key: 1" \
	    "name the one: --key-version N" \
	    "$vault/export-aes256-rotated3.json"
	unsealed 3 "it holds no version 4 of the key" "" \
	    "$vault/export-aes256-rotated3.json" --key-version 4
	unsealed 2 "a key version is a number from 1" "" \
	    "$vault/export-aes256-rotated3.json" --key-version latest
	assert_ok seal "$vault/export-aes256-rotated3.json" --key-version 2
	assert_says "It is version 2 of the key in that file."
	sealed bcf970b72a316442c4ed1a91d79c541db5afcde48de4eab74bfbddc27f379d26 \
	    vault-export
}

@test "a version is for Vault's answers only" {
	bytes >raw
	unsealed 2 "only a Vault answer in JSON has versions" "" \
	    raw --key-version 1
}

@test "a response-wrapping token is no key" {
	unsealed 3 "it is a response-wrapping token" \
	    "unwrap it where Vault can be reached" \
	    "$vault/wrapped-export-token.json"
}

@test "Vault's refusals, backups and descriptions are no key" {
	unsealed 3 "it is an error that Vault answered: " "" \
	    "$vault/error-403.json"
	unsealed 3 "backup, which this version does not read" \
	    "export the key" "$vault/backup-aes256.json"
	unsealed 3 "describes a key (transit/keys/NAME) and holds none" \
	    "export the key" "$vault/key-read.json"
}

@test "an hmac-key export is not taken for the key beside it" {
	receives RSA_2048 SIGN_VERIFY RSA_AES_KEY_WRAP_SHA_256
	jq '.data.type = "rsa-2048"' "$vault/export-aes256-hmacsub.json" >sub
	unsealed 3 "this is an hmac-key export" "transit/export/signing-key" sub
}

@test "a type that is not the plan's is refused" {
	unsealed 3 "and the plan wants SYMMETRIC_DEFAULT" "" \
	    "$vault/export-rsa-2048.json"
	unsealed 3 "Vault calls it a key of type 'aes128-gcm96'" "" \
	    "$vault/export-aes128-gcm96.json"
}

@test "PEM: PKCS#8, and what openssl makes by default" {
	receives RSA_2048 SIGN_VERIFY RSA_AES_KEY_WRAP_SHA_256
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 \
	    -out pkcs8 2>/dev/null
	assert_ok seal pkcs8
	forge unwrap "$dir/transfer.gsb" prod-us "$CEREMONY/wrapping" |
	    openssl pkey -inform DER -outform PEM >back
	cmp pkcs8 back
	# KMS and everybody may see the public half.
	forge payload "$dir/transfer.gsb" | jq -r .key.public_key |
	    base64 -d | cmp - <(openssl pkey -in pkcs8 -pubout -outform DER)
}

@test "PEM: an EC key with its parameters, an Ed25519 key" {
	receives ECC_NIST_P256 SIGN_VERIFY
	openssl ecparam -name prime256v1 -genkey -out ec
	assert_ok seal ec
	forge unwrap "$dir/transfer.gsb" prod-us "$CEREMONY/wrapping" |
	    openssl pkey -inform DER -pubout |
	    cmp - <(openssl ec -in ec -pubout 2>/dev/null)
	receives ECC_NIST_EDWARDS25519 SIGN_VERIFY
	openssl genpkey -algorithm ED25519 -out ed
	assert_ok seal ed
	forge unwrap "$dir/transfer.gsb" prod-us "$CEREMONY/wrapping" |
	    openssl pkey -inform DER | cmp - ed
}

@test "PEM that is encrypted, public, or a certificate" {
	receives ECC_NIST_P256 SIGN_VERIFY
	openssl ecparam -name prime256v1 -genkey -noout -out ec
	openssl pkcs8 -topk8 -in ec -passout pass:secret -out sealed
	unsealed 3 "it is an encrypted private key" "decrypt it on this" sealed
	openssl ec -in ec -pubout -out public 2>/dev/null
	unsealed 3 "it is a public key: the private half is wanted" "" public
	openssl req -new -x509 -key ec -subj /CN=x -out certificate
	unsealed 3 "it is a certificate" "" certificate
	cat ec ec >two
	unsealed 3 "bytes follow its 'EC PRIVATE KEY' block" "alone" two
}

@test "a key of another size or curve than the plan's" {
	receives ECC_NIST_P256 SIGN_VERIFY
	openssl ecparam -name secp384r1 -genkey -noout -out p384
	unsealed 3 "and the plan wants ECC_NIST_P256" "" p384
	receives RSA_3072 SIGN_VERIFY RSA_AES_KEY_WRAP_SHA_256
	openssl genrsa -out rsa2048 2048 2>/dev/null
	unsealed 3 "it is an RSA key of 2048 bits, and the plan wants RSA_3072" \
	    "" rsa2048
}

@test "weak bytes: one repeated, counting, text, published" {
	local text
	head -c 32 /dev/zero >weak
	unsealed 3 "the key is weak: it is one byte, repeated" \
	    "make a new key" weak
	seq -f %02.0f 0 31 | while read -r text; do
		printf '%02x' "$((10#$text))"
	done | xxd -r -p >weak
	unsealed 3 "the key is weak: it counts up or down" "" weak
	printf %s "${key:0:16}${key:0:16}${key:0:16}${key:0:16}" |
	    xxd -r -p >weak
	unsealed 3 "the key is weak: it repeats a part of itself" "" weak
	printf 'correct horse battery staple !!!' >weak
	unsealed 3 "the key is weak: it is text" "" weak --format raw
	# FIPS 197, appendix A.3.
	bytes 603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4 \
	    >weak
	unsealed 3 "published in a standard or a test suite" "" weak
}

@test "a weak RSA key" {
	receives RSA_2048 SIGN_VERIFY RSA_AES_KEY_WRAP_SHA_256
	"$python" - >close.pem <<'END'
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from Crypto.Util.number import getPrime, isPrime
p = getPrime(1024) | 1 << 1022
while not isPrime(p):
    p += 2
q = p + 2
while not isPrime(q):
    q += 2
n, e, d = p * q, 65537, pow(65537, -1, (p - 1) * (q - 1))
key = rsa.RSAPrivateNumbers(
    p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p),
    rsa.RSAPublicNumbers(e, n)).private_key()
print(key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption()).decode(), end="")
END
	unsealed 3 "the key is weak: " "make a new key" close.pem
}

@test "what was received is in no message" {
	bytes "${key:0:62}" >short
	unsealed 3 "" "" short
	[[ $stderr != *"${key:0:8}"* && $stderr != *"${key:54:8}"* ]]
	echo "${key}00" >long
	unsealed 3 "" "" long
	[[ $stderr != *"${key:0:8}"* ]]
}
