"""Which addresses get a document, and when statements are due."""

from datetime import UTC, date, datetime

import pytest

from services.notifications.rules import recipients


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (datetime(2026, 11, 22, 14, tzinfo=UTC), datetime(2026, 12, 1, 6, tzinfo=UTC)),
        (datetime(2026, 12, 1, 5, 59, tzinfo=UTC), datetime(2026, 12, 1, 6, tzinfo=UTC)),
        (datetime(2026, 12, 1, 6, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC)),
    ],
)
def test_a_statement_is_due_early_in_the_next_month(after: datetime, due: datetime) -> None:
    assert recipients.statement_due(["invoice", "statement"], is_confirmed=True, after=after) == due


def test_who_has_not_agreed_or_wants_none_gets_none() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    assert recipients.statement_due(["statement"], is_confirmed=False, after=now) is None
    assert recipients.statement_due(["invoice"], is_confirmed=True, after=now) is None


def test_it_is_of_the_month_before() -> None:
    assert recipients.month_before(datetime(2027, 3, 1, 6, tzinfo=UTC)) == (date(2027, 2, 1), date(2027, 2, 28))
    assert recipients.month_before(datetime(2027, 1, 1, 6, tzinfo=UTC)) == (date(2026, 12, 1), date(2026, 12, 31))
