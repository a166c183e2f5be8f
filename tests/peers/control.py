"""The stand-in's control API (/_control/...): for tests, never for clients.

Plain JSON, unsigned. README.md shows every call.
"""
import base64
import hashlib
import os

import kms_policy
from httpd import Answer
from kms_state import Held, Material, finish_rotation


def handle(peer, request):
    what = request.path.removeprefix("/_control/").rstrip("/")
    if what == "health":
        return Answer.json({"ok": True, "pid": os.getpid(),
                            "utc": peer.clock.utc()})
    if what == "reset":
        peer.reset()
        return Answer.json({"ok": True})
    if what == "state":
        peer.store.tick()
        return Answer.json(state(peer))
    if what == "clock":
        return peer.clock.control(request)
    if what in ("log", "log/reset", "counts"):
        return peer.log.control(request)
    if what == "faults":
        return peer.faults.control(request)
    if what == "settings":
        if request.method == "POST":
            peer.set(request.json())
        return Answer.json(peer.settings)
    if what == "principals":
        peer.people.add(request.json())
        return Answer.json({"ok": True})
    if what == "buckets":
        peer.add_buckets(request.json())
        return Answer.json({"ok": True})
    if what == "act":
        peer.store.tick()
        order = request.json()
        return Answer.json(ACTS[order.pop("act")](peer, **order))
    return Answer.json({"error": f"no such control: {what}"}, 404)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def key_state(key, now):
    held = {}
    for m in key.family.materials:
        secret = key.secret(m)
        h = key.held.get(m.id, Held())
        held[m.id] = {"state": key.material_state(m),
                      "sha256": secret and sha256(secret),
                      "length": secret and len(secret),
                      "valid_to": h.valid_to, "description": m.description}
    return {"arn": key.arn, "state": key.state(now), "spec": key.spec,
            "usage": key.usage, "origin": key.origin, "tags": key.tags,
            "description": key.description, "policy": key.policy,
            "policy_sha256": sha256(key.policy.encode()),
            "grants": key.grants, "materials": held,
            "primary": not key.is_replica,
            "rotating": key.family.rotation_started is not None}


def state(peer):
    store, now = peer.store, peer.clock.now()
    return {"keys": [key_state(k, now) for k in store.keys.values()],
            "aliases": {f"{a}/{r}/{n}": v["key"].arn
                        for (a, r, n), v in store.aliases.items()},
            "tokens": len(store.tokens), "buckets": list(
                peer.buckets.values())}


def key_of(peer, arn):
    key = peer.store.by_arn(arn)
    if key is None:
        raise ValueError(f"no key {arn}")
    return key


# What an attacker, a clumsy colleague or AWS itself might do. ----------------

def substitute(peer, pem, key=None, times=0):
    """Answer GetParametersForImport with the attacker's public key.

    times 0 = for ever; key: only for this ARN.
    """
    from cryptography.hazmat.primitives.serialization import \
        load_pem_public_key
    import kms_crypto
    spki = kms_crypto.spki(load_pem_public_key(pem.encode()))
    peer.substitution = {"spki": spki, "key": key, "left": times or None}
    return {"ok": True, "spki_sha256": sha256(spki)}


def stop_substituting(peer):
    peer.substitution = None
    return {"ok": True}


def plant_grant(peer, key, grantee, operations=("Decrypt",), **more):
    grant_id = sha256(os.urandom(16))
    key = key_of(peer, key)
    key.grants[grant_id] = {
        "GranteePrincipal": grantee, "Operations": list(operations),
        "IssuingAccount": f"arn:aws:iam::{key.account}:root",
        "CreationDate": peer.clock.now(), **more}
    return {"grant_id": grant_id}


def put_policy(peer, key, policy):
    """Any policy, unchecked; an object or the text."""
    import json
    text = policy if isinstance(policy, str) else json.dumps(policy)
    kms_policy.parse(text)
    key_of(peer, key).policy = text
    return {"ok": True}


def import_material(peer, key, material, state=None):
    """Bytes (base64) that nobody sent through the API; bound at once.

    state "PENDING_ROTATION" leaves them waiting for a rotation.
    """
    import kms_crypto
    key = key_of(peer, key)
    secret = kms_crypto.read_material(key.spec, base64.b64decode(material))
    id_ = kms_crypto.material_id(key.id, secret)
    entry = key.family.find(id_)
    if entry is None:
        entry = Material(id_)
        if key.family.materials:
            entry.state = state or "NON_CURRENT"
        key.family.materials.append(entry)
    held = key.held.setdefault(id_, Held())
    held.secret = secret
    return {"material_id": id_, "state": key.state(peer.clock.now())}


def rotate(peer, key, material=None):
    """Rotate at once, to new bytes (base64, random when absent)."""
    key = key_of(peer, key)
    if key.family.pending is None:
        material = material or base64.b64encode(os.urandom(32)).decode()
        import_material(peer, key.arn, material, "PENDING_ROTATION")
    finish_rotation(key.family, peer.clock.now())
    return {"current": key.family.current.id}


def delete_material(peer, key):
    key = key_of(peer, key)
    key.forget(key.family.current)
    return {"state": key.state(peer.clock.now())}


def disable(peer, key, disabled=True):
    key_of(peer, key).disabled = disabled
    return {"ok": True}


ACTS = {f.__name__: f for f in (
    substitute, stop_substituting, plant_grant, put_policy, import_material,
    rotate, delete_material, disable)}
