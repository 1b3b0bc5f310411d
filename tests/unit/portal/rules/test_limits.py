"""What the platform has against an action, state by state, and what a portal offers, feature by feature."""

from typing import Any

import pytest

from services.portal.rules import limits
from services.portal.rules.limits import STATES
from services.portal.rules.policy import Action, Reason
from services.portal.rules.portals import features, offering
from services.portal.rules.subscriptions.lifecycle import MOVES, Move, Status

STATELESS = {Action.UPDATE_PAYMENT_METHOD, Action.PAY_INVOICE, Action.REQUEST_REFUND, Action.DOWNLOAD_INVOICE}
T, A, P, Z, C, E = (
    Status.TRIALING,
    Status.ACTIVE,
    Status.PAST_DUE,
    Status.PAUSED,
    Status.CANCELED,
    Status.ENDED,
)


@pytest.mark.parametrize(
    ("action", "states"),
    [
        (Action.CANCEL, {T, A, P, Z}),
        (Action.UNDO_CANCEL, {C}),
        (Action.CHANGE_PLAN, {T, A}),
        (Action.CHANGE_QUANTITY, {T, A}),
        (Action.APPLY_COUPON, {T, A}),
        (Action.PAUSE, {A}),
        (Action.RESUME, {Z}),
        (Action.RESUBSCRIBE, {E}),
        (Action.ACCESS_PRODUCT, {T, A, P, C}),
        (Action.OPEN_TICKET, set(Status)),
        *((action, set(Status)) for action in sorted(STATELESS)),
    ],
)
def test_an_action_has_its_states(action: Action, states: set[Status]) -> None:
    for status in Status:
        found = limits.decide(action=action, status=status, is_looking_on=False)

        assert found is (None if status in states else Reason.INVALID_STATE)


def test_every_action_names_its_states() -> None:
    assert set(STATES) == set(Action)


@pytest.mark.parametrize(
    ("action", "move"),
    [
        (Action.CANCEL, Move.CANCEL),
        (Action.UNDO_CANCEL, Move.UNDO_CANCEL),
        (Action.CHANGE_PLAN, Move.CHANGE),
        (Action.CHANGE_QUANTITY, Move.CHANGE),
        (Action.PAUSE, Move.SCHEDULE_PAUSE),
        (Action.RESUME, Move.RESUME),
    ],
)
def test_an_action_is_open_exactly_where_its_move_is(action: Action, move: Move) -> None:
    assert STATES[action] == {status for status, each in MOVES if each is move}


def test_a_pause_that_has_not_begun_can_be_taken_back() -> None:
    assert limits.decide(action=Action.RESUME, status=A, is_pausing=True, is_looking_on=False) is None
    assert limits.decide(action=Action.RESUME, status=T, is_pausing=True, is_looking_on=False) is Reason.INVALID_STATE


@pytest.mark.parametrize("action", list(Action))
def test_who_looks_on_may_read_and_nothing_else(action: Action) -> None:
    found = limits.decide(action=action, status=None, is_looking_on=True)

    reads = action in (Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT)
    assert found is (None if reads else Reason.READ_ONLY_SESSION)


ALWAYS = {Action.UNDO_CANCEL, Action.RESUME, Action.PAY_INVOICE}
DEFAULT = ALWAYS | {Action.CANCEL, Action.UPDATE_PAYMENT_METHOD, Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT}
UPDATES = {"price": Action.CHANGE_PLAN, "quantity": Action.CHANGE_QUANTITY, "promotion_code": Action.APPLY_COUPON}


@pytest.mark.parametrize(
    ("stored", "offered"),
    [
        ({}, DEFAULT),
        ({"subscription_cancel": {"enabled": False}}, DEFAULT - {Action.CANCEL}),
        ({"payment_method_update": {"enabled": False}}, DEFAULT - {Action.UPDATE_PAYMENT_METHOD}),
        ({"invoice_history": {"enabled": False}}, DEFAULT - {Action.DOWNLOAD_INVOICE}),
        ({"product_access": {"enabled": False}}, DEFAULT - {Action.ACCESS_PRODUCT}),
        ({"subscription_pause": {"enabled": True}}, DEFAULT | {Action.PAUSE}),
        ({"subscription_resubscribe": {"enabled": True}}, DEFAULT | {Action.RESUBSCRIBE}),
        ({"refund_request": {"enabled": True}}, DEFAULT | {Action.REQUEST_REFUND}),
        ({"tickets": {"enabled": True}}, DEFAULT | {Action.OPEN_TICKET}),
        ({"subscription_update": {"enabled": True}}, DEFAULT),
        ({"subscription_update": {"enabled": False, "default_allowed_updates": ["price"]}}, DEFAULT),
        *(
            ({"subscription_update": {"enabled": True, "default_allowed_updates": [word]}}, DEFAULT | {action})
            for word, action in UPDATES.items()
        ),
    ],
)
def test_a_portal_offers_what_its_features_say(stored: dict[str, Any], offered: set[Action]) -> None:
    calculated = features.calculate(stored)

    assert offered == {each for each in Action if offering.decide(action=each, features=calculated).is_enabled}


@pytest.mark.parametrize(
    ("stored", "manual"),
    [
        ({}, set()),
        ({"subscription_cancel": {"execution": "manual"}}, {Action.CANCEL}),
        ({"refund_request": {"execution": "manual"}}, {Action.REQUEST_REFUND}),
    ],
)
def test_cancel_and_refund_may_be_carried_out_by_a_person(stored: dict[str, Any], manual: set[Action]) -> None:
    calculated = features.calculate(stored)

    assert manual == {each for each in Action if offering.decide(action=each, features=calculated).is_manual}
