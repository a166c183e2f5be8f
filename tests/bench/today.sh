#!/bin/sh
# What people run today, all on one networked laptop: openssl, base64, aws and
# curl, nine calls to AWS. Only for comparing what it costs.
#
#   today.sh ENDPOINT-URL HEROKU-URL DIR
set -eu
url=$1 heroku=$2
cd "$3"
aws() { "$AWS" --endpoint-url "$url" --region us-east-1 "$@"; }

account=$(aws sts get-caller-identity --query Account --output text)
key=$(aws kms create-key --origin EXTERNAL --description "$account" \
    --query KeyMetadata.Arn --output text)
aws kms create-alias --alias-name "alias/today-$$" --target-key-id "$key"
aws kms get-parameters-for-import --key-id "$key" \
    --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096 \
    >parameters.json
jq -r .PublicKey parameters.json | base64 -d >import-key.der
jq -r .ImportToken parameters.json | base64 -d >token
openssl rand -out material 32
openssl pkeyutl -encrypt -in material -out wrapped -pubin -keyform DER \
    -inkey import-key.der -pkeyopt rsa_padding_mode:oaep \
    -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
aws kms import-key-material --key-id "$key" \
    --encrypted-key-material fileb://wrapped --import-token fileb://token \
    --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE >imported.json
aws kms describe-key --key-id "$key" --query KeyMetadata.KeyState \
    --output text >state
aws kms get-key-policy --key-id "$key" --query Policy --output text >old.json
jq -c '.Statement += [
    {Sid: "Allow use of the key", Effect: "Allow",
     Principal: {AWS: "arn:aws:iam::021876802972:root"},
     Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*",
         "kms:GenerateDataKey*", "kms:DescribeKey"], Resource: "*"},
    {Sid: "Allow attachment of persistent resources", Effect: "Allow",
     Principal: {AWS: "arn:aws:iam::021876802972:root"},
     Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
     Resource: "*",
     Condition: {Bool: {"kms:GrantIsForAWSResource": "true"}}}]' \
    old.json >new.json
aws kms put-key-policy --key-id "$key" --policy-name default \
    --policy file://new.json
aws kms get-key-policy --key-id "$key" --query Policy --output text >now.json
curl -sS -o addon.json -X POST "$heroku/apps/payments-prod/addons" \
    -H 'Accept: application/vnd.heroku+json; version=3' \
    -H 'Content-Type: application/json' \
    -H "Authorization: Bearer $HEROKU_API_KEY" \
    -d '{"attachment":{},"config":{"encryption-key":"'"$key"'"},
         "name":"today-'$$'","plan":{"name":"heroku-postgresql:private-7"}}'
