"""Faults: what the wire carries, and whether the work was done."""
import http.client
import json
import socket
import time
import unittest

import sigv4
from fault_proxy import Proxy
from peer_case import StandInCase, fails, threading_server
from people import SAMPLE_SECRET


class Faults(StandInCase):

    def plant(self, fault, operation="CreateKey", **more):
        self.control("faults", {"operation": operation, "fault": fault,
                                **more})

    def created(self):
        """How many keys there are: whether CreateKey took effect."""
        return len(self.control("state")["keys"])

    def raw(self, enough=1 << 20):
        """The bytes of one answer to CreateKey, or enough of them."""
        body = b'{"Origin":"EXTERNAL"}'
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = [("content-type", "application/x-amz-json-1.1"),
                   ("host", f"127.0.0.1:{self.server.port}"),
                   ("x-amz-date", date),
                   ("x-amz-target", "TrentService.CreateKey")]
        auth = sigv4.authorization("AKIDEXAMPLE", SAMPLE_SECRET, date,
                                   "us-east-1", "kms", "POST", "/", "",
                                   headers, body)
        head = "".join(f"{n}: {v}\r\n" for n, v in headers)
        text = (f"POST / HTTP/1.1\r\n{head}authorization: {auth}\r\n"
                f"content-length: {len(body)}\r\n"
                "connection: close\r\n\r\n").encode() + body
        with socket.create_connection(("127.0.0.1", self.server.port),
                                      5) as s:
            s.sendall(text)
            out = b""
            while part := s.recv(65536):
                out += part
                if len(out) > enough:
                    break
        return out

    def split(self):
        head, _, body = self.raw().partition(b"\r\n\r\n")
        return head, body

    def test_an_aws_error_by_name_has_no_effect(self):
        self.plant("error", type="ThrottlingException", message="Rate")
        error = fails(self.kms.create_key)
        self.assert_error(error, "ThrottlingException", "Rate")
        self.assertEqual(self.created(), 0)
        self.kms.create_key()
        self.assertEqual(self.created(), 1)

    def test_html_empty_and_plain_statuses(self):
        self.plant("html")
        self.plant("empty")
        self.plant("http", status=429, body="slow down")
        self.assertIn(b"503 Service Unavailable", self.raw())
        self.assertIn(b"content-length: 0", self.raw().lower())
        head, body = self.split()
        self.assertIn(b"429", head)
        self.assertEqual(body, b"slow down")
        self.assertEqual(self.created(), 0)

    def test_hanging_up_before_and_after_the_effect(self):
        self.plant("close_before")
        self.assertEqual(self.raw(), b"")
        self.assertEqual(self.created(), 0)
        self.plant("close_after")
        self.assertEqual(self.raw(), b"")
        self.assertEqual(self.created(), 1)
        self.plant("reset_after")
        with self.assertRaises(ConnectionResetError):
            self.raw()
        self.assertEqual(self.created(), 2)

    def test_cut_answers_follow_the_effect(self):
        self.plant("cut_headers")
        self.assertNotIn(b"\r\n\r\n", self.raw())
        self.plant("cut_body", bytes=5)
        self.assertEqual(self.split()[1], b'{"Key')
        self.plant("truncated_json")
        head, body = self.split()
        self.assertIn(f"Content-Length: {len(body)}".encode(), head)
        self.assertRaises(ValueError, json.loads, body)
        self.assertEqual(self.created(), 3)

    def test_members_dropped_set_and_repeated(self):
        self.plant("drop", member="KeyMetadata.Arn")
        self.assertNotIn("Arn", json.loads(self.split()[1])["KeyMetadata"])
        self.plant("set", member="KeyMetadata.KeyState", value="Odd")
        self.assertEqual(json.loads(self.split()[1])["KeyMetadata"]
                         ["KeyState"], "Odd")
        self.plant("duplicate", member="KeyMetadata.Arn", value="x")
        self.assertEqual(self.split()[1].count(b'"Arn":'), 2)

    def test_chunked_slow_and_garbage_answers(self):
        self.plant("chunked", size=16)
        self.assertIn(b"Transfer-Encoding: chunked", self.raw())
        self.plant("slow", interval=0)
        json.loads(self.split()[1])
        self.plant("garbage", text="}")
        self.assertTrue(self.split()[1].endswith(b"}}}"))
        self.plant("chunked")
        self.kms.create_key()  # a real client reads it

    def test_huge_and_endless_bodies(self):
        self.plant("huge", size=3 << 20)
        self.assertGreater(len(self.raw()), 1 << 20)
        self.plant("endless", interval=0)
        self.assertGreater(len(self.raw(2000)), 2000)
        self.assertEqual(self.created(), 0)

    def test_a_redirect_names_its_place(self):
        self.plant("redirect", location="http://127.0.0.1:1/")
        self.assertIn(b"Location: http://127.0.0.1:1/", self.raw())

    def test_delay_holds_nothing_else_up(self):
        self.plant("delay", delay=0.3)
        start = time.monotonic()
        self.kms.create_key()
        self.assertGreater(time.monotonic() - start, 0.3)

    def test_the_nth_call_is_hit_and_no_other(self):
        self.plant("error", nth=2, type="KMSInternalException", status=500)
        self.kms.create_key()
        self.assertIsNotNone(fails(self.kms.create_key))
        self.kms.create_key()

    def test_match_picks_one_request(self):
        self.plant("error", match="needle", times=0, type="NotFoundException")
        self.kms.create_key()
        self.assertIsNotNone(fails(self.kms.create_key,
                                   Description="a needle"))

    def test_sts_and_s3_faults_are_xml(self):
        self.plant("error", "sts", type="ExpiredToken", status=403)
        self.plant("error", "s3", type="SlowDown", status=503)
        sts, s3 = self.client("sts"), self.client("s3")
        self.assertIn("ExpiredToken", str(fails(sts.get_caller_identity)))
        self.assertIn("SlowDown", str(fails(s3.get_bucket_encryption,
                                            Bucket="payments-archive")))

    def test_an_unknown_fault_is_refused_when_planted(self):
        with self.assertRaisesRegex(Exception, "400"):
            self.plant("explode")

    def test_the_log_shows_what_was_planted(self):
        self.plant("close_after")
        self.raw()
        (entry,) = self.control("log?operation=CreateKey")["calls"]
        self.assertEqual(entry["fault"], "close_after")
        self.assertEqual(self.control("counts"), {"CreateKey": 1})


