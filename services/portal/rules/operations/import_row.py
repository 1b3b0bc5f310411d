"""DECIDES is an imported row usable, and what it becomes.

Three kinds of files: payments taken before Bursar knew them, customers, and running subscriptions. A row is used
whole or refused whole, with every reason it deserves; what is wrong with one row never touches another. The same row
twice in one file is two purchases; the same file twice is nothing new: a row is known by its `reference` where it has
one, else by what it says and how often the file said it before.

Worked example: "cdnow-1,a@example.com,1997-01-01,Discs,2,29.33,usd" becomes one payment of 2933 USD with one line of
quantity 2 and no unit price (2933 does not divide), for the customer with the reference cdnow-1. With "usx" and "x"
for currency and quantity it is refused for `unknown_currency` and `bad_quantity`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeVar

from services.portal.rules.customers.details import Details
from services.portal.rules.customers.details import decide as decide_details
from services.portal.rules.operations import cells
from services.portal.rules.operations.cells import CellRefused
from services.portal.rules.payments.recording import line_of
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import FieldError, Invalid
from shared.money import Money
from shared.totals import Line

T = TypeVar("T")
TEXT_LENGTH: Final = 500
REFERENCE_LENGTH: Final = 200


class Kind(StrEnum):
    """What a file holds."""

    PAYMENTS = "payments"
    CUSTOMERS = "customers"
    SUBSCRIPTIONS = "subscriptions"


@dataclass(frozen=True)
class Columns:
    """The columns of a kind of file, in the order of the template, with the row the template shows."""

    required: Sequence[str]
    optional: Sequence[str]
    example: Sequence[str]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


COLUMNS: Final[Mapping[Kind, Columns]] = {
    Kind.PAYMENTS: Columns(
        required="email date description amount currency".split(),
        optional="customer_id quantity reference name".split(),
        example="ada@example.com|2026-01-31|Two seats|50.00|EUR|c-1001|2|po-77|Ada Lovelace".split("|"),
    ),
    Kind.CUSTOMERS: Columns(
        required="email".split(),
        optional="customer_id name company address_1 address_2 address_3 country tax_id phone locale".split(),
        example="ada@example.com|c-1001|Ada Lovelace|Engines Ltd|12 St James's Square|London||GB|GB123456789||en".split(
            "|"
        ),
    ),
    Kind.SUBSCRIPTIONS: Columns(
        required="email plan started_at".split(),
        optional="customer_id reference quantity unit_amount status ends_at name".split(),
        example="ada@example.com|Team|2026-01-31|c-1001|s-2001|2|25.00|active||Ada Lovelace".split("|"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class PaymentRow:
    """A payment of the past."""

    customer: Details
    reference: str | None
    paid_at: datetime
    line: Line
    amount: Money


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """A customer."""

    customer: Details


@dataclass(frozen=True, kw_only=True)
class SubscriptionRow:
    """A subscription that runs already. `plan` is an id or a name; `unit_amount` in major units, as it was written."""

    customer: Details
    reference: str | None
    plan: str
    started_at: datetime
    quantity: int
    unit_amount: str | None
    status: Status
    ends_at: datetime | None


Row = PaymentRow | CustomerRow | SubscriptionRow


class _Reader:
    """Reads cells by name and remembers what was wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[FieldError] = []

    def required(self, column: str, read: Callable[[str], T]) -> T | None:
        if not self.values.get(column, "").strip():
            self.problems.append(FieldError.of(column, "required"))
            return None
        return self.optional(column, read)

    def optional(self, column: str, read: Callable[[str], T]) -> T | None:
        value = self.values.get(column, "")
        if not value.strip():
            return None
        try:
            return read(value)
        except CellRefused as refused:
            self.problems.append(FieldError.of(column, refused.code, **refused.params))
            return None

    def text(self, column: str, longest: int = TEXT_LENGTH) -> str | None:
        return self.optional(column, partial(cells.text, longest=longest))

    def customer(self, **more: Any) -> Details | None:
        """The customer a row names. Columns are called as in the file, not as in the record."""
        self.required("email", str)
        try:
            return decide_details(
                email=self.values.get("email", ""),
                reference=self.values.get("customer_id"),
                display_name=self.values.get("name"),
                is_tax_id_checked=False,  # what a vendor has kept so far comes along as it is
                **more,
            )
        except Invalid as invalid:
            seen = {problem.field for problem in self.problems}
            renamed = [FieldError(_COLUMN_OF.get(p.field, p.field), p.code, p.params) for p in invalid.fields]
            self.problems.extend(problem for problem in renamed if problem.field not in seen)
            return None


