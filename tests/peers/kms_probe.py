"""How Heroku finds out whether it may use a customer's key.

Signs as Heroku's account and asks KMS (here: the stand-in) by key ARN, as
Heroku and its volumes would: look, encrypt, make data keys, create the grant
that its volumes need.
"""
import http.client
import json
import ssl
import time
from urllib.parse import urlsplit

import sigv4

DATA = ("AKIDHEROKU0EXAMPLE", "heroku-secret-key")
VOLUMES = ("AKIDHEROKUVOLUMES0", "volumes-secret-key")
VOLUMES_ARN = "arn:aws:iam::021876802972:user/heroku-volumes"


class Probe:
    def __init__(self, url, data=DATA, volumes=VOLUMES, ca=None):
        self.url = urlsplit(url)
        self.data, self.volumes, self.ca = data, volumes, ca

    def call(self, who, operation, arn, **members):
        """(error type or None, answer) of one KMS call."""
        region = arn.split(":")[3]
        host = self.url.netloc
        body = json.dumps({"KeyId": arn, **members}).encode()
        amz_date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = [("content-type", "application/x-amz-json-1.1"),
                   ("host", host), ("x-amz-date", amz_date),
                   ("x-amz-target", f"TrentService.{operation}")]
        auth = sigv4.authorization(*who, amz_date, region, "kms", "POST", "/",
                                   "", headers, body)
        connection = self.connect()
        try:
            connection.request("POST", "/", body, {
                **dict(headers), "Authorization": auth,
                "User-Agent": "heroku-double"})
            answer = connection.getresponse()
            text = answer.read()
        except OSError as e:
            return f"KMS cannot be reached ({e})", {}
        finally:
            connection.close()
        out = json.loads(text) if text else {}
        if answer.status == 200:
            return None, out
        return out.get("__type", str(answer.status)).rpartition("#")[2], out

    def connect(self):
        if self.url.scheme == "http":
            return http.client.HTTPConnection(self.url.netloc, timeout=10)
        context = ssl.create_default_context(cafile=self.ca)
        return http.client.HTTPSConnection(self.url.netloc, timeout=10,
                                           context=context)

    def usable(self, arn):
        """None when Heroku can work with this key, else the reason."""
        error, out = self.call(self.data, "DescribeKey", arn)
        if error:
            return f"DescribeKey: {error}"
        meta = out["KeyMetadata"]
        if meta["KeySpec"] != "SYMMETRIC_DEFAULT" or not meta["Enabled"]:
            return f"the key is {meta['KeySpec']} and {meta['KeyState']}"
        for operation, members in (
                ("Encrypt", {"Plaintext": "AA=="}),
                ("GenerateDataKey", {"KeySpec": "AES_256"})):
            error, _ = self.call(self.data, operation, arn, DryRun=True,
                                 **members)
            if error != "DryRunOperationException":
                return f"{operation}: {error}"
        return None

    def attach(self, arn, name):
        """The volumes' grant; (reason or None, grant id)."""
        error, out = self.call(
            self.volumes, "CreateGrant", arn, Name=name,
            GranteePrincipal=VOLUMES_ARN, RetiringPrincipal=VOLUMES_ARN,
            Operations=["Encrypt", "Decrypt", "DescribeKey",
                        "GenerateDataKeyWithoutPlaintext", "CreateGrant"])
        return (f"CreateGrant: {error}" if error else None,
                out.get("GrantId"))

    def detach(self, arn, grant_id):
        self.call(self.volumes, "RevokeGrant", arn, GrantId=grant_id)
