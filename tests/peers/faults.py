"""Faults that a test plants, and the spoiling of answers on the wire.

A fault is a JSON object:

    operation   "ImportKeyMaterial", "sts", "s3", "kms", "addons.create", "*"
    nth         play it on the n-th matching call only (counted from now), or
    times       play it this many times (default 1; 0 = for ever)
    match       optional: only requests whose target or body contains this text
    delay       seconds to wait first (with any fault)
    fault       what happens, see KINDS
    effect      true: do the work first although the answer is replaced

Kinds that only spoil a true answer always have their effect.
"""
import json
import os
import socket
import struct
import time
from http import HTTPStatus

# kind -> (has effect by default, what it does)
KINDS = {
    "http": (False, "answer status, body, headers as given"),
    "error": (False, "the service's own error: type (or id), status, message"),
    "html": (False, "an HTML page (status, default 503)"),
    "empty": (False, "no body at all (status, default 500)"),
    "redirect": (False, "status (307) with location"),
    "huge": (False, "a body of size bytes (default 64 MiB)"),
    "endless": (False, "a body that never ends, a byte every interval s"),
    "close_before": (False, "hang up, nothing done"),
    "reset_before": (False, "the same with a TCP reset"),
    "close_after": (True, "done, then hang up: the answer is lost"),
    "reset_after": (True, "the same with a TCP reset"),
    "cut_headers": (True, "done, then hang up inside the headers"),
    "cut_body": (True, "done, then hang up inside the body"),
    "truncated_json": (True, "half of the body, with a length that fits"),
    "garbage": (True, "the body followed by text"),
    "not_json": (True, "a body that is no JSON (text)"),
    "drop": (True, "without the given member (dotted path)"),
    "set": (True, "the given member set to value"),
    "duplicate": (True, "the given member twice, the second with value"),
    "chunked": (True, "right, in small chunks"),
    "slow": (True, "right, a byte every interval s"),
    "delay": (True, "right, after delay s"),
    "status": (True, "the true body under another status"),
    "header": (True, "the true answer with other headers (headers)"),
}


def has_effect(fault):
    return fault.get("effect", KINDS[fault["fault"]][0])


class Faults:
    """The list of planted faults; the caller holds the peer's lock."""

    def __init__(self):
        self.planted = []

    def plant(self, specs):
        specs = specs if isinstance(specs, list) else [specs]
        for spec in specs:
            if spec.get("fault") not in KINDS:
                raise ValueError(f"unknown fault {spec.get('fault')!r}")
            if spec["fault"] == "delay" and "delay" not in spec:
                raise ValueError("the fault 'delay' wants delay seconds")
        for spec in specs:
            self.planted.append({"operation": "*", **spec,
                                 "seen": 0, "played": 0})

    def take(self, entry, request):
        """The fault for this call, if any; every match counts the call."""
        hit = None
        names = ("*", entry["operation"], entry["service"])
        for f in self.planted:
            if f["operation"] not in names:
                continue
            text = f.get("match", "")
            if text not in request.target and \
                    text.encode() not in request.body:
                continue
            f["seen"] += 1
            times = f.get("times", 1)
            due = f["seen"] == f["nth"] if "nth" in f else \
                times == 0 or f["played"] < times
            if due and hit is None:
                f["played"] += 1
                hit = f
        return hit

    def control(self, request):
        """GET, POST (add one or a list) and DELETE of /_control/faults."""
        from httpd import Answer
        if request.method == "POST":
            self.plant(request.json())
        elif request.method == "DELETE":
            self.planted.clear()
        return Answer.json({"faults": self.planted})


