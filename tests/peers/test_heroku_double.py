"""The Heroku double: recorded requests pass, the rest is refused in words."""
import glob
import http.client
import json
import os
import unittest

import httpd
from heroku_double import V3, Heroku
from heroku_world import MARKER, TOKEN
from kms_probe import Probe
from peer_case import HERE, StandInCase, control
from test_access import FOR_HEROKU

ARN = ("arn:aws:kms:us-east-1:111122223333:"
       "key/1234abcd-12ab-34cd-56ef-1234567890ab")
PLAN = "heroku-postgresql:private-7"


def recorded():
    """(file, method, path, headers, body) of every recorded request."""
    for path in sorted(glob.glob(f"{HERE}/vectors/heroku-requests/*.txt")):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for part in text.split("\n----"):
            part = part.strip("\n")
            if not part:
                continue
            lines = [line for line in part.split("\n")
                     if not line.startswith("#")]
            end = lines.index("") if "" in lines else len(lines)
            method, target, _ = lines[0].split(" ")
            headers = dict(line.split(": ", 1) for line in lines[1:end])
            yield (os.path.basename(path), method, target, headers,
                   "\n".join(lines[end + 1:]).strip())


class HerokuCase(StandInCase):
    """A Heroku double beside a KMS stand-in."""

    with_kms = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.heroku = Heroku(probe=Probe(cls.url) if cls.with_kms else None)
        cls.heroku_server = httpd.start_in_thread(cls.heroku)

    @classmethod
    def tearDownClass(cls):
        cls.heroku_server.shutdown()
        cls.heroku_server.server_close()
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.heroku.reset()
        self.answer = None

    def steer(self, path, body=None, method=None):
        return control(self.heroku_server.url, path, body, method)

    def send(self, method, path, body=None, **headers):
        """(status, parsed body); the answer's headers in self.answer."""
        sent = {"Accept": V3, "Authorization": f"Bearer {TOKEN}",
                "Accept-Expansion": "plan" if method == "POST" else
                "addon_service,plan", "Request-Id": "r", "User-Agent": "t",
                "X-Heroku-Legacy-Provider-Messages": "true"}
        sent.update((n.replace("_", "-"), v) for n, v in headers.items())
        data = None
        if body is not None:
            data = body if isinstance(body, str) else json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        c = http.client.HTTPConnection("127.0.0.1", self.heroku_server.port)
        c.request(method, path, data,
                  {n: v for n, v in sent.items() if v is not None})
        self.answer = c.getresponse()
        text = self.answer.read()
        c.close()
        return self.answer.status, json.loads(text) if text else None

    def create(self, name="payments-db", app="payments-prod", arn=ARN,
               plan=PLAN, **more):
        return self.send("POST", f"/apps/{app}/addons", {
            "attachment": {}, "config": {"encryption-key": arn},
            "plan": {"name": plan}, "name": name, **more})

    def info(self, name="payments-db", app="payments-prod"):
        return self.send("GET", f"/apps/{app}/addons/{name}")


