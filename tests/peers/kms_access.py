"""KMS calls about names, tags, policies and grants."""
import hashlib
import os

import kms_policy
from kms_ops import (DELETING, UNUSABLE, authorise, checked_policy, find_key,
                     iam_allows, denied, not_found, operation, page,
                     refuse_states)
from kms_shapes import KmsError, invalid
from kms_state import partition

ALIASES_MAX = 50


def alias_arn(call, name):
    return (f"arn:{partition(call.region)}:kms:{call.region}:"
            f"{call.account}:{name}")


def check_alias_name(name):
    if not name.startswith("alias/") or name == "alias/":
        raise KmsError("InvalidAliasNameException",
                       f"Alias must start with the prefix \"alias/\": {name}")
    if name.startswith("alias/aws/"):
        raise KmsError("NotAuthorizedException", "")


@operation
def create_alias(call, m):
    check_alias_name(m["AliasName"])
    key = find_key(call, m["TargetKeyId"])
    authorise(call, key)
    refuse_states(call, key, *DELETING)
    place = call.account, call.region, m["AliasName"]
    if place in call.store.aliases:
        raise KmsError("AlreadyExistsException", "An alias with the name "
                       f"{alias_arn(call, m['AliasName'])} already exists")
    if sum(a["key"] is key for a in call.store.aliases.values()) \
            >= ALIASES_MAX:
        raise KmsError("LimitExceededException", "Too many aliases.")
    call.store.aliases[place] = {"key": key, "created": call.now,
                                 "updated": call.now}


@operation
def update_alias(call, m):
    check_alias_name(m["AliasName"])
    key = find_key(call, m["TargetKeyId"])
    authorise(call, key)
    refuse_states(call, key, *DELETING)
    alias = own_alias(call, m["AliasName"])
    if (alias["key"].kind, alias["key"].usage) != (key.kind, key.usage):
        raise invalid("The current and the new key of an alias must be of "
                      "the same type and usage.")
    alias.update(key=key, updated=call.now)


@operation
def delete_alias(call, m):
    check_alias_name(m["AliasName"])
    authorise(call, own_alias(call, m["AliasName"])["key"])
    del call.store.aliases[call.account, call.region, m["AliasName"]]


def own_alias(call, name):
    alias = call.store.aliases.get((call.account, call.region, name))
    if alias is None:
        raise not_found(f"Alias {alias_arn(call, name)} is not found.")
    return alias


@operation
def list_aliases(call, m):
    authorise(call)
    key = find_key(call, m["KeyId"]) if "KeyId" in m else None
    out = []
    if key is None:  # AWS's own, of keys not made yet, have no target
        out = [{"AliasName": n, "AliasArn": alias_arn(call, n)}
               for n in ("alias/aws/ebs", "alias/aws/rds", "alias/aws/s3")]
    for (account, region, name), a in sorted(call.store.aliases.items(),
                                             key=lambda item: item[0]):
        if (account, region) == (call.account, call.region) and \
                key in (None, a["key"]):
            out.append({"AliasName": name, "AliasArn": alias_arn(call, name),
                        "TargetKeyId": a["key"].id,
                        "CreationDate": a["created"],
                        "LastUpdatedDate": a["updated"]})
    return page(m, out, "Aliases", 50)


