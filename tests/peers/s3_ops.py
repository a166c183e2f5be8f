"""S3: default encryption of buckets, and the refusals on the way there."""
import base64
import hashlib
import re
import zlib

from httpd import Answer
from kms_ops import iam_allows
from xml_answers import s3_error, tag, text

SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
HOST = re.compile(r"(?:(.+)\.)?(?:s3(?:[.-].*)?|localhost|127\.0\.0\.1)"
                  r"(?::\d+)?")
NAMES = {"PUT": "PutBucketEncryption", "GET": "GetBucketEncryption",
         "DELETE": "DeleteBucketEncryption"}
ACTIONS = {"GET": "s3:GetEncryptionConfiguration",
           "PUT": "s3:PutEncryptionConfiguration",
           "DELETE": "s3:PutEncryptionConfiguration"}
SSE = ("AES256", "aws:kms", "aws:kms:dsse")


def bucket_of(request):
    """From the host (virtual-host style) or the path (path style)."""
    match = HOST.fullmatch(request.header("host", ""))
    if match and match.group(1) and request.path == "/":
        return match.group(1)
    return request.path.strip("/")


def name_of(request):
    if request.query.rstrip("=") != "encryption":
        return "UnknownS3"
    return NAMES.get(request.method, "UnknownS3")


class S3Error(Exception):
    def __init__(self, code, message, status, more="", headers=None):
        super().__init__(code)
        self.args_ = (code, message, status)
        self.more, self.headers = more, headers


def handle(peer, request, principal, region, entry):
    request_id = entry["request_id"]
    try:
        bucket = find_bucket(peer, request, principal, region, entry)
        body = {"PUT": put, "GET": get, "DELETE": delete}[request.method](
            bucket, request)
    except S3Error as e:
        entry["error"] = e.args_[0]
        return s3_error(*e.args_, request_id, e.more, e.headers)
    headers = {"x-amz-request-id": request_id}
    if body:
        headers["Content-Type"] = "application/xml"
    return Answer(204 if request.method == "DELETE" else 200, body, headers)


def find_bucket(peer, request, principal, region, entry):
    name = bucket_of(request)
    entry["key"] = f"arn:aws:s3:::{name}"
    if name_of(request) == "UnknownS3":
        raise S3Error("NotImplemented", "A header you provided implies "
                      "functionality that is not implemented", 501)
    bucket = peer.buckets.get(name)
    if bucket is None:
        raise S3Error("NoSuchBucket", "The specified bucket does not exist",
                      404, text("BucketName", name))
    if region != bucket["region"]:
        wrong_region(peer, bucket, region)
    action = ACTIONS[request.method]
    owner = request.header("x-amz-expected-bucket-owner")
    if bucket["account"] != principal.account or \
            owner not in (None, bucket["account"]) or \
            not iam_allows(principal, action):
        raise S3Error("AccessDenied", "Access Denied", 403)
    return bucket


def wrong_region(peer, bucket, region):
    """400, 301 or 307, as a test wishes; the right Region in a header."""
    right = bucket["region"]
    headers = {"x-amz-bucket-region": right}
    status = peer.settings["s3_wrong_region_status"]
    if status == 400:
        raise S3Error("AuthorizationHeaderMalformed", "The authorization "
                      f"header is malformed; the region '{region}' is wrong; "
                      f"expecting '{right}'", 400, text("Region", right),
                      headers)
    endpoint = f"{bucket['name']}.s3.{right}.amazonaws.com"
    headers["Location"] = f"http://{endpoint}/?encryption"
    code = "PermanentRedirect" if status == 301 else "TemporaryRedirect"
    raise S3Error(code, "The bucket you are attempting to access must be "
                  "addressed using the specified endpoint.", status,
                  text("Endpoint", endpoint), headers)


def digests(body):
    """Integrity headers that S3 takes -> the right value."""
    def b64(raw):
        return base64.b64encode(raw).decode()
    return {"content-md5": b64(hashlib.md5(body).digest()),
            "x-amz-checksum-crc32":
                b64(zlib.crc32(body).to_bytes(4, "big")),
            "x-amz-checksum-sha1": b64(hashlib.sha1(body).digest()),
            "x-amz-checksum-sha256": b64(hashlib.sha256(body).digest())}


def check_integrity(request):
    right = digests(request.body)
    given = {n: v for n in right if (v := request.header(n)) is not None}
    if not given:
        raise S3Error("InvalidRequest", "Missing required header for this "
                      "request: Content-MD5 OR x-amz-checksum-*", 400)
    for name, value in given.items():
        if value != right[name]:
            raise S3Error("BadDigest", f"The {name} you specified did not "
                          "match what we received.", 400)
    algorithm = request.header("x-amz-sdk-checksum-algorithm")
    if algorithm and f"x-amz-checksum-{algorithm.lower()}" not in given:
        raise S3Error("InvalidRequest", "x-amz-sdk-checksum-algorithm "
                      "specified, but no corresponding x-amz-checksum-* "
                      "header was found.", 400)


def read_configuration(body):
    """{"algorithm", "key", "bucket_key"} of the XML, or MalformedXML."""
    import xml.etree.ElementTree as et
    bad = S3Error("MalformedXML", "The XML you provided was not well-formed "
                  "or did not validate against our published schema", 400)
    try:
        root = et.fromstring(body)
    except et.ParseError:
        raise bad from None
    names = [e.tag.rpartition("}") for e in root.iter()]
    if any(space.lstrip("{") not in ("", SPACE) for space, _, _ in names):
        raise bad
    found = {name: e.text or "" for e, (_, _, name)
             in zip(root.iter(), names)}
    known = {"ServerSideEncryptionConfiguration", "Rule", "SSEAlgorithm",
             "ApplyServerSideEncryptionByDefault", "KMSMasterKeyID",
             "BucketKeyEnabled"}
    if names[0][2] != "ServerSideEncryptionConfiguration" or \
            not set(found) <= known or len(names) != len(found) or \
            found.get("SSEAlgorithm") not in SSE or \
            found.get("BucketKeyEnabled", "false") not in ("true", "false"):
        raise bad
    key = found.get("KMSMasterKeyID")
    if key is not None and found["SSEAlgorithm"] == "AES256":
        raise S3Error("InvalidArgument", "a KMSMasterKeyID is not applicable "
                      "if the default sse algorithm is not aws:kms", 400)
    return {"algorithm": found["SSEAlgorithm"], "key": key,
            "bucket_key": found.get("BucketKeyEnabled") == "true"}


def put(bucket, request):
    check_integrity(request)
    bucket["encryption"] = read_configuration(request.body)
    return b""


def get(bucket, _):
    """A bucket that nobody configured is encrypted with S3's own keys."""
    has = bucket.get("encryption") or {"algorithm": "AES256", "key": None,
                                       "bucket_key": False}
    inner = [text("SSEAlgorithm", has["algorithm"])]
    if has["key"]:
        inner.append(text("KMSMasterKeyID", has["key"]))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag(
        "ServerSideEncryptionConfiguration",
        tag("Rule", tag("ApplyServerSideEncryptionByDefault", *inner),
            text("BucketKeyEnabled", str(has["bucket_key"]).lower())),
        xmlns=SPACE)


def delete(bucket, _):
    bucket.pop("encryption", None)
    return b""
