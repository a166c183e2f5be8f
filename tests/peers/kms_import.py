"""KMS calls that bring material in, rotate it, and take it away."""
from kms_ops import (DELETING, UNUSABLE, add_own_material, authorise, b64,
                     bad_state, find_key, operation, page, refuse_states,
                     unsupported, wrong_origin)
from kms_shapes import KmsError, invalid
from kms_specs import may_wrap
from kms_state import DAY, ROTATIONS_MAX, Held, Material

LIST_LAG = 60  # after expiry ListKeyRotations shows the old state for a while


def must_be_external(key):
    if key.origin != "EXTERNAL":
        raise wrong_origin(key)


@operation
def get_parameters_for_import(call, m):
    key = find_key(call, m["KeyId"])
    algorithm, spec = m["WrappingAlgorithm"], m["WrappingKeySpec"]
    authorise(call, key, {"kms:WrappingAlgorithm": algorithm,
                          "kms:WrappingKeySpec": spec})
    must_be_external(key)
    refuse_states(call, key, "Creating", *DELETING)
    if not may_wrap(key.spec, algorithm, spec):
        raise invalid(f"Wrapping algorithm {algorithm} and wrapping key spec "
                      f"{spec} cannot be used to import a {key.spec} key.")
    import kms_crypto
    private = call.peer.wrapping_keys.take(spec)
    text, token = call.store.new_token(key, algorithm, private)
    public = call.peer.substituted_key(key) or \
        kms_crypto.spki(private.public_key())
    return {"KeyId": key.arn, "ImportToken": b64(text),
            "PublicKey": b64(public), "ParametersValidTo": token.valid_to}


def check_expiry(call, m):
    """(expires, valid_to) or ValidationException."""
    model = m.get("ExpirationModel", "KEY_MATERIAL_EXPIRES")
    valid_to = m.get("ValidTo")
    if model == "KEY_MATERIAL_DOES_NOT_EXPIRE":
        if valid_to is not None:
            raise invalid("A validTo date cannot be set if the "
                          "ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE")
        return False, None
    if valid_to is None:
        raise invalid("A validTo date must be set if the ExpirationModel is "
                      "KEY_MATERIAL_EXPIRES")
    if valid_to <= call.now:
        raise invalid("ValidTo must be in the future")
    if valid_to > call.now + 365 * DAY:
        raise invalid("ValidTo must be less than 365 days in the future")
    return True, valid_to


def check_members(key, m):
    """Members that this kind of key does not take."""
    if key.kind != "symmetric":
        for name in ("importType", "keyMaterialId", "keyMaterialDescription"):
            if name[0].upper() + name[1:] in m:
                raise invalid(f"Input parameter {name} cannot be used with "
                              f"{key.spec} imported keys.")
    is_new = m.get("ImportType") == "NEW_KEY_MATERIAL"
    if is_new and key.is_replica:
        raise invalid("Input parameter ImportType NEW_KEY_MATERIAL cannot be "
                      "used on replica Multi-Region keys")
    if "KeyMaterialDescription" in m and key.is_replica:
        raise invalid("Key material description can only be specified on "
                      "primary Multi-Region keys")
    if is_new and "KeyMaterialId" in m:
        raise invalid("Input parameter keyMaterialId cannot be used with "
                      "NEW_KEY_MATERIAL importType.")


def checked_token(call, key, text):
    token = call.store.token(text)
    if token is None or token.key is not key:
        raise KmsError("InvalidImportTokenException")
    if call.now >= token.valid_to:
        raise KmsError("ExpiredImportTokenException")
    return token


@operation
def import_key_material(call, m):
    import kms_crypto
    key = find_key(call, m["KeyId"])
    valid_to = m.get("ValidTo")
    authorise(call, key, {
        "kms:ExpirationModel": m.get("ExpirationModel",
                                     "KEY_MATERIAL_EXPIRES"),
        "kms:ValidTo": None if valid_to is None else str(valid_to)})
    must_be_external(key)
    refuse_states(call, key, "Creating", *DELETING)
    expires, valid_to = check_expiry(call, m)
    check_members(key, m)
    token = checked_token(call, key, m["ImportToken"])
    try:
        raw = kms_crypto.unwrap(token.algorithm, token.private_key,
                                m["EncryptedKeyMaterial"])
        secret = kms_crypto.read_material(key.spec, raw)
    except kms_crypto.Refused:
        raise KmsError("InvalidCiphertextException") from None
    material = place(key, kms_crypto.material_id(key.id, secret), m)
    held = key.held.setdefault(material.id, Held())
    held.secret, held.expires, held.valid_to = secret, expires, valid_to
    if "KeyMaterialDescription" in m:
        material.description = m["KeyMaterialDescription"]
    key.disabled = False
    call.entry["material_id"] = material.id
    out = {"KeyId": key.arn}
    if key.kind == "symmetric":
        out["KeyMaterialId"] = material.id
    return out


