"""Key policies: are they well formed, and what do they say about a call?

Facts of a call are a plain dict: condition key in lower case -> string.
"""
import fnmatch
import json
import re

from kms_shapes import KmsError, strict_json

SIZE_MAX = 32768
VERSIONS = ("2012-10-17", "2008-10-17")
STATEMENT = {"Sid", "Effect", "Principal", "NotPrincipal", "Action",
             "NotAction", "Resource", "NotResource", "Condition"}
PRINCIPAL = re.compile(
    r"\*|\d{12}|arn:aws[a-z-]*:iam::\d{12}:(root|user/.+|role/.+)|"
    r"arn:aws[a-z-]*:sts::\d{12}:(assumed-role|federated-user)/.+")
LOCKOUT = ("The new key policy will not allow you to update the key policy "
           "in the future.")


def malformed(text):
    return KmsError("MalformedPolicyDocumentException", text)


def as_list(value):
    return value if isinstance(value, list) else [value]


def default_text(account, partition):
    """What KMS writes when CreateKey has no Policy; its own layout."""
    return f'''{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}'''


def parse(text):
    """The document, or MalformedPolicyDocumentException."""
    if len(text.encode()) > SIZE_MAX:
        raise KmsError("LimitExceededException",
                       "The key policy is longer than 32 KiB.")
    try:
        doc = strict_json(text)
    except ValueError:
        raise malformed("Syntax errors in policy.") from None
    if not isinstance(doc, dict) or not set(doc) <= {"Version", "Id",
                                                     "Statement"}:
        raise malformed("Syntax errors in policy.")
    if doc.get("Version", "2008-10-17") not in VERSIONS:
        raise malformed("The policy has an invalid version.")
    if not isinstance(doc.get("Id", ""), str):
        raise malformed("Syntax errors in policy.")
    statements = as_list(doc.get("Statement", []))
    if not statements:
        raise malformed("Policy document must contain a statement.")
    for statement in statements:
        check_statement(statement)
    sids = [s["Sid"] for s in statements if "Sid" in s]
    if len(set(sids)) != len(sids):
        raise malformed("Statement IDs (SID) in a single policy must be "
                        "unique.")
    return doc


def check_statement(s):
    """A statement without Action or Resource passes: it has no effect."""
    if not isinstance(s, dict) or not set(s) <= STATEMENT:
        raise malformed("Syntax errors in policy.")
    if s.get("Effect") not in ("Allow", "Deny"):
        raise malformed("Policy statement must have an effect.")
    if not isinstance(s.get("Sid", ""), str):
        raise malformed("Syntax errors in policy.")
    if ("Principal" in s) == ("NotPrincipal" in s):
        raise malformed("Policy statement must contain principals.")
    check_principal(s.get("Principal", s.get("NotPrincipal")))
    for pair in (("Action", "NotAction"), ("Resource", "NotResource")):
        if pair[0] in s and pair[1] in s:
            raise malformed(f"{pair[0]} and {pair[1]} exclude each other.")
        for name in pair:
            values = as_list(s.get(name, []))
            if not all(isinstance(v, str) and v for v in values):
                raise malformed("Syntax errors in policy.")
    check_conditions(s.get("Condition", {}))


def check_principal(principal):
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise malformed("Policy statement must contain principals.")
    for kind, values in principal.items():
        if kind not in ("AWS", "Service", "Federated", "CanonicalUser"):
            raise malformed("Syntax errors in policy.")
        values = as_list(values)
        if not values or not all(isinstance(v, str) for v in values):
            raise malformed("Policy statement must contain principals.")
        if kind == "AWS" and not all(PRINCIPAL.fullmatch(v) for v in values):
            raise malformed("Policy contains a statement with one or more "
                            "invalid principals.")


def check_conditions(conditions):
    if not isinstance(conditions, dict):
        raise malformed("Syntax errors in policy.")
    for operator, keys in conditions.items():
        base = operator.removesuffix("IfExists")
        if base not in OPERATORS and operator != "Null":
            raise malformed(f"Invalid Condition type : {operator}.")
        if not isinstance(keys, dict) or not all(
                isinstance(v, (str, bool, int, float))
                for values in keys.values() for v in as_list(values)):
            raise malformed("Syntax errors in policy.")


