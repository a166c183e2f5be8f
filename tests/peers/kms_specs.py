"""What KMS's key specs, algorithms and request members are: tables only."""

RSA_ENCRYPTION = ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]
RSA_SIGNING = [f"RSASSA_{p}_SHA_{n}" for p in ("PKCS1_V1_5", "PSS")
               for n in (256, 384, 512)]
USAGES = ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC",
          "KEY_AGREEMENT"]

# spec -> (family, size, {usage: its algorithms}); size is the material's
# length in bytes, or the modulus in bits, or the curve's name.
_rsa = {"ENCRYPT_DECRYPT": RSA_ENCRYPTION, "SIGN_VERIFY": RSA_SIGNING}
SPECS = {
    "SYMMETRIC_DEFAULT": ("symmetric", 32,
                          {"ENCRYPT_DECRYPT": ["SYMMETRIC_DEFAULT"]}),
    **{f"HMAC_{n}": ("hmac", size,
                     {"GENERATE_VERIFY_MAC": [f"HMAC_SHA_{n}"]})
       for n, size in ((224, 28), (256, 32), (384, 48), (512, 64))},
    **{f"RSA_{n}": ("rsa", n, _rsa) for n in (2048, 3072, 4096)},
    **{f"ECC_NIST_P{n}": ("ec", curve,
                          {"SIGN_VERIFY": [f"ECDSA_SHA_{h}"],
                           "KEY_AGREEMENT": ["ECDH"]})
       for n, curve, h in ((256, "secp256r1", 256), (384, "secp384r1", 384),
                           (521, "secp521r1", 512))},
    "ECC_SECG_P256K1": ("ec", "secp256k1",
                        {"SIGN_VERIFY": ["ECDSA_SHA_256"]}),
    "ECC_NIST_EDWARDS25519": ("ed25519", 32,
                              {"SIGN_VERIFY": ["ED25519_SHA_512",
                                               "ED25519_PH_SHA_512"]}),
}
# Known names that cannot have imported material here.
OTHER_SPECS = ["SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"]

WRAPPING_ALGORITHMS = ["RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1",
                       "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1",
                       "RSA_AES_KEY_WRAP_SHA_256", "SM2PKE"]
WRAPPING_SPECS = ["RSA_2048", "RSA_3072", "RSA_4096", "SM2"]
GRANT_OPERATIONS = [
    "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "GetPublicKey",
    "CreateGrant", "RetireGrant", "DescribeKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac",
    "DeriveSharedSecret"]


def may_wrap(key_spec, algorithm, wrapping_spec):
    """Whether this wrap may carry a key of this spec."""
    if wrapping_spec == "SM2" or algorithm in ("SM2PKE", "RSAES_PKCS1_V1_5"):
        return False
    family = SPECS[key_spec][0]
    oaep = algorithm.startswith("RSAES_OAEP")
    if family in ("symmetric", "hmac"):
        return oaep
    if family == "rsa":
        return not oaep
    return not (key_spec == "ECC_NIST_P521" and oaep and
                wrapping_spec == "RSA_2048")


# The types of request members: (kind, lowest, highest, pattern or names).
_key = ("str", 1, 2048, None)
_blob = ("blob", 1, 6144, None)
_message = ("blob", 1, 4096, None)
_bool = ("bool", 0, 0, None)
_int = ("int", 1, 1000, None)
_text = ("str", 0, 8192, None)
_policy = ("str", 1, 131072, r"[\t\n\r\x20-\xff]+")
_material = ("str", 64, 64, r"[a-f0-9]+")
_principal = ("str", 1, 256, r"[\w+=,.@:/-]+")
_grant = ("str", 1, 128, None)
_map = ("map", 0, 0, None)
_marker = ("str", 1, 1024, None)
_tokens = ("list", 0, 10, None)
_tags = ("tags", 0, 50, None)
_region = ("str", 1, 32, r"([a-z]+-){2,3}\d+")
_alias = ("str", 1, 256, r"[a-zA-Z0-9:/_-]+")


def _one_of(*names):
    return ("enum", 0, 0, list(names))


_spec = _one_of(*SPECS, *OTHER_SPECS)
_algorithm = _one_of("SYMMETRIC_DEFAULT", *RSA_ENCRYPTION, "SM2PKE")
_mac = _one_of(*(f"HMAC_SHA_{n}" for n in (224, 256, 384, 512)))
_signing = _one_of(*RSA_SIGNING, "ECDSA_SHA_256", "ECDSA_SHA_384",
                   "ECDSA_SHA_512", "ED25519_SHA_512", "ED25519_PH_SHA_512",
                   "SM2DSA", "ML_DSA_SHAKE_256")
_crypto = {"EncryptionContext": _map, "GrantTokens": _tokens, "DryRun": _bool}
_page = {"Limit": _int, "Marker": _marker}
_sign = {"KeyId!": _key, "Message!": _message,
         "MessageType": _one_of("RAW", "DIGEST", "EXTERNAL_MU"),
         "SigningAlgorithm!": _signing, "GrantTokens": _tokens,
         "DryRun": _bool}
_mac_members = {"KeyId!": _key, "Message!": _message, "MacAlgorithm!": _mac,
                "GrantTokens": _tokens, "DryRun": _bool}
_data_key = {"KeyId!": _key, "KeySpec": _one_of("AES_256", "AES_128"),
             "NumberOfBytes": ("int", 1, 1024, None), **_crypto}
_only_key = {"KeyId!": _key}

