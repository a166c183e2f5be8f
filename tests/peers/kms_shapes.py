"""Checks a request's JSON against the tables: strict where AWS is lenient.

AWS ignores members it does not know. Here they are refused, because a name
that KMS does not know is a typing error of whoever wrote the client.
"""
import base64
import binascii
import json
import re

import kms_specs


class KmsError(Exception):
    """An answer that is no success: __type, text, HTTP status."""

    def __init__(self, type_, message="", status=400, header=None):
        super().__init__(type_, message)
        self.type = type_
        self.message = message
        self.status = status
        self.headers = header or {}


def invalid(text):
    return KmsError("ValidationException", text)


def _no_duplicates(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member appears twice")
    return dict(pairs)


def _no_constant(text):
    raise ValueError(f"{text} is not JSON")


def strict_json(text):
    return json.loads(text, object_pairs_hook=_no_duplicates,
                      parse_constant=_no_constant)


def parse(operation, body):
    """The members of the request, blobs decoded; raises KmsError."""
    try:
        members = strict_json(body.decode("utf-8") or "{}")
        if not isinstance(members, dict):
            raise ValueError("not an object")
    except ValueError as e:
        raise KmsError("SerializationException", f"stand-in: {e}") from None
    table = {n.rstrip("!"): (t, n.endswith("!"))
             for n, t in kms_specs.MEMBERS[operation].items()}
    for name in members:
        if name not in table:
            raise invalid(f"stand-in: {operation} has no member {name}")
    for name, (_, required) in table.items():
        if required and members.get(name) is None:
            raise constraint(None, name, "Member must not be null")
    return {name: check(name, table[name][0], value)
            for name, value in members.items() if value is not None}


def constraint(value, name, must):
    shown = "Value" if value is None else f"Value '{value}'"
    where = name[0].lower() + name[1:]
    return invalid("1 validation error detected: "
                   f"{shown} at '{where}' failed to satisfy constraint: {must}")


def wrong_type(name, wanted):
    return KmsError("SerializationException",
                    f"stand-in: {name} is not {wanted}")


def check_length(name, value, low, high):
    if len(value) < low:
        raise constraint(None, name, "Member must have length greater than "
                         f"or equal to {low}")
    if len(value) > high:
        raise constraint(None, name, "Member must have length less than or "
                         f"equal to {high}")


def check(name, kind, value):
    what, low, high, detail = kind
    return _CHECKS[what](name, value, low, high, detail)


def check_str(name, value, low, high, pattern):
    if not isinstance(value, str):
        raise wrong_type(name, "a string")
    check_length(name, value, low, high)
    if pattern and not re.fullmatch(pattern, value, re.ASCII):
        raise constraint(value, name, "Member must satisfy regular "
                         f"expression pattern: ^{pattern}$")
    return value


def check_enum(name, value, low, high, names):
    if not isinstance(value, str):
        raise wrong_type(name, "a string")
    if value not in names:
        raise constraint(value, name, "Member must satisfy enum value set: "
                         f"[{', '.join(names)}]")
    return value


def check_blob(name, value, low, high, _):
    try:
        raw = base64.b64decode(value, validate=True)
        if base64.b64encode(raw).decode() != value:
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise wrong_type(name, "padded base64") from None
    check_length(name, raw, low, high)
    return raw


def check_int(name, value, low, high, _):
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(name, "an integer")
    if value < low:
        raise constraint(value, name, "Member must have value greater than "
                         f"or equal to {low}")
    if value > high:
        raise constraint(value, name, "Member must have value less than or "
                         f"equal to {high}")
    return value


def check_bool(name, value, *_):
    if not isinstance(value, bool):
        raise wrong_type(name, "true or false")
    return value


def check_date(name, value, *_):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong_type(name, "a number of seconds")
    return value


def check_map(name, value, *_):
    if not isinstance(value, dict) or \
            not all(isinstance(v, str) for v in value.values()):
        raise wrong_type(name, "a map of strings")
    return value


def check_list(name, value, low, high, names):
    if not isinstance(value, list) or \
            not all(isinstance(v, str) for v in value):
        raise wrong_type(name, "a list of strings")
    check_length(name, value, low, high)
    for v in value:
        if names and v not in names:
            raise constraint(f"[{', '.join(value)}]", name,
                             "Member must satisfy constraint: [Member must "
                             f"satisfy enum value set: [{', '.join(names)}]]")
    return value


def check_tags(name, value, low, high, _):
    if not isinstance(value, list):
        raise wrong_type(name, "a list of tags")
    for tag in value:
        if not isinstance(tag, dict) or set(tag) != {"TagKey", "TagValue"}:
            raise wrong_type(name, "a list of {TagKey, TagValue}")
        check_str("tagKey", tag["TagKey"], 1, 128, None)
        check_str("tagValue", tag["TagValue"], 0, 256, None)
    keys = [tag["TagKey"] for tag in value]
    if len(set(keys)) != len(keys):
        raise KmsError("TagException", "Duplicate tag keys")
    if any(k.lower().startswith("aws:") for k in keys) or len(keys) > high:
        raise KmsError("TagException", "Invalid tag")
    return value


def check_constraints(name, value, *_):
    if not isinstance(value, dict) or \
            not set(value) <= {"EncryptionContextSubset",
                               "EncryptionContextEquals"}:
        raise wrong_type(name, "grant constraints")
    return {k: check_map(k, v) for k, v in value.items()}


_CHECKS = {"str": check_str, "enum": check_enum, "blob": check_blob,
           "int": check_int, "bool": check_bool, "date": check_date,
           "map": check_map, "list": check_list, "tags": check_tags,
           "constraints": check_constraints}
