"""The sheet a statement of account is typeset from: every word and number as it is printed, in one language."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final

from services.invoices.adapters.sheet import Words, buyer_block, foreign, seller_block
from services.invoices.rules.period import Period
from services.invoices.rules.statement import ADDS, Account, Entry
from shared.i18n import direction, format_date, format_money, text
from shared.money import Money

_COLUMNS: Final = ("date", "document", "charged", "credited", "balance")


def period_title(kind: str, period: Period, *, language: str) -> str:
    """What an archive or statement of the period is called."""
    first, last = (format_date(day, language) for day in (period.begins, period.last_begins))
    return text(f"invoices.{kind}.title", language, first=first, last=last)


def compose(
    *,
    accounts: Sequence[Account],
    period: Period,
    seller: Mapping[str, Any],
    buyer: Mapping[str, Any],
    at: datetime,
    language: str,
    is_test: bool,
) -> dict[str, Any]:
    """The sheet, plain JSON. `language` is one that texts exist in."""

    def said(key: str, **params: object) -> str:
        return text(f"invoices.statement.{key}", language, **params)

    words = Words(language, accounts[0].currency)
    title = period_title("statement", period, language=language)
    return {
        "template": "statement",
        "language": words.locale.language,
        "rtl": direction(language) == "rtl",
        "title": title,
        "heading": said("heading"),
        "period": words.period(period.begins, period.last_begins),
        "issued": {"year": at.year, "month": at.month, "day": at.day},
        "timestamp": int(at.timestamp()),
        "words": {key: said(key) for key in (*_COLUMNS, "opening", "closing", "sums")}
        | {
            "billed_to": words("billed_to"),
            "number_line": title,
            "page": words("page", page="{page}", pages="{pages}"),  # only the typesetter knows them
            "made": said("made", date=format_date(at, language)),
            "note": said("note"),
        },
        "test": said("test") if is_test else "",
        "seller": seller_block(words, seller),
        "buyer": buyer_block(words, _complete(buyer)),
        "accounts": [_account(each, language) for each in accounts],
    }


def _complete(buyer: Mapping[str, Any]) -> dict[str, Any]:
    """Every field that is printed of a buyer, of one with none too."""
    fields = ("display_name", "company", "email", "country", "tax_id")
    return {**dict.fromkeys(fields), "address": [], **buyer}


def _account(account: Account, language: str) -> dict[str, Any]:
    def money(amount: int) -> str:
        return _money(amount, account.currency, language)

    return {
        "currency": account.currency,
        "opening": money(account.opening),
        "charged": money(account.charged),
        "credited": money(account.credited),
        "closing": money(account.closing),
        "entries": [_entry(each, account.currency, language) for each in account.entries],
    }


def _entry(entry: Entry, currency: str, language: str) -> dict[str, Any]:
    moved = entry.movement
    amount = _money(moved.amount, currency, language)
    return {
        "date": format_date(datetime.combine(moved.day, time.min, UTC), language, short=True),
        "document": text(f"invoices.statement.{moved.kind}", language, number=moved.number),
        "description": foreign(moved.description if moved.kind in ("invoice", "credit_note") else ""),
        "charged": amount if moved.kind in ADDS else "",
        "credited": "" if moved.kind in ADDS else amount,
        "balance": _money(entry.balance, currency, language),
    }


def _money(amount: int, currency: str, language: str) -> str:
    return format_money(Money(amount, currency), language)
