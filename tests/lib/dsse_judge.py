#!/usr/bin/env python3
"""Ask securesystemslib whether an exported envelope verifies.

    dsse_judge.py ENVELOPE.json THRESHOLD PUBLIC-KEY.pem...

Ends with 0 when at least THRESHOLD of those keys signed it, else with 1.
"""
import hashlib
import json
import sys

from cryptography.hazmat.primitives import serialization
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey


def read_key(path):
    with open(path, "rb") as f:
        key = serialization.load_pem_public_key(f.read())
    der = key.public_bytes(serialization.Encoding.DER,
                           serialization.PublicFormat.SubjectPublicKeyInfo)
    return SSlibKey.from_crypto(key, keyid=hashlib.sha256(der).hexdigest())


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        envelope = Envelope.from_dict(json.load(f))
    keys = [read_key(path) for path in sys.argv[3:]]
    try:
        accepted = envelope.verify(keys, threshold=int(sys.argv[2]))
    except VerificationError as e:
        sys.exit(f"refused: {e}")
    print(len(accepted), "of", len(keys), "signatures are good")


main()
