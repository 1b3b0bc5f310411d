"""SE-04, SE-15, ML-22: what is over is over in every form it has, and staff who look on change nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.auth.actions import entries, vendors
from services.auth.models import GlobalSession, PortalSession, SignInRequest
from services.auth.queries import portals
from services.auth.rules.ways_in import WayIn
from shared import clock
from shared.database import scope
from tests.integration.auth.house import NOON, PUBLIC_URL, Browser, House, a_customer, a_move, a_portal_v3, token_of
from tests.integration.auth.opening import made, use
from tests.integration.auth.signing import arrive, call, is_in, v1
from tests.integration.auth.test_foreign_forms import pages

WAYS = ("email", "portal_session", "permanent_link", "order_number", "hmac_v1")
NEW = "mira@elsewhere.example"


@pytest.fixture
def acme(house: House, vendor: vendors.Registered, mira: str) -> vendors.Registered:
    house.hear(a_portal_v3(methods=WAYS), vendor=vendor.vendor.id)
    return vendor


def move(house: House, vendor: vendors.Registered, previous: str) -> None:
    """Mira has another address from now on."""
    house.hear(a_move(NEW, previous), vendor=vendor.vendor.id)


@pytest.mark.feature("A21")
def test_with_the_address_every_open_link_code_and_way_in_dies(
    house: House, acme: vendors.Registered, mira: str
) -> None:
    """ML-22: what was on its way to the former mailbox, or made before, lets nobody in as her."""
    asking, frame = house.browser(), house.app.test_client(use_cookies=False)
    asking.ask(mira)
    house.post_mails(now=NOON)
    mail = house.mailroom.mails[-1]
    with clock.fixed(NOON + timedelta(minutes=1)):
        window = frame.post("/embed/acme/code", json={"email": mira}).json["window"]
        house.post_mails(now=clock.now())
    in_frame = house.mailroom.mails[-1]
    waiting = made(house, acme.keys["live"].secret, customer="cus_1")["url"]

    move(house, acme, mira)

    assert asking.type_code(mail["code"]).status_code == 410
    assert house.browser().click(mail["link"]).status_code == 410
    assert house.browser().click(in_frame["link"]).status_code == 410
    assert arrive(house, window=window, code=in_frame["code"]).status_code == 403
    assert use(house.browser(), waiting).status_code == 410
    assert house.rows(PortalSession) == []


@pytest.mark.feature("A21")
def test_with_the_address_every_session_ends_whatever_it_began_with(
    house: House, acme: vendors.Registered, mira: str
) -> None:
    """SE-04."""
    key = acme.keys["live"].secret
    secret = call(house, key, "POST", "/v1/identity_secrets", json={"name": "Website"}).json["secret"]
    link = call(house, key, "POST", "/v1/subscriber_links", json={"customer": "cus_1"}).json["url"]
    house.orders.customers["7K3M9QXT2D"] = "cus_1"
    by_link, by_order, by_backend = (house.browser(address=f"203.0.113.{at}") for at in range(3))
    by_link.post("/p/acme/sign-in/permanent", token=token_of(link))
    by_order.post("/p/acme/sign-in/order", order_number="7K3M9QXT2D", email=mira)
    use(by_backend, made(house, key, customer="cus_1")["url"])
    framed = arrive(house, email=mira, hash=v1(secret, mira)).json["session"]
    browsers = (by_link, by_order, by_backend)
    assert [each.is_signed_in(house) for each in browsers] == [True] * 3
    assert is_in(house, framed)

    move(house, acme, mira)

    assert [each.is_signed_in(house) for each in browsers] == [False] * 3
    assert not is_in(house, framed)
    assert all(row.revoked_at is not None for row in house.rows(PortalSession))


@pytest.mark.feature("A01")
def test_in_the_global_portal_a_former_address_opens_no_section(house: House, acme: vendors.Registered) -> None:
    """TI-15, SE-04."""
    section = {"kind": "global", "is_default": False, "configuration": "pcfg_section"}
    house.hear(a_portal_v3("acme-global", **section), vendor=acme.vendor.id)
    browser = house.browser()
    browser.post("/billing/sign-in", email="mira@tessaly.example")
    house.post_mails(now=NOON)
    browser.post("/billing/sign-in/code", code=house.mailroom.mails[-1]["code"])
    cookie = browser.client.get_cookie("bursar_8080__billing", domain="localhost")
    assert cookie is not None
    ask = {"Cookie": f"bursar_8080__billing={cookie.value}", "X-Portal": "acme-global"}
    assert "X-Passport" in house.identity(**ask).headers

    move(house, acme, "Mira@Tessaly.example")

    assert "X-Passport" not in house.identity(**ask).headers
    assert len(house.rows(GlobalSession)) == 1


@pytest.mark.feature("A01", "A17")
def test_whoever_signs_out_in_a_section_of_the_global_portal_is_out(house: House, acme: vendors.Registered) -> None:
    """SE-04: its pages are seen by the session of the whole, so that one ends, whichever page's button it is."""
    section = {"kind": "global", "is_default": False, "configuration": "pcfg_section"}
    house.hear(a_portal_v3("acme-global", **section), vendor=acme.vendor.id)
    browser = house.browser()
    browser.post("/billing/sign-in", email="mira@tessaly.example")
    house.post_mails(now=NOON)
    browser.post("/billing/sign-in/code", code=house.mailroom.mails[-1]["code"])
    cookie = browser.client.get_cookie("bursar_8080__billing", domain="localhost")
    assert cookie is not None

    answer = browser.post("/p/acme-global/sign-out")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/billing/sign-in")
    assert browser.client.get_cookie("bursar_8080__billing", domain="localhost") is None
    for portal in ("acme-global", "_billing"):
        asked = house.identity(Cookie=f"bursar_8080__billing={cookie.value}", **{"X-Portal": portal})
        assert "X-Passport" not in asked.headers


