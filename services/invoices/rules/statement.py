"""CALCULATES a statement of account: what was owed at first, what was charged and paid, what is owed at last.

Each currency by itself, never added across. An invoice adds to what is owed and its payment takes it away, on the day
of the payment; one that is open adds on the day of its issue and stays owed; a void one is on no statement. A credit
note takes away and the refund that it is for, which is money back, adds the same, so that the two leave what is owed
as it is. A balance below zero is the customer's credit.
Worked example: 58.00 open since March; in May 28.01 are charged and paid. The statement of May opens with 58.00, shows
+28.01 and -28.01, and closes with 58.00.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby


class Kind(StrEnum):
    """What moved, in the order in which things of one day are listed."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    REFUND = "refund"


ADDS = frozenset({Kind.INVOICE, Kind.REFUND})
"""What is owed grows by these, and shrinks by the others."""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One line. `amount` in minor units, never below zero; `number` is the document's."""

    day: date
    kind: Kind
    number: str
    description: str
    currency: str
    amount: int

    @property
    def signed(self) -> int:
        """What it does to the balance."""
        return self.amount if self.kind in ADDS else -self.amount


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A movement, and the balance after it."""

    movement: Movement
    balance: int


@dataclass(frozen=True, kw_only=True)
class Account:
    """All of one currency, in minor units. `charged` and `credited` sum what added and what took away."""

    currency: str
    opening: int
    entries: tuple[Entry, ...]
    charged: int
    credited: int
    closing: int


def calculate(*, opening: Mapping[str, int], movements: Iterable[Movement]) -> tuple[Account, ...]:
    """An account for each currency, by its code, that was owed in or that moved. `opening`: owed at the beginning."""
    listed = sorted(movements, key=lambda each: each.currency)
    moved = {currency: tuple(found) for currency, found in groupby(listed, key=lambda each: each.currency)}
    owed = {currency for currency, amount in opening.items() if amount}
    return tuple(
        _account(currency, opening.get(currency, 0), moved.get(currency, ())) for currency in sorted(owed | set(moved))
    )


def _account(currency: str, opening: int, movements: tuple[Movement, ...]) -> Account:
    balance, entries = opening, []
    for each in sorted(movements, key=lambda each: (each.day, _number(each.number), list(Kind).index(each.kind))):
        balance += each.signed
        entries.append(Entry(movement=each, balance=balance))
    return Account(
        currency=currency,
        opening=opening,
        entries=tuple(entries),
        charged=sum(each.amount for each in movements if each.kind in ADDS),
        credited=sum(each.amount for each in movements if each.kind not in ADDS),
        closing=balance,
    )


def _number(number: str) -> tuple[int, str]:
    """Document 2 before document 10."""
    return len(number), number
