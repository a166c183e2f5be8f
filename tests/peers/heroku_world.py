"""What the Heroku double knows: apps, Spaces, Regions, plans, add-ons."""
import re
import uuid

TOKEN = "HRKU-00000000-0000-0000-0000-000000000000"
MARKER = "marker-password-that-must-never-be-kept"

DEFAULT = {
    "tokens": [TOKEN],
    "apps": {"payments-prod": "payments", "payments-eu": "payments-eu",
             "shielded": "shielded", "no-space": None},
    # apps that exist but are not ours
    "forbidden_apps": ["somebody-elses"],
    "spaces": {"payments": {"region": "virginia"},
               "payments-eu": {"region": "frankfurt"},
               "shielded": {"region": "virginia", "shield": True}},
    "regions": {"virginia": "us-east-1", "frankfurt": "eu-central-1",
                "oregon": "us-west-2", "us": "us-east-1"},
    "plans": ["heroku-postgresql:private-0", "heroku-postgresql:private-7",
              "heroku-postgresql:shield-7", "heroku-redis:private-7",
              "heroku-kafka:private-standard-0",
              "heroku-postgresql:standard-0"],
}
SETTINGS = {
    # GETs of an add-on before it leaves "provisioning"
    "polls": 2,
    # what it becomes without --kms: provisioned, deprovisioned, or any word
    "final_state": "provisioned",
    # when KMS is asked: "provision" (late, as in life) or "create" (422)
    "check_at": "provision",
    # create the volumes' grant when provisioned (with --kms)
    "grants": True,
    # 423 until the body has "confirm": the app
    "confirm": False,
    "confirm_message": "This add-on is not automatically networked with this "
                       "Private Space. ",
    # what X-Confirmation-Required says instead of the app's name
    "confirm_header": None,
    # the key that the data host shows instead of the true one
    "data_key": None,
    # no "Customer Encryption Key" in the data host's answer
    "hide_data_key": False,
    # show provision_message on add-ons
    "provision_message": "Your add-on is being provisioned.",
    # refuse (400) what the real CLI would have sent otherwise; see deviations
    "strict": False,
    # items in one page of a list (206 and Next-Range beyond it)
    "page_size": 200,
    "rate_limit": 4500,
}


def make_id(kind, name):
    """A UUID that depends on the name only."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"double/{kind}/{name}"))


class Addon:
    def __init__(self, name, app, plan, config, now):
        self.id = str(uuid.uuid4())
        self.name, self.app, self.plan, self.config = name, app, plan, config
        self.state, self.polls = "provisioning", 0
        self.created = self.updated = now
        self.message = None
        self.grant_id = None

    @property
    def service(self):
        return self.plan.partition(":")[0]

    @property
    def key(self):
        return self.config.get("encryption-key")


class World:
    def __init__(self, config):
        self.config = {**DEFAULT, **config}
        self.addons = {}  # name -> Addon: names are global

    def app(self, wanted):
        """The app's name by name or id, or None."""
        return next((a for a in self.config["apps"]
                     if wanted in (a, make_id("app", a))), None)

    def addon(self, wanted, app=None):
        return next((a for a in self.addons.values()
                     if wanted in (a.name, a.id) and app in (None, a.app)),
                    None)

    def space(self, wanted):
        return next((s for s in self.config["spaces"]
                     if wanted in (s, make_id("space", s))), None)

    def region(self, wanted):
        return next((r for r in self.config["regions"]
                     if wanted in (r, make_id("region", r))), None)

    # As the Platform API words them. ----------------------------------------

    def show_app(self, app):
        space = self.config["apps"][app]
        region = self.config["spaces"][space]["region"] if space else "us"
        return {"id": make_id("app", app), "name": app,
                "region": {"id": make_id("region", region), "name": region},
                "space": space and {
                    "id": make_id("space", space), "name": space,
                    "shield": self.config["spaces"][space].get("shield",
                                                               False)},
                "owner": {"id": make_id("account", "ops"),
                          "email": "ops@example.com"},
                "stack": {"id": make_id("stack", "24"), "name": "heroku-24"},
                "web_url": f"https://{app}.example.com/"}

    def show_space(self, space):
        s = self.config["spaces"][space]
        return {"id": make_id("space", space), "name": space,
                "shield": s.get("shield", False),
                "state": s.get("state", "allocated"),
                "region": {"id": make_id("region", s["region"]),
                           "name": s["region"]},
                "cidr": "10.0.0.0/16", "data_cidr": "10.1.0.0/16",
                "team": {"id": make_id("team", "ops"), "name": "ops"}}

    def show_region(self, region):
        return {"id": make_id("region", region), "name": region,
                "description": region, "country": "Somewhere",
                "locale": region, "private_capable": region != "us",
                "provider": {"name": "amazon-web-services",
                             "region": self.config["regions"][region]}}

    def show_plan(self, plan):
        return {"id": make_id("plan", plan), "name": plan,
                "description": plan, "human_name": plan.partition(":")[2],
                "installable_inside_private_network":
                    bool(re.search("private|shield", plan)),
                "price": {"cents": 120000, "contract": True, "unit": "month"},
                "addon_service": self.show_service(plan.partition(":")[0])}

    @staticmethod
    def show_service(service):
        return {"id": make_id("service", service), "name": service}

    def show_addon(self, a, expand=(), message=None):
        plan = self.show_plan(a.plan)
        service = self.show_service(a.service)
        if "plan" not in expand:
            plan = {"id": plan["id"], "name": plan["name"]}
        if "addon_service" in expand:
            service["human_name"] = a.service
            service["state"] = "ga"
        out = {"id": a.id, "name": a.name, "state": a.state,
               "app": {"id": make_id("app", a.app), "name": a.app},
               "addon_service": service, "plan": plan,
               "config_vars": [f"{a.name.upper().replace('-', '_')}_URL"],
               "provider_id": make_id("provider", a.name), "actions": [],
               "billed_price": {"cents": 120000, "contract": True,
                                "unit": "month"},
               "billing_entity": {"id": make_id("app", a.app), "name": a.app,
                                  "type": "app"},
               "web_url": f"https://addons.example.com/{a.id}",
               "created_at": a.created, "updated_at": a.updated}
        if message:
            out["provision_message"] = message
        return out

    def show_postgres(self, a, key, hide):
        """The data host's answer: with secrets in it, as in life."""
        info = [{"name": "Plan", "values": [a.plan.partition(":")[2]]},
                {"name": "Status", "values": ["Available"]},
                {"name": "PG Version", "values": ["16.4"]},
                {"name": "Data Encryption", "values": ["In Use"]}]
        if key and not hide:
            info.append({"name": "Customer Encryption Key", "values": [key],
                         "resolve_db_name": False})
        return {"addon_id": a.id, "name": a.name,
                "created_at": a.created, "database_name": "dmarker",
                "database_user": "umarker", "database_password": MARKER,
                "resource_url": f"postgres://umarker:{MARKER}@"
                                "ec2-0-0-0-0.compute-1.example.com:5432/d",
                "plan": a.plan.partition(":")[2], "num_connections": 0,
                "standalone?": True, "waiting?": False, "info": info}

    def show_redis(self, a, key, hide):
        out = {"addon_id": a.id, "name": a.name,
               "plan": a.plan.partition(":")[2],
               "resource_url": f"rediss://:{MARKER}@redis.example.com:6379"}
        if key and not hide:
            out["customer_encryption_key"] = key
        return out
