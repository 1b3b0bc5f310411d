"""DECIDES what an invoice or credit note says as an e-invoice of EN 16931, and what is missing for that.

A document is issued whatever is known of seller and buyer; its e-invoice needs more: of the seller an address, a
country and a tax id, of the buyer a country. Tax is category S where there is a rate. Without one it is AE (reverse
charge: the buyer accounts for it) between two tax ids of different countries of the EU, else E (exempt). A tax id
that begins with its country is a VAT identifier (BT-31), any other a tax number (BT-32). Amounts have two decimals at
most there, in a currency that ISO 4217 still has. Lines are net of tax there, also where the invoice's include it: what
rounding leaves is on the largest line of the rate. What is not paid yet is due when issued.
Worked example: 0 % from `DE 318 204 556` to `FR 83 404 833 048` is AE; the same to a private person in France is E.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from services.invoices.rules.credit import FinalCredit
from services.invoices.rules.finalization import FinalInvoice, FinalLine
from shared.errors import Conflict
from shared.money import EXPONENTS
from shared.totals import HUNDRED_PERCENT, TaxTotal, Totals

Category = Literal["S", "AE", "E"]

EU: Final = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
MOST_DECIMALS: Final = 2
WITHDRAWN: Final = frozenset({"ANG", "BGN"})  # of ISO 4217, from which e-invoices take their codes
MOST_ADDRESS_LINES: Final = 3
_PREFIXES: Final = {"GR": ("EL", "GR"), "GB": ("GB", "XI")}  # where it is not the country's own code
_NOT_OF_AN_ID: Final = re.compile(r"[\s./-]")
_CODE: Final = re.compile("[A-Z]{2}")
_SHORTEST_ID: Final = 5


class SellerDataIncomplete(Conflict):
    """The e-invoice needs `missing` of the seller: names of fields, separated by commas."""

    code = "seller_data_incomplete"


class BuyerDataIncomplete(Conflict):
    """The e-invoice needs `missing` of the buyer."""

    code = "buyer_data_incomplete"


class CurrencyUnsupported(Conflict):
    """Amounts in `currency` cannot be said: they have too many decimals, or the code was withdrawn."""

    code = "currency_unsupported"


@dataclass(frozen=True, kw_only=True)
class Party:
    """Seller or buyer. `vat_id` begins with a country; `tax_number` is any other tax id."""

    name: str
    trading_name: str | None
    address: tuple[str, ...]
    country: str
    vat_id: str | None
    tax_number: str | None
    email: str | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line, in minor units. `price` is never negative, and for so many pieces as `per`; `quantity` has the sign."""

    name: str
    quantity: int
    price: int
    per: int
    net: int
    category: Category
    rate: int
    begins: date | None
    ends: date | None


@dataclass(frozen=True, kw_only=True)
class EInvoice:
    """All that is written. `credits` are number and date of the invoice that a credit note is about."""

    number: str
    credits: tuple[str, date] | None
    issued_on: date
    supplied_on: date
    po_number: str | None
    totals: Totals
    categories: Mapping[int, Category]
    entries: tuple[Entry, ...]
    seller: Party
    buyer: Party
    is_paid: bool


def decide(final: FinalInvoice, credit: FinalCredit | None = None) -> EInvoice:
    """The e-invoice of an invoice, or of the credit note to it.

    Raises SellerDataIncomplete, BuyerDataIncomplete, CurrencyUnsupported.
    """
    seller = _seller(final.seller)
    buyer = _buyer(final.buyer)
    if EXPONENTS[final.totals.currency] > MOST_DECIMALS or final.totals.currency in WITHDRAWN:
        raise CurrencyUnsupported(currency=final.totals.currency)
    categories = {each.rate: category(final, each.rate) for each in final.totals.taxes}
    ends = [line.period_end for line in final.lines if line.period_end is not None]
    return EInvoice(
        number=final.number if credit is None else credit.number,
        credits=None if credit is None else (final.number, final.issued_at.date()),
        issued_on=(final if credit is None else credit).issued_at.date(),
        supplied_on=max(ends, default=final.paid_at).date(),
        po_number=final.buyer.get("po_number"),
        totals=(final if credit is None else credit).totals,
        categories=categories,
        entries=_entries(final, categories) if credit is None else _credited(final, credit, categories),
        seller=seller,
        buyer=buyer,
        is_paid=credit is not None or final.status == "paid",
    )


def category(final: FinalInvoice, rate: int) -> Category:
    """Why so much tax, in the letters of EN 16931."""
    if rate:
        return "S"
    countries = {_vat_country(party) for party in (final.seller, final.buyer)}
    return "AE" if len(countries) == 2 and countries <= EU else "E"


