"""DECIDES whether a sign-in attempt may go on, and whether a mail goes out. It never tells who exists.

Asking for a link is always answered alike. A mail goes out at most once a minute and five times an hour for one
address at one vendor; past that the answer stays the same and no mail follows. One client may ask 20 times an
hour and try 10 links or codes a minute, a vendor's portals may be asked 1 000 times an hour; past that the
answer is "too many", which says nothing of any address. 20 wrong codes in a day for one address turn its codes
off, while links go on working.
Nothing locks an account: its owner always gets in by a mailed link.
Worked example: the sixth request for `m@x.com` within an hour gets the usual answer, and no mail.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.errors import Forbidden, TooMany

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

MAILS_PER_MINUTE: Final = 1
MAILS_PER_HOUR: Final = 5
ASKED_PER_CLIENT: Final = 20
USED_PER_CLIENT: Final = 10
ASKED_PER_VENDOR: Final = 1000
WRONG_CODES_PER_ADDRESS: Final = 20
OPERATOR: Final = "operator"  # the client of links made on the command line; an address is never called so


class TooManySignIns(TooMany):
    """One client asks or tries too often, or one vendor's portals are asked too often."""

    code = "too_many_sign_ins"


class EmailSignInOff(Forbidden):
    """This portal does not sign people in by e-mail."""

    code = "email_sign_in_off"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How often a link was asked for so far: mails for this address, requests by this client and vendor."""

    mails_last_minute: int
    mails_last_hour: int
    by_client_last_hour: int
    of_vendor_last_hour: int


@dataclass(frozen=True)
class Answer:
    """Whether the mail may go out. The person is told the same either way."""

    may_mail: bool


def decide(asked: Asked) -> Answer:
    """Raises TooManySignIns for the client or the vendor; an address alone never changes the answer."""
    if asked.by_client_last_hour >= ASKED_PER_CLIENT or asked.of_vendor_last_hour >= ASKED_PER_VENDOR:
        raise TooManySignIns(retry_after=int(HOUR.total_seconds()))
    return Answer(may_mail=asked.mails_last_minute < MAILS_PER_MINUTE and asked.mails_last_hour < MAILS_PER_HOUR)


def check_uses(*, by_client_last_minute: int) -> None:
    """Raises TooManySignIns when this client tried links or codes too often."""
    if by_client_last_minute >= USED_PER_CLIENT:
        raise TooManySignIns(retry_after=int(MINUTE.total_seconds()))


def takes_codes(*, wrong_last_day: int) -> bool:
    """Whether this address may still sign in by code. Its links work either way."""
    return wrong_last_day < WRONG_CODES_PER_ADDRESS


def client_of(address: str) -> str:
    """Who counts as one client: an IPv4 address, or the /64 of an IPv6 one. Anything else counts together."""
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
