"""What portal is told of a customer's sign-ins, for the console's timeline: those of the vendor whose staff ask."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from services.auth.actions import sessions
from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession, StaffSession
from services.auth.rules.session import Ending
from shared import clock, ids
from shared.database import scope
from shared.database.moments import Place
from tests.integration.auth.house import NOON, PUBLIC_URL, House
from tests.integration.auth.staffing import Console, hire, sign_in

PATH = "/internal/customers/cus_1/sign_ins"


@pytest.fixture
def staff(house: House, vendor: Registered) -> Console:
    return sign_in(house, hire(house, vendor.vendor.id, "read_only"))


def came_in(house: House, vendor: str, *, minutes: int, **more: str) -> PortalSession:
    at = NOON + timedelta(minutes=minutes)
    row = PortalSession(
        id=ids.new("ps"),
        token_hash=ids.new("x"),
        portal="acme",
        customers=["cus_1"],
        email="mira@example.com",
        email_key="mira@example.com",
        way_in="email_code",
        assurance="verified",
        proven_at=at,
        browser="Firefox",
        system="Linux",
        created_at=at,
        last_seen_at=at,
        **more,
    )
    with scope.system(vendor=vendor, mode="live", job="test"), house.database.begin() as session:
        session.add(row)
        session.flush()
        session.expunge(row)
    return row


def answer(staff: Console, query: str = "") -> list[dict[str, str | None]]:
    """By the real clock, at which the session of the staff goes on; the customers' stay as they are."""
    now = datetime.now(UTC)
    with clock.fixed(now):
        with staff.house.database.begin() as session:
            session.execute(update(StaffSession).values(created_at=now, last_seen_at=now, proven_at=now))
        headers = {**staff.browser.headers, "X-Passport": staff.passport() or ""}
        asked = staff.browser.client.get(PATH + query, base_url=PUBLIC_URL, headers=headers)
    found: list[dict[str, str | None]] = asked.get_json()
    return found


def told(staff: Console, query: str = "") -> list[str | None]:
    return [each["id"] for each in answer(staff, query)]


@pytest.mark.feature("J03")
def test_newest_first_and_none_of_those_who_look_on(house: House, vendor: Registered, staff: Console) -> None:
    mine = vendor.vendor.id
    rows = [came_in(house, mine, minutes=each) for each in (3, 2, 1)]
    came_in(house, mine, minutes=4, staff="usr_1")
    came_in(house, mine, minutes=5, delegate="dlg_1")

    found = answer(staff)

    assert (found[0]["delegate"], found[1]["browser"], found[1]["way_in"]) == ("dlg_1", "Firefox", "email_code")
    assert [each["id"] for each in found[1:]] == [row.id for row in rows]
    assert told(staff, "?limit=2") == [each["id"] for each in found[:2]]


def test_for_the_vendors_own_staff_alone(house: House, vendor: Registered, staff: Console) -> None:
    came_in(house, "ven_other", minutes=1)

    assert told(staff) == []
    assert house.app.test_client().get(PATH).status_code in (401, 404)


def test_from_a_place_on(house: House, vendor: Registered, staff: Console) -> None:
    newest, oldest = (came_in(house, vendor.vendor.id, minutes=each) for each in (2, 1))

    assert told(staff) == [newest.id, oldest.id]
    assert told(staff, f"?before={Place(newest.created_at, newest.id)}") == [oldest.id]
    assert told(staff, f"?before={Place(oldest.created_at, oldest.id)}") == []


def ended(house: House, row: PortalSession, *, minutes: int, reason: Ending) -> None:
    at = NOON + timedelta(minutes=minutes)
    with scope.system(vendor=row.vendor, mode="live", job="test"), house.database.begin() as session:
        assert sessions.revoke(session, session_id=row.id, now=at, reason=reason)


@pytest.mark.feature("J03")
def test_what_ended_of_them_is_told_where_it_is_asked_for(house: House, vendor: Registered, staff: Console) -> None:
    mine = vendor.vendor.id
    first, second, third = (came_in(house, mine, minutes=each) for each in (1, 2, 3))
    looked = came_in(house, mine, minutes=4, staff="usr_1")
    foreign = came_in(house, "ven_other", minutes=1)
    ended(house, first, minutes=5, reason=Ending.SIGNED_OUT)
    ended(house, second, minutes=6, reason=Ending.ENDED_BY_VENDOR)  # stands in the vendor's record
    ended(house, looked, minutes=7, reason=Ending.SIGNED_OUT)
    ended(house, foreign, minutes=8, reason=Ending.SIGNED_OUT)
    with scope.platform(), house.database.begin() as session:  # as sessions that ended before reasons were kept
        over = {"revoked_at": NOON + timedelta(minutes=9), "ended_for": None}
        session.execute(update(PortalSession).where(PortalSession.id == third.id).values(over))

    found = [(each["id"], each.get("ended_for")) for each in answer(staff, "?endings=1")]

    assert found == [
        (f"end_{third.id}", "other"),
        (f"end_{first.id}", "signed_out"),
        (third.id, None),
        (second.id, None),
        (first.id, None),
    ]
    place = Place(NOON + timedelta(minutes=9), f"end_{third.id}")
    assert told(staff, f"?endings=1&limit=2&before={place}") == [f"end_{first.id}", third.id]
    assert all("ended_for" not in each for each in answer(staff))
