"""Vendors' staff as tests meet them: signed in to the console, and their requests as the gateway sends them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from sqlalchemy import update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from services.auth.models import Entry, PortalSession, SignInRequest, StaffSession, VendorUser
from shared import addresses, clock, ids
from shared.database import scope
from tests.integration.auth.house import NOON, PUBLIC_URL, Browser, House

OWNER = "owner@acme.example"
JUST_NOW = timedelta(0)


def hire(house: House, vendor: str, role: str, email: str | None = None) -> str:
    """Somebody works for the vendor; their address."""
    address = addresses.parse(email or f"{role}@acme.example")
    with house.database.begin() as session:
        session.add(
            VendorUser(
                id=ids.new("usr"),
                vendor=vendor,
                email=address.written,
                email_key=address.key,
                role=role,
                created_at=NOON,
            )
        )
    return address.written


class Console:
    """The console in somebody's browser."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house, self.browser = house, browser

    @property
    def cookie(self) -> str:
        found = self.browser.client.get_cookie("bursar_8080__console", domain="localhost")
        assert found is not None
        return str(found.value)

    def passport(self) -> str | None:
        """What the gateway gets for the cookie."""
        answer = self.house.identity(Cookie=f"bursar_8080__console={self.cookie}", **{"X-Portal": "_console"})
        return answer.headers.get("X-Passport")

    def claims(self) -> dict[str, Any]:
        found: dict[str, Any] = jwt.decode(self.passport() or "", options={"verify_signature": False})
        return found

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, *, proven: timedelta = JUST_NOW, **form: Any) -> TestResponse:
        return self.ask("POST", path, proven=proven, form=form)

    def ask(
        self, method: str, path: str, *, proven: timedelta = JUST_NOW, form: dict[str, Any] | None = None
    ) -> TestResponse:
        """As the gateway sends it, by the real clock; the sign-in was `proven` ago."""
        with clock.fixed(datetime.now(UTC)):
            fresh(self.house, proven=proven)
            headers = {**self.browser.headers, "X-Passport": self.passport() or ""}
            data = None
            if method == "POST":
                page = self.browser.get("/console/sign-in").text
                token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
                assert token is not None
                data = MultiDict({"csrf_token": token[1], **(form or {})})
            return self.browser.client.open(path, method=method, base_url=PUBLIC_URL, data=data, headers=headers)


def fresh(house: House, *, proven: timedelta = JUST_NOW) -> None:
    """Every session goes on by the clock of this moment."""
    now = clock.now()
    with scope.platform(), house.database.begin() as session:
        session.execute(update(StaffSession).values(created_at=now - proven, last_seen_at=now, proven_at=now - proven))
        session.execute(update(PortalSession).values(created_at=now, last_seen_at=now, proven_at=now))
        session.execute(update(Entry).values(expires_at=now + timedelta(minutes=5)))


def forget_pace(house: House) -> None:
    """One mail a minute else."""
    with scope.platform(), house.database.begin() as session:
        session.execute(update(SignInRequest).values(counted=False))


def sign_in(house: House, email: str = OWNER, *, next_page: str = "/console") -> Console:
    """By the code of the mail."""
    forget_pace(house)
    house.mailroom.mails.clear()
    browser = house.browser()
    browser.post("/console/sign-in", email=email, next=next_page)
    house.post_mails(now=NOON)
    mails = [mail for mail in house.mailroom.mails if mail["kind"] == "sign_in"]
    answer = browser.post("/console/sign-in/code", code=mails[-1]["code"])
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == next_page
    return Console(house, browser)
