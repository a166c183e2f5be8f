#!/usr/bin/env python3
"""A strict stand-in for AWS: KMS, STS GetCallerIdentity, S3 encryption.

One loopback port. It verifies every signature, judges key policies for
several accounts, truly unwraps what is imported, and answers import calls as
real KMS was recorded to (vectors/aws-kms-observed.json). Tests move its
clock, plant faults and read its log at /_control/ (README.md). It is test
equipment: nothing of the product knows that it exists.
"""
import hashlib
import json
import os
import re
import sys
import threading
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import control
import httpd
import kms_access
import kms_import
import kms_ops
import kms_shapes
import kms_use
import s3_ops
import sigv4_check
import sts_ops
import xml_answers
from clock import Clock
from faults import Faults
from kms_specs import MEMBERS
from kms_state import Store
from people import DEFAULT, People
from wrapping_keys import WrappingKeys

SETTINGS = {
    # seconds between a key's making and its being found by other calls
    "visible_after_seconds": 0,
    # how long a replica stays in Creating
    "creating_seconds": 0,
    # how long RotateKeyOnDemand takes (AWS: minutes)
    "rotation_seconds": 120,
    # least seconds between two calls of an operation, per account and Region
    "quota": {},
    # "own": signatures are judged by the movable clock; "wall": by real time
    "signing_clock": "own",
    # put before every __type, as some AWS services do ("com.amazonaws.kms#")
    "type_prefix": "",
    # whole numbers as 1.7E9, as KMS prints them; false: 1700000000
    "exponents": True,
    # GetKeyPolicy shows the policy parsed and printed anew
    "policy_reprinted": False,
    # 400, 301 or 307 when a bucket lives in another Region
    "s3_wrong_region_status": 400,
}
# Errors whose text arrives as "Message"; all others use "message".
CAPITAL_MESSAGE = {"ValidationException", "InvalidCiphertextException",
                   "InvalidImportTokenException"}
DATE = re.compile(r'"(CreationDate|LastUpdatedDate|DeletionDate|ValidTo|'
                  r'ParametersValidTo|RotationDate|NextRotationDate|Timestamp|'
                  r'OnDemandRotationStartDate|TrackingStartDate|'
                  r'KeyCreationDate)":(\d+(?:\.\d+)?)')


def shortened(value):
    """A request's members for the log: no long blobs, only their hash."""
    if isinstance(value, dict):
        return {k: shortened(v) for k, v in value.items()}
    if isinstance(value, list):
        return [shortened(v) for v in value]
    if isinstance(value, str) and len(value) > 400:
        return {"sha256": hashlib.sha256(value.encode()).hexdigest(),
                "length": len(value)}
    return value


def with_exponent(match):
    """1700000000.123 as 1.700000000123E9."""
    number = match.group(2)
    whole, _, part = number.partition(".")
    digits = (whole[1:] + part[:3]).rstrip("0") or "0"
    return f'"{match.group(1)}":{whole[0]}.{digits}E{len(whole) - 1}'