@operation
def tag_resource(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    refuse_states(call, key, *DELETING)
    key.tags.update((t["TagKey"], t["TagValue"]) for t in m["Tags"])


@operation
def untag_resource(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    refuse_states(call, key, *DELETING)
    for name in m["TagKeys"]:
        key.tags.pop(name, None)


@operation
def list_resource_tags(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    tags = [{"TagKey": k, "TagValue": v} for k, v in key.tags.items()]
    return page(m, tags, "Tags", 50)


def check_policy_name(m):
    if m.get("PolicyName", "default") != "default":
        raise not_found("No such policy exists")


@operation
def get_key_policy(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    check_policy_name(m)
    text = key.policy
    if call.peer.settings["policy_reprinted"]:
        text = kms_policy.reprinted(text)
    return {"Policy": text, "PolicyName": "default"}


@operation
def put_key_policy(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    check_policy_name(m)
    key.policy = checked_policy(call, m, key, None)


def for_aws_resource(call, grantee=""):
    """The condition key that separates people from AWS services."""
    yes = call.principal.for_aws_resource or \
        grantee.endswith(".amazonaws.com")
    return {"kms:GrantIsForAWSResource": "true" if yes else "false"}


def dry_run(m):
    if m.get("DryRun"):
        raise KmsError("DryRunOperationException", "The request would have "
                       "succeeded, but the DryRun option is set.")


@operation
def create_grant(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key, for_aws_resource(call, m["GranteePrincipal"]))
    refuse_states(call, key, *UNUSABLE)
    for member in ("GranteePrincipal", "RetiringPrincipal"):
        check_grant_principal(m.get(member))
    grant = {"GranteePrincipal": m["GranteePrincipal"],
             "RetiringPrincipal": m.get("RetiringPrincipal"),
             "Operations": m["Operations"],
             "Constraints": m.get("Constraints"), "Name": m.get("Name"),
             "IssuingAccount": f"arn:aws:iam::{call.account}:root"}
    grant = {k: v for k, v in grant.items() if v is not None}
    dry_run(m)
    same = [i for i, g in key.grants.items() if "Name" in grant and
            {k: v for k, v in g.items() if k != "CreationDate"} == grant]
    grant_id = same[0] if same else hashlib.sha256(os.urandom(32)).hexdigest()
    key.grants.setdefault(grant_id, {**grant, "CreationDate": call.now})
    return {"GrantId": grant_id, "GrantToken": f"token-{grant_id}"}


def check_grant_principal(arn):
    if arn is not None and not arn.endswith(".amazonaws.com") and \
            (arn == "*" or not kms_policy.PRINCIPAL.fullmatch(arn)):
        raise KmsError("InvalidArnException", f"ARN {arn} is not valid.")


def grant_entry(key, grant_id, grant):
    return {"KeyId": key.arn, "GrantId": grant_id, **grant}


@operation
def list_grants(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key, for_aws_resource(call))
    out = [grant_entry(key, i, g) for i, g in key.grants.items()
           if m.get("GrantId") in (None, i)
           and m.get("GranteePrincipal") in (None, g["GranteePrincipal"])]
    return page(m, out, "Grants", 50)


@operation
def revoke_grant(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key, for_aws_resource(call))
    if m["GrantId"] not in key.grants:
        raise not_found(f"Grant ID {m['GrantId']} not found.")
    dry_run(m)
    del key.grants[m["GrantId"]]


@operation
def retire_grant(call, m):
    """By its retiring principal, or a grantee whose grant allows it."""
    if ("GrantToken" in m) == ("GrantId" in m and "KeyId" in m):
        raise invalid("Give GrantToken, or KeyId and GrantId.")
    grant_id = m.get("GrantId") or m["GrantToken"].removeprefix("token-")
    keys = [find_key(call, m["KeyId"])] if "KeyId" in m else \
        [k for k in call.store.keys.values() if grant_id in k.grants]
    if not keys or grant_id not in keys[0].grants:
        raise not_found(f"Grant ID {grant_id} not found.")
    key, grant = keys[0], keys[0].grants[grant_id]
    may = kms_policy.names(grant.get("RetiringPrincipal", ""),
                           call.principal) or \
        "RetireGrant" in grant["Operations"] and \
        kms_policy.names(grant["GranteePrincipal"], call.principal) or \
        key.account == call.account and \
        iam_allows(call.principal, "kms:RetireGrant") and \
        call.principal.arn.endswith(":root")
    if not may:
        raise denied(call, key.arn, "no grant allows")
    dry_run(m)
    del key.grants[grant_id]
