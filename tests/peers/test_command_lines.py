"""The doubles as programs: ready file, loopback, TLS, signals, cache."""
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from peer_case import HERE


def wait_for(path, seconds=10):
    end = time.monotonic() + seconds
    while not os.path.exists(path):
        if time.monotonic() > end:
            raise TimeoutError(path)
        time.sleep(0.01)
    with open(path, encoding="ascii") as f:
        return int(f.read())


class Programs(unittest.TestCase):

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.dir = temporary.name

    def start(self, program, *args):
        """(process, port) of a running double."""
        port_file = f"{self.dir}/{program}.port"
        process = subprocess.Popen(
            [sys.executable, f"{HERE}/{program}", "--port-file", port_file,
             "--pid-file", f"{self.dir}/pid", *args])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, wait_for(port_file)

    def health(self, port, scheme="http", context=None):
        with urllib.request.urlopen(
                f"{scheme}://127.0.0.1:{port}/_control/health", timeout=5,
                context=context) as answer:
            return json.load(answer)

    def test_each_starts_quickly_on_loopback_and_stops_on_sigterm(self):
        for program in ("kms_standin.py", "heroku_double.py"):
            with self.subTest(program):
                start = time.monotonic()
                process, port = self.start(program)
                self.assertLess(time.monotonic() - start, 2)
                self.assertTrue(self.health(port)["ok"])
                with open(f"{self.dir}/pid", encoding="ascii") as f:
                    self.assertEqual(int(f.read()), process.pid)
                with self.assertRaises(OSError):
                    socket.create_connection(("127.0.0.2", port), 1)
                process.terminate()
                self.assertEqual(process.wait(5), 0)

    def test_a_forgotten_server_ends_by_itself(self):
        process, _ = self.start("kms_standin.py", "--max-seconds", "0.2")
        self.assertEqual(process.wait(5), 0)

    def test_a_config_file_replaces_the_people(self):
        with open(f"{self.dir}/people.json", "w", encoding="ascii") as f:
            json.dump({"principals": [], "buckets": [],
                       "settings": {"rotation_seconds": 7}}, f)
        _, port = self.start("kms_standin.py", "--config",
                             f"{self.dir}/people.json")
        with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/_control/settings") as answer:
            self.assertEqual(json.load(answer)["rotation_seconds"], 7)

    def test_tls_with_a_given_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", f"{self.dir}/k.pem", "-out", f"{self.dir}/c.pem"],
            check=True, stderr=subprocess.DEVNULL)
        tls = ("--cert", f"{self.dir}/c.pem", "--key", f"{self.dir}/k.pem")
        _, port = self.start("kms_standin.py", *tls)
        trusting = ssl.create_default_context(cafile=f"{self.dir}/c.pem")
        self.assertTrue(self.health(port, "https", trusting)["ok"])
        with self.assertRaises(OSError):
            self.health(port, "https", ssl.create_default_context())
        self.assertTrue(self.health(port, "https", trusting)["ok"])

    def test_the_cache_keeps_wrapping_keys(self):
        from wrapping_keys import WrappingKeys
        cache = f"{self.dir}/rsa.json"
        made = WrappingKeys(cache).take("RSA_2048").private_numbers()
        again = WrappingKeys(cache).take("RSA_2048").private_numbers()
        self.assertEqual(made, again)

    def test_the_proxy_is_steered_by_a_file_and_by_its_port(self):
        _, port = self.start("heroku_double.py")
        mode = f"{self.dir}/mode.json"
        _, proxy = self.start("fault_proxy.py", "--to", f"127.0.0.1:{port}",
                              "--mode-file", mode, "--control-port-file",
                              f"{self.dir}/control")
        self.assertTrue(self.health(proxy)["ok"])
        with open(mode, "w", encoding="ascii") as f:
            f.write('{"mode": "refuse"}')
        self.assertRaises(OSError, self.health, proxy)
        os.unlink(mode)
        steer = (f"http://127.0.0.1:{wait_for(self.dir + '/control')}"
                 "/_control/mode")
        urllib.request.urlopen(urllib.request.Request(
            steer, b'{"mode": "reset", "times": 1}', method="POST")).close()
        self.assertRaises(OSError, self.health, proxy)
        self.assertTrue(self.health(proxy)["ok"])


if __name__ == "__main__":
    unittest.main()
