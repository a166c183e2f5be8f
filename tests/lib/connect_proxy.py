#!/usr/bin/env python3
"""An HTTP proxy that knows CONNECT, and leads every host to one server.

    connect_proxy.py --to PORT --port-file F --log L [--refuse]

Writes a line "HOST:PORT" to L for each CONNECT; --refuse answers 403.
"""
import argparse
import os
import socket
import socketserver
import threading


def pump(source, sink):
    """One direction, until either side has had enough."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        words = self.rfile.readline().decode("latin-1").split()
        while self.rfile.readline().strip():
            pass
        with open(self.server.options.log, "a", encoding="ascii") as log:
            log.write(f"{words[1]}\n")
        if words[0] != "CONNECT" or self.server.options.refuse:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n"
                             b"Content-Length: 0\r\n\r\n")
            return
        with socket.create_connection(
                ("127.0.0.1", self.server.options.to)) as server:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=pump,
                                    args=(server, self.connection))
            back.start()
            pump(self.connection, server)
            back.join()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=int, required=True)
    p.add_argument("--port-file", required=True)
    p.add_argument("--log", required=True)
    p.add_argument("--refuse", action="store_true")
    options = p.parse_args()
    with Server(("127.0.0.1", 0), Handler) as server:
        server.options = options
        with open(options.port_file + ".new", "w", encoding="ascii") as f:
            f.write(str(server.server_address[1]))
        os.replace(options.port_file + ".new", options.port_file)
        server.serve_forever()


main()