# operation -> members; "!" marks what is required.
MEMBERS = {
    "CreateKey": {
        "Policy": _policy, "Description": _text, "KeyUsage": _one_of(*USAGES),
        "KeySpec": _spec, "CustomerMasterKeySpec": _spec,
        "Origin": _one_of("AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM",
                          "EXTERNAL_KEY_STORE"),
        "BypassPolicyLockoutSafetyCheck": _bool, "Tags": _tags,
        "MultiRegion": _bool},
    "DescribeKey": {"KeyId!": _key, "GrantTokens": _tokens},
    "GetParametersForImport": {
        "KeyId!": _key, "WrappingAlgorithm!": _one_of(*WRAPPING_ALGORITHMS),
        "WrappingKeySpec!": _one_of(*WRAPPING_SPECS)},
    "ImportKeyMaterial": {
        "KeyId!": _key, "ImportToken!": _blob, "EncryptedKeyMaterial!": _blob,
        "ValidTo": ("date", 0, 0, None),
        "ExpirationModel": _one_of("KEY_MATERIAL_EXPIRES",
                                   "KEY_MATERIAL_DOES_NOT_EXPIRE"),
        "ImportType": _one_of("NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"),
        "KeyMaterialDescription": ("str", 0, 256, r"[a-zA-Z0-9:/_\s.-]*"),
        "KeyMaterialId": _material},
    "DeleteImportedKeyMaterial": {"KeyId!": _key, "KeyMaterialId": _material},
    "CreateAlias": {"AliasName!": _alias, "TargetKeyId!": _key},
    "UpdateAlias": {"AliasName!": _alias, "TargetKeyId!": _key},
    "DeleteAlias": {"AliasName!": _alias},
    "ListAliases": {"KeyId": _key, **_page},
    "ListKeys": _page,
    "TagResource": {"KeyId!": _key, "Tags!": _tags},
    "UntagResource": {"KeyId!": _key, "TagKeys!": ("list", 0, 50, None)},
    "ListResourceTags": {"KeyId!": _key, **_page},
    "UpdateKeyDescription": {"KeyId!": _key, "Description!": _text},
    "GetKeyPolicy": {"KeyId!": _key, "PolicyName": ("str", 1, 128, r"\w+")},
    "PutKeyPolicy": {
        "KeyId!": _key, "PolicyName": ("str", 1, 128, r"\w+"),
        "Policy!": _policy, "BypassPolicyLockoutSafetyCheck": _bool},
    "CreateGrant": {
        "KeyId!": _key, "GranteePrincipal!": _principal,
        "RetiringPrincipal": _principal,
        "Operations!": ("list", 1, 30, GRANT_OPERATIONS),
        "Constraints": ("constraints", 0, 0, None), "GrantTokens": _tokens,
        "Name": ("str", 1, 256, r"[a-zA-Z0-9:/_-]+"), "DryRun": _bool},
    "ListGrants": {"KeyId!": _key, "GrantId": _grant,
                   "GranteePrincipal": _principal, **_page},
    "RevokeGrant": {"KeyId!": _key, "GrantId!": _grant, "DryRun": _bool},
    "RetireGrant": {"KeyId": _key, "GrantId": _grant,
                    "GrantToken": ("str", 1, 8192, None), "DryRun": _bool},
    "RotateKeyOnDemand": _only_key,
    "GetKeyRotationStatus": _only_key,
    "EnableKeyRotation": {"KeyId!": _key,
                          "RotationPeriodInDays": ("int", 90, 2560, None)},
    "DisableKeyRotation": _only_key,
    "ListKeyRotations": {
        "KeyId!": _key, **_page,
        "IncludeKeyMaterial": _one_of("ALL_KEY_MATERIAL", "ROTATIONS_ONLY")},
    "ReplicateKey": {
        "KeyId!": _key, "ReplicaRegion!": _region, "Policy": _policy,
        "BypassPolicyLockoutSafetyCheck": _bool, "Description": _text,
        "Tags": _tags},
    "ScheduleKeyDeletion": {"KeyId!": _key,
                            "PendingWindowInDays": ("int", 1, 365, None)},
    "CancelKeyDeletion": _only_key,
    "EnableKey": _only_key,
    "DisableKey": _only_key,
    "Encrypt": {"KeyId!": _key, "Plaintext!": _message,
                "EncryptionAlgorithm": _algorithm, **_crypto},
    "Decrypt": {"CiphertextBlob!": _blob, "KeyId": _key,
                "EncryptionAlgorithm": _algorithm, **_crypto},
    "GenerateDataKey": _data_key,
    "GenerateDataKeyWithoutPlaintext": _data_key,
    "GenerateMac": _mac_members,
    "VerifyMac": {**_mac_members, "Mac!": _blob},
    "GetPublicKey": {"KeyId!": _key, "GrantTokens": _tokens},
    "Sign": _sign,
    "Verify": {**_sign, "Signature!": _blob},
    "GetKeyLastUsage": _only_key,
}

# Operations whose KeyId may be an alias; ones that another account may call.
TAKES_ALIAS = {"Encrypt", "Decrypt", "Sign", "Verify", "GenerateMac",
               "VerifyMac", "GetPublicKey", "DescribeKey", "GenerateDataKey",
               "GenerateDataKeyWithoutPlaintext"}
CROSS_ACCOUNT = TAKES_ALIAS | {"CreateGrant", "ListGrants", "RevokeGrant",
                               "RetireGrant", "GetKeyRotationStatus"}
