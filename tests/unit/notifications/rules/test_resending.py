"""Which mails go out a second time, and to whom."""

import pytest

from services.notifications.rules.delivery import State
from services.notifications.rules.messages import MESSAGES, Kind
from services.notifications.rules.resending import (
    NeverResent,
    NothingToResend,
    StillUnderWay,
    To,
    decide,
    is_repeatable,
)

NEVER = {kind for kind in Kind if MESSAGES[kind].sealed} | {
    Kind.EMAIL_CHANGED,
    Kind.CUSTOMER_ERASED,
    Kind.DELEGATE_INVITED,
    Kind.RECIPIENT_INVITED,
}


@pytest.mark.parametrize("kind", Kind)
def test_what_lets_somebody_in_is_never_sent_again(kind: Kind) -> None:
    assert is_repeatable(kind) is (kind not in NEVER)
    if kind in NEVER:
        with pytest.raises(NeverResent):
            decide(kind, state=State.SENT, has_facts=True, copies_waiting=0)


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        (Kind.RECEIPT, To.CUSTOMER),
        (Kind.CANCELLATION, To.CUSTOMER),
        (Kind.TICKET_INTAKE, To.SAME),
        (Kind.DOCUMENT_COPY, To.AGREEING),
    ],
)
@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
def test_it_goes_where_it_belongs_now(kind: Kind, to: To, state: State) -> None:
    assert decide(kind, state=state, has_facts=True, copies_waiting=0) is to


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING])
def test_what_is_under_way_is_waited_for(state: State) -> None:
    with pytest.raises(StillUnderWay):
        decide(Kind.RECEIPT, state=state, has_facts=True, copies_waiting=0)
    with pytest.raises(StillUnderWay):
        decide(Kind.RECEIPT, state=State.SENT, has_facts=True, copies_waiting=1)


def test_nothing_is_left_to_say() -> None:
    with pytest.raises(NothingToResend):
        decide(Kind.RECEIPT, state=State.SENT, has_facts=False, copies_waiting=0)
