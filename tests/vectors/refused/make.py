"""Make the bundles that every reader must refuse, each with a sidecar.

    python3 tests/vectors/refused/make.py

Each is one change to a golden bundle. Where the change is not to a signature
it is signed again by the right people, so that only the reason given counts.
"""

import importlib.util
import json
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent
BUNDLES = HERE.parent / "bundles"
spec = importlib.util.spec_from_file_location("made", BUNDLES / "make.py")
made = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made)

PLAN, REQUEST, TOKENS, TRANSFER, RECEIPT = 1, 2, 3, 4, 5
CHAIN = made.chain(False)
GOOD = (BUNDLES / "v1-transfer.gsb").read_bytes()
PAYLOAD = GOOD[16 + 2 * 97 :]
RECORDS = [GOOD[16:113], GOOD[113:210]]


def refuse(name, by, says, why, data):
    (HERE / f"{name}.gsb").write_bytes(data)
    (HERE / f"{name}.txt").write_text(
        f"expect: rejected\nby: {by}\nsays: {says}\nwhy: {why}\n"
    )


def put(at, *values):
    data = bytearray(GOOD)
    data[at : at + len(values)] = bytes(values)
    return bytes(data)


def signed(payload, kind=TRANSFER, names=None, practice=False):
    return made.bundle(kind, practice, payload, names or made.SIGNERS[kind])


def header():
    def no(name, says, why, data):
        refuse(name, "read", says, why, data)

    start = "it does not begin like one"
    no("empty", "shorter than its header", "no byte at all", b"")
    no("header-cut", "shorter than its header", "15 bytes", GOOD[:15])
    no("magic-bit-7", start, "a transport took the high bits",
       bytes(b & 0x7F for b in GOOD))
    no("magic-newlines", start, "a transport made LF of CR LF",
       GOOD.replace(b"\r\n", b"\n"))
    no("magic-ctrl-z", "shorter than its header",
       "a transport stopped at the end-of-file character", GOOD[:6])
    no("magic-of-gzip", start, "the payload alone", PAYLOAD)
    no("version-0", "a version that", "versions begin at 1", put(8, 0))
    no("version-2", "a version that", "a later version", put(8, 2))
    no("kind-0", "a kind that", "kinds begin at 1", put(9, 0))
    no("kind-6", "a kind that", "one past the last kind", put(9, 6))
    no("byte-11", "byte 11 is not zero", "a byte that must be zero",
       put(11, 1))
    many = sorted(
        b"\x01" + made.key_id(f"nobody {i}") + bytes(64) for i in range(33)
    )
    no("signatures-33", "more than 32 signatures", "one too many",
       made.container(TRANSFER, False, PAYLOAD, many))
    no("signatures-255", "more than 32 signatures", "the largest count",
       put(10, 255))
    no("signatures-one-less", "bytes follow its payload",
       "the count says one less than there are", put(10, 1))
    no("signatures-one-more", "it ends in the middle",
       "the count says one more than there are", put(10, 3))


def lengths():
    def no(name, says, why, data):
        refuse(name, "read", says, why, data)

    n = len(PAYLOAD)
    no("length-0", "its payload is empty or over 8 MiB",
       "no payload is declared", put(12, 0, 0, 0, 0))
    no("length-none", "its payload is empty or over 8 MiB",
       "there is no payload", GOOD[:12] + bytes(4) + GOOD[16:210])
    no("length-one-more", "it ends in the middle",
       "one byte more than there is", put(12, *struct.pack(">I", n + 1)))
    no("length-one-less", "bytes follow its payload",
       "one byte less than there is", put(12, *struct.pack(">I", n - 1)))
    no("length-little-endian", "its payload is empty or over 8 MiB",
       "the length is big endian", put(12, *struct.pack("<I", n)))
    no("length-over-8-mib", "its payload is empty or over 8 MiB",
       "one byte over the limit", put(12, *struct.pack(">I", (8 << 20) + 1)))
    no("length-wraps", "its payload is empty or over 8 MiB",
       "added to an offset it would wrap in 32 bits",
       put(12, 0xFF, 0xFF, 0xFF, 0xFF))
    no("cut-in-signature", "it ends in the middle",
       "ends inside the second signature", GOOD[:200])
    no("cut-in-payload", "it ends in the middle",
       "the last byte is missing", GOOD[:-1])
    no("trailing-byte", "bytes follow its payload", "one byte too many",
       GOOD + b"\0")
    no("trailing-bundle", "bytes follow its payload", "two bundles in a file",
       GOOD + GOOD)


