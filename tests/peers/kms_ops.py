"""KMS calls: finding the key, judging the caller, and a key's life."""
import base64
import re

import kms_policy
from kms_shapes import KmsError, invalid
from kms_specs import (CROSS_ACCOUNT, OTHER_SPECS, SPECS, TAKES_ALIAS)
from kms_state import DAY, Held, Material, partition

OPERATIONS = {}  # name -> function(call, members) -> dict or None

KEY_ARN = re.compile(r"arn:[a-z-]+:kms:([a-z0-9-]+):(\d{12}):(key|alias)/(.+)")
KEY_ID = re.compile(r"mrk-[0-9a-f]{32}|"
                    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def operation(function):
    """Registers create_key as CreateKey."""
    name = "".join(w.capitalize() for w in function.__name__.split("_"))
    OPERATIONS[name] = function
    return function


class Call:
    """One authenticated request while it is served."""

    def __init__(self, peer, name, principal, region, entry):
        self.peer, self.name = peer, name
        self.principal, self.region, self.entry = principal, region, entry
        self.store, self.clock = peer.store, peer.clock
        self.account = principal.account
        self.now = peer.clock.now()


def not_found(text):
    return KmsError("NotFoundException", text)


def bad_state(text):
    return KmsError("KMSInvalidStateException", text)


def unsupported(text):
    return KmsError("UnsupportedOperationException", text)


def wrong_origin(key):
    return unsupported(f"{key.arn} origin is {key.origin} which is not valid "
                       "for this operation.")


def b64(raw):
    return base64.b64encode(raw).decode()


def find_key(call, key_id):
    """The key that an id, ARN or alias names; NotFound and kin otherwise."""
    account, region, kind, name = call.account, call.region, "key", key_id
    if key_id.startswith("arn:"):
        match = KEY_ARN.fullmatch(key_id)
        if not match:
            raise KmsError("InvalidArnException", f"Invalid arn {key_id}")
        region, account, kind, name = match.groups()
        if region != call.region:
            raise not_found(f"Invalid arn {region}")
        if kind == "alias":
            name = f"alias/{name}"
    elif key_id.startswith("alias/"):
        kind = "alias"
    if kind == "alias" and call.name not in TAKES_ALIAS:
        raise not_found(f"Invalid keyId {key_id}")
    if kind == "key" and not KEY_ID.fullmatch(name):
        raise not_found(f"Invalid keyId '{key_id}'")
    arn = f"arn:{partition(region)}:kms:{region}:{account}:" + \
        (name if kind == "alias" else f"key/{name}")
    if kind == "alias":
        alias = call.store.aliases.get((account, region, name))
        key = alias["key"] if alias else None
    else:
        key = call.store.get(account, region, name)
    if key is None and account != call.account:
        raise denied(call, arn, "no resource-based policy allows")
    if key is None:
        raise not_found(f"Alias {arn} is not found." if kind == "alias"
                        else f"Key '{arn}' does not exist")
    call.entry["key"] = key.arn
    return key


def denied(call, resource, why, action=None):
    action = action or f"kms:{call.name}"
    return KmsError("AccessDeniedException",
                    f"User: {call.principal.arn} is not authorized to "
                    f"perform: {action} on resource: {resource} because "
                    f"{why} the {action} action")


def facts_of(call, more):
    """Condition keys of this call."""
    facts = {"kms:calleraccount": call.account,
             "aws:principalaccount": call.account,
             "aws:principalarn": call.principal.role_arn or call.principal.arn,
             "aws:securetransport": "true"}
    facts.update((k.lower(), v) for k, v in more.items() if v is not None)
    return facts


def iam_allows(principal, action):
    """The principal's own policy: True, or False."""
    def hit(patterns):
        return any(kms_policy.glob(p.lower(), action.lower())
                   for p in patterns)
    return hit(principal.allow) and not hit(principal.deny)


def authorise(call, key=None, facts=None, context=None):
    """Raise AccessDeniedException unless the caller may do this."""
    action, principal = f"kms:{call.name}", call.principal
    own = iam_allows(principal, action)
    if key is None:
        if not own:
            raise denied(call, "*", "no identity-based policy allows")
        return
    cross = key.account != call.account
    if cross and call.name not in CROSS_ACCOUNT:
        raise denied(call, key.arn, "no resource-based policy allows")
    verdict = kms_policy.judge(kms_policy.parse(key.policy), principal,
                               action, key.arn, facts_of(call, facts or {}))
    if verdict == "deny":
        raise denied(call, key.arn,
                     "an explicit deny in a resource-based policy forbids")
    if any(kms_policy.glob(d.lower(), action.lower())
           for d in principal.deny):
        raise denied(call, key.arn,
                     "an explicit deny in an identity-based policy forbids")
    if verdict is None and grant_allows(call, key, context or {}):
        verdict = "direct"
    if verdict is None or cross and not own:
        raise denied(call, key.arn, "no resource-based policy allows")
    if verdict == "account" and not own:
        raise denied(call, key.arn, "no identity-based policy allows")


def grant_allows(call, key, context):
    for g in key.grants.values():
        if call.name not in g["Operations"] or \
                not kms_policy.names(g["GranteePrincipal"], call.principal):
            continue
        limits = g.get("Constraints", {})
        if "EncryptionContextEquals" in limits and \
                limits["EncryptionContextEquals"] != context:
            continue
        if limits.get("EncryptionContextSubset", {}).items() <= \
                context.items():
            return True
    return False


def refuse_states(call, key, *states):
    """Raise what KMS says when the key is in one of these states."""
    state = key.state(call.now)
    if state not in states:
        return
    if state == "Disabled":
        raise KmsError("DisabledException", f"{key.arn} is disabled.")
    raise bad_state(key.arn + {
        "PendingImport": " is pending import.",
        "Creating": " is creating.",
        "PendingDeletion": " is pending deletion.",
        "PendingReplicaDeletion": " is pending replica deletion."}[state])


DELETING = ("PendingDeletion", "PendingReplicaDeletion")
UNUSABLE = ("PendingImport", "Disabled", "Creating", *DELETING)


def page(members, items, name, default):
    """Limit and Marker in; Truncated and NextMarker out."""
    start, size = 0, members.get("Limit", default)
    if "Marker" in members:
        try:
            start = int(base64.b64decode(members["Marker"], validate=True))
        except ValueError:
            raise KmsError("InvalidMarkerException", "Could not deserialize "
                           "marker") from None
    end = start + size
    out = {name: items[start:end], "Truncated": end < len(items)}
    if out["Truncated"]:
        out["NextMarker"] = b64(str(end).encode())
    return out


def metadata(key, now):
    """KeyMetadata; members that do not apply are absent."""
    state = key.state(now)
    algorithms = SPECS[key.spec][2][key.usage]
    out = {"AWSAccountId": key.account, "KeyId": key.id, "Arn": key.arn,
           "CreationDate": key.created, "Enabled": state == "Enabled",
           "Description": key.description, "KeyUsage": key.usage,
           "KeyState": state, "Origin": key.origin, "KeyManager": "CUSTOMER",
           "CustomerMasterKeySpec": key.spec, "KeySpec": key.spec,
           "MultiRegion": key.multi_region,
           {"ENCRYPT_DECRYPT": "EncryptionAlgorithms",
            "SIGN_VERIFY": "SigningAlgorithms",
            "GENERATE_VERIFY_MAC": "MacAlgorithms",
            "KEY_AGREEMENT": "KeyAgreementAlgorithms"}[key.usage]: algorithms}
    if key.origin == "EXTERNAL" and key.complete:
        model, valid_to = key.expiry()
        out["ExpirationModel"] = model
        if valid_to is not None:
            out["ValidTo"] = valid_to
    current = key.family.current
    if key.kind == "symmetric" and current and current.id in key.held:
        out["CurrentKeyMaterialId"] = current.id
    if state == "PendingDeletion":
        out["DeletionDate"] = key.deletion_date
    if state == "PendingReplicaDeletion":
        out["PendingDeletionWindowInDays"] = key.deletion_window
    if key.multi_region:
        ends = [{"Arn": k.arn, "Region": k.region}
                for k in key.family.members]
        out["MultiRegionConfiguration"] = {
            "MultiRegionKeyType": "REPLICA" if key.is_replica else "PRIMARY",
            "PrimaryKey": ends[0], "ReplicaKeys": ends[1:]}
    return out


def checked_policy(call, members, key, default):
    """The policy text of a request after the lockout check."""
    text = members.get("Policy", default)
    doc = kms_policy.parse(text)
    if not members.get("BypassPolicyLockoutSafetyCheck") and \
            kms_policy.locks_out(doc, call.principal, key.arn):
        raise kms_policy.malformed(kms_policy.LOCKOUT)
    return text


def default_policy(call):
    return kms_policy.default_text(call.account, partition(call.region))


@operation
def create_key(call, m):
    authorise(call)
    spec = m.get("KeySpec", m.get("CustomerMasterKeySpec",
                                  "SYMMETRIC_DEFAULT"))
    origin = m.get("Origin", "AWS_KMS")
    if spec in OTHER_SPECS or origin not in ("AWS_KMS", "EXTERNAL"):
        raise unsupported(f"{spec} with origin {origin} is not supported.")
    usage = m.get("KeyUsage")
    if usage is None:
        if spec != "SYMMETRIC_DEFAULT":
            raise invalid("You must specify a KeyUsage value for all KMS keys "
                          "except for symmetric encryption keys.")
        usage = "ENCRYPT_DECRYPT"
    if usage not in SPECS[spec][2]:
        raise invalid(f"The KeyUsage {usage} is not compatible with KeySpec "
                      f"{spec}")
    key = call.store.add(call.account, call.region, spec, usage, origin,
                         m.get("MultiRegion", False))
    try:
        key.policy = checked_policy(call, m, key, default_policy(call))
    except KmsError:
        call.store.remove(key)
        raise
    key.description = m.get("Description", "")
    key.tags = {t["TagKey"]: t["TagValue"] for t in m.get("Tags", [])}
    if origin == "AWS_KMS":
        add_own_material(key)
    call.entry["key"] = key.arn
    return {"KeyMetadata": metadata(key, call.now)}


def add_own_material(key, state="CURRENT"):
    """Material that KMS makes by itself."""
    import kms_crypto
    secret = kms_crypto.new_material(key.spec)
    material = Material(kms_crypto.material_id(key.id, secret))
    material.state = state
    key.family.materials.append(material)
    for member in key.family.members:
        held = member.held[material.id] = Held()
        held.secret = secret
    return material


@operation
def describe_key(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    return {"KeyMetadata": metadata(key, call.now)}


@operation
def list_keys(call, m):
    authorise(call)
    mine = [{"KeyId": k.id, "KeyArn": k.arn}
            for k in call.store.keys.values()
            if (k.account, k.region) == (call.account, call.region)
            and call.now >= k.visible_at]
    return page(m, mine, "Keys", 100)


@operation
def enable_key(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    refuse_states(call, key, "PendingImport", "Creating", *DELETING)
    key.disabled = False


@operation
def disable_key(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    refuse_states(call, key, "PendingImport", "Creating", *DELETING)
    key.disabled = True


@operation
def update_key_description(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    refuse_states(call, key, *DELETING)
    key.description = m["Description"]


@operation
def schedule_key_deletion(call, m):
    key = find_key(call, m["KeyId"])
    days = m.get("PendingWindowInDays", 30)
    authorise(call, key, {"kms:ScheduleKeyDeletionPendingWindowInDays":
                          str(days)})
    if not 7 <= days <= 30:
        raise invalid("PendingWindowInDays must be between 7 and 30.")
    refuse_states(call, key, *DELETING)
    key.deletion_window = days
    key.deletion_date = call.now + days * DAY
    out = {"KeyId": key.arn, "KeyState": key.state(call.now),
           "PendingWindowInDays": days}
    if out["KeyState"] == "PendingDeletion":
        out["DeletionDate"] = key.deletion_date
    return out


@operation
def cancel_key_deletion(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    if key.deletion_date is None:
        raise bad_state(f"{key.arn} is not pending deletion.")
    key.deletion_date = None
    key.disabled = True  # shows as PendingImport where material is missing
    return {"KeyId": key.arn}


@operation
def replicate_key(call, m):
    key = find_key(call, m["KeyId"])
    region = m["ReplicaRegion"]
    authorise(call, key, {"kms:ReplicaRegion": region})
    if not key.multi_region or key.is_replica:
        raise unsupported(f"{key.arn} is not a multi-Region primary key.")
    refuse_states(call, key, *UNUSABLE)
    if any(k.region == region for k in key.family.members):
        raise KmsError("AlreadyExistsException",
                       f"A related multi-Region key exists in {region}.")
    if partition(region) != partition(call.region):
        raise invalid(f"{region} is in another partition.")
    replica = call.store.replicate(key, region)
    try:
        replica.policy = checked_policy(call, m, replica,
                                        default_policy(call))
    except KmsError:
        call.store.remove(replica)
        raise
    replica.description = m.get("Description", "")
    replica.tags = {t["TagKey"]: t["TagValue"] for t in m.get("Tags", [])}
    if key.origin == "AWS_KMS":
        replica.held = {i: h for i, h in key.held.items()}
    out = metadata(replica, call.now)
    out["KeyState"], out["Enabled"] = "Creating", False
    return {"ReplicaKeyMetadata": out, "ReplicaPolicy": replica.policy,
            "ReplicaTags": m.get("Tags", [])}


@operation
def get_key_last_usage(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    out = {"KeyId": key.id, "TrackingStartDate": key.created,
           "KeyCreationDate": key.created}
    if key.last_usage:
        out["KeyLastUsage"] = key.last_usage
    return out
