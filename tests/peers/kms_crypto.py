"""Real cryptography over bytes: unwrap, read material, use keys.

Knows nothing of KMS's states and errors. Returns None (or raises Refused)
where the input is not what it should be.
"""
import hashlib
import hmac
import os
import struct

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import (
    ec, ed25519, padding, rsa, utils)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap, aes_key_unwrap_with_padding)

from kms_specs import SPECS

CURVES = {"secp256r1": ec.SECP256R1, "secp384r1": ec.SECP384R1,
          "secp521r1": ec.SECP521R1, "secp256k1": ec.SECP256K1}
BLOB_HEAD = bytes.fromhex("0102020078")


class Refused(Exception):
    """The bytes are not what this operation takes."""


def hash_named(algorithm):
    return {"1": hashes.SHA1, "256": hashes.SHA256, "384": hashes.SHA384,
            "512": hashes.SHA512}[algorithm.rsplit("_", 1)[1]]()


def oaep(algorithm):
    h = hash_named(algorithm)
    return padding.OAEP(mgf=padding.MGF1(h), algorithm=h, label=None)


def unwrap(algorithm, private_key, blob):
    """Undo RSAES_OAEP_* or RSA_AES_KEY_WRAP_*."""
    k = private_key.key_size // 8
    try:
        if algorithm.startswith("RSAES_OAEP"):
            return private_key.decrypt(blob, oaep(algorithm))
        aes_key = private_key.decrypt(blob[:k], oaep(algorithm))
        if len(aes_key) != 32:
            raise Refused("AES key")
        return aes_key_unwrap_with_padding(aes_key, blob[k:])
    except (ValueError, InvalidUnwrap):
        raise Refused("wrap") from None


def _tlv(der):
    """Tag, content and rest of the first DER element."""
    if len(der) < 2:
        raise Refused("DER")
    length, at = der[1], 2
    if length & 0x80:
        n = length & 0x7f
        length, at = int.from_bytes(der[2:2 + n], "big"), 2 + n
    if at + length > len(der):
        raise Refused("DER")
    return der[0], der[at:at + length], der[at + length:]


def check_pkcs8(der):
    """PrivateKeyInfo, version 0; no named-curve or other form instead."""
    tag, inside, rest = _tlv(der)
    if tag != 0x30 or rest:
        raise Refused("not one SEQUENCE")
    tag, version, inside = _tlv(inside)
    if tag != 2 or version != b"\0":
        raise Refused("not version 0 of PKCS#8")
    tag, algorithm, inside = _tlv(inside)
    if tag != 0x30:
        raise Refused("PKCS#1 or another form")
    _, _, parameters = _tlv(algorithm)
    if parameters and _tlv(parameters)[0] == 0x30:
        raise Refused("explicit curve parameters")
    tag, _, _ = _tlv(inside)
    if tag != 4:
        raise Refused("no key")


def read_material(spec, raw):
    """Check raw material of a spec; returns its canonical bytes."""
    family, size, _ = SPECS[spec]
    if family in ("symmetric", "hmac"):
        if len(raw) != size:
            raise Refused("length")
        return raw
    check_pkcs8(raw)
    try:
        key = serialization.load_der_private_key(raw, None)
    except Exception:  # whatever the library makes of a broken key
        raise Refused("PKCS#8") from None
    if not (family == "rsa" and isinstance(key, rsa.RSAPrivateKey) and
            key.key_size == size or
            family == "ec" and isinstance(key, ec.EllipticCurvePrivateKey) and
            key.curve.name == size or
            family == "ed25519" and
            isinstance(key, ed25519.Ed25519PrivateKey)):
        raise Refused("another kind of key")
    return pkcs8(key)


def pkcs8(key):
    return key.private_bytes(serialization.Encoding.DER,
                             serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def new_material(spec):
    """Material that KMS itself would make (origin AWS_KMS)."""
    family, size, _ = SPECS[spec]
    if family in ("symmetric", "hmac"):
        return os.urandom(size)
    if family == "rsa":
        return pkcs8(rsa.generate_private_key(65537, size))
    if family == "ec":
        return pkcs8(ec.generate_private_key(CURVES[size]()))
    return pkcs8(ed25519.Ed25519PrivateKey.generate())


def load_private(material):
    """A key object of material that was checked when it came in."""
    try:
        return serialization.load_der_private_key(
            material, None, unsafe_skip_rsa_key_validation=True)
    except TypeError:  # cryptography before 39
        return serialization.load_der_private_key(material, None)


def spki(public_key):
    return public_key.public_bytes(serialization.Encoding.DER,
                                   serialization.PublicFormat.SubjectPublicKeyInfo)


def public_spki(material):
    return spki(load_private(material).public_key())


def material_id(key_id, material):
    """64 hex digits that depend on the KMS key and the bytes."""
    return hashlib.sha256(b"stand-in key material id\0" + key_id.encode() +
                          b"\0" + material).hexdigest()


# Symmetric ciphertext: head, KeyMaterialId, nonce, AES-256-GCM box. The box's
# key depends on the KMS key too, so the same bytes elsewhere do not open it.

def _box(key_id, material, context):
    key = hmac.digest(material, b"stand-in box\0" + key_id.encode(), "sha256")
    aad = b"".join(struct.pack(">I", len(x)) + x
                   for pair in sorted(context.items())
                   for x in (pair[0].encode(), pair[1].encode()))
    return AESGCM(key), aad


def seal(key_id, material_hex, material, context, plaintext):
    box, aad = _box(key_id, material, context)
    nonce = os.urandom(12)
    return (BLOB_HEAD + bytes.fromhex(material_hex) + nonce +
            box.encrypt(nonce, plaintext, aad))


def blob_material_id(blob):
    """Which material a symmetric ciphertext needs, or None."""
    if len(blob) < 5 + 32 + 12 + 16 or not blob.startswith(BLOB_HEAD):
        return None
    return blob[5:37].hex()


def unseal(key_id, material, context, blob):
    box, aad = _box(key_id, material, context)
    try:
        return box.decrypt(blob[37:49], blob[49:], aad)
    except InvalidTag:
        raise Refused("tag") from None


def rsa_encrypt(material, algorithm, plaintext):
    try:
        return load_private(material).public_key().encrypt(
            plaintext, oaep(algorithm))
    except ValueError:
        raise Refused("too long") from None


def rsa_decrypt(material, algorithm, blob):
    try:
        return load_private(material).decrypt(blob, oaep(algorithm))
    except ValueError:
        raise Refused("OAEP") from None


def mac(material, algorithm, message):
    return hmac.digest(material, message,
                       "sha" + algorithm.rsplit("_", 1)[1])


def _scheme(algorithm, is_digest):
    """Arguments after the message for sign() and verify()."""
    if algorithm == "ED25519_SHA_512":
        return ()
    h = hash_named(algorithm)
    how = utils.Prehashed(h) if is_digest else h
    if algorithm.startswith("ECDSA"):
        return (ec.ECDSA(how),)
    if "PSS" in algorithm:
        return (padding.PSS(padding.MGF1(h), h.digest_size), how)
    return (padding.PKCS1v15(), how)


def digest_size(algorithm):
    return hash_named(algorithm).digest_size


def sign(material, algorithm, message, is_digest):
    return load_private(material).sign(message,
                                       *_scheme(algorithm, is_digest))


def verify(material, algorithm, message, is_digest, signature):
    try:
        load_private(material).public_key().verify(
            signature, message, *_scheme(algorithm, is_digest))
        return True
    except InvalidSignature:
        return False
