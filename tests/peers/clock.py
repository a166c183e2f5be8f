"""A clock that a test can move. It keeps running from wherever it is put."""
import time
from datetime import datetime, timezone
from email.utils import formatdate


def seconds_of(value):
    """Seconds since 1970 of a number or an RFC 3339 time."""
    if isinstance(value, (int, float)):
        return float(value)
    return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()


class Clock:
    def __init__(self):
        self.offset = 0.0

    def now(self):
        return time.time() + self.offset

    def advance(self, seconds):
        self.offset += seconds

    def set(self, value):
        self.offset = seconds_of(value) - time.time()

    def http_date(self):
        return formatdate(self.now(), usegmt=True)

    def utc(self, seconds=None):
        """RFC 3339, whole seconds."""
        moment = self.now() if seconds is None else seconds
        return datetime.fromtimestamp(moment, timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%SZ")

    def control(self, request):
        """GET, or POST {"advance": s} or {"set": time}."""
        from httpd import Answer
        if request.method == "POST":
            order = request.json()
            if "set" in order:
                self.set(order["set"])
            self.advance(order.get("advance", 0))
        return Answer.json({"now": self.now(), "utc": self.utc()})