def spoil(answer, fault):
    """The answer that a fault leaves of the true one (None = hang up)."""
    from httpd import Answer
    kind = fault["fault"]
    headers = dict(fault.get("headers", {}))
    if kind == "http":
        return Answer(fault.get("status", 500), fault.get("body", ""), headers)
    if kind == "error":
        answer.headers.update(headers)
    elif kind == "html":
        return Answer(fault.get("status", 503),
                      "<html><head><title>Unavailable</title></head><body>"
                      "<h1>We will be back</h1></body></html>\n",
                      {"Content-Type": "text/html", **headers})
    elif kind == "empty":
        return Answer(fault.get("status", 500), b"", headers)
    elif kind == "redirect":
        where = fault.get("location", "http://127.0.0.1:9/elsewhere")
        return Answer(fault.get("status", 307), b"",
                      {"Location": where, **headers})
    elif kind in ("huge", "endless"):
        return Answer(fault.get("status", 200), b"",
                      {"Content-Type": "application/x-amz-json-1.1", **headers})
    elif kind in ("close_before", "reset_before", "close_after",
                  "reset_after"):
        return None
    elif kind == "truncated_json":
        answer.body = answer.body[:fault.get("bytes", len(answer.body) // 2)]
    elif kind == "garbage":
        answer.body += fault.get("text", "garbage").encode()
    elif kind == "not_json":
        answer.body = fault.get("text", "certainly not JSON").encode()
    elif kind in ("drop", "set", "duplicate"):
        answer.body = edit_json(answer.body, fault)
    elif kind == "status":
        answer.status = fault["status"]
    elif kind == "header":
        answer.headers.update(headers)
    return answer


def edit_json(body, fault):
    """Drop, set or repeat one member; a path is written Outer.Inner.0."""
    value = json.loads(body)
    *outer, last = fault["member"].split(".")
    place = value
    for step in outer:
        place = place[int(step) if isinstance(place, list) else step]
    if fault["fault"] == "drop":
        place.pop(last, None)
    elif fault["fault"] == "set":
        place[int(last) if isinstance(place, list) else last] = fault["value"]
    else:
        # json.dumps cannot repeat a name: write it under a stand-in name.
        place["\x00again"] = fault.get("value", place.get(last))
    text = json.dumps(value, separators=(",", ":"))
    return text.replace(json.dumps("\x00again"), json.dumps(last)).encode()


def head(answer, date, length):
    """Status line and headers as bytes; length None = until we close."""
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {phrase}"]
    headers = {"Date": date, **answer.headers}
    if length is None:
        headers.setdefault("Connection", "close")
    elif length == "chunked":
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = length
    lines += [f"{n}: {v}" for n, v in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def deliver(handler, answer, fault, date):
    """Send what is due; returns true when the connection must end."""
    out = handler.wfile
    kind = fault["fault"] if fault else ""
    if answer is None:
        if kind.startswith("reset"):
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          struct.pack("ii", 1, 0))
            os.close(handler.connection.detach())  # before a FIN is sent
        return True
    if kind == "huge":
        return send_huge(out, answer, date, fault.get("size", 64 << 20))
    if kind == "endless":
        return send_endless(out, answer, date, fault)
    body = b"" if handler.command == "HEAD" else answer.body
    if kind == "chunked":
        size = fault.get("size", 7)
        parts = [body[i:i + size] for i in range(0, len(body), size)] + [b""]
        out.write(head(answer, date, "chunked"))
        for part in parts:
            out.write(b"%x\r\n%s\r\n" % (len(part), part))
        return False
    top = head(answer, date, len(answer.body))
    if kind == "cut_headers":
        out.write(top[:fault.get("bytes", len(top) // 2)])
        return True
    if kind == "cut_body":
        out.write(top + body[:fault.get("bytes", len(body) // 2)])
        return True
    if kind == "slow":
        for byte in top + body:
            out.write(bytes([byte]))
            time.sleep(fault.get("interval", 0.01))
        return False
    out.write(top + body)
    return handler.headers.get("Connection", "").lower() == "close"


def send_huge(out, answer, date, size):
    start, end = b'{"x":"', b'"}'
    out.write(head(answer, date, size) + start)
    left = size - len(start) - len(end)
    while left > 0:
        part = min(left, 1 << 16)
        out.write(b"A" * part)
        left -= part
    out.write(end)
    return True


def send_endless(out, answer, date, fault):
    """Until the client has enough, or ten minutes; an OSError ends it."""
    out.write(head(answer, date, None) + b'{"x":"')
    end = time.monotonic() + 600
    while time.monotonic() < end:
        out.write(b"A")
        time.sleep(fault.get("interval", 0.05))
    return True
