"""The same as today.sh in one process: boto3, cryptography, urllib."""
import json
import os
import sys
import urllib.request

import boto3
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

url, heroku = sys.argv[1:3]
where = {"endpoint_url": url, "region_name": "us-east-1"}
boto3.client("sts", **where).get_caller_identity()
kms = boto3.client("kms", **where)
key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["Arn"]
kms.create_alias(AliasName=f"alias/boto-{os.getpid()}", TargetKeyId=key)
got = kms.get_parameters_for_import(
    KeyId=key,
    WrappingAlgorithm="RSAES_OAEP_SHA_256",
    WrappingKeySpec="RSA_4096",
)
oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
public = serialization.load_der_public_key(got["PublicKey"])
kms.import_key_material(
    KeyId=key,
    ImportToken=got["ImportToken"],
    EncryptedKeyMaterial=public.encrypt(os.urandom(32), oaep),
    ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
)
kms.describe_key(KeyId=key)
policy = json.loads(kms.get_key_policy(KeyId=key)["Policy"])
policy["Statement"].append(
    {
        "Sid": "Allow use of the key",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::021876802972:root"},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"],
        "Resource": "*",
    }
)
kms.put_key_policy(KeyId=key, Policy=json.dumps(policy))
kms.get_key_policy(KeyId=key)
body = {
    "attachment": {},
    "config": {"encryption-key": key},
    "name": f"boto-{os.getpid()}",
    "plan": {"name": "heroku-postgresql:private-7"},
}
request = urllib.request.Request(
    f"{heroku}/apps/payments-prod/addons",
    json.dumps(body).encode(),
    {
        "Accept": "application/vnd.heroku+json; version=3",
        "Content-Type": "application/json",
        "Authorization": "Bearer " + os.environ["HEROKU_API_KEY"],
    },
)
urllib.request.urlopen(request).read()
