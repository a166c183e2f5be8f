"""Signature Version 4 as arithmetic: used to check, and by the doubles' own
clients to sign. No product code is involved: it is the judge."""
import hashlib
import hmac
import re
from urllib.parse import quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical_query(query):
    """Parameters encoded once more, sorted; "encryption" is "encryption="."""
    pairs = []
    for part in query.split("&") if query else []:
        name, _, value = part.partition("=")
        pairs.append((quote(unquote(name), safe="-_.~"),
                      quote(unquote(value), safe="-_.~")))
    return "&".join(f"{n}={v}" for n, v in sorted(pairs))


def canonical_request(method, path, query, headers, signed, payload_hash):
    """headers: list of (lower-case name, value); signed: list of names."""
    lines = []
    for name in signed:
        values = [re.sub(" +", " ", v.strip())
                  for n, v in headers if n == name]
        lines.append(f"{name}:{','.join(values)}\n")
    return "\n".join([method, quote(unquote(path), safe="/-_.~"),
                      canonical_query(query), "".join(lines),
                      ";".join(signed), payload_hash])


def signing_key(secret, date, region, service):
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def signature(secret, amz_date, region, service, canonical):
    date = amz_date[:8]
    text = "\n".join([ALGORITHM, amz_date,
                      f"{date}/{region}/{service}/aws4_request",
                      sha256(canonical.encode())])
    key = signing_key(secret, date, region, service)
    return hmac.digest(key, text.encode(), "sha256").hex()


def authorization(access_key, secret, amz_date, region, service, method, path,
                  query, headers, body):
    """The Authorization header over all the given headers."""
    signed = sorted({n for n, _ in headers})
    canonical = canonical_request(method, path, query, headers, signed,
                                  sha256(body))
    scope = f"{amz_date[:8]}/{region}/{service}/aws4_request"
    sig = signature(secret, amz_date, region, service, canonical)
    return (f"{ALGORITHM} Credential={access_key}/{scope}, "
            f"SignedHeaders={';'.join(signed)}, Signature={sig}")
