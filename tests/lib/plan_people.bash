# shellcheck shell=bash
#
# The people of a test's ceremony, and plans that name them. Part of
# ceremony.bash.
#
#   alice bob           officers
#   oscar olga          operators
#   carol dave erin     custodians; they sign nothing
#   anna                an auditor

passphrase() {
	echo "the long passphrase of $1"
}

# people NAME...: an identity each, on their own sticks in $CEREMONY_STICKS
# (default: $CEREMONY/sticks; tests of one file may share them). Made by
# openssl with a cheap scrypt, so that a test does not wait for the dear one
# of `identity`: a quarter of a second each time that one is opened.
CEREMONY_STICKS=${CEREMONY_STICKS:-$CEREMONY/sticks}
people() {
	local name key
	mkdir -p "$CEREMONY_STICKS"
	for name; do
		key=$CEREMONY_STICKS/$name
		[[ ! -e $key.key ]] || continue
		openssl genpkey -algorithm ED25519 -out "$key.plain" &&
		    openssl pkey -in "$key.plain" -pubout -out "$key.pub" &&
		    openssl pkcs8 -topk8 -in "$key.plain" -out "$key.key" \
		        -v2 aes-256-cbc -scrypt -scrypt_N 1024 -scrypt_r 8 \
		        -scrypt_p 1 -passout "pass:$(passphrase "$name")" &&
		    rm "$key.plain" || return
	done
}

# bring_key MACHINE NAME: they plug in their stick.
bring_key() {
	[[ ! -e $CEREMONY/$1/$2.key ]] || return 0
	people "$2" && cp "$CEREMONY_STICKS/$2.key" "$CEREMONY/$1/$2.key"
}

# person NAME ROLE: the line for the plan.
person() {
	local pub=
	case $2 in
	officer | operator | auditor)
		people "$1" || return
		pub=$(grep -v -e '^---' "$CEREMONY_STICKS/$1.pub")
		;;
	esac
	jq -n --arg name "$1" --arg role "$2" --arg key "$pub" \
	    '{name: $name, roles: [$role]} +
	     if $key == "" then {} else {key: $key} end'
}

everybody() {
	person alice officer && person bob officer &&
	    person oscar operator && person olga operator &&
	    person carol custodian && person dave custodian &&
	    person erin custodian && person anna auditor
}

# write_plan [OPTION...]: a practice plan of one symmetric key for one target,
# prod-us in us-east-1, unless told otherwise; to plan.json of the machine
# called offline, or to the file that --to (first) names. Options:
#
#   --name N  --version N  --previous DIGEST  --valid FROM UNTIL  --real
#   --spec S  --usage U  --source S  --independent
#   --quorum PLAN REQUEST TRANSFER RECEIPT
#   --endpoint SERVICE URL        kms, sts, s3, heroku, ca_sha256
#   --target NAME REGION          one more, otherwise like prod-us
#   --addon TARGET APP NAME       --bucket TARGET BUCKET
#   --wrap ALGORITHM SPEC  --account A  --expires TIME  --key-arn ARN
#                                 for all targets that are there by then
#   --jq FILTER                   anything else
write_plan() {
	local to plan option arity
	to=$(in_dir offline)/plan.json
	if [[ ${1-} == --to ]]; then
		to=$2
		shift 2
	fi
	plan=$(everybody | jq -s "$plan_default") || return
	while (($#)); do
		option=$1
		arity=${plan_options[$option]%% *}
		if [[ -z $arity ]] || (($# <= arity)); then
			echo "write_plan: not understood: $*" >&2
			return 1
		fi
		plan=$(jq --arg a "${2-}" --arg b "${3-}" --arg c "${4-}" \
		    --arg d "${5-}" "$(plan_change "$option" "${2-}")" \
		    <<<"$plan") || return
		shift $((arity + 1))
	done
	printf '%s\n' "$plan" >"$to"
}

# The jq filter of an option.
plan_change() {
	[[ $1 == --jq ]] && echo "$2" || echo "${plan_options[$1]#* }"
}

# shellcheck disable=SC2016 # dollars are jq's
plan_default='{
  format: "gapseal/plan/v1", name: "payments-2026-11", version: 1,
  practice: true, people: .,
  quorum: {plan: 2, request: 1, transfer: 2, receipt: 1},
  key: {spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT",
        source: "generate"},
  targets: [{name: "prod-us", service: "aws-kms", account: "111122223333",
    region: "us-east-1", alias: "alias/prod-us",
    wrapping: {algorithm: "RSAES_OAEP_SHA_256", spec: "RSA_4096"},
    expires: "never"}],
  import: "same-operator"}'

# How many operands, and what they change.
# shellcheck disable=SC2016 # dollars are jq's
declare -gA plan_options=(
	[--name]='1 .name = $a'
	[--version]='1 .version = ($a | tonumber)'
	[--previous]='1 .previous = $a'
	[--valid]='2 .valid = {from: $a, until: $b}'
	[--real]='0 .practice = false'
	[--spec]='1 .key.spec = $a'
	[--usage]='1 .key.usage = $a'
	[--source]='1 .key.source = $a'
	[--independent]='0 .import = "independent-operator"'
	[--quorum]='4 .quorum = ({plan: $a, request: $b, transfer: $c,
		receipt: $d} | map_values(tonumber))'
	[--endpoint]='2 .endpoints += {($a): $b}'
	[--target]='2 .targets += [.targets[0] | {name: $a, service, account,
		region: $b, alias: "alias/\($a)", wrapping, expires}]'
	[--addon]='3 (.targets[] | select(.name == $a) | .heroku) += [{app: $b,
		plan: "heroku-postgresql:private-7", name: $c}]'
	[--bucket]='2 (.targets[] | select(.name == $a) | .s3) += [{bucket: $b}]'
	[--wrap]='2 .targets[].wrapping = {algorithm: $a, spec: $b}'
	[--account]='1 .targets[].account = $a'
	[--expires]='1 .targets[].expires = $a'
	[--key-arn]='1 .targets[].key_arn = $a'
	[--jq]='1 .'
)
