"""One policy, five levels; what proof an action wants; what a confirmation is worth; which purchases show."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product as every

import pytest

from services.portal.rules import assurance, confirmation, policy
from services.portal.rules.assurance import Proof
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated, Shown
from services.portal.rules.policy import Action, Decision, Level, Reason, Say, Setting
from services.portal.rules.products import visibility
from shared.errors import StepUpRequired

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)
INH, A, N, D = Setting.INHERIT, Setting.ALLOW, Setting.NEEDS_APPROVAL, Setting.DENY


@pytest.mark.feature("C28")
@pytest.mark.parametrize(
    ("product", "plan", "subscription", "decision", "level", "reason"),
    [
        (INH, INH, INH, Decision.ALLOWED, Level.CONFIGURATION, None),
        (D, INH, INH, Decision.DENIED, Level.PRODUCT, Reason.PRODUCT_RESTRICTED),
        (D, A, INH, Decision.ALLOWED, Level.PLAN, None),
        (A, D, INH, Decision.DENIED, Level.PLAN, Reason.PLAN_RESTRICTED),
        (D, D, A, Decision.ALLOWED, Level.SUBSCRIPTION, None),
        (A, A, D, Decision.DENIED, Level.SUBSCRIPTION, Reason.SUBSCRIPTION_RESTRICTED),
        (D, N, INH, Decision.NEEDS_APPROVAL, Level.PLAN, None),
        (A, INH, INH, Decision.ALLOWED, Level.PRODUCT, None),
        (N, INH, A, Decision.ALLOWED, Level.SUBSCRIPTION, None),
    ],
)
def test_the_most_specific_level_that_does_not_inherit_decides(
    product: Setting, plan: Setting, subscription: Setting, decision: Decision, level: Level, reason: Reason | None
) -> None:
    answer = policy.decide(
        action=Action.CANCEL,
        limit=None,
        is_enabled=True,
        product=Say(product),
        plan=Say(plan),
        subscription=Say(subscription),
    )

    assert (answer.decision, answer.level, answer.reason) == (decision, level, reason)
    assert answer.is_allowed is (decision is Decision.ALLOWED)


@pytest.mark.feature("C28")
@pytest.mark.parametrize(("product", "plan", "subscription"), list(every(Setting, repeat=3)))
def test_a_refusal_by_platform_or_configuration_is_final(
    product: Setting, plan: Setting, subscription: Setting
) -> None:
    says = {"product": Say(product), "plan": Say(plan), "subscription": Say(subscription)}

    by_platform = policy.decide(action=Action.CANCEL, limit=Reason.INVALID_STATE, is_enabled=True, **says)
    by_portal = policy.decide(action=Action.CANCEL, limit=None, is_enabled=False, **says)

    assert (by_platform.decision, by_platform.level) == (Decision.DENIED, Level.PLATFORM)
    assert (by_portal.decision, by_portal.reason) == (Decision.DENIED, Reason.FEATURE_DISABLED)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_governed_by_all_levels(action: Action) -> None:
    answer = policy.decide(action=action, limit=None, is_enabled=True, plan=Say(D))

    assert (answer.action, answer.reason) == (action, Reason.PLAN_RESTRICTED)


@pytest.mark.feature("C28")
@pytest.mark.parametrize(
    ("plan", "subscription", "decision", "level"),
    [
        (INH, INH, Decision.NEEDS_APPROVAL, Level.CONFIGURATION),
        (A, INH, Decision.NEEDS_APPROVAL, Level.CONFIGURATION),
        (INH, A, Decision.NEEDS_APPROVAL, Level.CONFIGURATION),
        (INH, N, Decision.NEEDS_APPROVAL, Level.SUBSCRIPTION),
        (D, INH, Decision.DENIED, Level.PLAN),
        (A, D, Decision.DENIED, Level.SUBSCRIPTION),
    ],
)
def test_what_a_person_carries_out_needs_approval_unless_it_is_denied(
    plan: Setting, subscription: Setting, decision: Decision, level: Level
) -> None:
    answer = policy.decide(
        action=Action.CANCEL,
        limit=None,
        is_enabled=True,
        is_manual=True,
        plan=Say(plan),
        subscription=Say(subscription),
    )

    assert (answer.decision, answer.level) == (decision, level)


@pytest.mark.feature("M07")
def test_the_answer_tells_what_each_level_said() -> None:
    answer = policy.decide(
        action=Action.PAUSE, limit=None, is_enabled=True, plan=Say(D, "Please call us"), subscription=Say(A, "unused")
    )

    assert [(each.level, each.setting, each.reason, each.message) for each in answer.said] == [
        (Level.PLATFORM, A, None, None),
        (Level.CONFIGURATION, A, None, None),
        (Level.PRODUCT, INH, None, None),
        (Level.PLAN, D, Reason.PLAN_RESTRICTED, "Please call us"),
        (Level.SUBSCRIPTION, A, None, None),
    ]


@pytest.mark.feature("C06")
def test_a_denial_carries_the_vendors_own_sentence() -> None:
    answer = policy.decide(action=Action.CANCEL, limit=None, is_enabled=True, plan=Say(D, "Please call us"))

    assert answer.message == "Please call us"


def test_every_reason_has_a_refusal() -> None:
    assert set(policy.REFUSALS) == set(Reason)
    assert {reason.value for reason in Reason} == {refusal.code for refusal in policy.REFUSALS.values()}


@dataclass(frozen=True)
class Who:
    kind: str = "customer"
    assurance: str | None = "verified"
    proven_at: datetime | None = NOW
    session: str | None = "ses_1"
    portal: str | None = "lark"
    way_in: str | None = "email_code"
    role: str | None = None


HALF_AN_HOUR = timedelta(minutes=30)
LONG_AGO = NOW - HALF_AN_HOUR - timedelta(seconds=1)


READING = {action for action, proof in assurance.NEEDED.items() if proof is Proof.ANY}
NOT_FRESH = READING | {action for action, proof in assurance.NEEDED.items() if proof is Proof.VERIFIED}


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (Who(), set(Action)),
        (Who(proven_at=NOW - HALF_AN_HOUR), set(Action)),
        (Who(proven_at=LONG_AGO), NOT_FRESH),
        (Who(proven_at=None), READING),
        (Who(assurance="viewer"), READING),
        (Who(assurance=None), READING),
        (Who(kind="key", assurance=None, proven_at=None), set(Action)),
    ],
    ids=["fresh", "just fresh", "stale", "never proven", "viewer", "nothing", "key"],
)
def test_an_action_wants_its_proof(who: Who, allowed: set[Action]) -> None:
    for action in Action:
        if action in allowed:
            assurance.require(action=action, by=who, now=NOW)
        else:
            with pytest.raises(StepUpRequired):
                assurance.require(action=action, by=who, now=NOW)


@pytest.mark.feature("A23")
@pytest.mark.parametrize("way_in", ["hmac_v1", "order_number", "permanent_link"])
def test_a_weak_way_in_may_act_where_the_portal_lets_it_but_for_address_and_advances(way_in: str) -> None:
    """SE-16."""
    who = Who(assurance="viewer", way_in=way_in)
    for action in Action:
        for direct in ((way_in,), (), ("email_code",)):
            if action in READING or (direct == (way_in,) and action not in assurance.NEVER_DIRECT):
                assurance.require(action=action, by=who, direct=direct, now=NOW)
            else:
                with pytest.raises(StepUpRequired):
                    assurance.require(action=action, by=who, direct=direct, now=NOW)
        assert assurance.is_told(action=action, by=who) is (action not in READING)


@pytest.mark.parametrize("who", [Who(), Who(kind="key", assurance=None), Who(kind="staff", assurance="viewer")])
def test_who_has_proven_enough_is_told_of_nothing(who: Who) -> None:
    assert not any(assurance.is_told(action=action, by=who) for action in Action)


@pytest.mark.parametrize(
    ("action", "proof"),
    [
        (Action.CANCEL, Proof.FRESH),
        (Action.CHANGE_EMAIL, Proof.FRESH),
        (Action.REQUEST_REFUND, Proof.FRESH),
        (Action.UPDATE_PAYMENT_METHOD, Proof.FRESH),
        (Action.CHANGE_PLAN, Proof.FRESH),
        (Action.UNDO_CANCEL, Proof.VERIFIED),
        (Action.PAUSE, Proof.VERIFIED),
        (Action.UPDATE_DETAILS, Proof.VERIFIED),
        (Action.DOWNLOAD_INVOICE, Proof.ANY),
        (Action.OPEN_TICKET, Proof.ANY),
    ],
)
def test_taking_something_away_wants_fresh_proof(action: Action, proof: Proof) -> None:
    assert assurance.NEEDED[action] is proof


def test_every_action_says_what_proof_it_wants() -> None:
    assert set(assurance.NEEDED) == set(Action)


SHOWN = Shown(session="ses_1", action="cancel", object="sub_1", fingerprint="f")
LATER = NOW + timedelta(minutes=1)


def test_a_confirmation_of_exactly_this_counts() -> None:
    confirmation.decide(given=SHOWN, expires_at=LATER, is_used=False, expected=SHOWN, now=NOW)


@pytest.mark.parametrize(
    ("given", "expires_at", "is_used"),
    [
        (None, LATER, False),
        (SHOWN, None, False),
        (SHOWN, LATER, True),
        (SHOWN, NOW, False),
        (replace(SHOWN, session="ses_2"), LATER, False),
        (replace(SHOWN, action="refund"), LATER, False),
        (replace(SHOWN, object="sub_2"), LATER, False),
        (replace(SHOWN, object="sub_2", fingerprint="g"), LATER, False),
    ],
    ids=["none", "no end", "used", "expired", "session", "action", "object", "object and amount"],
)
def test_a_confirmation_of_something_else_does_not_count(
    given: Shown | None, expires_at: datetime | None, is_used: bool
) -> None:
    with pytest.raises(ConfirmationInvalid):
        confirmation.decide(given=given, expires_at=expires_at, is_used=is_used, expected=SHOWN, now=NOW)


def test_a_genuine_confirmation_of_what_has_changed_is_outdated() -> None:
    with pytest.raises(PreviewOutdated):
        confirmation.decide(
            given=replace(SHOWN, fingerprint="g"), expires_at=LATER, is_used=False, expected=SHOWN, now=NOW
        )


@pytest.mark.feature("C24")
@pytest.mark.parametrize(
    ("product", "campaign", "show_in_portal", "campaigns", "hidden", "shows"),
    [
        ("p", "c", True, None, (), True),
        ("p", "c", False, None, (), False),
        ("p", "c", True, None, ("p",), False),
        ("p", "c", True, ("c",), (), True),
        ("p", "c", True, ("d",), (), False),
        ("p", None, True, ("d",), (), False),
        ("p", None, True, None, ("q",), True),
        ("p", "c", True, ("c",), ("p",), False),
        (None, None, False, ("d",), ("p",), True),
    ],
)
def test_a_purchase_shows_where_its_product_does(
    product: str | None,
    campaign: str | None,
    show_in_portal: bool,
    campaigns: tuple[str, ...] | None,
    hidden: tuple[str, ...],
    shows: bool,
) -> None:
    assert shows is visibility.decide(
        product=product,
        campaign=campaign,
        show_in_portal=show_in_portal,
        campaigns=campaigns,
        hidden_products=hidden,
    )
