#!/usr/bin/env python3
"""Hurts a file in every way that a bad stick or a bad neighbour could, and
runs a command on each: it has to say no, name the file and change nothing.

    damage.py FILE STATUS[,STATUS] COMMAND...

Runs in a ceremony directory. In COMMAND, --passphrase-fd 9 gets NAME's
passphrase from the environment variable PASSPHRASE each time. Prints how many
damages were tried; a line for each that was not refused, and exits 1.

Key ids stay whole: a signature by an unknown key counts nothing, and is for
other tests.
"""
import os
import subprocess
import sys

REAL = b"\x89GSB\r\n\x1a\n"
PRACTICE = b"\x89GSP\r\n\x1a\n"


def flip(data, at, bit):
    hurt = bytearray(data)
    hurt[at] ^= 1 << bit
    return bytes(hurt)


def damages(data):
    """(what, the hurt bytes): flips in every field, cuts, additions."""
    count = data[10]
    payload = 16 + 97 * count
    fields = {"magic": 3, "line end": 4, "version": 8, "kind": 9, "count": 10,
              "zero": 11, "length": 15, "length's top": 12,
              "gzip magic": payload, "gzip flags": payload + 3,
              "gzip time": payload + 4, "gzip system": payload + 9,
              "deflate": payload + 10,
              "middle": (payload + len(data)) // 2,
              "checksum": len(data) - 8, "last": len(data) - 1}
    for i in range(count):
        at = 16 + 97 * i
        fields |= {f"algorithm {i}": at, f"signature {i}": at + 33,
                   f"scalar {i}": at + 96}
    for i, (name, at) in enumerate(fields.items()):
        yield f"flipped bit in {name}", flip(data, at, i % 8)
    for size in (0, 7, 15, 16, 16 + 96, payload, len(data) // 2,
                 len(data) - 1):
        yield f"cut to {size} bytes", data[:size]
    yield "a byte more", data + b"\n"
    yield "itself once more", data + data
    yield "a byte before", b"\n" + data
    other = REAL if data[:8] == PRACTICE else PRACTICE
    yield "the other magic", other + data[8:]
    yield "line ends of DOS", data.replace(b"\n", b"\r\n")
    yield "text", b"this is not a bundle\n" * 20


def listing(without):
    found = {}
    for name in sorted(os.listdir(".")):
        if name != without and os.path.isfile(name):
            with open(name, "rb") as f:
                found[name] = f.read()
    return found


def run(command):
    def passphrase():
        read, write = os.pipe()
        os.write(write, os.environ["PASSPHRASE"].encode() + b"\n")
        os.close(write)
        os.dup2(read, 9)

    return subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          errors="replace", capture_output=True, check=False,
                          preexec_fn=passphrase, close_fds=False)


def is_named(path, done):
    """The file itself, or "the request", of which there is one."""
    kind = os.path.basename(path).split(".")[0].split("-")[0]
    return (path in done.stderr or path in done.stdout
            or f"the {kind}" in done.stderr)


def complaints(path, hurt, wanted, command):
    before = listing(path)
    with open(path, "wb") as f:
        f.write(hurt)
    done = run(command)
    with open(path, "rb") as f:
        if f.read() != hurt:
            yield "it was overwritten"
    if listing(path) != before:
        yield "another file changed"
    if done.returncode not in wanted:
        yield f"exit status {done.returncode}"
    if not is_named(path, done):
        yield f"it is not named: {done.stderr.strip()[-200:]}"


def main(path, statuses, *command):
    with open(path, "rb") as f:
        data = f.read()
    wanted = {int(s) for s in statuses.split(",")}
    tried, bad = 0, []
    for what, hurt in damages(data):
        bad += [f"{what}: {c}" for c in complaints(
            path, hurt, wanted, command)]
        tried += 1
    with open(path, "wb") as f:
        f.write(data)
    print(f"{' '.join(command[:3])}: {tried} damages to {path},"
          f" {len(bad)} complaints")
    print("\n".join(bad))
    return 1 if bad or tried < 25 else 0


sys.exit(main(*sys.argv[1:]))
