"""Whom a customer may let in, as what, and who decides."""

import pytest

from services.auth.rules import delegate, new_email
from services.auth.rules.delegate import Grant, Role
from shared.errors import Invalid

ROLES = [None, *Role]


@pytest.mark.parametrize("role", [*ROLES, "king"])
def test_the_customer_and_owners_decide_and_nobody_else(role: str | None) -> None:
    may = role in (None, Role.OWNER)

    assert delegate.may_manage(role) is may
    if not may:
        with pytest.raises(delegate.RoleNotAllowed):
            new_email.decide(is_offered=True, role=role)
    with pytest.raises(new_email.EmailChangeOff):
        new_email.decide(is_offered=False, role=role)


@pytest.mark.parametrize(
    ("wanted", "now_is", "given"),
    [
        ("viewer", None, Grant("viewer", None)),
        ("owner", None, Grant("viewer", "owner")),
        ("owner", "accountant", Grant("accountant", "owner")),
        ("owner", "owner", Grant("owner", None)),
        ("billing_manager", "owner", Grant("billing_manager", None)),
    ],
)
def test_to_be_an_owner_takes_two(wanted: str, now_is: str | None, given: Grant) -> None:
    assert delegate.grant(wanted, now_is=now_is) == given


def test_there_are_four_roles() -> None:
    with pytest.raises(Invalid):
        delegate.grant("king", now_is=None)


@pytest.mark.parametrize(
    ("taken", "people", "lately", "refusal"),
    [
        ({"noor@x.example"}, 1, 0, delegate.DelegateExists),
        (set(), 50, 0, delegate.TooManyDelegates),
        (set(), 49, 20, delegate.TooManyInvitations),
        (set(), 49, 19, None),
    ],
)
def test_who_is_there_and_how_many_limit_it(
    taken: set[str], people: int, lately: int, refusal: type[Exception] | None
) -> None:
    def check() -> None:
        delegate.check_invitation(key="noor@x.example", taken=taken, people=people, invited_last_hour=lately)

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()
