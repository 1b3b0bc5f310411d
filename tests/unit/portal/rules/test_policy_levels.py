"""The policy, from any combination of what five levels say: a model of the sentence that describes it."""

from hypothesis import given
from hypothesis import strategies as some

from services.portal.rules import policy
from services.portal.rules.policy import Action, Answer, Decision, Level, Reason, Say, Setting

ACTIONS = some.sampled_from(list(Action))
LIMITS = some.none() | some.sampled_from(list(Reason))
SAYS = some.builds(Say, some.sampled_from(list(Setting)), some.none() | some.text(max_size=5))
DECISIONS = {
    Setting.ALLOW: Decision.ALLOWED,
    Setting.NEEDS_APPROVAL: Decision.NEEDS_APPROVAL,
    Setting.DENY: Decision.DENIED,
}


@given(ACTIONS, some.booleans(), some.booleans(), SAYS, SAYS, SAYS)
def test_the_most_specific_wins(
    action: Action, is_by_hand: bool, is_manual: bool, product: Say, plan: Say, subscription: Say
) -> None:
    answer = policy.decide(
        action=action,
        limit=None,
        is_by_hand=is_by_hand,
        is_enabled=True,
        is_manual=is_manual,
        product=product,
        plan=plan,
        subscription=subscription,
    )

    own = [say for say in (subscription, plan, product) if say.setting is not Setting.INHERIT]
    expected = DECISIONS[own[0].setting] if own else Decision.ALLOWED
    if (is_manual or is_by_hand) and expected is Decision.ALLOWED:
        expected = Decision.NEEDS_APPROVAL
    assert answer.decision is expected
    consistent(answer)


@given(ACTIONS, LIMITS, some.booleans(), some.booleans(), SAYS, SAYS, SAYS)
def test_the_first_two_levels_are_final(
    action: Action,
    limit: Reason | None,
    is_enabled: bool,
    is_manual: bool,
    product: Say,
    plan: Say,
    subscription: Say,
) -> None:
    answer = policy.decide(
        action=action,
        limit=limit,
        is_enabled=is_enabled,
        is_manual=is_manual,
        product=product,
        plan=plan,
        subscription=subscription,
    )

    if limit is not None:
        assert (answer.decision, answer.level, answer.reason) == (Decision.DENIED, Level.PLATFORM, limit)
    elif not is_enabled:
        assert (answer.level, answer.reason) == (Level.CONFIGURATION, Reason.FEATURE_DISABLED)
    consistent(answer)


@given(ACTIONS, some.sampled_from([Reason.NOT_PAID_YET, Reason.NO_ACTIVE_SUBSCRIPTION]), SAYS)
def test_a_closed_gate_is_final_too(action: Action, gate: Reason, subscription: Say) -> None:
    answer = policy.decide(action=action, limit=None, is_enabled=True, gate=gate, subscription=subscription)

    assert (answer.decision, answer.level, answer.reason) == (Decision.DENIED, Level.CONFIGURATION, gate)
    consistent(answer)


def consistent(answer: Answer) -> None:
    """Who denies says why; who decided is among those who spoke, and said the same."""
    assert (answer.decision is Decision.DENIED) is (answer.reason is not None)
    assert [each.level for each in answer.said] == list(Level)
    [decisive] = [each for each in answer.said if each.level is answer.level]
    assert (decisive.reason, decisive.message) == (answer.reason, answer.message)
    assert DECISIONS[decisive.setting] is answer.decision
