"""ML-13: no address laundered through us leads to anybody but the vendor, whichever field it is sent in."""

from typing import Any

import pytest

from services.auth.actions import vendors
from services.auth.models import Entry, PortalSession
from tests.integration.auth.house import NOON, PUBLIC_URL, House, a_portal_v3
from tests.integration.auth.opening import create, made, use
from tests.integration.auth.signing import Signer, a_signer, arrive

OWN = "https://ok.tld"
EVIL = (
    "//evil.tld",
    "/\\evil.tld",
    "\\\\evil.tld",
    "https:evil.tld",
    "https:/\\evil.tld",
    "https:///evil.tld",
    "https://ok.tld@evil.tld",
    "https://ok.tld%40evil.tld",
    "https://ok.tld%2eevil.tld",
    "https://ok.tld.evil.tld",
    "https://evil.tld#.ok.tld",
    "https://evil.tld\\.ok.tld",
    "https://evil.tld/https://ok.tld",
    "/%09/evil.tld",
    "/%2f/evil.tld",
    "/%5cevil.tld",
    "\t//evil.tld",
    "\n//evil.tld",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://ok.tld:444/",
    "https://sub.ok.tld/",
    "https://ok\u3002tld/",
    "https://\uff4fk.tld/",
    "https://ok.tld\u200b/",
    "http://ok.tld/",
    "ftp://ok.tld/",
    "https://ok.tld/" + "x" * 8_192,
)


@pytest.fixture
def key(house: House, vendor: vendors.Registered, mira: str) -> str:
    """Acme's portal may lead back to one origin."""
    portal = a_portal_v3(
        methods=("email", "portal_session", "hmac_v1"), embed={"allowed_origins": [OWN]}, default_return_url=f"{OWN}/"
    )
    house.hear(portal, vendor=vendor.vendor.id)
    return vendor.keys["live"].secret


@pytest.mark.feature("B22")
@pytest.mark.parametrize("evil", EVIL)
def test_a_portal_session_takes_no_other_way_back(house: House, key: str, evil: str) -> None:
    """Refused when it is made; nothing is kept."""
    way_back = create(house, key, customer="cus_1", return_url=evil)
    completion = create(
        house,
        key,
        customer="cus_1",
        flow_data={
            "type": "payment_method_update",
            "after_completion": {"type": "redirect", "redirect": {"return_url": evil}},
        },
    )

    assert {way_back.status_code, completion.status_code} <= {400, 422}
    assert evil not in str([each["detail"] for each in way_back.json["errors"]])
    assert house.rows(Entry) == []


@pytest.mark.feature("B22")
@pytest.mark.parametrize("field", ["return_url", "origin"])
def test_the_page_around_a_frame_takes_no_other_way_back(
    house: House, key: str, vendor: vendors.Registered, field: str
) -> None:
    signer: Signer = a_signer(house, vendor)

    for at, evil in enumerate(EVIL):
        proof = {"email": "mira@tessaly.example", "hash": signer.v1("mira@tessaly.example")}
        answer = arrive(house, address=f"198.51.100.{at}", visit={field: evil}, **proof)
        asked = house.app.test_client(use_cookies=False).post(
            "/embed/acme/code",
            json={"email": "mira@tessaly.example", "visit": {field: evil}},
            base_url=PUBLIC_URL,
            headers={"X-Real-IP": f"198.51.100.{at}"},
        )
        assert answer.status_code in (400, 422), evil
        assert asked.status_code in (400, 422), evil

    house.post_mails(now=NOON)
    assert house.rows(PortalSession) == []
    assert house.mailroom.mails == []


@pytest.mark.parametrize(
    "evil", [*EVIL, "https://ok.tld/", "/p/other", "/console", "/p/acme/../other", "/p/acme//evil"]
)
def test_no_sign_in_leads_out_of_the_portal(house: House, key: str, mira: str, evil: str) -> None:
    """`next` is a page of this portal, or it is the overview; the parameter twice is none."""
    browser = house.browser()

    browser.post("/p/acme/sign-in", email=mira, next=evil)
    house.post_mails(now=NOON)
    to = browser.click(house.mailroom.mails[-1]["link"]).headers["Location"]

    assert to == "/p/acme"
    page = browser.get("/p/acme/sign-in?next=/p/acme/invoices&next=" + evil.replace("#", "%23").replace("\n", "%0a"))
    assert f'value="{evil}"' not in page.text


@pytest.mark.feature("A09")
@pytest.mark.parametrize("name", ["next", "return_url", "return_to", "redirect", "url"])
def test_nothing_that_is_added_to_an_address_changes_where_it_leads(house: House, key: str, name: str) -> None:
    """What was stored when it was made counts; the address is read for its fragment alone."""
    opened = made(house, key, customer="cus_1", return_url=f"{OWN}/account")
    browser = house.browser()
    form: Any = {name: "https://evil.tld/"}

    browser.get(f"/p/acme/sign-in/entry?{name}=https://evil.tld/")
    answer = browser.post(
        "/p/acme/sign-in/entry", headers={"HX-Request": "true"}, token=opened["url"].partition("#t=")[2], **form
    )

    assert answer.headers["HX-Redirect"] == "/p/acme"
    (session,) = house.rows(PortalSession)
    assert session.details == {"return_url": f"{OWN}/account"}


def test_a_way_back_that_was_allowed_when_it_was_made_is_not_read_again(
    house: House, key: str, vendor: vendors.Registered
) -> None:
    """Stored when asked for: the list that counts is the one of that moment."""
    opened = made(house, key, customer="cus_1", return_url=f"{OWN}/account")
    house.hear(a_portal_v3(revision=9, embed={"allowed_origins": []}), vendor=vendor.vendor.id)

    assert use(house.browser(), opened["url"]).status_code == 200
    assert create(house, key, customer="cus_1", return_url=f"{OWN}/account").status_code == 422
