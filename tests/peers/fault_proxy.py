#!/usr/bin/env python3
"""A TCP proxy that spoils connections: for faults below HTTP, and under TLS.

    fault_proxy.py --to 127.0.0.1:PORT --port-file F [--mode-file M]

What happens to a connection is decided when it is opened, from a JSON object:
{"mode": "pass"} and friends. It comes from --mode-file, read anew for every
connection, or from POST /_control/mode on the control port (--control-port-file).

    pass                          bytes go through
    latency     seconds           the answer's first byte waits
    refuse                        closed at once, nothing forwarded
    reset                         the same, with a TCP reset
    down                          accepted, then silence
    cut         bytes             closed after so many bytes of the answer
    cut-reset   bytes             the same, with a TCP reset
    swallow                       the request goes through, no answer comes
    trickle     seconds           the answer byte by byte, so long apart

"times": n limits a mode to the next n connections; then it is "pass" again.
"""
import argparse
import json
import os
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

PASS = {"mode": "pass"}
MODES = {"pass", "latency", "refuse", "reset", "down", "cut", "cut-reset",
         "swallow", "trickle"}


def reset(sock):
    """Make the coming close send RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))


def hang_up(sock, kind):
    """Closing alone would wait for the thread that still reads."""
    try:
        sock.shutdown(socket.SHUT_RD if kind == "cut-reset"
                      else socket.SHUT_RDWR)
    except OSError:
        pass  # the other side was faster


def listen():
    sock = socket.create_server(("127.0.0.1", 0), backlog=64)
    return sock, sock.getsockname()[1]


class Proxy:
    def __init__(self, to, mode_file=None):
        host, _, port = to.rpartition(":")
        self.to = (host, int(port))
        self.mode_file = mode_file
        self.mode, self.lock, self.connections = dict(PASS), threading.Lock(), 0
        self.sock, self.port = listen()

    def set_mode(self, mode):
        if mode.get("mode") not in MODES:
            raise ValueError(f"no such mode: {mode.get('mode')!r}")
        with self.lock:
            self.mode = dict(mode)

    def next_mode(self):
        """The mode of a new connection; counts "times" down."""
        with self.lock:
            self.connections += 1
            if self.mode_file and os.path.exists(self.mode_file):
                with open(self.mode_file, encoding="ascii") as f:
                    text = f.read()
                return json.loads(text) if text.strip() else PASS
            mode = dict(self.mode)
            if "times" in self.mode:
                self.mode["times"] -= 1
                if self.mode["times"] <= 0:
                    self.mode = dict(PASS)
            return mode

    def serve(self):
        while True:
            client, _ = self.sock.accept()
            threading.Thread(target=self.one, args=(client,),
                             daemon=True).start()

    def one(self, client):
        mode = self.next_mode()
        kind = mode["mode"]
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if kind in ("refuse", "reset"):
                if kind == "reset":
                    reset(client)
                return
            if kind == "down":
                while client.recv(65536):
                    pass
                return
            try:
                with socket.create_connection(self.to, 10) as server:
                    server.settimeout(None)
                    up = threading.Thread(target=self.up, daemon=True,
                                          args=(client, server))
                    up.start()
                    self.down(server, client, mode)
                    if kind == "swallow":
                        up.join()  # until the client gives up
            except OSError:
                pass  # either side hung up: that is what we are for
            hang_up(client, kind)

    @staticmethod
    def up(client, server):
        """The request: always as it is."""
        try:
            while data := client.recv(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    @staticmethod
    def down(server, client, mode):
        """The answer, as the mode has it."""
        kind, left = mode["mode"], mode.get("bytes", 0)
        first = True
        while data := server.recv(65536):
            if kind == "swallow":
                continue
            if kind == "latency" and first:
                time.sleep(mode["seconds"])
            first = False
            if kind == "trickle":
                for byte in data:
                    client.sendall(bytes([byte]))
                    time.sleep(mode["seconds"])
            elif kind.startswith("cut"):
                client.sendall(data[:left])
                left -= len(data)
                if left <= 0:
                    if kind == "cut-reset":
                        time.sleep(0.05)  # let the bytes arrive first
                        reset(client)
                    return
            else:
                client.sendall(data)


class Control:
    """The peer of a small control server: GET and POST /_control/mode."""

    def __init__(self, proxy):
        from faults import Faults
        self.proxy, self.lock, self.faults = proxy, threading.Lock(), Faults()

    def http_date(self):
        return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())

    def control(self, request):
        from httpd import Answer
        if request.method == "POST":
            self.proxy.set_mode(request.json())
        return Answer.json({"mode": self.proxy.mode,
                            "connections": self.proxy.connections})


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--to", required=True, metavar="HOST:PORT")
    p.add_argument("--port-file", required=True)
    p.add_argument("--mode-file")
    p.add_argument("--control-port-file")
    p.add_argument("--pid-file")
    p.add_argument("--max-seconds", type=float, default=3600)
    args = p.parse_args()
    proxy = Proxy(args.to, args.mode_file)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    timer = threading.Timer(args.max_seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()
    from httpd import start_in_thread, write_file
    if args.control_port_file:
        write_file(args.control_port_file,
                   f"{start_in_thread(Control(proxy)).port}\n")
    if args.pid_file:
        write_file(args.pid_file, f"{os.getpid()}\n")
    write_file(args.port_file, f"{proxy.port}\n")
    proxy.serve()


if __name__ == "__main__":
    main()
