"""Every KeySpec: imported under each wrap that it may have, then used.

What comes back is checked with python-cryptography and hmac, not with the
stand-in's own functions.
"""
import functools
import hashlib
import hmac
import os
import subprocess
import unittest

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import (
    ec, ed25519, padding, rsa)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from peer_case import DAY, StandInCase, fails

OAEP = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
WRAP = ("RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256")
CURVES = {"ECC_NIST_P256": ec.SECP256R1(), "ECC_NIST_P384": ec.SECP384R1(),
          "ECC_NIST_P521": ec.SECP521R1(), "ECC_SECG_P256K1": ec.SECP256K1()}


def der(key, form=serialization.PrivateFormat.PKCS8,
        how=serialization.NoEncryption()):
    return key.private_bytes(serialization.Encoding.DER, form, how)


@functools.lru_cache(None)
def rsa_key(bits):
    return rsa.generate_private_key(65537, bits)


class Specs(StandInCase):

    def test_symmetric_under_every_oaep(self):
        for algorithm in OAEP:
            for spec in ("RSA_2048", "RSA_3072", "RSA_4096"):
                with self.subTest(f"{algorithm} {spec}"):
                    arn = self.key()
                    out = self.bring(arn, os.urandom(32), algorithm, spec=spec)
                    blob = self.kms.encrypt(
                        KeyId=arn, Plaintext=b"probe",
                        EncryptionContext={"ceremony": "1"})["CiphertextBlob"]
                    self.assertEqual(blob[:5].hex(), "0102020078")
                    self.assertEqual(blob[5:37].hex(), out["KeyMaterialId"])
                    back = self.kms.decrypt(
                        CiphertextBlob=blob,
                        EncryptionContext={"ceremony": "1"})
                    self.assertEqual(back["Plaintext"], b"probe")
                    self.assertEqual(back["KeyMaterialId"],
                                     out["KeyMaterialId"])
                    self.assert_error(fails(self.kms.decrypt,
                                            CiphertextBlob=blob),
                                      "InvalidCiphertextException")

    def test_the_same_bytes_in_another_key_open_nothing(self):
        one, two = self.key(), self.key()
        a, b = self.bring(one, b"m" * 32), self.bring(two, b"m" * 32)
        self.assertNotEqual(a["KeyMaterialId"], b["KeyMaterialId"])
        blob = self.kms.encrypt(KeyId=one, Plaintext=b"x")["CiphertextBlob"]
        self.assert_error(fails(self.kms.decrypt, CiphertextBlob=blob,
                                KeyId=two), "IncorrectKeyException")

    def test_hmac_of_four_sizes_computes_the_macs(self):
        for bits, size in ((224, 28), (256, 32), (384, 48), (512, 64)):
            with self.subTest(bits):
                material = os.urandom(size)
                arn = self.key(f"HMAC_{bits}", "GENERATE_VERIFY_MAC")
                self.bring(arn, material)
                members = {"KeyId": arn, "Message": b"nonce",
                           "MacAlgorithm": f"HMAC_SHA_{bits}"}
                mac = self.kms.generate_mac(**members)["Mac"]
                self.assertEqual(mac, hmac.digest(material, b"nonce",
                                                  f"sha{bits}"))
                self.kms.verify_mac(Mac=mac, **members)
                self.assert_error(fails(self.kms.verify_mac, Mac=b"x" * size,
                                        **members), "KMSInvalidMacException")

    def test_rsa_signs_and_decrypts(self):
        for bits in (2048, 3072, 4096):
            key = rsa_key(bits)
            with self.subTest(bits):
                arn = self.key(f"RSA_{bits}", "SIGN_VERIFY")
                self.bring(arn, der(key), WRAP[bits == 2048])
                self.assert_public(arn, key)
                for name, pad in (("PSS", padding.PSS(
                        padding.MGF1(hashes.SHA256()), 32)),
                        ("PKCS1_V1_5", padding.PKCS1v15())):
                    members = {"KeyId": arn, "Message": b"m",
                               "SigningAlgorithm": f"RSASSA_{name}_SHA_256"}
                    sig = self.kms.sign(**members)["Signature"]
                    key.public_key().verify(sig, b"m", pad, hashes.SHA256())
                    self.kms.verify(Signature=sig, **members)
        arn = self.key("RSA_2048", "ENCRYPT_DECRYPT")
        self.bring(arn, der(rsa_key(2048)), WRAP[1], spec="RSA_4096")
        h = hashes.SHA256()
        blob = rsa_key(2048).public_key().encrypt(
            b"m", padding.OAEP(padding.MGF1(h), h, None))
        out = self.kms.decrypt(KeyId=arn, CiphertextBlob=blob,
                               EncryptionAlgorithm="RSAES_OAEP_SHA_256")
        self.assertEqual(out["Plaintext"], b"m")

    def assert_public(self, arn, key):
        out = self.kms.get_public_key(KeyId=arn)
        self.assertEqual(out["PublicKey"], key.public_key().public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo))

    def test_curves_under_both_kinds_of_wrap(self):
        for spec, curve in CURVES.items():
            for algorithm in (*OAEP, *WRAP):
                with self.subTest(f"{spec} {algorithm}"):
                    key = ec.generate_private_key(curve)
                    arn = self.key(spec, "SIGN_VERIFY")
                    self.bring(arn, der(key), algorithm, spec="RSA_3072")
                    self.assert_public(arn, key)
                    name = {"384": "ECDSA_SHA_384", "521": "ECDSA_SHA_512"} \
                        .get(spec[-3:], "ECDSA_SHA_256")
                    h = {"4": hashes.SHA384(), "2": hashes.SHA512()}.get(
                        name[-1], hashes.SHA256())
                    digest = hashlib.new(h.name, b"m").digest()
                    sig = self.kms.sign(KeyId=arn, Message=digest,
                                        MessageType="DIGEST",
                                        SigningAlgorithm=name)["Signature"]
                    key.public_key().verify(sig, b"m", ec.ECDSA(h))

    def test_ed25519(self):
        for algorithm in (*OAEP, *WRAP):
            key = ed25519.Ed25519PrivateKey.generate()
            arn = self.key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
            self.bring(arn, der(key), algorithm)
            self.assert_public(arn, key)
            sig = self.kms.sign(KeyId=arn, Message=b"m",
                                SigningAlgorithm="ED25519_SHA_512")
            key.public_key().verify(sig["Signature"], b"m")

    def test_wraps_that_a_spec_does_not_take(self):
        for spec, usage, algorithm, wrapping in (
                ("RSA_2048", "SIGN_VERIFY", OAEP[1], "RSA_4096"),
                ("HMAC_256", "GENERATE_VERIFY_MAC", WRAP[1], "RSA_4096"),
                ("ECC_NIST_P521", "SIGN_VERIFY", OAEP[1], "RSA_2048"),
                ("ECC_NIST_P256", "SIGN_VERIFY", "SM2PKE", "SM2")):
            with self.subTest(spec):
                error = fails(self.parameters, self.key(spec, usage),
                              algorithm, wrapping)
                self.assert_error(
                    error, "ValidationException",
                    f"Wrapping algorithm {algorithm} and wrapping key spec "
                    f"{wrapping} cannot be used to import a {spec} key.")

    def test_forms_of_private_keys_that_are_not_pkcs8(self):
        form = serialization.PrivateFormat.TraditionalOpenSSL
        curve = ec.generate_private_key(ec.SECP256R1())
        box = serialization.BestAvailableEncryption(b"x")
        wrong = {
            "PKCS#1": ("RSA_2048", der(rsa_key(2048), form)),
            "SEC1": ("ECC_NIST_P256", der(curve, form)),
            "explicit curve": ("ECC_NIST_P256", subprocess.run(
                ["openssl", "pkcs8", "-topk8", "-nocrypt", "-inform", "DER",
                 "-outform", "DER"], check=True, stdout=subprocess.PIPE,
                input=subprocess.run(
                    ["openssl", "ecparam", "-name", "prime256v1", "-genkey",
                     "-noout", "-param_enc", "explicit", "-outform", "DER"],
                    check=True, stdout=subprocess.PIPE).stdout).stdout),
            "encrypted": ("ECC_NIST_P256", der(curve, how=box)),
            "trailing byte": ("ECC_NIST_P256", der(curve) + b"\0"),
            "another curve": ("ECC_NIST_P384", der(curve)),
            "another size": ("RSA_3072", der(rsa_key(2048))),
            "text": ("ECC_NIST_P256", b"-----BEGIN PRIVATE KEY-----")}
        for name, (spec, material) in wrong.items():
            with self.subTest(name):
                arn = self.key(spec, "SIGN_VERIFY")
                self.assert_error(fails(self.bring, arn, material, WRAP[1]),
                                  "InvalidCiphertextException")

    def test_ed25519_of_version_1_has_a_public_key_and_is_refused(self):
        key = ed25519.Ed25519PrivateKey.generate()
        raw = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        v2 = b"\x30\x51\x02\x01\x01" + der(key)[5:] + b"\x81\x21\0" + raw
        arn = self.key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
        self.assert_error(fails(self.bring, arn, v2, WRAP[1]),
                          "InvalidCiphertextException")

    def test_the_inner_aes_key_has_256_bits(self):
        arn = self.key("ECC_NIST_P256", "SIGN_VERIFY")
        material = der(ec.generate_private_key(ec.SECP256R1()))
        p = self.parameters(arn, WRAP[1])
        public = serialization.load_der_public_key(p["PublicKey"])
        h = hashes.SHA256()
        aes = os.urandom(16)
        blob = public.encrypt(aes, padding.OAEP(padding.MGF1(h), h, None)) + \
            keywrap.aes_key_wrap_with_padding(aes, material)
        self.assert_error(fails(
            self.kms.import_key_material, KeyId=arn, EncryptedKeyMaterial=blob,
            ImportToken=p["ImportToken"],
            ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE"),
            "InvalidCiphertextException")

    def test_a_hash_that_is_not_the_tokens(self):
        arn = self.key()
        p = self.parameters(arn, "RSAES_OAEP_SHA_256")
        self.assert_error(fails(self.bring, arn, b"m" * 32, OAEP[0],
                                parameters=p), "InvalidCiphertextException")

    def test_tokens_end_after_24_hours(self):
        arn = self.key()
        p = self.parameters(arn)
        self.assertGreater(len(p["ImportToken"]), 2500)
        self.assertLess(len(p["ImportToken"]), 6144)
        self.advance(DAY - 60)
        self.bring(arn, b"m" * 32, parameters=p)
        self.advance(120)
        self.assert_error(fails(self.bring, arn, b"m" * 32, parameters=p),
                          "ExpiredImportTokenException")

    def test_a_pool_of_wrapping_keys_takes_turns(self):
        from wrapping_keys import WrappingKeys
        keys = WrappingKeys(pool=2)
        a, b, c = (keys.take("RSA_2048") for _ in range(3))
        self.assertIsNot(a, b)
        self.assertIs(a, c)

    def test_rotation_has_limits(self):
        arn = self.key(MultiRegion=True)
        self.bring(arn, b"m" * 32)
        self.bring(arn, b"n" * 32, ImportType="NEW_KEY_MATERIAL")
        self.kms.rotate_key_on_demand(KeyId=arn)
        self.assert_error(fails(self.kms.rotate_key_on_demand, KeyId=arn),
                          "ConflictException")
        self.advance(121)
        self.kms.replicate_key(KeyId=arn, ReplicaRegion="us-west-2")
        west = self.client(region="us-west-2")
        replica = arn.replace("us-east-1", "us-west-2")
        for material in (b"m", b"n"):
            self.bring(replica, material * 32, kms=west)
        self.assert_error(fails(west.rotate_key_on_demand, KeyId=replica),
                          "UnsupportedOperationException")
        self.peer.store.by_arn(arn).family.rotations = 25
        self.assert_error(fails(self.kms.rotate_key_on_demand, KeyId=arn),
                          "LimitExceededException")

    def test_data_keys_and_dry_runs(self):
        arn = self.key()
        self.bring(arn, b"m" * 32)
        out = self.kms.generate_data_key(KeyId=arn, KeySpec="AES_256")
        AESGCM(out["Plaintext"])
        back = self.kms.decrypt(CiphertextBlob=out["CiphertextBlob"])
        self.assertEqual(back["Plaintext"], out["Plaintext"])
        error = fails(self.kms.encrypt, KeyId=arn, Plaintext=b"x", DryRun=True)
        self.assertEqual(error.response["Error"]["Code"],
                         "DryRunOperationException")
        used = self.kms.get_key_last_usage(KeyId=arn)["KeyLastUsage"]
        self.assertEqual(used["Operation"], "Decrypt")


if __name__ == "__main__":
    unittest.main()
