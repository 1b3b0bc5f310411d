"""The one form of an e-mail address: how two spellings are compared, and how one is shown to a stranger.

Mail goes to the address **as it was stored**; the key only finds it. The key is the local part in NFC with
ASCII letters lowercased, an at sign, and the domain as lowercase A-labels. Dots and plus signs stay, and no
other alphabet is folded: `mıke@x.com` is somebody else than `mike@x.com`.
Worked example: `Jörg.Maier+shop@Bücher.DE` has the key `jörg.maier+shop@xn--bcher-kva.de`.
"""

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

from shared.errors import Invalid

__all__ = ["Address", "BadAddress", "mask", "parse"]

MAX_LENGTH: Final = 254
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SHOWN_DOMAIN: Final = 80
_COMMON: Final = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([a-z0-9.-]+)", re.ASCII | re.IGNORECASE)
_LONGEST_LOCAL: Final = 64  # RFC 5321


class BadAddress(Invalid):
    """Not the address of one mailbox."""

    code = "bad_address"


@dataclass(frozen=True)
class Address:
    """`written` is what mail is sent to, byte for byte; `key` is what is compared."""

    written: str
    key: str


def parse(text: str) -> Address:
    """The address in `text`, which may have spaces around it. Raises BadAddress; asks no name server."""
    written = text.strip(" \t")
    if len(written) > MAX_LENGTH or _has_pretender(written):
        raise BadAddress
    common = _COMMON.fullmatch(written)
    if common is not None and len(common[1]) <= _LONGEST_LOCAL and "xn--" not in common[2].lower():
        # Nearly all are such: their local part needs no more judging, and files have thousands at a few domains.
        return Address(written=written, key=f"{common[1].translate(_LOWER)}@{_domain(common[2].translate(_LOWER))}")
    return _judged(written)


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """A domain in ASCII as keys have it. Raises BadAddress, which is not remembered."""
    return _judged(f"a@{domain}").key.partition("@")[2]


def _judged(written: str) -> Address:
    try:
        # `.test` is for trying things out; nothing is looked up, so no form ever waits for a name server.
        valid = validate_email(written, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise BadAddress from None
    if valid.ascii_domain is None or valid.local_part is None:
        raise BadAddress
    key = f"{valid.local_part.translate(_LOWER)}@{valid.ascii_domain.translate(_LOWER)}"
    return Address(written=written, key=key)


def mask(text: str) -> str:
    """`m•••@example.com`: enough for its owner to know it, too little for anybody else. Takes any text."""
    readable = "".join(character for character in text.strip() if character.isprintable())
    local, at, domain = readable.rpartition("@")
    if not at:
        local, domain = readable, ""
    return f"{local[:1]}•••{at}{domain[:_SHOWN_DOMAIN]}"


def _has_pretender(written: str) -> bool:
    if written.isascii():
        return not written.isprintable()
    return any(_pretends(character) for character in written)


def _pretends(character: str) -> bool:
    """Whether this is a control, or a sign outside ASCII that normalizing would turn into one inside it.

    NFC makes U+212A, the Kelvin sign, a plain K; compatibility forms hide at signs and dots.
    """
    if character.isascii():
        return not character.isprintable()
    return any(part.isascii() for part in unicodedata.normalize("NFKC", character) if part != " ") or not (
        character.isprintable()
    )
