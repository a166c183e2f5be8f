"""The HTTP server under every double: loopback only, HTTP/1.1, keep-alive.

A double is an object (the "peer") with five methods:

    control(request) -> Answer             for paths below /_control/
    describe(request) -> dict              log entry: at least service, operation
    handle(request, entry) -> Answer       do it; fills in the log entry
    fault_answer(entry, fault) -> Answer   an error in the service's own clothes
    http_date() -> str                     its own clock, for the Date header

and the attributes `lock`, `log` and `faults`.
This module owns the order of things: log, fault, effect, answer.
"""
import argparse
import json
import os
import signal
import socket
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import faults as faultlib


class Request:
    """One request as it came; header names in lower case, order kept."""

    def __init__(self, method, target, headers, body):
        self.method = method
        self.target = target
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.body = body

    def header(self, name, default=None):
        values = [v for n, v in self.headers if n == name]
        return ",".join(values) if values else default

    def json(self):
        """The body as JSON, where an empty body is an empty object."""
        return json.loads(self.body) if self.body else {}


class Answer:
    """What goes back. Date and Content-Length are added when it is sent."""

    def __init__(self, status, body=b"", headers=None):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = dict(headers or {})

    @classmethod
    def json(cls, value, status=200, headers=None):
        return cls(status, json.dumps(value, indent=1) + "\n",
                   {"Content-Type": "application/json", **(headers or {})})


class Log:
    """The calls a peer saw, in order, for tests to look at."""

    def __init__(self):
        self.entries = []
        self.total = 0

    def add(self, entry):
        self.total += 1
        self.entries.append({"n": self.total, **entry})

    def reset(self):
        self.entries.clear()
        self.total = 0

    def select(self, query):
        """Entries whose members equal those of the query string."""
        want = dict(p.split("=", 1) for p in query.split("&") if "=" in p)
        return [e for e in self.entries
                if all(str(e.get(k)) == v for k, v in want.items())]

    def counts(self):
        out = {}
        for e in self.entries:
            out[e["operation"]] = out.get(e["operation"], 0) + 1
        return out

    def control(self, request):
        """GET log, GET counts, and DELETE log or POST log/reset."""
        if request.path.endswith("/counts"):
            return Answer.json(self.counts())
        if request.method == "GET":
            return Answer.json({"total": self.total,
                                "calls": self.select(request.query)})
        self.reset()
        return Answer.json({"ok": True})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 600

    def log_message(self, *args):
        pass

    def setup(self):
        if self.server.tls is not None:
            # The handshake belongs in this thread, not in the accepting one.
            self.request.settimeout(30)
            self.request = self.server.tls.wrap_socket(
                self.request, server_side=True)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def serve(self):
        headers = [(n.lower(), v) for n, v in self.headers.items()]
        request = Request(self.command, self.path, headers, self.read_body())
        answer, fault = self.answer(request)
        date = self.server.peer.http_date()
        self.close_connection |= faultlib.deliver(self, answer, fault, date)

    def answer(self, request):
        """The answer, and the fault that is to spoil it (or None)."""
        peer = self.server.peer
        if request.path.startswith("/_control/"):
            with peer.lock:
                try:
                    return peer.control(request), None
                except (ValueError, KeyError, TypeError, AttributeError) as e:
                    return Answer.json({"error": repr(e)}, 400), None
        with peer.lock:
            entry = peer.describe(request)
            fault = peer.faults.take(entry, request)
        if fault and fault.get("delay"):
            time.sleep(fault["delay"])
        with peer.lock:
            if fault:
                entry["fault"] = fault["fault"]
            answer = None
            if not fault or faultlib.has_effect(fault):
                answer = peer.handle(request, entry)
            if fault and fault["fault"] == "error":
                answer = peer.fault_answer(entry, fault)
            if fault:
                answer = faultlib.spoil(answer, fault)
            entry.setdefault("status", answer.status if answer else 0)
            peer.log.add(entry)
        return answer, fault

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = serve


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    tls = None

    def __init__(self, port, peer, cert=None, key=None):
        self.peer = peer
        super().__init__(("127.0.0.1", port), Handler)
        if cert:
            import ssl
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.minimum_version = ssl.TLSVersion.TLSv1_2
            self.tls.load_cert_chain(cert, key)
        self.port = self.server_address[1]
        self.url = f"http{'s' if cert else ''}://127.0.0.1:{self.port}"

    def server_bind(self):
        # HTTPServer would ask the resolver for our name, which can be slow.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request, client_address):
        # A client that hangs up is what many tests are about.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def start_in_thread(peer, **options):
    """A running server inside this process, for the unit tests."""
    server = Server(0, peer, **options)
    threading.Thread(target=server.serve_forever, args=(0.05,),
                     daemon=True).start()
    return server


def write_file(path, text):
    """Write so that a reader sees the whole text or no file."""
    temporary = f"{path}.{os.getpid()}"
    with open(temporary, "w", encoding="ascii") as f:
        f.write(text)
    os.replace(temporary, path)


def parser(description):
    p = argparse.ArgumentParser(description=description)
    p.add_argument("--port", type=int, default=0,
                   help="0, the default, takes a free one")
    p.add_argument("--port-file", help="gets the port once the server is ready")
    p.add_argument("--pid-file")
    p.add_argument("--config", help="JSON instead of the built-in people")
    p.add_argument("--max-seconds", type=float, default=3600,
                   help="end by itself after this time (a forgotten server)")
    return p


def tls_options(p):
    p.add_argument("--cert", help="PEM certificate chain: serve https")
    p.add_argument("--key", help="PEM private key of --cert")


def run(server, args):
    """Serve until SIGTERM or SIGINT."""
    def stop(*_):
        os._exit(0)  # all state is in memory, so there is nothing to save
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    timer = threading.Timer(args.max_seconds, stop)
    timer.daemon = True
    timer.start()
    if args.pid_file:
        write_file(args.pid_file, f"{os.getpid()}\n")
    if args.port_file:
        write_file(args.port_file, f"{server.port}\n")
    else:
        print(server.url, flush=True)
    server.serve_forever()
