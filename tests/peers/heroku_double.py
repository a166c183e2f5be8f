#!/usr/bin/env python3
"""A double of Heroku's Platform API and data host, for add-ons under a key.

Checks requests against those that Heroku's own CLI was recorded to send
(vectors/heroku-requests/). With --kms it asks a KMS stand-in, as Heroku's
account, whether the customer's key can be used, and fails the add-on where it
cannot. Tests steer it at /_control/ (README.md).
"""
import json
import os
import re
import sys
import threading
import uuid
from urllib.parse import unquote

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import heroku_control
import httpd
from clock import Clock
from faults import Faults
from heroku_world import SETTINGS, Addon, World
from httpd import Answer

V3 = "application/vnd.heroku+json; version=3"
NAME = re.compile(r"[a-zA-Z][A-Za-z0-9_-]+")
RANGE = re.compile(r"(?:\]?[a-z_]+ [^;]*)?(?:;.*max=(\d+).*)?")
DEFAULT_MESSAGES = {
    "bad_request": "Request invalid, validate usage and try again.",
    "unauthorized": "Invalid credentials provided.",
    "forbidden": "You do not have access to the app {app}.",
    "rate_limit": "Your account reached the API rate limit\nPlease wait a few "
                  "minutes before making new requests",
}
NO_VERSION = ("The requested API endpoint was not found. Are you using the "
              "right HTTP verb (i.e. `GET` vs. `POST`), and did you specify "
              "your intended version with the `Accept` header?")


class Refusal(Exception):
    def __init__(self, status, id_, message=None, headers=None, **more):
        super().__init__(id_)
        self.status, self.headers = status, headers or {}
        self.body = {"id": id_, "message": message or
                     DEFAULT_MESSAGES.get(id_, id_), **more}


def missing(resource):
    word = {"addon": "add-on"}.get(resource, resource)
    return Refusal(404, "not_found", f"Couldn't find that {word}.",
                   resource=resource)


def invalid(message):
    return Refusal(422, "invalid_params", message)


