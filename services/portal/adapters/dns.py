"""The domain name system, asked for TXT records."""

from ipaddress import ip_address
from typing import Final

from dns.exception import DNSException
from dns.name import from_text
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from shared.errors import Unavailable
from shared.logs import log
from shared.settings import BadSettings

_PATIENCE: Final = 5.0  # seconds for all tries together
_PORT: Final = 53
_MOST: Final = 50  # records looked at; whoever sets more hides nothing from us but their own proof


class Dns:
    """Asks the servers it is given, else those of the system."""

    def __init__(self, servers: str = "") -> None:
        """`servers`: `address` or `address:port`, separated by commas. Raises BadSettings."""
        self._servers = [_server(each.strip()) for each in servers.split(",") if each.strip()]

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records at this name; none, if there are none. Raises Unavailable where nobody could tell."""
        try:
            found = self._resolver().resolve(from_text(name), "TXT", search=False, lifetime=_PATIENCE)
        except (NXDOMAIN, NoAnswer):
            return ()
        except (DNSException, OSError) as trouble:
            log.warning("dns.unanswered", name=name, error=type(trouble).__name__)
            raise Unavailable(part="dns") from trouble
        return tuple(b"".join(each.strings).decode("utf-8", "replace") for each in list(found)[:_MOST])

    def _resolver(self) -> Resolver:
        """A new one each time: the system's file is read when it is needed, and nothing is kept from before."""
        resolver = Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers = [address for address, _ in self._servers]
            resolver.nameserver_ports = dict(self._servers)
        return resolver


def _server(text: str) -> tuple[str, int]:
    address, colon, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    try:
        ip_address(address)
        return address, int(port) if colon else _PORT
    except ValueError:
        raise BadSettings(f"DNS_SERVERS names {text!r}: an IP address, with :port where it is not 53") from None
