"""SigV4: recorded signatures recompute, and every broken rule is noticed."""
import base64
import glob
import hashlib
import http.client
import json
import os
import re
import time
import unittest

import kms_crypto
import sigv4
from peer_case import HERE, StandInCase, fails, vector
from people import SAMPLE_SECRET

REQUESTS = sorted(glob.glob(f"{HERE}/vectors/aws-requests/*.txt"))
BODY = ('<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc'
        '/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm'
        '>aws:kms</SSEAlgorithm><KMSMasterKeyID>arn:aws:kms:eu-central-1:11112'
        '2223333:key/1234abcd-12ab-34cd-56ef-1234567890ab</KMSMasterKeyID></Ap'
        'plyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEna'
        'bled></Rule></ServerSideEncryptionConfiguration>').encode()
# S3's worked signatures for BODY; credentials of AWS's published examples.
S3_DATE = "20261122T103138Z"
S3_PUT_HOST = ("627231e2842e732576e14a3a5ce767af"
               "80d30f584b27d5bf2ed5abfa4db77dd3")
S3_PUT_PATH = ("0a882a9b8af704f0549e5bf2eff3eb53"
               "cc3cf306d2cb135a0a7e7b9af208abe9")
S3_GET_HOST = ("955d2f7ca10a0670842bf04156a4cc9a"
               "86ada26b996da2fdaef1ace5020ef183")


def recorded(path):
    """(headers, body) of a recorded request."""
    with open(path, encoding="ascii", newline="") as f:
        head, _, body = f.read().replace("\r\n", "\n").partition("\n\n")
    headers = [tuple(line.split(": ", 1)) for line in head.split("\n")[1:]]
    length = int(dict(headers)["Content-Length"])
    return headers, body[:length].encode()


def s3_headers(host, body, put):
    headers = {"host": host, "x-amz-date": S3_DATE,
               "x-amz-content-sha256": sigv4.sha256(body)}
    if put:
        headers.update({"x-amz-expected-bucket-owner": "111122223333",
                        "x-amz-sdk-checksum-algorithm": "CRC32",
                        "x-amz-checksum-crc32": "QlWFkg=="})
    return headers


class RawCase(StandInCase):

    def send(self, method, target, headers, body):
        """A request exactly as given; (status, body)."""
        c = http.client.HTTPConnection("127.0.0.1", self.server.port)
        c.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        names = {n.lower() for n, _ in headers}
        if "content-length" not in names:
            headers = [*headers, ("Content-Length", str(len(body)))]
        for name, value in headers:
            c.putheader(name, value)
        c.endheaders(body)
        answer = c.getresponse()
        out = answer.status, answer.read()
        c.close()
        return out


class Vectors(RawCase):

    def test_fifteen_recorded_signatures_recompute(self):
        self.assertEqual(len(REQUESTS), 15)
        for path in REQUESTS:
            with self.subTest(os.path.basename(path)):
                headers, body = recorded(path)
                auth = dict(headers)["Authorization"]
                signed = re.search("SignedHeaders=([^,]+)", auth)[1].split(";")
                lower = [(n.lower(), v) for n, v in headers]
                canonical = sigv4.canonical_request(
                    "POST", "/", "", lower, signed, sigv4.sha256(body))
                self.assertEqual(
                    sigv4.signature(SAMPLE_SECRET, dict(lower)["x-amz-date"],
                                    "us-east-1", "kms", canonical),
                    auth.rpartition("=")[2])

    def test_recorded_requests_pass_the_check_as_they_are(self):
        for path in REQUESTS:
            headers, body = recorded(path)
            self.control("clock", {"set": "2026-11-21T19:38:55Z"})
            with self.subTest(os.path.basename(path)):
                status, answer = self.send("POST", "/", headers, body)
                self.assertNotIn(b"Signature", answer)
                (entry,) = self.control("log")["calls"]
                self.assertEqual(entry["principal"].rpartition("/")[2],
                                 "operator")
                self.control("log/reset", {})

    def test_the_worked_example_step_by_step(self):
        headers, body = recorded(f"{HERE}/vectors/aws-requests/DescribeKey.txt")
        headers = [(n.lower(), v) for n, v in headers]
        names = ["content-type", "host", "x-amz-date", "x-amz-target"]
        canonical = sigv4.canonical_request("POST", "/", "", headers, names,
                                            sigv4.sha256(body))
        self.assertEqual(sigv4.sha256(canonical.encode()),
                         "7b995fd6f8419be6cb022c3d5518f17d"
                         "48a00f17db88782b18f18f8b97a26dfc")
        self.assertEqual(
            sigv4.signing_key(SAMPLE_SECRET, "20261121", "us-east-1",
                              "kms").hex(),
            "afba2548ae5efb12058eb9c25201b5fcbb96bfde792ece0ed9a38ab5715f3caa")
        headers = [(n, "kms.us-east-1.amazonaws.com" if n == "host" else v)
                   for n, v in headers]
        headers.append(("x-amz-security-token", "TOKENEXAMPLE"))
        canonical = sigv4.canonical_request(
            "POST", "/", "", headers, sorted([*names, "x-amz-security-token"]),
            sigv4.sha256(body))
        self.assertEqual(
            sigv4.signature(SAMPLE_SECRET, "20261121T193853Z", "us-east-1",
                            "kms", canonical),
            "755571fa9c136aa361c0b3b219c211f61fadfc1a1d066e4d3992d6bbfba9a7e3")

    def s3(self, method, host, path, signature, body=b""):
        """Send one of the worked S3 requests; (status, body)."""
        headers = s3_headers(host, body, method == "PUT")
        scope = "20261122/eu-central-1/s3/aws4_request"
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders="
            f"{';'.join(sorted(headers))}, Signature={signature}")
        return self.send(method, f"{path}?encryption", list(headers.items()),
                         body)

    def test_the_worked_s3_requests_are_accepted(self):
        self.control("clock", {"set": "2026-11-22T10:31:38Z"})
        self.assertEqual(len(BODY), 393)
        host = "my-bucket.s3.eu-central-1.amazonaws.com"
        self.assertEqual(self.s3("PUT", host, "/", S3_PUT_HOST, BODY),
                         (200, b""))
        self.assertEqual(self.s3("PUT", "s3.eu-central-1.amazonaws.com",
                                 "/my-bucket", S3_PUT_PATH, BODY), (200, b""))
        status, body = self.s3("GET", host, "/", S3_GET_HOST)
        self.assertEqual(status, 200)
        self.assertIn(BODY, body)