class Heroku:
    """The peer that httpd.py serves."""

    def __init__(self, config=None, probe=None):
        self.config, self.probe = config or {}, probe
        self.lock = threading.RLock()
        self.clock = Clock()
        self.log = httpd.Log()
        self.faults = Faults()
        self.settings = {}
        self.reset()

    def reset(self):
        self.settings.clear()
        self.settings.update(SETTINGS)
        self.settings.update(self.config.get("settings", {}))
        self.clock.offset = 0.0
        self.world = World(self.config)
        self.deviations = []
        self.remaining = self.settings["rate_limit"]
        self.faults.planted.clear()
        self.log.reset()

    def http_date(self):
        return self.clock.http_date()

    def describe(self, request):
        name, _ = self.route(request)
        return {"service": "heroku", "operation": name or "unknown",
                "method": request.method, "path": request.target,
                "request_id": str(uuid.uuid4()), "utc": self.clock.utc(),
                "user_agent": request.header("user-agent", "")}

    @staticmethod
    def route(request):
        """(operation, arguments) of a path, or (None, None)."""
        for method, pattern, name in ROUTES:
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                return name, [unquote(part) for part in match.groups()]
        return None, None

    def handle(self, request, entry):
        try:
            answer = self.serve(request, entry)
        except Refusal as e:
            entry["error"] = e.body["id"]
            answer = self.answer(e.body, e.status, e.headers)
        return self.dressed(answer, entry)

    def serve(self, request, entry):
        name, arguments = self.route(request)
        self.check_headers(request, name)
        if name is None:
            raise Refusal(404, "not_found", NO_VERSION)
        if name != "rate-limits":
            if self.remaining <= 0:
                raise Refusal(429, "rate_limit")
            self.remaining -= 1
        body = self.read_body(request) if request.body else {}
        if request.body:
            entry["request"] = body
        return getattr(self, name.replace(".", "_").replace("-", "_"))(
            request, body, *arguments)

    def check_headers(self, request, name):
        accept = request.header("accept", "")
        wanted = V3 + ".sdk" if name == "addons.resolve" else V3
        if accept not in (V3, wanted):
            raise Refusal(404, "not_found", NO_VERSION)
        scheme, _, token = request.header("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.world.config["tokens"]:
            raise Refusal(401, "unauthorized")
        if request.body and \
                request.header("content-type") != "application/json":
            raise Refusal(400, "bad_request",
                          "Content-Type must be application/json.")
        self.compare_with_recorded(request, name, accept, wanted)

    def compare_with_recorded(self, request, name, accept, wanted):
        """Headers that the recorded CLI sends; noted, or refused if strict."""
        want = {"accept": wanted}
        if name == "addons.create":
            want.update({"accept-expansion": "plan",
                         "x-heroku-legacy-provider-messages": "true"})
        elif name in ("addons.info", "addons.resolve"):
            want["accept-expansion"] = "addon_service,plan"
        odd = [f"{n}: {request.header(n)!r}, wanted {v!r}"
               for n, v in want.items() if request.header(n) != v]
        for header in ("user-agent", "request-id"):
            if not request.header(header):
                odd.append(f"{header}: absent")
        for text in odd:
            self.deviations.append({"operation": name, "what": text})
        if odd and self.settings["strict"]:
            raise Refusal(400, "bad_request", "; ".join(odd))

    @staticmethod
    def read_body(request):
        try:
            body = json.loads(request.body)
        except ValueError:
            raise Refusal(400, "bad_request",
                          "Unable to parse the JSON.") from None
        if not isinstance(body, dict):
            raise Refusal(400, "bad_request", "Not a JSON object.")
        return body

    @staticmethod
    def answer(value, status=200, headers=None):
        return Answer(status, json.dumps(value), headers)

    def dressed(self, answer, entry):
        """The headers that every answer has."""
        answer.headers = {
            "Content-Type": V3, "Request-Id": entry["request_id"],
            "RateLimit-Remaining": str(self.remaining),
            "ETag": f'W/"{hash(answer.body) & 0xffffffff:08x}"',
            "Cache-Control": "private, no-cache", **answer.headers}
        return answer

    def fault_answer(self, entry, fault):
        """fault: id (or type), status, message, url, headers."""
        id_ = fault.get("id") or fault["type"]
        body = {"id": id_, "message": fault.get(
            "message", DEFAULT_MESSAGES.get(id_, id_))}
        body.update((n, fault[n]) for n in ("url", "resource") if n in fault)
        entry["error"] = id_
        return self.dressed(self.answer(body, fault.get("status", 400)), entry)

    # Looking up. ------------------------------------------------------------

    def find_app(self, name):
        if name in self.world.config["forbidden_apps"]:
            raise Refusal(403, "forbidden",
                          DEFAULT_MESSAGES["forbidden"].format(app=name))
        app = self.world.app(name)
        if app is None:
            raise missing("app")
        return app

    def find_addon(self, name, app=None):
        addon = self.world.addon(name, app)
        if addon is None:
            raise missing("addon")
        return addon

    # One method per operation: (request, body, arguments of the path). ------

    def apps_info(self, _, __, app):
        return self.answer(self.world.show_app(self.find_app(app)))

    def apps_config_vars(self, _, __, app):
        from heroku_world import MARKER
        app = self.find_app(app)
        return self.answer({f"{a.name.upper()}_URL": f"postgres://u:{MARKER}@h"
                            for a in self.world.addons.values()
                            if a.app == app})

    def spaces_info(self, _, __, space):
        name = self.world.space(space)
        if name is None:
            raise missing("space")
        return self.answer(self.world.show_space(name))

    def regions_info(self, _, __, region):
        name = self.world.region(region)
        if name is None:
            raise missing("region")
        return self.answer(self.world.show_region(name))

    def plans_info(self, _, __, service, plan):
        name = plan if ":" in plan else f"{service}:{plan}"
        if name not in self.world.config["plans"]:
            raise missing("plan")
        return self.answer(self.world.show_plan(name))

    def rate_limits(self, *_):
        return self.answer({"remaining": self.remaining})

    def addons_list(self, request, _, app):
        app = self.find_app(app)
        addons = [a for a in self.world.addons.values() if a.app == app]
        expand = request.header("accept-expansion", "").split(",")
        match = RANGE.fullmatch(request.header("range", "id ..; max=200"))
        if not match:
            raise Refusal(400, "bad_request", "Invalid `Range` header.")
        size = min(int(match.group(1) or 200), self.settings["page_size"])
        addons.sort(key=lambda a: a.id)
        start = re.match(r"id \](\S+)\.\.", request.header("range", ""))
        if start:
            addons = [a for a in addons if a.id > start.group(1)]
        shown = [self.world.show_addon(a, expand) for a in addons[:size]]
        if len(addons) <= size:
            return self.answer(shown)
        return self.answer(shown, 206, {
            "Content-Range": f"id {shown[0]['id']}..{shown[-1]['id']}",
            "Next-Range": f"id ]{shown[-1]['id']}..; max={size}"})

    def addons_info(self, request, _, app, name):
        addon = self.find_addon(name, self.find_app(app))
        self.poll(addon)
        return self.shown(addon, request)

    def addons_info_anywhere(self, request, _, name):
        return self.shown(self.find_addon(name), request)

    def addons_config(self, _, __, name):
        return self.answer([{"name": n, "value": v} for n, v in
                            self.find_addon(name).config.items()])

    def addons_resolve(self, request, body):
        app = self.find_app(body["app"]) if body.get("app") else None
        addon = self.find_addon(body.get("addon"), app)
        expand = request.header("accept-expansion", "").split(",")
        return self.answer([self.world.show_addon(addon, expand)])

    def shown(self, addon, request, status=200):
        expand = request.header("accept-expansion", "").split(",")
        message = addon.message or self.settings["provision_message"]
        if request.header("x-heroku-legacy-provider-messages") != "true":
            message = addon.message
        return self.answer(self.world.show_addon(addon, expand, message),
                           status)

    def addons_create(self, request, body, app):
        app = self.find_app(app)
        plan, name, config = self.check_create(body, app)
        if self.settings["confirm"] and body.get("confirm") != app:
            raise Refusal(423, "confirmation_required",
                          self.settings["confirm_message"],
                          {"X-Confirmation-Required":
                           self.settings["confirm_header"] or app})
        addon = Addon(name, app, plan, config, self.clock.utc())
        if self.probe and addon.key and \
                self.settings["check_at"] == "create":
            reason = self.probe.usable(addon.key)
            if reason:
                raise invalid(f"The encryption key cannot be used ({reason}).")
        self.world.addons[name] = addon
        return self.shown(addon, request, 201)

    def check_create(self, body, app):
        """(plan, name, config) of a create body, or 422."""
        unknown = set(body) - {"plan", "attachment", "config", "confirm",
                               "name"}
        plan = body.get("plan")
        if isinstance(plan, dict):
            plan = plan.get("name")
        config, attachment = body.get("config", {}), body.get("attachment", {})
        if unknown or not isinstance(plan, str) or \
                not isinstance(config, dict) or \
                not isinstance(attachment, dict) or \
                not set(attachment) <= {"name"} or \
                not all(isinstance(v, str) or v is True
                        for v in config.values()):
            raise Refusal(400, "bad_request", "Invalid request body.")
        if plan not in self.world.config["plans"]:
            raise invalid("Couldn't find either the add-on service or the "
                          f'add-on plan of "{plan}".')
        private = self.world.show_plan(plan)[
            "installable_inside_private_network"]
        if private != bool(self.world.config["apps"][app]):
            raise invalid("This plan cannot be installed on this app.")
        name = body.get("name") or \
            f"{plan.partition(':')[0].removeprefix('heroku-')}-cubic-" \
            f"{10000 + len(self.world.addons)}"
        if not isinstance(name, str) or not NAME.fullmatch(name) or \
                len(name) > 256:
            raise invalid("Name is invalid")
        if name in self.world.addons:
            raise invalid("Name is already taken")
        return plan, name, config

    def poll(self, addon):
        """A GET moves time: after enough of them the state is final."""
        if addon.state != "provisioning":
            return
        addon.polls += 1
        if addon.polls < self.settings["polls"]:
            return
        reason = None
        if self.probe and addon.key:
            reason = self.probe.usable(addon.key)
            if reason is None and self.settings["grants"]:
                reason, addon.grant_id = self.probe.attach(addon.key,
                                                           addon.name)
        addon.state = "deprovisioned" if reason else \
            self.settings["final_state"]
        if reason:
            addon.message = f"We cannot use your encryption key ({reason})."
        addon.updated = self.clock.utc()

    def addons_delete(self, request, _, app, name):
        addon = self.find_addon(name, self.find_app(app))
        if self.probe and addon.grant_id:
            self.probe.detach(addon.key, addon.grant_id)
        del self.world.addons[addon.name]
        addon.state = "deprovisioned"
        return self.shown(addon, request)

    # The data host. ---------------------------------------------------------

    def data(self, show, name):
        addon = self.world.addon(name)
        if addon is None or addon.state != "provisioned":
            raise missing("addon")
        key = self.settings["data_key"] or addon.key
        return self.answer(show(addon, key, self.settings["hide_data_key"]),
                           200, {"Content-Type": "application/json"})

    def data_postgres(self, _, __, name):
        return self.data(self.world.show_postgres, name)

    def data_redis(self, _, __, name):
        return self.data(self.world.show_redis, name)

    def control(self, request):
        return heroku_control.handle(self, request)


ROUTES = [
    ("POST", "/apps/([^/]+)/addons", "addons.create"),
    ("GET", "/apps/([^/]+)/addons", "addons.list"),
    ("GET", "/apps/([^/]+)/addons/([^/]+)", "addons.info"),
    ("DELETE", "/apps/([^/]+)/addons/([^/]+)", "addons.delete"),
    ("GET", "/addons/([^/]+)", "addons.info-anywhere"),
    ("GET", "/addons/([^/]+)/config", "addons.config"),
    ("POST", "/actions/addons/resolve", "addons.resolve"),
    ("GET", "/apps/([^/]+)", "apps.info"),
    ("GET", "/apps/([^/]+)/config-vars", "apps.config-vars"),
    ("GET", "/spaces/([^/]+)", "spaces.info"),
    ("GET", "/regions/([^/]+)", "regions.info"),
    ("GET", "/addon-services/([^/]+)/plans/([^/]+)", "plans.info"),
    ("GET", "/account/rate-limits", "rate-limits"),
    ("GET", "/client/v11/databases/([^/]+)", "data.postgres"),
    ("GET", "/redis/v0/databases/([^/]+)", "data.redis"),
]


def main():
    p = httpd.parser(__doc__.splitlines()[0])
    httpd.tls_options(p)
    p.add_argument("--kms", metavar="URL",
                   help="ask this KMS stand-in, as Heroku's account, whether "
                        "the customer's key can be used")
    p.add_argument("--kms-ca", metavar="PEM", help="CA of an https --kms")
    args = p.parse_args()
    config = {}
    if args.config:
        with open(args.config, encoding="utf-8") as f:
            config = json.load(f)
    probe = None
    if args.kms:
        from kms_probe import Probe
        people = config.get("kms_people", {})
        probe = Probe(args.kms, ca=args.kms_ca,
                      **{n: tuple(v) for n, v in people.items()})
    server = httpd.Server(args.port, Heroku(config, probe), args.cert,
                          args.key)
    httpd.run(server, args)


if __name__ == "__main__":
    main()