def _vat_country(party: Mapping[str, Any]) -> str:
    """The country of a party's VAT identifier; nothing where it has none."""
    return _country(party) if _vat_id(party) else ""


def _country(party: Mapping[str, Any]) -> str:
    """Two letters; nothing where something else was written."""
    written = (party.get("country") or "").strip().upper()
    return written if _CODE.fullmatch(written) else ""


def _vat_id(party: Mapping[str, Any]) -> str | None:
    written = _NOT_OF_AN_ID.sub("", party.get("tax_id") or "").upper()
    country = _country(party)
    prefixes = _PREFIXES.get(country, (country,))
    return written if country and written.startswith(prefixes) and len(written) >= _SHORTEST_ID else None


def _seller(said: Mapping[str, Any]) -> Party:
    given = {"address": said.get("address"), "country": _country(said), "tax_id": (said.get("tax_id") or "").strip()}
    missing = [field for field, value in given.items() if not value]
    if missing:
        raise SellerDataIncomplete(missing=", ".join(missing))
    return _party(said, name=said["legal_name"] or said["display_name"], trading_name=said["display_name"])


def _buyer(said: Mapping[str, Any]) -> Party:
    names = [each for each in (said["company"], said["display_name"], said["email"]) if each and each.strip()]
    missing = [field for field, value in (("name", names), ("country", _country(said))) if not value]
    if missing:
        raise BuyerDataIncomplete(missing=", ".join(missing))
    return _party(said, name=names[0], trading_name=None)


def _party(said: Mapping[str, Any], *, name: str, trading_name: str | None) -> Party:
    lines = [line for line in said["address"] if line.strip()]
    kept, rest = lines[: MOST_ADDRESS_LINES - 1], lines[MOST_ADDRESS_LINES - 1 :]
    vat_id = _vat_id(said)
    return Party(
        name=name,
        trading_name=None if trading_name == name else trading_name,
        address=(*kept, *([", ".join(rest)] if rest else [])),
        country=_country(said),
        vat_id=vat_id,
        tax_number=None if vat_id else (said.get("tax_id") or "").strip() or None,
        email=said.get("email"),
    )


def _entries(final: FinalInvoice, categories: Mapping[int, Category]) -> tuple[Entry, ...]:
    nets = [_net(line, final.tax_behavior) for line in final.lines]
    for each in final.totals.taxes:
        of_rate = [index for index, line in enumerate(final.lines) if line.tax_rate == each.rate]
        largest = max(of_rate, key=lambda index: abs(nets[index]))
        nets[largest] += each.net - sum(nets[index] for index in of_rate)
    return tuple(_entry(line, net, categories[line.tax_rate]) for line, net in zip(final.lines, nets, strict=True))


def _net(line: FinalLine, tax_behavior: str) -> int:
    """A line without its tax, rounded half away from zero."""
    if tax_behavior == "exclusive":
        return line.amount
    whole = HUNDRED_PERCENT + line.tax_rate
    rounded = (2 * abs(line.amount) * HUNDRED_PERCENT + whole) // (2 * whole)
    return rounded if line.amount >= 0 else -rounded


def _entry(line: FinalLine, net: int, of: Category) -> Entry:
    pieces = abs(line.quantity) or 1
    has_unit_price = line.unit_amount is not None and abs(line.unit_amount) * pieces == abs(net)
    begins, ends = _period(line.period_start, line.period_end)
    return Entry(
        name=line.description,
        quantity=pieces if net >= 0 else -pieces,
        price=abs(line.unit_amount) if has_unit_price and line.unit_amount is not None else abs(net),
        per=1 if has_unit_price else pieces,
        net=net,
        category=of,
        rate=line.tax_rate,
        begins=begins,
        ends=ends,
    )


def _period(start: datetime | None, end: datetime | None) -> tuple[date | None, date | None]:
    if start is None or end is None or start > end:
        return None, None
    return start.date(), end.date()


def _credited(final: FinalInvoice, credit: FinalCredit, categories: Mapping[int, Category]) -> tuple[Entry, ...]:
    """A line a rate, named like what was sold at it."""
    return tuple(
        Entry(
            name=credited_name(final, tax),
            quantity=1 if tax.net >= 0 else -1,
            price=abs(tax.net),
            per=1,
            net=tax.net,
            category=categories[tax.rate],
            rate=tax.rate,
            begins=None,
            ends=None,
        )
        for tax in credit.totals.taxes
    )


def credited_name(final: FinalInvoice, tax: TaxTotal) -> str:
    """What was sold at this rate, in one line."""
    return ", ".join(dict.fromkeys(line.description for line in final.lines if line.tax_rate == tax.rate))
