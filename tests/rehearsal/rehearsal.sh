#!/usr/bin/env bash
# A whole practice ceremony, as people would run it, against an emulator of
# AWS (MiniStack) and a double of Heroku, both on this machine; told as a
# story, and judged by programs that are not ours. Called by make rehearsal;
# BUILD says which build (build).
#
# Every machine is a directory of its own; only files that may cross the gap
# are copied between them. All is removed at the end, or kept when it failed.
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=tests/lib/doubles.bash
source tests/lib/doubles.bash
# shellcheck source=tests/peers/servers.bash
source tests/peers/servers.bash

CEREMONY=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-rehearsal-XXXXXX")
SECRETS=$(mktemp -d "${TMPDIR:-/tmp}/gapseal-secrets-XXXXXX")
finish() {
	local status=$?
	trap - EXIT
	stop_doubles "$CEREMONY/servers"
	stop_servers "$CEREMONY/servers"
	rm -rf "$SECRETS"
	if ((status == 0)); then
		rm -rf "$CEREMONY"
	else
		echo "The rehearsal ended with status $status;" \
		    "what it left is kept in $CEREMONY" >&2
	fi
	exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# shellcheck source=tests/lib/ceremony.bash
source tests/lib/ceremony.bash
# shellcheck source=tests/rehearsal/story.bash
source tests/rehearsal/story.bash
# shellcheck source=tests/rehearsal/judges.bash
source tests/rehearsal/judges.bash
# shellcheck source=tests/rehearsal/acts.bash
source tests/rehearsal/acts.bash

# cloud_user MACHINE NAME ACTION...: the cloud's administrator lets them in.
cloud_user() {
	local machine=$1 name=$2 key
	shift 2
	on cloud aws iam create-user --user-name "$name" >/dev/null
	on cloud aws iam put-user-policy --user-name "$name" \
	    --policy-name ceremony --policy-document "$(jq -nc \
	        '{Version: "2012-10-17", Statement: [{Effect: "Allow",
	          Action: $ARGS.positional, Resource: "*"}]}' --args "$@")"
	key=$(on cloud aws iam create-access-key --user-name "$name")
	cloud_env "$machine" "$MINISTACK_URL" \
	    "$(jq -r .AccessKey.AccessKeyId <<<"$key")" \
	    "$(jq -r .AccessKey.SecretAccessKey <<<"$key")"
}

set_the_stage() {
	start_ministack "$CEREMONY/servers" AUTH=true
	start_heroku "$CEREMONY/servers"
	machine offline online online2 auditor cloud
	mkdir -p "$CEREMONY_STICKS"
	cloud_env cloud "$MINISTACK_URL"
	machine_env cloud AWS_DEFAULT_REGION=us-east-1
	on cloud aws s3api create-bucket --bucket payments-archive >/dev/null
	cloud_user online oscar 'kms:*' s3:GetEncryptionConfiguration \
	    s3:PutEncryptionConfiguration
	cloud_user online2 olga 'kms:*'
	cloud_user auditor anna kms:DescribeKey 'kms:List*' 'kms:Get*' \
	    kms:Encrypt kms:Decrypt kms:Sign s3:GetEncryptionConfiguration
	heroku_env online "$HEROKU_URL"
}

prologue() {
	chapter 'A rehearsal of a key ceremony'
	cat <<-END
		People     alice and bob, officers; oscar and olga, operators;
		           anna, auditor
		Machines   "offline", without a network; "online", "online2", "auditor"
		Cloud      MiniStack plays AWS at $MINISTACK_URL,
		           a double plays Heroku at $HEROKU_URL
		Reading    what follows a \$ was typed, below it is what the program
		           said; ==> tells what crossed the gap
		Otherwise  people type passphrases, and some words of each digest; here
		           scripts give them by --passphrase-fd and --confirm
	END
}

# For the search: what people typed, and what the database's owner must keep.
remember_passphrases() {
	local name
	for name in alice bob oscar olga; do
		passphrase "$name" | tr -d '\n' >"$SECRETS/$name.secret"
	done
	printf %s marker-password-that-must-never-be-kept \
	    >"$SECRETS/database.secret"
}

judge_first_act() {
	if [[ -n $ceremony_isolation ]]; then
		proved 'The offline machine had no network' \
		    'its lists of interfaces and routes; curl cannot reach AWS from it' \
		    no_network_offline
	else
		not_shown 'The offline machine had no network' \
		    'this kernel lets us make no namespace without one'
	fi
	proved 'Both KMS keys are enabled, and of external origin' \
	    'aws kms describe-key' each_target key_is_enabled
	proved 'They have their alias, and tags that name plan and target' \
	    'aws kms list-aliases, list-resource-tags' \
	    each_target key_has_names
	proved 'The key arrived: asserted by the importing machine and KMS' \
	    'a round trip through KMS, in the receipt' \
	    proof_is receipt-1.gsb round-trip asserted
	proved 'KMS can work with it for others, too' \
	    'aws kms encrypt and decrypt' each_target key_works
	proved "Heroku's account may use the key; the owner's statement stays" \
	    'aws kms get-key-policy' policy_grants_heroku
	proved 'The database at Heroku is encrypted by it' \
	    'what the double of Heroku was told' addon_uses_key
	proved 'New objects of the bucket are encrypted by it' \
	    'aws s3api get-bucket-encryption' bucket_uses_key
	proved 'One flipped bit in the transfer is refused' \
	    'import ended with status 3 and made no call' no_call_refused
	proved 'Every step can be run again: nothing happens twice' \
	    'aws kms list-keys; two receipts, no third' nothing_twice
	proved 'Each bundle is signed by the people of the plan' \
	    'openssl pkeyutl -verify alone, on the DSSE envelopes' \
	    envelopes_verify 2
	proved 'What was signed is what people read aloud' \
	    'sha256sum of the signed bytes' digests_agree
}

judge_second_act() {
	proved 'KMS holds the key that was received' \
	    'independent: aws kms get-public-key gives what openssl had made' \
	    same_public_key
	proved 'KMS can use its private half' \
	    'aws kms sign, verified by openssl dgst' signature_verifies
	proved 'Another operator imported it than asked for it' \
	    'the cloud principals in request and receipt' two_operators
	proved 'Each bundle of this act is signed, too' \
	    'openssl pkeyutl -verify alone' envelopes_verify 1
	proved 'No key and no passphrase is in any file, or was ever said' \
	    'all files of all machines and all output searched: raw, hex, base64, gzip; a planted copy is found' \
	    nothing_secret
}

set_the_stage
remember_passphrases
prologue
chapter 'First act: a key for Heroku and S3. Weeks before'
first_act
judge_first_act
chapter 'Second act: a key that exists already, and two operators'
ceremony_dir=signing
machine offline online online2 auditor
second_act
judge_second_act
chapter 'What was proved'
proof_table
printf '\nThe rehearsal went well: %d steps, %d files carried, %d seconds.\n' \
    "$story_step" "$(wc -l <"$CEREMONY/crossed")" "$SECONDS"