_COLUMN_OF: Final = {
    "reference": "customer_id",
    "display_name": "name",
    "address.0": "address_1",
    "address.1": "address_2",
    "address.2": "address_3",
}


def decide(kind: Kind, values: Mapping[str, str], *, now: datetime) -> Row:
    """What the row becomes. Raises Invalid with every reason why it can't be used, by column."""
    reader = _Reader(values)
    row = _READERS[kind](reader, now)
    if reader.problems or row is None:
        raise Invalid(*reader.problems)
    return row


def _payment(reader: _Reader, now: datetime) -> PaymentRow | None:
    customer = reader.customer()
    paid_at = reader.required("date", partial(cells.past, now=now))
    description = reader.required("description", partial(cells.text, longest=TEXT_LENGTH))
    quantity = reader.optional("quantity", cells.quantity) or 1
    reference = reader.text("reference", REFERENCE_LENGTH)
    currency = reader.required("currency", cells.currency)
    # Without a currency the number of decimals is unknown; a currency with four still tells a number from a word.
    amount = reader.required("amount", partial(cells.amount, currency_code=currency or "CLF"))
    if customer is None or paid_at is None or description is None or amount is None:
        return None
    line = line_of(description=description, quantity=quantity, amount=amount.amount)
    return PaymentRow(customer=customer, reference=reference, paid_at=paid_at, line=line, amount=amount)


def _customer(reader: _Reader, _now: datetime) -> CustomerRow | None:
    values = reader.values
    customer = reader.customer(
        company=values.get("company"),
        address=[values.get(f"address_{number}", "") for number in (1, 2, 3)],
        country=values.get("country"),
        tax_id=values.get("tax_id"),
        phone=values.get("phone"),
        locale=values.get("locale"),
    )
    return None if customer is None else CustomerRow(customer=customer)


def _subscription(reader: _Reader, now: datetime) -> SubscriptionRow | None:
    customer = reader.customer()
    plan = reader.required("plan", partial(cells.text, longest=REFERENCE_LENGTH))
    started_at = reader.required("started_at", partial(cells.past, now=now))
    quantity = reader.optional("quantity", cells.quantity) or 1
    unit_amount = reader.text("unit_amount", 40)
    status = reader.optional("status", _status) or Status.ACTIVE
    ends_at = reader.optional("ends_at", cells.moment)
    if status is Status.CANCELED and ends_at is None and not reader.values.get("ends_at", "").strip():
        reader.problems.append(FieldError.of("ends_at", "required"))
    if status is Status.ACTIVE and ends_at is not None:
        reader.problems.append(FieldError.of("ends_at", "only_when_canceled"))
    if customer is None or plan is None or started_at is None:
        return None
    return SubscriptionRow(
        customer=customer,
        reference=reader.text("reference", REFERENCE_LENGTH),
        plan=plan,
        started_at=started_at,
        quantity=quantity,
        unit_amount=unit_amount,
        status=status,
        ends_at=ends_at,
    )


def _status(value: str) -> Status:
    plain = value.strip().lower()
    if plain not in (Status.ACTIVE, Status.CANCELED):
        raise CellRefused("not_a_choice")
    return Status(plain)


_READERS: Final[Mapping[Kind, Callable[[_Reader, datetime], Row | None]]] = {
    Kind.PAYMENTS: _payment,
    Kind.CUSTOMERS: _customer,
    Kind.SUBSCRIPTIONS: _subscription,
}
