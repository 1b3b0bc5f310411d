"""What was owed, charged and paid, currency by currency."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.invoices.rules import statement
from services.invoices.rules.statement import Kind, Movement

movements = st.lists(
    st.builds(
        Movement,
        day=st.dates(min_value=date(2026, 5, 1), max_value=date(2026, 5, 31)),
        kind=st.sampled_from(Kind),
        number=st.integers(min_value=1, max_value=20).map(str),
        description=st.just("Reeds"),
        currency=st.sampled_from(["EUR", "JPY"]),
        amount=st.integers(min_value=0, max_value=10**9),
    ),
    max_size=30,
)


def moved(day: int, kind: Kind, number: str, amount: int, currency: str = "EUR") -> Movement:
    return Movement(
        day=date(2026, 5, day), kind=kind, number=number, description="Reeds", currency=currency, amount=amount
    )


def test_an_open_invoice_stays_owed_and_a_paid_one_does_not() -> None:
    [account] = statement.calculate(
        opening={"EUR": 5800}, movements=[moved(9, Kind.PAYMENT, "7", 2801), moved(9, Kind.INVOICE, "7", 2801)]
    )

    assert [(each.movement.kind, each.balance) for each in account.entries] == [("invoice", 8601), ("payment", 5800)]
    assert (account.opening, account.charged, account.credited, account.closing) == (5800, 2801, 2801, 5800)


def test_a_credit_note_and_its_refund_leave_what_is_owed_as_it_is() -> None:
    [account] = statement.calculate(
        opening={}, movements=[moved(2, Kind.REFUND, "CN-1", 500), moved(2, Kind.CREDIT_NOTE, "CN-1", 500)]
    )

    assert [each.balance for each in account.entries] == [-500, 0]


def test_lines_stand_by_day_and_then_by_number() -> None:
    given_ = [moved(3, Kind.INVOICE, "10", 1), moved(3, Kind.INVOICE, "9", 1), moved(1, Kind.INVOICE, "11", 1)]

    [account] = statement.calculate(opening={}, movements=given_)

    assert [each.movement.number for each in account.entries] == ["11", "9", "10"]


def test_a_currency_in_which_nothing_is_owed_and_nothing_moved_is_not_there() -> None:
    assert statement.calculate(opening={"EUR": 0}, movements=[]) == ()


@given(opening=st.dictionaries(st.sampled_from(["EUR", "JPY", "USD"]), st.integers(-(10**9), 10**9)), moved=movements)
def test_it_adds_up_and_no_currency_touches_another(opening: dict[str, int], moved: list[Movement]) -> None:
    for account in statement.calculate(opening=opening, movements=moved):
        own = [each for each in moved if each.currency == account.currency]
        assert account.opening == opening.get(account.currency, 0)
        assert account.closing == account.opening + account.charged - account.credited
        assert account.closing == account.opening + sum(each.signed for each in own)
        assert len(account.entries) == len(own)
        assert [each.balance for each in account.entries][-1:] in ([], [account.closing])
