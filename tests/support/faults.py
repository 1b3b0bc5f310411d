"""A TCP proxy that misbehaves on request, between the code under test and a real server (TP-04)."""

import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal["none", "down", "black hole", "slow", "sliced"]


class Proxy:
    """Stands before the server of a URL; `url` is the same one through it.

    `down` resets every connection at once, `black hole` swallows all bytes, `slow` keeps each piece for
    a fifth of a second, `sliced` passes single bytes. `tries` counts connections since the last `set`.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 0)
        self._fault: Fault = "none"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.tries = 0
        userinfo, at, _ = parts.netloc.rpartition("@")
        self.url = parts._replace(netloc=f"{userinfo}{at}127.0.0.1:{self._listener.getsockname()[1]}").geturl()
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, fault: Fault) -> None:
        """From now on. Connections that are open are reset when it is `down`, and kept otherwise."""
        self._fault = fault
        self.tries = 0
        if fault == "down":
            self.cut()

    def cut(self) -> None:
        """Reset every connection."""
        with self._lock:
            victims, self._open = self._open, set()
        for victim in victims:
            _reset(victim)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            self.tries += 1
            if self._fault == "down":
                _reset(client)
                continue
            try:
                server = socket.create_connection(self._target, timeout=5)
            except OSError:
                _reset(client)
                continue
            server.settimeout(None)
            with self._lock:
                self._open |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if self._fault == "black hole":
                    continue
                if self._fault == "slow":
                    time.sleep(0.2)
                if self._fault == "sliced":
                    for byte in piece:
                        sink.sendall(bytes([byte]))
                else:
                    sink.sendall(piece)
        with self._lock:
            self._open -= {source, sink}
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _reset(connection: socket.socket) -> None:
    """Close with RST, as a machine does that was switched off and on."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
