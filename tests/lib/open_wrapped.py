#!/usr/bin/env python3
"""Open what was wrapped, with PyCryptodome and nothing of ours.

    open_wrapped.py ALGORITHM KEY.pem < wrapped > material
    open_wrapped.py commitment PLAN-DIGEST < material

ALGORITHM is KMS's name, as RSA_AES_KEY_WRAP_SHA_256. The second form prints
the commitment that a transfer gives of that material.
"""
import hashlib
import hmac
import sys

from Crypto.Cipher import AES, PKCS1_OAEP
from Crypto.Hash import SHA1, SHA256
from Crypto.Protocol.KDF import HKDF
from Crypto.PublicKey import RSA


def unwrap(algorithm, pem, blob):
    key = RSA.import_key(pem)
    oaep = PKCS1_OAEP.new(
        key, hashAlgo=SHA1 if algorithm.endswith("SHA_1") else SHA256)
    if algorithm.startswith("RSAES_OAEP"):
        return oaep.decrypt(blob)
    size = key.size_in_bytes()
    aes = oaep.decrypt(blob[:size])
    if len(aes) != 32:
        raise ValueError("not an AES-256 key in front")
    return AES.new(aes, AES.MODE_KWP).unseal(blob[size:])


def commitment(material, plan):
    key = HKDF(material, 32, b"gapseal/v1", SHA256, context=b"commitment")
    return hmac.new(key, bytes.fromhex(plan), hashlib.sha256).hexdigest()


def main():
    what, argument = sys.argv[1:]
    data = sys.stdin.buffer.read()
    if what == "commitment":
        print(commitment(data, argument))
        return
    with open(argument, encoding="ascii") as f:
        sys.stdout.buffer.write(unwrap(what, f.read(), data))


main()
