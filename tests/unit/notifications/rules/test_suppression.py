"""May an address be written to; which answers say that nobody is there."""

import pytest

from services.notifications.rules.messages import Kind
from services.notifications.rules.suppression import (
    Owed,
    Reason,
    Reply,
    is_bounce,
    is_stronger,
    is_withheld,
    owed,
    status_of,
)

AWAITED = {Kind.SIGN_IN, Kind.SIGN_IN_CODE, Kind.NEW_EMAIL}
OFFERED = {
    Kind.CUSTOMER_INVITATION,
    Kind.STAFF_INVITATION,
    Kind.DELEGATE_INVITED,
    Kind.RECIPIENT_INVITED,
    Kind.DOCUMENT_COPY,
}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_mail_is_owed_to_somebody(kind: Kind) -> None:
    expected = Owed.AWAITED if kind in AWAITED else Owed.OFFERED if kind in OFFERED else Owed.ACCOUNT
    assert owed(kind) is expected


@pytest.mark.parametrize(
    ("kind", "bounce", "complaint", "manual"),
    [
        (Kind.SIGN_IN, False, False, True),
        (Kind.SIGN_IN_CODE, False, False, True),
        (Kind.NEW_EMAIL, False, False, True),
        (Kind.RECEIPT, True, False, True),
        (Kind.CANCELLATION, True, False, True),
        (Kind.SIGN_IN_NOTICE, True, False, True),
        (Kind.TICKET_INTAKE, True, False, True),
        (Kind.CUSTOMER_ERASED, True, False, True),
        (Kind.DOCUMENT_COPY, True, True, True),
        (Kind.STAFF_INVITATION, True, True, True),
    ],
)
def test_what_stays_away_from_a_suppressed_address(kind: Kind, bounce: bool, complaint: bool, manual: bool) -> None:
    assert {reason: is_withheld(kind, reason) for reason in Reason} == {
        Reason.BOUNCE: bounce,
        Reason.COMPLAINT: complaint,
        Reason.MANUAL: manual,
    }


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        (550, "5.1.1 no such user", True),
        (550, "5.1.2 bad domain", True),
        (553, "5.1.3 bad syntax", True),
        (551, "5.1.6 moved away", True),
        (556, "5.1.10 null MX", True),
        (550, "5.2.1 mailbox disabled", True),
        (550, "5.1.1", True),
        (552, "5.2.2 mailbox full", False),
        (550, "5.7.1 blocked by policy", False),
        (550, "5.7.26 unauthenticated", False),
        (550, "5.1.8 bad sender", False),
        (554, "5.4.14 hop count", False),
        (450, "4.1.1 not now", False),
        (450, "5.1.1 a server that contradicts itself", False),
        (550, "relaying denied", False),
        (550, "no such user, said 5.1.1", False),
        (550, "5.1.11 of another table", False),
        (550, "5.1.1.9 of none", False),
        (550, "", False),
    ],
)
def test_which_answers_say_that_nobody_is_there(code: int, said: str, expected: bool) -> None:
    assert is_bounce(Reply(code=code, status=status_of(said))) is expected


def test_no_answer_says_nothing() -> None:
    assert not is_bounce(None)


def test_what_staff_said_is_not_weakened() -> None:
    assert is_stronger(Reason.MANUAL, Reason.BOUNCE)
    assert is_stronger(Reason.COMPLAINT, Reason.BOUNCE)
    assert not any(is_stronger(reason, Reason.MANUAL) for reason in Reason)
