"""READS one cell of an imported file: text to value, or a `CellRefused` with its stable code.

Cells are texts as a spreadsheet writes them: spaces around them don't count. Nothing is guessed: a comma in an
amount, a day before the month or a thousand written 1e3 is refused, not interpreted.

Worked example: "29.33" with "usd" is 2933 cents; "29.333" is `too_precise`; "-1.00" is `negative_amount`; "1,5" is
`bad_amount`; "1997-01-01" is that day's midnight in UTC; "01/02/1997" is `bad_date`.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final

from services.portal.rules.payments.recording import LARGEST_QUANTITY
from shared.money import EXPONENTS, AmountTooLarge, Money, NotAnAmount
from shared.money import parse as parse_money

LONGEST_NUMBER: Final = 40  # characters
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_PLAIN_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_OLDEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=1)  # a day that has begun somewhere


class CellRefused(Exception):
    """This cell can't be used; `code` says why and has a sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def text(value: str, *, longest: int) -> str | None:
    """Without the spaces around it; None when nothing is left."""
    plain = value.strip()
    if len(plain) > longest:
        raise CellRefused("too_long", most=longest)
    if not plain.isprintable() and any(unicodedata.category(each) in ("Cc", "Cs") for each in plain):
        raise CellRefused("control_character")
    return plain or None


def currency(value: str) -> str:
    """A code of ISO 4217, in capitals, however it was written."""
    code = value.strip().upper()
    if code not in EXPONENTS:
        raise CellRefused("unknown_currency", value=value.strip()[:20])
    return code


def amount(value: str, currency_code: str) -> Money:
    """Major units, with a point, as many decimals as the currency has at most. Not negative; zero is an amount."""
    plain = value.strip()
    if not _PLAIN_NUMBER.fullmatch(plain) or len(plain) > LONGEST_NUMBER:
        raise CellRefused("bad_amount", value=plain[:20])
    if plain.startswith("-"):
        raise CellRefused("negative_amount")
    try:
        return parse_money(plain, currency_code)
    except AmountTooLarge:
        raise CellRefused("amount_too_large") from None
    except NotAnAmount:
        raise CellRefused("too_precise", most=EXPONENTS[currency_code]) from None


def quantity(value: str) -> int:
    """A whole number from 1."""
    plain = value.strip()
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 9 or not 1 <= int(plain) <= LARGEST_QUANTITY:
        raise CellRefused("bad_quantity", most=LARGEST_QUANTITY)
    return int(plain)


def moment(value: str) -> datetime:
    """A day (its midnight in UTC), or a moment with its offset. ISO 8601."""
    plain = value.strip()
    try:
        if _DAY.fullmatch(plain):
            found = datetime.fromisoformat(plain).replace(tzinfo=UTC)
        elif _MOMENT.fullmatch(plain):
            found = datetime.fromisoformat(plain).astimezone(UTC)
        else:
            raise CellRefused("bad_date", value=plain[:20])
    except (ValueError, OverflowError):
        raise CellRefused("bad_date", value=plain[:20]) from None
    if found < _OLDEST:
        raise CellRefused("bad_date", value=plain[:20])
    return found


def past(value: str, *, now: datetime) -> datetime:
    """A moment that has been."""
    found = moment(value)
    if found > now + _AHEAD:
        raise CellRefused("date_in_future")
    return found
