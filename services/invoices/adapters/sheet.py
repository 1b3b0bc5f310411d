"""The sheet a document is typeset from: every word and number as it is printed, in the invoice's language.

Foreign texts (names, addresses, descriptions) are data to the template and are cleaned here of what cannot be
seen: control characters, and the marks that could make a line read backwards.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_interval
from babel.numbers import format_decimal, format_percent

from services.invoices.rules.e_invoice import category
from services.invoices.rules.finalization import FinalInvoice, FinalLine
from shared.i18n import direction, format_date, format_money, locale_of, text
from shared.money import Money
from shared.totals import HUNDRED_PERCENT, Totals

DEFAULT_COLOR: Final = "#0f7b5c"
_DARK: Final = "#0b0b0f"
_LIGHT: Final = "#ffffff"
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST_WORD: Final = 20  # characters; a longer one may be broken, or it would leave its column
_BREAK: Final = "\u200b"  # where a line may end; the template prints nothing for it
_PARTS: Final = re.compile(r"[^@./_-]+[@./_-]*|[@./_-]+")
_LETTERS: Final = re.compile(r"[a-zA-Z0-9À-ɏͰ-ӿ#*=+][\u0300-\u036f]*")  # with accents; Arabic letters hang together
_TONES: Final = {"paid": "paid", "open": "open", "void": "plain", "uncollectible": "open"}


def compose(final: FinalInvoice, *, language: str, is_test: bool) -> dict[str, Any]:
    """The sheet, plain JSON. `language` is one that texts exist in."""
    said = Words(language, final.totals.currency)
    return {
        "language": said.locale.language,
        "rtl": direction(language) == "rtl",
        "title": said("title", number=final.number),
        "heading": said("heading"),
        "number": final.number,
        "order_number": final.order_number,
        "issued": {"year": final.issued_at.year, "month": final.issued_at.month, "day": final.issued_at.day},
        "timestamp": int(final.issued_at.timestamp()),
        "words": fixed_words(said, final),
        "seller": seller_block(said, final.seller),
        "pills": _pills(said, final, is_test=is_test),
        "buyer": buyer_block(said, final.buyer),
        "facts": _facts(said, final),
        "lines": [_line(said, line) for line in final.lines],
        "totals": totals(said, final.totals),
        "total": {"label": said("total"), "value": said.money(final.totals.total)},
        "notes": notes(said, final),
    }


def notes(said: "Words", final: FinalInvoice) -> list[str]:
    """What the law wants to be said of the tax."""
    is_reverse = any(category(final, each.rate) == "AE" for each in final.totals.taxes)
    return [said("reverse_charge")] if is_reverse else []


class Words:
    """Texts, money and dates of one document in one language."""

    def __init__(self, language: str, currency: str) -> None:
        self.language = language
        self.locale = locale_of("en-GB" if language == "en" else language)  # as in shared.i18n
        self.currency = currency

    def __call__(self, key: str, **params: object) -> str:
        return text(f"invoices.document.{key}", self.language, **params)

    def money(self, amount: int) -> str:
        return format_money(Money(amount, self.currency), self.language)

    def date(self, moment: datetime) -> str:
        return format_date(moment, self.language)

    def rate(self, basis_points: int) -> str:
        share = Decimal(basis_points) / HUNDRED_PERCENT
        return format_percent(share, locale=self.locale, decimal_quantization=False)

    def period(self, start: datetime, end: datetime) -> str:
        return format_interval(start, end, "yMMMd", locale=self.locale)

    def country(self, code: str | None) -> str | None:
        return None if code is None else self.locale.territories.get(code.upper(), code)


def fixed_words(said: Words, final: FinalInvoice) -> dict[str, str]:
    """Labels that stand on every document."""
    keys = ("order_number", "billed_to", "description", "quantity", "unit_price", "tax")
    amount = "amount_with_tax" if final.tax_behavior == "inclusive" else "amount"
    return {key: said(key) for key in keys} | {
        "amount": said(amount),
        "number_line": said("title", number=final.number),
        "page": said("page", page="{page}", pages="{pages}"),  # only the typesetter knows them
    }


def _pills(said: Words, final: FinalInvoice, *, is_test: bool) -> list[dict[str, str]]:
    words = said("nothing_to_pay") if _is_free(final) else said(f"status.{final.status}", date=said.date(final.paid_at))
    status = {"tone": _TONES[final.status], "words": words}
    return [{"tone": "plain", "words": said("test")}, status] if is_test else [status]


def _facts(said: Words, final: FinalInvoice) -> list[list[dict[str, str]]]:
    """Two columns beside the buyer."""
    starts = [line.period_start for line in final.lines if line.period_start is not None]
    ends = [line.period_end for line in final.lines if line.period_end is not None]
    if starts and ends:
        supplied = ("service_period", said.period(min(starts), max(ends)))
    else:
        supplied = ("supplied_on", said.date(final.paid_at))
    first = [("issued", said.date(final.issued_at)), supplied]
    second = [("paid_on", said.date(final.paid_at))] if final.status == "paid" and not _is_free(final) else []
    if final.method:
        second.append(("paid_with", _clean(final.method)))
    if final.buyer.get("po_number"):  # not there in invoices that were issued before there was one
        second.append(("po_number", _clean(final.buyer["po_number"])))
    return [[{"label": said(key), "value": value} for key, value in column] for column in (first, second)]


def _is_free(final: FinalInvoice) -> bool:
    """Whether credits or discounts cover it, so that no money moved."""
    return final.status == "paid" and final.totals.total == 0


def _line(said: Words, line: FinalLine) -> dict[str, Any]:
    unit_amount = line.amount if line.quantity == 1 else line.unit_amount
    has_period = line.period_start is not None and line.period_end is not None
    return {
        "description": foreign(line.description),
        "note": said.period(line.period_start, line.period_end) if has_period else "",  # type: ignore[arg-type]  # has_period says so
        "quantity": format_decimal(line.quantity, locale=said.locale),
        "unit_price": "–" if unit_amount is None else said.money(unit_amount),
        "tax": said.rate(line.tax_rate),
        "amount": said.money(line.amount),
    }


def totals(said: Words, sums: Totals) -> list[dict[str, str]]:
    """Net, then tax rate by rate."""
    rows = [{"label": said("net"), "value": said.money(sums.net)}]
    for each in sums.taxes:
        label = said("tax_on", rate=said.rate(each.rate), net=said.money(each.net))
        rows.append({"label": label, "value": said.money(each.tax)})
    return rows


def seller_block(said: Words, seller: Mapping[str, Any]) -> dict[str, Any]:
    """Who sells, as a document prints them."""
    name = seller["display_name"]
    color = seller["brand_color"] if _COLOR.fullmatch(seller["brand_color"] or "") else DEFAULT_COLOR
    return {
        "name": foreign(name),
        "initial": _initial(name),
        "color": color,
        "on_color": _readable_on(color),
        "postal": _foreign_lines(seller["legal_name"] or name, *_postal(said, seller)),
        "registration": _foreign_lines(_tax_id(said, seller), seller["email"], seller["website"]),
    }


def buyer_block(said: Words, buyer: Mapping[str, Any]) -> dict[str, Any]:
    """Who buys, as a document prints them."""
    names = [each for each in (buyer["company"], buyer["display_name"], buyer["email"]) if each and each.strip()]
    name = names[0] if names else "–"
    person = buyer["display_name"] if buyer["display_name"] != name else None
    email = buyer["email"] if buyer["email"] != name else None
    rest = (person, *_postal(said, buyer), _tax_id(said, buyer), email)
    return {"name": foreign(name), "details": _foreign_lines(*rest)}


def _postal(said: Words, party: Mapping[str, Any]) -> list[str | None]:
    """The address and its country, which many people write as the last line themselves: not twice."""
    country = said.country(party["country"])
    written = [line.strip().casefold() for line in party["address"][-1:]]
    return [*party["address"], None if country and country.casefold() in written else country]


def _tax_id(said: Words, party: Mapping[str, Any]) -> str | None:
    return said("tax_id", id=party["tax_id"]) if party["tax_id"] else None


def _foreign_lines(*lines: str | None) -> list[dict[str, Any]]:
    cleaned = (foreign(line) for line in lines if line)
    return [each for each in cleaned if each["text"]]


def foreign(said: str) -> dict[str, Any]:
    """A text somebody typed, and whether it is written from the right: that of its first letter with a direction."""
    shown = _clean(said)
    for character in shown:
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return {"text": shown, "rtl": True}
            case "L":
                break
    return {"text": shown, "rtl": False}


def plain(said: str) -> str:
    """On one line, without what cannot be seen; joiners stay, Persian and Hindi need them."""
    joiners = "\u200c\u200d"
    return "".join(
        character
        for character in unicodedata.normalize("NFC", " ".join(said.split()))
        if character in joiners or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _clean(said: str) -> str:
    """The same, with places where a line may end."""
    return " ".join(_breakable(word) for word in plain(said).split(" "))


def _breakable(word: str) -> str:
    """A long word may be broken after a mark, as addresses are, and what is long still, anywhere between letters."""
    if len(word) <= _LONGEST_WORD:
        return word
    return _BREAK.join(
        _LETTERS.sub(r"\g<0>" + _BREAK, part).strip(_BREAK) if len(part) > _LONGEST_WORD else part
        for part in _PARTS.findall(word)
    )


def _initial(name: str) -> str:
    """The first letter or digit of a name, for the mark of a seller without a logo."""
    return next((character.upper()[:1] for character in _clean(name) if character.isalnum()), "")


def _readable_on(color: str) -> str:
    """White or near-black, whichever is easier to read on `color` (WCAG's relative luminance)."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return _LIGHT if luminance < 0.3 else _DARK
