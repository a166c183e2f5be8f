"""The 40 recorded answers of real KMS, each as a test of the stand-in.

Where the recording has words, the test takes them from the vector file, so
that a changed text in either place fails. test_the_list_is_complete counts.
"""
import json
import os
import re
import time
import unittest

from peer_case import DAY, StandInCase, fails, vector

OBSERVED = json.loads(vector("aws-kms-observed.json"))
COVERED = set()
HEX64 = r"\A[0-9a-f]{64}\Z"


def case(index):
    """Marks a test as the one for case number index (from 0)."""
    COVERED.add(index)

    def mark(function):
        def run(self):
            function(self, OBSERVED["cases"][index])
        run.__name__, run.__doc__ = function.__name__, function.__doc__
        return run
    return mark


class Recorded(StandInCase):

    def assert_recorded(self, row, error, arn=None, ids=(), name=None):
        """Type and text are the recorded ones, placeholders filled in."""
        message = row[2]
        if arn:
            message = message.replace("<arn>", arn)
        for id_ in ids:
            message = message.replace("<id>", id_, 1)
        message = re.sub(r"<importType\|[^>]*>", name or "", message)
        self.assert_error(error, row[1], message)

    def imported(self, material=None, **more):
        """A new key that holds material; (arn, material id)."""
        arn = self.key(**more)
        return arn, self.bring(arn, material or b"m" * 32)["KeyMaterialId"]

    def rotated(self):
        """A key whose first material is NON_CURRENT; (arn, old, new)."""
        arn, old = self.imported()
        new = self.bring(arn, b"n" * 32,
                         ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
        self.kms.rotate_key_on_demand(KeyId=arn)
        self.advance(121)
        return arn, old, new

    def replica(self):
        """(primary arn, material id, replica arn, client of the replica)."""
        arn, id_ = self.imported(MultiRegion=True)
        self.kms.replicate_key(KeyId=arn, ReplicaRegion="us-west-2")
        return arn, id_, arn.replace("us-east-1", "us-west-2"), \
            self.client(region="us-west-2")

    def rotations(self, arn):
        return {r["KeyMaterialId"]: r for r in self.kms.list_key_rotations(
            KeyId=arn, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]}

    @case(0)
    def test_a_new_external_key_is_pending_import(self, row):
        meta = self.describe(self.key())
        for name in ("Enabled", "KeyState", "Origin"):
            self.assertEqual(meta[name], row[2][name])
        for name in row[2]["no"]:
            self.assertNotIn(name, meta)

    @case(1)
    def test_a_key_of_kms_has_material_at_once(self, row):
        meta = self.describe(self.key(Origin="AWS_KMS"))
        self.assertRegex(meta["CurrentKeyMaterialId"], HEX64)

    @case(2)
    def test_no_parameters_for_a_key_of_kms(self, row):
        arn = self.key(Origin="AWS_KMS")
        self.assert_recorded(row, fails(self.parameters, arn), arn)

    @case(3)
    def test_pkcs1_v15_is_no_longer_a_wrap(self, row):
        self.assert_recorded(row, fails(self.parameters, self.key(),
                                        "RSAES_PKCS1_V1_5"))

    @case(4)
    def test_a_symmetric_key_takes_no_aes_key_wrap(self, row):
        self.assert_recorded(row, fails(self.parameters, self.key(),
                                        "RSA_AES_KEY_WRAP_SHA_256"))

    @case(5)
    def test_parameters_come_in_three_states_for_24_hours(self, row):
        arn = self.key()
        for prepare in (lambda: None, lambda: self.bring(arn, b"m" * 32),
                        lambda: self.kms.disable_key(KeyId=arn)):
            prepare()
            p = self.parameters(arn)
            self.assertEqual(p["KeyId"], arn)
            self.assertEqual(len(p["PublicKey"]), 294)
            self.assertAlmostEqual(p["ParametersValidTo"].timestamp(),
                                   time.time() + DAY, delta=60)

    @case(6)
    def test_a_token_survives_the_next_one_and_its_own_use(self, row):
        arn = self.key()
        first = self.parameters(arn)
        self.parameters(arn)
        self.bring(arn, b"m" * 32, parameters=first)
        self.bring(arn, b"m" * 32, parameters=first)

    def expiry_error(self, **members):
        """The error of an import with these expiry members alone."""
        arn = self.key()
        return fails(self.kms.import_key_material, KeyId=arn,
                     ImportToken=self.parameters(arn)["ImportToken"],
                     EncryptedKeyMaterial=b"x" * 256, **members)

    @case(7)
    def test_expiring_is_the_default_and_wants_a_date(self, row):
        self.assert_recorded(row, self.expiry_error())

    @case(8)
    def test_a_date_in_the_past_is_refused(self, row):
        self.assert_recorded(row, self.expiry_error(ValidTo=time.time() - 60))

    @case(9)
    def test_a_date_after_365_days_is_refused(self, row):
        self.assert_recorded(row, self.expiry_error(
            ValidTo=time.time() + 366 * DAY))

    @case(10)
    def test_no_date_without_expiry(self, row):
        self.assert_recorded(row, self.expiry_error(
            ValidTo=time.time() + DAY,
            ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE"))

    @case(11)
    def test_material_one_byte_short_is_invalid_ciphertext(self, row):
        self.assert_recorded(row, fails(self.bring, self.key(), b"m" * 31))
        hmac = self.key("HMAC_256", "GENERATE_VERIFY_MAC")
        self.assert_recorded(row, fails(self.bring, hmac, b"m" * 31))

    @case(12)
    def test_corrupt_ciphertext(self, row):
        arn = self.key()
        token = self.parameters(arn)["ImportToken"]
        self.assert_recorded(row, fails(
            self.kms.import_key_material, KeyId=arn, ImportToken=token,
            EncryptedKeyMaterial=os.urandom(256),
            ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE"))

    @case(13)
    def test_a_foreign_or_corrupt_token(self, row):
        arn, other = self.key(), self.parameters(self.key())
        self.assert_recorded(row, fails(self.bring, arn, b"m" * 32,
                                        parameters=other))
        mine = self.parameters(arn)
        mine["ImportToken"] = mine["ImportToken"][:-1] + b"!"
        self.assert_recorded(row, fails(self.bring, arn, b"m" * 32,
                                        parameters=mine))

    @case(14)
    def test_a_symmetric_import_names_its_material(self, row):
        arn = self.key()
        out = self.bring(arn, b"m" * 32)
        self.assertEqual(out["KeyId"], arn)
        self.assertRegex(out["KeyMaterialId"], HEX64)

    @case(15)
    def test_other_imports_name_none(self, row):
        arn = self.key("HMAC_256", "GENERATE_VERIFY_MAC")
        out = self.bring(arn, b"m" * 32)
        self.assertEqual(out["KeyId"], arn)
        self.assertNotIn("KeyMaterialId", out)

    @case(16)
    def test_describe_key_after_an_import(self, row):
        arn, id_ = self.imported()
        meta = self.describe(arn)
        self.assertTrue(meta["Enabled"])
        self.assertEqual(meta["KeyState"], "Enabled")
        self.assertEqual(meta["CurrentKeyMaterialId"], id_)
        self.assertEqual(meta["ExpirationModel"],
                         "KEY_MATERIAL_DOES_NOT_EXPIRE")
        self.assertNotIn("ValidTo", meta)
        until = int(time.time()) + DAY
        self.bring(arn, b"m" * 32, ValidTo=until)
        meta = self.describe(arn)
        self.assertEqual(meta["ExpirationModel"], "KEY_MATERIAL_EXPIRES")
        self.assertEqual(meta["ValidTo"].timestamp(), until)

    @case(17)
    def test_other_bytes_are_never_taken(self, row):
        arn, id_ = self.imported()
        self.assert_recorded(row, fails(self.bring, arn, b"x" * 32),
                             ids=[id_])

    @case(18)
    def test_known_bytes_are_not_new(self, row):
        arn, id_ = self.imported()
        self.assert_recorded(row, fails(
            self.bring, arn, b"m" * 32, ImportType="NEW_KEY_MATERIAL"),
            arn, [id_])

    @case(19)
    def test_new_material_has_no_expected_id(self, row):
        arn, id_ = self.imported()
        self.assert_recorded(row, fails(
            self.bring, arn, b"n" * 32, ImportType="NEW_KEY_MATERIAL",
            KeyMaterialId=id_))

    @case(20)
    def test_a_wrong_expected_id(self, row):
        arn, _ = self.imported()
        self.assert_recorded(row, fails(
            self.bring, arn, b"m" * 32, ImportType="EXISTING_KEY_MATERIAL",
            KeyMaterialId="ab" * 32), ids=["ab" * 32])

    @case(21)
    def test_only_one_material_may_wait(self, row):
        arn, _ = self.imported()
        waiting = self.bring(arn, b"n" * 32, ImportType="NEW_KEY_MATERIAL")
        error = fails(self.bring, arn, b"o" * 32,
                      ImportType="NEW_KEY_MATERIAL")
        third = re.search("[0-9a-f]{64}", str(error)).group()
        self.assert_recorded(row, error, arn,
                             [third, waiting["KeyMaterialId"]])
        self.assertNotEqual(third, waiting["KeyMaterialId"])

    @case(22)
    def test_no_rotation_with_nothing_waiting(self, row):
        arn, _ = self.imported()
        self.assert_recorded(row, fails(self.kms.rotate_key_on_demand,
                                        KeyId=arn), arn)

    @case(23)
    def test_rotation_takes_minutes_and_shows(self, row):
        arn, old = self.imported()
        new = self.bring(arn, b"n" * 32, ImportType="NEW_KEY_MATERIAL")
        new = new["KeyMaterialId"]
        self.assertEqual(self.rotations(arn)[new]["KeyMaterialState"],
                         "PENDING_ROTATION")
        self.kms.rotate_key_on_demand(KeyId=arn)
        status = self.kms.get_key_rotation_status(KeyId=arn)
        self.assertIn("OnDemandRotationStartDate", status)
        self.assertEqual(self.describe(arn)["CurrentKeyMaterialId"], old)
        self.advance(121)
        status = self.kms.get_key_rotation_status(KeyId=arn)
        self.assertNotIn("OnDemandRotationStartDate", status)
        after = self.rotations(arn)
        self.assertEqual(after[old]["KeyMaterialState"], "NON_CURRENT")
        self.assertEqual(after[new]["KeyMaterialState"], "CURRENT")
        self.assertEqual(after[new]["RotationType"], "ON_DEMAND")
        self.assertEqual(self.describe(arn)["CurrentKeyMaterialId"], new)

    @case(24)
    def test_no_automatic_rotation_of_imported_keys(self, row):
        arn, _ = self.imported()
        for call in (self.kms.enable_key_rotation,
                     self.kms.disable_key_rotation):
            self.assert_recorded(row, fails(call, KeyId=arn), arn)

    @case(25)
    def test_five_calls_that_pending_import_refuses(self, row):
        arn = self.key(MultiRegion=True)
        for call, members in (
                (self.kms.enable_key, {}), (self.kms.disable_key, {}),
                (self.kms.encrypt, {"Plaintext": b"x"}),
                (self.kms.rotate_key_on_demand, {}),
                (self.kms.replicate_key, {"ReplicaRegion": "us-west-2"})):
            self.assert_recorded(row, fails(call, KeyId=arn, **members), arn)

    @case(26)
    def test_deleting_nothing_succeeds(self, row):
        arn = self.key()
        out = self.kms.delete_imported_key_material(KeyId=arn)
        self.assertEqual(out["KeyId"], arn)
        self.assertNotIn("KeyMaterialId", out)

    @case(27)
    def test_deleting_the_current_material_twice(self, row):
        arn, id_ = self.imported()
        for _ in range(2):
            out = self.kms.delete_imported_key_material(KeyId=arn)
            self.assertEqual((out["KeyId"], out["KeyMaterialId"]), (arn, id_))
            meta = self.describe(arn)
            self.assertEqual(meta["KeyState"], "PendingImport")
            self.assertEqual(meta["CurrentKeyMaterialId"], id_)
            self.assertNotIn("ExpirationModel", meta)

    @case(28)
    def test_deleting_a_material_that_never_was(self, row):
        arn, _ = self.imported()
        self.assert_recorded(row, fails(
            self.kms.delete_imported_key_material, KeyId=arn,
            KeyMaterialId="cd" * 32), arn, ["cd" * 32])

    @case(29)
    def test_one_old_material_missing_stops_the_key(self, row):
        arn, old, _ = self.rotated()
        blob = self.kms.encrypt(KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
        self.kms.delete_imported_key_material(KeyId=arn, KeyMaterialId=old)
        self.assertEqual(self.describe(arn)["KeyState"], "PendingImport")
        self.assertIsNotNone(fails(self.kms.decrypt, CiphertextBlob=blob))
        self.bring(arn, b"m" * 32)
        self.assertEqual(self.describe(arn)["KeyState"], "Enabled")
        self.assertEqual(self.kms.decrypt(CiphertextBlob=blob)["Plaintext"],
                         b"x")

    @case(30)
    def test_importing_again_enables_a_disabled_key(self, row):
        arn, _ = self.imported()
        self.kms.disable_key(KeyId=arn)
        self.assertEqual(self.describe(arn)["KeyState"], "Disabled")
        self.bring(arn, b"m" * 32)
        self.assertEqual(self.describe(arn)["KeyState"], "Enabled")

    @case(31)
    def test_after_its_date_the_material_is_gone(self, row):
        arn = self.key()
        self.bring(arn, b"m" * 32, ValidTo=int(time.time()) + 100)
        self.advance(101)
        meta = self.describe(arn)
        self.assertFalse(meta["Enabled"])
        self.assertEqual(meta["KeyState"], "PendingImport")
        self.assertNotIn("ValidTo", meta)
        self.assertNotIn("ExpirationModel", meta)
        (entry,) = self.rotations(arn).values()
        self.assertEqual(entry["ImportState"], "IMPORTED")  # it lags
        self.advance(120)
        (entry,) = self.rotations(arn).values()
        self.assertEqual(entry["ImportState"], "PENDING_IMPORT")

    @case(32)
    def test_cancelled_deletion_of_an_empty_key(self, row):
        arn = self.key()
        self.kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
        self.assertEqual(self.describe(arn)["KeyState"], "PendingDeletion")
        self.kms.cancel_key_deletion(KeyId=arn)
        self.assertEqual(self.describe(arn)["KeyState"], "PendingImport")

    @case(33)
    def test_symmetric_members_on_an_hmac_key(self, row):
        arn = self.key("HMAC_256", "GENERATE_VERIFY_MAC")
        for name, value in (("importType", "NEW_KEY_MATERIAL"),
                            ("keyMaterialId", "ab" * 32),
                            ("keyMaterialDescription", "gen 1")):
            member = name[0].upper() + name[1:]
            self.assert_recorded(row, fails(
                self.bring, arn, b"m" * 32, **{member: value}), name=name)

    @case(34)
    def test_rotations_of_an_hmac_key(self, row):
        arn = self.key("HMAC_256", "GENERATE_VERIFY_MAC")
        self.assert_recorded(row, fails(
            self.kms.list_key_rotations, KeyId=arn,
            IncludeKeyMaterial="ALL_KEY_MATERIAL"))

    @case(35)
    def test_no_new_material_on_a_replica(self, row):
        _, _, arn, west = self.replica()
        self.assert_recorded(row, fails(
            self.bring, arn, b"m" * 32, kms=west,
            ImportType="NEW_KEY_MATERIAL"))

    @case(36)
    def test_no_description_on_a_replica(self, row):
        _, _, arn, west = self.replica()
        self.assert_recorded(row, fails(
            self.bring, arn, b"m" * 32, kms=west,
            KeyMaterialDescription="gen 1"))

    @case(37)
    def test_no_other_bytes_on_a_replica(self, row):
        _, id_, arn, west = self.replica()
        self.assert_recorded(row, fails(self.bring, arn, b"x" * 32, kms=west),
                             ids=[id_])

    @case(38)
    def test_a_replica_needs_its_own_import(self, row):
        arn, id_ = self.imported(MultiRegion=True)
        out = self.kms.replicate_key(KeyId=arn, ReplicaRegion="us-west-2")
        self.assertEqual(out["ReplicaKeyMetadata"]["KeyState"], "Creating")
        west = self.client(region="us-west-2")
        replica = arn.replace("us-east-1", "us-west-2")
        self.assertEqual(self.describe(replica, west)["KeyState"],
                         "PendingImport")
        out = self.bring(replica, b"m" * 32, kms=west)
        self.assertEqual(out["KeyMaterialId"], id_)
        self.assertEqual(self.describe(replica, west)["KeyState"], "Enabled")

    @case(39)
    def test_no_rotation_before_every_replica_has_the_material(self, row):
        arn, _, replica, west = self.replica()
        self.bring(replica, b"m" * 32, kms=west)
        new = self.bring(arn, b"n" * 32, ImportType="NEW_KEY_MATERIAL")
        self.assertEqual(
            self.rotations(arn)[new["KeyMaterialId"]]["KeyMaterialState"],
            "PENDING_MULTI_REGION_IMPORT_AND_ROTATION")
        self.assert_recorded(row, fails(self.kms.rotate_key_on_demand,
                                        KeyId=arn), arn)
        self.bring(replica, b"n" * 32, kms=west)
        self.kms.rotate_key_on_demand(KeyId=arn)

    def test_the_list_is_complete(self):
        self.assertEqual(COVERED, set(range(len(OBSERVED["cases"]))))
        self.assertEqual(len(COVERED), 40)

    def test_errors_carry_their_text_as_recorded(self):
        """'Message' for three types, 'message' for the others."""
        bodies, kms = [], self.make_client()
        kms.meta.events.register(
            "response-received.kms",
            lambda response_dict, **_: bodies.append(response_dict["body"]))
        fails(kms.enable_key, KeyId=self.key())
        fails(kms.list_key_rotations, KeyId=self.key(
            "HMAC_256", "GENERATE_VERIFY_MAC"),
            IncludeKeyMaterial="ALL_KEY_MATERIAL")
        self.assertEqual([set(json.loads(b)) for b in bodies],
                         [{"__type", "message"}, {"__type", "Message"}])


if __name__ == "__main__":
    unittest.main()
