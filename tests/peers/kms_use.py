"""KMS calls that use a key: encrypt, decrypt, sign, authenticate."""
import hmac as stdlib_hmac
import os
import uuid

from kms_ops import (DELETING, UNUSABLE, authorise, b64, bad_state, find_key,
                     operation, refuse_states, unsupported)
from kms_shapes import KmsError, invalid
from kms_specs import SPECS


def usable(call, m, usage, key=None):
    """The key, once caller, state and usage allow this call."""
    key = key or find_key(call, m["KeyId"])
    context = m.get("EncryptionContext", {})
    facts = {f"kms:EncryptionContext:{k}": v for k, v in context.items()}
    if m.get("KeyId", "").startswith("alias/"):
        facts["kms:RequestAlias"] = m["KeyId"]
    authorise(call, key, facts, context)
    if key.usage != usage:
        raise KmsError("InvalidKeyUsageException",
                       f"{key.arn} key usage is {key.usage} which is not "
                       f"valid for {call.name}.")
    refuse_states(call, key, *UNUSABLE)
    return key


def finish(call, key, m):
    """The last step before the effect: DryRun, and the record of use."""
    if m.get("DryRun"):
        raise KmsError("DryRunOperationException", "The request would have "
                       "succeeded, but the DryRun option is set.")
    key.last_usage = {"Operation": call.name, "Timestamp": call.now,
                      "CloudTrailEventId": str(uuid.uuid4()),
                      "KmsRequestId": call.entry["request_id"]}


def algorithm_of(key, m, member):
    """The algorithm asked for, if this key has it."""
    default = "SYMMETRIC_DEFAULT" if member == "EncryptionAlgorithm" else None
    name = m.get(member, default)
    if name not in SPECS[key.spec][2][key.usage]:
        raise KmsError("InvalidKeyUsageException",
                       f"Algorithm {name} is incompatible with key spec "
                       f"{key.spec}.")
    return name


def secret_of(key):
    return key.secret(key.family.current)


def check_no_context(key, m):
    if key.kind == "rsa" and m.get("EncryptionContext"):
        raise invalid("EncryptionContext is not supported with asymmetric "
                      "keys.")


@operation
def encrypt(call, m):
    import kms_crypto
    key = usable(call, m, "ENCRYPT_DECRYPT")
    algorithm = algorithm_of(key, m, "EncryptionAlgorithm")
    check_no_context(key, m)
    finish(call, key, m)
    try:
        if key.kind == "rsa":
            blob = kms_crypto.rsa_encrypt(secret_of(key), algorithm,
                                          m["Plaintext"])
        else:
            blob = kms_crypto.seal(key.id, key.family.current.id,
                                   secret_of(key),
                                   m.get("EncryptionContext", {}),
                                   m["Plaintext"])
    except kms_crypto.Refused:
        raise invalid("Plaintext is too long for this algorithm.") from None
    return {"CiphertextBlob": b64(blob), "KeyId": key.arn,
            "EncryptionAlgorithm": algorithm}


def key_of_blob(call, blob):
    """The key whose material made a symmetric ciphertext."""
    import kms_crypto
    wanted = kms_crypto.blob_material_id(blob)
    found = [k for k in call.store.keys.values()
             if k.region == call.region and k.kind == "symmetric"
             and k.family.find(wanted)]
    if not found:
        raise KmsError("InvalidCiphertextException")
    call.entry["key"] = found[0].arn
    return found[0]


def incorrect_key():
    return KmsError("IncorrectKeyException", "The key ID in the request does "
                    "not identify a CMK that can perform this operation.")


@operation
def decrypt(call, m):
    import kms_crypto
    blob = m["CiphertextBlob"]
    if "KeyId" not in m and \
            m.get("EncryptionAlgorithm", "SYMMETRIC_DEFAULT") != \
            "SYMMETRIC_DEFAULT":
        raise invalid("KeyId is required with an asymmetric algorithm.")
    named = find_key(call, m["KeyId"]) if "KeyId" in m else None
    if named and named.kind == "rsa":
        return decrypt_rsa(call, m, usable(call, m, "ENCRYPT_DECRYPT", named))
    key = usable(call, m, "ENCRYPT_DECRYPT", named or key_of_blob(call, blob))
    algorithm = algorithm_of(key, m, "EncryptionAlgorithm")
    id_ = kms_crypto.blob_material_id(blob)
    material = key.family.find(id_) if id_ else None
    if named and id_ and material is None:
        key_of_blob(call, blob)  # nobody's: InvalidCiphertext
        raise incorrect_key()
    if material is None or key.secret(material) is None:
        raise KmsError("InvalidCiphertextException")
    try:
        plaintext = kms_crypto.unseal(key.id, key.secret(material),
                                      m.get("EncryptionContext", {}), blob)
    except kms_crypto.Refused:
        raise KmsError("InvalidCiphertextException") from None
    finish(call, key, m)
    return {"KeyId": key.arn, "Plaintext": b64(plaintext),
            "EncryptionAlgorithm": algorithm, "KeyMaterialId": material.id}


