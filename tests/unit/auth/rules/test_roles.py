"""What a vendor's own people may do, and hand on."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.rules import looking_on, roles
from services.auth.rules.api_key import SCOPES
from services.auth.rules.roles import SCOPES_OF, Ability, LastOwner, Role, RoleExceedsOwn
from shared.errors import Invalid

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "ability", "may"),
    [
        (Role.READ_ONLY, Ability.SEE_CUSTOMERS, True),
        (Role.READ_ONLY, Ability.VIEW_AS, False),
        (Role.READ_ONLY, Ability.USE_LINKS, False),
        (Role.SUPPORT, Ability.VIEW_AS, True),
        (Role.SUPPORT, Ability.MANAGE_KEYS, False),
        (Role.ADMIN, Ability.MANAGE_KEYS, True),
        (Role.ADMIN, Ability.ACCEPT_DIRECT_ACTIONS, True),
        (Role.ADMIN, Ability.MANAGE_PEOPLE, False),
        (Role.OWNER, Ability.MANAGE_PEOPLE, True),
    ],
)
def test_who_may_what(role: Role, ability: Ability, may: bool) -> None:
    assert roles.may(role, ability) is may


@pytest.mark.parametrize("ability", list(Ability))
def test_the_least_role_of_an_ability_has_it_and_the_one_below_does_not(ability: Ability) -> None:
    least = roles.least(ability)
    ordered = list(Role)

    assert roles.may(least, ability)
    assert not any(roles.may(role, ability) for role in ordered[ordered.index(least) + 1 :])


def test_marks_of_a_role_are_its_own_and_those_below() -> None:
    assert roles.at_or_below(Role.OWNER) == tuple(Role)
    assert roles.at_or_below(Role.READ_ONLY) == (Role.READ_ONLY,)


def test_a_sign_in_is_fresh_for_thirty_minutes() -> None:
    assert roles.is_fresh(proven_at=NOW - timedelta(minutes=30), now=NOW)
    assert not roles.is_fresh(proven_at=NOW - timedelta(minutes=30, seconds=1), now=NOW)
    assert not roles.is_fresh(proven_at=None, now=NOW)


@pytest.mark.parametrize("giver", list(Role))
@pytest.mark.parametrize("given", list(Role))
def test_nobody_gives_more_than_they_have(giver: Role, given: Role) -> None:
    ordered = list(Role)
    if ordered.index(given) >= ordered.index(giver):
        roles.check_grant(given, own=SCOPES_OF[giver])
    else:
        with pytest.raises(RoleExceedsOwn):
            roles.check_grant(given, own=SCOPES_OF[giver])


def test_one_scope_less_is_too_little_and_the_operator_may_all() -> None:
    for scope in SCOPES_OF[Role.SUPPORT]:
        with pytest.raises(RoleExceedsOwn):
            roles.check_grant(Role.SUPPORT, own=set(SCOPES) - {scope})
    roles.check_grant(Role.OWNER, own=None)


def test_whoever_only_looks_has_no_scope_that_writes_or_opens_doors() -> None:
    assert all(scope.endswith(":read") for scope in SCOPES_OF[Role.READ_ONLY])
    assert "subscriber_links:read" not in SCOPES_OF[Role.READ_ONLY]
    assert "vendor_users:write" not in SCOPES_OF[Role.ADMIN]


@pytest.mark.parametrize(
    ("role", "new_role", "owners", "stays"),
    [
        (Role.OWNER, None, 1, True),
        (Role.OWNER, Role.ADMIN, 1, True),
        (Role.OWNER, Role.OWNER, 1, False),
        (Role.OWNER, None, 2, False),
        (Role.SUPPORT, None, 1, False),
    ],
)
def test_the_last_owner_stays(role: Role, new_role: Role | None, owners: int, stays: bool) -> None:
    if stays:
        with pytest.raises(LastOwner):
            roles.check_owner_stays(role=role, new_role=new_role, owners=owners)
    else:
        roles.check_owner_stays(role=role, new_role=new_role, owners=owners)


def test_a_reason_is_kept_in_one_line() -> None:
    assert looking_on.decide("  Asks why\n the invoice says 19 % ") == "Asks why the invoice says 19 %"


@pytest.mark.parametrize("reason", ["", "  ", "ok", "x" * 301, "a\u202eb c"])
def test_what_is_no_reason(reason: str) -> None:
    with pytest.raises(Invalid):
        looking_on.decide(reason)
