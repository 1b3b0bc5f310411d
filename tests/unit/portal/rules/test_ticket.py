"""States of a ticket, who moves it, what a helpdesk may be, and what a text is kept as."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.support import helpdesk, masking, ticket
from services.portal.rules.support.helpdesk import HelpdeskHasTickets, HelpdeskInUse, Use
from services.portal.rules.support.ticket import (
    MOVES,
    DecisionNeeded,
    NothingToApprove,
    NotYours,
    Side,
    TicketMove,
    TicketOver,
    TicketStatus,
)
from shared.errors import Invalid, Refusal

OVER = (TicketStatus.APPROVED, TicketStatus.DECLINED, TicketStatus.CLOSED)


@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("side", Side)
def test_both_sides_write_until_it_is_over(status: TicketStatus, side: Side) -> None:
    if status in OVER:
        with pytest.raises(TicketOver):
            ticket.decide(status=status, move=TicketMove.REPLY, side=side, is_request=True)
    else:
        moved = ticket.decide(status=status, move=TicketMove.REPLY, side=side, is_request=True)
        assert moved.status is (TicketStatus.OPEN if side is Side.CUSTOMER else TicketStatus.ANSWERED)


@pytest.mark.parametrize(
    ("move", "status", "side", "is_request", "refused"),
    [
        (TicketMove.APPROVE, TicketStatus.OPEN, Side.CUSTOMER, True, NotYours),
        (TicketMove.DECLINE, TicketStatus.ANSWERED, Side.CUSTOMER, True, NotYours),
        (TicketMove.APPROVE, TicketStatus.OPEN, Side.STAFF, False, NothingToApprove),
        (TicketMove.DECLINE, TicketStatus.OPEN, Side.STAFF, False, NothingToApprove),
        (TicketMove.APPROVE, TicketStatus.DECLINED, Side.STAFF, True, TicketOver),
        (TicketMove.DECLINE, TicketStatus.APPROVED, Side.STAFF, True, TicketOver),
        (TicketMove.CLOSE, TicketStatus.OPEN, Side.STAFF, True, DecisionNeeded),
        (TicketMove.CLOSE, TicketStatus.OPEN, Side.CUSTOMER, True, DecisionNeeded),
        (TicketMove.CLOSE, TicketStatus.APPROVED, Side.STAFF, True, TicketOver),
    ],
)
def test_what_is_not_for_somebody_is_refused(
    move: TicketMove, status: TicketStatus, side: Side, is_request: bool, refused: type[Refusal]
) -> None:
    with pytest.raises(refused):
        ticket.decide(status=status, move=move, side=side, is_request=is_request)


@pytest.mark.parametrize(
    ("move", "status"),
    [
        (TicketMove.APPROVE, TicketStatus.APPROVED),
        (TicketMove.DECLINE, TicketStatus.DECLINED),
    ],
)
def test_deciding_twice_changes_nothing(move: TicketMove, status: TicketStatus) -> None:
    first = ticket.decide(status=TicketStatus.OPEN, move=move, side=Side.STAFF, is_request=True)
    second = ticket.decide(status=first.status, move=move, side=Side.STAFF, is_request=True)

    assert (first.status, first.changed, second.status, second.changed) == (status, True, status, False)


def test_nothing_leads_out_of_a_ticket_that_is_over() -> None:
    assert not [key for key in MOVES if key[0] in OVER]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("my card 4242 4242-4242 4242 is lost", "my card •••• 4242 is lost"),
        ("4242424242424242", "•••• 4242"),
        ("4242\u00a04242\u00a04242\u00a04242", "•••• 4242"),
        (
            "\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12",
            "•••• 4242",
        ),
        ("amex 378282246310005!", "amex •••• 0005!"),
        ("order 4242424242424241", "order 4242424242424241"),
        ("two: 4242424242424242 and 5555 5555 5555 4444.", "two: •••• 4242 and •••• 4444."),
        ("+49 30 901820, 12 December", "+49 30 901820, 12 December"),
        ("<b>bold</b>", "<b>bold</b>"),
        (" a\r\nb\x00\x1b[2J ", "a\nb[2J"),
    ],
)
def test_a_text_is_kept_without_card_numbers_and_control_characters(text: str, kept: str) -> None:
    assert masking.calculate(text) == kept


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "x" * (masking.LONGEST + 1)])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        masking.calculate(text)


@given(st.text(max_size=40), st.integers(10**14, 10**15 - 1), st.text(max_size=40))
def test_no_luhn_number_survives(before: str, number: int, after: str) -> None:
    digits = [int(each) for each in str(number)]
    doubled = sum(sum(divmod(2 * each, 10)) for each in digits[::-2])
    check = -(doubled + sum(digits[-2::-2])) % 10
    card = f"{number}{check}"

    assert card not in masking.masked(f"{before} {card} {after}")


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masking.masked(text)

    assert masking.masked(once) == once
    assert len(re.sub(r"\D", "", once)) <= len(re.sub(r"\D", "", text))


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@b"},
        {"email": "a@example.com\nBcc: b@example.com"},
        {"url": "http://desk.example"},
        {"url": "javascript:alert(1)"},
        {"url": "https://"},
        {"url": "https://user@desk.example"},
        {"departments": ["Billing", "billing"]},
        {"answer_hours": 0},
        {"answer_hours": 721},
        {"departments": [f"D{number}" for number in range(21)]},
    ],
)
def test_what_is_no_helpdesk_is_refused(wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"email": None, "url": None, "departments": [], **wrong}
    with pytest.raises(Invalid):
        helpdesk.check(**given)  # type: ignore[arg-type]


def test_a_helpdesk_in_use_stays() -> None:
    helpdesk.check(email="help@desk.example", url="https://desk.example/new?x=1", departments=["Refunds", "Other"])
    for use in (Use(portals=1, waiting=0, tickets=0), Use(portals=0, waiting=1, tickets=1)):
        with pytest.raises(HelpdeskInUse):
            helpdesk.decide(use=use, is_deleting=False)
    past = Use(portals=0, waiting=0, tickets=3)
    helpdesk.decide(use=past, is_deleting=False)
    with pytest.raises(HelpdeskHasTickets):
        helpdesk.decide(use=past, is_deleting=True)
    helpdesk.decide(use=Use(portals=0, waiting=0, tickets=0), is_deleting=True)
