"""The other side of a connection, real and on this machine: it keeps what it hears, and says what it likes, byte for
byte, over TLS with certificates of any kind if need be.
"""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DELIVERED = b"HTTP/1.1 204 No Content\r\n\r\n"

Say = Callable[[socket.socket, threading.Event], object]
"""What is said after a request was heard; the event says that the test is over."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One request, its headers as they were written."""

    line: str
    headers: dict[str, str]
    body: bytes


class _Hearing(socketserver.StreamRequestHandler):
    server: "Peer"

    def handle(self) -> None:
        self.server.connections += 1
        with suppress(OSError):
            if self.server.listens:
                line, *rest = b"".join(iter(self.rfile.readline, b"\r\n")).decode().splitlines()
                headers = dict(each.split(": ", 1) for each in rest)
                body = self.rfile.read(int(headers["Content-Length"]))
                self.server.heard.append(Heard(line=line, headers=headers, body=body))
            self.server.say(self.request, self.server.over)
            self.server.finished += 1


class Peer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, say: Say, tls: ssl.SSLContext | None, *, listens: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Hearing)
        self.say, self.tls, self.listens, self.over = say, tls, listens, threading.Event()
        self.connections = 0
        self.finished = 0  # said all that they had to say
        self.heard: list[Heard] = []
        self.names: list[str | None] = []  # that TLS asked for
        self.port: int = self.server_address[1]
        if tls:
            tls.sni_callback = lambda _sock, name, _context: self.names.append(name)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        found, address = super().get_request()
        if self.tls:
            found = self.tls.wrap_socket(found, server_side=True, do_handshake_on_connect=False)
        return found, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Who goes away in the middle of a word is no news."""


@contextmanager
def peer(said: bytes | Say = DELIVERED, tls: ssl.SSLContext | None = None, *, listens: bool = True) -> Iterator[Peer]:
    """One that is there until the block ends. If it doesn't listen, it speaks first."""
    say: Say = (lambda sock, _: sock.sendall(said)) if isinstance(said, bytes) else said
    with Peer(say, tls, listens=listens) as found:
        threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield found
        finally:
            found.over.set()
            found.shutdown()


def dripping(start: bytes) -> Say:
    """This, and then a byte at a time. It finishes one day, so that a test fails and does not hang."""

    def drip(sock: socket.socket, over: threading.Event) -> None:
        sock.sendall(start)
        for _ in range(2000):
            sock.sendall(b"1\r\na\r\n" if b"chunked" in start else b"a")
            if over.wait(0.01):
                return

    return drip


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate with its key, in one file."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    file: Path

    def serving(self) -> ssl.SSLContext:
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found.load_cert_chain(self.file)
        return found


def issue(folder: Path, common: str, names: Sequence[str] = (), *, by: Issued | None = None, days: int = 30) -> Issued:
    """Names are host names or IP addresses; without `by` it signs itself, without `names` it is an authority. Negative
    `days`: it ended so long ago.
    """
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    signer, issuer = (by.key, by.certificate.subject) if by else (key, subject)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if names:
        built = built.add_extension(x509.SubjectAlternativeName([_named(each) for each in names]), critical=False)
    certificate = built.sign(signer, hashes.SHA256())
    file = folder / f"{certificate.serial_number}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return Issued(certificate=certificate, key=key, file=file)


def _named(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
