"""Who exists in the stand-in's AWS: principals and their credentials.

A config file replaces the built-in people:

    {"principals": [{"access_key": "...", "secret": "...", "arn": "...",
                     "session_token": null, "expires": null,
                     "allow": ["*"], "deny": [],
                     "for_aws_resource": false}],
     "buckets": [{"name": "...", "region": "...", "account": "..."}],
     "settings": {...}}

allow and deny are the principal's own IAM policy, as action patterns.
for_aws_resource marks calls that AWS services make for a customer's volumes:
the condition key kms:GrantIsForAWSResource is true for them.
"""
from clock import seconds_of

HEROKU = "021876802972"
ACCOUNT = "111122223333"
SAMPLE_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

DEFAULT = {
    "principals": [
        # AWS's published sample secret; the recorded requests use it.
        {"access_key": "AKIDEXAMPLE", "secret": SAMPLE_SECRET,
         "arn": f"arn:aws:iam::{ACCOUNT}:user/operator"},
        {"access_key": "AKIDOSCAR0EXAMPLE0", "secret": "oscars-secret-key",
         "arn": f"arn:aws:iam::{ACCOUNT}:user/oscar"},
        {"access_key": "AKIDOLGA00EXAMPLE0", "secret": "olgas-secret-key",
         "arn": f"arn:aws:iam::{ACCOUNT}:user/olga"},
        {"access_key": "ASIAOSCAR0EXAMPLE0", "secret": "oscars-role-key",
         "session_token": "TOKEN/OF+OSCAR==",
         "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ceremony/oscar"},
        {"access_key": "ASIAOLGA00EXAMPLE0", "secret": "olgas-role-key",
         "session_token": "TOKEN/OF+OLGA==",
         "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ceremony-import/olga"},
        {"access_key": "ASIAEXPIREDEXAMPLE", "secret": "expired-role-key",
         "session_token": "TOKEN/EXPIRED==", "expires": 1577836800,
         "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ceremony/late"},
        {"access_key": "AKIDROOT00EXAMPLE0", "secret": "root-secret-key",
         "arn": f"arn:aws:iam::{ACCOUNT}:root"},
        {"access_key": "AKIDNOBODYEXAMPLE0", "secret": "nobodys-secret-key",
         "arn": f"arn:aws:iam::{ACCOUNT}:user/nobody", "allow": []},
        {"access_key": "AKIDMALLORYEXAMPLE", "secret": "mallorys-secret-key",
         "arn": "arn:aws:iam::444455556666:user/mallory"},
        {"access_key": "AKIDHEROKU0EXAMPLE", "secret": "heroku-secret-key",
         "arn": f"arn:aws:iam::{HEROKU}:user/heroku-data"},
        {"access_key": "AKIDHEROKUVOLUMES0", "secret": "volumes-secret-key",
         "arn": f"arn:aws:iam::{HEROKU}:user/heroku-volumes",
         "for_aws_resource": True},
    ],
    "buckets": [
        {"name": "payments-archive", "region": "us-east-1",
         "account": ACCOUNT},
        {"name": "payments-eu", "region": "eu-central-1", "account": ACCOUNT},
        {"name": "my-bucket", "region": "eu-central-1", "account": ACCOUNT},
        {"name": "dotted.bucket", "region": "us-east-1", "account": ACCOUNT},
        {"name": "foreign-bucket", "region": "us-east-1",
         "account": "444455556666"},
    ],
}


class Principal:
    def __init__(self, spec):
        self.access_key = spec["access_key"]
        self.secret = spec["secret"]
        self.arn = spec["arn"]
        self.account = spec.get("account") or self.arn.split(":")[4]
        self.session_token = spec.get("session_token")
        expires = spec.get("expires")
        self.expires = None if expires is None else seconds_of(expires)
        self.allow = spec.get("allow", ["*"])
        self.deny = spec.get("deny", [])
        self.for_aws_resource = spec.get("for_aws_resource", False)

    @property
    def user_id(self):
        """As GetCallerIdentity words it."""
        kind, _, name = self.arn.split(":", 5)[5].partition("/")
        if kind == "root":
            return self.account
        if kind == "assumed-role":
            return "AROAEXAMPLE0ROLE0000:" + name.rpartition("/")[2]
        return "AIDAEXAMPLE0USER0000"

    @property
    def role_arn(self):
        """The IAM role behind an assumed-role session, or None."""
        part = self.arn.split(":")
        if part[2] != "sts":
            return None
        role = part[5].split("/")[1]
        return f"arn:{part[1]}:iam::{self.account}:role/{role}"


class People:
    def __init__(self):
        self.by_key = {}

    def add(self, specs):
        for spec in specs if isinstance(specs, list) else [specs]:
            principal = Principal(spec)
            self.by_key[principal.access_key] = principal

    def find(self, access_key):
        return self.by_key.get(access_key)
