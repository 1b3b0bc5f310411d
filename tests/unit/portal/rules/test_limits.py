"""What the platform has against an action, state by state, and what a portal offers, feature by feature."""

from typing import Any

import pytest

from services.portal.rules import limits
from services.portal.rules.limits import STATES
from services.portal.rules.policy import Action, Reason
from services.portal.rules.portals import features, offering
from services.portal.rules.subscriptions.lifecycle import MOVES, Move, Status

STATELESS = {
    Action.UPDATE_PAYMENT_METHOD,
    Action.PAY_INVOICE,
    Action.REQUEST_REFUND,
    Action.DOWNLOAD_INVOICE,
    Action.CHANGE_EMAIL,
    Action.UPDATE_DETAILS,
}
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
        found = limits.decide(action=action, status=status)

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
    assert limits.decide(action=Action.RESUME, status=A, is_pausing=True) is None
    assert limits.decide(action=Action.RESUME, status=T, is_pausing=True) is Reason.INVALID_STATE


PAPERS = {Action.DOWNLOAD_INVOICE, Action.PAY_INVOICE}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (None, set(Action)),
        ("owner", set(Action)),
        ("billing_manager", set(Action) - {Action.CHANGE_EMAIL}),
        ("accountant", PAPERS),
        ("viewer", {Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT}),
        ("janitor", set()),
        ("", set()),
    ],
)
def test_a_customers_people_do_what_their_role_covers(role: str | None, may: set[Action]) -> None:
    for action in Action:
        found = limits.decide(action=action, status=None, role=role)

        assert found is (None if action in may else Reason.ROLE_NOT_ALLOWED)


ALWAYS = {Action.UNDO_CANCEL, Action.RESUME, Action.PAY_INVOICE}
DEFAULT = ALWAYS | {
    *(Action.CANCEL, Action.UPDATE_PAYMENT_METHOD, Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT),
    Action.UPDATE_DETAILS,
}
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
        (
            {"customer_update": {"allowed_updates": ["email"]}},
            DEFAULT - {Action.UPDATE_DETAILS} | {Action.CHANGE_EMAIL},
        ),
        ({"customer_update": {"enabled": False, "allowed_updates": ["email"]}}, DEFAULT - {Action.UPDATE_DETAILS}),
        ({"customer_update": {"allowed_updates": ["phone"]}}, DEFAULT),
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
