"""Make the golden bundles once, without any of gapseal's code.

Python's json and zlib and the 'cryptography' package are the only tools, so
that format and signatures are judged by somebody else:

    python3 tests/vectors/bundles/make.py

Deflate output differs between versions of zlib: the files that are committed
are the vectors, and this script says what is in them.
"""

import base64
import hashlib
import json
import pathlib
import struct
import zlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

HERE = pathlib.Path(__file__).parent
STATEMENTS = HERE.parent / "statements"
KINDS = ["", "plan", "request", "tokens", "transfer", "receipt"]
MAGIC = {
    False: b"\x89GSB\r\n\x1a\n",
    True: b"\x89GSP\r\n\x1a\n",
}


def key(name):
    """The test key of a person; worthless, since everybody can derive it."""
    seed = hashlib.sha256(f"gapseal test vector {name}".encode()).digest()
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed)


def key_id(name):
    spki = key(name).public_key().public_bytes(
        serialization.Encoding.DER,
        serialization.PublicFormat.SubjectPublicKeyInfo,
    )
    return hashlib.sha256(spki).digest()


def gzip(data, level=9):
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
    body = deflate.compress(data) + deflate.flush()
    head = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])
    return head + body + struct.pack("<II", zlib.crc32(data), len(data))


def signed_bytes(kind, practice, payload):
    side = "practice." if practice else ""
    media = f"application/vnd.gapseal.{side}{KINDS[kind]}.v1+json+gzip"
    head = f"DSSEv1 {len(media)} {media} {len(payload)} "
    return head.encode() + payload


def digest(kind, practice, payload):
    return hashlib.sha256(signed_bytes(kind, practice, payload)).hexdigest()


def signatures(kind, practice, payload, names):
    """Records of 97 bytes, sorted by key id."""
    message = signed_bytes(kind, practice, payload)
    return sorted(b"\x01" + key_id(n) + key(n).sign(message) for n in names)


def container(kind, practice, payload, records):
    head = MAGIC[practice] + bytes([1, kind, len(records), 0])
    return head + struct.pack(">I", len(payload)) + b"".join(records) + payload


def bundle(kind, practice, payload, names):
    records = signatures(kind, practice, payload, names)
    return container(kind, practice, payload, records)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def load(name):
    return json.loads((STATEMENTS / name).read_text())


def chain(practice):
    """Five payloads, each naming the digest of the one before."""
    side = "-practice" if practice else ""
    plan = (STATEMENTS / f"plan{side}.json").read_bytes()
    made = {1: plan}
    names = {"plan": digest(1, practice, gzip(plan))}

    def add(kind, statement):
        statement.update({k: v for k, v in names.items() if k in statement})
        made[kind] = compact(statement)
        names[KINDS[kind]] = digest(kind, practice, gzip(made[kind]))

    request = load(f"request{side}.json")
    tokens = load("tokens.json")
    if practice:
        token = hashlib.shake_256(b"gapseal test vector token").digest(3072)
        tokens["ceremony"] = "rehearsal"
        tokens["targets"] = [
            {"name": "here", "token": base64.b64encode(token).decode()}
        ]
        request["targets"][0]["token_sha256"] = hashlib.sha256(token).hexdigest()
    add(2, request)
    add(3, tokens)
    add(4, load(f"transfer{side}.json"))
    receipt = load("receipt-1.json")
    if practice:
        first = receipt["targets"][0]
        first.pop("key_material_id")
        first["name"] = "here"
        first["key_arn"] = request["targets"][0]["key_arn"]
        first["imported_by"] = request["targets"][0]["requested_by"]
        first["proof"] = {
            "kind": "public-key", "strength": "independent", "result": "match",
        }
        receipt["targets"] = [first]
        receipt["ceremony"] = "rehearsal"
        receipt["approved_by"] = [key_id("alice").hex()]
        receipt["endpoints"] = {"kms": "http://127.0.0.1:4566"}
    add(5, receipt)
    return made


SIGNERS = {
    1: ["alice", "bob"],
    2: ["oscar", "alice", "bob"],
    3: ["oscar"],
    4: ["alice", "bob"],
    5: ["oscar", "ann"],
}


def main():
    rows = []
    for practice in (False, True):
        for kind, json_text in chain(practice).items():
            side = "practice-" if practice else ""
            name = f"v1-{side}{KINDS[kind]}.gsb"
            signers = ["alice"] if practice else SIGNERS[kind]
            payload = gzip(json_text)
            (HERE / name).write_bytes(bundle(kind, practice, payload, signers))
            rows.append(
                f"{name} {KINDS[kind]} {'practice' if practice else 'real'} "
                f"{digest(kind, practice, payload)} "
                f"{hashlib.sha256(json_text).hexdigest()} {','.join(signers)}\n"
            )
    (HERE / "index").write_text("".join(rows))


if __name__ == "__main__":
    main()
