#!/usr/bin/env python3
"""Look for a secret in files: find_secret.py SECRET-FILE PLACE...

SECRET-FILE holds its raw bytes, or is a folder of such files; PLACEs are files
or folders, in which "secrets" and ".environment" are not looked at: there a
test keeps what it brings in. Looked for are
the bytes themselves, as hex (either case) and as base64 (of either alphabet,
beginning at any of the three places in a group), and all of it again in what
gzip and base64 members of a file hold. Prints every file that has it and ends
with 1 then, with 0 when there is none, with 2 when nothing was looked at.
"""
import base64
import pathlib
import re
import sys
import zlib

KEPT = {"secrets", ".environment"}
GZIP = b"\x1f\x8b\x08"
LONG_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")


def forms(secret):
    yield "raw", secret
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for before in range(3):
        # Leave out the characters that the neighbours have a part in.
        text = base64.b64encode(bytes(before) + secret)
        text = text[(0, 2, 3)[before]:-4]
        yield "base64", text
        yield "base64url", text.translate(bytes.maketrans(b"+/", b"-_"))


def inflated(data):
    at = data.find(GZIP)
    while at >= 0:
        try:
            yield zlib.decompressobj(31).decompress(data[at:], 64 << 20)
        except zlib.error:
            pass
        at = data.find(GZIP, at + 1)


def decoded(data):
    for text in LONG_BASE64.findall(data):
        plain = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for begin in range(4):  # letters before it may look like base64 too
            part = plain[begin:]
            part = part[:-1] if len(part) % 4 == 1 else part
            yield base64.b64decode(part + b"=" * (-len(part) % 4))


def search(data, wanted, depth=0):
    """The names of the forms that are in data or in what it wraps."""
    found = {name for name, form in wanted if form in data}
    if depth < 3:
        for inner in (*inflated(data), *decoded(data)):
            found |= {f"{name}, wrapped" if "wrapped" not in name else name
                      for name in search(inner, wanted, depth + 1)}
    return found


def files(places):
    for place in map(pathlib.Path, places):
        yield from (p for p in ([place] if place.is_file()
                                else sorted(place.rglob("*")))
                    if p.is_file() and not p.is_symlink()
                    and not KEPT.intersection(p.relative_to(place).parts))


def wanted_forms(path):
    """Every form of every secret, by a name to report."""
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        secret = file.read_bytes()
        if len(secret) < 8:
            print(f"{file}: too short to be looked for", file=sys.stderr)
            sys.exit(2)
        for name, form in forms(secret):
            yield f"{file.name} as {name}" if path.is_dir() else name, form


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    wanted = list(wanted_forms(pathlib.Path(sys.argv[1])))
    looked = hits = 0
    for path in files(sys.argv[2:]):
        looked += 1
        found = search(path.read_bytes(), wanted)
        if found:
            hits += 1
            print(f"{path}: {'; '.join(sorted(found))}")
    print(f"{looked} files, {hits} with the secret", file=sys.stderr)
    return 1 if hits else 0 if looked else 2


if __name__ == "__main__":
    sys.exit(main())