def place(key, id_, m):
    """The material that these bytes are, known before or new; or refuse."""
    family = key.family
    default = "EXISTING_KEY_MATERIAL" if family.materials \
        else "NEW_KEY_MATERIAL"
    known = family.find(id_)
    if m.get("ImportType", default) == "EXISTING_KEY_MATERIAL":
        current = family.current.id if family.current else "none"
        wanted = m.get("KeyMaterialId", known.id if known else current)
        if known is None or known.id != wanted:
            raise KmsError("IncorrectKeyMaterialException",
                           "Imported key material does not have the expected "
                           f"identifier ({wanted}).")
        return known
    if "KeyMaterialId" in m:  # nothing was ever imported
        raise KmsError("IncorrectKeyMaterialException",
                       "Imported key material does not have the expected "
                       f"identifier ({m['KeyMaterialId']}).")
    if known is not None:
        raise KmsError("IncorrectKeyMaterialException",
                       f"Key material (id: {id_}) being imported as "
                       "NEW_KEY_MATERIAL is already associated with KMS key "
                       f"{key.arn}.")
    if family.pending is not None:
        raise bad_state(f"New key material (id: {id_}) cannot be imported "
                        f"into KMS key {key.arn}, because another key "
                        f"material (id: {family.pending.id}) is pending "
                        "rotation.")
    material = Material(id_)
    if family.materials:
        material.state = "PENDING_ROTATION"
    family.materials.append(material)
    return material


@operation
def delete_imported_key_material(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    must_be_external(key)
    refuse_states(call, key, "Creating")
    if "KeyMaterialId" in m and key.kind != "symmetric":
        raise invalid("Input parameter keyMaterialId cannot be used with "
                      f"{key.spec} imported keys.")
    material = key.family.current
    if "KeyMaterialId" in m:
        material = key.family.find(m["KeyMaterialId"])
        if material is None:
            raise invalid(f"Key material (id: {m['KeyMaterialId']}) has never "
                          f"been imported into KMS key {key.arn}.")
    out = {"KeyId": key.arn}
    if material is None:
        return out
    key.forget(material)
    if key.kind == "symmetric":
        out["KeyMaterialId"] = material.id
    return out


def must_rotate(key):
    if key.kind != "symmetric":
        raise unsupported(f"{key.arn} is not a symmetric encryption key, so "
                          "its material cannot be rotated.")


@operation
def rotate_key_on_demand(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    must_rotate(key)
    if key.is_replica:
        raise unsupported(f"{key.arn} is a replica key.")
    refuse_states(call, key, *UNUSABLE)
    family = key.family
    if family.rotation_started is not None:
        raise KmsError("ConflictException",
                       f"An on-demand rotation of {key.arn} is in progress.")
    if family.rotations >= ROTATIONS_MAX:
        raise KmsError("LimitExceededException", "The number of on-demand "
                       f"rotations of {key.arn} is exhausted.")
    if key.origin == "AWS_KMS":
        add_own_material(key, "PENDING_ROTATION")
    if family.pending is None:
        raise bad_state("No available key material pending rotation for the "
                        f"key: {key.arn}.")
    if key.material_state(family.pending) != "PENDING_ROTATION":
        raise bad_state("Cannot perform key material rotation: Key material "
                        "has not been imported for replicas of the "
                        "Multi-Region key.")
    family.rotation_started = call.now
    return {"KeyId": key.id}


@operation
def get_key_rotation_status(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    must_rotate(key)
    if key.origin == "EXTERNAL" and \
            key.state(call.now) == "PendingImport":
        raise wrong_origin(key)
    out = {"KeyId": key.id, "KeyRotationEnabled": key.rotation_enabled}
    if key.rotation_enabled:
        out["RotationPeriodInDays"] = key.rotation_days
        out["NextRotationDate"] = key.created + key.rotation_days * DAY
    if key.family.rotation_started is not None:
        out["OnDemandRotationStartDate"] = key.family.rotation_started
    return out


@operation
def enable_key_rotation(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    if key.origin == "EXTERNAL":
        raise wrong_origin(key)
    must_rotate(key)
    refuse_states(call, key, *UNUSABLE)
    key.rotation_enabled = True
    key.rotation_days = m.get("RotationPeriodInDays", 365)


@operation
def disable_key_rotation(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    if key.origin == "EXTERNAL":
        raise wrong_origin(key)
    must_rotate(key)
    refuse_states(call, key, *UNUSABLE)
    key.rotation_enabled = False


def rotation_entry(call, key, material):
    out = {"KeyId": key.id, "KeyMaterialId": material.id,
           "KeyMaterialState": key.material_state(material)}
    if key.origin == "EXTERNAL":
        held = key.held.get(material.id, Held())
        lags = held.expired_at is not None and held.secret is None and \
            call.now < held.expired_at + LIST_LAG
        here = held.secret is not None or lags
        out["ImportState"] = "IMPORTED" if here else "PENDING_IMPORT"
        if material.description:
            out["KeyMaterialDescription"] = material.description
        if held.secret is not None:
            out["ExpirationModel"] = "KEY_MATERIAL_EXPIRES" if held.expires \
                else "KEY_MATERIAL_DOES_NOT_EXPIRE"
        if lags:
            out["ExpirationModel"] = "KEY_MATERIAL_EXPIRES"
            out["ValidTo"] = held.expired_at
        elif held.valid_to is not None:
            out["ValidTo"] = held.valid_to
    if material.rotation_date is not None:
        out["RotationDate"] = material.rotation_date
        out["RotationType"] = material.rotation_type
    return out


@operation
def list_key_rotations(call, m):
    key = find_key(call, m["KeyId"])
    authorise(call, key)
    if key.kind != "symmetric":
        if "IncludeKeyMaterial" in m:
            raise invalid("Input parameter includeKeyMaterial can only be "
                          "used with symmetric keys.")
        must_rotate(key)
    listed = [rotation_entry(call, key, x) for x in key.family.materials
              if m.get("IncludeKeyMaterial") == "ALL_KEY_MATERIAL"
              or x.rotation_date is not None]
    return page(m, listed, "Rotations", 100)
