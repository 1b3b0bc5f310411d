"""Names of things: `sub_01k…` for objects, ten random characters for orders.

An id tells when it was made and is therefore never a secret; an order number is printed on
paper and works as a weak credential, so it tells nothing.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from typeid import TypeID
from uuid_utils import UUID

from shared import clock

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ORDER_NUMBER_LENGTH: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def new(prefix: str) -> str:
    """A fresh id: prefix, underscore, 26 characters of a UUIDv7 in Crockford base32."""
    return str(TypeID.from_uuid(prefix=prefix, suffix=_uuid7()))


def order_number() -> str:
    """Ten Crockford characters, 50 random bits: cannot be guessed, tells no time or order."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(ORDER_NUMBER_LENGTH))


def _uuid7() -> UUID:
    """RFC 9562 version 7. Its 74 free bits are random, never a counter that a stranger could follow."""
    milliseconds = (clock.now() - _EPOCH) // timedelta(milliseconds=1)  # a float would lose one now and then
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