def signature_block():
    def no(name, by, says, why, records):
        refuse(name, by, says, why,
               made.container(TRANSFER, False, PAYLOAD, records))

    first, second = RECORDS
    unknown = "a signature algorithm that this program does not know"
    order = "its signatures are not in order, or one key signed twice"
    no("algorithm-0", "read", unknown, "no algorithm",
       [b"\0" + first[1:], second])
    no("algorithm-2", "read", unknown, "reserved for ECDSA P-256",
       [first, b"\2" + second[1:]])
    no("unsorted", "read", order, "the larger key id comes first",
       [second, first])
    no("same-key-twice", "read", order, "one signature, counted twice",
       [first, first, second])
    no("same-key-two-signatures", "read", order,
       "one key, two different signatures",
       [first, first[:-1] + bytes([first[-1] ^ 1]), second])
    no("signature-altered", "quorum", "does not verify",
       "one bit of a signature is another",
       [first, second[:-1] + bytes([second[-1] ^ 1])])
    no("signature-zero", "quorum", "does not verify", "a signature of zeros",
       [first, second[:33] + bytes(64)])
    no("signatures-none", "quorum", "no quorum: 0 of 2", "nobody signed", [])
    no("one-officer", "quorum", "no quorum: 1 of 2", "one of two officers",
       [first])
    no("unknown-signer", "quorum", "no quorum: 1 of 2",
       "the second key is not in the plan",
       made.signatures(TRANSFER, False, PAYLOAD, ["alice", "mallory"]))
    no("wrong-role", "quorum", "no quorum: 1 of 2",
       "an operator's signature does not count for a transfer",
       made.signatures(TRANSFER, False, PAYLOAD, ["alice", "oscar"]))
    no("other-kind", "quorum", "does not verify",
       "signatures over the same payload as another kind",
       made.signatures(REQUEST, False, PAYLOAD, ["alice", "bob"]))
    no("other-side", "quorum", "does not verify",
       "signatures over the same payload as practice",
       made.signatures(TRANSFER, True, PAYLOAD, ["alice", "bob"]))
    no("bare-payload", "quorum", "does not verify",
       "signatures over the payload without its type",
       sorted(b"\1" + made.key_id(n) + made.key(n).sign(PAYLOAD)
              for n in ("alice", "bob")))
    refuse("receipt-by-auditor", "quorum", "no quorum: 0 of 1",
           "an auditor signs besides, not instead",
           signed(made.gzip(CHAIN[RECEIPT]), RECEIPT, ["ann"]))
    refuse("request-without-officers", "quorum", "no quorum: 0 of 2",
           "the operator alone",
           signed(made.gzip(CHAIN[REQUEST]), REQUEST, ["oscar"]))
    refuse("practice-for-real", "quorum", "practice ceremony",
           "a practice bundle by the right people",
           signed(PAYLOAD, practice=True))
    refuse("practice-relabelled", "quorum", "practice ceremony",
           "a real bundle with the practice magic",
           made.MAGIC[True] + GOOD[8:])
    refuse("kind-relabelled", "quorum", "does not verify",
           "a transfer called a receipt, signed as a transfer",
           GOOD[:9] + bytes([RECEIPT]) + GOOD[10:])


