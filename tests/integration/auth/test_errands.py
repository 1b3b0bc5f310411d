"""M17, L05: what everybody holds of a customer is collected in auth's own name, and brought to portal."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from services.auth.actions import vendors
from services.auth.actions.errands import TRIES
from services.auth.jobs import run_errands
from services.auth.models import Errand
from shared.errors import Unavailable
from shared.events import CustomerErased, CustomerExportRequested
from tests.integration.auth.house import NOON, House
from tests.integration.auth.test_session_pages import signed_in


@dataclass
class Others:
    """Stands where the siblings are."""

    away: bool = False
    brought: list[dict[str, Any]] = field(default_factory=list)

    def holdings(self, *, vendor: str, mode: str, customer: str, passport: str) -> dict[str, Any]:
        assert passport
        if self.away:
            raise Unavailable(part="invoices")
        return {"invoices": {"invoices": [{"id": "inv_1"}]}, "notifications": {"messages": []}}

    def bring_parts(self, export: str, *, vendor: str, mode: str, parts: dict[str, Any], passport: str) -> None:
        self.brought.append({"export": export, "vendor": vendor, "mode": mode, **parts})


@pytest.fixture
def others(house: House) -> Others:
    stand_in: Any = Others()
    house.adapters = replace(house.adapters, siblings=stand_in)
    return stand_in  # type: ignore[no-any-return]


def wanted() -> CustomerExportRequested:
    return CustomerExportRequested(export="exp_1", customer="cus_1")


def run(house: House, *, seconds: float = 0) -> int:
    return run_errands(house.database.begin, now=NOON + timedelta(seconds=seconds), adapters=house.adapters)


@pytest.mark.feature("L05", "M17")
def test_all_parts_are_brought_once_and_none_of_them_is_a_secret(
    house: House, vendor: vendors.Registered, mira: str, others: Others
) -> None:
    signed_in(house, mira)
    for _ in range(2):
        house.hear(wanted(), vendor=vendor.vendor.id)

    done = [run(house), run(house)]

    (parts,) = others.brought
    assert done == [1, 0]
    assert (parts["export"], parts["vendor"], parts["mode"]) == ("exp_1", vendor.vendor.id, "live")
    assert parts["invoices"] == {"invoices": [{"id": "inv_1"}]}
    assert [each["email"] for each in parts["auth"]["identities"]] == [mira]
    assert [each["way_in"] for each in parts["auth"]["portal_sessions"]] == ["email_link"]
    assert not any(word in str(parts) for word in ("token_hash", "code_mac", "sealed", "secret"))
    assert house.rows(Errand) == []


def test_a_sibling_that_is_away_is_asked_again_until_nobody_waits_any_more(
    house: House, vendor: vendors.Registered, mira: str, others: Others
) -> None:
    house.hear(wanted(), vendor=vendor.vendor.id)
    others.away = True
    first = run(house)
    others.away = False

    early, later = run(house, seconds=1), run(house, seconds=3)

    assert (first, early, later) == (0, 0, 1)
    house.hear(wanted(), vendor=vendor.vendor.id)
    others.away = True
    for number in range(TRIES):
        run(house, seconds=100 * (number + 1))
    assert house.rows(Errand) == []


def test_of_somebody_who_was_erased_nothing_is_collected(
    house: House, vendor: vendors.Registered, mira: str, others: Others
) -> None:
    house.hear(wanted(), vendor=vendor.vendor.id)
    gone = CustomerErased(customer="cus_1", erased_at=NOON.isoformat(), kept_until="2036-12-31", revision=9)
    house.hear(gone, vendor=vendor.vendor.id)
    house.hear(wanted(), vendor=vendor.vendor.id)

    assert (run(house), others.brought) == (0, [])