def test_a_vendor_that_gives_a_customer_somebodys_address_sees_nothing_of_others(
    house: House, acme: vendors.Registered
) -> None:
    """TI-15: writing an address into one's own customer is no way into anybody else's rows."""
    house.hear(a_customer("mira@tessaly.example", customer="cus_evil"), vendor="ven_evil")
    key = acme.keys["live"].secret

    found = call(house, key, "POST", "/v1/portal_sessions", json={"email": "mira@tessaly.example"})
    foreign = call(house, key, "POST", "/v1/portal_sessions", json={"customer": "cus_evil"})

    assert (found.status_code, found.json["customer"]) == (201, "cus_1")
    assert foreign.status_code == 404


@pytest.fixture
def onlooker(house: House, acme: vendors.Registered) -> Browser:
    """A browser in which staff of the vendor's look on as Mira."""
    with house.database.begin() as session:
        portal = portals.by_slug(session, "acme")
        assert portal is not None
        with scope.system(vendor=portal.vendor, mode=portal.mode, job="test"):
            entry = entries.make(
                session,
                kind=entries.STAFF_VIEW,
                portal=portal,
                customers=["cus_1"],
                way_in=WayIn.STAFF_VIEW,
                created_by="usr_1",
                staff="usr_1",
                reason="ticket 7",
                now=NOON,
            )
    browser = house.browser()
    assert use(browser, f"#t={entry.token}").status_code == 200
    return browser


@pytest.mark.feature("M10")
def test_whoever_looks_on_changes_nothing_and_is_never_raised(house: House, onlooker: Browser, mira: str) -> None:
    """SE-15: at every form of auth's; no code goes out to the customer either."""
    (before,) = house.rows(PortalSession)
    forms = [path for path in pages(house.app, "POST") if not path.endswith("/sign-out")]
    token = onlooker.csrf("/p/acme/sign-in")
    assert len(forms) > 10

    for path in forms:
        for reason in ("step_up", ""):
            form = {"reason": reason, "email": "", "code": "123456", "action": "/p/acme/x", "page": "/p/acme/x"}
            data = {"csrf_token": token, "sends": "true", **form}
            onlooker.client.post(path, base_url=PUBLIC_URL, data=data, headers=onlooker.headers)

    house.post_mails(now=NOON)
    (after,) = house.rows(PortalSession)
    assert (after.assurance, after.revoked_at, after.customers) == ("viewer", None, ["cus_1"])
    assert (after.token_hash, after.proven_at) == (before.token_hash, before.proven_at)
    assert house.mailroom.mails == []
    assert [row for row in house.rows(SignInRequest) if row.session is not None] == []
    assert onlooker.is_signed_in(house)


@pytest.mark.feature("M10")
def test_whoever_looks_on_signs_out_and_that_is_all(house: House, onlooker: Browser) -> None:
    answer = onlooker.post("/p/acme/sign-out")

    assert answer.status_code == 303
    assert not onlooker.is_signed_in(house)
    with scope.platform(), house.database.begin(read_only=True) as session:
        assert session.scalar(select(PortalSession.revoked_at)) is not None
