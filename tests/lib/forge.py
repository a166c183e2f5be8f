#!/usr/bin/env python3
"""Makes what our programs would not: requests of another plan, expired ones,
bundles with a person's signature under any payload.

A second implementation of the container, written from its description. The
tests use it where an honest program refuses to make the thing, and to have a
request without a cloud.

    forge.py request PLAN.gsb WRAPPING-KEYS [NAME=VALUE...]    JSON on stdout
    forge.py tokens REQUEST.gsb                                JSON on stdout
    forge.py pack KIND [--real] [--by KEY PASSPHRASE]...       stdin -> stdout
    forge.py payload FILE.gsb | digest FILE.gsb
    forge.py unwrap TRANSFER.gsb TARGET WRAPPING-KEYS          raw key

WRAPPING-KEYS is a directory: TARGET.pem, made when it is not there, plays the
cloud's half of a wrapping key. NAME=VALUE overrides a member of the request
(or of its targets, as targets.0.valid_to=...); VALUE is JSON or text.
"""
import base64
import datetime
import gzip
import hashlib
import json
import os
import struct
import sys

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KINDS = ["", "plan", "request", "tokens", "transfer", "receipt"]
DER = serialization.Encoding.DER
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


def read(path):
    with open(path, "rb") as f:
        return f.read()


def signed_bytes(kind, practice, payload):
    name = ("practice." if practice else "") + KINDS[kind]
    mime = f"application/vnd.gapseal.{name}.v1+json+gzip".encode()
    return b"DSSEv1 %d %s %d " % (len(mime), mime, len(payload)) + payload


class Bundle:
    def __init__(self, data):
        self.practice = data[3:4] == b"P"
        self.kind, count = data[9], data[10]
        self.payload = data[16 + 97 * count:]
        signed = signed_bytes(self.kind, self.practice, self.payload)
        self.digest = hashlib.sha256(signed).hexdigest()
        self.statement = json.loads(gzip.decompress(self.payload))


def pack(kind, practice, text, signers):
    squeezed = bytearray(gzip.compress(text, mtime=0))
    squeezed[9] = 255
    payload = bytes(squeezed)
    signed = signed_bytes(kind, practice, payload)
    signatures = []
    for key in signers:
        spki = key.public_key().public_bytes(DER, SPKI)
        key_id = hashlib.sha256(spki).digest()
        signatures.append(b"\x01" + key_id + key.sign(signed))
    magic = b"\x89GS" + (b"P" if practice else b"B") + b"\r\n\x1a\n"
    return (magic + bytes([1, kind, len(signatures), 0])
            + struct.pack(">I", len(payload)) + b"".join(sorted(signatures))
            + payload)


def stamp(seconds_from_now=0):
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    at = now + datetime.timedelta(seconds=seconds_from_now)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def wrapping_key(directory, name, bits):
    path = f"{directory}/{name}.pem"
    if not os.path.exists(path):
        os.makedirs(directory, exist_ok=True)
        key = rsa.generate_private_key(65537, bits)
        with open(path, "wb") as f:
            f.write(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption()))
    return serialization.load_pem_private_key(read(path), None)


def token(name):
    return hashlib.sha256(b"token of " + name.encode()).digest() * 8


def base64_text(data):
    return base64.b64encode(data).decode()


def request_target(target, directory):
    name, region, account = (
        target[k] for k in ("name", "region", "account"))
    key = wrapping_key(
        directory, name, int(target["wrapping"]["spec"].split("_")[1]))
    uuid = hashlib.md5(name.encode()).hexdigest()
    uuid = "-".join((uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20],
                     uuid[20:]))
    return {
        "name": name,
        "key_arn": f"arn:aws:kms:{region}:{account}:key/{uuid}",
        "wrapping_algorithm": target["wrapping"]["algorithm"],
        "wrapping_key_spec": target["wrapping"]["spec"],
        "public_key": base64_text(key.public_key().public_bytes(DER, SPKI)),
        "token_sha256": hashlib.sha256(token(name)).hexdigest(),
        "valid_to": stamp(80000),
        "policy_sha256": hashlib.sha256(b"policy").hexdigest(),
        "grants_sha256": hashlib.sha256(b"[]").hexdigest(),
        "requested_by": f"arn:aws:iam::{account}:user/oscar",
        "request_id": "d3b8e1f0-0000-4000-8000-000000000000"}


def override(statement, change):
    path, _, value = change.partition("=")
    *parents, last = path.split(".")
    at = statement
    for part in parents:
        at = at[int(part)] if part.isdigit() else at[part]
    try:
        at[last] = json.loads(value)
    except ValueError:
        at[last] = value


def make_request(plan_file, directory, *changes):
    plan = Bundle(read(plan_file))
    statement = {
        "type": "gapseal/request/v1",
        "ceremony": plan.statement["name"],
        "plan": plan.digest,
        "nonce": os.urandom(16).hex(),
        "replaces": None,
        "made": stamp(),
        "targets": [request_target(t, directory)
                    for t in plan.statement["targets"]]}
    for change in changes:
        override(statement, change)
    return statement


def make_tokens(request_file):
    request = Bundle(read(request_file))
    names = [t["name"] for t in request.statement["targets"]]
    return {
        "type": "gapseal/tokens/v1",
        "ceremony": request.statement["ceremony"],
        "plan": request.statement["plan"],
        "request": request.digest,
        "targets": [{"name": n, "token": base64_text(token(n))}
                    for n in names]}


def unwrap(transfer_file, name, directory):
    """What the cloud would do: RSAES-OAEP, or OAEP and AES-KWP."""
    target = next(t for t in Bundle(read(transfer_file)).statement["targets"]
                  if t["name"] == name)
    wrapped = base64.b64decode(target["wrapped"])
    key = wrapping_key(directory, name, 2048)
    size = key.key_size // 8
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    opened = key.decrypt(wrapped[:size], oaep)
    if len(wrapped) == size:
        return opened
    return keywrap.aes_key_unwrap_with_padding(opened, wrapped[size:])


def compact(statement):
    return json.dumps(statement, separators=(",", ":"),
                      ensure_ascii=False).encode()


def pack_from_arguments(kind, *args):
    practice, signers, words = True, [], list(args)
    while words:
        word = words.pop(0)
        if word == "--real":
            practice = False
        elif word == "--by":
            path, passphrase = words.pop(0), words.pop(0)
            signers.append(serialization.load_pem_private_key(
                read(path), passphrase.encode()))
        else:
            sys.exit(f"forge.py: what is {word}?")
    return pack(KINDS.index(kind), practice, sys.stdin.buffer.read(), signers)


def run(what, *args):
    if what == "request":
        return compact(make_request(*args))
    if what == "tokens":
        return compact(make_tokens(*args))
    if what == "pack":
        return pack_from_arguments(*args)
    if what == "payload":
        return gzip.decompress(Bundle(read(args[0])).payload)
    if what == "digest":
        return Bundle(read(args[0])).digest.encode() + b"\n"
    if what == "unwrap":
        return unwrap(*args)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.stdout.buffer.write(run(*sys.argv[1:]))
