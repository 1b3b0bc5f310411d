"""SE-07: no other site sends a form of the console's or of the global portal's, whoever is signed in there."""

import re

import pytest

from services.auth.actions import vendors
from services.auth.models import ApiKey, IdentitySecret, VendorUser
from services.auth.models import Entry as WayIn
from tests.integration.auth.house import PUBLIC_URL, House
from tests.integration.auth.staffing import sign_in

_PLACES = re.compile(r"<(?:\w+:)?(\w+)>")
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://shop.localhost:8080"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
]


def forms(house: House) -> list[str]:
    """Every address outside of portals that takes a form."""
    rules = [rule for rule in house.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    ours = [rule.rule for rule in rules if rule.rule.startswith(("/console", "/billing"))]
    return sorted({_PLACES.sub(lambda place: f"{place[1]}_1", each) for each in ours})


def test_there_are_forms_of_both(house: House) -> None:
    found = forms(house)

    assert {"/console/sign-out", "/billing/sign-out", "/console/access/people", "/console/access/keys"} <= set(found)
    assert len(found) > 12


@pytest.mark.feature("J12")
@pytest.mark.parametrize("headers", FOREIGN, ids=["another site", "a sibling", "origin null", "another port"])
def test_a_form_from_elsewhere_is_refused_although_an_owner_is_signed_in(
    house: House, vendor: vendors.Registered, headers: dict[str, str]
) -> None:
    console = sign_in(house)
    console.browser.headers.pop("Sec-Fetch-Site")
    console.browser.headers |= headers
    kept = [len(house.rows(table)) for table in (VendorUser, ApiKey, IdentitySecret, WayIn)]

    for path in forms(house):
        answer = console.post(path, do="invite", email="evil@evil.example", role="owner", name="Evil", reason="evil")
        assert answer.status_code == 403, path

    assert [len(house.rows(table)) for table in (VendorUser, ApiKey, IdentitySecret, WayIn)] == kept
    assert console.passport() is not None


@pytest.mark.feature("J12")
def test_our_own_origin_without_the_token_is_refused(house: House, vendor: vendors.Registered) -> None:
    console = sign_in(house)

    for path in forms(house):
        bare = console.browser.client.post(
            path, base_url=PUBLIC_URL, data={"email": "evil@evil.example"}, headers=console.browser.headers
        )
        assert bare.status_code == 403, path
