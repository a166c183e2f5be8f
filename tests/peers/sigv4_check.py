"""Who signed this request? Every rule of SigV4 that can be broken is checked.

Each refusal has three faces: KMS speaks JSON, STS and S3 speak XML with names
of their own.
"""
import re
from datetime import datetime, timezone

import sigv4

# cause -> (KMS __type, (STS code, status), (S3 code, status))
FACES = {
    "missing": ("MissingAuthenticationTokenException",
                ("MissingAuthenticationToken", 403), ("AccessDenied", 403)),
    "incomplete": ("IncompleteSignature", ("IncompleteSignature", 400),
                   ("AuthorizationHeaderMalformed", 400)),
    "unknown": ("UnrecognizedClientException", ("InvalidClientTokenId", 403),
                ("InvalidAccessKeyId", 403)),
    "token": ("UnrecognizedClientException", ("InvalidClientTokenId", 403),
              ("InvalidToken", 400)),
    "expired": ("ExpiredTokenException", ("ExpiredToken", 403),
                ("ExpiredToken", 400)),
    "mismatch": ("InvalidSignatureException", ("SignatureDoesNotMatch", 403),
                 ("SignatureDoesNotMatch", 403)),
    "scope": ("InvalidSignatureException", ("SignatureDoesNotMatch", 403),
              ("AuthorizationHeaderMalformed", 400)),
    "unsigned": ("InvalidSignatureException", ("SignatureDoesNotMatch", 403),
                 ("AccessDenied", 403)),
    "skew": ("InvalidSignatureException", ("SignatureDoesNotMatch", 403),
             ("RequestTimeTooSkewed", 403)),
    "payload": ("InvalidSignatureException", ("SignatureDoesNotMatch", 403),
                ("XAmzContentSHA256Mismatch", 400)),
    "no-payload": ("InvalidSignatureException",
                   ("SignatureDoesNotMatch", 403), ("InvalidRequest", 400)),
}
MISMATCH = ("The request signature we calculated does not match the signature "
            "you provided. Check your AWS Secret Access Key and signing "
            "method. Consult the service documentation for details.")
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=([^/, ]+)/(\d{8})/([^/, ]+)/([^/, ]+)/"
    r"aws4_request, *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})")
HOST_REGION = re.compile(r"(?:kms|sts)(?:-fips)?\.([a-z0-9-]+-\d+)\.")


class SigError(Exception):
    def __init__(self, cause, message):
        super().__init__(cause, message)
        self.cause, self.message = cause, message


def stamp(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime(
        "%Y%m%dT%H%M%SZ")


def check(request, service, people, now, clock_now):
    """(principal, region), or SigError.

    now judges the signature's date, clock_now the credentials' expiry: a test
    may move the second and leave the first at wall time.
    """
    text = request.header("authorization")
    if text is None:
        raise SigError("missing", "Missing Authentication Token")
    match = AUTHORIZATION.fullmatch(text.strip())
    if not match:
        raise SigError("incomplete", "Authorization header requires "
                       "'Credential', 'SignedHeaders' and 'Signature' "
                       f"parameters. Authorization={text.split(' ')[0]}")
    access_key, date, region, scoped, signed, given = match.groups()
    signed = signed.split(";")
    principal = people.find(access_key)
    if principal is None:
        raise SigError("unknown", "The security token included in the request "
                       "is invalid.")
    amz_date = check_dates(request, service, date, now)
    check_scope(request, service, region, scoped)
    check_signed(request, signed)
    check_token(request, principal, clock_now)
    payload = payload_hash(request, service)
    canonical = sigv4.canonical_request(request.method, request.path,
                                        request.query, request.headers, signed,
                                        payload)
    if sigv4.signature(principal.secret, amz_date, region, service,
                       canonical) != given:
        raise SigError("mismatch", MISMATCH)
    return principal, region


def check_dates(request, service, scope_date, now):
    amz_date = request.header("x-amz-date", "")
    if not re.fullmatch(r"\d{8}T\d{6}Z", amz_date):
        raise SigError("incomplete", "Authorization header requires existence "
                       "of either a 'X-Amz-Date' or a 'Date' header.")
    if amz_date[:8] != scope_date:
        raise SigError("scope", "Date in Credential scope does not match "
                       "YYYYMMDD from ISO-8601 version of date from HTTP: "
                       f"'{scope_date}' != '{amz_date[:8]}', from "
                       f"'{amz_date}'.")
    try:
        then = datetime.strptime(amz_date + "+0000",
                                 "%Y%m%dT%H%M%SZ%z").timestamp()
    except ValueError:
        raise SigError("incomplete", "Date must be in ISO-8601 'basic "
                       f"format'. Got '{amz_date}'.") from None
    limit = 15 if service == "s3" else 5
    if service == "s3" and abs(now - then) > limit * 60:
        raise SigError("skew", "The difference between the request time and "
                       "the current time is too large.")
    if then < now - limit * 60:
        raise SigError("skew", f"Signature expired: {amz_date} is now earlier "
                       f"than {stamp(now - limit * 60)} ({stamp(now)} - "
                       f"{limit} min.)")
    if then > now + limit * 60:
        raise SigError("skew", f"Signature not yet current: {amz_date} is "
                       f"still later than {stamp(now + limit * 60)} "
                       f"({stamp(now)} + {limit} min.)")
    return amz_date


def check_scope(request, service, region, scoped):
    if scoped != service:
        raise SigError("scope", "Credential should be scoped to correct "
                       f"service: '{service}'. ")
    host = HOST_REGION.match(request.header("host", ""))
    if not re.fullmatch(r"([a-z]+-){2,3}\d+", region) or \
            host and host.group(1) != region:
        raise SigError("scope", "Credential should be scoped to a valid "
                       "region. ")


def check_signed(request, signed):
    """What must be signed: host, content-type and every x-amz-*."""
    present = {n for n, _ in request.headers}
    needed = {n for n in present if n.startswith("x-amz-") or
              n in ("host", "content-type")} | {"host", "x-amz-date"}
    if signed != sorted(set(signed)):
        raise SigError("mismatch", MISMATCH)
    for name in sorted(needed - set(signed)):
        raise SigError("unsigned", f"'{name}' must be a 'SignedHeader' in the "
                       "AWS Authorization.")
    if not set(signed) <= present:
        raise SigError("mismatch", MISMATCH)


def check_token(request, principal, now):
    if request.header("x-amz-security-token") != principal.session_token:
        raise SigError("token", "The security token included in the request "
                       "is invalid.")
    if principal.expires is not None and now >= principal.expires:
        raise SigError("expired", "The security token included in the request "
                       "is expired")


def payload_hash(request, service):
    real = sigv4.sha256(request.body)
    claimed = request.header("x-amz-content-sha256")
    if claimed is None and service == "s3":
        raise SigError("no-payload", "Missing required header for this "
                       "request: x-amz-content-sha256")
    if claimed not in (None, real):
        raise SigError("payload", "The provided 'x-amz-content-sha256' header "
                       "does not match what was computed.")
    return real
