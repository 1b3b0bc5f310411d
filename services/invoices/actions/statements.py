"""Drawing statements of account. One for a mail is drawn when it is sent, and kept by nobody here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.invoices.actions import drawing
from services.invoices.adapters import statement_sheet
from services.invoices.adapters.typst import Typesetter
from services.invoices.queries import archives as queries
from services.invoices.queries import filed, logos
from services.invoices.queries.archives import Item
from services.invoices.rules import period as periods
from services.invoices.rules import statement
from services.invoices.rules.period import Period
from shared import i18n
from shared.database import Begin, scope
from shared.logs import log

MOST_MOVEMENTS: Final = 500
"""Documents on one statement."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A statement: of whom, of which days, as of `at`, in which language."""

    customer: str
    days: Period
    at: datetime
    language: str
    is_test: bool


def drawn(begin: Begin, wanted: Wanted, items: Sequence[Item], *, typesetter: Typesetter) -> bytes:
    """The PDF, with these documents. Raises CannotTypeset."""
    with begin() as session:
        opening = filed.opening(session, customer=wanted.customer, period=wanted.days)
        moved = filed.movements(session, items)
        parties = filed.parties(session, customer=wanted.customer)
        mark = logos.mark(session, seller=parties.seller)
    sheet = statement_sheet.compose(
        accounts=statement.calculate(opening=opening, movements=moved),
        period=wanted.days,
        seller=parties.seller,
        buyer=parties.buyer,
        at=wanted.at,
        language=wanted.language,
        is_test=wanted.is_test,
    )
    return typesetter.pdf(drawing.marked(sheet, mark))


def of_period(
    begin: Begin, *, customer: str, written: str, locale: str, typesetter: Typesetter, now: datetime
) -> bytes | None:
    """The statement of a period for a mail; None where there is nothing to say, or more than one statement holds.

    Raises NoSuchPeriod, CannotTypeset.
    """
    with begin() as session:
        days = periods.decide(written, fiscal_year_start=queries.fiscal_year_start(session))
        items = queries.chosen(session, period=days, customer=customer, subscription=None)
        owed = filed.opening(session, customer=customer, period=days)
    if len(items) > MOST_MOVEMENTS:
        log.warning("statement.too_long", customer=customer, documents=len(items))
        return None
    if not items and not owed:
        return None
    language = i18n.negotiate(locale, i18n.LANGUAGES, i18n.DEFAULT)
    is_test = scope.current().mode == "test"
    wanted = Wanted(customer=customer, days=days, at=now, language=language, is_test=is_test)
    return drawn(begin, wanted, items, typesetter=typesetter)
