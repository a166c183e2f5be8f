"""What KMS remembers: keys, their material, import tokens, aliases, grants.

State only. It knows which state a key is in and what time does to it; what a
caller may do is in kms_ops.py and its neighbours.
"""
import hashlib
import os
import uuid

from kms_specs import SPECS

DAY = 86400
TOKEN_LIFE = DAY
TOKEN_LEN = 3088  # "about 3 kB"; the model allows 6,144
ROTATIONS_MAX = 25


def partition(region):
    for prefix, name in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"),
                         ("eusc-", "aws-eusc"), ("us-isob-", "aws-iso-b"),
                         ("us-isof-", "aws-iso-f"), ("us-iso-", "aws-iso"),
                         ("eu-isoe-", "aws-iso-e")):
        if region.startswith(prefix):
            return name
    return "aws"


class Material:
    """One key material as all related multi-Region keys know it."""

    def __init__(self, id_):
        self.id = id_
        self.state = "CURRENT"  # NON_CURRENT, CURRENT, PENDING_ROTATION
        self.description = None
        self.rotation_date = None
        self.rotation_type = None

    @property
    def bound(self):
        return self.state != "PENDING_ROTATION"


class Held:
    """A material's bytes in one key; secret None = deleted or expired."""

    def __init__(self):
        self.secret = None
        self.expires = False
        self.valid_to = None
        self.expired_at = None


class Family:
    """What a primary and its replicas share."""

    def __init__(self, key_id, spec, usage, origin):
        self.key_id, self.spec, self.usage = key_id, spec, usage
        self.origin = origin
        self.materials = []
        self.members = []  # keys; the primary first
        self.rotations = 0
        self.rotation_started = None

    def find(self, material_id):
        return next((m for m in self.materials if m.id == material_id), None)

    @property
    def current(self):
        return next((m for m in self.materials if m.state == "CURRENT"), None)

    @property
    def pending(self):
        return next((m for m in self.materials if not m.bound), None)


class Key:
    def __init__(self, account, region, family, multi_region):
        self.account, self.region, self.family = account, region, family
        self.multi_region = multi_region
        self.id = family.key_id
        self.arn = (f"arn:{partition(region)}:kms:{region}:{account}:"
                    f"key/{self.id}")
        self.held = {}
        self.disabled = False
        self.description = ""
        self.policy = None
        self.tags = {}
        self.grants = {}
        self.created = self.visible_at = self.ready_at = 0
        self.deletion_date = None
        self.last_usage = None
        self.rotation_enabled = False
        family.members.append(self)

    spec = property(lambda self: self.family.spec)
    usage = property(lambda self: self.family.usage)
    origin = property(lambda self: self.family.origin)
    kind = property(lambda self: SPECS[self.family.spec][0])

    @property
    def is_replica(self):
        return self.family.members[0] is not self

    def secret(self, material):
        """The bytes of a material here, or None."""
        held = self.held.get(material.id) if material else None
        return held.secret if held else None

    @property
    def complete(self):
        """Every permanently associated material is here."""
        bound = [m for m in self.family.materials if m.bound]
        return bool(bound) and all(self.secret(m) is not None for m in bound)

    def state(self, now):
        if self.deletion_date is not None:
            return ("PendingReplicaDeletion" if self.multi_region and
                    not self.is_replica and len(self.family.members) > 1
                    else "PendingDeletion")
        if now < self.ready_at:
            return "Creating"
        if not self.complete:
            return "PendingImport"
        return "Disabled" if self.disabled else "Enabled"

    def material_state(self, material):
        """As ListKeyRotations words it."""
        if not material.bound and any(k.secret(material) is None
                                      for k in self.family.members):
            return "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
        return material.state

    def expiry(self):
        """(ExpirationModel, ValidTo) over all bound materials here."""
        dates = [h.valid_to for m in self.family.materials if m.bound
                 and (h := self.held.get(m.id)) and h.expires]
        if dates:
            return "KEY_MATERIAL_EXPIRES", min(dates)
        return "KEY_MATERIAL_DOES_NOT_EXPIRE", None

    def forget(self, material):
        """Delete the bytes; a material that was never bound is gone."""
        held = self.held.get(material.id)
        if held:
            held.secret, held.expires, held.valid_to = None, False, None
        if not material.bound and not self.is_replica:
            self.family.materials.remove(material)
            for key in self.family.members:
                key.held.pop(material.id, None)


class Token:
    """What an import token stands for."""

    def __init__(self, key, algorithm, private_key, made):
        self.key, self.algorithm = key, algorithm
        self.private_key = private_key
        self.valid_to = made + TOKEN_LIFE


class Store:
    """Everything of one stand-in, by account and Region."""

    def __init__(self, clock, settings):
        self.clock, self.settings = clock, settings
        self.keys = {}      # (account, region, key id) -> Key
        self.aliases = {}   # (account, region, name) -> dict
        self.tokens = {}    # SHA-256 of the token -> Token
        self.last_call = {}  # (operation, account, region) -> time, for quotas

    def add(self, account, region, spec, usage, origin, multi_region):
        hexa = uuid.uuid4()
        key_id = f"mrk-{hexa.hex}" if multi_region else str(hexa)
        family = Family(key_id, spec, usage, origin)
        return self.put(Key(account, region, family, multi_region))

    def replicate(self, primary, region):
        key = Key(primary.account, region, primary.family, True)
        key.ready_at = self.clock.now() + self.settings["creating_seconds"]
        return self.put(key)

    def put(self, key):
        key.created = self.clock.now()
        key.visible_at = key.created + self.settings["visible_after_seconds"]
        self.keys[key.account, key.region, key.id] = key
        return key

    def get(self, account, region, key_id):
        key = self.keys.get((account, region, key_id))
        if key is None or self.clock.now() < key.visible_at:
            return None
        return key

    def by_arn(self, arn):
        """For the control API and multi-Region work."""
        return next((k for k in self.keys.values() if k.arn == arn), None)

    def new_token(self, key, algorithm, private_key):
        text = os.urandom(TOKEN_LEN)
        token = Token(key, algorithm, private_key, self.clock.now())
        self.tokens[hashlib.sha256(text).digest()] = token
        return text, token

    def token(self, text):
        return self.tokens.get(hashlib.sha256(text).digest())

    def tick(self):
        """What has happened by now without anybody's call."""
        now = self.clock.now()
        for key in list(self.keys.values()):
            for held in key.held.values():
                if held.secret is not None and held.expires and \
                        held.valid_to <= now:
                    held.expired_at = held.valid_to
                    held.secret, held.expires, held.valid_to = None, False, None
            started = key.family.rotation_started
            if started is not None and \
                    now >= started + self.settings["rotation_seconds"]:
                finish_rotation(key.family, now)
            if key.deletion_date is not None and now >= key.deletion_date:
                self.remove(key)

    def remove(self, key):
        del self.keys[key.account, key.region, key.id]
        key.family.members.remove(key)
        for name, alias in list(self.aliases.items()):
            if alias["key"] is key:
                del self.aliases[name]


def finish_rotation(family, now):
    """The pending material takes over; the former still decrypts."""
    family.rotation_started = None
    coming = family.pending
    if coming is None:
        return
    if family.current:
        family.current.state = "NON_CURRENT"
    coming.state = "CURRENT"
    coming.rotation_date, coming.rotation_type = now, "ON_DEMAND"
    family.rotations += 1
