"""The console's page about the test clock: moved by clicking, with what happened on the way in order."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared import clock
from tests.integration.portal.clockwork import payments, subscriber
from tests.integration.portal_pages.console import Staff

PAGE = "/console/clock"


def now(staff: Staff) -> datetime:
    return datetime.fromisoformat(staff.shop.get("/v1/test_clock")["now"])


@pytest.mark.feature("M09")
def test_to_the_next_renewal_a_payment_is_made_and_the_page_tells(staff: Staff) -> None:
    subscription = subscriber(staff.shop)

    answer = staff.post(PAGE, {"do": "renewal"})

    assert (answer.status_code, answer.headers.get("Location")) == (303, PAGE)
    assert now(staff) >= datetime.fromisoformat(subscription["current_period_end"])
    assert len(payments(staff.shop, subscription)) == 2
    happened = staff.get(PAGE).text.split('id="happened"')[1]
    assert "Subscription renewed" in happened
    assert subscription["id"] in happened


@pytest.mark.feature("M09")
def test_what_happened_is_told_in_the_order_of_its_own_time(staff: Staff) -> None:
    subscriber(staff.shop)

    assert staff.post(PAGE, {"do": "by", "by": "3mo"}).status_code == 303

    happened = staff.get(PAGE).text.split('id="happened"')[1]
    assert happened.count("Subscription renewed") == 3
    moments = [part.split('"')[0] for part in happened.split('datetime="')[1:]]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"do": "to", "to": "soon"}, 422, "is not a date"),
        ({"do": "to", "to": "2020-01-01T10:00"}, 409, "A test clock only moves ahead."),
        ({"do": "to", "to": "2099-01-01T10:00"}, 422, "Move at most five years at a time."),
        ({"do": "renewal"}, 422, "Nothing is due in this mode"),
        ({"do": "by", "by": "9y"}, 404, ""),
        ({"do": "else"}, 404, ""),
    ],
)
def test_a_clock_that_would_go_wrong_stays_and_the_page_says_why(
    staff: Staff, form: dict[str, Any], status: int, sentence: str
) -> None:
    answer = staff.post(PAGE, form)

    assert answer.status_code == status
    assert sentence in answer.text
    assert staff.shop.get("/v1/test_clock")["offset_seconds"] == 0


def test_a_moment_is_one_on_the_vendors_own_wall_clock(staff: Staff) -> None:
    staff.shop.patch("/v1/billing_settings", {"time_zone": "Asia/Tokyo"})
    day = (clock.now() + timedelta(days=10)).date().isoformat()

    assert staff.post(PAGE, {"do": "to", "to": f"{day}T12:00"}).status_code == 303

    assert abs(now(staff) - datetime.fromisoformat(f"{day}T12:00+09:00")) < timedelta(minutes=1)
    assert "12:00" in staff.get(PAGE).text


def test_live_time_has_no_clock(staff: Staff) -> None:
    staff.shop = staff.shop.live()

    page = staff.get(PAGE).text

    assert "Live customers live in real time" in page
    assert 'name="do"' not in page
    assert staff.post(PAGE, {"do": "by", "by": "1d"}).status_code == 403
