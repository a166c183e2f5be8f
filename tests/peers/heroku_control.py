"""The Heroku double's control API (/_control/...): for tests only."""
import os

from heroku_world import SETTINGS, Addon
from httpd import Answer


def handle(peer, request):
    what = request.path.removeprefix("/_control/").rstrip("/")
    if what == "health":
        return Answer.json({"ok": True, "pid": os.getpid()})
    if what == "reset":
        peer.reset()
        return Answer.json({"ok": True})
    if what == "clock":
        return peer.clock.control(request)
    if what in ("log", "log/reset", "counts"):
        return peer.log.control(request)
    if what == "faults":
        return peer.faults.control(request)
    if what == "deviations":
        return Answer.json({"deviations": peer.deviations})
    if what == "settings":
        return settings(peer, request)
    if what == "state":
        return Answer.json({"addons": [vars(a) for a in
                                       peer.world.addons.values()]})
    if what == "addons":
        return addons(peer, request.json())
    return Answer.json({"error": f"no such control: {what}"}, 404)


def settings(peer, request):
    if request.method == "POST":
        changes = request.json()
        unknown = set(changes) - set(SETTINGS)
        if unknown:
            raise ValueError(f"unknown settings {sorted(unknown)}")
        peer.settings.update(changes)
        peer.remaining = changes.get("rate_limit", peer.remaining)
    return Answer.json(peer.settings)


def addons(peer, order):
    """An add-on that is there already, or a change to one.

    {"name", "app", "plan", "config"?, "state"?}; an existing name is changed
    in the members given.
    """
    addon = peer.world.addons.get(order["name"])
    if addon is None:
        addon = Addon(order["name"], order["app"], order["plan"],
                      order.get("config", {}), peer.clock.utc())
        addon.state = "provisioned"
        peer.world.addons[addon.name] = addon
    for member in ("app", "plan", "config", "state", "message"):
        if member in order:
            setattr(addon, member, order[member])
    return Answer.json(vars(addon))
