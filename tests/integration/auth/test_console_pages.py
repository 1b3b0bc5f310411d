"""The console's pages about access: keys, identity secrets, the checker, customers' links and sessions, ways in."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import ApiKey, IdentitySecret, PortalSession, SubscriberLink
from services.auth.rules.api_key import SCOPES
from shared import clock
from tests.integration.auth.house import NOON, House, a_customer, a_portal_v3
from tests.integration.auth.signing import v1
from tests.integration.auth.staffing import OWNER, Console, forget_pace, hire, sign_in
from tests.integration.auth.test_keys import claims, passport

CUSTOMER = "/console/access/customers/cus_1"


def shown_secret(text: str) -> str:
    found = re.search(r"data-secret>([^<]+)<", text)
    assert found is not None, text
    return unescape(found[1])


@pytest.fixture
def owner(house: House, vendor: Registered) -> Console:
    return sign_in(house)


@pytest.fixture
def admin(house: House, vendor: Registered) -> Console:
    return sign_in(house, hire(house, vendor.vendor.id, "admin"))


@pytest.mark.feature("J06")
def test_a_key_is_shown_once_and_works(house: House, owner: Console) -> None:
    answer = owner.post(
        "/console/access/keys", do="make", name="Shop server", kind="rk", scopes=["customers:read", "invoices:read"]
    )

    secret = shown_secret(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    said = claims(house, secret)
    assert (said["mode"], said["scopes"]) == ("live", ["customers:read", "invoices:read"])
    again = owner.get("/console/access/keys").text
    assert secret not in again
    assert "Shop server" in again
    assert OWNER in again  # who made it


@pytest.mark.feature("J06")
def test_a_key_is_replaced_and_revoked(house: House, owner: Console) -> None:
    first = shown_secret(owner.post("/console/access/keys", do="make", name="A", kind="sk").text)
    key = claims(house, first)["sub"]

    second = shown_secret(owner.post("/console/access/keys", do="roll", key=key, overlap="0").text)
    assert set(claims(house, second)["scopes"]) == set(SCOPES)
    with clock.fixed(datetime.now(UTC)):
        assert passport(house, first) is None

    owner.post("/console/access/keys", do="revoke", key=claims(house, second)["sub"])
    assert passport(house, second) is None


def test_a_key_belongs_to_the_mode_of_the_console(house: House, vendor: Registered, owner: Console) -> None:
    live = vendor.keys["live"].view.id
    owner.post("/console/access/switch", user=vendor.user, mode="test")

    secret = shown_secret(owner.post("/console/access/keys", do="make", name="T", kind="sk").text)

    assert secret.startswith("sk_test_")
    assert owner.post("/console/access/keys", do="revoke", key=live).status_code == 404
    assert "Test mode" in owner.get("/console/access/keys").text


def test_nobody_makes_a_key_that_may_more_than_they_may(house: House, vendor: Registered, admin: Console) -> None:
    """SE-17, AK-06."""
    before = len(house.rows(ApiKey))
    for form in (
        {"do": "make", "name": "X", "kind": "sk"},
        {"do": "make", "name": "X", "kind": "rk", "scopes": ["vendor_users:write"]},
        {"do": "roll", "key": vendor.keys["live"].view.id, "overlap": "0"},
    ):
        answer = admin.post("/console/access/keys", **form)
        assert answer.status_code == 403
        assert "data-secret" not in answer.text
    assert len(house.rows(ApiKey)) == before
    assert all(row.expires_at is None for row in house.rows(ApiKey))


def test_a_publishable_key_may_start_a_widget_and_nothing_else(house: House, owner: Console) -> None:
    """AK-02."""
    secret = shown_secret(owner.post("/console/access/keys", do="make", name="Page", kind="pk").text)

    assert secret.startswith("pk_live_")
    assert claims(house, secret)["scopes"] == ["widgets:read"]
    assert (
        owner.post("/console/access/keys", do="make", name="P", kind="pk", scopes=["customers:read"]).status_code == 422
    )


def test_a_button_that_is_not_ours_does_nothing(owner: Console) -> None:
    for page in ("keys", "secrets", "people"):
        assert owner.post(f"/console/access/{page}", do="destroy").status_code == 404


@pytest.mark.feature("J06")
def test_an_identity_secret_is_made_checked_replaced_and_revoked(house: House, owner: Console, mira: str) -> None:
    made = owner.post("/console/access/secrets", do="make", name="Website", takes_v1="yes")
    secret = shown_secret(made.text)
    assert secret not in owner.get("/console/access/secrets").text
    (row,) = house.rows(IdentitySecret)
    assert secret not in row.sealed

    owner.post("/console/access/secrets", do="v1_off", which=row.id)
    assert house.rows(IdentitySecret)[0].takes_v1 is False
    second = shown_secret(owner.post("/console/access/secrets", do="roll", which=row.id, overlap="3600").text)
    assert second != secret
    owner.post("/console/access/secrets", do="revoke", which=row.id)
    assert next(each for each in house.rows(IdentitySecret) if each.id == row.id).revoked_at is not None


@pytest.mark.feature("A07")
def test_the_checker_names_the_mistake(house: House, vendor: Registered, owner: Console, mira: str) -> None:
    """HI-09: never the secret, and what is right in test mode only."""
    house.hear(a_portal_v3(methods=("email", "hmac_v1")), vendor=vendor.vendor.id)
    made = owner.post("/console/access/secrets", do="make", name="Website", takes_v1="yes")
    secret = shown_secret(made.text)
    form = {"portal": "pcfg_acme", "id_type": "email", "subject": mira}

    right = owner.post("/console/access/checker", hash=v1(secret, mira), **form)
    assert "It matches." in right.text
    wrong = owner.post("/console/access/checker", hash=v1(secret, mira).upper(), **form)
    assert "capital letters" in wrong.text
    assert v1(secret, mira) not in wrong.text
    assert secret not in right.text + wrong.text
    assert owner.post("/console/access/checker", hash="x", **{**form, "portal": "pcfg_acme-test"}).status_code == 404


def test_a_customer_is_found_by_address_id_or_reference(house: House, vendor: Registered, owner: Console) -> None:
    made = a_customer("mira@tessaly.example")
    house.hear(type(made)(**{**vars(made), "reference": "tenant-7"}), vendor=vendor.vendor.id)
    for number in (2, 3):
        house.hear(a_customer("same@x.example", customer=f"cus_{number}"), vendor=vendor.vendor.id)

    for asked in ("MIRA@tessaly.example", "cus_1", "tenant-7"):
        answer = owner.get(f"/console/access/customers?q={asked}")
        assert (answer.status_code, answer.headers.get("Location")) == (303, CUSTOMER)
    several = owner.get("/console/access/customers?q=same@x.example").text
    assert "cus_2" in several
    assert "cus_3" in several
    assert "Nobody found" in owner.get("/console/access/customers?q=nobody@x.example").text


@pytest.mark.feature("A11")
def test_support_copies_mails_replaces_and_revokes_a_permanent_link(
    house: House, vendor: Registered, mira: str
) -> None:
    house.hear(a_portal_v3(methods=("email", "permanent_link")), vendor=vendor.vendor.id)
    helper = sign_in(house, hire(house, vendor.vendor.id, "support"))

    assert helper.post(f"{CUSTOMER}/link", do="make").status_code == 303
    page = helper.get(CUSTOMER).text
    found = re.search(r"data-link>([^<]+)<", page)
    assert found is not None
    assert "/p/acme/sign-in/permanent#t=" in found[1]
    drawn = helper.get(f"{CUSTOMER}/link.svg")
    assert (drawn.mimetype, b"<svg" in drawn.data) == ("image/svg+xml", True)
    house.mailroom.mails.clear()
    helper.post(f"{CUSTOMER}/link", do="mail")
    house.post_mails(now=datetime.now(UTC))
    (mail,) = house.mailroom.mails
    assert (mail["kind"], mail["to"], mail["link"]) == ("subscriber_link", mira, unescape(found[1]))
    helper.post(f"{CUSTOMER}/link", do="regenerate")
    assert found[1] not in helper.get(CUSTOMER).text
    helper.post(f"{CUSTOMER}/link", do="revoke")
    assert "data-link" not in helper.get(CUSTOMER).text
    assert all(row.revoked_at is not None for row in house.rows(SubscriberLink))
    reader = sign_in(house, hire(house, vendor.vendor.id, "read_only"))
    assert "data-link" not in reader.get(CUSTOMER).text


@pytest.mark.feature("A17")
def test_a_customers_sessions_are_ended_one_or_all(house: House, vendor: Registered, owner: Console, mira: str) -> None:
    """The vendor's side of A17; somebody else's session does not exist."""
    house.hear(a_customer("noor@x.example", customer="cus_2"), vendor=vendor.vendor.id)
    for email in (mira, mira, "noor@x.example"):
        browser = house.browser()
        house.mailroom.mails.clear()
        forget_pace(house)
        browser.ask(email)
        house.post_mails(now=NOON)
        browser.click(house.mailroom.mails[0]["link"])
    mine = [row.id for row in house.rows(PortalSession) if row.customers == ["cus_1"]]
    (other,) = [row.id for row in house.rows(PortalSession) if row.customers == ["cus_2"]]
    assert all(each in owner.get(CUSTOMER).text for each in mine)

    assert owner.post(f"{CUSTOMER}/sessions", session=other).status_code == 404
    owner.post(f"{CUSTOMER}/sessions", session=mine[0])
    assert {row.id for row in house.rows(PortalSession) if row.revoked_at is not None} == {mine[0]}
    owner.post(f"{CUSTOMER}/sessions", session="all")
    assert {row.id for row in house.rows(PortalSession) if row.revoked_at is None} == {other}


@pytest.mark.feature("A23")
def test_a_risk_is_said_and_accepted_by_name(house: House, vendor: Registered, admin: Console) -> None:
    """SE-16."""
    house.hear(a_portal_v3(methods=("email", "permanent_link", "hmac_v1")), vendor=vendor.vendor.id)
    page = admin.get("/console/access/ways").text
    assert "whoever is forwarded the mail can look" in page
    assert "can cancel and change cards" in page
    form = {"portal": "pcfg_acme", "direct": ["permanent_link", "email"]}

    refused = admin.post("/console/access/ways", **form)
    assert refused.status_code == 422
    assert "Read what it risks" in refused.text
    assert house.orders.accepted == []

    assert admin.post("/console/access/ways", accepted="yes", **form).status_code == 303
    (given,) = house.orders.accepted
    proven_at = given.pop("proven_at")
    assert abs((datetime.now(UTC) - proven_at).total_seconds()) < 60
    assert given == {
        "configuration": "pcfg_acme",
        "vendor": vendor.vendor.id,
        "mode": "live",
        "direct_actions": ["permanent_link"],
        "staff": admin.claims()["sub"],
    }


def test_turning_it_off_needs_no_acceptance(house: House, vendor: Registered, admin: Console) -> None:
    on = a_portal_v3(methods=("email", "permanent_link"), sign_in={"direct_actions": ["permanent_link"]})
    house.hear(on, vendor=vendor.vendor.id)

    assert admin.post("/console/access/ways", portal="pcfg_acme").status_code == 303
    assert [each["direct_actions"] for each in house.orders.accepted] == [[]]
