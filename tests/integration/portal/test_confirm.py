"""A customer's second step: the confirmation of exactly what was shown, by somebody lately proven."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.portal.actions import subscriptions
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.subscriptions.lifecycle import Status
from shared import clock
from shared.errors import StepUpRequired
from shared.events import SubscriptionCanceled
from tests.integration.portal.shop import Shop, Who, count
from tests.integration.portal.steps import cancel, prepare, undo


@pytest.mark.feature("C03")
def test_a_customer_confirms_what_was_shown_and_it_counts_once(shop: Shop) -> None:
    subscription = shop.subscription()

    preview = prepare(shop, subscription)
    done = cancel(shop, subscription, preview.confirmation, feedback="too_expensive", comment=" Too dear ")

    assert (done.changed, done.status, done.ends_at) == (True, Status.CANCELED, preview.ends_at)
    assert preview.never_charged is not None
    assert preview.never_charged.amount == 5000
    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["cancellation_comment"] == "Too dear"
    with pytest.raises(ConfirmationInvalid):
        cancel(shop, subscription, preview.confirmation)
    undo(shop, subscription)
    with pytest.raises(ConfirmationInvalid):
        cancel(shop, subscription, preview.confirmation)
    assert len(shop.said(SubscriptionCanceled)) == 1


def test_looking_at_the_confirm_page_saves_nothing(shop: Shop) -> None:
    subscription = shop.subscription()
    before = [count(shop.database, table) for table in ("confirmations", "action_log", "outbox")]

    for _ in range(3):
        prepare(shop, subscription)

    assert [count(shop.database, table) for table in ("confirmations", "action_log", "outbox")] == before


@pytest.mark.parametrize("wrong", ["none", "nonsense", "altered", "other key", "other session", "other subscription"])
def test_a_confirmation_of_something_else_is_worth_nothing(shop: Shop, wrong: str) -> None:
    subscription = shop.subscription()
    good = prepare(shop, subscription).confirmation
    with shop.as_customer(subscription["customer"]) as session:
        other_key = subscriptions.prepare_cancellation(
            session, subscription_id=subscription["id"], by=shop.who(), key="x" * 32, now=clock.now()
        ).confirmation
    confirmation = {
        "none": None,
        "nonsense": "e30.x",
        "altered": good[:-2] + ("AA" if not good.endswith("AA") else "BB"),
        "other key": other_key,
        "other session": prepare(shop, subscription, shop.who(session="ses_2")).confirmation,
        "other subscription": prepare(shop, shop.subscription()).confirmation,
    }[wrong]

    with pytest.raises(ConfirmationInvalid):
        cancel(shop, subscription, confirmation)

    assert shop.said(SubscriptionCanceled) == []
    assert shop.get(f"/v1/subscriptions/{subscription['id']}") == subscription


def test_a_confirmation_expires(shop: Shop) -> None:
    subscription = shop.subscription()
    preview = prepare(shop, subscription)

    with clock.fixed(preview.expires_at), pytest.raises(ConfirmationInvalid):
        cancel(shop, subscription, preview.confirmation)


def test_a_confirmation_of_what_has_changed_since_is_refused_and_says_so(shop: Shop) -> None:
    subscription = shop.subscription()
    preview = prepare(shop, subscription)

    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    shop.patch(
        f"/v1/portal_configurations/{portal['id']}", {"features": {"subscription_cancel": {"mode": "immediately"}}}
    )

    with pytest.raises(PreviewOutdated):
        cancel(shop, subscription, preview.confirmation)
    done = cancel(shop, subscription, prepare(shop, subscription).confirmation)
    assert done.status is Status.ENDED


@pytest.mark.parametrize(
    ("who", "may_undo"),
    [
        (Who(assurance="viewer"), False),
        (Who(proven_at=clock.now() - timedelta(minutes=31)), True),
        (Who(proven_at=None), False),
    ],
    ids=["viewer", "too long ago", "never"],
)
def test_canceling_wants_fresh_proof(shop: Shop, who: Who, may_undo: bool) -> None:
    subscription = shop.subscription()
    confirmation = prepare(shop, subscription).confirmation
    weak = replace(who, portal=shop.portal)

    with pytest.raises(StepUpRequired):
        cancel(shop, subscription, confirmation, weak)
    with pytest.raises(StepUpRequired):
        prepare(shop, subscription, weak)
    cancel(shop, subscription, confirmation)
    if may_undo:
        assert undo(shop, subscription, weak).changed
    else:
        with pytest.raises(StepUpRequired):
            undo(shop, subscription, weak)
