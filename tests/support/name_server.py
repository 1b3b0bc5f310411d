"""A name server of one's own: real DNS over UDP, with the TXT records that a test sets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.rdatatype import TXT


@dataclass
class NameServer:
    """`records` are TXT records by name; a name in `silent` gets no answer, one in `broken` a failure."""

    port: int
    records: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As DNS_SERVERS has it."""
        return f"127.0.0.1:{self.port}"

    def answer(self, question: dns.message.Message) -> dns.message.Message | None:
        name = question.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        if name in self.silent:
            return None
        said = dns.message.make_response(question)
        said.flags |= dns.flags.RA
        if name in self.broken:
            said.set_rcode(dns.rcode.SERVFAIL)
            return said
        target = self.aliases.get(name, name)
        if target != name:
            said.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{target}."))
        texts = self.records.get(target)
        if texts:
            quoted = [" ".join(f'"{part}"' for part in _parts(text)) for text in texts]
            said.answer.append(dns.rrset.from_text(f"{target}.", 60, "IN", "TXT", *quoted))
        elif texts is None:
            said.set_rcode(dns.rcode.NXDOMAIN)
        return said


def _parts(text: str) -> list[str]:
    """A record is strings of at most 255 bytes."""
    return [text[at : at + 255] for at in range(0, len(text), 255)]


@contextmanager
def a_name_server() -> Iterator[NameServer]:
    """Answers until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(0.1)
        server, stop = NameServer(door.getsockname()[1]), threading.Event()
        serving = threading.Thread(target=_serve, args=(server, door, stop), daemon=True)
        serving.start()
        try:
            yield server
        finally:
            stop.set()
            serving.join(5)


def _serve(server: NameServer, door: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            packet, client = door.recvfrom(4096)
        except TimeoutError:
            continue
        question = dns.message.from_wire(packet)
        assert question.question[0].rdtype == TXT
        said = server.answer(question)
        if said is not None:
            door.sendto(said.to_wire(), client)