class Refused(RawCase):
    """One broken rule per test; the signature is right otherwise."""

    def kms_error(self, change=None, after=None, body=b"{}", key="AKIDEXAMPLE",
                  secret=SAMPLE_SECRET, region="us-east-1", service="kms",
                  date=None, drop=()):
        """__type of ListKeys. change: headers before signing, after: since;
        drop: names left out of SignedHeaders."""
        date = date or time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = {"content-type": "application/x-amz-json-1.1",
                   "host": f"127.0.0.1:{self.server.port}",
                   "x-amz-date": date,
                   "x-amz-target": "TrentService.ListKeys", **(change or {})}
        signed = [(n, v) for n, v in headers.items() if n not in drop]
        headers["authorization"] = sigv4.authorization(
            key, secret, date, region, service, "POST", "/", "", signed, body)
        headers.update(after or {})
        status, text = self.send("POST", "/", [
            (n, v) for n, v in headers.items() if v is not None], body)
        if status == 200:
            return None
        self.assertEqual(status, 400)
        return re.search(rb'"__type":"(\w+)"', text)[1].decode()

    def test_the_right_one_passes(self):
        self.assertIsNone(self.kms_error())

    def test_no_authorization(self):
        self.assertEqual(self.kms_error(after={"authorization": None}),
                         "MissingAuthenticationTokenException")

    def test_half_an_authorization(self):
        self.assertEqual(
            self.kms_error(after={"authorization": "AWS4-HMAC-SHA256 "
                                  "Credential=AKIDEXAMPLE"}),
            "IncompleteSignature")

    def test_an_unknown_key_id(self):
        self.assertEqual(self.kms_error(key="AKIDUNKNOWN"),
                         "UnrecognizedClientException")

    def test_wrong_secret_scope_and_changed_body(self):
        for broken in ({"secret": "wrong"}, {"service": "sts"},
                       {"region": "nowhere"},
                       {"after": {"x-amz-target": "TrentService.CreateKey"}},
                       {"after": {"x-amz-date": "20200101T000000Z"}}):
            with self.subTest(broken):
                self.assertEqual(self.kms_error(**broken),
                                 "InvalidSignatureException")

    def test_headers_that_must_be_signed(self):
        for name in ("host", "content-type", "x-amz-target"):
            with self.subTest(name):
                self.assertEqual(self.kms_error(drop=(name,)),
                                 "InvalidSignatureException")
        self.assertEqual(self.kms_error(after={"x-amz-more": "1"}),
                         "InvalidSignatureException")

    def test_names_out_of_order_and_the_host_of_another_region(self):
        self.assertEqual(self.kms_error(
            change={"host": "kms.us-west-2.amazonaws.com"}),
            "InvalidSignatureException")
        self.assertIsNone(self.kms_error(
            change={"host": "kms.us-east-1.amazonaws.com"}))
        names = ["host", "content-type", "x-amz-date", "x-amz-target"]
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        values = dict(zip(names, ("h", "application/x-amz-json-1.1", date,
                                  "TrentService.ListKeys")))
        canonical = sigv4.canonical_request(
            "POST", "/", "", list(values.items()), names, sigv4.sha256(b"{}"))
        sig = sigv4.signature(SAMPLE_SECRET, date, "us-east-1", "kms",
                              canonical)
        scope = f"{date[:8]}/us-east-1/kms/aws4_request"
        values["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, "
            f"SignedHeaders={';'.join(names)}, Signature={sig}")
        self.assertEqual(self.send("POST", "/", list(values.items()),
                                   b"{}")[0], 400)

    def s3_put(self, path="/payments-archive", body=BODY, **more):
        """The S3 error code of a signed PutBucketEncryption."""
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = {"host": "127.0.0.1", "x-amz-date": date,
                   "x-amz-content-sha256": sigv4.sha256(body),
                   **{n.replace("_", "-"): v for n, v in more.items()}}
        headers["authorization"] = sigv4.authorization(
            "AKIDEXAMPLE", SAMPLE_SECRET, date, "us-east-1", "s3", "PUT", path,
            "encryption", list(headers.items()), body)
        status, text = self.send("PUT", f"{path}?encryption=",
                                 list(headers.items()), body)
        return None if status == 200 else \
            re.search(rb"<Code>(\w+)<", text)[1].decode()

    def test_s3_wants_an_integrity_header_that_is_right(self):
        md5 = base64.b64encode(hashlib.md5(BODY).digest()).decode()
        self.assertEqual(md5, "P1Twmy11R815f+Tmk3neKQ==")
        self.assertIsNone(self.s3_put(content_md5=md5))
        self.assertIsNone(self.s3_put(x_amz_checksum_crc32="QlWFkg=="))
        self.assertEqual(self.s3_put(), "InvalidRequest")
        self.assertEqual(self.s3_put(content_md5=md5[::-1]), "BadDigest")
        self.assertEqual(self.s3_put(x_amz_checksum_crc32="AAAAAA=="),
                         "BadDigest")
        self.assertEqual(self.s3_put(
            content_md5=md5, x_amz_sdk_checksum_algorithm="CRC32"),
            "InvalidRequest")
        self.assertEqual(self.s3_put(content_md5=md5,
                                     x_amz_content_sha256="00" * 32),
                         "XAmzContentSHA256Mismatch")

    def test_s3_refuses_xml_of_another_shape(self):
        for body in (b"<x/>", b"not XML", BODY.replace(b"aws:kms<", b"x<"),
                     BODY.replace(b"</Rule>", b"<More/></Rule>"),
                     BODY.replace(b"2006-03-01", b"2006-03-02")):
            md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
            with self.subTest(body):
                self.assertEqual(self.s3_put(body=body, content_md5=md5),
                                 "MalformedXML")

    def test_six_minutes_early_or_late(self):
        for minutes, wanted in ((-4, None), (4, None),
                                (-6, "InvalidSignatureException"),
                                (6, "InvalidSignatureException")):
            date = time.strftime("%Y%m%dT%H%M%SZ",
                                 time.gmtime(time.time() + minutes * 60))
            with self.subTest(minutes):
                self.assertEqual(self.kms_error(date=date), wanted)

    def test_a_temporary_key_without_or_with_a_wrong_token(self):
        role = {"key": "ASIAOSCAR0EXAMPLE0", "secret": "oscars-role-key"}
        self.assertEqual(self.kms_error(**role), "UnrecognizedClientException")
        self.assertEqual(self.kms_error(
            change={"x-amz-security-token": "wrong"}, **role),
            "UnrecognizedClientException")
        self.assertIsNone(self.kms_error(
            change={"x-amz-security-token": "TOKEN/OF+OSCAR=="}, **role))
        self.assertEqual(self.kms_error(
            change={"x-amz-security-token": "x"}),
            "UnrecognizedClientException")

    def test_expired_credentials(self):
        self.assertEqual(self.kms_error(
            change={"x-amz-security-token": "TOKEN/EXPIRED=="},
            key="ASIAEXPIREDEXAMPLE", secret="expired-role-key"),
            "ExpiredTokenException")

    def test_a_key_lives_in_the_scopes_region(self):
        arn = self.key()
        error = fails(self.client(region="eu-central-1").describe_key,
                      KeyId=arn.rpartition("/")[2])
        self.assert_error(error, "NotFoundException")
        error = fails(self.client(region="eu-central-1").describe_key,
                      KeyId=arn)
        self.assert_error(error, "NotFoundException",
                          "Invalid arn us-east-1")

    def test_the_date_header_shows_the_stand_ins_clock(self):
        self.control("clock", {"set": "2030-01-01T00:00:00Z"})
        error = fails(self.kms.list_keys)
        self.assert_error(error, "InvalidSignatureException")
        self.assertIn("Signature expired:", str(error))
        self.assertIn("01 Jan 2030", error.response["ResponseMetadata"]
                      ["HTTPHeaders"]["date"])


class Blob(unittest.TestCase):

    def test_the_recorded_blob_names_its_material(self):
        """The layout that the stand-in's own ciphertext imitates."""
        seen = json.loads(vector("aws-kms-observed.json"))["ciphertext_blob"]
        self.assertEqual(
            kms_crypto.blob_material_id(base64.b64decode(seen["base64"])),
            seen["key_material_id"])


if __name__ == "__main__":
    unittest.main()