def gzip_member():
    def no(name, says, why, payload):
        refuse(name, "inflate", says, why, signed(payload))

    def head(at, value):
        return PAYLOAD[:at] + bytes([value]) + PAYLOAD[at + 1 :]

    plain = "does not begin with a plain gzip header"
    flags = {0: "ftext", 1: "fhcrc", 2: "fextra", 3: "fname", 4: "fcomment",
             7: "reserved"}
    for bit, name in flags.items():
        no(f"gzip-flag-{name}", plain, "no optional part is allowed",
           head(3, 1 << bit))
    no("gzip-name", plain, "a whole name that hides bytes",
       head(3, 8)[:10] + b"hidden\0" + PAYLOAD[10:])
    no("gzip-mtime", plain, "the time is zero", head(4, 1))
    no("gzip-os", plain, "the system is 255, unknown", head(9, 3))
    no("gzip-method", plain, "deflate is method 8", head(2, 7))
    no("gzip-not-gzip", plain, "JSON that is not compressed",
       CHAIN[TRANSFER])
    no("gzip-zlib", plain, "a zlib stream", zlib.compress(CHAIN[TRANSFER]))
    no("gzip-17-bytes", plain, "shorter than any member", PAYLOAD[:17])
    no("gzip-cut", "ends in the middle", "half of the stream",
       PAYLOAD[: len(PAYLOAD) // 2])
    no("gzip-cut-trailer", "ends in the middle", "seven bytes of trailer",
       PAYLOAD[:-1])
    no("gzip-crc", "damaged: incorrect data check", "another CRC-32",
       PAYLOAD[:-8] + bytes([PAYLOAD[-8] ^ 1]) + PAYLOAD[-7:])
    no("gzip-isize", "damaged: incorrect length check", "another length",
       PAYLOAD[:-4] + bytes([PAYLOAD[-4] ^ 1]) + PAYLOAD[-3:])
    no("gzip-two-members", "follow the compressed payload",
       "gzip -dc would join them", PAYLOAD + PAYLOAD)
    no("gzip-trailing-byte", "1 bytes follow the compressed payload",
       "gzip -dc would ignore it", PAYLOAD + b"\0")
    no("gzip-distance", "damaged: invalid distance too far back",
       "a copy from before the beginning",
       PAYLOAD[:10] + bytes([0x4B, 0x04, 0x1A]) + bytes(12))
    no("gzip-block-type", "damaged: invalid block type",
       "block type 3 is reserved", PAYLOAD[:10] + b"\x07" + bytes(12))
    no("gzip-bomb", "inflates to more than 33554432 bytes",
       "32 MiB and one byte of zeros",
       made.gzip(bytes((32 << 20) + 1)))


def json_inside():
    def no(name, says, why, text, kind=TRANSFER):
        refuse(name, "parse", says, why, signed(made.gzip(text), kind))

    text = CHAIN[TRANSFER]
    no("json-empty", "", "a member without data", b"")
    no("json-bom", "", "a byte order mark", b"\xef\xbb\xbf" + text)
    no("json-trailing", "", "a second value", text + b"{}")
    no("json-cut", "", "the last brace is missing", text[:-1])
    no("json-not-utf8", "", "a byte that is not UTF-8",
       text.replace(b"payments-2026-11", b"payments-2026-1\xff"))
    no("json-array", "", "an array, not an object", b"[" + text + b"]")
    no("json-twice", "ceremony", "one member twice",
       text[:-1] + b',"ceremony":"payments-2026-11"}')
    no("json-unknown", "extra", "a member that nobody knows",
       text[:-1] + b',"extra":1}')
    lost = json.loads(text)
    lost.pop("key")
    no("json-missing", "key", "a member is not there", made.compact(lost))
    no("json-float", "", "integers only",
       text.replace(b'"plaintext_networked":false',
                    b'"plaintext_networked":0.5'))
    no("json-other-type", "type", "a request called a transfer",
       CHAIN[REQUEST])
    no("plan-unknown", "extra", "a member that nobody knows",
       CHAIN[PLAN].rstrip()[:-1] + b',"extra":1}', PLAN)


if __name__ == "__main__":
    header()
    lengths()
    signature_block()
    gzip_member()
    json_inside()
