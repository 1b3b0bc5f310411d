"""Using a link: reading consumes nothing, a click signs in once, in whichever browser it was made."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from services.auth.actions.vendors import Registered
from services.auth.models import Attempt, PortalSession, SignInRequest
from shared import clock
from shared.database import scope
from tests.integration.auth.house import NOON, Browser, House, a_customer, a_move, a_portal, visible

SCANNERS = [
    {},
    {"Sec-Purpose": "prefetch"},
    {"Purpose": "prefetch"},
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) BarracudaSentinel"},
    {"User-Agent": "SafeLinks/1.0"},
]


@pytest.fixture
def laptop(house: House, mira: str) -> Browser:
    """The browser that asked."""
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    return browser


def link(house: House) -> str:
    found: str = house.mailroom.mails[-1]["link"]
    return found


@pytest.mark.feature("A03", "A18")
def test_reading_the_link_consumes_nothing_and_one_click_signs_in(house: House, laptop: Browser) -> None:
    """ML-02: HEAD, 20 GETs, OPTIONS, prefetch, scanners; then one click."""
    scanner = house.browser(address="198.51.100.1")
    for number in range(20):
        answer = scanner.get("/p/acme/sign-in/link", **SCANNERS[number % len(SCANNERS)])
        assert answer.status_code == 200
    scanner.client.head("/p/acme/sign-in/link")
    scanner.client.options("/p/acme/sign-in/link")
    assert scanner.cookie() is None

    answer = laptop.click(link(house))

    assert (answer.status_code, answer.location) == (303, "/p/acme")
    assert laptop.is_signed_in(house)


def test_the_links_page_knows_no_secret_and_tells_nobody_where_it_came_from(house: House, laptop: Browser) -> None:
    """ML-09."""
    answer = laptop.get("/p/acme/sign-in/link")

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<meta name="referrer" content="no-referrer">' in answer.text
    assert "<form" not in answer.text
    assert "<noscript>" in answer.text
    assert "Type the six-digit code from the mail in the window where you asked" in answer.text


def test_a_form_without_the_token_does_nothing(house: House, laptop: Browser) -> None:
    """ML-03: what a scanner that submits every form would send."""
    scanner = house.browser(address="198.51.100.1")

    answer = scanner.post("/p/acme/sign-in/link")

    assert answer.status_code == 410
    assert scanner.cookie() is None
    assert laptop.click(link(house)).status_code == 303


def test_describing_changes_nothing(house: House, laptop: Browser) -> None:
    """Flow 3: vendor, masked address and device by a POST that changes nothing."""
    before = [vars(row) | {"_sa_instance_state": None} for row in house.rows(SignInRequest)]

    answer = laptop.describe(link(house))

    assert answer.status_code == 200
    assert "Continue as M•••@Tessaly.example" in answer.text
    assert "Firefox on Windows" in answer.text
    assert "Acme" in answer.text
    assert "This is not the browser" not in answer.text
    assert [vars(row) | {"_sa_instance_state": None} for row in house.rows(SignInRequest)] == before
    assert house.rows(Attempt) == []


@pytest.mark.feature("A18")
def test_asked_on_a_laptop_and_opened_on_a_phone_signs_in_the_phone_alone(house: House, laptop: Browser) -> None:
    """ML-25, `confirm`: the laptop gets nothing from that click; link and code are both used."""
    phone = house.browser(address="198.51.100.2")
    described = phone.describe(link(house))
    assert "This is not the browser that asked" in described.text
    assert "M•••@Tessaly.example" in described.text

    assert phone.click(link(house)).status_code == 303

    assert phone.is_signed_in(house)
    assert not laptop.is_signed_in(house)
    assert laptop.type_code(house.mailroom.mails[0]["code"]).status_code == 410
    assert laptop.click(link(house)).status_code == 410
    assert house.rows(PortalSession)[0].assurance == "verified"


@pytest.mark.feature("A18")
def test_who_is_signed_in_as_somebody_else_is_told_both_and_chooses(
    house: House, laptop: Browser, vendor: Registered
) -> None:
    """ML-10: both accounts are named, staying is the default, and nothing is replaced silently."""
    house.hear(a_customer("vera@x.com", customer="cus_2"), vendor=vendor.vendor.id)
    victim = house.browser(address="198.51.100.3")
    victim.ask("vera@x.com")
    house.post_mails(now=NOON)
    victim.click(link(house))
    own, foreign = victim.cookie(), house.mailroom.mails[0]["link"]

    described = victim.describe(foreign)

    assert "v•••@x.com" in described.text
    assert "M•••@Tessaly.example" in described.text
    assert re.search(r'class="btn primary[^"]*" href="/p/acme">Stay signed in as v•••@x.com', described.text)
    assert victim.cookie() == own
    assert victim.is_signed_in(house)

    victim.click(foreign)
    assert victim.cookie() != own
    assert [row.email for row in house.rows(PortalSession) if row.revoked_at is None] == ["Mira@Tessaly.example"]


@pytest.mark.parametrize(("seconds", "status"), [(9 * 60 + 59, 303), (10 * 60 + 1, 410)])
def test_a_link_lives_for_ten_minutes(house: House, laptop: Browser, seconds: int, status: int) -> None:
    """ML-05."""
    with clock.fixed(NOON + timedelta(seconds=seconds)):
        assert laptop.click(link(house)).status_code == status


@pytest.mark.feature("A03")
def test_bad_links_of_every_kind_get_one_answer(house: House, laptop: Browser, vendor: Registered) -> None:
    """ML-06: used, expired, unknown, malformed, of another portal and mode; described and clicked."""
    house.hear(a_portal("acme-shop"), vendor=vendor.vendor.id)
    good = link(house)
    stranger = house.browser(address="198.51.100.4")
    foreign = [stranger.click(good, slug="acme-test"), stranger.click(good, slug="acme-shop")]
    assert [answer.status_code for answer in foreign] == [410, 410]
    laptop.click(good)

    bad = [good, "#t=" + "A" * 43, "#t=", "#t=<script>", "#t=" + "é" * 400]
    answers = [visible(stranger.click(each)) for each in bad]
    described = [visible(stranger.describe(each)) for each in bad]

    assert answers.count(answers[0]) == len(bad)
    assert described.count(described[0]) == len(bad)
    assert answers[0][0] == 410
    assert "This link no longer works" in answers[0][2]


def test_a_sign_in_makes_the_addresss_other_links_useless_and_asking_does_not(house: House, mira: str) -> None:
    """ML-18: a new link cancels no older one; a sign-in cancels all."""
    links = []
    for minutes in (0, 2, 4):
        with clock.fixed(NOON + timedelta(minutes=minutes)):
            house.browser(address=f"198.51.100.{minutes}").ask(mira)
            house.post_mails(now=clock.now())
            links.append(link(house))

    with clock.fixed(NOON + timedelta(minutes=5)):
        owner = house.browser()
        assert all("Continue as" in owner.describe(each).text for each in links)
        assert owner.click(links[1]).status_code == 303
        assert [owner.click(each).status_code for each in links] == [410, 410, 410]


def test_one_client_may_try_ten_times_a_minute(house: House, laptop: Browser) -> None:
    """ML-17: then 429; the owner elsewhere signs in all the same."""
    attacker = house.browser(address="198.51.100.66")
    answers = [attacker.click("#t=" + "A" * 43).status_code for _ in range(11)]

    assert answers == [410] * 10 + [429]
    assert laptop.click(link(house)).status_code == 303
    with clock.fixed(NOON + timedelta(seconds=61)):
        assert attacker.click("#t=" + "A" * 43).status_code == 410


def test_a_sign_in_leads_to_where_it_was_wanted(house: House, mira: str) -> None:
    """ML-13: stored when asked for, not read again at use."""
    browser = house.browser()
    browser.ask(mira, next="/p/acme/invoices?year=2026")
    house.post_mails(now=NOON)

    answer = browser.post("/p/acme/sign-in/link", token=link(house).partition("#t=")[2], next="//evil.example")

    assert answer.location == "/p/acme/invoices?year=2026"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/p/other", "javascript:alert(1)"])
def test_a_foreign_address_leads_to_the_overview(house: House, mira: str, wanted: str) -> None:
    """ML-13."""
    browser = house.browser()
    page = browser.get(f"/p/acme/sign-in?next={wanted}")
    assert 'name="next" value="/p/acme"' in page.text
    browser.ask(mira, next=wanted)
    house.post_mails(now=NOON)

    assert browser.click(link(house)).location == "/p/acme"


def test_a_script_is_told_where_to_go(house: House, laptop: Browser) -> None:
    token = link(house).partition("#t=")[2]

    answer = laptop.post("/p/acme/sign-in/link", headers={"HX-Request": "true"}, token=token)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/p/acme")
    assert laptop.is_signed_in(house)


def test_an_address_that_changed_signs_nobody_in(house: House, laptop: Browser, vendor: Registered, mira: str) -> None:
    """ML-22: links, codes and sessions of the old address are dead."""
    phone = house.browser(address="198.51.100.5")
    with clock.fixed(NOON + timedelta(minutes=2)):
        phone.ask(mira)
        house.post_mails(now=clock.now())
        phone.click(link(house))
        laptop.ask(mira)
    house.hear(a_move("new@x.com", mira), vendor=vendor.vendor.id, at=NOON + timedelta(minutes=3))

    with clock.fixed(NOON + timedelta(minutes=3)):
        assert not phone.is_signed_in(house)
        assert laptop.click(house.mailroom.mails[0]["link"]).status_code == 410


def test_an_address_that_nobody_has_any_more_signs_nobody_in(house: House, laptop: Browser, vendor: Registered) -> None:
    """The customers are looked up at the click, not remembered from the asking."""
    from services.auth.models import Identity

    with scope.platform(), house.database.begin() as session:
        session.execute(update(Identity).values(email_key="other@x.com"))

    assert laptop.click(link(house)).status_code == 410
    assert house.rows(PortalSession) == []


def test_of_customers_who_share_an_address_none_is_seen_before_one_is_chosen(
    house: House, mira: str, vendor: Registered
) -> None:
    """A16: `test_choose` has the rest."""
    house.hear(a_customer("mira@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    browser.click(link(house))

    (row,) = house.rows(PortalSession)
    assert (row.customers, row.choices) == ([], ["cus_1", "cus_2"])
