"""Who may do what: key policies, grants, accounts; names, tags, pages."""
import json
import time
import unittest

from peer_case import DAY, StandInCase, b64, fails

HEROKU_ROOT = "arn:aws:iam::021876802972:root"
FOR_HEROKU = [
    {"Sid": "Allow use of the key", "Effect": "Allow",
     "Principal": {"AWS": HEROKU_ROOT},
     "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*",
                "kms:GenerateDataKey*", "kms:DescribeKey"], "Resource": "*"},
    {"Sid": "Allow attachment of persistent resources", "Effect": "Allow",
     "Principal": {"AWS": HEROKU_ROOT},
     "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
     "Resource": "*",
     "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}]
LOCKOUT = ("The new key policy will not allow you to update the key policy in "
           "the future.")


class Access(StandInCase):

    def ready(self):
        arn = self.key()
        self.bring(arn, b"m" * 32)
        return arn

    def policy(self, arn):
        return json.loads(self.kms.get_key_policy(KeyId=arn)["Policy"])

    def add_statements(self, arn, statements):
        doc = self.policy(arn)
        doc["Statement"] += statements
        self.kms.put_key_policy(KeyId=arn, Policy=json.dumps(doc))

    def test_heroku_may_use_the_key_after_the_policy_and_not_before(self):
        arn = self.ready()
        heroku = self.client(who="AKIDHEROKU0EXAMPLE")
        volumes = self.client(who="AKIDHEROKUVOLUMES0")
        grant = {"KeyId": arn, "GranteePrincipal": HEROKU_ROOT,
                 "Operations": ["Decrypt"]}
        for call, members in ((heroku.describe_key, {"KeyId": arn}),
                              (heroku.encrypt, {"KeyId": arn,
                                                "Plaintext": b"x"}),
                              (volumes.create_grant, grant)):
            self.assert_error(fails(call, **members), "AccessDeniedException")
        self.add_statements(arn, FOR_HEROKU)
        heroku.describe_key(KeyId=arn)
        heroku.generate_data_key(KeyId=arn, KeySpec="AES_256")
        volumes.create_grant(**grant)
        # People of that account may not grant: only AWS for its resources.
        self.assert_error(fails(heroku.create_grant, **grant),
                          "AccessDeniedException")
        (listed,) = self.kms.list_grants(KeyId=arn)["Grants"]
        self.assertEqual(listed["IssuingAccount"], HEROKU_ROOT)

    def test_import_calls_never_cross_accounts(self):
        arn = self.key()
        everything = {"Sid": "all", "Effect": "Allow", "Principal": "*",
                      "Action": "kms:*", "Resource": "*"}
        self.add_statements(arn, [everything])
        mallory = self.client(who="AKIDMALLORYEXAMPLE")
        mallory.describe_key(KeyId=arn)
        self.assert_error(fails(self.parameters, arn, kms=mallory),
                          "AccessDeniedException")
        self.assert_error(fails(mallory.put_key_policy, KeyId=arn,
                                Policy="{}"), "AccessDeniedException")

    def test_another_account_sees_no_key_of_ours(self):
        arn = self.key()
        mallory = self.client(who="AKIDMALLORYEXAMPLE")
        self.assert_error(fails(mallory.describe_key, KeyId=arn),
                          "AccessDeniedException")
        self.assert_error(fails(mallory.describe_key,
                                KeyId=arn.rpartition("/")[2]),
                          "NotFoundException")
        self.assertEqual(mallory.list_keys()["Keys"], [])

    def test_the_root_statement_leaves_it_to_iam(self):
        arn = self.key()
        nobody = self.client(who="AKIDNOBODYEXAMPLE0")
        self.assert_error(fails(nobody.describe_key, KeyId=arn),
                          "AccessDeniedException")
        self.add_statements(arn, [{
            "Sid": "named", "Effect": "Allow", "Resource": "*",
            "Principal": {"AWS": "arn:aws:iam::111122223333:user/nobody"},
            "Action": "kms:Describe*"}])
        nobody.describe_key(KeyId=arn)

    def test_a_deny_with_a_condition_on_the_wrap(self):
        arn = self.key()
        self.add_statements(arn, [{
            "Sid": "only 4096", "Effect": "Deny", "Principal": {"AWS": "*"},
            "Action": "kms:GetParametersForImport", "Resource": "*",
            "Condition": {"StringNotEquals":
                          {"kms:WrappingKeySpec": "RSA_4096"}}}])
        self.assert_error(fails(self.parameters, arn),
                          "AccessDeniedException")
        self.parameters(arn, spec="RSA_4096")

    def test_a_negated_condition_holds_where_the_key_is_absent(self):
        """The known trap: this Deny blocks every import."""
        arn = self.key()
        self.add_statements(arn, [{
            "Sid": "misplaced", "Effect": "Deny", "Principal": {"AWS": "*"},
            "Action": "kms:ImportKeyMaterial", "Resource": "*",
            "Condition": {"StringNotEquals":
                          {"kms:WrappingKeySpec": "RSA_4096"}}}])
        self.assert_error(fails(self.bring, arn, b"m" * 32, spec="RSA_4096"),
                          "AccessDeniedException")

    def test_a_foreign_caller_needs_its_own_iam_too(self):
        self.control("principals", {
            "access_key": "AKIDEXAMPLE", "secret":
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "allow": [],
            "arn": "arn:aws:iam::021876802972:user/powerless"})
        arn = self.key(kms=self.client(who="AKIDOSCAR0EXAMPLE0"))
        oscar = self.client(who="AKIDOSCAR0EXAMPLE0")
        doc = json.loads(oscar.get_key_policy(KeyId=arn)["Policy"])
        doc["Statement"] += FOR_HEROKU
        oscar.put_key_policy(KeyId=arn, Policy=json.dumps(doc))
        self.assert_error(fails(self.kms.describe_key, KeyId=arn),
                          "AccessDeniedException")
        doc["Statement"][1]["Principal"] = "*"  # named directly, even so
        oscar.put_key_policy(KeyId=arn, Policy=json.dumps(doc))
        self.assert_error(fails(self.kms.describe_key, KeyId=arn),
                          "AccessDeniedException")
        self.client(who="AKIDHEROKU0EXAMPLE").describe_key(KeyId=arn)

    def test_an_assumed_role_is_its_role(self):
        arn = self.key()
        self.add_statements(arn, [{
            "Sid": "no import by the requesting role", "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/ceremony"},
            "Action": "kms:ImportKeyMaterial", "Resource": "*"}])
        oscar = self.client(who="ASIAOSCAR0EXAMPLE0")
        olga = self.client(who="ASIAOLGA00EXAMPLE0")
        p = self.parameters(arn, kms=oscar)
        self.assert_error(fails(self.bring, arn, b"m" * 32, kms=oscar,
                                parameters=p), "AccessDeniedException")
        self.bring(arn, b"m" * 32, kms=olga, parameters=p)

    def test_policies_that_lock_the_caller_out(self):
        arn = self.key()
        other = {"Effect": "Allow", "Principal": {"AWS": HEROKU_ROOT},
                 "Action": "kms:*", "Resource": "*"}
        mine = {**other, "Principal": {"AWS": "111122223333"}}
        maybe = {**mine, "Condition": {"BoolIfExists": {
            "aws:SecureTransport": "true"}}}
        for statement in (other, maybe,
                          {**mine, "Action": "kms:Describe*"}):
            text = json.dumps({"Version": "2012-10-17",
                               "Statement": [statement]})
            error = fails(self.kms.put_key_policy, KeyId=arn, Policy=text)
            self.assert_error(error, "MalformedPolicyDocumentException",
                              LOCKOUT)
            error = fails(self.kms.create_key, Policy=text)
            self.assert_error(error, "MalformedPolicyDocumentException",
                              LOCKOUT)
        self.kms.put_key_policy(KeyId=arn, Policy=json.dumps(
            {"Version": "2012-10-17", "Statement": mine}))

    def test_malformed_policies(self):
        arn = self.key()
        good = self.policy(arn)
        (root,) = good["Statement"]
        for broken in (
                "not JSON", "[]", "{}",
                {**good, "Version": "2020-01-01"}, {**good, "Extra": 1},
                {**good, "Statement": [root, root]},
                *({**good, "Statement": [root, {**root, "Sid": "2", **change}]}
                  for change in (
                      {"Effect": "Maybe"}, {"Principal": {}}, {"Odd": 1},
                      {"Principal": {"AWS": "AIDAEXAMPLE"}},
                      {"Principal": {"AWS": "arn:aws:iam::1:root"}},
                      {"Action": 7}, {"Condition": {"Blue": {"a": "b"}}}))):
            text = broken if isinstance(broken, str) else json.dumps(broken)
            with self.subTest(text):
                self.assert_error(
                    fails(self.kms.put_key_policy, KeyId=arn, Policy=text),
                    "MalformedPolicyDocumentException")
        self.assertEqual(self.policy(arn), good)

    def test_the_default_policy_is_one_root_statement(self):
        (root,) = self.policy(self.key())["Statement"]
        self.assertEqual(root, {
            "Sid": "Enable IAM User Permissions", "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "kms:*", "Resource": "*"})

    def test_a_reprinted_policy_means_the_same(self):
        self.control("settings", {"policy_reprinted": True})
        arn = self.key()
        self.add_statements(arn, [{
            "Sid": "x", "Effect": "Allow", "Action": ["kms:Encrypt"],
            "Principal": {"AWS": ["021876802972"]}, "Resource": ["*"]}])
        added = self.policy(arn)["Statement"][1]
        self.assertEqual(added["Principal"], {"AWS": HEROKU_ROOT})
        self.assertEqual(added["Action"], "kms:Encrypt")

    def test_grants_begin_to_work_and_are_revoked(self):
        arn = self.ready()
        mallory = self.client(who="AKIDMALLORYEXAMPLE")
        grant = {"KeyId": arn, "Operations": ["Encrypt"], "Name": "g1",
                 "GranteePrincipal": "arn:aws:iam::444455556666:user/mallory"}
        one = self.kms.create_grant(**grant)["GrantId"]
        self.assertEqual(self.kms.create_grant(**grant)["GrantId"], one)
        mallory.encrypt(KeyId=arn, Plaintext=b"x")
        self.kms.revoke_grant(KeyId=arn, GrantId=one)
        self.assertIsNotNone(fails(mallory.encrypt, KeyId=arn,
                                   Plaintext=b"x"))
        self.assert_error(fails(self.kms.revoke_grant, KeyId=arn,
                                GrantId=one), "NotFoundException")

    def test_no_grant_before_the_import_but_a_policy(self):
        arn = self.key()
        self.assert_error(
            fails(self.kms.create_grant, KeyId=arn, Operations=["Decrypt"],
                  GranteePrincipal=HEROKU_ROOT), "KMSInvalidStateException",
            f"{arn} is pending import.")
        self.add_statements(arn, FOR_HEROKU)

    def test_aliases(self):
        arn, other = self.key(), self.key()
        self.kms.create_alias(AliasName="alias/a", TargetKeyId=arn)
        self.assert_error(fails(self.kms.create_alias, AliasName="alias/a",
                                TargetKeyId=other), "AlreadyExistsException")
        self.assertEqual(self.describe("alias/a")["Arn"], arn)
        self.kms.update_alias(AliasName="alias/a", TargetKeyId=other)
        self.assertEqual(self.describe("alias/a")["Arn"], other)
        self.assert_error(fails(self.parameters, "alias/a"),
                          "NotFoundException", "Invalid keyId alias/a")
        listed = self.kms.list_aliases()["Aliases"]
        self.assertTrue(any("TargetKeyId" not in a for a in listed))
        (mine,) = self.kms.list_aliases(KeyId=other)["Aliases"]
        self.assertEqual(mine["TargetKeyId"], other.rpartition("/")[2])

    def test_pages_of_keys_and_tags(self):
        arns = {self.key(Tags=[{"TagKey": "n", "TagValue": str(i)}])
                for i in range(5)}
        first = self.kms.list_keys(Limit=2)
        self.assertTrue(first["Truncated"])
        pages = self.kms.get_paginator("list_keys").paginate(
            PaginationConfig={"PageSize": 2})
        self.assertEqual({k["KeyArn"] for p in pages for k in p["Keys"]},
                         arns)
        self.assert_error(fails(self.kms.list_keys, Marker="?"),
                          "InvalidMarkerException")
        (tag,) = self.kms.list_resource_tags(KeyId=arns.pop())["Tags"]
        self.assertEqual(tag["TagKey"], "n")

    def test_states_and_what_they_refuse(self):
        arn = self.ready()
        self.kms.disable_key(KeyId=arn)
        self.assert_error(fails(self.kms.encrypt, KeyId=arn, Plaintext=b"x"),
                          "DisabledException", f"{arn} is disabled.")
        self.kms.enable_key(KeyId=arn)
        self.kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
        self.assert_error(fails(self.parameters, arn),
                          "KMSInvalidStateException")
        self.kms.cancel_key_deletion(KeyId=arn)
        self.assertEqual(self.describe(arn)["KeyState"], "Disabled")
        self.kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
        self.advance(8 * DAY)
        self.assert_error(fails(self.describe, arn), "NotFoundException")

    def test_throttled_parameters_on_the_movable_clock(self):
        self.control("settings", {"quota": {"GetParametersForImport": 4}})
        arn = self.key()
        self.parameters(arn)
        self.assert_error(fails(self.parameters, arn), "ThrottlingException")
        self.advance(4)
        self.parameters(arn)

    def test_a_new_key_may_be_invisible_for_a_while(self):
        self.control("settings", {"visible_after_seconds": 30})
        arn = self.key()
        self.assert_error(fails(self.describe, arn), "NotFoundException")
        self.advance(31)
        self.describe(arn)

    def test_a_replica_may_be_creating_for_a_while(self):
        self.control("settings", {"creating_seconds": 30})
        arn = self.key(MultiRegion=True)
        self.bring(arn, b"m" * 32)
        self.kms.replicate_key(KeyId=arn, ReplicaRegion="us-west-2")
        west = self.client(region="us-west-2")
        replica = arn.replace("us-east-1", "us-west-2")
        self.assertEqual(self.describe(replica, west)["KeyState"], "Creating")
        self.assert_error(fails(self.parameters, replica, kms=west),
                          "KMSInvalidStateException")
        self.advance(31)
        self.parameters(replica, kms=west)

    def test_requests_with_unknown_or_twofold_members_are_refused(self):
        import kms_shapes
        for body in (b'{"KeyID":"x"}', b'{"KeyId":"x","KeyId":"x"}',
                     b'{"KeyId":7}', b'[]', b'{"KeyId":"x"} x'):
            with self.subTest(body), self.assertRaises(kms_shapes.KmsError):
                kms_shapes.parse("DescribeKey", body)
        for text in ("AB==", "AA", "AA=", "A A=", "AA==\\n", "_A=="):
            body = f'{{"KeyId":"x","Plaintext":"{text}"}}'.encode()
            with self.subTest(body), self.assertRaises(kms_shapes.KmsError):
                kms_shapes.parse("Encrypt", body)


class Attacks(StandInCase):
    """The control API's acts, as the product's tests will use them."""

    def test_a_substituted_public_key(self):
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa
        evil = rsa.generate_private_key(65537, 2048).public_key()
        self.act("substitute", times=1, pem=evil.public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo).decode())
        arn = self.key()
        p = self.parameters(arn)
        self.assertEqual(p["PublicKey"], evil.public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo))
        self.assert_error(fails(self.bring, arn, b"m" * 32, parameters=p),
                          "InvalidCiphertextException")
        self.bring(arn, b"m" * 32)  # it was for one call

    def test_other_material_slipped_in(self):
        arn = self.key()
        self.act("import_material", key=arn, material=b64(b"x" * 32))
        self.assertEqual(self.describe(arn)["KeyState"], "Enabled")
        self.assert_error(fails(self.bring, arn, b"m" * 32),
                          "IncorrectKeyMaterialException")

    def test_a_planted_grant_policy_and_rotation(self):
        arn = self.key()
        self.bring(arn, b"m" * 32)
        self.act("plant_grant", key=arn,
                 grantee="arn:aws:iam::444455556666:root")
        self.assertEqual(len(self.kms.list_grants(KeyId=arn)["Grants"]), 1)
        before = self.describe(arn)["CurrentKeyMaterialId"]
        self.act("rotate", key=arn)
        self.assertNotEqual(self.describe(arn)["CurrentKeyMaterialId"],
                            before)
        self.assert_error(fails(self.bring, arn, b"m" * 32,
                                KeyMaterialId="ab" * 32),
                          "IncorrectKeyMaterialException")

    def test_state_shows_hashes_and_no_secrets(self):
        import hashlib
        arn = self.key()
        self.bring(arn, b"m" * 32)
        (key,) = self.control("state")["keys"]
        (material,) = key["materials"].values()
        self.assertEqual(material["sha256"],
                         hashlib.sha256(b"m" * 32).hexdigest())

    def test_reset_forgets_everything(self):
        self.key()
        self.control("clock", {"advance": 100000})
        self.control("reset", {})
        self.assertEqual(self.control("state")["keys"], [])
        self.assertAlmostEqual(self.control("clock")["now"], time.time(),
                               delta=5)


