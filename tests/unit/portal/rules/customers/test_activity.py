"""What a customer reads of the action log."""

import pytest

from services.portal.rules.customers import activity
from services.portal.rules.customers.activity import SENTENCES, SILENT, Told, Who
from shared.i18n import LANGUAGES, catalog


@pytest.mark.parametrize(
    ("kind", "who"),
    [("customer", Who.YOU), ("staff", Who.SHOP), ("key", Who.SHOP), ("system", Who.BURSAR), ("new", Who.BURSAR)],
)
def test_who_has_done_it(kind: str, who: Who) -> None:
    assert activity.decide(action="subscription.canceled", actor_kind=kind) == Told("subscription.canceled", who)


def test_what_has_no_sentence_is_told_all_the_same() -> None:
    assert activity.decide(action="something.new", actor_kind="key") == Told("other", Who.SHOP)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there(language: str) -> None:
    known = catalog(language)

    assert [each for each in (*SENTENCES, "other") if f"portal.activity.said.{each}" not in known] == []
    assert not SENTENCES & SILENT