class ProxyModes(StandInCase):

    def setUp(self):
        super().setUp()
        self.proxy = Proxy(f"127.0.0.1:{self.server.port}")
        self.addCleanup(self.proxy.sock.close)
        threading_server(self.proxy.serve)

    def get(self, timeout=5):
        c = http.client.HTTPConnection("127.0.0.1", self.proxy.port,
                                       timeout=timeout)
        try:
            c.request("GET", "/_control/health",
                      headers={"Connection": "close"})
            return c.getresponse().read()
        finally:
            c.close()

    def test_pass_and_latency(self):
        self.assertIn(b"ok", self.get())
        self.proxy.set_mode({"mode": "latency", "seconds": 0.2})
        start = time.monotonic()
        self.get()
        self.assertGreater(time.monotonic() - start, 0.2)

    def test_refuse_reset_and_cut(self):
        for mode, error in (
                ({"mode": "refuse"}, http.client.HTTPException),
                ({"mode": "reset"}, ConnectionResetError),
                ({"mode": "cut", "bytes": 5}, http.client.HTTPException),
                ({"mode": "cut-reset", "bytes": 30}, ConnectionResetError)):
            self.proxy.set_mode(mode)
            with self.subTest(mode), self.assertRaises(
                    (error, ConnectionResetError)):
                self.get()

    def test_down_and_swallow_end_in_the_clients_patience(self):
        for mode in ("down", "swallow"):
            self.proxy.set_mode({"mode": mode})
            with self.subTest(mode), self.assertRaises(TimeoutError):
                self.get(timeout=0.3)

    def test_times_ends_the_mode(self):
        self.proxy.set_mode({"mode": "refuse", "times": 1})
        self.assertRaises(OSError, self.get)
        self.assertIn(b"ok", self.get())


if __name__ == "__main__":
    unittest.main()
