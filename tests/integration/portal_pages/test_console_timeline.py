"""A customer's timeline in the console: money, mails, sign-ins and the record in one, in the vendor's time zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from services.portal.adapters.auth import SignIn
from services.portal.adapters.notifications import Mail
from shared import clock, ids
from shared.database.moments import Place
from shared.errors import Unavailable
from tests.integration.portal_pages.conftest import credited, invoiced
from tests.integration.portal_pages.console import Staff

PAGE = "/console/customers"
SAID = re.compile(r'<li class="moment is-(\w+)">.*?<span class="strong">(?:<a[^>]*>)?([^<]*)<', re.DOTALL)


@dataclass
class Sibling:
    """Stands where auth and notifications are: has some of each, or is away."""

    sign_in: list[SignIn] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)
    is_away: bool = False

    def sign_ins(self, _customer: str, *, place: Place | None, limit: int, passport: str) -> list[SignIn]:
        return self._cut(self.sign_in, place, limit, passport)

    def mails(self, _customer: str, *, place: Place | None, limit: int, passport: str) -> list[Mail]:
        return self._cut(self.mail, place, limit, passport)

    def _cut(self, rows: list[Any], place: Place | None, limit: int, passport: str) -> list[Any]:
        if self.is_away or not passport:
            raise Unavailable(part="auth")
        return [row for row in rows if place is None or Place(row.at, row.id) < place][:limit]


@pytest.fixture
def sibling(staff: Staff) -> Iterator[Sibling]:
    before = staff.shop.app.extensions["bursar"]
    sibling: Any = Sibling()
    adapters = replace(before.adapters, auth=sibling, notifications=sibling)
    staff.shop.app.extensions["bursar"] = replace(before, adapters=adapters)
    yield sibling
    staff.shop.app.extensions["bursar"] = before


def mail(minutes_ago: int, kind: str = "receipt", state: str = "sent") -> Mail:
    at = clock.now() - timedelta(minutes=minutes_ago)
    return Mail(id=ids.new("msg"), at=at, kind=kind, state=state, subject="Your receipt", to="ada@example.com")


def sign_in(minutes_ago: int, way_in: str = "email_code") -> SignIn:
    at = clock.now() - timedelta(minutes=minutes_ago)
    return SignIn(id=ids.new("ps"), at=at, way_in=way_in, browser="Firefox", system="Linux", delegate=None)


def said(page: str) -> list[tuple[str, str]]:
    return SAID.findall(page)


@pytest.mark.feature("J03")
def test_money_mails_and_sign_ins_in_one_order(staff: Staff, sibling: Sibling) -> None:
    ada = staff.shop.customer("ada@example.com")["id"]
    invoice = invoiced(staff.shop, ada, days_ago=2)
    credited(staff.shop, ada, invoice)
    staff.shop.payment({"id": ada}, description="A box of reeds")
    sibling.mail = [mail(0), mail(60, "payment_failed", "failed")]
    sibling.sign_in = [sign_in(30)]

    page = staff.get(f"{PAGE}/{ada}/timeline").text
    found = [words for _, words in said(page)]

    assert found.index("Payment failed") > found.index("Signed in by a mailed code") > found.index("Payment recorded")
    assert found[-1] == "Invoice INV-1"
    assert {"Receipt", "Credit note CN-1", "Customer made"} <= {*found}
    assert "Not delivered" in page
    assert "Firefox, Linux" in page
    assert "A box of reeds" in page
    assert [words for _, words in said(staff.get(f"{PAGE}/{ada}").text)] == found
    mails = said(staff.get(f"{PAGE}/{ada}/timeline?sort=mail").text)
    assert mails == [("mail", "Receipt"), ("mail", "Payment failed")]
    money = said(staff.get(f"{PAGE}/{ada}/timeline?sort=money").text)
    assert {words for _, words in money} == {"Payment recorded", "Credit note CN-1", "Invoice INV-1"}
    changes = said(staff.get(f"{PAGE}/{ada}/timeline?sort=record").text)
    assert changes == [("record", "Customer made")]


@pytest.mark.feature("J03")
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("signed_out", "Signed out"),
        ("link_revoked", "Session ended: the permanent link was replaced or revoked"),
        ("other", "Session ended"),
        ("something_new", "Session ended"),
    ],
)
def test_the_end_of_a_session_is_a_moment_of_its_own(staff: Staff, sibling: Sibling, reason: str, words: str) -> None:
    ada = staff.shop.customer("ada@example.com")["id"]
    came = sign_in(30)
    left = replace(came, id=f"end_{came.id}", at=clock.now() - timedelta(minutes=5), ended_for=reason)
    sibling.sign_in = [left, came]

    found = said(staff.get(f"{PAGE}/{ada}/timeline?sort=sign_in").text)

    assert found == [("sign_in", words), ("sign_in", "Signed in by a mailed code")]


def test_what_came_from_a_file_is_money_too(staff: Staff, sibling: Sibling) -> None:
    table = "email,date,description,amount,currency\nada@example.com,2026-01-31,Two seats,50.00,EUR\n"
    form = {"kind": "payments", "file": (BytesIO(table.encode()), "old.csv")}
    staff.shop.ask("POST", "/v1/imports", data=form, content_type="multipart/form-data")
    ada = staff.shop.get("/v1/customers?search=ada@example.com")["data"][0]["id"]

    page = staff.get(f"{PAGE}/{ada}/timeline?sort=money").text

    assert [words for _, words in said(page)] == ["Payment, brought in from a file"]
    assert "Two seats" in page
    assert "€50.00" in page


@pytest.mark.feature("J03")
def test_who_does_not_answer_is_named_and_the_rest_is_there(staff: Staff, sibling: Sibling) -> None:
    ada = staff.shop.customer("ada@example.com")["id"]
    sibling.is_away = True

    answer = staff.get(f"{PAGE}/{ada}")

    assert answer.status_code == 200
    assert said(answer.text) == [("record", "Customer made")]
    assert "Mails can’t be shown just now." in answer.text
    assert "Sign-ins can’t be shown just now." in answer.text
    assert "Sign-ins" not in staff.get(f"{PAGE}/{ada}/timeline?sort=mail").text.split("<ol")[0].split("</nav>")[-1]


def test_it_goes_on_page_by_page_and_nothing_is_twice(staff: Staff, sibling: Sibling) -> None:
    ada = staff.shop.customer("ada@example.com")["id"]
    sibling.mail = [mail(minutes) for minutes in range(1, 70)]
    sibling.sign_in = [sign_in(minutes) for minutes in range(1, 30)]
    sibling.sign_in[0] = replace(sibling.sign_in[0], at=sibling.mail[0].at)  # at the same moment as a mail

    path, seen, pages = f"{PAGE}/{ada}/timeline", [], 0
    while path:
        page = staff.get(path).text
        seen += re.findall(r'<time datetime="([^"]+)"', page)
        pages += 1
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""

    assert len(seen) == 69 + 29 + 1
    assert seen == sorted(seen, reverse=True)
    assert pages == 3
    assert staff.get(f"{PAGE}/{ada}/timeline?before=nonsense").status_code == 200


@pytest.mark.feature("J03")
def test_times_are_the_vendors(staff: Staff, sibling: Sibling) -> None:
    ada = staff.shop.customer("ada@example.com")["id"]
    staff.shop.patch("/v1/billing_settings", {"time_zone": "Asia/Tokyo"})
    in_july = replace(mail(0), at=clock.now().replace(month=7, day=1, hour=20, minute=5))
    sibling.mail = [in_july]

    page = staff.get(f"{PAGE}/{ada}").text

    assert "2 Jul" in page
    assert "05:05" in page
    assert "Times are those of Asia/Tokyo." in page


def test_a_strangers_customer_is_not_there(staff: Staff, sibling: Sibling) -> None:
    assert staff.get(f"{PAGE}/cus_01234567890123456789012345/timeline").status_code == 404