class StandIn:
    """The peer that httpd.py serves."""

    def __init__(self, config=None, wrapping_keys=None):
        self.config = config or DEFAULT
        self.wrapping_keys = wrapping_keys or WrappingKeys()
        self.lock = threading.RLock()
        self.clock = Clock()
        self.log = httpd.Log()
        self.faults = Faults()
        self.settings = {}
        self.reset()

    def reset(self):
        """As just started, but for the wrapping keys."""
        self.settings.clear()
        self.settings.update(json.loads(json.dumps(SETTINGS)))
        self.settings.update(self.config.get("settings", {}))
        self.clock.offset = 0.0
        self.store = Store(self.clock, self.settings)
        self.people = People()
        self.people.add(self.config.get("principals", []))
        self.buckets = {}
        self.add_buckets(self.config.get("buckets", []))
        self.substitution = None
        self.faults.planted.clear()
        self.log.reset()

    def set(self, changes):
        unknown = set(changes) - set(SETTINGS)
        if unknown:
            raise ValueError(f"unknown settings {sorted(unknown)}")
        self.settings.update(changes)

    def add_buckets(self, buckets):
        for b in buckets if isinstance(buckets, list) else [buckets]:
            self.buckets[b["name"]] = dict(b)

    def http_date(self):
        return self.clock.http_date()

    def control(self, request):
        return control.handle(self, request)

    def describe(self, request):
        """Which service and operation a request means, before any check."""
        entry = {"service": "s3", "operation": s3_ops.name_of(request),
                 "request_id": str(uuid.uuid4()), "utc": self.clock.utc(),
                 "user_agent": request.header("user-agent", "")}
        target = request.header("x-amz-target")
        if target is not None:
            entry["service"] = "kms"
            entry["operation"] = target.removeprefix("TrentService.")
            try:
                entry["request"] = shortened(json.loads(request.body or "{}"))
            except ValueError:
                entry["request"] = None
        elif request.method == "POST":
            entry["service"] = "sts"
            entry["operation"] = "GetCallerIdentity"
        return entry

    def handle(self, request, entry):
        service = entry["service"]
        self.store.tick()
        now = self.clock.now()
        if self.settings["signing_clock"] == "wall":
            now -= self.clock.offset
        try:
            principal, region = sigv4_check.check(
                request, service, self.people, now, self.clock.now())
        except sigv4_check.SigError as e:
            kms, sts, s3 = sigv4_check.FACES[e.cause]
            entry["refused"] = e.cause
            code, status = {"kms": (kms, 400), "sts": sts, "s3": s3}[service]
            return self.error(entry, code, e.message, status)
        entry.update(principal=principal.arn, account=principal.account,
                     region=region)
        if service == "sts":
            return sts_ops.handle(request, principal, entry)
        if service == "s3":
            return s3_ops.handle(self, request, principal, region, entry)
        try:
            return self.kms(request, principal, region, entry)
        except kms_shapes.KmsError as e:
            return self.error(entry, e.type, e.message, e.status)

    def kms(self, request, principal, region, entry):
        name = entry["operation"]
        if request.method != "POST" or request.path != "/" or \
                request.header("content-type") != "application/x-amz-json-1.1" \
                or name not in MEMBERS or request.query or \
                request.header("x-amz-target") != f"TrentService.{name}":
            raise kms_shapes.KmsError("UnknownOperationException")
        members = kms_shapes.parse(name, request.body)
        self.check_quota(name, principal.account, region)
        call = kms_ops.Call(self, name, principal, region, entry)
        out = kms_ops.OPERATIONS[name](call, members)
        body = "" if out is None else self.text(out)
        return httpd.Answer(200, body, self.headers(entry))

    def check_quota(self, name, account, region):
        least = self.settings["quota"].get(name)
        if least is None:
            return
        now, last = self.clock.now(), self.store.last_call
        if now < last.get((name, account, region), 0) + least:
            raise kms_shapes.KmsError(
                "ThrottlingException", "You have exceeded the rate at which "
                "you may call KMS. Reduce the frequency of your calls.")
        last[name, account, region] = now

    def substituted_key(self, key):
        """The attacker's SPKI while an attack of this kind is planted."""
        s = self.substitution
        if s is None or s["key"] not in (None, key.arn) or s["left"] == 0:
            return None
        if s["left"] is not None:
            s["left"] -= 1
        return s["spki"]

    def text(self, out):
        body = json.dumps(out, separators=(",", ":"))
        return DATE.sub(with_exponent, body) if self.settings["exponents"] \
            else body

    @staticmethod
    def headers(entry):
        return {"x-amzn-RequestId": entry["request_id"],
                "Cache-Control": "no-cache, no-store, must-revalidate, private",
                "Content-Type": "application/x-amz-json-1.1"}

    def error(self, entry, type_, message, status):
        """An error as the service of this entry words it."""
        entry["error"] = type_
        if entry["service"] == "sts":
            return xml_answers.sts_error(type_, message, status,
                                         entry["request_id"])
        if entry["service"] == "s3":
            return xml_answers.s3_error(type_, message, status,
                                        entry["request_id"])
        name = "Message" if type_ in CAPITAL_MESSAGE else "message"
        body = {"__type": self.settings["type_prefix"] + type_, name: message}
        return httpd.Answer(status, json.dumps(body, separators=(",", ":")),
                            self.headers(entry))

    def fault_answer(self, entry, fault):
        return self.error(entry, fault["type"], fault.get("message", ""),
                          fault.get("status", 400))


def main():
    p = httpd.parser(__doc__.splitlines()[0])
    httpd.tls_options(p)
    p.add_argument("--rsa-cache", metavar="FILE",
                   help="keep wrapping keys here from one run to the next")
    p.add_argument("--rsa-pool", type=int, default=1, metavar="N",
                   help="N wrapping keys per spec take turns; made ahead")
    p.add_argument("--fresh-rsa", action="store_true",
                   help="a new wrapping key for every call")
    p.add_argument("--fill-rsa-cache", action="store_true",
                   help="make what --rsa-cache lacks and end")
    args = p.parse_args()
    keys = WrappingKeys(args.rsa_cache, args.rsa_pool, args.fresh_rsa)
    if args.fill_rsa_cache:
        keys.fill()
        return
    if args.rsa_pool > 1:
        keys.fill_in_background()
    config = None
    if args.config:
        with open(args.config, encoding="utf-8") as f:
            config = json.load(f)
    server = httpd.Server(args.port, StandIn(config, keys), args.cert,
                          args.key)
    httpd.run(server, args)


# Importing these modules registers their operations.
assert set(kms_ops.OPERATIONS) == set(MEMBERS), (
    kms_access, kms_import, kms_use)

if __name__ == "__main__":
    main()