def glob(pattern, text):
    """AWS's * and ? only; brackets mean themselves."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def word(value):
    return json.dumps(value) if isinstance(value, (bool, int, float)) \
        else value


def number(text):
    try:
        return float(text)
    except ValueError:
        from clock import seconds_of
        return seconds_of(text)


OPERATORS = {
    "StringEquals": lambda want, have: want == have,
    "StringEqualsIgnoreCase": lambda w, h: w.lower() == h.lower(),
    "StringLike": glob,
    "ArnEquals": glob,
    "ArnLike": glob,
    "Bool": lambda want, have: want.lower() == have.lower(),
    **{f"{kind}{name}": compare
       for kind in ("Numeric", "Date") for name, compare in {
           "Equals": lambda w, h: number(h) == number(w),
           "LessThan": lambda w, h: number(h) < number(w),
           "LessThanEquals": lambda w, h: number(h) <= number(w),
           "GreaterThan": lambda w, h: number(h) > number(w),
           "GreaterThanEquals": lambda w, h: number(h) >= number(w)}.items()},
}
NEGATED = {"StringNotEquals": "StringEquals", "StringNotLike": "StringLike",
           "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike",
           "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
           "NumericNotEquals": "NumericEquals",
           "DateNotEquals": "DateEquals"}
OPERATORS.update({name: None for name in NEGATED})


def condition_holds(operator, key, values, facts):
    have = facts.get(key.lower())
    values = [word(v) for v in as_list(values)]
    if operator == "Null":
        return (have is None) == (values[0].lower() == "true")
    if operator.endswith("IfExists"):
        operator = operator.removesuffix("IfExists")
        if have is None:
            return True
    if operator in NEGATED:  # holds where the key is absent, as in AWS
        test = OPERATORS[NEGATED[operator]]
        return have is None or not any(test(v, have) for v in values)
    return have is not None and any(OPERATORS[operator](v, have)
                                    for v in values)


def conditions_hold(statement, facts):
    return all(condition_holds(operator, key, values, facts)
               for operator, keys in statement.get("Condition", {}).items()
               for key, values in keys.items())


def names(pattern_principal, principal):
    """None, "account" (by its root) or "direct"."""
    p = pattern_principal
    if p in ("*", principal.arn, principal.role_arn):
        return "direct"
    if p == principal.account or \
            re.fullmatch(rf"arn:[a-z-]+:iam::{principal.account}:root", p):
        return "account"
    return None


def who(statement, principal):
    """How a statement's principals name the caller; see names()."""
    negated = "NotPrincipal" in statement
    listed = statement.get("NotPrincipal" if negated else "Principal")
    patterns = ["*"] if listed == "*" else as_list(listed.get("AWS", []))
    found = [n for p in patterns if (n := names(p, principal))]
    if negated:
        return None if found else "direct"
    return "direct" if "direct" in found else found[0] if found else None


def covers(statement, action, resource):
    if "NotAction" in statement:
        hit = not any(glob(a.lower(), action.lower())
                      for a in as_list(statement["NotAction"]))
    else:
        hit = any(glob(a.lower(), action.lower())
                  for a in as_list(statement.get("Action", [])))
    if not hit:
        return False
    if "NotResource" in statement:
        return not any(glob(r, resource)
                       for r in as_list(statement["NotResource"]))
    return any(glob(r, resource) for r in as_list(statement.get("Resource",
                                                                [])))


def judge(doc, principal, action, resource, facts):
    """What a key policy says: "deny", "direct", "account" or None."""
    verdict = None
    for s in as_list(doc["Statement"]):
        how = who(s, principal)
        if how is None or not covers(s, action, resource) or \
                not conditions_hold(s, facts):
            continue
        if s["Effect"] == "Deny":
            return "deny"
        verdict = "direct" if "direct" in (how, verdict) else how
    return verdict


def locks_out(doc, principal, resource):
    """Whether the caller could not call PutKeyPolicy under this document.

    A statement under a condition does not count.
    """
    plain = [s for s in as_list(doc["Statement"])
             if not s.get("Condition") or s["Effect"] == "Deny"]
    verdict = judge({"Statement": plain}, principal, "kms:PutKeyPolicy",
                    resource, {})
    return verdict not in ("direct", "account")


def reprinted(text):
    """The same policy as a service that parses and prints would show it."""
    doc = json.loads(text)
    for s in as_list(doc["Statement"]):
        aws = s.get("Principal", {})
        if isinstance(aws, dict) and "AWS" in aws:
            values = [f"arn:aws:iam::{v}:root" if re.fullmatch(r"\d{12}", v)
                      else v for v in as_list(aws["AWS"])]
            aws["AWS"] = values[0] if len(values) == 1 else values
        for name in ("Action", "Resource"):
            if isinstance(s.get(name), list) and len(s[name]) == 1:
                s[name] = s[name][0]
    doc["Statement"] = as_list(doc["Statement"])
    return json.dumps(doc, indent=2, separators=(",", " : "))
