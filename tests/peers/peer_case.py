"""What the tests of the doubles share: a running stand-in and AWS's client.

The judge is boto3 (AWS's own client) and python-cryptography, never our code.
"""
import base64
import functools
import json
import os
import sys
import threading
import unittest
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding

import httpd
from kms_standin import StandIn
from people import DEFAULT
from wrapping_keys import WrappingKeys

NO_RETRY = Config(retries={"total_max_attempts": 1}, connect_timeout=5,
                  read_timeout=5, inject_host_prefix=False,
                  s3={"addressing_style": "path"})
WRAPPING_KEYS = WrappingKeys()  # one set for the whole run: they are slow
DAY = 86400


def control(url, path, body=None, method=None):
    """One call of a control API; the answer's JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{url}/_control/{path}", data, method=method or
        ("GET" if data is None else "POST"))
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def wrap(parameters, algorithm, material):
    """What the offline side does, by another hand than the product's."""
    public = serialization.load_der_public_key(parameters["PublicKey"])
    h = hashes.SHA1() if algorithm.endswith("_1") else hashes.SHA256()
    oaep = padding.OAEP(padding.MGF1(h), h, None)
    if algorithm.startswith("RSAES_OAEP"):
        return public.encrypt(material, oaep)
    aes = os.urandom(32)
    return public.encrypt(aes, oaep) + \
        keywrap.aes_key_wrap_with_padding(aes, material)


def fails(call, *args, **members):
    """The error of a call that must fail, or None when it succeeds."""
    try:
        call(*args, **members)
    except ClientError as e:
        return e
    return None


class StandInCase(unittest.TestCase):
    """Each test starts from an empty stand-in; one server per class."""

    @classmethod
    def setUpClass(cls):
        cls.peer = StandIn(wrapping_keys=WRAPPING_KEYS)
        cls.server = httpd.start_in_thread(cls.peer)
        cls.url = cls.server.url
        cls.client = staticmethod(functools.lru_cache(None)(cls.make_client))

    @classmethod
    def make_client(cls, service="kms", who="AKIDEXAMPLE",
                    region="us-east-1"):
        p = next(p for p in DEFAULT["principals"] if p["access_key"] == who)
        return boto3.client(service, region_name=region, endpoint_url=cls.url,
                            aws_access_key_id=who,
                            aws_secret_access_key=p["secret"],
                            aws_session_token=p.get("session_token"),
                            config=NO_RETRY)

    @classmethod
    def tearDownClass(cls):
        cls.client.cache_clear()
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self):
        self.peer.reset()
        self.kms = self.client()

    def control(self, path, body=None, method=None):
        return control(self.url, path, body, method)

    def act(self, name, **members):
        return self.control("act", {"act": name, **members})

    def advance(self, seconds):
        """Move KMS's time, but not the time by which signatures are judged."""
        self.peer.settings["signing_clock"] = "wall"
        self.peer.clock.advance(seconds)

    # Calls that nearly every test makes. ------------------------------------

    def key(self, spec="SYMMETRIC_DEFAULT", usage=None, kms=None, **more):
        """The ARN of a new EXTERNAL key."""
        if usage:
            more["KeyUsage"] = usage
        more.setdefault("Origin", "EXTERNAL")
        out = (kms or self.kms).create_key(KeySpec=spec, **more)
        return out["KeyMetadata"]["Arn"]

    def parameters(self, arn, algorithm="RSAES_OAEP_SHA_256",
                   spec="RSA_2048", kms=None):
        return (kms or self.kms).get_parameters_for_import(
            KeyId=arn, WrappingAlgorithm=algorithm, WrappingKeySpec=spec)

    def bring(self, arn, material, algorithm="RSAES_OAEP_SHA_256", kms=None,
              parameters=None, spec="RSA_2048", **more):
        """ImportKeyMaterial, not expiring unless told otherwise."""
        parameters = parameters or self.parameters(arn, algorithm, spec, kms)
        if "ValidTo" not in more:
            more.setdefault("ExpirationModel", "KEY_MATERIAL_DOES_NOT_EXPIRE")
        return (kms or self.kms).import_key_material(
            KeyId=arn, ImportToken=parameters["ImportToken"],
            EncryptedKeyMaterial=wrap(parameters, algorithm, material), **more)

    def describe(self, arn, kms=None):
        return (kms or self.kms).describe_key(KeyId=arn)["KeyMetadata"]

    def assert_error(self, error, code, message=None):
        self.assertIsNotNone(error, f"wanted {code}, but the call succeeded")
        self.assertEqual(error.response["Error"]["Code"], code)
        if message is not None:
            self.assertEqual(error.response["Error"]["Message"], message)
        self.assertEqual(
            error.response["ResponseMetadata"]["HTTPStatusCode"], 400)


def threading_server(serve):
    """Run a server that never returns beside the test."""
    def run():
        try:
            serve()
        except OSError:
            pass  # its socket was closed: the test is over
    threading.Thread(target=run, daemon=True).start()


def b64(raw):
    return base64.b64encode(raw).decode()


def vector(name):
    """A file below vectors/, as text."""
    with open(os.path.join(HERE, "vectors", name), encoding="utf-8") as f:
        return f.read()
