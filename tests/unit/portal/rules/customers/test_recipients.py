"""To which further addresses documents go, and when their owners may be asked."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.customers import recipients
from services.portal.rules.customers.recipients import (
    AskedTooOften,
    Known,
    RecipientConfirmed,
    RecipientExists,
    RecipientSaidNo,
    Status,
    TooManyRecipients,
)
from shared.errors import Invalid, Refusal

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OWN = "ada@tessaly.example"


def known(
    key: str = "books@x.test", *, status: Status = Status.PENDING, ago: tuple[float, ...] = (), no: int | None = None
) -> Known:
    """`ago`: minutes since it was asked; `no`: days since it said no."""
    return Known(
        key=key,
        status=status,
        said_no_at=None if no is None else NOON - timedelta(days=no),
        asked=tuple(NOON - timedelta(minutes=each) for each in ago),
    )


def add(key: str, *there: Known) -> None:
    recipients.require_new(key, own=OWN, known=there, now=NOON)


def test_a_new_address_may_be_asked() -> None:
    add("books@x.test", known("other@x.test", ago=(1,)))


def test_the_customers_own_address_is_refused_by_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        add(OWN)

    assert [(each.field, each.code) for each in refused.value.fields] == [("email", "own_address")]


@pytest.mark.parametrize("status", [Status.PENDING, Status.CONFIRMED, Status.UNSUBSCRIBED])
def test_none_is_there_twice(status: Status) -> None:
    with pytest.raises(RecipientExists):
        add("books@x.test", known(status=status, ago=(600,)))


def test_ten_is_the_most_and_removed_ones_make_room() -> None:
    nine = [known(f"{number}@x.test", status=Status.CONFIRMED) for number in range(9)]
    removed = known("gone@x.test", status=Status.REMOVED)

    add("tenth@x.test", *nine, removed)
    with pytest.raises(TooManyRecipients):
        add("eleventh@x.test", *nine, known("tenth@x.test", status=Status.CONFIRMED))


@pytest.mark.parametrize(("days", "is_free"), [(0, False), (29, False), (30, True)])
def test_who_said_no_is_left_alone_for_thirty_days_though_removed(days: int, is_free: bool) -> None:
    said_no = known(status=Status.REMOVED, no=days)

    if is_free:
        add("books@x.test", said_no)
    else:
        with pytest.raises(RecipientSaidNo):
            add("books@x.test", said_no)


@pytest.mark.parametrize(
    ("there", "seconds"),
    [
        ([known(status=Status.REMOVED, ago=(5,))], 300),  # not twice within ten minutes
        ([known(status=Status.REMOVED, ago=(700, 600, 500))], (24 * 60 - 700) * 60),  # three a day
        ([known(f"{each}@x.test", status=Status.REMOVED, ago=(each + 20,)) for each in range(10)], 31 * 60),
    ],
)
def test_nobodys_mailbox_is_filled_though_addresses_are_removed_in_between(there: list[Known], seconds: int) -> None:
    with pytest.raises(AskedTooOften) as refused:
        add("books@x.test", *there)

    assert refused.value.retry_after == seconds


def test_asking_again_is_for_those_who_have_not_answered() -> None:
    pending = known(ago=(10,))
    recipients.require_again(pending, known=[pending], now=NOON)
    for status, refusal in ((Status.CONFIRMED, RecipientConfirmed), (Status.UNSUBSCRIBED, RecipientSaidNo)):
        with pytest.raises(refusal):
            recipients.require_again(known(status=status), known=[], now=NOON)


@pytest.mark.parametrize(("given_kinds", "code"), [([], "required"), (["invoice", "gossip"], "not_a_choice")])
def test_documents_are_some_of_those_there_are(given_kinds: list[str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        recipients.documents(given_kinds)

    assert [(each.field, each.code) for each in refused.value.fields] == [("documents", code)]
    assert recipients.documents(["invoice", "invoice"]) == ("invoice",)


@given(waits=st.lists(st.integers(min_value=0, max_value=4_000), max_size=60), keys=st.lists(st.integers(0, 3)))
def test_whatever_a_customer_tries_no_address_is_asked_more_often_than_said(waits: list[int], keys: list[int]) -> None:
    """Adding and removing by turns, at any moments: the limits hold over every window, not only from the first ask."""
    asked: dict[str, list[datetime]] = {}
    now = NOON
    for wait, number in zip(waits, keys, strict=False):
        now += timedelta(seconds=wait)
        key = f"{number}@x.test"
        there = [
            Known(key=each, status=Status.REMOVED, said_no_at=None, asked=recipients.recent(moments, now=now))
            for each, moments in asked.items()
        ]
        try:
            recipients.require_new(key, own=OWN, known=there, now=now)
        except Refusal:
            continue
        asked.setdefault(key, []).append(now)
    for moments in asked.values():
        for first, second in pairwise(moments):
            assert second - first >= recipients.REST
        for first, fourth in zip(moments, moments[recipients.ASKS_A_DAY :], strict=False):
            assert fourth - first >= recipients.DAY
    everything = sorted(moment for moments in asked.values() for moment in moments)
    for first, eleventh in zip(everything, everything[recipients.ASKS_AN_HOUR :], strict=False):
        assert eleventh - first >= recipients.HOUR
