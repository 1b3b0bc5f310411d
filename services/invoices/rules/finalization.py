"""Decides whether an invoice may be issued for a payment, and what it says from then on, for ever.

It is issued at the moment of issue, never back-dated, and dates of a series never decrease: when clocks of
two replicas differ, the later invoice takes the earlier one's moment. The day of the payment is printed
beside it. Seller and buyer are copied as they are called today. Its language is the customer's, else the
seller's.
Worked example: a payment of 1997, imported today as the second of its series, is `2`, issued today, paid in
1997, and carries the seller's present name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from services.invoices.rules.agreement import Agreed
from services.invoices.rules.numbering import Numbered
from shared.errors import Invalid
from shared.events import PaymentSucceeded
from shared.totals import Line, Totals

Status = Literal["paid", "open", "void", "uncollectible"]

LONGEST_TEXT: Final = 2_000  # characters of one name, description or line of an address
MOST_LINES: Final = 500  # of an invoice; a document of so many takes a second and 100 MB to make
MOST_ADDRESS_LINES: Final = 10

_SELLER_FIELDS: Final = ("legal_name", "address", "country", "tax_id", "email", "website", "brand_color", "logo")
_BUYER_FIELDS: Final = ("display_name", "company", "email", "address", "country", "tax_id", "po_number")
_LONGEST_DESCRIPTION: Final = 300


class NotIssuable(Invalid):
    """Something an invoice must have is missing or cannot be printed; `field` says which."""

    code = "not_issuable"


@dataclass(frozen=True, kw_only=True)
class Seller:
    """Who sells, as heard last."""

    display_name: str
    default_locale: str
    profile: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class FinalLine:
    """One line. Amounts in minor units, `tax_rate` in basis points, the period as moments or none."""

    description: str
    quantity: int
    unit_amount: int | None
    amount: int
    tax_rate: int
    period_start: datetime | None
    period_end: datetime | None


@dataclass(frozen=True, kw_only=True)
class FinalInvoice:
    """All that an issued invoice says. Nothing of it changes but `status`, from `open` once."""

    sequence: int
    number: str
    order_number: str
    payment: str
    customer: str
    subscription: str | None
    status: Status
    totals: Totals
    tax_behavior: str
    lines: tuple[FinalLine, ...]
    description: str
    issued_at: datetime
    paid_at: datetime
    historical: bool
    locale: str
    seller: Mapping[str, Any]
    buyer: Mapping[str, Any]
    method: str | None


def decide(
    *,
    payment: PaymentSucceeded,
    agreed: Agreed,
    seller: Seller,
    numbered: Numbered,
    previous_issued_at: datetime | None,
    now: datetime,
) -> FinalInvoice:
    """What is issued. Raises NotIssuable."""
    if not 1 <= len(agreed.lines) <= MOST_LINES:
        raise NotIssuable(field="lines")
    if agreed.totals.total < 0:
        raise NotIssuable(field="total")
    return FinalInvoice(
        sequence=numbered.sequence,
        number=numbered.number,
        order_number=payment.order_number,
        payment=payment.payment,
        customer=payment.customer,
        subscription=payment.subscription,
        status="paid",
        totals=agreed.totals,
        tax_behavior=payment.tax_behavior,
        lines=tuple(_final(line) for line in agreed.lines),
        description=_description([line.description for line in agreed.lines]),
        issued_at=now if previous_issued_at is None else max(now, previous_issued_at),
        paid_at=_moment(payment.paid_at, "paid_at"),
        historical=payment.historical,
        locale=payment.locale or seller.default_locale,
        seller={"display_name": _short(seller.display_name, "seller.display_name")}
        | _party(seller.profile, _SELLER_FIELDS, "seller"),
        buyer=_party(payment.buyer, _BUYER_FIELDS, "buyer"),
        method=None if payment.method is None else _short(payment.method, "method"),
    )


def _final(line: Line) -> FinalLine:
    has_period = line.period_start is not None and line.period_end is not None
    return FinalLine(
        description=_short(line.description, "lines.description"),
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount=line.amount,
        tax_rate=line.tax_rate,
        period_start=_moment(line.period_start, "lines.period_start") if has_period else None,
        period_end=_moment(line.period_end, "lines.period_end") if has_period else None,
    )


def _description(descriptions: list[str]) -> str:
    """One line for lists: the lines' descriptions, as far as they fit."""
    joined = ", ".join(" ".join(each.split()) for each in descriptions)
    return joined if len(joined) <= _LONGEST_DESCRIPTION else joined[: _LONGEST_DESCRIPTION - 1] + "…"


def _moment(text: str | None, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise NotIssuable(field=field) from None
    if moment.tzinfo is None:
        raise NotIssuable(field=field)
    return moment.astimezone(UTC)


def _party(said: Mapping[str, Any], fields: tuple[str, ...], who: str) -> dict[str, Any]:
    """What is printed of seller or buyer; unknown fields are left out, missing ones are null."""
    party: dict[str, Any] = {}
    for field in fields:
        value = said.get(field)
        where = f"{who}.{field}"
        if field == "address":
            party[field] = _address(value, where)
        else:
            party[field] = None if value is None else _short(value, where)
    return party


def _address(value: object, where: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_ADDRESS_LINES:
        raise NotIssuable(field=where)
    return [_short(each, where) for each in value]


def _short(value: object, where: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise NotIssuable(field=where)
    return value
