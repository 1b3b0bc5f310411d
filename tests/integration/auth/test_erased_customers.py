"""GD-02, GD-03, ML-22, SE-04: whoever was erased is out at once, signs in no more, and nothing brings them back."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text

from services.auth.actions import vendors
from services.auth.handlers import HANDLERS
from services.auth.models import Base, GlobalSession, Identity, PortalSession
from services.auth.models.personal import HOLDINGS
from shared import ids
from shared.bus import codec, forgetting
from shared.bus.consumer import Consumer
from shared.bus.protocol import Outgoing
from shared.bus.sqlite import SqliteBus
from shared.bus.topology import keys
from shared.database.tables import erased_customers, outbox
from shared.events import Actor, CustomerErased, Envelope, Event
from tests.integration.auth.house import NOON, House, a_customer, a_move, a_portal_v3, token_of, visible
from tests.integration.auth.test_session_pages import signed_in
from tests.integration.auth.test_subscriber_links import call, click, made

MARKS = ("tessaly", "noor@books.example", "Mira")


def gone(customer: str = "cus_1") -> CustomerErased:
    return CustomerErased(customer=customer, erased_at=NOON.isoformat(), kept_until="2036-12-31", revision=9)


def everything(house: House) -> str:
    """All that auth's tables hold, in clear."""
    with house.database.begin() as session:
        names = [table.name for table in Base.metadata.sorted_tables] + ["outbox", "idempotency_keys"]
        rows = {name: session.connection().execute(text(f'SELECT * FROM "{name}"')).all() for name in names}
    return "\n".join(f"{name} {row!r}" for name, found in rows.items() for row in found)


@pytest.mark.feature("M17", "L06")
def test_every_way_in_is_dead_and_nothing_of_the_person_is_left(
    house: House, vendor: vendors.Registered, mira: str
) -> None:
    house.hear(a_portal_v3(methods=("email", "portal_session", "permanent_link")), vendor=vendor.vendor.id)
    url = made(house, vendor)
    by_mail, by_link = signed_in(house, mira), house.browser(address="203.0.113.9")
    click(by_link, url)
    call(house, vendor, "POST", "/v1/delegates", customer="cus_1", email="noor@books.example", role="viewer")
    entry = call(house, vendor, "POST", "/v1/portal_sessions", customer="cus_1")
    waiting = house.browser(address="203.0.113.10")
    waiting.ask(mira)
    house.post_mails(now=NOON)
    link = house.mailroom.mails[-1]["link"]

    house.hear(gone(), vendor=vendor.vendor.id)
    with house.database.begin() as session:
        session.connection().execute(outbox.update().values(published_at=NOON))
    forgetting.mask(house.database.begin, now=NOON, adapters=None)

    assert entry.status_code == 201
    assert not by_mail.is_signed_in(house)
    assert not by_link.is_signed_in(house)
    late = house.browser(address="203.0.113.11")
    assert late.post("/p/acme/sign-in/permanent/describe", token=token_of(url)).status_code == 410
    assert waiting.describe(link).status_code == 410
    held = everything(house)
    assert [mark for mark in MARKS if mark in held] == []
    assert {row.revoked_at for row in house.rows(PortalSession)} == {NOON}


@pytest.mark.feature("A15", "M17")
def test_an_erased_address_is_answered_like_one_that_was_never_known(
    house: House, vendor: vendors.Registered, mira: str
) -> None:
    house.hear(gone(), vendor=vendor.vendor.id)

    asked = ((20, mira), (21, mira.replace("Mira", "Mona")))  # masked alike
    answers = [house.browser(address=f"203.0.113.{n}").ask(who) for n, who in asked]
    house.post_mails(now=NOON)

    assert visible(answers[0]) == visible(answers[1])
    assert house.mailroom.mails == []


@pytest.mark.feature("M17")
def test_events_that_come_late_or_again_bring_nobody_back(
    house: House, vendor: vendors.Registered, mira: str, tmp_path: Path
) -> None:
    house.hear(gone(), vendor=vendor.vendor.id)
    bus = SqliteBus(f"sqlite:///{tmp_path}/bus.db")
    bus.declare("auth", keys(HANDLERS))
    consumer = Consumer(queue="auth", database=house.database, bus=bus, handlers=HANDLERS)

    for event in (a_customer(mira, revision=50), a_move("new@tessaly.example", mira, revision=51), gone()):
        bus.publish([sent(event, vendor.vendor.id)])
        consumer.run_once(threading.Event(), wait=1)

    depth = bus.depth("auth")
    bus.close()
    assert (depth.waiting, depth.dead) == (0, 0)
    assert house.rows(Identity) == []
    with house.database.begin() as session:
        assert session.connection().execute(select(erased_customers.c.customer)).scalars().all() == ["cus_1"]


@pytest.mark.feature("M17")
def test_dead_letters_of_theirs_are_discarded_and_others_stay(
    house: House, vendor: vendors.Registered, mira: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/bus.db"
    bus = SqliteBus(url)
    bus.declare("auth", keys(HANDLERS))
    bus.publish(
        [sent(event, vendor.vendor.id) for event in (a_customer(mira), a_customer("ada@x.example", customer="cus_2"))]
    )
    for message in bus.receive("auth", limit=10, wait=1):
        bus.bury(message, reason="as a test")
    house.hear(gone(), vendor=vendor.vendor.id)

    discarded = forgetting.discard_letters(house.database.begin, queue="auth", bus_url=url)

    left = [codec.decode(letter.body).event for letter in bus.dead("auth")]
    bus.close()
    assert (discarded, [getattr(each, "customer", None) for each in left]) == (1, ["cus_2"])


def test_a_mailbox_that_another_customer_has_too_stays_theirs(
    house: House, vendor: vendors.Registered, mira: str
) -> None:
    house.hear(a_customer(mira, customer="cus_2"), vendor=vendor.vendor.id)
    house.hear(gone(), vendor=vendor.vendor.id)
    browser = house.browser()

    browser.ask(mira)
    house.post_mails(now=NOON)
    browser.click(house.mailroom.mails[-1]["link"])

    (session,) = house.rows(PortalSession)
    assert (session.customers, browser.is_signed_in(house)) == (["cus_2"], True)


def test_the_global_portal_forgets_a_mailbox_that_no_other_vendor_knows(
    house: House, vendor: vendors.Registered, mira: str
) -> None:
    with house.database.begin() as session:
        session.add_all(
            GlobalSession(
                id=ids.new("gs"),
                token_hash=str(number) * 64,
                mode="live",
                email=email,
                email_key=email.lower(),
                way_in="email_link",
                proven_at=NOON,
                created_at=NOON,
                last_seen_at=NOON,
            )
            for number, email in enumerate((mira, "else@where.example"))
        )

    house.hear(gone(), vendor=vendor.vendor.id)

    assert [row.email_key for row in house.rows(GlobalSession)] == ["else@where.example"]


def test_every_column_of_every_table_has_its_rules() -> None:
    tables = {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}

    assert {name: set(holding.columns) for name, holding in HOLDINGS.items()} == tables


def sent(event: Event, vendor: str) -> Outgoing:
    """An event as it travels."""
    envelope = Envelope(
        id=ids.new("evt"),
        source="/bursar/test",
        vendor=vendor,
        mode="live",
        actor=Actor(kind="system", id="test"),
        request_id="",
        time=NOON,
        event=event,
    )
    return Outgoing(id=envelope.id, key=event.key(), body=codec.encode(envelope))