def decrypt_rsa(call, m, key):
    import kms_crypto
    algorithm = algorithm_of(key, m, "EncryptionAlgorithm")
    check_no_context(key, m)
    try:
        plaintext = kms_crypto.rsa_decrypt(secret_of(key), algorithm,
                                           m["CiphertextBlob"])
    except kms_crypto.Refused:
        raise KmsError("InvalidCiphertextException") from None
    finish(call, key, m)
    return {"KeyId": key.arn, "Plaintext": b64(plaintext),
            "EncryptionAlgorithm": algorithm}


@operation
def generate_data_key(call, m):
    import kms_crypto
    key = usable(call, m, "ENCRYPT_DECRYPT")
    if ("KeySpec" in m) == ("NumberOfBytes" in m):
        raise invalid("Please specify either number of bytes or key spec.")
    if key.kind != "symmetric":
        raise KmsError("InvalidKeyUsageException",
                       f"{key.arn} is no symmetric key.")
    finish(call, key, m)
    size = m.get("NumberOfBytes", 16 if m.get("KeySpec") == "AES_128" else 32)
    data_key = os.urandom(size)
    current = key.family.current
    blob = kms_crypto.seal(key.id, current.id, key.secret(current),
                           m.get("EncryptionContext", {}), data_key)
    return {"CiphertextBlob": b64(blob), "Plaintext": b64(data_key),
            "KeyId": key.arn, "KeyMaterialId": current.id}


@operation
def generate_data_key_without_plaintext(call, m):
    out = generate_data_key(call, m)
    del out["Plaintext"]
    return out


@operation
def generate_mac(call, m):
    import kms_crypto
    key = usable(call, m, "GENERATE_VERIFY_MAC")
    algorithm = algorithm_of(key, m, "MacAlgorithm")
    finish(call, key, m)
    tag = kms_crypto.mac(secret_of(key), algorithm, m["Message"])
    return {"Mac": b64(tag), "MacAlgorithm": algorithm, "KeyId": key.arn}


@operation
def verify_mac(call, m):
    import kms_crypto
    key = usable(call, m, "GENERATE_VERIFY_MAC")
    algorithm = algorithm_of(key, m, "MacAlgorithm")
    tag = kms_crypto.mac(secret_of(key), algorithm, m["Message"])
    if not stdlib_hmac.compare_digest(tag, m["Mac"]):
        raise KmsError("KMSInvalidMacException")
    finish(call, key, m)
    return {"KeyId": key.arn, "MacValid": True, "MacAlgorithm": algorithm}


@operation
def get_public_key(call, m):
    import kms_crypto
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    if key.kind in ("symmetric", "hmac"):
        raise unsupported(f"{key.arn} is no asymmetric key.")
    refuse_states(call, key, "Creating", *DELETING)
    if secret_of(key) is not None:
        key.public = kms_crypto.public_spki(secret_of(key))
    if getattr(key, "public", None) is None:
        raise bad_state(f"{key.arn} is pending import.")
    member = {"ENCRYPT_DECRYPT": "EncryptionAlgorithms",
              "SIGN_VERIFY": "SigningAlgorithms",
              "KEY_AGREEMENT": "KeyAgreementAlgorithms"}[key.usage]
    return {"KeyId": key.arn, "PublicKey": b64(key.public),
            "CustomerMasterKeySpec": key.spec, "KeySpec": key.spec,
            "KeyUsage": key.usage, member: SPECS[key.spec][2][key.usage]}


def message_of(key, m, algorithm):
    """(message, is a digest) as MessageType says."""
    import kms_crypto
    kind = m.get("MessageType", "RAW")
    if kind == "EXTERNAL_MU" or algorithm == "ED25519_PH_SHA_512":
        raise unsupported("stand-in: not built")
    if kind == "RAW":
        return m["Message"], False
    if algorithm.startswith("ED25519"):
        raise invalid("MessageType DIGEST cannot be used with "
                      "ED25519_SHA_512.")
    if len(m["Message"]) != kms_crypto.digest_size(algorithm):
        raise invalid("Digest is invalid length for algorithm "
                      f"{algorithm}.")
    return m["Message"], True


@operation
def sign(call, m):
    import kms_crypto
    key = usable(call, m, "SIGN_VERIFY")
    algorithm = algorithm_of(key, m, "SigningAlgorithm")
    message, is_digest = message_of(key, m, algorithm)
    finish(call, key, m)
    signature = kms_crypto.sign(secret_of(key), algorithm, message, is_digest)
    return {"KeyId": key.arn, "Signature": b64(signature),
            "SigningAlgorithm": algorithm}


@operation
def verify(call, m):
    import kms_crypto
    key = usable(call, m, "SIGN_VERIFY")
    algorithm = algorithm_of(key, m, "SigningAlgorithm")
    message, is_digest = message_of(key, m, algorithm)
    if not kms_crypto.verify(secret_of(key), algorithm, message, is_digest,
                             m["Signature"]):
        raise KmsError("KMSInvalidSignatureException")
    finish(call, key, m)
    return {"KeyId": key.arn, "SignatureValid": True,
            "SigningAlgorithm": algorithm}
