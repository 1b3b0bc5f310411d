"""The console's page about the account: what is deleted when, and the way out, for owners alone."""

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import Vendor
from shared import lifetimes
from tests.integration.auth.house import House
from tests.integration.auth.staffing import Console, hire, sign_in
from tests.integration.auth.test_standing import said

PAGE = "/console/access/account"


def employee(house: House, vendor: Registered, role: str) -> Console:
    return sign_in(house, hire(house, vendor.vendor.id, role, f"{role}@staff.example"))


def standing(house: House, vendor: Registered) -> str:
    with house.database.begin() as session:
        return session.get_one(Vendor, vendor.vendor.id).standing


def test_it_says_of_everything_how_long_it_is_kept(house: House, vendor: Registered) -> None:
    page = employee(house, vendor, "read_only").get(PAGE).text

    assert page.count("<dt>") == len(lifetimes.KEPT) + 1
    assert "400 days" in page
    assert "1 day<" in page
    assert "10 years after the end of the year" in page
    assert "console.account" not in page
    assert 'name="slug"' not in page


@pytest.mark.parametrize("typed", ["", "Acme", "acme-"])
def test_another_word_than_its_name_closes_nothing(house: House, vendor: Registered, typed: str) -> None:
    answer = employee(house, vendor, "owner").post(PAGE, slug=typed)

    assert answer.status_code == 422, answer.text
    assert "Read what it risks, and accept it." in answer.text
    assert standing(house, vendor) == "active"


@pytest.mark.feature("L07")
def test_an_owner_closes_it_for_good(house: House, vendor: Registered) -> None:
    owner, admin = employee(house, vendor, "owner"), employee(house, vendor, "admin")

    refused = admin.post(PAGE, slug=vendor.vendor.slug)
    closed = owner.post(PAGE, slug=f" {vendor.vendor.slug} ")

    assert refused.status_code == 403
    assert closed.status_code == 200, closed.text
    assert f"{vendor.vendor.display_name} is closed" in closed.text
    assert standing(house, vendor) == "closed"
    assert said(house)[-1] == "vendor.closed.v1"
    assert (owner.passport(), admin.passport()) == (None, None)