class StsAndS3(StandInCase):

    def test_caller_identity_of_users_and_roles(self):
        for who, arn in (
                ("AKIDEXAMPLE", "arn:aws:iam::111122223333:user/operator"),
                ("ASIAOLGA00EXAMPLE0", "arn:aws:sts::111122223333:"
                 "assumed-role/ceremony-import/olga"),
                ("AKIDROOT00EXAMPLE0", "arn:aws:iam::111122223333:root")):
            out = self.client("sts", who).get_caller_identity()
            self.assertEqual((out["Arn"], out["Account"]),
                             (arn, "111122223333"))

    def test_sts_errors_are_403(self):
        self.peer.people.by_key.pop("AKIDEXAMPLE")
        error = fails(self.client("sts").get_caller_identity)
        self.assertEqual(error.response["Error"]["Code"],
                         "InvalidClientTokenId")
        self.assertEqual(error.response["ResponseMetadata"]["HTTPStatusCode"],
                         403)

    def put(self, bucket="payments-archive", s3=None, **more):
        (s3 or self.client("s3")).put_bucket_encryption(
            Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{
                "ApplyServerSideEncryptionByDefault": {
                    "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:k"},
                "BucketKeyEnabled": True}]}, **more)

    def test_encryption_is_put_and_read_back(self):
        s3 = self.client("s3")
        (rule,) = s3.get_bucket_encryption(Bucket="payments-archive")[
            "ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(rule["ApplyServerSideEncryptionByDefault"],
                         {"SSEAlgorithm": "AES256"})
        self.put(ExpectedBucketOwner="111122223333")
        (rule,) = s3.get_bucket_encryption(Bucket="payments-archive")[
            "ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(rule["ApplyServerSideEncryptionByDefault"],
                         {"SSEAlgorithm": "aws:kms",
                          "KMSMasterKeyID": "arn:k"})
        self.assertTrue(rule["BucketKeyEnabled"])

    def test_refusals_of_s3(self):
        for code, members in (
                ("NoSuchBucket", {"bucket": "no-such-bucket"}),
                ("AccessDenied", {"bucket": "foreign-bucket"}),
                ("AccessDenied", {"s3": self.client(
                    "s3", "AKIDNOBODYEXAMPLE0")}),
                ("AccessDenied", {"ExpectedBucketOwner": "444455556666"})):
            with self.subTest(code):
                error = fails(self.put, **members)
                self.assertEqual(error.response["Error"]["Code"], code)

    def test_a_bucket_of_another_region_names_it(self):
        error = fails(self.put, "payments-eu")
        # boto3 follows the header by itself; the log shows what it was told.
        self.assertIsNone(error)
        first = self.control("log?operation=PutBucketEncryption")["calls"][0]
        self.assertEqual(first["error"], "AuthorizationHeaderMalformed")


if __name__ == "__main__":
    unittest.main()
