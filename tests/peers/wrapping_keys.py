"""RSA keys that GetParametersForImport hands out, made once and kept.

An RSA-4096 key costs about a second. A cache file carries them from one
server process to the next; a pool of more than one key per spec lets tests
notice a public key that is used with another call's token.
"""
import base64
import json
import os
import threading


class WrappingKeys:
    def __init__(self, cache=None, pool=1, fresh=False):
        self.cache = cache
        self.pool = max(pool, 1)
        self.fresh = fresh
        self.texts = {}   # spec -> [base64 of PKCS#8]
        self.loaded = {}  # (spec, place) -> key object
        self.calls = {}
        self.lock = threading.Lock()
        if cache and os.path.exists(cache):
            with open(cache, encoding="ascii") as f:
                self.texts = json.load(f)

    def take(self, spec):
        """The key for one call; the pool's keys take turns."""
        with self.lock:
            if self.fresh:
                return self.make(spec)
            place = self.calls.get(spec, 0) % self.pool
            self.calls[spec] = self.calls.get(spec, 0) + 1
            return self.at(spec, place)

    def fill(self):
        """Make what the pool lacks (for --fill-rsa-cache)."""
        for spec in ("RSA_2048", "RSA_3072", "RSA_4096"):
            for place in range(self.pool):
                with self.lock:
                    self.at(spec, place)

    def fill_in_background(self):
        threading.Thread(target=self.fill, daemon=True).start()

    def at(self, spec, place):
        import kms_crypto
        if (spec, place) not in self.loaded:
            texts = self.texts.setdefault(spec, [])
            while len(texts) <= place:
                key = self.make(spec)
                texts.append(base64.b64encode(kms_crypto.pkcs8(key)).decode())
                self.save()
            self.loaded[spec, place] = kms_crypto.load_private(
                base64.b64decode(texts[place]))
        return self.loaded[spec, place]

    @staticmethod
    def make(spec):
        from cryptography.hazmat.primitives.asymmetric import rsa
        return rsa.generate_private_key(65537, int(spec.split("_")[1]))

    def save(self):
        """Servers may share the file: the last whole text wins."""
        if self.cache:
            temporary = f"{self.cache}.{os.getpid()}"
            with open(temporary, "w", encoding="ascii") as f:
                json.dump(self.texts, f)
            os.replace(temporary, self.cache)