class Api(HerokuCase):

    def test_what_herokus_cli_was_recorded_to_send_is_taken(self):
        self.steer("settings", {"strict": True})
        seen = 0
        for name, method, target, headers, body in recorded():
            self.steer("addons", {"name": "postgresql-cubic-12345",
                                  "app": "payments-prod", "plan": PLAN,
                                  "config": {"encryption-key": ARN}})
            with self.subTest(f"{name} {method} {target}"):
                c = http.client.HTTPConnection("127.0.0.1",
                                               self.heroku_server.port)
                c.request(method, target, body or None,
                          {n: v for n, v in headers.items()
                           if n.lower() not in ("host", "connection")})
                self.assertIn(c.getresponse().status, (200, 201))
                c.close()
            seen += 1
        self.assertEqual(seen, 10)
        self.assertEqual(self.steer("deviations")["deviations"], [])

    def test_deviations_are_noted_and_in_strict_mode_refused(self):
        self.assertEqual(self.create()[0], 201)
        self.assertEqual(self.steer("deviations")["deviations"], [])
        sent = {"attachment": {}, "plan": {"name": PLAN}}
        path = "/apps/payments-prod/addons"
        status, _ = self.send("POST", path, sent, Accept_Expansion=None)
        self.assertEqual(status, 201)
        self.assertIn("accept-expansion", str(self.steer("deviations")))
        self.steer("settings", {"strict": True})
        status, _ = self.send("POST", path, sent, Accept_Expansion=None)
        self.assertEqual(status, 400)

    def test_an_addon_is_provisioned_after_some_polls(self):
        status, addon = self.create()
        self.assertEqual((status, addon["state"]), (201, "provisioning"))
        self.assertIn("provision_message", addon)
        self.assertEqual(self.info()[1]["state"], "provisioning")
        self.assertEqual(self.info()[1]["state"], "provisioned")
        self.assertEqual(self.steer("counts"), {"addons.create": 1,
                                                "addons.info": 2})

    def test_names_are_global(self):
        self.create()
        status, body = self.create(app="payments-eu")
        self.assertEqual((status, body["message"]),
                         (422, "Name is already taken"))
        self.assertEqual(self.info(app="payments-eu")[0], 404)

    def test_confirmation(self):
        self.steer("settings", {"confirm": True})
        status, body = self.create()
        self.assertEqual((status, body["id"]), (423, "confirmation_required"))
        self.assertTrue(body["message"].endswith(" "))
        self.assertEqual(self.answer.headers["X-Confirmation-Required"],
                         "payments-prod")
        self.assertEqual(self.create(confirm="payments-eu")[0], 423)
        self.assertEqual(self.create(confirm="payments-prod")[0], 201)

    def test_refusals_by_status(self):
        for status, id_, result in (
                (401, "unauthorized", self.send("GET", "/apps/payments-prod",
                                                Authorization="Bearer x")),
                (404, "not_found", self.send("GET", "/apps/payments-prod",
                                             Accept="application/json")),
                (404, "not_found", self.send("GET", "/apps/none")),
                (403, "forbidden", self.send("GET", "/apps/somebody-elses")),
                (404, "not_found", self.info()),
                (422, "invalid_params", self.create(plan="heroku-x:y")),
                (422, "invalid_params", self.create(app="no-space")),
                (422, "invalid_params", self.create(name="7up")),
                (400, "bad_request", self.create(odd=1)),
                (400, "bad_request", self.send("POST",
                                               "/apps/payments-prod/addons",
                                               "{"))):
            with self.subTest(id_):
                self.assertEqual((result[0], result[1]["id"]), (status, id_))

    def test_planted_errors(self):
        self.steer("faults", [
            {"operation": "addons.create", "fault": "error", "status": 429,
             "id": "rate_limit", "headers": {"Retry-After": "3"}},
            {"operation": "addons.create", "fault": "error", "status": 402,
             "id": "verification_required", "url": "https://example.com/v"}])
        self.assertEqual(self.create()[1]["id"], "rate_limit")
        self.assertEqual(self.answer.headers["Retry-After"], "3")
        self.assertEqual(self.create()[1]["url"], "https://example.com/v")
        self.steer("faults", {"operation": "addons.create",
                              "fault": "close_after"})
        with self.assertRaises(http.client.RemoteDisconnected):
            self.create()
        self.assertEqual(self.info()[0], 200)  # it was done all the same

    def test_the_rate_limit_runs_out(self):
        self.steer("settings", {"rate_limit": 1})
        self.assertEqual(self.info()[0], 404)
        self.assertEqual(self.answer.headers["RateLimit-Remaining"], "0")
        self.assertEqual(self.info()[1]["id"], "rate_limit")
        self.assertEqual(self.send("GET", "/account/rate-limits")[1],
                         {"remaining": 0})

    def test_space_and_region_of_an_app(self):
        _, app = self.send("GET", "/apps/payments-eu")
        _, space = self.send("GET", f"/spaces/{app['space']['name']}")
        _, region = self.send("GET", f"/regions/{space['region']['name']}")
        self.assertEqual(region["provider"], {"name": "amazon-web-services",
                                              "region": "eu-central-1"})
        self.assertIsNone(self.send("GET", "/apps/no-space")[1]["space"])
        _, plan = self.send("GET", "/addon-services/heroku-postgresql/plans/"
                            "private-7")
        self.assertTrue(plan["installable_inside_private_network"])

    def test_lists_come_in_pages(self):
        self.steer("settings", {"page_size": 2})
        for i in range(3):
            self.create(name=f"db-{i}")
        status, page = self.send("GET", "/apps/payments-prod/addons")
        self.assertEqual((status, len(page)), (206, 2))
        status, rest = self.send("GET", "/apps/payments-prod/addons",
                                 Range=self.answer.headers["Next-Range"])
        self.assertEqual((status, len(rest)), (200, 1))
        self.assertEqual(len({a["name"] for a in page + rest}), 3)

    def test_the_data_host_tells_the_key_beside_secrets(self):
        _, addon = self.create()
        path = f"/client/v11/databases/{addon['id']}"
        self.assertEqual(self.send("GET", path)[0], 404)
        self.info(), self.info()
        _, database = self.send("GET", path)
        self.assertIn(MARKER, database["resource_url"])
        (item,) = [i for i in database["info"]
                   if i["name"] == "Customer Encryption Key"]
        self.assertEqual(item["values"], [ARN])
        self.steer("settings", {"data_key": "arn:another"})
        self.assertIn("arn:another", str(self.send("GET", path)[1]))

    def test_a_deleted_addon_is_gone(self):
        self.create()
        status, addon = self.send("DELETE",
                                  "/apps/payments-prod/addons/payments-db",
                                  {"force": False})
        self.assertEqual((status, addon["state"]), (200, "deprovisioned"))
        self.assertEqual(self.info()[0], 404)


class WithKms(HerokuCase):
    with_kms = True

    def ready(self, allow=True):
        arn = self.key()
        self.bring(arn, b"m" * 32)
        if allow:
            doc = json.loads(self.kms.get_key_policy(KeyId=arn)["Policy"])
            doc["Statement"] += FOR_HEROKU
            self.kms.put_key_policy(KeyId=arn, Policy=json.dumps(doc))
        return arn

    def outcome(self, arn):
        self.assertEqual(self.create(arn=arn)[0], 201)
        self.info()
        return self.info()[1]

    def test_a_key_that_heroku_may_use(self):
        arn = self.ready()
        self.assertEqual(self.outcome(arn)["state"], "provisioned")
        (grant,) = self.kms.list_grants(KeyId=arn)["Grants"]
        self.assertEqual(grant["Name"], "payments-db")
        self.send("DELETE", "/apps/payments-prod/addons/payments-db")
        self.assertEqual(self.kms.list_grants(KeyId=arn)["Grants"], [])

    def test_no_policy_no_database(self):
        addon = self.outcome(self.ready(allow=False))
        self.assertEqual(addon["state"], "deprovisioned")
        self.assertIn("AccessDenied", addon["provision_message"])

    def test_half_a_policy_no_database(self):
        arn = self.ready(allow=False)
        doc = json.loads(self.kms.get_key_policy(KeyId=arn)["Policy"])
        doc["Statement"].append(FOR_HEROKU[0])
        self.kms.put_key_policy(KeyId=arn, Policy=json.dumps(doc))
        addon = self.outcome(arn)
        self.assertEqual(addon["state"], "deprovisioned")
        self.assertIn("CreateGrant", addon["provision_message"])

    def test_a_disabled_key_no_database(self):
        arn = self.ready()
        self.kms.disable_key(KeyId=arn)
        self.assertEqual(self.outcome(arn)["state"], "deprovisioned")

    def test_refused_at_once_where_a_test_wants_it(self):
        self.steer("settings", {"check_at": "create"})
        self.assertEqual(self.create(arn=self.ready(allow=False))[0], 422)


if __name__ == "__main__":
    unittest.main()
